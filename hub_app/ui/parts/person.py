"""A family as one line of a list, and a desk as one card, for whoever passes to read."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import flet as ft

from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.ui.component import guard, memo
from hub_app.ui.formats import clock, minutes
from hub_app.ui.parts.signs import Pill, Sign, SignPill, Signs, TicketCode
from hub_app.ui.parts.taps import Tap, tappable
from hub_app.ui.parts.words import QuietWords, Words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Tone, Type, Width
from hub_app.view.desks import DeskRow
from hub_app.view.people import PersonRow

_CODE_WIDTH = 72
_UNDER_TICKET = ft.Padding.only(left=Space.XS, right=Space.XS)


def where_words(row: PersonRow, wanted: str) -> str:
    """Say where a family stands, in words a bystander may read: desks and services, never needs."""
    match row.stage:
        case Stage.CALLED:
            return _("called to {desk}", desk=row.desk)
        case Stage.SERVING:
            return _("with {desk}", desk=row.desk)
        case Stage.WALKING:
            return _("being walked to {desk}", desk=row.to_desk)
        case Stage.ARRIVED:
            return _("not yet asked")
        case Stage.LEFT:
            return _("left")
        case Stage.CLOSED:
            return _("seen through")
        case _:
            return _("for {services}", services=wanted) if wanted else _("nothing open")


@dataclass(frozen=True)
class Said:
    """What a line says beside its row: services wanted, how soon, a note, what was arranged."""

    wanted: str
    soon: str = ""
    note: str = ""
    arranged: tuple[Sign, ...] = ()


def _passed(row: PersonRow) -> str:
    """Say how long they are here, or where they are now."""
    is_moving = row.stage in (Stage.CALLED, Stage.SERVING, Stage.WALKING)
    return minutes(row.step_minutes if is_moving else row.minutes, is_short=True)


def _signs(row: PersonRow) -> tuple[Sign, ...]:
    signs: list[Sign] = []
    if row.urgent is not None:
        signs.append(Sign(_("Urgent"), "PRIORITY_HIGH", Tone.URGENT))
    if row.is_on_hold:
        signs.append(Sign(_("On hold"), "PAUSE", Tone.WARN))
    if row.missed:
        signs.append(Sign(_("Missed a call"), "NOTIFICATIONS_OFF_OUTLINED", Tone.WARN))
    return tuple(signs)


def LineTicket(code: str, *below: ft.Control) -> ft.Control:
    """Give a ticket at the start of a line, so wide that the words of all lines begin alike."""
    code_row: ft.Control = ft.Row([TicketCode(code, is_small=True)])
    return ft.Container(ft.Column([code_row, *below], tight=True, spacing=2), width=_CODE_WIDTH)


@memo
def PersonLine(row: PersonRow, said: Said, act: Callable[[str], Any], width: Width) -> ft.Control:
    """Give a family as a line to tap. It names services; a need is never named here."""
    where = where_words(row, said.wanted)
    if said.soon:
        where = _("{where}: {soon}", where=where, soon=said.soon)
    words: list[ft.Control] = [QuietWords(where, Type.BODY)]
    if row.name:
        words.insert(0, Words(row.name, Type.LEAD, lines=1))
    if said.note:
        words.append(Words(said.note))
    signs, arranged = (*_signs(row), Sign(_passed(row))), said.arranged
    below: list[ft.Control] = []
    if width is not Width.WIDE:
        signs, arranged = (), (*signs[:-1], *arranged)
        below = [ft.Container(QuietWords(_passed(row)), padding=_UNDER_TICKET)]
    words += [ft.Container(s, padding=ft.Padding.only(top=Space.XS)) for s in Signs(arranged)]
    tap = Tap(f"person-{row.visit}", f"{row.ticket} {row.name}".strip(), act, (row.visit,))
    box = ft.Container(
        key=tap.key,
        ink=True,
        padding=ft.Padding.symmetric(horizontal=Space.M, vertical=Space.M),
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CARD,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            spacing=Space.M,
            controls=[
                LineTicket(row.ticket, *below),
                ft.Column(words, tight=True, spacing=0, expand=True),
                *Signs(signs, is_tight=True),
            ],
        ),
    )
    return tappable(tap, box)


def presence_words(
    row: DeskRow, offset_minutes: int, *, is_short: bool = False
) -> tuple[str, Tone, ft.IconData]:
    """Say how a desk is: expected, free, with somebody, on a break or gone; tone and icon.

    Times are shown in the hall's own clock, `offset_minutes` from UTC.
    """
    if row.presence is Presence.EXPECTED:
        return _expected(row, offset_minutes)
    if row.presence is Presence.GONE:
        if row.has_come:
            return _("Gone"), Tone.PLAIN, ft.Icons.LOGOUT
        return _("Not coming today"), Tone.PLAIN, ft.Icons.EVENT_BUSY
    if row.presence is Presence.BREAK:
        return _("On a break"), Tone.WARN, ft.Icons.COFFEE_OUTLINED
    if not row.ticket:
        return _("Free"), Tone.GOOD, ft.Icons.CHECK_CIRCLE_OUTLINE
    if not row.is_serving:
        return _("Called {ticket}", ticket=row.ticket), Tone.CALM, ft.Icons.CAMPAIGN_OUTLINED
    words = row.ticket if is_short else _("With {ticket}", ticket=row.ticket)
    if row.serving_minutes:
        words = f"{words} · {minutes(row.serving_minutes, is_short=True)}"
    return words, Tone.CALM, ft.Icons.PEOPLE_OUTLINE


def _expected(row: DeskRow, offset_minutes: int) -> tuple[str, Tone, ft.IconData]:
    if row.expected_from is None:
        return _("Expected today"), Tone.PLAIN, ft.Icons.SCHEDULE
    time = clock(row.expected_from, offset_minutes)
    if row.is_late:
        return _("Late: expected {time}", time=time), Tone.WARN, ft.Icons.SCHEDULE
    return _("Expected {time}", time=time), Tone.PLAIN, ft.Icons.SCHEDULE


_LEAVES_SOON_MINUTES = 15


def leaving_sign(row: DeskRow, offset_minutes: int) -> Sign | None:
    """Say when a desk that is here leaves, with a warning when that is near or past."""
    if row.leaving_minutes is None or row.leaving_at is None:
        return None
    time = clock(row.leaving_at, offset_minutes)
    if row.leaving_minutes < 0:
        return Sign(_("Was to leave at {time}", time=time), "LOGOUT", Tone.WARN)
    tone = Tone.WARN if row.leaving_minutes <= _LEAVES_SOON_MINUTES else Tone.PLAIN
    return Sign(_("Leaves at {time}", time=time), "LOGOUT", tone)


_LINE_HEIGHT = 40


class CardShape(StrEnum):
    """How much room a desk's card has: a sheet, a line of a list, or a place in a strip."""

    SHEET = "sheet"
    LINE = "line"
    STRIP = "strip"


