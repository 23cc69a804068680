"""The ticket: a code to call, a square to scan, and where to go first."""

from collections.abc import Callable, Iterable

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.ranges import Range
from hub_app.core.recurring import read_day
from hub_app.core.stops import PlanWhy
from hub_app.hub import Hub
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.formats import about_minutes, short_day
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
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.phrases import needs_in_words, pack_here
from hub_app.ui.screens.reasons import why_there
from hub_app.ui.strings import _
from hub_app.ui.tokens import Fill, Measure, Radius, Space, Tone, Type, Width
from hub_app.view import absence
from hub_app.view.ticket import TicketView, UnmetRow, ticket_view
from hub_app.view.triage import StopRow

_OF_THE_ARRIVAL = frozenset({"arrived", "triaged", "arranged", "unmet", "referred", "answered"})


@component
def TicketScreen(running: Running, visit: str) -> ft.Control:
    """Give a visit’s ticket; *Done* goes back to the front, where the next family stands."""
    use_feed(running.feed)
    use_tick(15)
    width, hub = use_width(), running.hub
    view = ticket_view(hub.hall, visit, running.wait(visit))
    finish = Tap("ticket-done", _("Done"), routes.go, (routes.FRONT,), ft.Icons.CHECK)
    if view is None:
        said = _("This arrival was taken back. Nothing of it is kept.")
        body: list[ft.Control] = [EmptyState(said, ft.Icons.UNDO)]
        return Scaffold(Head(_("Ticket"), slot=ChipSlot(running)), body, foot=BigButton(finish))

    async def undo() -> None:
        if take_back(hub, visit):
            await routes.go(routes.FRONT)

    head = Head(_("Ticket"), hub.names.get(visit, ""), slot=ChipSlot(running))
    return Scaffold(head, [_body(view, running, width)], foot=_foot(view, finish, undo))


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
    if not view.can_undo:
        return BigButton(finish)
    back = QuietButton(Tap("undo-arrival", _("Undo arrival"), undo, (), ft.Icons.UNDO))
    return ft.Row([back, ft.Container(BigButton(finish), expand=True)], spacing=Space.M)


def _body(view: TicketView, running: Running, width: Width) -> ft.Control:
    label = _("Code to scan for ticket {ticket}", ticket=view.ticket)
    square = QrCode(running.address + view.scanned, label, 280 if width is Width.WIDE else 220)
    code = ft.Column(
        [_big(view.ticket), square],
        key="ticket-code",
        tight=True,
        spacing=Space.XL,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    way = ft.Container(_way(view, running), width=Measure.DIALOG)
    if width is Width.NARROW:
        way = ft.Container(_way(view, running))
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


def _way(view: TicketView, running: Running) -> ft.Control:
    lines: list[ft.Control] = []
    here = Here(pack_here(running), running.hub.session.utc_offset_minutes)
    if view.is_urgent:
        lines.append(ft.Row([Pill(_("Urgent: goes first"), Tone.URGENT, ft.Icons.PRIORITY_HIGH)]))
    if view.stops:
        wait = running.wait(view.visit)
        lines.extend(_first(here, view.stops[0], view.is_urgent, wait))
        if wait is not None and view.stops[0].why is not PlanWhy.NOT_HERE:
            soon = about_minutes(wait)
            lines.append(Words(_("Until they are called: {soon}.", soon=soon), Type.LEAD))
        lines.extend(_then(here, stop) for stop in view.stops[1:])
    elif view.is_ended:
        lines.append(Words(_("Nothing to wait for today."), Type.TITLE))
    else:
        lines.append(Words(_("Take a seat."), Type.TITLE))
        lines.append(Words(_("Somebody will come and ask what you need.")))
    lines.extend(Words(said) for said in instead_words(here.pack, running.hub, view.unmet))
    return Card(*lines)


def instead_words(pack: Pack, hub: Hub, unmet: Iterable[UnmetRow]) -> list[str]:
    """Say what was offered in the place of what nobody is here for, a sentence for each offer."""
    by_offer: dict[str, list[UnmetRow]] = {}
    for row in unmet:
        by_offer.setdefault(row.offered, []).append(row)
    return [_instead(pack, hub, offer, rows) for offer, rows in by_offer.items()]


def _instead(pack: Pack, hub: Hub, offer: str, rows: list[UnmetRow]) -> str:
    needs = needs_in_words(pack, [row.need for row in rows])
    match offer:
        case absence.NEXT_DATE:
            services = {service for row in rows for service in pack.need(row.need).services}
            days = [day for service in services if (day := hub.next_date(service))]
            if not days:
                return _("Come back another day for {needs}.", needs=needs)
            return _("Come back {day} for {needs}.", day=short_day(min(days)), needs=needs)
        case absence.SIGNPOST:
            return _("We told you where to go for {needs}.", needs=needs)
        case absence.CALL_BACK:
            due = min((day for row in rows if (day := read_day(row.due))), default=None)
            if due is None:
                return _("Somebody will call you about {needs}.", needs=needs)
            day = short_day(due)
            return _("Somebody will call you about {needs} by {day}.", needs=needs, day=day)
        case _:
            return _("Noted, not here today: {needs}.", needs=needs)


def _first(
    here: Here,
    stop: StopRow,
    is_urgent: bool,  # noqa: FBT001
    wait: Range | None,
) -> list[ft.Control]:
    place = stop.desk or here.service(stop.service)
    match stop.why:
        case PlanWhy.NOT_HERE if is_urgent:
            return [
                Words(_("Stay here with us."), Type.TITLE),
                Words(_("Somebody will help you straight away."), Type.LEAD),
            ]
        case PlanWhy.NOT_HERE:
            said = _("{place} is not here today. Ask us what else can be done.", place=place)
            return [Words(_("Take a seat."), Type.TITLE), Words(said)]
        case PlanWhy.NOBODY_YET | PlanWhy.BY_GREETER:
            return [Words(_("Take a seat."), Type.TITLE), Words(why_there(here, stop), Type.LEAD)]
        case _:
            return [
                QuietWords(_("First go to"), Type.LEAD),
                Words(place, Type.TITLE),
                Words(why_there(here, stop, is_timed=wait is None), Type.LEAD),
            ]


def _then(here: Here, stop: StopRow) -> ft.Control:
    place = stop.desk or here.service(stop.service)
    return ft.Column(
        [Words(_("Then {place}", place=place), Type.LEAD), QuietWords(why_there(here, stop))],
        tight=True,
        spacing=0,
    )
