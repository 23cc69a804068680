"""As much of Flet's own line as a page without a browser needs."""

import msgpack

REGISTER_CLIENT = 1
PLAIN = b"\x00"  # the kind of message that follows
TABLET = {"width": 1280.0, "height": 800.0, "platform": "android", "web": True, "pwa": False}


def register(route: str) -> bytes:
    """Give the first message of a page that opens at a route."""
    page = {**TABLET, "route": route, "platform_brightness": "light", "media": {}}
    body = {"session_id": None, "page_name": "", "page": page}
    return PLAIN + bytes(msgpack.packb([REGISTER_CLIENT, body]) or b"")
