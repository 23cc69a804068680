"""The word two tablets show while they pair, in large letters, and whether it is the same."""

import flet as ft

from hub_app.ui.parts import BigButton, DangerButton, Tap, Words
from hub_app.ui.screens.tablet_words import spoken_word
from hub_app.ui.tokens import Fill, Measure, Radius, Space, Type


def LargeCode(text: str, kind: Type = Type.TICKET) -> ft.Control:
    """Give a code or a word in large letters, to be read from a step away."""
    return ft.Container(
        bgcolor=Fill.TICKET,
        border_radius=Radius.CARD,
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.L),
        alignment=ft.Alignment.CENTER,
        content=Words(text, kind, colour=Fill.ON_TICKET),
    )


def Middle(*controls: ft.Control) -> ft.Control:
    """Give one thing after the other in the middle of the page, no wider than is read well."""
    column = ft.Column(
        list(controls),
        tight=True,
        spacing=Space.L,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Container(
        alignment=ft.Alignment.TOP_CENTER,
        padding=ft.Padding.only(top=Space.L),
        content=ft.Container(column, width=Measure.DIALOG),
    )


def Compare(word: str, question: tuple[str, str], yes: Tap, no: Tap) -> ft.Control:
    """Give the word between what is said of it and what is asked, with both answers."""
    said, asked = question
    return Middle(
        Words(said, Type.LEAD),
        LargeCode(spoken_word(word)),
        Words(asked, Type.LEAD),
        BigButton(yes),
        DangerButton(no, is_wide=True),
    )
