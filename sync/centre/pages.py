"""The centre’s page as HTML that works without a script, and the policy that keeps it to itself."""

import base64
import hashlib
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from sync.centre.summary import Page

_HERE: Final = files("sync.centre")
_STYLE: Final = (_HERE / "page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
ICON: Final = (_HERE / "icon.svg").read_bytes()

_TEMPLATE: Final = Environment(
    autoescape=select_autoescape(default_for_string=True, default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).from_string((_HERE / "page.html").read_text(encoding="utf-8"))

# Nothing is asked of any other machine, no script runs, and no other page may frame this one.
PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def page_html(page: Page) -> str:
    """Give the page as HTML; every value in it is escaped."""
    return _TEMPLATE.render(page=page, style=Markup(_STYLE))  # noqa: S704  our own file


def said_html(heading: str, sentence: str) -> str:
    """Give a small page with a heading and a sentence, for when there is nothing else to show."""
    return _TEMPLATE.render(page=None, style=Markup(_STYLE), heading=heading, sentence=sentence)  # noqa: S704
