"""The closing screen: who is still here, what is missing, what it adds up to, and what went."""

from dataclasses import dataclass

import flet as ft

from hub_app.core.events import Answered
from hub_app.core.pack import Pack
from hub_app.hub import Hub
from hub_app.ui.component import component
from hub_app.ui.formats import clock
from hub_app.ui.hooks import use_feed, use_tick, use_width
from hub_app.ui.parts import Banner, EmptyState, Head, Scaffold, Tap
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.refusals import done
from hub_app.ui.routes import CHOOSE, go
from hub_app.ui.running import Running
from hub_app.ui.screens.close_gaps import GapsSection
from hub_app.ui.screens.close_here import away_words, use_here_section
from hub_app.ui.screens.close_numbers import NumbersSection
from hub_app.ui.screens.close_promised import BeyondSection, PassOnSection
from hub_app.ui.screens.close_sent import SentSection
from hub_app.ui.screens.close_sums import SumsSection
from hub_app.ui.screens.desk_foot import Foot, Undo, undo_said
from hub_app.ui.strings import _, ngettext, spoken
from hub_app.ui.tokens import Space, Tone, Width
from hub_app.view.close import CloseView, close_view
from hub_app.view.house import promised_view, to_pass_on
from hub_app.view.tablet_rows import out_of_reach

_BEAT_SECONDS = 20
_ENDINGS = frozenset({"left", "visit_closed", "unmet"})


@dataclass(frozen=True, eq=False)
class CloseTaps:
    """What the coordinator's taps do: each asks the hub, and tells its refusal."""

    running: Running

    @property
    def hub(self) -> Hub:
        """The hub that is asked."""
        return self.running.hub

    def leave(self, visit: str) -> None:
        """They left."""
        done(self.hub.leave(visit))

    def see_through(self, visit: str) -> None:
        """Nothing of theirs is open: end the visit."""
        done(self.hub.close_visit(visit))

    def unmet(self, visit: str, needs: tuple[str, ...], reason: str) -> None:
        """Nobody here could help them today, and why."""
        done(self.hub.unmet(visit, needs, reason))

    def keep_party(self, visit: str, adults: int, children: int) -> None:
        """Write down how many came."""
        done(self.hub.answer(visit, Answered(adults=adults, children=children)))

    def close(self) -> None:
        """Close the session; the names go at once."""
        done(self.hub.close_session())

    def undo_close(self) -> None:
        """Open the session again."""
        done(self.hub.undo_close())

    def sign_off(self) -> None:
        """Stand by the counts, and send what may go."""
        if done(self.hub.sign_off()) is not None:
            self.running.send_now()

    def has_it(self, referral: str) -> None:
        """Somebody said that they have what was promised."""
        done(self.hub.acknowledge(referral))

    def undo(self, visit: str) -> None:
        """Take back the last ending."""
        done(self.hub.undo_visit(visit))


@component
def CloseScreen(running: Running) -> ft.Control:
    """Show a session being closed, step by step, and what became of it."""
    use_feed(running.feed)
    use_tick(_BEAT_SECONDS)
    taps = ft.use_memo(lambda: CloseTaps(running), [running])
    session = running.hub.session
    if session.opened_at is None:
        return _NoSession(running, key="no-session")
    view = close_view(session, running.hub.names, running.hub.now())
    pack = spoken().pack(running.hub.pack)
    if view.signed_off_at is not None:
        return _SignedOff(running, view, pack, key="signed-off")
    return _Closing(taps, view, pack, key="closing")


@component
def _NoSession(running: Running) -> ft.Control:
    home = Tap("home", _("Open a session"), go, (CHOOSE,))
    text = _("There is no session to close yet. Open one, and its counts appear here.")
    empty = EmptyState(text, ft.Icons.EVENT_OUTLINED)
    return Scaffold(Head(_("Close"), slot=ChipSlot(running)), [empty], foot=Foot(home))


