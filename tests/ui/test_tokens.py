"""Every pair of colours that is read can be read, in light and in dark."""

import dataclasses
import re

import flet as ft
import pytest

from hub_app.ui.theme import colour_scheme, make_theme, text_style
from hub_app.ui.tokens import DARK, FACES, LIGHT, Height, Palette, Tone, Type
from tests.ui.conftest import ROOT

PALETTES = {"light": LIGHT, "dark": DARK}
# What is read on what: https://www.w3.org/TR/WCAG22/#contrast-minimum asks for 4.5.
READ = (
    *(
        (ink, paper)
        for ink in ("ink", "quiet_ink")
        for paper in ("paper", "card", "sunk", "raised")
    ),
    *((f"on_{fill}", fill) for fill in ("primary", "calm", "good", "warn", "urgent", "danger")),
    ("on_dark", "dark"),
    *((action, paper) for action in ("primary", "danger") for paper in ("paper", "card")),
    ("quiet_ink", "sunk"),
)
# What is only found, not read: https://www.w3.org/TR/WCAG22/#non-text-contrast asks for 3.
FOUND = (("edge", "paper"), ("edge", "card"), ("primary", "calm"))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(palette: Palette, one: str, other: str) -> float:
    values = sorted(luminance(getattr(palette, name)) for name in (one, other))
    return (values[1] + 0.05) / (values[0] + 0.05)


@pytest.mark.parametrize(("ink", "paper"), READ)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_words_stand_out_from_what_they_are_written_on(palette: Palette, ink: str, paper: str):
    assert contrast(palette, ink, paper) >= 4.5


@pytest.mark.parametrize(("edge", "paper"), FOUND)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_the_edge_of_a_control_can_be_found(palette: Palette, edge: str, paper: str):
    assert contrast(palette, edge, paper) >= 3


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_the_theme_names_every_role_our_tones_use(palette: Palette):
    scheme = colour_scheme(palette)
    for tone in Tone:
        assert getattr(
            scheme, tone.fill.replace("primarycontainer", "primary_container"), None
        ) or (tone.fill in {colour.value for colour in ft.Colors})
    assert None not in {scheme.primary, scheme.surface, scheme.on_surface, scheme.outline}


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_every_kind_of_text_in_the_theme_has_a_colour_that_follows_the_page(palette: Palette):
    kinds = make_theme(palette).text_theme
    assert kinds is not None
    styles = [getattr(kinds, field.name) for field in dataclasses.fields(kinds)]
    assert {style.color for style in styles if style} == {ft.Colors.ON_SURFACE}


def test_no_text_is_too_small_for_a_tired_eye_and_no_tap_too_small_for_a_thumb():
    assert min(face.size for face in FACES.values()) >= 15
    assert min(Height.LEAST, Height.BIG, Height.TILE) >= 56
    assert text_style(Type.BODY).size == FACES[Type.BODY].size


def test_the_page_before_the_app_wears_the_same_colours():
    css = (ROOT / "assets" / "web" / "watch.css").read_text().lower()
    names = ("paper", "card", "ink", "quiet_ink", "primary", "on_primary")
    for palette in PALETTES.values():
        for name in names:
            assert getattr(palette, name).lower() in css, name


def test_colours_are_written_in_the_tokens_and_nowhere_else():
    written = [
        path.name
        for path in (ROOT / "hub_app" / "ui").rglob("*.py")
        # A camera reads a QR code in black on white, whatever the page wears.
        if path.name not in {"tokens.py", "qr.py"}
        and re.search(r'"#[0-9A-Fa-f]{6,8}"', path.read_text())
    ]
    assert written == []
