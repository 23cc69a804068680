"""The greeter’s screen: who is in the hall, which desks are free, and a new arrival at one tap."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
    SignPill,
    Tap,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.panels import Opener
from hub_app.ui.parts.person import CardLook, CardShape, DeskCard, PersonLine
from hub_app.ui.parts.side import TwoWays, WithSheet
from hub_app.ui.parts.urgent import to_protocols
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.screens.front_words import (
    Told,
    astray_words,
    full_sign,
    interpreters_words,
    said_of,
)
from hub_app.ui.screens.interpreters import use_interpreters
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.visit_panel import use_visit_panel
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Space, Tone, Width
from hub_app.view.desks import DeskRow
from hub_app.view.front import FrontView, front_view
from hub_app.view.people import PersonRow
from hub_app.view.triage import Draft

DRAFT = "triage-draft"
_SHAPES = {Width.NARROW: CardShape.STRIP, Width.WIDE: CardShape.LINE}


@dataclass(frozen=True, eq=False)
class _Look:
    """One look at the hall: what lines are said with, what a tap on one does, how wide it is."""

    running: Running
    view: FrontView
    told: Told
    open_panel: Callable[[str], None]
    width: Width


@component
def FrontScreen(running: Running, about: str = "") -> ft.Control:
    """Give the hall at a glance; every family is a line to tap, the one it is `about` is open."""
    use_feed(running.feed)
    use_tick(15)
    width = use_width()
    draft, keep_draft = use_kept(DRAFT, Draft())
    open_panel = use_visit_panel(running, about)
    open_interpreters = use_interpreters(running)
    hub, pack = running.hub, pack_here(running)
    session, capacity = hub.session, hub.house.capacity
    view = front_view(hub.hall, hub.names, capacity)
    here = Here(pack, session.utc_offset_minutes)
    told = Told(here, hub.now(), view.ahead, view.arranged)
    look = _Look(running, view, told, open_panel, width)

    async def new_arrival() -> None:
        keep_draft(Draft())
        await routes.go(routes.TRIAGE)

    foot = _foot(new_arrival, width)
    head = Head(
        _("Front"),
        _counts(view, width),
        Tap("choose-role", _("Roles and desks"), routes.go, (routes.CHOOSE,), ft.Icons.APPS),
        ChipSlot(running),
        ft.Row([SignPill(full_sign(view.fullness, capacity))]),
    )
    people = [*_half_entered(draft), *_astray(look), *_people(look)]
    desks = _desks(look)
    speaks = Tap("interpreters", _("Interpreters"), open_interpreters, (), ft.Icons.TRANSLATE)
    interpreters = Opener(speaks, interpreters_words(pack, session.interpreters))
    if width is Width.NARROW:
        strip = [_strip(desks)] if view.desks else desks
        return Scaffold(head, [*strip, *people, interpreters], foot=foot)
    sheet = [Section(_("Desks"), *desks), interpreters]
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
    urgent = Tap("urgent-open", _("Urgent"), to_protocols, (), ft.Icons.PRIORITY_HIGH)
    arrival = Tap("new-arrival", _("New arrival"), new_arrival, (), ft.Icons.PERSON_ADD)
    return TwoWays(DangerButton(urgent), BigButton(arrival), width)


def _half_entered(draft: Draft) -> list[ft.Control]:
    if not draft.is_begun:
        return []
    go_on = Tap("go-on", _("Carry on"), routes.go, (routes.TRIAGE,))
    said = _("An arrival is half entered. Nothing of it is kept yet.")
    return [Banner(said, Tone.CALM, (go_on,))]


def _astray(look: _Look) -> list[ft.Control]:
    banners: list[ft.Control] = []
    for lost in look.view.astray:
        visit = lost.row.visit
        see = Tap(f"astray-{visit}", _("Show"), look.open_panel, (visit,))
        banners.append(Banner(astray_words(lost), Tone.WARN, (see,)))
    return banners


def _desks(look: _Look) -> list[ft.Control]:
    card = CardLook(look.told.here.offset_minutes, _SHAPES.get(look.width, CardShape.SHEET))
    cards = [_desk(look.told.here.pack, row, card) for row in look.view.desks]
    if cards:
        return cards
    new = Tap("desk-new", _("Add a desk"), routes.go, (routes.NEW_DESK,))
    said = _("No desk is here yet. Each opens its own, or you can do it for them.")
    return [EmptyState(said, ft.Icons.TABLE_RESTAURANT_OUTLINED, new)]


def _desk(pack: Pack, row: DeskRow, card: CardLook) -> ft.Control:
    return DeskCard(row, services_in_words(pack, row.services), card, key=f"card-{row.desk}")


def _people(look: _Look) -> list[ft.Control]:
    view = look.view
    parts = [
        (_("Not yet asked"), view.untriaged),
        (_("Waiting"), view.waiting),
        (_("Being served"), view.being_served),
        (_("Just gone"), view.lately),
    ]
    shown: list[ft.Control] = [
        Section(f"{title} ({len(rows)})", *_lines(rows, look)) for title, rows in parts if rows
    ]
    if view.here:
        return shown
    said = _("Nobody is here just now. When somebody comes in, tap New arrival.")
    return [EmptyState(said, ft.Icons.CHAIR_OUTLINED), *shown]


def _lines(rows: Iterable[PersonRow], look: _Look) -> list[ft.Control]:
    wait = look.running.wait
    said = [(row, said_of(look.told, row, wait(row.visit))) for row in rows]
    return [
        PersonLine(row, words, look.open_panel, look.width, key=f"line-{row.visit}")
        for row, words in said
    ]
