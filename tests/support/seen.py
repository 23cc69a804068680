"""What a camera sees when somebody holds a tablet with a QR code in front of it."""

from io import BytesIO

from PIL import Image

from hub_app.ui.parts.qr import squares

_TABLE = (120, 110, 100)


def code(text: str, side: int = 300) -> Image.Image:
    """Give a QR code of ours, so many pixels wide."""
    rows = squares(text)
    image = Image.new("L", (len(rows), len(rows)))
    image.putdata([0 if is_dark else 255 for row in rows for is_dark in row])
    return image.resize((side, side), Image.Resampling.NEAREST)


def seen(*texts: str, turned: float = 7, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Give what is seen of codes held side by side, turned by so many degrees."""
    view = Image.new("RGB", size, _TABLE)
    side = min(size[1], size[0] // max(1, len(texts))) * 2 // 3
    for at, text in enumerate(texts):
        held = code(text, side).rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        across = size[0] * (2 * at + 1) // (2 * len(texts))
        view.paste(held, (across - held.width // 2, (size[1] - held.height) // 2))
    return view


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    """Give a picture as a browser gives it."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
