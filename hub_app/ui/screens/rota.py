"""The rota: who comes regularly, who comes now and then, and who comes no more."""

from collections.abc import Sequence

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.pattern import Shape
from hub_app.ui import routes
from hub_app.ui.component import component, guard, memo
from hub_app.ui.formats import day, listed
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.parts import (
    EmptyState,
    Head,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    Words,
    tappable,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.grid import Grid
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.screens.house_words import next_words, row_words
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Type, Width
from hub_app.view.house import RotaRow, rota_rows


@component
def RotaScreen(running: Running) -> ft.Control:
    """Give the rota as a list to tap, and the way to put somebody on it."""
    use_feed(running.feed)
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    rows = ft.use_memo(lambda: rota_rows(hub.house, pack, today), [hub.house, pack, today])
    across = 1 if use_width() is Width.NARROW else 2
    add = Tap("rota-add", _("Put somebody on the rota"), routes.go, (routes.ROTA_FORM,), _ADD)
    head = Head(
        _("Who comes when"),
        _("Whoever is on the rota is expected by itself when the session opens."),
        Tap("back", _("Back"), routes.go, (routes.HOUSE,), ft.Icons.ARROW_BACK),
        ChipSlot(running),
    )
    parts = (
        (_("Come regularly"), [r for r in rows if not r.is_over and not _is_visitor(r)]),
        (_("Occasional visitors"), [r for r in rows if not r.is_over and _is_visitor(r)]),
        (_("Come no more"), [r for r in rows if r.is_over]),
    )
    body: list[ft.Control] = [
        Section(title, Grid([_line(row, pack, running) for row in shown], across))
        for title, shown in parts
        if shown
    ]
    if not body:
        said = _("Nobody is on the rota yet. Without one, desks open by themselves on the day.")
        body = [EmptyState(said, ft.Icons.EVENT_REPEAT_OUTLINED)]
    return Scaffold(head, body, foot=Foot(add))


_ADD = ft.Icons.ADD


def _is_visitor(row: RotaRow) -> bool:
    return row.pattern.shape is Shape.ONCE


def _line(row: RotaRow, pack: Pack, running: Running) -> ft.Control:
    services = services_in_words(pack, row.services)
    about = "" if services == row.name else services
    next_said = next_words(row, running.hub.today())
    texts = (about, row_words(row), next_said, *row_notes(row))
    return RotaLine(row, tuple(filter(None, texts)), key=f"rota-{row.entry}")


def row_notes(row: RotaRow) -> tuple[str, ...]:
    """Say what differs from the pattern: holidays, days away, days besides."""
    notes: list[str] = []
    if row.on_holidays and row.pattern.shape is not Shape.ONCE:
        notes.append(_("Comes on public holidays too."))
    if row.away:
        notes.append(_("Stays away on {days}.", days=listed([day(one) for one in row.away])))
    if row.also:
        notes.append(_("Comes also on {days}.", days=listed([day(one) for one in row.also])))
    return tuple(notes)


@memo
def RotaLine(row: RotaRow, texts: Sequence[str]) -> ft.Control:
    """Show somebody on the rota, to be tapped."""
    ink = Ink.QUIET if row.is_over else Ink.BODY
    lines: list[ft.Control] = [Words(row.name, Type.LEAD, colour=ink, lines=2)]
    lines += [
        QuietWords(text, Type.BODY if at == 0 else Type.SMALL) for at, text in enumerate(texts)
    ]
    tap = Tap(f"rota-{row.entry}", row.name, routes.go, (routes.rota_entry(row.entry),))
    box = ft.Container(
        key=tap.key,
        ink=True,
        padding=Space.L,
        bgcolor=Fill.SUNK if row.is_over else Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CARD,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            [
                ft.Column(lines, tight=True, spacing=Space.XS, expand=True),
                ft.Icon(ft.Icons.CHEVRON_RIGHT, color=Ink.QUIET),
            ],
            spacing=Space.M,
        ),
    )
    return tappable(tap, box)