@component
def _Closing(taps: CloseTaps, view: CloseView, pack: Pack) -> ft.Control:
    here = use_here_section(taps, view, pack)
    gaps = GapsSection(view.gaps, taps.keep_party, key="gaps")
    is_wide = use_width() is Width.WIDE
    offset = taps.hub.session.utc_offset_minutes
    body: list[ft.Control] = []
    if view.closed_at is not None:
        body.append(_closed_banner(view, offset))
    away = out_of_reach(taps.running.tablets.status())
    if away:
        said = away_words(away, taps.hub.now(), offset)
        body.append(ft.Container(Banner(said, Tone.WARN), key="away"))
    today = taps.hub.today()
    promised = promised_view(taps.hub.promised(), today)
    calls = to_pass_on(promised, today)
    missing: list[ft.Control] = [gaps]
    if calls:
        missing.append(PassOnSection(calls, pack, today, taps.has_it))
    aside = ft.Column(missing, tight=True, spacing=Space.XL)
    body += [_side_by_side(here, aside)] if is_wide else [here, *missing]
    body.append(SumsSection(view, pack, _("3. What it adds up to")))
    body.append(BeyondSection(promised))
    title = _("Closing") if view.closed_at is None else _("Sign off")
    home = Tap("home", _("Choose another place"), go, (CHOOSE,), ft.Icons.ARROW_BACK)
    head = Head(title, _opened_words(taps.hub), home, ChipSlot(taps.running))
    return Scaffold(head, body, foot=_foot(taps, view, offset))


@component
def _SignedOff(running: Running, view: CloseView, pack: Pack) -> ft.Control:
    is_wide = use_width() is Width.WIDE
    offset = running.hub.session.utc_offset_minutes
    sent = SentSection(running.status(), offset)
    numbers = NumbersSection(running.hub.session, view, pack)
    body: list[ft.Control] = [
        Banner(
            _(
                "Signed off at {time}. Thank you. Nothing in this session changes any more.",
                time=clock(view.signed_off_at or 0, offset),
            ),
            Tone.GOOD,
        )
    ]
    body += [_side_by_side(sent, numbers)] if is_wide else [sent, numbers]
    body.append(SumsSection(view, pack, _("What it adds up to")))
    body.append(BeyondSection(promised_view(running.hub.promised(), running.hub.today())))
    home = Tap("home", _("Back to the start"), go, (CHOOSE,), ft.Icons.CHECK)
    head = Head(_("The session is closed"), _opened_words(running.hub), slot=ChipSlot(running))
    return Scaffold(head, body, foot=Foot(home))


def _opened_words(hub: Hub) -> str:
    session = hub.session
    start = clock(session.opened_at or 0, session.utc_offset_minutes)
    if session.closed_at is None:
        return _("Open since {time}", time=start)
    end = clock(session.closed_at, session.utc_offset_minutes)
    return _("Open from {start} to {end}", start=start, end=end)


def _closed_banner(view: CloseView, offset: int) -> ft.Control:
    text = _(
        "The session closed at {time}. All names were destroyed then. You can undo the closing"
        " until {until}, but the names stay gone.",
        time=clock(view.closed_at or 0, offset),
        until=clock(view.undo_until or 0, offset),
    )
    return Banner(text, Tone.CALM)


def _foot(taps: CloseTaps, view: CloseView, offset: int) -> ft.Control:
    if view.closed_at is None:
        return _foot_while_open(taps, view)
    until = clock(view.undo_until or 0, offset)
    sign_off = Tap(
        "sign-off",
        _("Sign off and send now"),
        taps.sign_off,
        (),
        ft.Icons.TASK_ALT,
        "" if view.adds_up else _("The sums do not add up."),
    )
    said = _("until {time}", time=until)
    undo = Undo(Tap("undo", _("Undo until {time}", time=until), taps.undo_close), said)
    hint = _("It signs off by itself at {time}.", time=until)
    return Foot(sign_off, undo, hint)


def _foot_while_open(taps: CloseTaps, view: CloseView) -> ft.Control:
    n = len(view.still_here)
    why_not = ngettext("{n} family is still here.", "{n} families are still here.", n) if n else ""
    close = Tap(
        "close-session",
        _("Close the session"),
        taps.close,
        (),
        ft.Icons.LOCK_OUTLINE,
        why_not,
    )
    last = next((tap for tap in taps.hub.taps() if tap.kind in _ENDINGS), None)
    undo = None
    if last is not None:
        said = undo_said(last, taps.hub.now())
        undo = Undo(Tap("undo", _("Undo: {what}", what=said), taps.undo, (last.visit,)), said)
    return Foot(close, undo, _("All names are destroyed at once. The counts stay."))


def _side_by_side(first: ft.Control, second: ft.Control) -> ft.Control:
    return ft.Row(
        [ft.Container(first, expand=1), ft.Container(second, expand=1)],
        spacing=Space.XXL,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
