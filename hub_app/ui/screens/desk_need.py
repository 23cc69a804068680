"""The panel that adds one more need to the family a desk is serving."""

from collections.abc import Callable

import flet as ft

from hub_app.core.content import Need
from hub_app.core.pack import Pack
from hub_app.core.room import is_around as is_here_today
from hub_app.core.triage import choose_service
from hub_app.ui.component import guard
from hub_app.ui.hooks import use_kept
from hub_app.ui.parts import Panel, QuietWords, SearchField, Tap, Words, tappable, use_panel
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_taps import service_here
from hub_app.ui.screens.desk_words import icon_of
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Height, Ink, Radius, Space

MOST_SHOWN = 8
_SHUT: str | None = None


def use_need_panel(look: Look) -> Callable[[], None]:
    """Give what opens the panel. A hook: call it at every render, always at one place.

    What was typed stays when the line drops.
    """
    words, keep = use_kept(f"add-need-{look.view.desk.desk}", _SHUT)
    with_me = look.view.with_me

    def close() -> None:
        keep(None)

    def add(need: str, service: str) -> None:
        if with_me is not None and look.taps.add_need(with_me.row.visit, need, service):
            keep(None)

    def begin() -> None:
        keep("")

    panel = None
    if words is not None and with_me is not None:
        rows: list[ft.Control] = [_row(look, need, add) for need in needs_for(look, words)]
        if not rows:
            rows = [QuietWords(_("Nothing found. Try another word, or a shorter one."))]
        search = SearchField("need-search", _("Search all needs"), words, keep)
        panel = Panel(
            _("Add a need for {ticket}", ticket=with_me.row.ticket),
            [
                ft.Row([ft.Container(search, expand=True)]),
                ft.Column(rows, tight=True, spacing=Space.S),
            ],
            close,
            (Tap("add-need-close", _("Not now"), close),),
        )
    use_panel(panel)
    return begin


def needs_for(look: Look, words: str) -> tuple[Need, ...]:
    """Give the needs to offer: what was searched for, else what this desk helps with; few."""
    with_me, pack = look.view.with_me, look.pack
    if with_me is None:
        return ()
    is_open = {*with_me.here, *(line.need for line in with_me.later)}
    found = pack.search(words) if words.strip() else _own(pack, look)
    return tuple(need for need in found if need.id not in is_open)[:MOST_SHOWN]


def _own(pack: Pack, look: Look) -> tuple[Need, ...]:
    mine = [need for code in look.view.desk.services for need in pack.needs_for(code)]
    return tuple(dict.fromkeys(mine))


def _row(look: Look, need: Need, add: Callable[[str, str], None]) -> ft.Control:
    service = service_here(look.view, look.pack.services_for(need.id))
    words: list[ft.Control] = [Words(need.label, lines=2)]
    if not service:
        hub = look.taps.hub
        service = choose_service(hub.hall, need.id)
        short = look.pack.service(service).short
        is_around = any(
            service in desk.services and is_here_today(desk) for desk in hub.session.desks.values()
        )
        words.append(
            QuietWords(short if is_around else _("{service}: not here today", service=short))
        )
    tap = Tap(f"need-{need.id}", need.label, add, (need.id, service))
    icon = icon_of(look.pack.category(need.category).icon)
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=Space.M),
        border=ft.Border.all(1, Edge.CONTROL),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            [
                ft.Icon(icon, size=24, color=Ink.ACTION),
                ft.Column(words, tight=True, spacing=0, expand=True),
            ],
            spacing=Space.M,
        ),
    )
    return tappable(tap, box)
