"""Text in our type scale: words, and headings that a screen reader can jump to."""

import flet as ft

from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Ink, Space, Type


def Words(
    text: str, kind: Type = Type.BODY, *, colour: str = Ink.BODY, lines: int | None = None
) -> ft.Text:
    """Give text of one kind. `lines` cuts it after so many, with dots."""
    return ft.Text(
        text,
        style=text_style(kind, colour),
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP,
    )


def QuietWords(text: str, kind: Type = Type.SMALL) -> ft.Text:
    """Give text that steps back: reasons, times, hints. Still ≥ 4.5:1 on every surface."""
    return Words(text, kind, colour=Ink.QUIET)


def Heading(text: str, kind: Type = Type.HEADING, level: int = 2) -> ft.Control:
    """Give a heading of the given level (1 is the page's own)."""
    return ft.Semantics(heading_level=level, container=True, content=Words(text, kind))


def Section(title: str, *controls: ft.Control, hint: str = "") -> ft.Control:
    """Give a titled part of a page: heading, an optional hint, then its controls."""
    head: list[ft.Control] = [Heading(title)]
    if hint:
        head.append(QuietWords(hint))
    return ft.Column(
        tight=True,
        spacing=Space.M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Column(head, tight=True, spacing=Space.XS),
            *(ft.Semantics(container=True, content=control) for control in controls),
        ],
    )
