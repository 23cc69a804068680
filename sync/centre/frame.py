"""The frame of every page: HTML that works without a script, and the policy that keeps it so."""

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, cast

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

_HERE: Final = files("sync.centre")
_STYLE: Final = (_HERE / "page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
ICON: Final = (_HERE / "icon.svg").read_bytes()

_TEMPLATES: Final = Environment(
    loader=DictLoader(
        {each.name: each.read_text(encoding="utf-8") for each in (_HERE / "templates").iterdir()}
    ),
    autoescape=select_autoescape(default_for_string=True, default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def grouped(n: float) -> str:
    """Write a number as people read it: 12,345."""
    return f"{n:,.0f}"


_filters: dict[str, Any] = cast(Any, _TEMPLATES).filters
_filters["grouped"] = grouped

# Nothing is asked of any other machine, no script runs, and no other page may frame this one.
PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class Who:
    """Who looks at a page: what they are called there, and whether they can sign out."""

    label: str
    can_leave: bool = False


@dataclass(frozen=True)
class Link:
    """One page in the line of pages; `n` things there want to be looked at."""

    path: str
    label: str
    is_here: bool = False
    n: int = 0


_PLACES: Final = (
    ("/", "Hubs"),
    ("/counts", "Counts"),
    ("/trends", "Trends"),
    ("/compare", "Compare"),
    ("/publish", "Publish"),
    ("/quarantine", "Quarantine"),
)


def places(here: str, quarantined: int = 0) -> tuple[Link, ...]:
    """Give the line of pages, with the one at `here` marked."""
    return tuple(
        Link(path, label, path == here, quarantined if path == "/quarantine" else 0)
        for path, label in _PLACES
    )


def render(template: str, **values: object) -> str:
    """Give a page as HTML; every value in it is escaped."""
    return _TEMPLATES.get_template(template).render(
        {"style": Markup(_STYLE), **values}  # noqa: S704  our own file
    )


def said(heading: str, sentence: str) -> str:
    """Give a small page with a heading and a sentence, for when there is nothing else to show."""
    return render("base.html", heading=heading, sentence=sentence)
