"""The greeter’s screen: who is in the hall, which desks are free, and a new arrival at one tap."""

from collections.abc import Callable, Iterable

import flet as ft

from hub_app.core.pack import Pack
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_kept, use_tick, use_width
from hub_app.ui.parts import (
    Banner,
    BigButton,
    DangerButton,
    EmptyState,
    Head,
    Scaffold,
    Section,
    Tap,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.person import DeskCard, PersonLine
from hub_app.ui.parts.side import TwoWays, WithSheet
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.visit_panel import use_visit_panel
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Space, Tone, Width
from hub_app.view.desks import DeskRow
from hub_app.view.front import FrontView, front_view
from hub_app.view.people import PersonRow
from hub_app.view.triage import Draft

DRAFT = "triage-draft"
_CARD_WIDTH = 210
_Look = tuple[Callable[[str], None], Width]  # what a tap on a line does, and how wide it is


@component
def FrontScreen(running: Running) -> ft.Control:
    """Give the hall at a glance; every family is a line to tap."""
    use_feed(running.feed)
    use_tick(15)
    width = use_width()
    draft, keep_draft = use_kept(DRAFT, Draft())
    open_panel = use_visit_panel(running)
    hub, pack = running.hub, pack_here(running)
    view = front_view(hub.session, hub.names, hub.now())

    async def new_arrival() -> None:
        keep_draft(Draft())
        await routes.go(routes.TRIAGE)

    foot = _foot(new_arrival, width)
    back = Tap("choose-role", _("Roles and desks"), routes.go, (routes.CHOOSE,), ft.Icons.APPS)
    head = Head(_("Front"), _counts(view, width), back, ChipSlot(running))
    people = [*_half_entered(draft), *_people(view, pack, (open_panel, width))]
    desks = _desks(view.desks, pack, width)
    if width is Width.NARROW:
        strip = [_strip(desks)] if view.desks else desks
        return Scaffold(head, [*strip, *people], foot=foot)
    sheet = [Section(_("Desks"), *desks)]
    return WithSheet(Scaffold(head, people), sheet, foot, width)


def _strip(cards: list[ft.Control]) -> ft.Control:
    top = ft.CrossAxisAlignment.START
    return ft.Row(cards, spacing=Space.S, scroll=ft.ScrollMode.AUTO, vertical_alignment=top)


def _counts(view: FrontView, width: Width) -> str:
    here = ngettext("{n} family here", "{n} families here", view.here)
    if width is not Width.WIDE:
        here = ngettext("{n} here", "{n} here", view.here)
    waiting = ngettext("{n} waiting", "{n} waiting", len(view.waiting))
    gone = ngettext("{n} gone", "{n} gone", view.ended)
    return f"{here} · {waiting} · {gone}"


def _foot(new_arrival: Callable[[], object], width: Width) -> ft.Control:
    urgent = Tap("urgent-open", _("Urgent"), routes.go, (routes.URGENT,), ft.Icons.PRIORITY_HIGH)
    arrival = Tap("new-arrival", _("New arrival"), new_arrival, (), ft.Icons.PERSON_ADD)
    return TwoWays(DangerButton(urgent), BigButton(arrival), width)


def _half_entered(draft: Draft) -> list[ft.Control]:
    if not draft.is_begun:
        return []
    go_on = Tap("go-on", _("Carry on"), routes.go, (routes.TRIAGE,))
    said = _("An arrival is half entered. Nothing of it is kept yet.")
    return [Banner(said, Tone.CALM, (go_on,))]


def _desks(rows: Iterable[DeskRow], pack: Pack, width: Width) -> list[ft.Control]:
    size, is_line = _CARD_WIDTH if width is Width.NARROW else None, width is Width.WIDE
    cards: list[ft.Control] = [
        DeskCard(
            row,
            services_in_words(pack, row.services),
            size,
            is_line=is_line,
            key=f"card-{row.desk}",
        )
        for row in rows
    ]
    if cards:
        return cards
    new = Tap("desk-new", _("Add a desk"), routes.go, (routes.NEW_DESK,))
    said = _("No desk is here yet. Each opens its own, or you can do it for them.")
    return [EmptyState(said, ft.Icons.TABLE_RESTAURANT_OUTLINED, new)]


def _people(view: FrontView, pack: Pack, look: _Look) -> list[ft.Control]:
    parts = [
        (_("Not yet asked"), view.untriaged),
        (_("Waiting"), view.waiting),
        (_("Being served"), view.being_served),
        (_("Just gone"), view.lately),
    ]
    shown: list[ft.Control] = [
        Section(f"{title} ({len(rows)})", *_lines(rows, pack, look))
        for title, rows in parts
        if rows
    ]
    if view.here:
        return shown
    said = _("Nobody is here just now. When somebody comes in, tap New arrival.")
    return [EmptyState(said, ft.Icons.CHAIR_OUTLINED), *shown]


def _lines(rows: Iterable[PersonRow], pack: Pack, look: _Look) -> list[ft.Control]:
    act, width = look
    return [
        PersonLine(row, services_in_words(pack, row.services), act, width, key=f"line-{row.visit}")
        for row in rows
    ]
