"""How a desk goes away: the time it leaves, a break, gone for today, or not here yet."""

from collections.abc import Callable

import flet as ft

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.session import Presence
from hub_app.ui.formats import minutes
from hub_app.ui.hooks import use_kept
from hub_app.ui.parts import (
    Card,
    Panel,
    QuietButton,
    QuietWords,
    Section,
    Tap,
    TextBox,
    Words,
    use_panel,
)
from hub_app.ui.screens.desk_look import Actions, Look, Main, MainCard
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Type
from hub_app.view.typed import LocalClock, time_to_come

QUICK_MINUTES = (15, 30, 60)
_SHUT: str | None = None


def leaving_words(look: Look) -> str:
    """Say when this desk leaves, or was to; empty when it has not said."""
    times = look.view.times
    if times.leaving_at is None:
        return ""
    at = look.here.at(times.leaving_at)
    if times.leaving_at <= times.now:
        return _("was to leave at {time}", time=at)
    return _("leaves at {time}", time=at)


def last_minutes(look: Look) -> Main:
    """Give the middle of the screen for a desk that leaves too soon to start with anybody."""
    at = look.here.at(look.view.times.leaving_at)
    is_over = (look.view.times.leaving_at or 0) <= look.view.times.now
    title = _("You leave at {time}", time=at)
    if is_over:
        title = _("You were to leave at {time}", time=at)
    said = _("So nobody is called by turn any more. You can still choose somebody by name.")
    card = MainCard(
        "last-minutes-card",
        Words(title, Type.TITLE),
        QuietWords(said, Type.BODY),
        Actions(look, _stay(look)),
    )
    why_not = _("This desk leaves in a few minutes.") if not is_over else title
    icon = ft.Icons.CAMPAIGN_OUTLINED
    return Main(card, Tap("call-next", _("Call next"), look.taps.call_next, (), icon, why_not))


def _stay(look: Look) -> Tap:
    label = _("I stay after all")
    return Tap("stay", label, look.taps.leaving_at, (None,), ft.Icons.EVENT_AVAILABLE_OUTLINED)


def on_break(look: Look) -> Main:
    """Give the middle of the screen for a desk on its break."""
    time = minutes(look.view.since_minutes)
    card = Card(
        Words(_("On a break"), Type.TITLE),
        QuietWords(_("For {time}. Nobody is called to this desk.", time=time), Type.BODY),
        key="break-card",
    )
    back = Tap("back", _("Back from the break"), look.taps.come_back, (), ft.Icons.PLAY_ARROW)
    return Main(card, back)


def gone(look: Look) -> Main:
    """Give the middle of the screen for a desk that has gone."""
    card = Card(
        Words(_("This desk has gone for today"), Type.TITLE),
        QuietWords(_("Nobody is sent here any more. It can open again."), Type.BODY),
        key="gone-card",
    )
    again = Tap("desk-again", _("Open again"), look.taps.open_again, (), ft.Icons.PLAY_ARROW)
    return Main(card, again)


def expected(look: Look) -> Main:
    """Give the middle of the screen for a desk the rota expects, which has not said it is here."""
    at = look.here.at(look.view.times.expected_from)
    title = _("Expected from {time}", time=at) if at else _("Expected today")
    said = _("Families can be sent here already. Nobody is called before you say you are here.")
    card = Card(Words(title, Type.TITLE), QuietWords(said, Type.BODY), key="expected-card")
    here = Tap("desk-here", _("I am here"), look.taps.open_again, (), ft.Icons.PLAY_ARROW)
    return Main(card, here)


def AwaySection(look: Look, open_leaving: Callable[[], None]) -> ft.Control:
    """Give the ways a desk goes away: at a time, for a break, or for today."""
    view, taps = look.view, look.taps
    presence = view.desk.presence
    close = Tap("close-desk", _("Close the desk"), taps.close_desk, (), ft.Icons.LOGOUT)
    if presence is Presence.GONE:
        return ft.Container()
    if presence is Presence.EXPECTED:
        label = _("Not coming today")
        absent = Tap("close-desk", label, taps.close_desk, (), ft.Icons.EVENT_BUSY_OUTLINED)
        return Section(_("This desk"), Actions(look, absent))
    if presence is Presence.BREAK:
        return Section(_("This desk"), Actions(look, close))
    leaving = Tap("leaving", _("Leave at …"), open_leaving, (), ft.Icons.SCHEDULE)
    if view.with_me is not None:
        ticket = view.with_me.row.ticket
        later = _("A break, or closing the desk, is for when {ticket} is done.", ticket=ticket)
        return Section(_("This desk"), Actions(look, leaving), hint=later)
    pause = Tap("break", _("Take a break"), taps.take_break, (), ft.Icons.COFFEE)
    return Section(_("This desk"), Actions(look, pause, leaving, close))


def use_leaving_panel(look: Look) -> Callable[[], None]:
    """Give what opens the panel that says when the desk leaves. A hook: call it at every render."""
    typed, keep = use_kept(f"leaving-{look.view.desk.desk}", _SHUT)

    def close() -> None:
        keep(None)

    def leave(at: int | None) -> None:
        if look.taps.leaving_at(at):
            keep(None)

    def begin() -> None:
        keep("")

    use_panel(None if typed is None else _panel(look, typed, (keep, leave, close)))
    return begin


_Ways = tuple[Callable[[str], None], Callable[[int | None], None], Callable[[], None]]


def _panel(look: Look, typed: str, ways: _Ways) -> Panel:
    keep, leave, close = ways
    times, here = look.view.times, look.here
    picks = [QuietButton(_in_minutes(look, n, leave), is_wide=True) for n in QUICK_MINUTES]
    if times.expected_until is not None and times.expected_until > times.now:
        at = times.expected_until
        planned = Tap("leave-planned", _("As planned, {time}", time=here.at(at)), leave, (at,))
        picks.append(QuietButton(planned, is_wide=True))
    moment = time_to_come(typed, LocalClock(times.now, times.utc_offset_minutes))
    field = TextBox("leave-typed", _("Or a time, such as 14:45"), typed, keep)
    label, why_not = _("Leave at this time"), _("Type a time that is still to come, such as 14:45.")
    if moment is not None:
        label, why_not = _("Leave at {time}", time=here.at(moment)), ""
    taps = [
        Tap("leave-set", label, leave, (moment,), None, why_not),
        Tap("leave-close", _("Not now"), close),
    ]
    if times.leaving_at is not None:
        taps.insert(1, Tap("leave-stay", _("I stay after all"), leave, (None,)))
    said = _("Nobody is called by turn in the last five minutes, so that you can go in time.")
    column = ft.Column(picks, tight=True, spacing=Space.S)
    return Panel(
        _("When do you leave?"),
        [QuietWords(said, Type.BODY), column, ft.Row([ft.Container(field, expand=True)])],
        close,
        tuple(taps if typed.strip() else taps[1:]),
    )


def _in_minutes(look: Look, n: int, leave: Callable[[int | None], None]) -> Tap:
    at = look.view.times.now + n * MINUTE_MILLIS
    label = _("In {time}, at {at}", time=minutes(n), at=look.here.at(at))
    return Tap(f"leave-{n}", label, leave, (at,))
