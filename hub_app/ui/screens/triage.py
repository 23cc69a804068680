"""Triage: what a family came for, in as few taps as it takes, and where the hall can help now."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

import flet as ft

from hub_app.core.capacity import with_them
from hub_app.core.pack import Pack
from hub_app.core.ranges import Range
from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.hub import Hub
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_kept, use_tick, use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.parts import (
    BigButton,
    DangerButton,
    Head,
    Heading,
    QuietButton,
    Scaffold,
    SearchField,
    Tap,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.side import TwoWays, WithSheet
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens import slip
from hub_app.ui.screens.absent import Absences, absences_now, absent_part, away, use_absences
from hub_app.ui.screens.arrangements import Arranger, arrangements_part
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.draft_taps import DraftTaps, Known
from hub_app.ui.screens.enquiry import enquiry_part, opening
from hub_app.ui.screens.front import DRAFT
from hub_app.ui.screens.let_in import let_in, undecided_words, write_down
from hub_app.ui.screens.needs import ask_first, category_strip, need_shelves
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.plan import plan_part
from hub_app.ui.screens.protocols import protocol_sheet, protocol_tiles, protocol_title
from hub_app.ui.screens.who import who_part
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Width
from hub_app.view.arrangements import NOTHING_YET, arranging_of
from hub_app.view.triage import Draft, StopRow, absent_needs, plan_rows, undecided, urgent_of
from hub_app.view.typed import LocalClock
from hub_app.view.who_here import who_here

_BEAT_SECONDS = 30


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
    is_arranging: bool = False
    is_enquiring: bool = False
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


@dataclass(frozen=True)
class _Seen:
    """What one render of the screen is drawn from."""

    hub: Hub
    here: Here
    known: Visit | None
    wait: Range | None
    taps: DraftTaps
    eyes: _Eyes
    absent: Absences
    width: Width

    @property
    def draft(self) -> Draft:
        return self.taps.draft

    @property
    def pack(self) -> Pack:
        return self.here.pack

    def left(self) -> tuple[str, ...]:
        """Give the needs nobody is here for, and nothing is offered for."""
        return undecided(self.pack, self.draft, self.absent, self.known)


@component
def TriageScreen(running: Running, visit: str = "") -> ft.Control:
    """Give triage for a new arrival, or for the visit named."""
    use_feed(running.feed)
    use_tick(_BEAT_SECONDS)
    width, pack, hub = use_width(), pack_here(running), running.hub
    known, clock = hub.session.visits.get(visit), _clock(hub)
    draft, keep = use_kept(f"{DRAFT}-{visit}" if visit else DRAFT, Draft())
    look, set_look = ft.use_state(_Look())
    taps = cast(DraftTaps, ft.use_ref(DraftTaps).current)
    eyes = cast(_Eyes, ft.use_ref(_Eyes).current)
    have = frozenset(need.code for need in known.open_needs) if known else frozenset[str]()
    arranged = arranging_of(known.arrangements, clock) if known else NOTHING_YET
    taps.at(draft, keep, Known(have, arranged))
    eyes.at(look, set_look)
    absent = use_absences(hub)
    here = Here(pack, hub.session.utc_offset_minutes)
    wait = running.wait(visit) if known else None
    seen = _Seen(hub, here, known, wait, taps, eyes, absent, width)

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
    shelves = need_shelves(
        pack,
        (look.asked, look.category),
        have.union(draft.needs),
        away(here, absent, width),
        (choose_same, width),
    )
    shelves = [*_who(seen), *shelves]
    return _laid_out(seen, head, shelves, _foot(_ticket(seen, give), eyes, width))


def _clock(hub: Hub) -> LocalClock:
    return LocalClock(hub.now(), hub.session.utc_offset_minutes)


def _ticket(seen: _Seen, give: Callable[[], object]) -> Tap:
    left = seen.left()
    why_not = undecided_words(seen.hub, left, seen.absent) if left else ""
    label = _give_words(seen.known, seen.draft)
    return Tap("give-ticket", label, give, (), ft.Icons.CHECK, why_not)


def _who(seen: _Seen) -> list[ft.Control]:
    return who_part(seen.here, who_here(seen.hub.hall, seen.eyes.look.asked), seen.absent)


def _laid_out(seen: _Seen, head: Head, shelves: list[ft.Control], foot: ft.Control) -> ft.Control:
    """Give the needs with the slip beside them; on a narrow page the slip is a tap away."""
    pack, draft, eyes, width = seen.pack, seen.draft, seen.eyes, seen.width
    stops = plan_rows(seen.hub.hall, draft, seen.absent, seen.known, seen.wait)
    chips, parts = slip.chips(pack, draft, seen.taps), _parts(seen, stops)
    main = replace(head, under=_finding(pack, eyes, width))
    if width is not Width.NARROW:
        return WithSheet(Scaffold(main, shelves), [_chosen(pack, chips), *parts], foot, width)
    first = pack.service(stops[0].service).short if stops else ""
    above = _summary(chips, first, eyes, is_urgent=bool(urgent_of(pack, draft)))
    if eyes.look.is_slip:
        return Scaffold(head, parts, foot=_stack(above, foot))
    asked = absent_part(seen.here, seen.left(), seen.absent, seen.taps)
    if asked:  # the way to the slip waits: this is to be said first, and there is little room
        above = [*asked[:1], *above[:-1]]
    return Scaffold(replace(main, below=""), shelves, foot=_stack([*_full(seen), *above], foot))


async def _give(hub: Hub, draft: Draft, visit: str) -> Visit | None:
    """Let a new family in, or write down more for one that is here; a refusal is told."""
    absent = absences_now(hub)
    if not visit:
        return let_in(hub, draft, absent)
    known = hub.session.visits.get(visit)
    if known is None:
        done(Refusal.NO_SUCH_VISIT)
        return None
    return known if write_down(hub, known, draft, absent) else None


def _title(known: Visit | None) -> str:
    return _("{ticket}: what else?", ticket=known.ticket) if known else _("New arrival")


def _give_words(known: Visit | None, draft: Draft) -> str:
    if known is not None:
        return _("Save")
    return _("Give ticket") if draft.needs else _("Ticket only")


def _finding(pack: Pack, eyes: _Eyes, width: Width) -> ft.Control:
    """Give what finds a need: a word, or a category. It stays in sight."""
    look = eyes.look
    label = _("Find a need or a desk: rent, food, UC …")
    if width is Width.NARROW:
        label = _("Find a need or a desk")
    search = SearchField("need-search", label, look.asked, partial(eyes.show, "asked"))
    field = ft.Container(search, key=f"search-{look.turn}")
    strip = category_strip(pack, look.category, partial(eyes.show, "category"), width)
    return _stack([field], strip)


def _parts(seen: _Seen, stops: tuple[StopRow, ...]) -> list[ft.Control]:
    """Give the slip below what was chosen, what presses most first; what is optional is folded."""
    pack, draft, taps, eyes = seen.pack, seen.draft, seen.taps, seen.eyes
    urgent, look = urgent_of(pack, draft), eyes.look
    parts: list[ft.Control] = []
    if urgent is not None:
        parts.append(slip.urgent_banner(pack, urgent, partial(eyes.show, "protocol"), taps.calm))
    parts += _full(seen)
    parts += ask_first(pack, draft.needs, (look.is_reading, partial(eyes.show, "is_reading")))
    gone = absent_needs(pack, draft, seen.absent, seen.known)
    parts += absent_part(seen.here, gone, seen.absent, taps)
    if stops:
        parts.append(plan_part(seen.here, stops, taps, seen.width))
    words = _fold(eyes, "enquiry-more", _("All the words to say"), "is_enquiring")
    parts += enquiry_part(pack, taps, words, is_long=look.is_enquiring)
    parts.append(slip.party_part(draft, taps))
    label = _("Interpreter, access, times")
    fold = _fold(eyes, "arrange-open", label, "is_arranging")
    arranger = Arranger(seen.here, seen.hub.session, _clock(seen.hub), taps)
    parts.append(arrangements_part(arranger, look.is_arranging, fold))
    more = _fold(eyes, "ask-more", _("A few optional questions"), "is_asking")
    parts.append(QuietButton(more, is_wide=True))
    return [*parts, *slip.questions_part(pack, draft, taps)] if look.is_asking else parts


def _fold(eyes: _Eyes, key: str, label: str, what: str) -> Tap:
    is_open = bool(getattr(eyes.look, what))
    icon = ft.Icons.EXPAND_LESS if is_open else ft.Icons.EXPAND_MORE
    return Tap(key, label, eyes.show, (what, not is_open), icon)


def _full(seen: _Seen) -> list[ft.Control]:
    """Say how full the hall is with this party; a family that is here is counted already."""
    if seen.known is not None:
        return []
    draft, hub = seen.draft, seen.hub
    full = with_them(hub.session.here, hub.house.capacity, draft.adults, draft.children)
    return slip.full_part(full)


def _foot(ticket: Tap, eyes: _Eyes, width: Width) -> ft.Control:
    listed = ("protocol", "")
    urgent = Tap("urgent-open", _("Urgent"), eyes.show, listed, ft.Icons.PRIORITY_HIGH)
    return TwoWays(DangerButton(urgent), BigButton(ticket), width)


def _chosen(pack: Pack, chips: list[ft.Control]) -> ft.Control:
    row = ft.Row(chips, wrap=True, spacing=Space.S, run_spacing=Space.S)
    below = [row] if chips else opening(pack)
    return ft.Column([Heading(_("They came for")), *below], tight=True, spacing=Space.S)


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
