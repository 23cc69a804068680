"""The step chip: the calm truth about the other tablets, and the panel behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flet as ft

from hub_app.ui.component import component, guard
from hub_app.ui.formats import minutes, number
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.parts.panels import Panel, use_panel
from hub_app.ui.parts.signs import Banner, Pill
from hub_app.ui.parts.taps import Tap, tappable
from hub_app.ui.parts.words import QuietWords, Words
from hub_app.ui.routes import TABLETS, go
from hub_app.ui.running import Running
from hub_app.ui.step_words import (
    agreed_words,
    heard_words,
    lag_words,
    off_words,
    truth,
    warnings,
)
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Height, Radius, Space, Tone, Type, Width
from hub_app.view.tablet_rows import Heard, heard, in_order, is_wrong, on_the_way, out_of_reach
from hub_app.view.tablets import InHall, Step, TabletRow

_MINUTE = 60
_LONGEST_NAME = 18
_CALM = frozenset({Step.IN_STEP, Step.BEHIND})  # a clock that is wrong is said in its place
_LOOKS: Mapping[Step, tuple[Tone, ft.IconData]] = {
    Step.CUT_OFF: (Tone.WARN, ft.Icons.LINK_OFF),
    Step.CATCHING_UP: (Tone.CALM, ft.Icons.SYNC),
    Step.SOME_AWAY: (Tone.PLAIN, ft.Icons.WIFI_OFF),
    Step.BEHIND: (Tone.CALM, ft.Icons.SYNC),
    Step.IN_STEP: (Tone.GOOD, ft.Icons.LINK),
    Step.ALONE: (Tone.PLAIN, ft.Icons.TABLET_ANDROID),
}
_CLOCK_LOOK = (Tone.WARN, ft.Icons.SCHEDULE)


def step_chip_words(in_hall: InHall, *, is_short: bool = False) -> str:
    """Say in a few words how this tablet stands with the others; empty when there are none.

    `is_short` leaves out what the sign beside it says, for a page without much room.
    """
    match in_hall.step:
        case Step.ALONE:
            return ""
        case Step.CUT_OFF:
            return _("Cut off") if is_short else _("Cut off from the others")
        case Step.CATCHING_UP if in_hall.to_catch_up > 0:
            some, total = number(in_hall.caught_up), number(in_hall.to_catch_up)
            if is_short:
                return _("{some} of {all}", some=some, all=total)
            return _("Catching up: {some} of {all}", some=some, all=total)
        case Step.CATCHING_UP:
            return _("Catching up")
        case Step.SOME_AWAY:
            return _away_words(out_of_reach(in_hall), is_short=is_short)
        case Step.BEHIND:
            return _behind_words(in_hall, is_short=is_short)
        case Step.IN_STEP:
            n = len(_others_here(in_hall))
            return ngettext("In step with {n}", "In step with {n}", n) if n else _("None else here")


def _away_words(away: Sequence[TabletRow], *, is_short: bool) -> str:
    if not away:
        return _("Some away") if is_short else _("Not everybody is in reach")
    if len(away) > 1 or is_short:
        n = len(away)
        return ngettext("{n} away", "{n} away", n) if is_short else _("{n} out of reach", n=n)
    row, name = away[0], _brief(away[0].name)
    if row.heard_seconds is None:
        return _("{name} not heard yet", name=name)
    seconds = int(row.heard_seconds)
    if seconds < _MINUTE:
        return ngettext(
            "{name} last heard {n} s ago", "{name} last heard {n} s ago", seconds, name=name
        )
    time = minutes(seconds / _MINUTE, is_short=True)
    return _("{name} last heard {time} ago", name=name, time=time)


def _behind_words(in_hall: InHall, *, is_short: bool) -> str:
    behind = [row for row in _others_here(in_hall) if on_the_way(row)]
    if is_short:
        return ngettext("{n} behind", "{n} behind", max(1, len(behind)))
    if len(behind) == 1:
        return _("{name} is catching up", name=_brief(behind[0].name))
    return _("Others are catching up")


def _brief(name: str) -> str:
    """Cut a long name, so that the title beside the chip keeps its room."""
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _others_here(in_hall: InHall) -> tuple[TabletRow, ...]:
    return tuple(row for row in in_hall.tablets if row.is_linked and not row.is_me)


def clock_chip_words(in_hall: InHall, *, is_short: bool = False) -> str:
    """Say that this tablet's own clock is wrong, and by how much; empty while it is right."""
    if in_hall.step is Step.ALONE or not is_wrong(in_hall.clock_off_ms):
        return ""
    if is_short:
        return _("Clock is wrong")
    return _("Clock wrong by {time}", time=off_words(in_hall.clock_off_ms))


def step_icon(in_hall: InHall, tone: Tone) -> ft.Control:
    """Give the sign of how this tablet stands, for a chip that has no room for the words."""
    return ft.Icon(_LOOKS[in_hall.step][1], size=22, color=tone.ink)


def step_tone(in_hall: InHall) -> Tone:
    """Give how it feels: a warning when somebody should know of it."""
    return Tone.WARN if clock_chip_words(in_hall) else _LOOKS[in_hall.step][0]


