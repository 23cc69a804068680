"""A screen with a sheet beside it, where what is done next always lies under the same thumb."""

from collections.abc import Sequence

import flet as ft

from hub_app.ui.tokens import Edge, Fill, Space, Width

_SHEET = {Width.MEDIUM: 320, Width.WIDE: 400}


def TwoWays(other: ft.Control, main: ft.Control, width: Width) -> ft.Control:
    """Give two buttons for a foot, `main` at its end; one above the other in a small sheet."""
    if width is Width.MEDIUM:
        return ft.Column(
            [other, main],
            tight=True,
            spacing=Space.M,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Row([other, ft.Container(main, expand=True)], spacing=Space.M)


def WithSheet(
    main: ft.Control, sheet: Sequence[ft.Control], foot: ft.Control, width: Width
) -> ft.Control:
    """Give `main` with a sheet at its end: `sheet` scrolls, `foot` stays at the bottom of it.

    For pages that are not narrow; a narrow one gives the same foot to its `Scaffold`.
    """
    return ft.Row(
        spacing=0,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Container(main, expand=True),
            ft.Container(
                width=_SHEET.get(width, _SHEET[Width.WIDE]),
                bgcolor=Fill.CARD,
                border=ft.Border.symmetric(horizontal=ft.BorderSide(1, Edge.HAIRLINE)),
                content=ft.SafeArea(
                    expand=True,
                    content=ft.Column(
                        spacing=0,
                        expand=True,
                        controls=[
                            ft.ListView(
                                list(sheet),
                                expand=True,
                                spacing=Space.L,
                                padding=Space.XL if width is Width.WIDE else Space.L,
                            ),
                            ft.Container(
                                foot,
                                padding=Space.L,
                                border=ft.Border.only(top=ft.BorderSide(1, Edge.HAIRLINE)),
                            ),
                        ],
                    ),
                ),
            ),
        ],
    )
