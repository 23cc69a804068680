"""A QR code drawn on this device: squares in, a picture out, and nothing asked of anybody."""

import struct
import zlib
from functools import lru_cache

import flet as ft
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from hub_app.ui.tokens import Radius

QUIET_ZONE = 4  # squares of white all round: ISO/IEC 18004, 6.3.8
_DOTS = 8  # pixels of the picture for each square
_WHITE = "#FFFFFF"  # whatever the page's colours: a reader needs dark on light

Squares = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=64)
def squares(text: str) -> Squares:
    """Give the squares of a QR code, True for dark, with its quiet zone; about 15 % may be lost."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(square) for square in row) for row in code.get_matrix())


@lru_cache(maxsize=64)
def picture(text: str) -> bytes:
    """Give a QR code as a PNG of one bit a pixel. Source: PNG specification, third edition."""
    rows = squares(text)
    side = len(rows) * _DOTS
    lines = b"".join(_line(row) * _DOTS for row in rows)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def QrCode(text: str, label: str, side: int = 220) -> ft.Control:
    """Give a QR code of so many pixels a side; `label` is what a screen reader says."""
    return ft.Semantics(
        container=True,  # or a reader takes all that stands around it for its name
        label=label,
        image=True,
        content=ft.Container(
            bgcolor=_WHITE,
            border_radius=Radius.CONTROL,
            content=ft.Image(
                src=picture(text),
                key="ticket-qr",
                width=side,
                height=side,
                filter_quality=ft.FilterQuality.NONE,
                exclude_from_semantics=True,
            ),
        ),
    )


def _line(row: tuple[bool, ...]) -> bytes:
    # A bit is 1 for white; a square is exactly one byte wide. A line begins with its filter: none.
    return b"\x00" + bytes(0x00 if is_dark else 0xFF for is_dark in row)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
