"""Things to choose and fill in: need tiles, numbers, one of a few, and fields for text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from hub_app.ui.component import guard, guard_value
from hub_app.ui.parts.taps import IconTap, Tap, tappable
from hub_app.ui.parts.words import QuietWords, Words
from hub_app.ui.strings import _
from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Tone, Type


def Tile(
    tap: Tap, *, is_selected: bool = False, hint: str = "", is_urgent: bool = False
) -> ft.Control:
    """Give a big square to pick by icon and words: a need, a role, a desk.

    Selected shows a tick as well as a colour; greyed says why below its label.
    """
    tone = Tone.URGENT if is_urgent else Tone.CALM
    fill = tone.fill if is_selected or is_urgent else Fill.CARD
    ink = tone.ink if is_selected or is_urgent else Ink.BODY
    edge = (Ink.DANGER if is_urgent else Ink.ACTION) if is_selected else Edge.CONTROL
    if not tap.is_open:
        fill, ink, edge = Fill.SUNK, Ink.QUIET, Edge.HAIRLINE
    icon = ft.Icons.CHECK_CIRCLE if is_selected else tap.icon
    below = tap.why_not or hint
    lines: list[ft.Control] = [Words(tap.label, Type.LEAD, colour=ink, lines=2)]
    if below:
        lines.append(Words(below, Type.SMALL, colour=ink, lines=2))
    row: list[ft.Control] = [ft.Column(lines, tight=True, spacing=0, expand=True)]
    if icon is not None:
        row.insert(0, ft.Icon(icon, size=30, color=ink))
    box = ft.Container(
        key=tap.key,
        ink=tap.is_open,
        height=Height.TILE,
        padding=Space.L,
        bgcolor=fill,
        border=ft.Border.all(2 if is_selected else 1, edge),
        border_radius=Radius.CARD,
        disabled=not tap.is_open,
        on_click=guard(tap.act, *tap.given) if tap.is_open else None,
        content=ft.Row(row, spacing=Space.M),
    )
    return tappable(tap, box, selected=is_selected)


def TileGrid(tiles: Sequence[ft.Control]) -> ft.Control:
    """Give tiles side by side: one, two or three in a row, as the page is wide."""
    return ft.ResponsiveRow(
        [ft.Container(tile, col={"xs": 12, "sm": 6, "lg": 4}) for tile in tiles],
        spacing=Space.M,
        run_spacing=Space.M,
    )


@dataclass(frozen=True)
class Count:
    """A number somebody sets: its key, its words, its value, and what is told of a new one."""

    key: str
    label: str
    value: int
    change: Callable[[int], Any]
    least: int = 0
    most: int = 20


def Stepper(count: Count) -> ft.Control:
    """Give a number with one tap less and one tap more; never below its least or above its most."""
    value = count.value
    fewer = Tap(
        f"{count.key}-fewer",
        _("{label}: one fewer", label=count.label),
        count.change,
        (value - 1,),
        ft.Icons.REMOVE,
        "" if value > count.least else _("This is the fewest."),
    )
    more = replace(
        fewer,
        key=f"{count.key}-more",
        label=_("{label}: one more", label=count.label),
        given=(value + 1,),
        icon=ft.Icons.ADD,
        why_not="" if value < count.most else _("This is the most."),
    )
    return ft.Row(
        spacing=Space.S,
        controls=[
            ft.Container(Words(count.label), expand=True),
            IconTap(fewer),
            ft.Container(
                Words(str(value), Type.HEADING),
                key=count.key,
                width=Height.LEAST,
                alignment=ft.Alignment.CENTER,
            ),
            IconTap(more),
        ],
    )


@dataclass(frozen=True)
class Choice:
    """One of a few, or not answered: its key, `(code, label)` pairs, the code chosen, who is told.

    `change(None)` means the answer was taken back. With `skip`, its words are a choice of their
    own whose code is "": "not asked" and "prefer not to say" are different answers, so both can be.
    """

    key: str
    options: tuple[tuple[str, str], ...]
    chosen: str | None
    change: Callable[[str | None], Any]
    skip: str = ""


def Answers(choice: Choice) -> ft.Control:
    """Give a row of answers of which at most one is chosen; tapping it again takes it back."""
    options = (*choice.options, ("", choice.skip)) if choice.skip else choice.options
    return ft.Row(
        wrap=True,
        spacing=Space.S,
        run_spacing=Space.S,
        controls=[_answer(choice, code, label) for code, label in options],
    )


def _answer(choice: Choice, code: str, label: str) -> ft.Control:
    is_chosen = choice.chosen == code
    tap = Tap(
        f"{choice.key}-{code or 'skip'}", label, choice.change, (None if is_chosen else code,)
    )
    ink = Tone.CALM.ink if is_chosen else (Ink.BODY if code else Ink.QUIET)
    row: list[ft.Control] = [Words(label, colour=ink)]
    if is_chosen:
        row.insert(0, ft.Icon(ft.Icons.CHECK, size=20, color=ink))
    content = ft.Row(row, tight=True, spacing=Space.S)
    return PickBox(tap, content, is_chosen=is_chosen, gap=Space.L)


def PickBox(
    tap: Tap, content: ft.Control, *, is_chosen: bool, gap: int = Space.M, fill: str = Fill.CARD
) -> ft.Control:
    """Give the outlined box of one answer among several: filled while it is chosen."""
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=gap),
        bgcolor=Tone.CALM.fill if is_chosen else fill,
        border=ft.Border.all(2 if is_chosen else 1, Ink.ACTION if is_chosen else Edge.CONTROL),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=content,
    )
    return tappable(tap, box, selected=is_chosen)


def SearchField(key: str, label: str, value: str, change: Callable[[str], Any]) -> ft.Control:
    """Give a field that tells of every letter typed, to narrow a list."""
    return _field((key, label, value), guard_value(change), ft.Icons.SEARCH)


def TextBox(
    key: str,
    label: str,
    value: str,
    change: Callable[[str], Any],
    enter: Callable[[], Any] | None = None,
) -> ft.Control:
    """Give a field for one line of text, told of at every letter; `enter` is what Enter does."""
    done = None if enter is None else guard(enter)
    return _field((key, label, value), guard_value(change), None, on_enter=done)


def _field(
    what: tuple[str, str, str],
    on_change: Callable[[Any], Any],
    icon: ft.IconData | None,
    *,
    on_enter: Callable[[], Any] | None = None,
) -> ft.Control:
    key, label, value = what
    field = ft.TextField(
        key=key,
        label=label,
        value=value,
        on_change=on_change,
        on_submit=on_enter,
        max_length=None,
        prefix_icon=icon,
        filled=True,
        fill_color=Fill.CARD,
        border={
            ft.ControlState.FOCUSED: _outline(2, Ink.ACTION),
            ft.ControlState.DEFAULT: _outline(1, Edge.CONTROL),
        },
        text_style=text_style(Type.BODY),
        label_style=text_style(Type.BODY, Ink.QUIET),
        content_padding=Space.L,
    )
    return ft.Semantics(key=key, identifier=key, content=field)


def _outline(width: int, colour: str) -> ft.OutlineInputBorder:
    return ft.OutlineInputBorder(side=ft.BorderSide(width, colour), border_radius=Radius.CONTROL)


def Field(label: str, control: ft.Control, hint: str = "") -> ft.Control:
    """Give a question above what answers it."""
    lines: list[ft.Control] = [Words(label)]
    if hint:
        lines.append(QuietWords(hint))
    return ft.Column([*lines, control], tight=True, spacing=Space.S)
