"""Triage: what a family came for, in as few taps as it takes, and where the hall can help now."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.hub import Hub
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_kept, use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.parts import (
    BigButton,
    DangerButton,
    Head,
    Heading,
    QuietButton,
    QuietWords,
    Scaffold,
    SearchField,
    Tap,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.side import TwoWays, WithSheet
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens import slip
from hub_app.ui.screens.draft_taps import DraftTaps, let_in, write_down
from hub_app.ui.screens.front import DRAFT
from hub_app.ui.screens.needs import ask_first, category_strip, need_shelves
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.protocols import protocol_sheet, protocol_tiles, protocol_title
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Type, Width
from hub_app.view.triage import Draft, StopRow, plan_rows, urgent_of


@dataclass(frozen=True)
class _Look:
    """What of the screen is shown. `turn` makes a new search field: a tablet’s keyboard goes away.

    `protocol` is None for none, empty for the list of them, else a code.
    """

    asked: str = ""
    turn: int = 0
    category: str = ""
    protocol: str | None = None
    is_slip: bool = False
    is_asking: bool = False
    is_reading: bool = False


class _Eyes:
    """Changes what is shown; the same at every render."""

    def __init__(self) -> None:
        self.look = _Look()
        self._set: Callable[[_Look], None] = lambda _look: None

    def at(self, look: _Look, set_look: Callable[[_Look], None]) -> None:
        self.look, self._set = look, set_look

    def show(self, what: str, value: object) -> None:
        self.look = replace(self.look, **{what: value})
        self._set(self.look)

    def found(self) -> None:
        """Put the search away, and the keyboard with it."""
        if self.look.asked:
            self.show("turn", self.look.turn + 1)
            self.show("asked", "")


@component
def TriageScreen(running: Running, visit: str = "") -> ft.Control:
    """Give triage for a new arrival, or for the visit named."""
    use_feed(running.feed)
    width, pack, hub = use_width(), pack_here(running), running.hub
    draft, keep = use_kept(f"{DRAFT}-{visit}" if visit else DRAFT, Draft())
    look, set_look = ft.use_state(_Look())
    taps = cast(DraftTaps, ft.use_ref(DraftTaps).current)
    eyes = cast(_Eyes, ft.use_ref(_Eyes).current)
    known = hub.session.visits.get(visit)
    have = frozenset(need.code for need in known.open_needs) if known else frozenset[str]()
    taps.at(draft, have, keep)
    eyes.at(look, set_look)

    def choose(need: str) -> None:
        taps.toggle(need)
        eyes.found()

    async def give() -> None:
        given = await _give(hub, taps.draft, visit)
        if given is not None:
            taps.clear()
            await routes.go(routes.ticket(given.id))

    choose_same = use_latest(choose)
    if look.protocol is not None:
        return _protocol(pack, taps, width, eyes)
    back = Tap("back", _("Back to the front"), routes.go, (routes.FRONT,), ft.Icons.ARROW_BACK)
    head = Head(_title(known), _("What would they like help with today?"), back, ChipSlot(running))
    ticket = Tap("give-ticket", _give_words(known, draft), give, (), ft.Icons.CHECK)
    foot = _foot(ticket, eyes, width)
    stops = plan_rows(hub.hall, draft)
    parts = _parts(pack, draft, stops, (taps, eyes))
    shelves = need_shelves(
        pack, look.asked, look.category, have.union(draft.needs), (choose_same, width)
    )
    main = replace(head, under=_finding(pack, eyes, width))
    chosen = slip.chips(pack, draft, taps)
    if width is not Width.NARROW:
        return WithSheet(Scaffold(main, shelves), [_chosen(chosen), *parts], foot, width)
    first = pack.service(stops[0].service).short if stops else ""
    foot = _stack(_summary(chosen, first, eyes, is_urgent=bool(urgent_of(pack, draft))), foot)
    if look.is_slip:
        return Scaffold(head, parts, foot=foot)
    return Scaffold(replace(main, below=""), shelves, foot=foot)


async def _give(hub: Hub, draft: Draft, visit: str) -> Visit | None:
    """Let a new family in, or write down more for one that is here; a refusal is told."""
    if not visit:
        return let_in(hub, draft)
    known = hub.session.visits.get(visit)
    if known is None:
        done(Refusal.NO_SUCH_VISIT)
        return None
    return known if write_down(hub, known, draft) else None


def _title(known: Visit | None) -> str:
    return _("{ticket}: what else?", ticket=known.ticket) if known else _("New arrival")


def _give_words(known: Visit | None, draft: Draft) -> str:
    if known is not None:
        return _("Save")
    return _("Give ticket") if draft.needs else _("Ticket only")


def _finding(pack: Pack, eyes: _Eyes, width: Width) -> ft.Control:
    """Give what finds a need: a word, or a category. It stays in sight."""
    look = eyes.look
    label = _("Find a need: rent, food, UC …")
    search = SearchField("need-search", label, look.asked, partial(eyes.show, "asked"))
    field = ft.Container(search, key=f"search-{look.turn}")
    strip = category_strip(pack, look.category, partial(eyes.show, "category"), width)
    return _stack([field], strip)


def _parts(
    pack: Pack, draft: Draft, stops: tuple[StopRow, ...], changes: tuple[DraftTaps, _Eyes]
) -> list[ft.Control]:
    """Give the slip below what was chosen: urgency, the plan, who came, the optional questions."""
    taps, eyes = changes
    urgent = urgent_of(pack, draft)
    is_asking, is_reading = eyes.look.is_asking, eyes.look.is_reading
    parts = ask_first(pack, draft.needs, (is_reading, partial(eyes.show, "is_reading")))
    if urgent is not None:
        parts.insert(0, slip.urgent_banner(pack, urgent, partial(eyes.show, "protocol"), taps.calm))
    if stops:
        parts.append(slip.plan_part(pack, stops, draft, taps))
    icon = ft.Icons.EXPAND_LESS if is_asking else ft.Icons.EXPAND_MORE
    label, ask = _("A few optional questions"), ("is_asking", not is_asking)
    parts.append(slip.party_part(draft, taps))
    parts.append(QuietButton(Tap("ask-more", label, eyes.show, ask, icon), is_wide=True))
    return [*parts, *slip.questions_part(pack, draft, taps)] if is_asking else parts


def _foot(ticket: Tap, eyes: _Eyes, width: Width) -> ft.Control:
    listed = ("protocol", "")
    urgent = Tap("urgent-open", _("Urgent"), eyes.show, listed, ft.Icons.PRIORITY_HIGH)
    return TwoWays(DangerButton(urgent), BigButton(ticket), width)


def _chosen(chips: list[ft.Control]) -> ft.Control:
    hint = QuietWords(_("Tap all they need. Several is fine."), Type.BODY)
    row = ft.Row(chips, wrap=True, spacing=Space.S, run_spacing=Space.S) if chips else hint
    return ft.Column([Heading(_("They came for")), row], tight=True, spacing=Space.S)


def _summary(
    chips: list[ft.Control], first: str, eyes: _Eyes, *, is_urgent: bool
) -> list[ft.Control]:
    """Give what a narrow page keeps in sight above the ticket: what was chosen, and the way on."""
    is_slip = eyes.look.is_slip
    label = _("First: {service}", service=first) if first else _("Plan and questions")
    icon = ft.Icons.PRIORITY_HIGH if is_urgent and not is_slip else ft.Icons.UNFOLD_MORE
    if is_slip:
        label = _("Back to the needs")
    turn = Tap("plan-open", label, eyes.show, ("is_slip", not is_slip), icon)
    more = QuietButton(turn, is_wide=True)
    return [ft.Row(chips, spacing=Space.S, scroll=ft.ScrollMode.AUTO), more] if chips else [more]


def _stack(above: list[ft.Control], foot: ft.Control) -> ft.Control:
    return ft.Column(
        [*above, foot],
        tight=True,
        spacing=Space.S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _protocol(pack: Pack, taps: DraftTaps, width: Width, eyes: _Eyes) -> ft.Control:
    """Give the list of protocols, or one, over a triage that stays as it was."""
    code = eyes.look.protocol or ""

    def mark() -> None:
        taps.mark(pack, code)
        eyes.show("protocol", None)

    gone = ("protocol", None)
    back = Tap("back", _("Back to triage"), eyes.show, gone, ft.Icons.ARROW_BACK)
    if not code:
        head = Head(_("It cannot wait"), _("What is it about?"), back)
        return Scaffold(head, [protocol_tiles(pack, partial(eyes.show, "protocol"), width)])
    marked = Tap("mark-urgent", _("Mark as urgent"), mark, (), ft.Icons.PRIORITY_HIGH)
    head = Head(protocol_title(pack, code, width), "", back)
    return Scaffold(head, protocol_sheet(pack, code, width), foot=BigButton(marked))
