"""When it cannot wait, from the front: twelve protocols at one tap, and an arrival marked so."""

import flet as ft

from hub_app.core.refusal import Refusal
from hub_app.hub import Wish
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.parts import BigButton, Head, Scaffold, Tap
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.protocols import protocol_sheet, protocol_tiles, protocol_title
from hub_app.ui.strings import _
from hub_app.view.triage import need_for


@component
def UrgentScreen(running: Running, code: str = "") -> ft.Control:
    """Give the list of protocols, or the one named; marking it lets a family in as urgent."""
    use_feed(running.feed)
    width, pack = use_width(), pack_here(running)
    to = routes.URGENT if code else routes.FRONT
    back = Tap("back", _("Back"), routes.go, (to,), ft.Icons.ARROW_BACK)

    async def choose(protocol: str) -> None:
        await routes.go(routes.address(routes.URGENT, protocol))

    async def mark() -> None:
        needs = need_for(pack, code)
        if not needs:
            done(Refusal.NO_NEED_CHOSEN)
            return
        visit = done(running.hub.arrive(Wish(needs, code)))
        if visit is not None:
            await routes.go(routes.ticket(visit.id))

    if not code:
        head = Head(_("It cannot wait"), _("What is it about?"), back, ChipSlot(running))
        return Scaffold(head, [protocol_tiles(pack, choose, width)])
    marked = Tap("mark-urgent", _("Mark as urgent, give ticket"), mark, (), ft.Icons.PRIORITY_HIGH)
    head = Head(protocol_title(pack, code, width), "", back, ChipSlot(running))
    return Scaffold(head, protocol_sheet(pack, code, width), foot=BigButton(marked))
