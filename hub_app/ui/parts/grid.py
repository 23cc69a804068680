"""Tiles side by side, each as high as it needs to be, as many as the page is wide enough for."""

from collections.abc import Sequence

import flet as ft

from hub_app.ui.tokens import Space

_COLUMNS = 12


def Grid(tiles: Sequence[ft.Control], across: int) -> ft.Control:
    """Give tiles, so many across: 1, 2, 3, 4 or 6."""
    share = _COLUMNS // across
    return ft.ResponsiveRow(
        spacing=Space.M,
        run_spacing=Space.M,
        controls=[ft.Container(tile, col=share) for tile in tiles],
    )
