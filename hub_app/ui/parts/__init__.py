"""The pieces screens are built from, in one import."""

from hub_app.ui.parts.choices import (
    Answers,
    Choice,
    Count,
    Field,
    SearchField,
    Stepper,
    TextBox,
    Tile,
    TileGrid,
)
from hub_app.ui.parts.panels import Panel, use_panel
from hub_app.ui.parts.scaffold import Head, Scaffold
from hub_app.ui.parts.signs import (
    Banner,
    Card,
    EmptyState,
    Pill,
    Sign,
    SignPill,
    Signs,
    TicketCode,
)
from hub_app.ui.parts.taps import (
    BigButton,
    DangerButton,
    IconTap,
    PrimaryButton,
    QuietButton,
    Tap,
    Together,
    tappable,
)
from hub_app.ui.parts.words import Heading, QuietWords, Section, Words

__all__ = [
    "Answers",
    "Banner",
    "BigButton",
    "Card",
    "Choice",
    "Count",
    "DangerButton",
    "EmptyState",
    "Field",
    "Head",
    "Heading",
    "IconTap",
    "Panel",
    "Pill",
    "PrimaryButton",
    "QuietButton",
    "QuietWords",
    "Scaffold",
    "SearchField",
    "Section",
    "Sign",
    "SignPill",
    "Signs",
    "Stepper",
    "Tap",
    "TextBox",
    "TicketCode",
    "Tile",
    "TileGrid",
    "Together",
    "Words",
    "tappable",
    "use_panel",
]
