"""How many people the hall takes: from when it is nearly full, from when full, or no limit."""

from collections.abc import Callable

import flet as ft

from hub_app.core.house import MOST_PEOPLE, Capacity
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_kept, use_width
from hub_app.ui.parts import (
    Banner,
    Field,
    Head,
    QuietButton,
    QuietWords,
    Scaffold,
    Section,
    Tap,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.several import Dial, DialRow, Nudge
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Tone, Type, Width

_SUGGESTED = Capacity(60, 75)
_NOT_TAPPED: Capacity | None = None
_FEW, _MANY = 1, 10


@component
def CapacityScreen(running: Running) -> ft.Control:
    """Give the two numbers, and what follows from them."""
    use_feed(running.feed)
    hub = running.hub
    draft, keep = use_kept("capacity", _NOT_TAPPED)
    held = hub.house.capacity
    shown = draft or held or _SUGGESTED

    async def leave() -> None:
        keep(None)
        await routes.go(routes.HOUSE)

    async def save() -> None:
        if done(hub.set_capacity(shown.amber, shown.red)) is not None:
            await leave()

    async def no_limit() -> None:
        if done(hub.set_capacity(0, 0)) is not None:
            await leave()

    def amber(n: int) -> None:
        n = _within(n)
        keep(Capacity(n, max(n, shown.red)))

    def red(n: int) -> None:
        n = _within(n)
        keep(Capacity(min(n, shown.amber), n))

    fields = [
        Field(_("Nearly full from"), DialRow(_dial("amber", shown.amber, amber))),
        Field(_("Full from"), DialRow(_dial("red", shown.red, red))),
    ]
    is_narrow = use_width() is Width.NARROW
    dials = (
        ft.Column(fields, tight=True, spacing=Space.XL)
        if is_narrow
        else ft.Row(fields, spacing=Space.XXL, wrap=True, run_spacing=Space.XL)
    )
    body: list[ft.Control] = []
    if held is None:
        body.append(Banner(_("No limit is set, so nobody is warned."), Tone.PLAIN))
    hint = _("Adults and children who came in and have not left, not your own people.")
    body.append(Section(_("How many people may be in the hall?"), dials, hint=hint))
    body.append(
        QuietWords(
            _("It is said before somebody is added. Nobody is turned away by it."), Type.BODY
        )
    )
    back = Tap("back", _("Back"), leave, (), ft.Icons.ARROW_BACK)
    head = Head(_("How many people fit"), back=back, slot=ChipSlot(running))
    saving = Tap("capacity-keep", _("Keep"), save, (), ft.Icons.CHECK)
    none = QuietButton(Tap("capacity-none", _("No limit"), no_limit)) if held else None
    return Scaffold(head, body, foot=Foot(saving, none))


def _within(n: int) -> int:
    return min(max(n, 1), MOST_PEOPLE)


def _dial(key: str, n: int, change: Callable[[int], None]) -> Dial:
    return Dial(
        key,
        str(n),
        (
            Nudge(f"{key}-ten-fewer", _("−10"), _("Ten fewer"), n - _MANY),
            Nudge(f"{key}-fewer", _("−1"), _("One fewer"), n - _FEW),
        ),
        (
            Nudge(f"{key}-more", _("+1"), _("One more"), n + _FEW),
            Nudge(f"{key}-ten-more", _("+10"), _("Ten more"), n + _MANY),
        ),
        change,
    )
