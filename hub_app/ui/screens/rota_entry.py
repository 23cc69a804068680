"""Somebody on the rota: the days they come next, a day away, a day besides, and off the rota."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from hub_app.core.pack import Pack
from hub_app.hub import Hub
from hub_app.ui import routes
from hub_app.ui.component import component, memo
from hub_app.ui.formats import day, full_day
from hub_app.ui.hooks import use_feed
from hub_app.ui.parts import (
    DangerButton,
    EmptyState,
    Head,
    Panel,
    QuietButton,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    Words,
    use_panel,
)
from hub_app.ui.parts.calendar import DayChoice, MonthGrid
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.desk_queue import Lines
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.screens.house_words import organisations_words, row_words
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Type
from hub_app.view.house import RotaRow, rota_rows


@dataclass(frozen=True, eq=False)
class EntryTaps:
    """What the taps on one entry do: each asks the hub, and tells its refusal."""

    hub: Hub
    entry: str

    def away(self, when: date) -> None:
        """They stay away that day."""
        done(self.hub.leave_out(self.entry, when.isoformat()))

    def come(self, when: date) -> None:
        """They come that day, besides or after all."""
        done(self.hub.come_also(self.entry, when.isoformat()))

    def end(self) -> None:
        """They come no more, from today on."""
        done(self.hub.end_rota(self.entry, self.hub.today().isoformat()))


@component
def RotaEntryScreen(running: Running, entry: str) -> ft.Control:
    """Give one entry with its next days, and what can be said of them."""
    use_feed(running.feed)
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    taps = ft.use_memo(lambda: EntryTaps(hub, entry), [hub, entry])
    rows = ft.use_memo(lambda: rota_rows(hub.house, pack, today), [hub.house, pack, today])
    row = next((one for one in rows if one.entry == entry), None)
    is_ending, set_ending = ft.use_state(initial=False)
    is_adding, set_adding = ft.use_state(initial=False)

    def close() -> None:
        set_ending(False)

    def end() -> None:
        set_ending(False)
        taps.end()

    def besides(when: date) -> None:
        set_adding(False)
        taps.come(when)

    use_panel(_ending(row, end, close) if row is not None and is_ending else None)
    back = Tap("back", _("Back"), routes.go, (routes.ROTA,), ft.Icons.ARROW_BACK)
    if row is None:
        said = _("They are not on the rota any more. Go by the list on the screen.")
        empty = EmptyState(said, ft.Icons.EVENT_BUSY_OUTLINED)
        return Scaffold(Head(_("Who comes when"), back=back, slot=ChipSlot(running)), [empty])
    label = _("Not now") if is_adding else _("Comes also on another day")
    icon = ft.Icons.EXPAND_LESS if is_adding else ft.Icons.EVENT_AVAILABLE_OUTLINED
    more = Tap("rota-also", label, set_adding, (not is_adding,), icon)
    extra: list[ft.Control] = [ft.Row([QuietButton(more)], wrap=True)]
    if is_adding:
        choice = DayChoice("also", None, besides, today, frozenset(row.coming))
        extra.append(MonthGrid(choice, key="also-month"))
    head = Head(row.name, row_words(row), back, ChipSlot(running))
    body = [_days(row, taps), *extra, Section(_("About them"), *_about(row, pack))]
    return Scaffold(head, body, foot=_foot(row, set_ending))


def _days(row: RotaRow, taps: EntryTaps) -> ft.Control:
    title = _("The next days")
    if row.is_over:
        said = _("They come no more. Change the entry to put them back on the rota.")
        if row.ended is not None:
            said = _(
                "Taken off the rota from {day} on. Change the entry to put them back.",
                day=full_day(row.ended),
            )
        return Section(title, QuietWords(said))
    days = sorted({*row.coming, *row.away[: len(row.coming)]})
    lines = [
        DayLine(one, one in row.away, (taps.away, taps.come), key=f"day-{one.isoformat()}")
        for one in days
    ]
    return Section(title, Lines(lines))


_Act = Callable[[date], None]


@memo
def DayLine(when: date, is_away: bool, acts: tuple[_Act, _Act]) -> ft.Control:  # noqa: FBT001
    """Show one day on which they come or stay away, and the way to say otherwise."""
    away, come = acts
    iso = when.isoformat()
    texts: list[ft.Control] = [Words(day(when))]
    tap = Tap(f"away-{iso}", _("Stays away"), away, (when,))
    if is_away:
        texts.append(Words(_("Stays away"), Type.SMALL, colour=Ink.DANGER))
        tap = Tap(f"come-{iso}", _("Comes after all"), come, (when,))
    return ft.Container(
        padding=ft.Padding.only(left=Space.L, right=Space.S, top=Space.S, bottom=Space.S),
        bgcolor=Fill.SUNK if is_away else Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=ft.Row(
            [ft.Column(texts, tight=True, spacing=0, expand=True), QuietButton(tap)],
            spacing=Space.S,
        ),
    )


def _about(row: RotaRow, pack: Pack) -> list[ft.Control]:
    whose = row.organisation or pack.service(row.services[0]).organisation
    lines = [_("Offers {services}.", services=services_in_words(pack, row.services))]
    if whose:
        lines.append(_("From {organisation}.", organisation=organisations_words(pack, (whose,))))
    is_on = _("Comes on public holidays too.")
    lines.append(is_on if row.on_holidays else _("Does not come on public holidays."))
    return [ft.Column([Words(line) for line in lines], tight=True, spacing=Space.XS)]


def _foot(row: RotaRow, ask: Callable[[bool], None]) -> ft.Control:
    label = _("Put back on the rota") if row.is_over else _("Change")
    change = Tap("rota-change", label, routes.go, (routes.rota_form(row.entry),), ft.Icons.EDIT)
    if row.is_over:
        return Foot(change)
    off = Tap("rota-end", _("Take off the rota"), ask, (True,), ft.Icons.EVENT_BUSY)
    return Foot(change, DangerButton(off))


def _ending(row: RotaRow, sure: Callable[[], None], close: Callable[[], None]) -> Panel:
    return Panel(
        _("Take {name} off the rota?", name=row.name),
        [
            Words(_("From today on nobody expects them. Today’s session stays as it is.")),
            QuietWords(_("You can put them back at any time.")),
        ],
        close,
        (
            Tap("rota-end-sure", _("Yes, take them off"), sure),
            Tap("rota-end-not", _("Not now"), close),
        ),
    )
