"""A desk whose tablet cannot reach the others: what it says, and whom it may still begin with."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import flet as ft

from hub_app.core.session import Presence
from hub_app.ui.calling import Asked
from hub_app.ui.formats import minutes
from hub_app.ui.parts import Banner, Panel, Pill, QuietWords, Tap, Words, use_panel
from hub_app.ui.parts.choices import PickBox
from hub_app.ui.parts.person import LineTicket
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_look import CutOff, Look
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Tone, Type
from hub_app.view.desk import DeskView
from hub_app.view.handovers import Step
from hub_app.view.people import PersonRow
from hub_app.view.tablets import InHall

_FEW = 3  # so many whom the rule would call next are shown before all others


def cut_off_of(in_hall: InHall, asked: Asked) -> CutOff | None:
    """Say whether calls cannot be asked for: the tablets know it, or an answer just said so."""
    if not in_hall.may_call:
        return CutOff(may_take_over=in_hall.may_take_over)
    return CutOff(may_try=True) if asked.is_lately_cut_off else None


def without_calls(view: DeskView) -> DeskView:
    """Give a desk's view in which nobody on the way can be called either."""
    return replace(
        view,
        coming=tuple(replace(row, can_call=False) for row in view.coming),
        sent=tuple(replace(row, can_call=False) for row in view.sent),
    )


def GoOnBanner(look: Look, to: str = "") -> list[ft.Control]:
    """Say to a desk with a family in front that it goes on as before; nothing when not cut off.

    `to` is the desk (its name) they are about to be handed over to.
    """
    with_me = look.view.with_me
    if look.cut_off is None or with_me is None:
        return []
    said = _(
        "This tablet can’t reach the others just now. Go on with {ticket}: what you enter is"
        " kept, and passed on by itself.",
        ticket=with_me.row.ticket,
    )
    parts = [said, _("{desk} may not see it yet: tell them.", desk=to)] if to else [said]
    return [ft.Container(Banner(" ".join(parts), Tone.WARN), key="cut-off")]


def CutOffBanner(look: Look, open_take_over: Callable[[], None]) -> list[ft.Control]:
    """Say in words that calls cannot be asked for, with what can be done; nothing when they can."""
    if look.cut_off is None or look.view.desk.presence is not Presence.HERE:
        return []
    if look.view.with_me is not None:
        return GoOnBanner(look)
    said = _(
        "This tablet can’t reach the others. It can’t call by turn, so nobody is called twice."
        " Call only somebody who is here with you."
    )
    taps: list[Tap] = []
    if look.cut_off.may_try and look.asked is None:
        taps.append(Tap("try-again", _("Try again"), look.taps.call_next, (), ft.Icons.REFRESH))
    if look.cut_off.may_take_over:
        label, icon = _("Let this tablet decide"), ft.Icons.CAMPAIGN_OUTLINED
        taps.append(Tap("take-over", label, open_take_over, (), icon))
    return [ft.Container(Banner(said, Tone.WARN, taps), key="cut-off")]


def here_with_me(look: Look, pick: Callable[[], None]) -> Tap:
    """Give what stands in the place of *Call next*."""
    why_not = "" if _everybody(look.view) else _("Nobody is waiting for this desk.")
    icon = ft.Icons.HOW_TO_REG_OUTLINED
    return Tap("here-with-me", _("They are here with me"), pick, (), icon, why_not)


def use_take_over(running: Running, look: Look) -> Callable[[], None]:
    """Give what asks whether this tablet shall decide. A hook: call it at every render."""
    may = look.cut_off is not None and look.cut_off.may_take_over
    is_open, set_open = _use_open_while(may)

    def close() -> None:
        set_open(False)

    def take_over() -> None:
        set_open(False)
        running.tablets.take_over()

    use_panel(_take_over(take_over, close) if is_open else None)
    return lambda: set_open(True)


def _take_over(sure: Callable[[], None], close: Callable[[], None]) -> Panel:
    only = _(
        "Only if nobody at the other tablets calls people: they are switched off, or somebody went"
        " and asked."
    )
    what_if = _(
        "Should another tablet call people all the same, one family may be called to two desks."
        " Whoever sat down with them first then has them, and the other desk is told."
    )
    taps = (
        Tap("take-over-sure", _("Yes, this tablet decides"), sure),
        Tap("take-over-not", _("Not now"), close),
    )
    title = _("Let this tablet decide who is called?")
    return Panel(title, [Words(only), QuietWords(what_if, Type.BODY)], close, taps)


def use_pick_panel(look: Look) -> Callable[[], None]:
    """Give what opens the list of who may be in front. A hook: call it at every render."""
    may = look.cut_off is not None and look.view.desk.is_free
    is_open, set_open = _use_open_while(may)

    def close() -> None:
        set_open(False)

    def begin(visit: str) -> None:
        set_open(False)
        look.taps.call_here(visit)

    use_panel(_pick(look.view, begin, close) if is_open else None)
    return lambda: set_open(True)


def _use_open_while(may: bool) -> tuple[bool, Callable[[bool], None]]:  # noqa: FBT001
    """Give the state of a panel that closes for good once it is of no use any more."""
    is_open, set_open = ft.use_state(initial=False)

    def close_when_over() -> None:
        if not may:
            set_open(False)

    ft.use_effect(close_when_over, [may])
    return is_open and may, set_open


def _everybody(view: DeskView) -> tuple[PersonRow, ...]:
    """Give all who may be in front of this desk, in the order they would be called."""
    sent = (row.row for row in view.sent if row.step is not Step.RECEIVED)
    on_the_way = (row.row for row in view.on_the_way)
    return (*view.queue, *view.on_hold, *on_the_way, *sent)


def _pick(view: DeskView, begin: Callable[[str], None], close: Callable[[], None]) -> Panel:
    everybody = _everybody(view)
    by_turn = [row for row in view.queue if row.visit not in view.blocked][:_FEW]
    others = [row for row in everybody if row not in by_turn]
    body: list[ft.Control] = [
        Words(_("Choose the family in front of you. You begin with them at once.")),
        *_part(_("Next by turn"), by_turn, begin),
        *_part(_("Everybody else who waits") if by_turn else "", others, begin),
    ]
    taps = (Tap("pick-close", _("Not now"), close),)
    return Panel(_("Who is here with you?"), body, close, taps)


def _part(title: str, rows: Iterable[PersonRow], begin: Callable[[str], None]) -> list[ft.Control]:
    lines = [_line(row, begin) for row in rows]
    head = [QuietWords(title)] if title and lines else []
    return [ft.Column([*head, *lines], tight=True, spacing=Space.S)] if lines else []


def _line(row: PersonRow, begin: Callable[[str], None]) -> ft.Control:
    here = minutes(row.minutes, is_short=True) if row.minutes else _("just now")
    since = _("Here {time}", time=here) if row.minutes else _("Here just now")
    texts: list[ft.Control] = [Words(row.name, lines=1)] if row.name else []
    texts.append(QuietWords(_("Stepped out; place kept") if row.is_on_hold else since))
    signs = [Pill(_("Urgent"), Tone.URGENT, ft.Icons.PRIORITY_HIGH)] if row.urgent else []
    ticket = LineTicket(row.ticket)
    words = ft.Column(texts, tight=True, spacing=0, expand=True)
    tap = Tap(f"here-{row.visit}", row.ticket, begin, (row.visit,))
    return PickBox(tap, ft.Row([ticket, words, *signs], spacing=Space.M), is_chosen=False)
