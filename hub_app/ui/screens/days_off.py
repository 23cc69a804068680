"""Days that are not like others: public holidays, days off, and those it opens after all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from hub_app.hub import Hub
from hub_app.ui import routes
from hub_app.ui.component import component, memo
from hub_app.ui.formats import day, listed
from hub_app.ui.hooks import use_feed, use_kept, use_width
from hub_app.ui.parts import (
    EmptyState,
    Head,
    Pill,
    PrimaryButton,
    QuietButton,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    TextBox,
    Together,
    Words,
)
from hub_app.ui.parts.calendar import DayChoice, MonthGrid
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_queue import Lines
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Radius, Space, Tone, Width
from hub_app.view.house import DayKind, DayRow, days_ahead

_Act = Callable[[date], None]
_NO_DAY: date | None = None


@dataclass(frozen=True, eq=False)
class DayTaps:
    """What the taps on a day do: each asks the hub, and tells its refusal."""

    hub: Hub

    def open(self, when: date) -> None:
        """The hub opens that day after all."""
        done(self.hub.open_on(when.isoformat()))

    def shut(self, when: date, why: str = "") -> None:
        """The hub stays shut that day."""
        done(self.hub.shut_on(when.isoformat(), why))


@component
def DaysOffScreen(running: Running) -> ft.Control:
    """Give the days to come that are not like others, and the way to add one."""
    use_feed(running.feed)
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    taps = ft.use_memo(lambda: DayTaps(hub), [hub])
    rows = ft.use_memo(lambda: days_ahead(hub.house, pack, today), [hub.house, pack, today])
    head = Head(
        _("Days off"),
        _("On these days the rota is not as usual."),
        Tap("back", _("Back"), routes.go, (routes.HOUSE,), ft.Icons.ARROW_BACK),
        ChipSlot(running),
    )
    body: list[ft.Control] = [NewDayOff(taps, today, key="new-day-off")]
    if rows:
        lines = [
            DayOffLine(row, (taps.open, taps.shut), key=f"off-{row.day.isoformat()}")
            for row in rows
        ]
        body.append(Section(_("The coming year"), Lines(lines)))
    else:
        said = _("No public holiday is known for this country, and no day off is set.")
        body.append(EmptyState(said, ft.Icons.EVENT_BUSY_OUTLINED))
    return Scaffold(head, body)


@component
def NewDayOff(taps: DayTaps, today: date) -> ft.Control:
    """Give a month to choose a day on which the hub stays shut, and a line to say why."""
    is_open, set_open = ft.use_state(initial=False)
    chosen, choose = use_kept("day-off", _NO_DAY)
    why, say_why = use_kept("day-off-why", "")

    def keep() -> None:
        if chosen is not None:
            taps.shut(chosen, why)
        choose(None)
        say_why("")
        set_open(False)

    label = _("Not now") if is_open else _("Shut on another day")
    icon = ft.Icons.EXPAND_LESS if is_open else ft.Icons.EVENT_BUSY_OUTLINED
    parts: list[ft.Control] = [
        ft.Row([QuietButton(Tap("shut-open", label, set_open, (not is_open,), icon))])
    ]
    if is_open:
        parts.append(MonthGrid(DayChoice("shut", chosen, choose, today), key="shut-month"))
    if is_open and chosen is not None:
        said = _("Shut on {day}", day=day(chosen))
        parts.append(TextBox("shut-why", _("Why (may stay empty)"), why, say_why))
        parts.append(ft.Row([PrimaryButton(Tap("shut-keep", said, keep, (), ft.Icons.CHECK))]))
    return ft.Column(parts, tight=True, spacing=Space.M)


@memo
def DayOffLine(row: DayRow, acts: tuple[_Act, _Act]) -> ft.Control:
    """Show one day that is not like others, what it means, and what can be said instead."""
    open_it, shut_it = acts
    is_roomy = use_width() is not Width.NARROW
    texts: list[ft.Control] = [Words(day(row.day))]
    if row.why:
        texts.append(QuietWords(row.why))
    texts.append(QuietWords(_meaning(row)))
    iso = row.day.isoformat()
    buttons: list[ft.Control] = []
    if row.kind is not DayKind.OPEN:
        buttons.append(QuietButton(Tap(f"open-{iso}", _("Open after all"), open_it, (row.day,))))
    if row.kind is not DayKind.SHUT and (row.coming or row.kind is DayKind.OPEN):
        buttons.append(QuietButton(Tap(f"shut-{iso}", _("Stay shut"), shut_it, (row.day,))))
    words = ft.Column(texts, tight=True, spacing=0, expand=True)
    sign = _sign(row.kind)
    content: ft.Control = ft.Row([words, sign, *buttons], spacing=Space.M)
    if not is_roomy:
        stacked = [ft.Row([words, sign], spacing=Space.M), Together(*buttons)]
        content = ft.Column(stacked, tight=True, spacing=Space.S)
    return ft.Container(
        padding=Space.M,
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=content,
    )


def _sign(kind: DayKind) -> ft.Control:
    match kind:
        case DayKind.OPEN:
            return Pill(_("Open"), Tone.GOOD, ft.Icons.CHECK_CIRCLE_OUTLINE)
        case DayKind.SHUT:
            return Pill(_("Shut"), Tone.WARN, ft.Icons.EVENT_BUSY)
        case _:
            return Pill(_("Holiday"), Tone.PLAIN, ft.Icons.EVENT_OUTLINED)


def _meaning(row: DayRow) -> str:
    if row.coming:
        names = listed(row.coming)
        if row.kind is DayKind.HOLIDAY:
            return _("Only {names} come.", names=names)
        return _("Expected: {names}", names=names)
    return _("Nobody is expected.")
