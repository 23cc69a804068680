"""A desk that has just arrived says what it offers, and begins."""

import flet as ft

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.pack import Pack
from hub_app.core.text import NAME_LIMIT
from hub_app.ui.component import component
from hub_app.ui.formats import clock
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.parts import (
    Answers,
    BigButton,
    Choice,
    Head,
    Scaffold,
    Section,
    Tap,
    TextBox,
    Tile,
)
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
NOT_SAID: str | None = None
HALF_HOURS = 8  # the times offered for leaving: four hours ahead
_HALF_HOUR = 30 * MINUTE_MILLIS


@component
def NewDeskScreen(running: Running) -> ft.Control:
    """Give the services to choose from, a name taken from the first, and the way to begin."""
    use_feed(running.feed)
    width = use_width()
    chosen, set_chosen = ft.use_state(NONE_YET)
    typed, set_typed = ft.use_state(NOT_SAID)
    whose, set_whose = ft.use_state(NOT_SAID)
    leaving, set_leaving = ft.use_state(NOT_SAID)
    hub, pack = running.hub, pack_here(running)
    taken = {one.name for one in hub.session.desks.values()}
    first = pack.service(chosen[0]) if chosen else None
    name = typed if typed is not None else free_name(first.short, taken) if first else ""
    organisation = whose or (first.organisation if first else "")

    def flip(code: str) -> None:
        left = tuple(one for one in chosen if one != code)
        set_chosen(left if code in chosen else (*chosen, code))

    async def begin() -> None:
        opened = done(hub.open_desk(name, chosen, organisation=organisation))
        if opened is None:
            return
        if leaving is not None:
            done(hub.leaving_at(opened, int(leaving)))
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
            Section(
                _("Who do you work for?"),
                Answers(Choice("whose", _organisations(pack), organisation or None, set_whose)),
                hint=_("So that a note goes along only where two organisations agreed to it."),
            ),
            Section(
                _("Do you leave early?"),
                Answers(Choice("leaves", _times(running), leaving, set_leaving)),
                hint=_("Nobody is called in the last minutes. You can say it later, too."),
            ),
        ],
        foot=BigButton(
            Tap("open-desk", _("Open this desk"), begin, (), ft.Icons.CHECK, why_not), is_wide=True
        ),
    )


def _organisations(pack: Pack) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.short) for one in pack.organisations)


def _times(running: Running) -> tuple[tuple[str, str], ...]:
    hub = running.hub
    offset = hub.session.utc_offset_minutes
    return tuple((str(at), clock(at, offset)) for at in half_hours_after(hub.now()))


def half_hours_after(now: int) -> tuple[int, ...]:
    """Give the next half hours that are at least that far ahead, in milliseconds."""
    first = -(-(now + _HALF_HOUR) // _HALF_HOUR) * _HALF_HOUR
    return tuple(first + turn * _HALF_HOUR for turn in range(HALF_HOURS))


def free_name(wanted: str, taken: set[str]) -> str:
    """Give a name no other desk has: the one wanted, else with the first number that is free."""
    numbers = range(2, len(taken) + 3)
    return next(n for n in (wanted, *(f"{wanted} {i}" for i in numbers)) if n not in taken)