@component
def StepChip(running: Running) -> ft.Control:
    """Give the chip beside the sync chip; nothing while alone, nor where there is no room for it.

    On a narrow page the sync chip bears its sign, and what is wrong is said across the page.
    """
    use_feed(running.feed)
    width = use_width()
    is_open, set_open = ft.use_state(initial=False)
    in_hall = running.tablets.status()
    is_shown = in_hall.step is not Step.ALONE and width is not Width.NARROW

    def close() -> None:
        set_open(False)

    use_panel(_panel(running, in_hall, close) if is_open and is_shown else None)
    if not is_shown:
        return ft.Container(visible=False)
    is_short = width is not Width.WIDE
    key, look = "step-chip", _LOOKS[in_hall.step]
    words, said = step_chip_words(in_hall, is_short=is_short), step_chip_words(in_hall)
    if clock_chip_words(in_hall) and in_hall.step in _CALM:
        key, look = "clock-chip", _CLOCK_LOOK
        words, said = clock_chip_words(in_hall, is_short=is_short), clock_chip_words(in_hall)
    return _chip(Tap(key, words, set_open, (True,)), look, said)


def _chip(tap: Tap, look: tuple[Tone, ft.IconData], said: str) -> ft.Control:
    tone, icon = look
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=Space.L),
        bgcolor=tone.fill,
        border_radius=Radius.PILL,
        tooltip=said if said != tap.label else None,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            [
                ft.Icon(icon, size=22, color=tone.ink),
                Words(tap.label, Type.SMALL, colour=tone.ink),
            ],
            tight=True,
            spacing=Space.S,
        ),
    )
    return tappable(tap, box)


def step_body(running: Running, in_hall: InHall) -> list[ft.Control]:
    """Give what lies behind the chip: what it means, then a line for each tablet."""
    said, _tone = truth(in_hall)
    body: list[ft.Control] = [Words(said, Type.LEAD)]
    agreed = agreed_words(running, in_hall) if in_hall.step is not Step.IN_STEP else ""
    if agreed:
        body.append(QuietWords(agreed, Type.BODY))
    body += [Banner(wrong, Tone.WARN) for wrong in warnings(in_hall)]
    body += [_line(row) for row in in_order(in_hall)]
    return body


def _line(row: TabletRow) -> ft.Control:
    """Give a tablet: its name, how it is heard, how far it is behind."""
    is_gone = heard(row) is Heard.BEFORE and row.is_in_session
    tone = Tone.WARN if is_gone else Tone.PLAIN
    words: list[ft.Control] = [Words(row.name, lines=2)]
    lag = lag_words(row) if row.is_linked else ""  # what one out of reach has, nobody knows
    if lag:
        words.append(QuietWords(lag))
    icon = ft.Icons.WIFI_OFF if heard(row) in (Heard.BEFORE, Heard.NEVER) else None
    return ft.Row(
        key=f"step-line-{row.device}",
        spacing=Space.M,
        controls=[
            ft.Column(words, tight=True, spacing=0, expand=True),
            Pill(heard_words(row), tone, icon),
        ],
    )


def to_tablets(close: Callable[[], Any]) -> Tap:
    """Give the way to the screen of the tablets, which puts the panel away."""

    async def leave() -> None:
        close()
        await go(TABLETS)

    return Tap("step-tablets", _("Tablets"), leave)


def _panel(running: Running, in_hall: InHall, close: Callable[[], Any]) -> Panel:
    taps = (to_tablets(close), Tap("step-close", _("Close"), close))
    return Panel(_("The tablets of this hall"), step_body(running, in_hall), close, taps)


@component
def StepStrip(running: Running, *, is_said_below: bool = False) -> ft.Control:
    """Give a line across the page for what its chip has no room to say; mostly there is none.

    `is_said_below`: the screen under it says itself that this tablet is cut off.
    """
    use_feed(running.feed)
    width, in_hall = use_width(), running.tablets.status()
    lines: list[ft.Control] = []
    is_cut_off = in_hall.step is Step.CUT_OFF and not is_said_below
    if is_cut_off and width is Width.NARROW:
        lines.append(_strip_line("step-strip", step_chip_words(in_hall), ft.Icons.LINK_OFF))
    wrong = clock_chip_words(in_hall)
    if wrong and (width is Width.NARROW or in_hall.step not in _CALM):
        lines.append(_strip_line("clock-strip", wrong, ft.Icons.SCHEDULE))
    return ft.Column(lines, spacing=0, tight=True, visible=bool(lines))


def _strip_line(key: str, said: str, icon: ft.IconData) -> ft.Control:
    tone = Tone.WARN
    return ft.Semantics(
        live_region=True,
        content=ft.Container(
            key=key,
            bgcolor=tone.fill,
            padding=ft.Padding.symmetric(horizontal=Space.M, vertical=Space.S),
            content=ft.Row(
                [
                    ft.Icon(icon, size=20, color=tone.ink),
                    ft.Container(Words(said, Type.SMALL, colour=tone.ink), expand=True),
                ],
                spacing=Space.S,
            ),
        ),
    )
