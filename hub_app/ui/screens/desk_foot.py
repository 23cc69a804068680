"""The foot of a desk's screen: what to do next at the end, what can be taken back before it."""

import flet as ft

from hub_app.hub import Tap as LastTap
from hub_app.ui.component import guard
from hub_app.ui.hooks import use_width
from hub_app.ui.parts import BigButton, QuietWords, Tap, Words, tappable
from hub_app.ui.screens.desk_words import ago, tapped
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Height, Ink, Radius, Space, Type, Width

PRIMARY_WIDTH = 400
_NO_HINT = "\u00a0"


def Foot(primary: Tap, before: ft.Control | None = None, hint: str = "") -> ft.Control:
    """Give the foot: the primary action last, where a thumb is; a hint says what it will do.

    The hint's line is always there, so that the button never moves. Call it in a component's
    render: it follows the page's width.
    """
    width = use_width()
    action = BigButton(primary)
    if primary.is_open:
        below = QuietWords(hint or _NO_HINT)
        action = ft.Column([action, below], tight=True, spacing=Space.XS)
    if width is Width.NARROW:
        rows = [action] if before is None else [before, action]
        return ft.Column(rows, tight=True, spacing=Space.S)
    aside: list[ft.Control] = [] if before is None else [before]
    down = ft.Padding.only(top=(Height.BIG - Height.LEAST) / 2)  # to the middle of the button
    return ft.Row(
        [
            ft.Container(ft.Row(aside), expand=True, padding=down),
            ft.Container(action, width=PRIMARY_WIDTH),
        ],
        spacing=Space.L,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def Undo(tap: Tap, what: str) -> ft.Control:
    """Give the way to take back the last tap, saying in words what that was."""
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=Space.L),
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            [
                ft.Icon(ft.Icons.UNDO, size=22, color=Ink.ACTION),
                ft.Column(
                    [
                        Words(_("Undo"), Type.SMALL, colour=Ink.ACTION),
                        QuietWords(what),
                    ],
                    tight=True,
                    spacing=0,
                ),
            ],
            tight=True,
            spacing=Space.M,
        ),
    )
    return tappable(tap, box)


def undo_said(last: LastTap, now: int) -> str:
    """Say what the undo would take back, and how long ago it was."""
    return _("{what}, {ago}", what=tapped(last), ago=ago(last.at, now))
