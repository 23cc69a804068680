"""Things to tap: one description of a tap, and the buttons that wear it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from hub_app.ui.component import guard
from hub_app.ui.parts.words import QuietWords
from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Type


@dataclass(frozen=True)
class Tap:
    """What a person can tap: its key for tests and readers, its words, and what then happens.

    `act(*given)` is called, and awaited if need be; a fault in it becomes a sentence. Taps of the
    same bound method and values are equal, so they keep a memo; a lambda breaks it.
    `why_not` greys it out and says why it cannot be tapped now.
    """

    key: str
    label: str
    act: Callable[..., Any]
    given: tuple[Any, ...] = ()
    icon: ft.IconData | None = None
    why_not: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it can be tapped now."""
        return not self.why_not


def tappable(tap: Tap, content: ft.Control, *, selected: bool | None = None) -> ft.Control:
    """Wrap a control so that screen readers and browser tests find it by the tap's key."""
    # Merged, so that a reader meets one button, not a box with a button in it. Its words are those
    # of its content; only an icon alone needs to be told them.
    return ft.MergeSemantics(
        key=tap.key,
        content=ft.Semantics(
            identifier=tap.key,
            label=tap.label if isinstance(content, ft.IconButton) else None,
            button=True,
            selected=selected,
            disabled=not tap.is_open,  # else what it holds is greyed, and read as if it were not
            content=content,
        ),
    )


def PrimaryButton(tap: Tap, *, is_wide: bool = False) -> ft.Control:
    """Give the one thing most people do next. At most one on a screen."""
    return _button(tap, (Fill.ACTION, Ink.ON_ACTION, None), Height.LEAST, is_wide=is_wide)


def BigButton(tap: Tap, *, is_wide: bool = True) -> ft.Control:
    """Give the primary button at its largest: what a greeter hits without looking."""
    return _button(tap, (Fill.ACTION, Ink.ON_ACTION, None), Height.BIG, is_wide=is_wide)


def QuietButton(tap: Tap, *, is_wide: bool = False) -> ft.Control:
    """Give everything else that can be done: outlined."""
    return _button(tap, (Fill.CARD, Ink.ACTION, Edge.CONTROL), Height.LEAST, is_wide=is_wide)


def DangerButton(tap: Tap, *, is_wide: bool = False) -> ft.Control:
    """Give what is hard to take back, outlined in brick: close the session, left unserved."""
    return _button(tap, (Fill.CARD, Ink.DANGER, Ink.DANGER), Height.LEAST, is_wide=is_wide)


def Together(*controls: ft.Control) -> ft.Control:
    """Give buttons side by side, on a second line when they do not fit."""
    return ft.Row(
        list(controls),
        wrap=True,
        spacing=Space.S,
        run_spacing=Space.S,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def IconTap(tap: Tap, ink: str = Ink.ACTION) -> ft.Control:
    """Give a square of least tap size with only an icon; the label is read and shown on hover."""
    button = ft.IconButton(
        icon=tap.icon or ft.Icons.MORE_HORIZ,
        key=tap.key,
        width=Height.LEAST,
        height=Height.LEAST,
        icon_color=ink,
        disabled=not tap.is_open,
        on_click=guard(tap.act, *tap.given),
    )
    return tappable(tap, button)


def _button(
    tap: Tap, colours: tuple[str, str, str | None], height: int, *, is_wide: bool
) -> ft.Control:
    fill, ink, edge = colours
    if not tap.is_open:
        fill, ink, edge = Fill.SUNK, Ink.QUIET, Edge.HAIRLINE
    face = Type.LEAD if height == Height.BIG else Type.BODY
    button = ft.FilledButton(
        content=tap.label,
        icon=tap.icon,
        key=tap.key,
        height=height,
        elevation=0,
        disabled=not tap.is_open,
        on_click=guard(tap.act, *tap.given),
        style=ft.ButtonStyle(
            color=ink,
            bgcolor=fill,
            icon_color=ink,
            elevation=0,
            side=ft.BorderSide(1.5, edge) if edge else None,
            shape=ft.RoundedRectangleBorder(radius=Radius.CONTROL),
            padding=ft.Padding.symmetric(horizontal=Space.XL),
            text_style=ft.TextStyle(
                size=text_style(face).size, weight=ft.FontWeight.BOLD, font_family=_font()
            ),
        ),
    )
    shown = tappable(tap, button)
    if tap.why_not:
        edge_to_edge = ft.CrossAxisAlignment.STRETCH if is_wide else ft.CrossAxisAlignment.START
        shown = ft.Column(
            [shown, QuietWords(tap.why_not)],
            tight=True,
            spacing=Space.XS,
            horizontal_alignment=edge_to_edge,
        )
    if is_wide:
        return ft.Row([ft.Container(shown, expand=True)], key=tap.key + "-row")
    return shown


def _font() -> str | None:
    return text_style(Type.BODY).font_family
