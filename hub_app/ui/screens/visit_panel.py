"""What a greeter can do for one family in the hall, in a panel over the front screen."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from hub_app.core.text import NAME_LIMIT
from hub_app.core.triage import GREETER
from hub_app.core.visit import ENDED, Stage
from hub_app.hub import Tap as LastTap
from hub_app.ui import routes
from hub_app.ui.component import guard
from hub_app.ui.latest import use_latest
from hub_app.ui.page import tell
from hub_app.ui.parts import DangerButton, Panel, QuietButton, Tap, TextBox, use_panel
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_words import services_in_words, tapped
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.visit_facts import facts_of
from hub_app.ui.strings import _
from hub_app.view.front import may_help_here
from hub_app.view.people import PersonRow, person


@dataclass(frozen=True)
class _Opened:
    """Which family the panel is about, and a new name half typed (None: not touched)."""

    visit: str = ""
    name: str | None = None


def use_visit_panel(running: Running, about: str = "") -> Callable[[str], None]:
    """Give the tap that opens the panel of a visit; that of `about` opens by itself.

    A hook: call it at every render.
    """
    opened, set_opened = ft.use_state(_Opened(about))
    visit = running.hub.session.visits.get(opened.visit)

    def follow() -> None:
        set_opened(_Opened(about))

    ft.use_effect(follow, [about])

    async def close() -> None:
        # A panel is also dismissed by going elsewhere, and must not bring the page back.
        set_opened(_Opened())
        if about and routes.place_of(ft.context.page.route).about == about:
            await routes.go(routes.FRONT)  # or its own address would not open it again

    panel = None
    if visit is not None:
        hub = running.hub
        row = person(hub.session, visit, hub.names, hub.now())
        panel = _panel(_Taps(running, row, opened, set_opened, close))
    use_panel(panel)

    def open_panel(of_visit: str) -> None:
        set_opened(_Opened(of_visit))

    return use_latest(open_panel)


@dataclass(frozen=True)
class _Taps:
    """What the panel’s buttons do."""

    running: Running
    row: PersonRow
    opened: _Opened
    set_opened: Callable[[_Opened], None]
    close: Callable[[], Awaitable[None]]

    async def go(self, route: str) -> None:
        self.set_opened(_Opened())
        await routes.go(route)

    def type_name(self, name: str) -> None:
        self.set_opened(_Opened(self.opened.visit, name[:NAME_LIMIT]))

    async def save_name(self) -> None:
        typed = self.opened.name
        if typed is None or done(self.running.hub.rename(self.row.visit, typed)) is not None:
            await self.close()

    async def resume(self) -> None:
        if done(self.running.hub.resume(self.row.visit)) is not None:
            await self.close()

    async def leave(self) -> None:
        if done(self.running.hub.leave(self.row.visit)) is not None:
            await self._tell(_("{ticket} left.", ticket=self.row.ticket))

    async def helped_here(self) -> None:
        if done(self.running.hub.helped_here(self.row.visit)) is not None:
            await self._tell(_("{ticket} was helped here.", ticket=self.row.ticket))

    async def _tell(self, said: str) -> None:
        await self.close()
        undo = ft.SnackBarAction(label=_("Undo"), on_click=guard(self.undo))
        tell(ft.context.page, said, action=undo)

    async def undo(self) -> None:
        if done(self.running.hub.undo_visit(self.row.visit)) is not None:
            await self.close()


def _panel(taps: _Taps) -> Panel:
    row = taps.row
    body = facts_of(taps.running, row)
    if row.is_on_hold:
        body.append(_wide("resume", _("Take off hold"), ft.Icons.PLAY_ARROW, taps.resume))
    if may_help_here(taps.running.hub.session, row.visit):
        body.append(_helped(taps))
    if row.stage not in ENDED:
        label = _("Interpreter, access, times")
        body.append(_link(taps, "arrange", label, ft.Icons.EDIT_CALENDAR_OUTLINED))
    body.append(_link(taps, "ticket-again", _("Ticket again"), ft.Icons.QR_CODE_2))
    body.append(_link(taps, "groups", _("Family questions"), ft.Icons.FAMILY_RESTROOM))
    if row.stage not in ENDED:
        body.append(_name(taps))
    last = _last_tap(taps)
    if last is not None:
        label = _("Undo: {what}", what=tapped(last))
        body.append(_wide("undo", label, ft.Icons.UNDO, taps.undo))
    if row.stage in (Stage.ARRIVED, Stage.WAITING, Stage.CALLED):
        left = Tap(f"left-{row.visit}", _("They left"), taps.leave, (), ft.Icons.LOGOUT)
        body.append(DangerButton(left, is_wide=True))
    is_new = row.stage is Stage.ARRIVED
    triage = Tap(
        "triage-now",
        _("What did they come for?") if is_new else _("Add something they need"),
        taps.go,
        (routes.triage(row.visit),),
    )
    close = Tap("panel-close", _("Close"), taps.close)
    title = f"{row.ticket} · {row.name}" if row.name else row.ticket
    return Panel(title, body, taps.close, (triage, close))


def _helped(taps: _Taps) -> ft.Control:
    others = tuple(service for service in taps.row.services if service != GREETER)
    label = _("Helped here")
    if others:
        named = services_in_words(pack_here(taps.running), others)
        label = _("Helped here; {services} still to come", services=named)
    return _wide("helped-here", label, ft.Icons.WAVING_HAND_OUTLINED, taps.helped_here)


def _link(taps: _Taps, key: str, label: str, icon: ft.IconData) -> ft.Control:
    to = {"groups": routes.groups, "arrange": routes.triage}.get(key, routes.ticket)
    tap = Tap(key, label, taps.go, (to(taps.row.visit),), icon)
    return QuietButton(tap, is_wide=True)


def _wide(key: str, label: str, icon: ft.IconData, act: Callable[[], object]) -> ft.Control:
    return QuietButton(Tap(key, label, act, (), icon), is_wide=True)


def _name(taps: _Taps) -> ft.Control:
    typed = taps.opened.name
    shown = taps.row.name if typed is None else typed
    box = TextBox("name", _("Name to call (gone at close)"), shown, taps.type_name, taps.save_name)
    row: list[ft.Control] = [ft.Container(box, expand=True)]
    if typed is not None and typed != taps.row.name:
        row.append(QuietButton(Tap("save-name", _("Save"), taps.save_name)))
    return ft.Row(row)


def _last_tap(taps: _Taps) -> LastTap | None:
    mine = (tap for tap in taps.running.hub.taps() if tap.visit == taps.row.visit)
    return next(mine, None)
