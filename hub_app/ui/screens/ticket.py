"""The ticket: a code to call, a square to scan, and where to go first."""

from collections.abc import Callable

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.triage import PlanWhy
from hub_app.hub import Hub
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_tick, use_width
from hub_app.ui.parts import (
    BigButton,
    Card,
    EmptyState,
    Head,
    Pill,
    QuietButton,
    QuietWords,
    Scaffold,
    Tap,
    Words,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.qr import QrCode
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.phrases import needs_in_words, pack_here, why_there
from hub_app.ui.strings import _
from hub_app.ui.tokens import Fill, Measure, Radius, Space, Tone, Type, Width
from hub_app.view.ticket import TicketView, ticket_view
from hub_app.view.triage import StopRow

_OF_THE_ARRIVAL = frozenset({"arrived", "triaged", "unmet", "answered"})


@component
def TicketScreen(running: Running, visit: str) -> ft.Control:
    """Give a visit’s ticket; *Done* goes back to the front, where the next family stands."""
    use_feed(running.feed)
    use_tick(15)
    width, hub, pack = use_width(), running.hub, pack_here(running)
    view = ticket_view(hub.hall, visit)
    finish = Tap("ticket-done", _("Done"), routes.go, (routes.FRONT,), ft.Icons.CHECK)
    if view is None:
        said = _("This arrival was taken back. Nothing of it is kept.")
        body: list[ft.Control] = [EmptyState(said, ft.Icons.UNDO)]
        return Scaffold(Head(_("Ticket"), slot=ChipSlot(running)), body, foot=BigButton(finish))

    async def undo() -> None:
        if take_back(hub, visit):
            await routes.go(routes.FRONT)

    head = Head(_("Ticket"), hub.names.get(visit, ""), slot=ChipSlot(running))
    return Scaffold(
        head, [_body(view, pack, width, running.address)], foot=_foot(view, finish, undo)
    )


def take_back(hub: Hub, visit: str) -> bool:
    """Take an arrival back with all that was entered with it; gives whether it is gone.

    Stops at the first thing somebody else did: a desk’s call is not the greeter’s to undo.
    """
    while visit in hub.session.visits:
        last = next((tap for tap in hub.taps() if tap.visit == visit), None)
        is_ours = last is not None and not last.desk and last.kind in _OF_THE_ARRIVAL
        if last is not None and not is_ours:
            return False
        if done(hub.undo_visit(visit)) is None:
            return False
    return True


def _foot(view: TicketView, finish: Tap, undo: Callable[[], object]) -> ft.Control:
    ready = ft.Container(BigButton(finish), expand=True)
    if not view.can_undo:
        return ready
    back = Tap("undo-arrival", _("Undo arrival"), undo, (), ft.Icons.UNDO)
    return ft.Row([QuietButton(back), ready], spacing=Space.M)


def _body(view: TicketView, pack: Pack, width: Width, hub: str) -> ft.Control:
    label = _("Code to scan for ticket {ticket}", ticket=view.ticket)
    square = QrCode(hub + view.scanned, label, 280 if width is Width.WIDE else 220)
    code = ft.Column(
        [_big(view.ticket), square],
        key="ticket-code",
        tight=True,
        spacing=Space.XL,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    way = ft.Container(_way(view, pack), width=Measure.DIALOG)
    if width is Width.NARROW:
        way = ft.Container(_way(view, pack))
        return ft.Column(
            [code, way], spacing=Space.XL, horizontal_alignment=ft.CrossAxisAlignment.CENTER
        )
    return ft.Row(
        [code, way],
        wrap=True,
        spacing=Space.XXL,
        run_spacing=Space.XL,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _big(code: str) -> ft.Control:
    return ft.Container(
        bgcolor=Fill.TICKET,
        border_radius=Radius.CARD,
        padding=ft.Padding.symmetric(horizontal=Space.XXL, vertical=Space.S),
        content=Words(code, Type.CALLED, colour=Fill.ON_TICKET),
    )


def _way(view: TicketView, pack: Pack) -> ft.Control:
    lines: list[ft.Control] = []
    if view.is_urgent:
        lines.append(ft.Row([Pill(_("Urgent: goes first"), Tone.URGENT, ft.Icons.PRIORITY_HIGH)]))
    if view.stops:
        lines.extend(_first(view.stops[0], pack, is_urgent=view.is_urgent))
        lines.extend(_then(stop, pack) for stop in view.stops[1:])
    elif view.is_ended:
        lines.append(Words(_("Nothing to wait for today."), Type.TITLE))
    else:
        lines.append(Words(_("Take a seat."), Type.TITLE))
        lines.append(Words(_("Somebody will come and ask what you need.")))
    if view.unmet:
        noted = needs_in_words(pack, view.unmet)
        lines.append(QuietWords(_("Noted, not here today: {needs}.", needs=noted), Type.BODY))
    return Card(*lines)


def _first(stop: StopRow, pack: Pack, *, is_urgent: bool) -> list[ft.Control]:
    place = stop.desk or pack.service(stop.service).short
    if stop.why is PlanWhy.NOT_HERE and is_urgent:
        return [
            Words(_("Stay here with us."), Type.TITLE),
            Words(_("Somebody will help you straight away."), Type.LEAD),
        ]
    if stop.why is PlanWhy.NOT_HERE:
        return [
            Words(_("Take a seat."), Type.TITLE),
            Words(_("{place} is not here today. Ask us what else can be done.", place=place)),
        ]
    return [
        QuietWords(_("First go to"), Type.LEAD),
        Words(place, Type.TITLE),
        Words(why_there(stop), Type.LEAD),
    ]


def _then(stop: StopRow, pack: Pack) -> ft.Control:
    place = stop.desk or pack.service(stop.service).short
    return ft.Column(
        [Words(_("Then {place}", place=place), Type.LEAD), QuietWords(why_there(stop))],
        tight=True,
        spacing=0,
    )
