"""Dresses a page in our tokens: light and dark, one typeface, text that keeps its contrast."""

import flet as ft

from hub_app.ui.tokens import DARK, FACES, FONT, LIGHT, Height, Palette, Radius, Space, Type


def theme(page: ft.Page) -> None:
    """Give a page our light and dark themes; it follows the device between them."""
    page.theme = make_theme(LIGHT)
    page.dark_theme = make_theme(DARK)
    page.theme_mode = ft.ThemeMode.SYSTEM
    page.padding = 0
    page.bgcolor = ft.Colors.SURFACE


def text_style(kind: Type, colour: str = ft.Colors.ON_SURFACE) -> ft.TextStyle:
    """Give the style of one kind of text. The colour is always set: Flet's own default is black."""
    face = FACES[kind]
    return ft.TextStyle(
        size=face.size,
        height=face.line,
        weight=ft.FontWeight.BOLD if face.is_bold else ft.FontWeight.NORMAL,
        font_family=FONT,
        color=colour,
    )


def make_theme(palette: Palette) -> ft.Theme:
    """Give the theme of one brightness."""
    rounded = ft.RoundedRectangleBorder(radius=Radius.CONTROL)
    return ft.Theme(
        color_scheme=colour_scheme(palette),
        font_family=FONT,
        scaffold_bgcolor=palette.paper,
        canvas_color=palette.paper,
        text_theme=_text_theme(),
        visual_density=ft.VisualDensity.STANDARD,
        use_material3=True,
        divider_theme=ft.DividerTheme(color=palette.hairline, thickness=1, space=1),
        navigation_rail_theme=ft.NavigationRailTheme(
            bgcolor=palette.sunk,
            indicator_color=palette.calm,
            indicator_shape=rounded,
            selected_label_text_style=text_style(Type.SMALL),
            unselected_label_text_style=text_style(Type.SMALL, ft.Colors.ON_SURFACE_VARIANT),
        ),
        navigation_bar_theme=ft.NavigationBarTheme(
            bgcolor=palette.sunk,
            indicator_color=palette.calm,
            elevation=0,
            label_text_style=text_style(Type.SMALL),
        ),
        snackbar_theme=ft.SnackBarTheme(
            behavior=ft.SnackBarBehavior.FLOATING,
            bgcolor=palette.dark,
            action_text_color=palette.on_dark,
            close_icon_color=palette.on_dark,
            content_text_style=text_style(Type.BODY, palette.on_dark),
            shape=rounded,
        ),
        dialog_theme=ft.DialogTheme(
            bgcolor=palette.card,
            shape=ft.RoundedRectangleBorder(radius=Radius.CARD),
            title_text_style=text_style(Type.HEADING),
            content_text_style=text_style(Type.BODY),
        ),
        filled_button_theme=ft.FilledButtonTheme(_button_style()),
        outlined_button_theme=ft.OutlinedButtonTheme(_button_style()),
        text_button_theme=ft.TextButtonTheme(_button_style()),
        scrollbar_theme=ft.ScrollbarTheme(thickness=6, radius=Radius.PILL),
    )


def colour_scheme(palette: Palette) -> ft.ColorScheme:
    """Give Flet's colour roles in our colours."""
    return ft.ColorScheme(
        primary=palette.primary,
        on_primary=palette.on_primary,
        primary_container=palette.calm,
        on_primary_container=palette.on_calm,
        secondary=palette.on_warn,
        on_secondary=palette.warn,
        secondary_container=palette.warn,
        on_secondary_container=palette.on_warn,
        tertiary=palette.on_good,
        on_tertiary=palette.good,
        tertiary_container=palette.good,
        on_tertiary_container=palette.on_good,
        error=palette.danger,
        on_error=palette.on_danger,
        error_container=palette.urgent,
        on_error_container=palette.on_urgent,
        surface=palette.paper,
        on_surface=palette.ink,
        on_surface_variant=palette.quiet_ink,
        surface_container_lowest=palette.card,
        surface_container_low=palette.paper,
        surface_container=palette.sunk,
        surface_container_high=palette.raised,
        surface_container_highest=palette.raised,
        surface_bright=palette.card,
        surface_dim=palette.sunk,
        surface_tint=palette.paper,
        outline=palette.edge,
        outline_variant=palette.hairline,
        inverse_surface=palette.dark,
        on_inverse_surface=palette.on_dark,
        inverse_primary=palette.calm,
    )


def _button_style() -> ft.ButtonStyle:
    return ft.ButtonStyle(
        shape=ft.RoundedRectangleBorder(radius=Radius.CONTROL),
        padding=ft.Padding.symmetric(horizontal=Space.XL, vertical=Space.M),
        text_style=text_style(Type.BODY),
        icon_size=Height.LEAST * 0.42,
    )


def _text_theme() -> ft.TextTheme:
    return ft.TextTheme(
        display_large=text_style(Type.TICKET),
        display_medium=text_style(Type.TICKET),
        display_small=text_style(Type.TICKET),
        headline_large=text_style(Type.TITLE),
        headline_medium=text_style(Type.TITLE),
        headline_small=text_style(Type.HEADING),
        title_large=text_style(Type.HEADING),
        title_medium=text_style(Type.LEAD),
        title_small=text_style(Type.BODY),
        body_large=text_style(Type.BODY),
        body_medium=text_style(Type.BODY),
        body_small=text_style(Type.SMALL),
        label_large=text_style(Type.BODY),
        label_medium=text_style(Type.SMALL),
        label_small=text_style(Type.SMALL),
    )
