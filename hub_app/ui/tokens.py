"""The only home of colour, type, space, shape and size: paper, ink, loch blue, and calm signals."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import flet as ft


@dataclass(frozen=True)
class Palette:
    """The colours of one brightness, as hex. Each `on_x` is read on `x`."""

    paper: str
    card: str
    sunk: str
    raised: str
    ink: str
    quiet_ink: str
    edge: str
    hairline: str
    primary: str
    on_primary: str
    calm: str
    on_calm: str
    good: str
    on_good: str
    warn: str
    on_warn: str
    urgent: str
    on_urgent: str
    danger: str
    on_danger: str
    dark: str
    on_dark: str


LIGHT = Palette(
    paper="#FAF6EF",
    card="#FFFFFF",
    sunk="#F2ECE1",
    raised="#E9E1D3",
    ink="#1E2A31",
    quiet_ink="#4C5860",
    edge="#737B80",
    hairline="#DDD4C5",
    primary="#1C4F6E",
    on_primary="#FFFFFF",
    calm="#D8E7F0",
    on_calm="#0E3850",
    good="#DBECDD",
    on_good="#1B4A2B",
    warn="#FBE7C2",
    on_warn="#5A3B05",
    urgent="#FADDD6",
    on_urgent="#7A1A10",
    danger="#A3291D",
    on_danger="#FFFFFF",
    dark="#22323C",
    on_dark="#FAF6EF",
)

DARK = Palette(
    paper="#12181C",
    card="#1B2328",
    sunk="#171E22",
    raised="#2A343A",
    ink="#EFEAE1",
    quiet_ink="#B7BFC3",
    edge="#8A959B",
    hairline="#364147",
    primary="#9FCDE8",
    on_primary="#07334B",
    calm="#1F4459",
    on_calm="#DAEDF8",
    good="#1F4730",
    on_good="#D2EEDA",
    warn="#553F14",
    on_warn="#FBE6BD",
    urgent="#66251C",
    on_urgent="#FFDDD6",
    danger="#FFB4A6",
    on_danger="#5C0B05",
    dark="#E9E1D3",
    on_dark="#1E2A31",
)


class Ink:
    """Colours by what they are for; each follows the page from light to dark by itself."""

    BODY = ft.Colors.ON_SURFACE
    QUIET = ft.Colors.ON_SURFACE_VARIANT
    ACTION = ft.Colors.PRIMARY
    ON_ACTION = ft.Colors.ON_PRIMARY
    DANGER = ft.Colors.ERROR
    ON_DANGER = ft.Colors.ON_ERROR


class Fill:
    """Surfaces by what they are for."""

    PAPER = ft.Colors.SURFACE
    CARD = ft.Colors.SURFACE_CONTAINER_LOWEST
    SUNK = ft.Colors.SURFACE_CONTAINER
    RAISED = ft.Colors.SURFACE_CONTAINER_HIGH
    ACTION = ft.Colors.PRIMARY
    DANGER = ft.Colors.ERROR
    TICKET = ft.Colors.INVERSE_SURFACE
    ON_TICKET = ft.Colors.ON_INVERSE_SURFACE


class Edge:
    """Lines: one that must be seen to find a control, one that only separates."""

    CONTROL = ft.Colors.OUTLINE
    HAIRLINE = ft.Colors.OUTLINE_VARIANT


class Tone(StrEnum):
    """How a small sign feels. Never by colour alone: it always has words beside it."""

    PLAIN = "plain"
    CALM = "calm"
    GOOD = "good"
    WARN = "warn"
    URGENT = "urgent"

    @property
    def fill(self) -> str:
        """The colour behind."""
        return _TONES[self][0]

    @property
    def ink(self) -> str:
        """The colour of words and icon on `fill`."""
        return _TONES[self][1]


_TONES: dict[Tone, tuple[str, str]] = {
    Tone.PLAIN: (ft.Colors.SURFACE_CONTAINER_HIGH, ft.Colors.ON_SURFACE),
    Tone.CALM: (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER),
    Tone.GOOD: (ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER),
    Tone.WARN: (ft.Colors.SECONDARY_CONTAINER, ft.Colors.ON_SECONDARY_CONTAINER),
    Tone.URGENT: (ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER),
}


class Type(StrEnum):
    """Kinds of text, by what they do on a screen. Sizes in logical pixels are in `SIZES`."""

    CALLED = "called"
    TICKET = "ticket"
    TITLE = "title"
    HEADING = "heading"
    LEAD = "lead"
    BODY = "body"
    SMALL = "small"


@dataclass(frozen=True)
class Face:
    """Size, line height and weight of one kind of text."""

    size: int
    line: float
    is_bold: bool


FACES: dict[Type, Face] = {
    Type.CALLED: Face(88, 1.1, is_bold=True),
    Type.TICKET: Face(40, 1.1, is_bold=True),
    Type.TITLE: Face(28, 1.2, is_bold=True),
    Type.HEADING: Face(21, 1.25, is_bold=True),
    Type.LEAD: Face(19, 1.35, is_bold=False),
    Type.BODY: Face(17, 1.4, is_bold=False),
    Type.SMALL: Face(15, 1.35, is_bold=False),
}

FONT = "Atkinson Hyperlegible"


class Space:
    """Gaps and paddings, in logical pixels."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 40


class Radius:
    """Corners, in logical pixels."""

    CONTROL = 14
    CARD = 18
    PILL = 999


class Height:
    """Heights of things a hurried thumb must hit, in logical pixels. Nothing tappable is lower."""

    LEAST = 56
    BIG = 72
    TILE = 104


class Measure:
    """Widths that keep lines readable, in logical pixels."""

    TEXT = 680
    PAGE = 1200
    DIALOG = 520


class Width(IntEnum):
    """How wide a page is. Compare them: `use_width() >= Width.MEDIUM`."""

    NARROW = 0
    MEDIUM = 1
    WIDE = 2


MEDIUM_FROM = 600
WIDE_FROM = 960


def width_of(pixels: float | None) -> Width:
    """Give the width a page of so many logical pixels has; unknown is medium."""
    if pixels is None:
        return Width.MEDIUM
    if pixels < MEDIUM_FROM:
        return Width.NARROW
    return Width.MEDIUM if pixels < WIDE_FROM else Width.WIDE
