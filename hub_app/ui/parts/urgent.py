"""When it cannot wait: a clock on every screen of the staff, and the protocols at one tap."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import flet as ft

from hub_app.core.session import Session
from hub_app.ui import routes
from hub_app.ui.calling import use_calling
from hub_app.ui.component import component, guard, memo
from hub_app.ui.formats import minutes
from hub_app.ui.hooks import use_feed, use_tick, use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.page import kept_values
from hub_app.ui.parts.step import StepStrip
from hub_app.ui.parts.taps import DangerButton, IconTap, Tap, tappable
from hub_app.ui.parts.words import Words
from hub_app.ui.routes import Place
from hub_app.ui.running import Running
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Fill, Height, Ink, Radius, Space, Tone, Type, Width
from hub_app.view.urgent import UrgentRow, urgent_rows

_BEAT_SECONDS = 15
_MOST_LINES = {Width.NARROW: 2, Width.MEDIUM: 2, Width.WIDE: 3}
_Act = Callable[[str], Any]


def urgent_words(row: UrgentRow) -> str:
    """Say how soon somebody is to be seen, or how long it is over. Never who, nor why."""
    left = row.minutes_left
    if left == 0:
        return _("{ticket} urgent: see them now", ticket=row.ticket)
    if left < 0:
        return _("{ticket} urgent: {time} over", ticket=row.ticket, time=minutes(-left))
    return ngettext(
        "{ticket} urgent: to be seen within {n} minute",
        "{ticket} urgent: to be seen within {n} minutes",
        left,
        ticket=row.ticket,
    )


_ICON = ft.Icons.PRIORITY_HIGH
_CAME_FROM = "protocols-from"
_HAVE_THEIR_OWN = frozenset({"front", "triage", "urgent"})


async def to_protocols(visit: str = "", desk: str = "") -> None:
    """Go to what to do when it cannot wait, for a family that is here; keep in mind from where."""
    page = ft.context.page
    kept_values(page)[_CAME_FROM] = page.route
    await routes.go(routes.protocols("", visit, desk))


def came_from() -> str:
    """Give where this page was before it went to the protocols; the front when nobody knows."""
    return kept_values(ft.context.page).get(_CAME_FROM, routes.FRONT)


@component
def ProtocolsTap(running: Running) -> ft.Control:
    """Give what leads to the protocols from any screen that has no larger way of its own.

    They are then about the family of this ticket, or the one at this desk.
    """
    use_feed(running.feed)
    is_wide, session = use_width() is Width.WIDE, running.hub.session
    place = routes.place_of(ft.context.page.route)
    if place.screen in _HAVE_THEIR_OWN or not session.is_open:
        return ft.Container(visible=False)
    tap = Tap("urgent-open", _("Urgent"), to_protocols, _whom(session, place), _ICON)
    if is_wide:
        return DangerButton(tap)
    return ft.Container(
        IconTap(tap, Ink.DANGER),
        border=ft.Border.all(1.5, Ink.DANGER),
        border_radius=Radius.CONTROL,
    )


def _whom(session: Session, place: Place) -> tuple[str, str]:
    """Give the visit and the desk a place is about, empty for none."""
    if place.screen == "ticket":
        return (place.about if place.about in session.visits else "", "")
    desk = place.about if place.screen == "desk" else ""
    with_them = session.at_desk(desk)
    return (with_them.id if with_them else "", desk)


def UnderUrgent(running: Running, place: Place, screen: ft.Control) -> ft.Control:
    """Give a screen with the clocks above it; nothing is above it while nobody is urgent.

    What is wrong between the tablets is said there too, where their chip has no room for it.
    """
    clocks = UrgentClocks(running, place, key="urgent-clocks")
    strip = StepStrip(running, is_said_below=place.screen == "desk", key="step-strip-slot")
    return ft.SafeArea(
        expand=True,
        content=ft.Column(
            [clocks, strip, ft.Container(screen, expand=True)],
            spacing=0,
            expand=True,
        ),
    )


@component
def UrgentClocks(running: Running, place: Place) -> ft.Control:
    """Give a line for each urgent family nobody has, those due first; the rest are counted.

    It follows the minutes by itself, so that the screen below is not drawn again for them.
    """
    use_feed(running.feed)
    use_tick(_BEAT_SECONDS)
    width = use_width()
    desk = place.about if place.screen == "desk" else ""
    asked, calling = use_calling(running, tells_cut_off=True)
    rows = urgent_rows(running.hub.hall, desk)
    if not running.tablets.status().may_call:
        rows = tuple(replace(row, can_call=False) for row in rows)

    async def show(visit: str) -> None:
        await routes.go(routes.front_about(visit))

    async def call(visit: str) -> None:
        await calling.named(desk, visit)

    acts = (use_latest(show), use_latest(call))
    most = _MOST_LINES[width]
    lines: list[ft.Control] = [
        _Line(row, acts, width, asked.what == row.visit, key=f"urgent-clock-{row.visit}")
        for row in rows[:most]
    ]
    if width is not Width.NARROW and len(lines) > 1:
        lines = [ft.Row([ft.Container(line, expand=True) for line in lines], spacing=0)]
    if len(rows) > most:
        lines.append(_more(len(rows) - most))
    return ft.Column(lines, spacing=0, tight=True, visible=bool(lines))


@memo
def _Line(
    row: UrgentRow,
    acts: tuple[_Act, _Act],
    width: Width,
    is_asked: bool,  # noqa: FBT001
) -> ft.Control:
    show, call = acts
    tone = Tone.WARN if row.minutes_left > 0 else Tone.URGENT
    tap = Tap(f"urgent-see-{row.visit}", _("Show"), show, (row.visit,))
    if row.can_call:
        tap = Tap(f"urgent-call-{row.visit}", _("Call now"), call, (row.visit,))
    if is_asked:
        tap = replace(tap, label=_("Calling …"), why_not=_("The other tablets are being asked."))
    said = urgent_words(row)
    if row.is_on_hold:
        said = _("{said} (stepped out)", said=said)
    gap = Space.M if width is Width.NARROW else Space.L
    words = ft.Semantics(live_region=True, content=Words(said, colour=tone.ink, lines=2))
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        bgcolor=tone.fill,
        padding=ft.Padding.symmetric(horizontal=gap),
        on_click=guard(tap.act, *tap.given) if tap.is_open else None,
        content=ft.Row(
            [
                ft.Icon(ft.Icons.TIMER_OUTLINED, color=tone.ink),
                ft.Container(words, expand=True),
                _what_to_do(tap, tone, is_call=row.can_call and tap.is_open),
            ],
            spacing=Space.M,
        ),
    )
    return ft.Container(tappable(tap, box), key=f"urgent-line-{row.visit}")


def _what_to_do(tap: Tap, tone: Tone, *, is_call: bool) -> ft.Control:
    if not is_call:
        icon = ft.Icons.CHEVRON_RIGHT if tap.is_open else ft.Icons.HOURGLASS_EMPTY
        arrow = ft.Icon(icon, color=tone.ink)
        return ft.Row([Words(tap.label, colour=tone.ink), arrow], tight=True, spacing=0)
    row = ft.Row(
        [
            ft.Icon(ft.Icons.CAMPAIGN_OUTLINED, color=Ink.ON_ACTION, size=20),
            Words(tap.label, colour=Ink.ON_ACTION),
        ],
        tight=True,
        spacing=Space.XS,
    )
    padding = ft.Padding.symmetric(horizontal=Space.M, vertical=Space.S)
    return ft.Container(row, bgcolor=Fill.ACTION, border_radius=Radius.CONTROL, padding=padding)


def _more(number: int) -> ft.Control:
    said = ngettext("and {n} more is urgent", "and {n} more are urgent", number)
    padding = ft.Padding.symmetric(horizontal=Space.L, vertical=Space.XS)
    return ft.Container(
        Words(said, Type.SMALL, colour=Tone.URGENT.ink), bgcolor=Tone.URGENT.fill, padding=padding
    )
