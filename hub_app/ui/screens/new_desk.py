"""A desk that has just arrived says what it offers, and begins."""

import flet as ft

from hub_app.core.text import NAME_LIMIT
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.parts import BigButton, Head, Scaffold, Section, Tap, TextBox, Tile
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.grid import Grid
from hub_app.ui.refusals import done
from hub_app.ui.routes import CHOOSE, desk, go
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_words import icon_of
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _
from hub_app.ui.tokens import Width

NONE_YET: tuple[str, ...] = ()
NOT_TYPED: str | None = None


@component
def NewDeskScreen(running: Running) -> ft.Control:
    """Give the services to choose from, a name taken from the first, and the way to begin."""
    use_feed(running.feed)
    width = use_width()
    chosen, set_chosen = ft.use_state(NONE_YET)
    typed, set_typed = ft.use_state(NOT_TYPED)
    pack = pack_here(running)
    taken = {one.name for one in running.hub.session.desks.values()}
    suggested = free_name(pack.service(chosen[0]).short, taken) if chosen else ""
    name = suggested if typed is None else typed

    def flip(code: str) -> None:
        left = tuple(one for one in chosen if one != code)
        set_chosen(left if code in chosen else (*chosen, code))

    async def begin() -> None:
        opened = done(running.hub.open_desk(name, chosen))
        if opened is not None:
            await go(desk(opened))

    tiles = [
        Tile(
            Tap(f"service-{one.id}", one.short, flip, (one.id,), icon_of(one.icon)),
            is_selected=one.id in chosen,
            hint="" if one.name == one.short else one.name,
        )
        for one in pack.services
    ]
    why_not = "" if chosen else _("Choose at least one service.")
    if chosen and not name.strip():
        why_not = _("Give the desk a name.")
    return Scaffold(
        Head(
            _("A new desk"),
            _("What can people get help with here?"),
            Tap("back", _("Back"), go, (CHOOSE,), ft.Icons.ARROW_BACK),
            ChipSlot(running),
        ),
        [
            Grid(tiles, {Width.NARROW: 1, Width.MEDIUM: 2, Width.WIDE: 3}[width]),
            Section(
                _("What is the desk called?"),
                TextBox("desk-name", _("Name of the desk"), name[:NAME_LIMIT], set_typed),
                hint=_("As it is said when somebody is sent there."),
            ),
        ],
        foot=BigButton(
            Tap("open-desk", _("Open this desk"), begin, (), ft.Icons.CHECK, why_not), is_wide=True
        ),
    )


def free_name(wanted: str, taken: set[str]) -> str:
    """Give a name no other desk has: the one wanted, else with the first number that is free."""
    numbers = range(2, len(taken) + 3)
    return next(n for n in (wanted, *(f"{wanted} {i}" for i in numbers)) if n not in taken)
