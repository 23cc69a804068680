"""A desk's screen: one family at a time, and one thing to do next, always in the same place."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import flet as ft

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.hub import Hub
from hub_app.ui.calling import use_calling
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_kept, use_tick, use_width
from hub_app.ui.parts import EmptyState, Head, Scaffold, Tap
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.routes import CHOOSE, go
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_away import AwaySection, leaving_words, use_leaving_panel
from hub_app.ui.screens.desk_cards import main_of
from hub_app.ui.screens.desk_checklist import NO_MARKS, Checking, ChecklistScreen, Marks
from hub_app.ui.screens.desk_clash import ClashCards
from hub_app.ui.screens.desk_cut_off import (
    CutOffBanner,
    cut_off_of,
    use_pick_panel,
    use_take_over,
    without_calls,
)
from hub_app.ui.screens.desk_draft import Draft, draft_of, standing
from hub_app.ui.screens.desk_finish import Ending, Step
from hub_app.ui.screens.desk_foot import Foot, Undo, undo_said
from hub_app.ui.screens.desk_look import Look, Openers
from hub_app.ui.screens.desk_need import use_need_panel
from hub_app.ui.screens.desk_others import OtherDesks
from hub_app.ui.screens.desk_queue import HoldSection, QueueSection
from hub_app.ui.screens.desk_taps import DeskTaps, last_of
from hub_app.ui.screens.desk_walk import ComingCards, SentCards
from hub_app.ui.screens.desk_words import below_name, chose, went_away
from hub_app.ui.strings import _, spoken
from hub_app.ui.tokens import Space, Width
from hub_app.view.clashes import clash_notices
from hub_app.view.desk import DeskView, desk_view
from hub_app.view.handovers import Sharing

_BEAT_SECONDS = 20
_MAIN_SHARE, _SIDE_SHARE = 7, 5

UNDO_MINUTES = UNDO_WINDOW_MILLIS // MINUTE_MILLIS
_NOT_ENDING: Draft | None = None

_Open = Callable[[], None]
_Keeps = tuple[Callable[[Draft | None], None], Callable[[Marks | None], None]]


@component
def DeskScreen(running: Running, desk: str) -> ft.Control:
    """Show a desk of today's session: who is with it, who is next, and its queue."""
    use_feed(running.feed)
    use_tick(_BEAT_SECONDS)
    width = use_width()
    draft, keep = use_kept(f"ending-{desk}", _NOT_ENDING)
    asked, calling = use_calling(running, tells_cut_off=False)  # the screen itself says so
    taps = ft.use_memo(lambda: DeskTaps(running.hub, desk, calling), [running, desk])
    marks, mark = use_kept(f"checklist-{desk}", NO_MARKS)
    hub = running.hub
    if desk not in hub.session.desks or not hub.session.is_open:
        return _NoDesk(running, key="no-desk")
    view = desk_view(hub.hall, desk, hub.names, Sharing(hub.notes, hub.may_carry_note))
    cut_off = cut_off_of(running.tablets.status(), asked)
    look = Look(
        spoken().pack(hub.pack),
        without_calls(view) if cut_off else view,
        taps,
        is_narrow=width is Width.NARROW,
        chose=_chose(hub, view),
        asked=asked.what,
        cut_off=cut_off,
        clashes=clash_notices(hub.session, desk),
    )
    with_me = view.with_me
    if with_me is None or with_me.row.stage is not Stage.SERVING:
        return _Desk(running, look, (keep, mark), key="desk")
    if marks is not None and marks.visit == with_me.row.visit:
        return ChecklistScreen(running, Checking(look, marks, mark), key="checklist")
    ending = standing(draft, with_me)
    if ending is not None:
        if ending.note and not hub.may_carry_note(desk, ending.to or ""):
            ending = replace(ending, note="")  # the agreement has ended while it was written
        begin = partial(mark, Marks(with_me.row.visit))
        return Ending(running, Step(look, with_me, ending, keep, begin), key="ending")
    return _Desk(running, look, (keep, mark), key="desk")


