"""When it cannot wait: the protocols at one tap, for a new arrival or a family that is here."""

from dataclasses import dataclass

import flet as ft

from hub_app.core.refusal import Refusal
from hub_app.hub import Hub, Wish
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.parts import BigButton, Head, Scaffold, Tap
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.urgent import came_from
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.protocols import protocol_sheet, protocol_tiles, protocol_title
from hub_app.ui.strings import _
from hub_app.view.triage import need_for


@dataclass(frozen=True)
class About:
    """Which protocol (empty: all), for which visit (empty: a new one), seen from which desk."""

    protocol: str = ""
    visit: str = ""
    desk: str = ""

    @property
    def address(self) -> str:
        """Where this is."""
        return routes.protocols(self.protocol, self.visit, self.desk)

    @property
    def came_from(self) -> str:
        """The address of the screen this was opened from."""
        if self.desk:
            return routes.desk(self.desk)
        return routes.ticket(self.visit) if self.visit else came_from()


def about_of(text: str) -> About:
    """Read what an address says."""
    protocol, visit, desk, *_rest = (*text.split(routes.APART), "", "")
    return About(protocol, visit, desk)


@component
def UrgentScreen(running: Running, about: str = "") -> ft.Control:
    """Give the list of protocols, or the one named; marking it puts the family before others."""
    use_feed(running.feed)
    width, pack, hub = use_width(), pack_here(running), running.hub
    here = about_of(about)
    code = here.protocol
    up = About("", here.visit, here.desk).address if code else here.came_from
    back = Tap("back", _("Back"), routes.go, (up,), ft.Icons.ARROW_BACK)

    async def choose(protocol: str) -> None:
        await routes.go(About(protocol, here.visit, here.desk).address)

    async def mark() -> None:
        visit = _mark(hub, here)
        if visit is not None:
            await routes.go(here.came_from if here.visit else routes.ticket(visit))

    if not code:
        head = Head(_("It cannot wait"), _("What is it about?"), back, ChipSlot(running))
        return Scaffold(head, [protocol_tiles(pack, choose, width)])
    label = _("Mark as urgent") if here.visit else _("Mark as urgent, give ticket")
    marked = Tap("mark-urgent", label, mark, (), ft.Icons.PRIORITY_HIGH)
    head = Head(protocol_title(pack, code, width), "", back, ChipSlot(running))
    return Scaffold(head, protocol_sheet(pack, code, width), foot=BigButton(marked))


def _mark(hub: Hub, about: About) -> str | None:
    """Let a family in as urgent, or mark one that is here; gives the visit, a refusal is told."""
    needs, known = need_for(hub.pack, about.protocol), hub.session.visits.get(about.visit)
    if about.visit and known is None:
        done(Refusal.NO_SUCH_VISIT)
        return None
    if known is None:
        if not needs:
            done(Refusal.NO_NEED_CHOSEN)
            return None
        came = done(hub.arrive(Wish(needs, about.protocol)))
        return None if came is None else came.id
    open_now = [need.code for need in known.open_needs]
    has_one = any(hub.pack.need(code).urgent == about.protocol for code in open_now)
    wish = Wish(() if has_one else needs, about.protocol)
    return None if done(hub.triage(known.id, wish)) is None else known.id
