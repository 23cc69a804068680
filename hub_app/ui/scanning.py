"""Reads the QR codes in one picture of a camera; imported late, as it needs the extra `camera`."""

from io import BytesIO
from typing import Final

import zxingcpp
from PIL import Image

BYTES_LIMIT: Final = 8_000_000  # of one picture; a browser's have 20 to 400 kB
SIDE_LIMIT: Final = 4096  # pixels
_ENOUGH: Final = 1600  # pixels; a larger picture is made smaller while it is unpacked
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_NO_PICTURE: Final = (  # the ways in which Pillow says so
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def texts_in(picture: bytes) -> tuple[str, ...]:
    """Give the texts of the QR codes in a JPEG, each once; () where none can be read.

    Never raises: whatever is no picture, broken or too large holds no text. Takes up to a tenth of
    a second, so it is no work for the pages' loop.
    """
    if len(picture) > BYTES_LIMIT:
        return ()
    try:
        with Image.open(BytesIO(picture), formats=("JPEG",)) as image:  # no other decoder is run
            if max(image.size) > SIDE_LIMIT:
                return ()
            image.draft("L", (_ENOUGH, _ENOUGH))
            grey = image.convert("L")
    except _NO_PICTURE:
        return ()
    found = zxingcpp.read_barcodes(grey, formats=_QR)
    return tuple(dict.fromkeys(code.text for code in found if code.valid))
