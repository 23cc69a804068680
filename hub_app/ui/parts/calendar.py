"""A month to choose a day from, with big squares, in the language and direction of the page."""

from calendar import Calendar, monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import flet as ft

from hub_app.ui.component import component, guard
from hub_app.ui.formats import day, month
from hub_app.ui.hooks import use_width
from hub_app.ui.parts.taps import IconTap, Tap, tappable
from hub_app.ui.parts.words import QuietWords, Words
from hub_app.ui.strings import _, pgettext
from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Tone, Type, Width

_WEEKS = Calendar(firstweekday=0)
_SIDE = Height.LEAST
_WIDEST = 7 * 64


@dataclass(frozen=True)
class DayChoice:
    """A day to choose: its key, the one chosen, who is told, and the first day there is.

    `marked` days have a dot: those that mean something already.
    """

    key: str
    chosen: date | None
    change: Callable[[date], Any]
    first: date
    marked: frozenset[date] = frozenset()


@component
def MonthGrid(choice: DayChoice) -> ft.Control:
    """Give one month, with a way to the months beside it; no day before the first can be tapped."""
    month_of, set_month = ft.use_state((choice.chosen or choice.first).replace(day=1))
    last = month_of.replace(day=monthrange(month_of.year, month_of.month)[1])
    before = Tap(
        f"{choice.key}-earlier",
        _("The month before"),
        set_month,
        ((month_of - timedelta(days=1)).replace(day=1),),
        ft.Icons.CHEVRON_LEFT,
        "" if month_of > choice.first else _("That is over."),
    )
    after = Tap(
        f"{choice.key}-later",
        _("The month after"),
        set_month,
        (last + timedelta(days=1),),
        ft.Icons.CHEVRON_RIGHT,
    )
    head = ft.Row(
        [
            IconTap(before),
            ft.Container(
                Words(month(month_of), Type.LEAD), expand=True, alignment=ft.Alignment.CENTER
            ),
            IconTap(after),
        ]
    )
    names = _week([_name(n) for n in range(7)])
    weeks = [
        _week([_square(choice, one, month_of) for one in week])
        for week in _WEEKS.monthdatescalendar(month_of.year, month_of.month)
    ]
    grid = ft.Column([head, names, *weeks], tight=True, spacing=Space.XS)
    is_narrow = use_width() is Width.NARROW
    box = ft.Container(grid, expand=is_narrow, width=None if is_narrow else _WIDEST)
    return ft.Row([box], key=choice.key)


def _week(squares: list[ft.Control]) -> ft.Control:
    return ft.Row([ft.Container(one, expand=True) for one in squares], spacing=Space.XS)


def _name(n: int) -> ft.Control:
    short = (
        pgettext("weekday, at the head of a calendar", "Mo"),
        pgettext("weekday, at the head of a calendar", "Tu"),
        pgettext("weekday, at the head of a calendar", "We"),
        pgettext("weekday, at the head of a calendar", "Th"),
        pgettext("weekday, at the head of a calendar", "Fr"),
        pgettext("weekday, at the head of a calendar", "Sa"),
        pgettext("weekday, at the head of a calendar", "Su"),
    )
    return ft.Container(QuietWords(short[n]), alignment=ft.Alignment.CENTER)


def _square(choice: DayChoice, one: date, month_of: date) -> ft.Control:
    if one.month != month_of.month:
        return ft.Container(height=_SIDE)
    is_chosen, is_past = one == choice.chosen, one < choice.first
    ink = Tone.CALM.ink if is_chosen else (Ink.QUIET if is_past else Ink.BODY)
    tap = Tap(f"{choice.key}-{one.isoformat()}", day(one), choice.change, (one,))
    face = text_style(Type.SMALL if is_past else Type.BODY, ink)
    shown: ft.Control = ft.Text(str(one.day), style=face, semantics_label=tap.label)
    if one in choice.marked:
        dot = ft.Icon(ft.Icons.CIRCLE, size=7, color=ink)
        middle = ft.CrossAxisAlignment.CENTER
        shown = ft.Column([shown, dot], tight=True, spacing=0, horizontal_alignment=middle)
    box = ft.Container(
        key=None if is_past else tap.key,
        height=_SIDE,
        ink=not is_past,
        bgcolor=Tone.CALM.fill if is_chosen else (None if is_past else Fill.CARD),
        border=None
        if is_past
        else ft.Border.all(2 if is_chosen else 1, Ink.ACTION if is_chosen else Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        alignment=ft.Alignment.CENTER,
        on_click=None if is_past else guard(tap.act, *tap.given),
        content=shown,
    )
    return box if is_past else tappable(tap, box, selected=is_chosen)
