"""The panels about one tablet: another name or use, removing it, and letting this one decide."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import flet as ft

from hub_app.core.refusal import Refusal
from hub_app.ui.page import tell
from hub_app.ui.parts import DangerButton, Panel, Tap, Words
from hub_app.ui.refusals import sentence
from hub_app.ui.screens.tablet_row import Draft, NameAndRole
from hub_app.ui.screens.tablet_words import removal_words
from hub_app.ui.strings import _
from hub_app.ui.tablets import Tablets
from hub_app.view.tablet_rows import is_last_coordinator, row_of
from hub_app.view.tablets import InHall, TabletRow


class About(StrEnum):
    """What a panel is about."""

    NOTHING = "nothing"
    CHANGE = "change"
    REMOVE = "remove"
    TAKE_OVER = "take_over"


@dataclass(frozen=True)
class Asked:
    """What a panel is about, of which tablet, and what is typed and chosen in it so far."""

    about: About = About.NOTHING
    device: str = ""
    draft: Draft = field(default_factory=Draft)


NOTHING = Asked()


@dataclass(frozen=True, eq=False)
class TabletTaps:
    """What the taps in a panel do. `ask` opens another panel, or none."""

    tablets: Tablets
    asked: Asked
    ask: Callable[[Asked], None]

    def close(self) -> None:
        """Open no panel."""
        self.ask(NOTHING)

    def keep(self, draft: Draft) -> None:
        """Go on typing and choosing."""
        self.ask(Asked(About.CHANGE, self.asked.device, draft))

    def save(self) -> None:
        """Give the tablet its new name and role."""
        draft = self.asked.draft
        self._end(self.tablets.rename(self.asked.device, draft.name, draft.role))

    def ask_removal(self) -> None:
        """Ask whether it is really to be removed."""
        self.ask(Asked(About.REMOVE, self.asked.device))

    def remove(self) -> None:
        """Remove it."""
        self._end(self.tablets.remove(self.asked.device))

    def take_over(self) -> None:
        """Let this tablet decide on calls."""
        self.tablets.take_over()
        self.close()

    def _end(self, refused: Refusal | None) -> None:
        self.close()  # first: what is told would lie behind the panel
        if refused is not None:
            tell(ft.context.page, sentence(refused))


def panel_for(taps: TabletTaps, in_hall: InHall) -> Panel | None:
    """Give the panel somebody asked for; none when what it is about is over meanwhile."""
    asked = taps.asked
    row = row_of(in_hall, asked.device)
    match asked.about:
        case About.TAKE_OVER if in_hall.may_take_over:
            return _take_over(taps)
        case About.CHANGE if row is not None:
            return _change(row, taps, is_last=is_last_coordinator(in_hall, row))
        case About.REMOVE if row is not None:
            return _removal(row, taps)
        case _:
            return None


def _change(row: TabletRow, taps: TabletTaps, *, is_last: bool) -> Panel:
    draft = taps.asked.draft
    body = NameAndRole(draft, taps.keep, is_role_fixed=is_last)
    if not row.is_me:
        remove = Tap("tablet-remove", _("Remove it from the hub"), taps.ask_removal)
        body.append(DangerButton(remove, is_wide=True))
    save = Tap("tablet-keep", _("Keep"), taps.save, (), ft.Icons.CHECK, draft.why_not)
    return Panel(row.name, body, taps.close, (save, Tap("tablet-close", _("Not now"), taps.close)))


def _removal(row: TabletRow, taps: TabletTaps) -> Panel:
    what = _(
        "Its line to the others is cut at once, and it empties itself as soon as it hears of it."
        " To come back it has to be added again."
    )
    body: list[ft.Control] = [
        Words(what),
        Words(removal_words(row)),
        DangerButton(Tap("tablet-remove-sure", _("Yes, remove it"), taps.remove), is_wide=True),
    ]
    not_now = Tap("tablet-remove-not", _("Not now"), taps.close)
    return Panel(_("Remove {name}?", name=row.name), body, taps.close, (not_now,))


def _take_over(taps: TabletTaps) -> Panel:
    body: list[ft.Control] = [
        Words(_("From then on this tablet decides who is called next.")),
        Words(
            _(
                "Do this only if nobody calls people at the other tablets: with two that decide,"
                " one family may be called to two desks."
            )
        ),
    ]
    answers = (
        Tap("take-over-sure", _("Yes, decide here"), taps.take_over),
        Tap("take-over-not", _("Not now"), taps.close),
    )
    return Panel(_("Decide here who is called next?"), body, taps.close, answers)
