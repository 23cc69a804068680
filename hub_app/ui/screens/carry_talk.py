"""A receipt on its way back, as a page keeps it: what was brought so far, and what came of it."""

import flet as ft

from hub_app.ui.feed import Feed
from hub_app.ui.page import kept_values
from hub_app.ui.running import Carry
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone
from hub_app.view.carry import Brought, Unread

_KEPT = "carry-talk"


class CarryTalk:
    """What is scanned, pasted or typed, and what came of what was there before.

    What is typed is kept here and drawn by nobody: a scanner writes faster than a page is drawn.
    `tries` changes whenever the field is to begin anew.
    """

    def __init__(self, carry: Carry) -> None:
        self._carry = carry
        self.feed = Feed()
        self.said = ""
        self.tries = 0
        self.came: Brought | Unread | None = None

    def type(self, said: str) -> None:
        """Keep what is in the field."""
        self.said = said

    def send(self) -> None:
        """Take in what is in the field."""
        self.take(self.said)

    def take(self, said: str) -> None:
        """Take in a receipt, or a part of one."""
        text = said.strip()
        self.came = self._carry.take_receipt(text) if text else Unread.NO_RECEIPT
        # What could not be kept is brought again by the same tap; all else makes room for the next.
        self.said = text if self.came is Unread.NO_ROOM else ""
        self.tries += 1
        self.feed.changed()


def talk_of(carry: Carry) -> CarryTalk:
    """Give what the page that is being drawn keeps, begun if need be."""
    kept = kept_values(ft.context.page)
    if _KEPT not in kept:
        kept[_KEPT] = CarryTalk(carry)
    talk: CarryTalk = kept[_KEPT]
    return talk


def came_words(came: Brought | Unread) -> tuple[str, Tone]:
    """Say what came of a receipt, and how that is to look."""
    match came:
        case Unread.NO_RECEIPT:
            said = _("That is no receipt. Scan the one the centre shows, or paste all of its text.")
            return said, Tone.WARN
        case Unread.OTHER_HUB:
            said = _("That is a receipt for something else: nothing of this hub is named in it.")
            return said, Tone.WARN
        case Unread.NO_ROOM:
            said = _("The disk of this tablet is full, so the receipt was not kept. Try it again.")
            return said, Tone.WARN
        case Brought(missing=missing) if missing:
            said = ngettext(
                "Kept. {n} part of the receipt is still missing.",
                "Kept. {n} parts of the receipt are still missing.",
                missing,
            )
            return said, Tone.CALM
        case Brought(arrived=arrived, not_taken=not_taken) if not_taken:
            said = ngettext(
                "{n} has arrived at the centre.", "{n} have arrived at the centre.", arrived
            )
            more = ngettext(
                "{n} was not taken; it is kept here. Tell whoever looks after the centre.",
                "{n} were not taken; they are kept here. Tell whoever looks after the centre.",
                not_taken,
            )
            return _("{some} {more}", some=said, more=more), Tone.WARN
        case Brought(arrived=arrived):
            said = ngettext(
                "{n} has arrived at the centre, and waits here no more.",
                "{n} have arrived at the centre, and wait here no more.",
                arrived,
            )
            return said, Tone.GOOD
