"""Why a stop stands where it does, in one plain sentence for each."""

import flet as ft

from hub_app.core.routing import Block
from hub_app.core.stops import PlanWhy
from hub_app.ui.formats import about_minutes
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone
from hub_app.view.triage import StopRow


def why_there(here: Here, stop: StopRow, *, is_timed: bool = True) -> str:
    """Say in one sentence how soon a stop can be, and why it stands where it does.

    Not `is_timed` leaves out the minutes, where a narrower range stands beside it.
    """
    nobody = _nobody(stop)
    if nobody is not None:
        return nobody
    if stop.after:
        return _("After {service}, which has to come first.", service=here.service(stop.after))
    arranged = _arranged(here, stop)
    if arranged is not None:
        return arranged
    if stop.is_urgent:
        urgent = _urgent(stop)
        if urgent is not None:
            return urgent
    return _in_turn(here, stop, is_timed=is_timed)


def _nobody(stop: StopRow) -> str | None:
    match stop.why:
        case PlanWhy.NOT_HERE if stop.is_urgent:
            return _("Not here today. Stay with them, and do what it says under ‘What to do’.")
        case PlanWhy.NOT_HERE:
            return _("Not here today. They stay in case somebody comes.")
        case PlanWhy.NOBODY_YET:
            return _("No desk has opened yet. They keep their place until one does.")
        case PlanWhy.BY_GREETER:
            return _("You can help with this here and now.")
        case _:
            return None


def _arranged(here: Here, stop: StopRow) -> str | None:
    """Say what speaks for or against a stop in what was arranged with them; None for nothing."""
    match stop.block:
        case Block.NOT_YET:
            return _("Their appointment is at {time}.", time=here.at(stop.appointment_at))
        case Block.NO_INTERPRETER:
            language = here.pack.spoken(stop.interpreter or "").name
            return _(
                "Free now, but who interprets {language} is with another family.",
                language=language,
            )
        case Block.PAST_LEAVE_BY:
            return _("Would end after they must leave at {time}.", time=here.at(stop.leave_by))
        case Block.MISSES_APPOINTMENT:
            return _("After their appointment: there is too little time before it.")
        case _ if stop.appointment_at is not None:
            time = here.at(stop.appointment_at)
            return _("Their appointment at {time} comes before others.", time=time)
        case _:
            return None


def _urgent(stop: StopRow) -> str | None:
    match stop.why:
        case PlanWhy.FREE_NOW:
            return _("Urgent, and free now.")
        case PlanWhy.WAITING if not stop.ahead:
            return _("Urgent: they are next when the desk is free.")
        case PlanWhy.WAITING:
            return ngettext(
                "Urgent: {n} family that is urgent too comes before them.",
                "Urgent: {n} families that are urgent too come before them.",
                stop.ahead,
            )
        case _:
            return None


def _in_turn(here: Here, stop: StopRow, *, is_timed: bool) -> str:
    match stop.why:
        case PlanWhy.FREE_NOW if stop.before:
            return _("Free now, so straight after {service}.", service=here.service(stop.before))
        case PlanWhy.FREE_NOW:
            return _("Free now.")
        case PlanWhy.ON_BREAK:
            return _("On a break just now. They will be called when it is back.")
        case PlanWhy.EXPECTED if stop.is_late:
            return _("Expected at {time}, and not here yet.", time=here.at(stop.expected_from))
        case PlanWhy.EXPECTED:
            return _("Not here yet: from {time}.", time=here.at(stop.expected_from))
        case _:
            return _waiting(stop) if is_timed else _ahead(stop)


def _waiting(stop: StopRow) -> str:
    soon = about_minutes(stop.soon)
    if not stop.ahead:
        return _("With somebody now. They are next: {soon}.", soon=soon)
    return ngettext(
        "{n} family waits there before them: {soon}.",
        "{n} families wait there before them: {soon}.",
        stop.ahead,
        soon=soon,
    )


def _ahead(stop: StopRow) -> str:
    if not stop.ahead:
        return _("With somebody now. They are next.")
    return ngettext(
        "{n} family waits there before them.",
        "{n} families wait there before them.",
        stop.ahead,
    )


_SIGNS: dict[PlanWhy, tuple[Tone, ft.IconData]] = {
    PlanWhy.FREE_NOW: (Tone.GOOD, ft.Icons.CHECK_CIRCLE_OUTLINE),
    PlanWhy.WAITING: (Tone.CALM, ft.Icons.SCHEDULE),
    PlanWhy.EXPECTED: (Tone.CALM, ft.Icons.UPCOMING_OUTLINED),
    PlanWhy.ON_BREAK: (Tone.WARN, ft.Icons.COFFEE_OUTLINED),
    PlanWhy.BY_GREETER: (Tone.GOOD, ft.Icons.WAVING_HAND_OUTLINED),
    PlanWhy.NOBODY_YET: (Tone.PLAIN, ft.Icons.HOURGLASS_EMPTY),
    PlanWhy.NOT_HERE: (Tone.WARN, ft.Icons.EVENT_BUSY),
}
_BLOCKS: dict[Block, tuple[Tone, ft.IconData]] = {
    Block.NOT_YET: (Tone.CALM, ft.Icons.EVENT_OUTLINED),
    Block.NO_INTERPRETER: (Tone.WARN, ft.Icons.TRANSLATE),
    Block.PAST_LEAVE_BY: (Tone.WARN, ft.Icons.DIRECTIONS_RUN),
    Block.MISSES_APPOINTMENT: (Tone.CALM, ft.Icons.EVENT_OUTLINED),
}


def sign_of(stop: StopRow) -> tuple[Tone, ft.IconData]:
    """Give the tone and icon that go with `why_there`."""
    if stop.block is not None and stop.why is not PlanWhy.NOT_HERE:
        return _BLOCKS.get(stop.block, _SIGNS[stop.why])
    if stop.after and stop.why is PlanWhy.FREE_NOW:
        return Tone.CALM, ft.Icons.ARROW_DOWNWARD
    return _SIGNS[stop.why]