@dataclass(frozen=True)
class CardLook:
    """How a desk's card looks: the hall's offset from UTC, and its shape."""

    offset_minutes: int = 0
    shape: CardShape = CardShape.SHEET


@memo
def DeskCard(row: DeskRow, services: str, look: CardLook) -> ft.Control:
    """Give a desk at a glance: its name, what it offers, whether it is free, how many wait.

    As lines, where there is room for them, all desks of a hall are seen at once.
    """
    is_short = look.shape is not CardShape.SHEET
    words, tone, icon = presence_words(row, look.offset_minutes, is_short=is_short)
    leaving = leaving_sign(row, look.offset_minutes)
    waiting = ngettext("{n} waiting", "{n} waiting", row.waiting) if row.waiting else ""
    signs: list[ft.Control] = [Pill(words, tone, icon)]
    if look.shape is CardShape.LINE:
        names: list[ft.Control] = [Words(row.name, lines=1)]
        if leaving is not None:
            names.append(Words(leaving.words, Type.SMALL, colour=_ink(leaving.tone)))
        name = ft.Column(names, tight=True, spacing=0, expand=True)
        line = ft.Row([name, QuietWords(waiting), *signs], spacing=Space.S)
        height = None if leaving else _LINE_HEIGHT
        return ft.Container(line, key=f"desk-card-{row.desk}", height=height)
    if leaving is not None:
        signs.append(SignPill(leaving))
    if waiting:
        signs.append(Pill(waiting))
    lines: list[ft.Control] = [Words(row.name, Type.LEAD, lines=1)]
    gap = Space.S
    if look.shape is CardShape.STRIP:  # as narrow as it can be: many are seen at once
        row_of_signs, gap = ft.Row(signs, tight=True, spacing=Space.XS), Space.XS
    else:
        if services != row.name:
            lines.append(QuietWords(services))
        row_of_signs = ft.Row(signs, wrap=True, spacing=Space.XS, run_spacing=Space.XS)
    return ft.Container(
        ft.Column([*lines, row_of_signs], tight=True, spacing=gap),
        key=f"desk-card-{row.desk}",
        padding=ft.Padding.symmetric(horizontal=Space.M, vertical=gap + Space.XS),
        bgcolor=Fill.PAPER,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CARD,
    )


def _ink(tone: Tone) -> str:
    return Ink.QUIET if tone is Tone.PLAIN else Ink.DANGER
