"""Carrying what waits to the centre by hand: a series of pictures there, and a receipt back."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from hub_app.ui import routes
from hub_app.ui.component import component, memo
from hub_app.ui.hooks import use_feed, use_kept, use_tick, use_width
from hub_app.ui.page import tell
from hub_app.ui.parts import (
    Banner,
    BigButton,
    Card,
    EmptyState,
    Head,
    IconTap,
    QuietButton,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    TextBox,
    Together,
    Words,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.qr import QrCode
from hub_app.ui.running import Carry, Running
from hub_app.ui.screens.carry_talk import CarryTalk, came_words, talk_of
from hub_app.ui.screens.house_words import way_back
from hub_app.ui.screens.join_camera import CameraScan, Sought, is_offered
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Type, Width
from hub_app.view.carry import shown_at

TURN_SECONDS = 6  # long enough to aim a telephone, and for it to read
_QR_SIDE = {Width.NARROW: 326, Width.MEDIUM: 560, Width.WIDE: 520}
_FILE = "for-the-centre.json"


@dataclass(frozen=True)
class Shown:
    """Which picture of a series is shown, and since when they turn by themselves, if they do."""

    at: int = 0
    turning_since: int | None = None

    def place(self, now_millis: int, pictures: int) -> int:
        """Give which of the pictures is to be seen at this moment, from 0."""
        since = self.turning_since
        turns = 0 if since is None else max(0, now_millis - since) // (TURN_SECONDS * 1000)
        return shown_at(self.at, turns, pictures)


@component
def CarryScreen(running: Running) -> ft.Control:
    """Show what waits as pictures to be scanned, and take the receipt that comes back for it."""
    use_feed(running.feed)
    talk = talk_of(running.carry)
    use_feed(talk.feed)
    is_wide = use_width() is Width.WIDE
    pieces = running.carry.pieces()
    body: list[ft.Control] = []
    if talk.came is not None:
        body.append(Banner(*came_words(talk.came)))
    if pieces:
        pictures = Pictures(running.carry, pieces, key="carry-pictures")
        aside = ft.Column([_steps(), _receipt(running.carry, talk)], tight=True, spacing=Space.XL)
        body.append(_beside(pictures, aside) if is_wide else pictures)
        body += [] if is_wide else [aside]
    else:
        body.append(_nothing())
    back_to = way_back(routes.CARRY, routes.CHOOSE)
    head = Head(
        _("Carry it to the centre"),
        _("Where there is no line"),
        Tap("back", _("Back"), routes.go, (back_to,), ft.Icons.ARROW_BACK),
        ChipSlot(running),
    )
    return Scaffold(head, body)


@component
def Pictures(carry: Carry, pieces: tuple[str, ...]) -> ft.Control:
    """Show a series of pictures, one at a time: turned by a tap, or slowly by themselves."""
    now, width = use_tick(1), use_width()
    shown, show = use_kept("carry-shown", Shown())
    at = shown.place(now, len(pieces))

    def turn(by: int) -> None:
        show(Shown(shown_at(at, by, len(pieces))))

    def go_on() -> None:
        show(Shown(at, now) if shown.turning_since is None else Shown(at))

    async def copy() -> None:
        await ft.Clipboard().set("\n".join(pieces))
        tell(ft.context.page, _("Copied."))

    async def save() -> None:
        picker = ft.FilePicker()
        await picker.save_file(file_name=_FILE, src_bytes=carry.file())

    place = _("{n} of {all}", n=at + 1, all=len(pieces))
    label = _("Picture {place}, to be scanned", place=place)
    qr = QrCode(pieces[at], label, _QR_SIDE[width])
    parts: list[ft.Control] = [ft.Row([qr], alignment=ft.MainAxisAlignment.CENTER)]
    if len(pieces) > 1:
        parts.append(_turning(Tap("carry-place", place, go_on), turn, shown))
    files = Together(
        QuietButton(Tap("carry-save", _("Save it as a file"), save, (), ft.Icons.SAVE_ALT)),
        QuietButton(Tap("carry-copy", _("Copy it as text"), copy, (), ft.Icons.CONTENT_COPY)),
    )
    return Card(*parts, files)


def _turning(middle: Tap, turn: Callable[[int], None], shown: Shown) -> ft.Control:
    """Give what turns the pictures: back, on, and by themselves; between them which one it is."""
    is_turning = shown.turning_since is not None
    label = _("Stop turning") if is_turning else _("Turn by itself")
    icon = ft.Icons.PAUSE if is_turning else ft.Icons.PLAY_ARROW
    steps: list[ft.Control] = [
        IconTap(Tap("carry-back", _("The one before"), turn, (-1,), ft.Icons.CHEVRON_LEFT)),
        ft.Container(Words(middle.label, Type.LEAD), key=middle.key),
        IconTap(Tap("carry-next", _("The next one"), turn, (1,), ft.Icons.CHEVRON_RIGHT)),
        QuietButton(Tap("carry-turn", label, middle.act, (), icon)),
    ]
    centre = ft.MainAxisAlignment.CENTER
    return ft.Row(steps, wrap=True, alignment=centre, spacing=Space.M, run_spacing=Space.S)


def _steps() -> ft.Control:
    steps = (
        _("1. Scan every picture with a phone, in any order. Or save them all as a file."),
        _("2. Where there is a line, give what you scanned to the centre’s page."),
        _("3. It answers with a receipt. Bring that back here."),
    )
    calm = _(
        "There are counts in it and nothing else: no name, note or ticket. Nothing is lost on the"
        " way: it stays here until the receipt is back, and brought twice it counts once."
    )
    return Section(_("How it gets there"), *map(Words, steps), QuietWords(calm))


def _receipt(carry: Carry, talk: CarryTalk) -> ft.Control:
    parts: list[ft.Control] = []
    if is_offered(ft.context.page):
        hint = _("Point the camera at the receipt on the other screen.")
        another = _("That is another picture. Scan the receipt the centre shows.")
        sought = Sought(carry.is_receipt, hint, another)
        parts.append(CameraScan(talk.take, sought, key="carry-camera"))
    parts.append(ReceiptField(talk, key=f"carry-field-{talk.tries}"))
    parts.append(
        BigButton(Tap("carry-take", _("Take the receipt"), talk.send, (), ft.Icons.RECEIPT_LONG))
    )
    return Section(_("The receipt"), Card(*parts))


@memo
def ReceiptField(talk: CarryTalk) -> ft.Control:
    """Give the field a scanner writes into. It is never drawn again while somebody types."""
    label = _("What you scan, paste or type")
    return TextBox("carry-said", label, talk.said, talk.type, talk.send)


def _beside(first: ft.Control, second: ft.Control) -> ft.Control:
    # As wide as its picture: beside it the rest needs a width to stretch to.
    narrow = ft.Container(first, width=_QR_SIDE[Width.WIDE] + 2 * Space.L)
    return ft.Row(
        [narrow, ft.Container(second, expand=True)],
        spacing=Space.XXL,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _nothing() -> ft.Control:
    said = _("Nothing waits to be carried. What is sealed after a sign-off appears here.")
    return EmptyState(said, ft.Icons.TASK_ALT)
