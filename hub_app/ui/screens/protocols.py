"""What to do when it cannot wait: the protocols as tiles, and one of them as a sheet to act by."""

from collections.abc import Callable

import flet as ft

from hub_app.core.content import Phone
from hub_app.core.pack import Pack
from hub_app.ui.parts import Card, Heading, Pill, QuietWords, Tap, Tile, Words
from hub_app.ui.parts.grid import Grid
from hub_app.ui.screens.desk_words import icon_of
from hub_app.ui.screens.phrases import seen_within
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Tone, Type, Width


def protocol_tiles(pack: Pack, choose: Callable[[str], object], width: Width) -> ft.Control:
    """Give every urgent protocol as a tile, those to be seen now first."""
    ordered = sorted(pack.urgent, key=lambda one: one.seen_within_minutes)
    tiles = [
        Tile(
            Tap(f"urgent-{one.id}", one.short, choose, (one.id,), icon_of(one.icon)),
            hint=seen_within(one.seen_within_minutes),
            is_urgent=one.seen_within_minutes == 0,
        )
        for one in ordered
    ]
    return Grid(tiles, {Width.NARROW: 1, Width.MEDIUM: 2, Width.WIDE: 3}[width])


def protocol_title(pack: Pack, code: str, width: Width) -> str:
    """Give what a protocol is called, in a word or two where there is little room."""
    one = pack.protocol(code)
    return one.short if width is Width.NARROW else one.title


def protocol_sheet(pack: Pack, code: str, width: Width) -> list[ft.Control]:
    """Give one protocol: how soon, what to do in order, whom to ring."""
    one = pack.protocol(code)
    soon = Pill(seen_within(one.seen_within_minutes), Tone.URGENT, ft.Icons.TIMER_OUTLINED)
    parts: list[ft.Control] = [ft.Row([soon])]
    if one.is_private:
        hush = Pill(_("Keep this between you and them"), Tone.CALM, ft.Icons.VISIBILITY_OFF)
        parts[0] = ft.Row([soon, hush], wrap=True, spacing=Space.S, run_spacing=Space.S)
    cards: list[ft.Control] = []
    if one.steps:
        steps = [_step(number, text) for number, text in enumerate(one.steps, start=1)]
        cards.append(Card(*steps, key="protocol-steps"))
    if one.phones:
        cards.append(Card(Heading(_("Phone")), *(_phone(phone) for phone in one.phones)))
    if width is Width.WIDE:
        top = ft.CrossAxisAlignment.START
        shares: list[ft.Control] = [
            ft.Container(card, expand=3 - i) for i, card in enumerate(cards)
        ]
        return [*parts, ft.Row(shares, spacing=Space.L, vertical_alignment=top)]
    return [*parts, ft.Column(cards, tight=True, spacing=Space.L)]


def _step(number: int, text: str) -> ft.Control:
    return ft.Row(
        spacing=Space.L,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Container(Words(str(number), Type.HEADING), width=Space.XL),
            ft.Container(Words(text, Type.LEAD), expand=True),
        ],
    )


def _phone(phone: Phone) -> ft.Control:
    number = Words(phone.number or _("ask the coordinator"), Type.HEADING)
    lines: list[ft.Control] = [Words(phone.who)]
    if phone.note:
        lines.append(QuietWords(phone.note))
    return ft.Row(
        spacing=Space.L,
        controls=[ft.Column(lines, tight=True, spacing=0, expand=True), number],
    )
