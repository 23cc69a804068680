"""Things to read: cards, ticket codes, pills, banners and what an empty place says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import flet as ft

from hub_app.ui.parts.taps import QuietButton, Tap, Together
from hub_app.ui.parts.words import QuietWords, Words
from hub_app.ui.tokens import Edge, Fill, Ink, Measure, Radius, Space, Tone, Type


def Card(*controls: ft.Control, key: str | None = None, is_raised: bool = False) -> ft.Control:
    """Give a sheet of paper with controls one under the other."""
    return ft.Container(
        key=key,
        padding=Space.L,
        bgcolor=Fill.RAISED if is_raised else Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CARD,
        content=ft.Column(
            list(controls),
            tight=True,
            spacing=Space.M,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    )


def TicketCode(code: str, *, is_small: bool = False) -> ft.Control:
    """Give a ticket's code as it is called out, dark so that it is found at once."""
    return ft.Container(
        bgcolor=Fill.TICKET,
        border_radius=Radius.CONTROL,
        padding=ft.Padding.symmetric(
            horizontal=Space.M if is_small else Space.XL, vertical=Space.XS if is_small else Space.M
        ),
        content=Words(code, Type.HEADING if is_small else Type.TICKET, colour=Fill.ON_TICKET),
    )


def Pill(text: str, tone: Tone = Tone.PLAIN, icon: ft.IconData | None = None) -> ft.Control:
    """Give a few words on a tone: a wait, a presence, a state."""
    parts: list[ft.Control] = [Words(text, Type.SMALL, colour=tone.ink)]
    if icon is not None:
        parts.insert(0, ft.Icon(icon, size=18, color=tone.ink))
    return ft.Container(
        bgcolor=tone.fill,
        border_radius=Radius.PILL,
        padding=ft.Padding.symmetric(horizontal=Space.M, vertical=Space.XS),
        content=ft.Row(parts, tight=True, spacing=Space.XS),
    )


@dataclass(frozen=True)
class Sign:
    """A few words with the name of an icon, and a tone: a value, so that a row keeps its memo."""

    words: str
    icon: str = ""
    tone: Tone = Tone.PLAIN


def SignPill(sign: Sign) -> ft.Control:
    """Give a sign as a pill."""
    return Pill(sign.words, sign.tone, getattr(ft.Icons, sign.icon) if sign.icon else None)


def Signs(signs: Iterable[Sign], *, is_tight: bool = False) -> list[ft.Control]:
    """Give a row of signs, on a second line where they do not fit; no row at all for none."""
    pills = [SignPill(sign) for sign in signs]
    row = ft.Row(pills, tight=is_tight, wrap=True, spacing=Space.XS, run_spacing=Space.XS)
    return [row] if pills else []


def Banner(text: str, tone: Tone = Tone.CALM, taps: Sequence[Tap] = ()) -> ft.Control:
    """Give a sentence across the page that stays until what it says is over, with what to do."""
    icon = ft.Icon(_ICONS[tone], color=tone.ink)
    rows: list[ft.Control] = [
        ft.Row([icon, ft.Container(Words(text, colour=tone.ink), expand=True)], spacing=Space.M)
    ]
    if taps:
        rows.append(Together(*(QuietButton(tap) for tap in taps)))
    return ft.Semantics(
        live_region=True,
        content=ft.Container(
            bgcolor=tone.fill,
            border_radius=Radius.CARD,
            padding=Space.L,
            content=ft.Column(rows, tight=True, spacing=Space.M),
        ),
    )


_ICONS: dict[Tone, ft.IconData] = {
    Tone.PLAIN: ft.Icons.INFO_OUTLINE,
    Tone.CALM: ft.Icons.INFO_OUTLINE,
    Tone.GOOD: ft.Icons.CHECK_CIRCLE_OUTLINE,
    Tone.WARN: ft.Icons.ERROR_OUTLINE,
    Tone.URGENT: ft.Icons.PRIORITY_HIGH,
}


def EmptyState(text: str, icon: ft.IconData, tap: Tap | None = None) -> ft.Control:
    """Say calmly that there is nothing here, and what would put something here."""
    words = QuietWords(text, Type.BODY)
    words.text_align = ft.TextAlign.CENTER
    parts: list[ft.Control] = [
        ft.Icon(icon, size=40, color=Ink.QUIET),
        ft.Container(words, width=Measure.TEXT / 2),
    ]
    if tap is not None:
        parts.append(QuietButton(tap))
    return ft.Container(
        padding=Space.XXL,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            parts,
            tight=True,
            spacing=Space.L,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )
