"""Panels over a screen: a question with its answers, or a sheet with more to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from hub_app.ui.component import guard
from hub_app.ui.hooks import use_width
from hub_app.ui.parts.taps import PrimaryButton, QuietButton, Tap, tappable
from hub_app.ui.parts.words import Heading, QuietWords, Words
from hub_app.ui.tokens import Edge, Fill, Ink, Measure, Radius, Space, Width


@dataclass(frozen=True)
class Panel:
    """What a panel shows: title, controls, what can be done, and its close.

    The first thing to do is primary, unless all it does is to close.

    `close` is called when somebody taps beside it; there, set the state that shows it to false.
    """

    title: str
    body: Sequence[ft.Control]
    close: Callable[[], Any]
    taps: tuple[Tap, ...] = ()


def use_panel(panel: Panel | None) -> None:
    """Show a panel over the page, or none. A hook: call it at every render, always at one place."""
    width = use_width()
    ft.use_dialog(_dialog(panel, width) if panel else None)


def Opener(tap: Tap, below: str) -> ft.Control:
    """Give a line that opens a panel: what it is and, below, how it stands."""
    words = [Words(tap.label, lines=1), QuietWords(below)]
    row: list[ft.Control] = [
        ft.Column(list(words), tight=True, spacing=0, expand=True),
        ft.Icon(ft.Icons.CHEVRON_RIGHT, color=Ink.QUIET),
    ]
    if tap.icon is not None:
        row.insert(0, ft.Icon(tap.icon, color=Ink.ACTION))
    box = ft.Container(
        key=tap.key,
        ink=True,
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.S),
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.CONTROL),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(row, spacing=Space.M),
    )
    return tappable(tap, box)


def _actions(panel: Panel, width: Width) -> list[ft.Control]:
    """Give the buttons: the primary last in a row, or first where they stand one below another."""
    is_narrow = width is Width.NARROW
    buttons: list[ft.Control] = []
    for place, tap in enumerate(panel.taps):
        is_primary = place == 0 and tap.act != panel.close
        button = PrimaryButton if is_primary else QuietButton
        buttons.append(button(tap, is_wide=is_narrow))
    return [ft.Column(buttons, tight=True, spacing=Space.S)] if is_narrow else buttons[::-1]


def _dialog(panel: Panel, width: Width) -> ft.AlertDialog:
    return ft.AlertDialog(
        bgcolor=Fill.CARD,
        shape=ft.RoundedRectangleBorder(radius=Radius.CARD),
        title=Heading(panel.title),
        content=ft.Container(
            width=Measure.DIALOG,
            content=ft.Column(list(panel.body), tight=True, spacing=Space.M),
        ),
        scrollable=True,
        actions=_actions(panel, width),
        actions_overflow_button_spacing=Space.S,
        inset_padding=Space.L,
        on_dismiss=guard(panel.close),
    )
