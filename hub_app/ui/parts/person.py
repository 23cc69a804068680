"""A family as one line of a list, and a desk as one card, for whoever passes to read."""

from collections.abc import Callable
from typing import Any

import flet as ft

from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.ui.component import guard, memo
from hub_app.ui.formats import minutes
from hub_app.ui.parts.signs import Pill, TicketCode
from hub_app.ui.parts.taps import Tap, tappable
from hub_app.ui.parts.words import QuietWords, Words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Radius, Space, Tone, Type, Width
from hub_app.view.desks import DeskRow
from hub_app.view.people import PersonRow

_CODE_WIDTH = 84


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
            return _("not yet asked what they came for")
        case Stage.LEFT:
            return _("left")
        case Stage.CLOSED:
            return _("seen through")
        case _:
            return _("for {services}", services=wanted) if wanted else _("nothing open")


def _signs(row: PersonRow) -> list[ft.Control]:
    signs: list[ft.Control] = []
    if row.urgent is not None:
        signs.append(Pill(_("Urgent"), Tone.URGENT, ft.Icons.PRIORITY_HIGH))
    if row.is_on_hold:
        signs.append(Pill(_("On hold"), Tone.WARN, ft.Icons.PAUSE))
    if row.missed:
        signs.append(Pill(_("Missed a call"), Tone.WARN, ft.Icons.NOTIFICATIONS_OFF_OUTLINED))
    is_moving = row.stage in (Stage.CALLED, Stage.SERVING, Stage.WALKING)
    signs.append(Pill(minutes(row.step_minutes if is_moving else row.minutes, is_short=True)))
    return signs


@memo
def PersonLine(row: PersonRow, wanted: str, act: Callable[[str], Any], width: Width) -> ft.Control:
    """Give a family as a line to tap. `wanted` names services; a need is never named here."""
    words: list[ft.Control] = [QuietWords(where_words(row, wanted), Type.BODY)]
    signs = ft.Row(_signs(row), tight=True, wrap=True, spacing=Space.XS, run_spacing=Space.XS)
    if width is not Width.WIDE:
        words.append(ft.Container(signs, padding=ft.Padding.only(top=Space.XS)))
    if row.name:
        words.insert(0, Words(row.name, Type.LEAD, lines=1))
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
                ft.Container(ft.Row([TicketCode(row.ticket, is_small=True)]), width=_CODE_WIDTH),
                ft.Column(words, tight=True, spacing=0, expand=True),
                *([signs] if width is Width.WIDE else []),
            ],
        ),
    )
    return tappable(tap, box)


def presence_words(row: DeskRow, *, is_short: bool = False) -> tuple[str, Tone, ft.IconData]:
    """Say whether a desk is free, with somebody, on a break or gone: words, tone and icon."""
    if row.presence is Presence.GONE:
        return _("Gone"), Tone.PLAIN, ft.Icons.LOGOUT
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


_LINE_HEIGHT = 40


@memo
def DeskCard(row: DeskRow, services: str, width: int | None, *, is_line: bool) -> ft.Control:
    """Give a desk at a glance: its name, what it offers, whether it is free, how many wait.

    As a line, where there is room for one, all desks of a hall are seen at once.
    """
    words, tone, icon = presence_words(row, is_short=is_line)
    waiting = ngettext("{n} waiting", "{n} waiting", row.waiting) if row.waiting else ""
    signs: list[ft.Control] = [Pill(words, tone, icon)]
    if is_line:
        name = ft.Container(Words(row.name, lines=1), expand=True)
        line = ft.Row([name, QuietWords(waiting), *signs], spacing=Space.S)
        return ft.Container(line, key=f"desk-card-{row.desk}", height=_LINE_HEIGHT)
    if waiting:
        signs.append(Pill(waiting))
    lines: list[ft.Control] = [Words(row.name, Type.LEAD, lines=1)]
    if services != row.name:
        lines.append(QuietWords(services))
    return ft.Container(
        key=f"desk-card-{row.desk}",
        width=width,
        padding=Space.M,
        bgcolor=Fill.PAPER,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CARD,
        content=ft.Column(
            [*lines, ft.Row(signs, wrap=True, spacing=Space.XS, run_spacing=Space.XS)],
            tight=True,
            spacing=Space.S,
        ),
    )
