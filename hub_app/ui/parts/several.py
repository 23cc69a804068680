"""Things to choose several of, and numbers and times to nudge, without a keyboard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from hub_app.ui.component import guard
from hub_app.ui.parts.choices import PickBox
from hub_app.ui.parts.taps import Tap, tappable
from hub_app.ui.parts.words import Words
from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Tone, Type

_VALUE_WIDTH = 84
_LEFT_TO_RIGHT = "\u200e"  # a sign stays before its number, whichever way the page reads


@dataclass(frozen=True)
class Ticks:
    """Some of a few: its key, `(code, label)` pairs, those chosen, who is told which was tapped."""

    key: str
    options: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    flip: Callable[[str], Any]


def Several(ticks: Ticks) -> ft.Control:
    """Give chips of which any number is chosen; tapping one again takes it back."""
    return ft.Row(
        wrap=True,
        spacing=Space.S,
        run_spacing=Space.S,
        controls=[_chip(ticks, code, label) for code, label in ticks.options],
    )


def _chip(ticks: Ticks, code: str, label: str) -> ft.Control:
    is_chosen = code in ticks.chosen
    tap = Tap(f"{ticks.key}-{code}", label, ticks.flip, (code,))
    ink = Tone.CALM.ink if is_chosen else Ink.BODY
    icon = ft.Icons.CHECK_BOX if is_chosen else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    row = [ft.Icon(icon, size=22, color=ink), Words(label, colour=ink)]
    return PickBox(tap, ft.Row(row, tight=True, spacing=Space.S), is_chosen=is_chosen)


@dataclass(frozen=True)
class Nudge:
    """One way to change a value: its key, what its square shows and is read as, what it sets."""

    key: str
    face: str
    label: str
    value: int


@dataclass(frozen=True)
class Dial:
    """A value with squares before and after it: its key, how it is shown, and who is told."""

    key: str
    shown: str
    fewer: tuple[Nudge, ...]
    more: tuple[Nudge, ...]
    change: Callable[[int], Any]


def DialRow(dial: Dial) -> ft.Control:
    """Give the value between its squares, in one line that a phone has room for."""
    shown = ft.Container(
        Words(dial.shown, Type.HEADING),
        key=dial.key,
        width=_VALUE_WIDTH,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Row(
        [*_squares(dial, dial.fewer), shown, *_squares(dial, dial.more)],
        tight=True,
        spacing=Space.XS,
    )


def _squares(dial: Dial, nudges: Sequence[Nudge]) -> list[ft.Control]:
    return [_square(Tap(one.key, one.label, dial.change, (one.value,)), one.face) for one in nudges]


def _square(tap: Tap, face: str) -> ft.Control:
    box = ft.Container(
        key=tap.key,
        ink=True,
        width=Height.LEAST,
        height=Height.LEAST,
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.CONTROL),
        border_radius=Radius.CONTROL,
        alignment=ft.Alignment.CENTER,
        tooltip=tap.label,
        on_click=guard(tap.act, *tap.given),
        content=ft.Text(
            _LEFT_TO_RIGHT + face,
            style=text_style(Type.BODY, Ink.ACTION),
            semantics_label=tap.label,
        ),
    )
    return tappable(tap, box)
