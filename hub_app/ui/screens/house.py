"""What holds in this hall from session to session, and who is here when, for a coordinator."""

from collections.abc import Sequence
from datetime import date

import flet as ft

from hub_app.core.house import House
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.formats import day, listed
from hub_app.ui.hooks import use_feed, use_tick, use_width
from hub_app.ui.parts import (
    Card,
    EmptyState,
    Head,
    Heading,
    Pill,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    Tile,
    Words,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.grid import Grid
from hub_app.ui.running import Running
from hub_app.ui.screens.house_words import day_words, go_from, span_words, way_back
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.tablet_words import house_hint
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Space, Tone, Type, Width
from hub_app.view.house import (
    ComingLine,
    PromisedView,
    SessionRow,
    Standing,
    agreement_rows,
    days_ahead,
    promised_view,
    sessions_ahead,
)

_TICK_SECONDS = 60
_SPAN_WIDTH = 116
_ACROSS = {Width.NARROW: 1, Width.MEDIUM: 2, Width.WIDE: 3}


@component
def HouseScreen(running: Running) -> ft.Control:
    """Give the ways to all that lasts from day to day, and who comes when."""
    use_feed(running.feed)
    use_tick(_TICK_SECONDS)
    across = _ACROSS[use_width()]
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    known = [hub.house, pack, today]
    days = ft.use_memo(lambda: days_ahead(hub.house, pack, today), known)
    ahead = ft.use_memo(lambda: sessions_ahead(hub.house, pack, today), known)
    promised, in_hall = promised_view(hub.promised(), today), running.tablets.status()
    tiles = [
        _tile("rota", _("Who comes when"), ft.Icons.EVENT_REPEAT_OUTLINED, _on_rota(hub.house)),
        _tile(
            "days-off",
            _("Days off"),
            ft.Icons.EVENT_BUSY_OUTLINED,
            _("Next: {day}", day=day_words(days[0].day, today)) if days else _("None is known"),
        ),
        _tile("capacity", _("How many people fit"), ft.Icons.GROUPS_OUTLINED, _fits(hub.house)),
        _tile(
            "agreements",
            _("Agreements"),
            ft.Icons.HANDSHAKE_OUTLINED,
            _agreed(hub.house, today),
        ),
        _tile(
            "promised",
            _("Promised to families"),
            ft.Icons.FORWARD_TO_INBOX_OUTLINED,
            promised_hint(promised),
        ),
        _tile("tablets", _("Tablets"), ft.Icons.DEVICES_OUTLINED, house_hint(in_hall)),
    ]
    back = Tap("back", _("Back"), routes.go, (way_back(routes.HOUSE, routes.CHOOSE),), _BACK)
    head = Head(_("This hall"), day(today), back, ChipSlot(running))
    return Scaffold(
        head,
        [Grid(tiles, across), Section(_("Who is here when"), *_sessions(ahead, across))],
    )


_BACK = ft.Icons.ARROW_BACK
_PLACES = {
    "rota": routes.ROTA,
    "days-off": routes.DAYS_OFF,
    "capacity": routes.CAPACITY,
    "agreements": routes.AGREEMENTS,
    "promised": routes.PROMISED,
    "tablets": routes.TABLETS,
}


def _tile(key: str, label: str, icon: ft.IconData, hint: str) -> ft.Control:
    tap = Tap(f"house-{key}", label, go_from, (routes.HOUSE, _PLACES[key]), icon)
    return Tile(tap, hint=hint)


def _on_rota(house: House) -> str:
    n = sum(entry.ended is None for entry in house.rota.values())
    return ngettext("{n} on the rota", "{n} on the rota", n) if n else _("Nobody yet")


def _fits(house: House) -> str:
    if house.capacity is None:
        return _("No limit is set")
    amber, red = house.capacity.amber, house.capacity.red
    return _("Nearly full from {amber}, full from {red}", amber=amber, red=red)


def _agreed(house: House, today: date) -> str:
    rows = agreement_rows(house, today)
    holding = sum(row.standing in (Standing.HOLDS, Standing.SOON) for row in rows)
    soon = sum(row.standing is Standing.SOON for row in rows)
    if not holding:
        return _("None holds")
    said = ngettext("{n} holds", "{n} hold", holding)
    ending = ngettext("{n} runs out soon", "{n} run out soon", soon)
    return _("{some} · {more}", some=said, more=ending) if soon else said


def promised_hint(view: PromisedView) -> str:
    """Say how many promises nobody has acknowledged, and how many of them are overdue."""
    n = len(view.open)
    if not n:
        return _("All are acknowledged")
    said = ngettext("{n} not acknowledged yet", "{n} not acknowledged yet", n)
    late = ngettext("{n} overdue", "{n} overdue", len(view.overdue))
    return _("{some} · {more}", some=said, more=late) if view.overdue else said


def _sessions(rows: Sequence[SessionRow], across: int) -> list[ft.Control]:
    if not rows:
        said = _("Put somebody on the rota, and this says who comes on which day.")
        return [EmptyState(said, ft.Icons.EVENT_REPEAT_OUTLINED)]
    return [Grid([_session(row) for row in rows], across)]


def _session(row: SessionRow) -> ft.Control:
    lines: list[ft.Control] = [Heading(day(row.day), Type.LEAD, level=3)]
    if row.is_shut:
        said = _("Shut: {why}", why=row.why) if row.why else _("Shut")
        lines.append(ft.Row([Pill(said, Tone.WARN, ft.Icons.EVENT_BUSY)], wrap=True))
    elif row.why:
        lines.append(ft.Row([Pill(row.why, Tone.PLAIN)], wrap=True))
    spans = dict.fromkeys((line.from_minute, line.until_minute) for line in row.lines)
    lines += [_coming(span, row.lines) for span in spans]
    if row.away:
        lines.append(QuietWords(_("Stays away: {names}", names=listed(row.away))))
    return Card(*lines, key=f"session-{row.day.isoformat()}")


def _coming(span: tuple[int, int], lines: Sequence[ComingLine]) -> ft.Control:
    """Give all who come from one time until another in one line."""
    names = [line.name for line in lines if (line.from_minute, line.until_minute) == span]
    when = QuietWords(span_words(*span), Type.BODY)
    return ft.Row(
        [
            ft.Container(when, width=_SPAN_WIDTH),
            ft.Container(Words(listed(names)), expand=True),
        ],
        spacing=Space.M,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
