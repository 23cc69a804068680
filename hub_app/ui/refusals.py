"""What a person is told when a rule said no: what is in the way, and what to do."""

from typing import TypeVar

import flet as ft

from hub_app.core.refusal import Refusal
from hub_app.ui.page import tell
from hub_app.ui.strings import _

_Done = TypeVar("_Done")


def sentence(refusal: Refusal) -> str:
    """Give the sentence for a refusal, in the page's language."""
    sentences = {
        Refusal.SESSION_NOT_OPEN: _("The session is not open. The coordinator can open it."),
        Refusal.SESSION_ALREADY_OPEN: _("The session is open already."),
        Refusal.SESSION_SIGNED_OFF: _(
            "This session is signed off. Nothing in it changes any more."
        ),
        Refusal.SOMEBODY_STILL_HERE: _("Somebody is still here. Say how their visit ended first."),
        Refusal.NO_SUCH_DESK: _("This desk is not part of today’s session."),
        Refusal.DESK_ALREADY_OPEN: _("This desk is open already."),
        Refusal.DESK_NOT_HERE: _("This desk is not here just now."),
        Refusal.DESK_BUSY: _("This desk has somebody with it. Finish with them first."),
        Refusal.DESK_NOT_ON_BREAK: _("This desk is not on a break."),
        Refusal.DESK_OFFERS_NOTHING: _("Give the desk a name and at least one service."),
        Refusal.DESK_DOES_NOT_OFFER_THIS: _("This desk does not offer what they need next."),
        Refusal.NOBODY_WAITING: _("Nobody is waiting for this desk."),
        Refusal.NO_SUCH_VISIT: _("This visit was taken back. Go by the list on the screen."),
        Refusal.NO_NEED_CHOSEN: _("Choose at least one thing they came for."),
        Refusal.NEED_ALREADY_OPEN: _("That is on their list already."),
        Refusal.NO_OPEN_NEED: _("That has been dealt with already."),
        Refusal.NEEDS_STILL_OPEN: _("They are still waiting for something."),
        Refusal.ALREADY_CLOSED: _("This visit has ended already."),
        Refusal.ALREADY_CALLED: _("Another desk has just called them."),
        Refusal.NOT_CALLED: _("They have not been called, or the call was taken back."),
        Refusal.NOT_SERVING: _("They are not with this desk any more."),
        Refusal.NOT_WAITING: _("They are not waiting just now."),
        Refusal.NOT_ON_HOLD: _("They are not on hold."),
        Refusal.AT_ANOTHER_DESK: _("They are with another desk."),
        Refusal.NO_HANDOVER: _("This hand-over is over already."),
        Refusal.SAME_DESK: _("They are with this desk already."),
        Refusal.BAD_TIME: _("That time can’t be right. Check it and try again."),
        Refusal.BAD_DAY: _("That day can’t be right. Choose today or a later day."),
        Refusal.NOBODY_NAMED: _("Choose who is to help them next."),
        Refusal.NO_AGREEMENT: _(
            "These two organisations have no agreement to share notes, so nothing was sent."
            " Hand over without a note, or tell them in person."
        ),
        Refusal.DESK_LEAVING_SOON: _(
            "This desk leaves in a few minutes, so it calls nobody by turn."
            " You can still choose somebody by name."
        ),
        Refusal.NOBODY_READY: _(
            "Those who wait here can’t start just now: the list says why."
            " You can still choose somebody by name."
        ),
        Refusal.UNKNOWN_ANSWER: _("Choose one of the answers on the screen."),
        Refusal.BAD_NUMBER: _("That number can’t be right. Check it and try again."),
        Refusal.NO_SUCH_AGREEMENT: _(
            "This agreement was taken back. Go by the list on the screen."
        ),
        Refusal.TOO_FEW_PARTIES: _("Choose at least two organisations."),
        Refusal.NOTHING_AGREED: _("Choose what they agreed to share."),
        Refusal.UNTIL_BEFORE_FROM: _("The last day is before the first. Change one of them."),
        Refusal.ALREADY_ACKNOWLEDGED: _("Somebody has said that already."),
        Refusal.NOT_ON_ROTA: _("They are not on the rota any more. Go by the list on the screen."),
        Refusal.BAD_RULE: _("How often they come is not clear. Choose the days again."),
        Refusal.NEVER_COMES: _("With these days they would never come. Choose the days again."),
        Refusal.RED_BELOW_AMBER: _(
            "The number for ‘nearly full’ is higher than the one for ‘full’. Change one of them."
        ),
        Refusal.NOTHING_TO_UNDO: _("There is nothing to undo."),
        Refusal.UNDO_TOO_LATE: _("It is more than ten minutes ago, so it can’t be undone."),
        Refusal.CUT_OFF: _(
            "This tablet can’t reach the others just now, so it can’t call by turn."
            " Call only somebody who is here with you."
        ),
        Refusal.NOT_COORDINATOR: _("Only a coordinator’s tablet can do this."),
        Refusal.NO_SUCH_DEVICE: _("That tablet is no part of this hub any more."),
        Refusal.LAST_COORDINATOR: _(
            "This is the only coordinator’s tablet. Make another one a coordinator’s first."
        ),
        Refusal.BAD_NAME: _("Give the tablet a name, and say what it is used for."),
        Refusal.STILL_JOINING: _(
            "This tablet is still joining the hub. Keep it near the tablet that let it in, and try"
            " again in a moment."
        ),
        Refusal.HAS_ITS_OWN_FACTS: _(
            "This tablet has a hub of its own. Nothing was changed. To join another hub, start it"
            " with an empty folder."
        ),
        Refusal.DISK_FULL: _(
            "This tablet has no room left, so that was not kept. Everything before it is safe."
            " Ask the coordinator to make room, then try again."
        ),
    }
    return sentences[refusal]


def done(result: _Done | Refusal) -> _Done | None:
    """Give what a tap did; a refusal is told to the person on this page, and gives None."""
    if isinstance(result, Refusal):
        tell(ft.context.page, sentence(result))
        return None
    return result