def _chose(hub: Hub, view: DeskView) -> str:
    """Say whom somebody passed over, as long as the family they chose is only called."""
    with_me = view.with_me
    if with_me is None or with_me.row.stage is not Stage.CALLED:
        return ""
    last = last_of(hub.taps(), view)
    is_this = last is not None and last.visit == with_me.row.visit
    return chose(last) if last and is_this and last.over else ""


@component
def _NoDesk(running: Running) -> ft.Control:
    home = Tap("home", _("Choose a desk"), go, (CHOOSE,), ft.Icons.ARROW_BACK)
    text = _("This desk is not part of today’s session. Choose another, or set one up.")
    empty = EmptyState(text, ft.Icons.TABLE_RESTAURANT_OUTLINED)
    return Scaffold(Head(_("Desk"), slot=ChipSlot(running)), [empty], foot=Foot(home))


@component
def _Desk(running: Running, look: Look, keeps: _Keeps) -> ft.Control:
    width = use_width()
    open_leaving = use_leaving_panel(look)
    open_take_over = use_take_over(running, look)
    main = main_of(look, _openers(look, keeps, (use_need_panel(look), use_pick_panel(look))))
    view = look.view
    queue = [QueueSection(look)]
    if view.on_hold:
        queue.append(HoldSection(look))
    queue.append(AwaySection(look, open_leaving))
    middle = [main.card, *SentCards(look)]
    if width is Width.WIDE:
        middle += OtherDesks(look, running.hub.session)
    body = [*ClashCards(look), *CutOffBanner(look, open_take_over), *ComingCards(look)]
    body += [_side_by_side(middle, queue)] if width is Width.WIDE else [*middle, *queue]
    head = Head(
        view.desk.name,
        " · ".join(filter(None, (below_name(look.pack, view.desk), leaving_words(look)))),
        Tap("home", _("Choose another place"), go, (CHOOSE,), ft.Icons.ARROW_BACK),
        ChipSlot(running),
    )
    return Scaffold(head, body, foot=Foot(main.primary, _undo(look)))


def _openers(look: Look, keeps: _Keeps, opens: tuple[_Open, _Open]) -> Openers:
    (keep, mark), (add_need, pick) = keeps, opens

    def check() -> None:
        if look.view.with_me is not None:
            mark(Marks(look.view.with_me.row.visit))

    def begin(*, is_handover: bool) -> None:
        if look.view.with_me is not None:
            keep(draft_of(look.pack, look.view.with_me, is_handover=is_handover))

    return Openers(
        finish=partial(begin, is_handover=False),
        hand_over=partial(begin, is_handover=True),
        add_need=add_need,
        checklist=check,
        pick=pick,
    )


def _undo(look: Look) -> ft.Control | None:
    hub, desk = look.taps.hub, look.view.desk
    is_away = desk.presence in (Presence.BREAK, Presence.GONE)
    if is_away and look.view.since_minutes < UNDO_MINUTES:
        said = went_away(desk.presence, look.view.since_minutes)
        return Undo(Tap("undo", _("Undo: {what}", what=said), look.taps.undo_presence), said)
    last = last_of(hub.taps(), look.view)
    if last is None:
        return None
    said = undo_said(last, hub.now())
    label = _("Undo: {what}", what=said)
    return Undo(Tap("undo", label, look.taps.undo, (last,)), said)


def _side_by_side(main: list[ft.Control], side: list[ft.Control]) -> ft.Control:
    return ft.Row(
        [
            ft.Container(_column(main), expand=_MAIN_SHARE),
            ft.Container(_column(side), expand=_SIDE_SHARE),
        ],
        spacing=Space.XL,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _column(controls: list[ft.Control]) -> ft.Control:
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(controls, tight=True, spacing=Space.XL, horizontal_alignment=stretch)
