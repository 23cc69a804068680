"""The words people read, in the language each page speaks."""

import gettext as catalogues
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from hub_app.core.content import Direction
from hub_app.core.pack import Pack
from hub_app.core.pack_texts import translated

log = logging.getLogger(__name__)

DOMAIN = "hub"
SOURCE = "en"  # the language the messages in the code are written in
PSEUDO = "qps"  # accented and longer: shows what was forgotten and what does not fit
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "ur"})

_PACKAGE = Path(__file__).resolve().parents[1]
_CODE = re.compile(r"[a-z]{2,3}")


def folder() -> Path:
    """The folder of catalogues: inside an installed app, beside it in a clone."""
    inside = _PACKAGE / "assets" / "strings"
    return inside if inside.is_dir() else _PACKAGE.parent / "assets" / "strings"


@dataclass(frozen=True, eq=False)
class Strings:
    """All messages in one language; a message nobody has translated stays English.

    Values are put in by name: `text("Call {ticket}", ticket="A12")`. A translation whose names
    are wrong is passed over, so a slip in a catalogue never stops a screen.
    """

    language: str
    direction: Direction
    is_draft: bool  # not yet checked by somebody who speaks it
    _folder: Path
    _messages: catalogues.NullTranslations = field(repr=False)

    def text(self, message: str, /, **values: object) -> str:
        """A message in this language, with its values in."""
        said = self._messages.gettext(message)
        return self._kept_whole(_filled(said, message, values), is_source=said == message)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form this language has for `n` things; `{n}` stands for the number."""
        said, source = self._messages.ngettext(one, many, n), one if n == 1 else many
        is_source = said in (one, many)  # then the number of forms is not English's
        text = _filled(source if is_source else said, source, {"n": n, **values})
        return self._kept_whole(text, is_source=is_source)

    def meaning(self, context: str, message: str, /, **values: object) -> str:
        """A message whose English alone could mean two things, so it has a context."""
        said = self._messages.pgettext(context, message)
        return self._kept_whole(_filled(said, message, values), is_source=said == message)

    def _kept_whole(self, text: str, *, is_source: bool) -> str:
        """Keep English that nobody has translated in its own order on a right-to-left screen.

        Only what has several words or ends in a mark can be put out of order. Source: the isolates
        of Unicode UAX #9.
        """
        is_foreign = is_source and self.direction == "rtl" and not text.isalnum()
        return f"\u2066{text}\u2069" if is_foreign else text

    def pack(self, pack: Pack) -> Pack:
        """The pack with its texts in this language; searched in this language too."""
        return pack if pack.language == self.language else _pack_in(self, pack)


@lru_cache(maxsize=32)
def strings_in(language: str, where: Path | None = None) -> Strings:
    """The messages in a language such as `pl` or `pl-PL`; English where there are none."""
    place = where or folder()
    code = re.split(r"[-_.]", language.strip().lower()[:20])[0]
    messages = _catalogue(DOMAIN, code, place)
    if messages is None:
        code, messages = SOURCE, catalogues.NullTranslations()
    return Strings(
        language=code,
        direction="rtl" if code in RIGHT_TO_LEFT else "ltr",
        is_draft="draft" in str(messages.info().get("last-translator", "")).lower(),
        _folder=place,
        _messages=messages,
    )


def languages(where: Path | None = None) -> tuple[str, ...]:
    """The languages there is a catalogue for, English first; the pseudo-language is left out."""
    found = {path.parts[-3] for path in (where or folder()).glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (SOURCE, *sorted(found - {SOURCE, PSEUDO}))


_SPOKEN: ContextVar[Strings | None] = ContextVar("spoken", default=None)


def spoken() -> Strings:
    """The messages of whoever is speaking here: the page's, inside `speaking`; else English."""
    return _SPOKEN.get() or strings_in(SOURCE)


@contextmanager
def speaking(strings: Strings) -> Iterator[None]:
    """Let every message inside come from these strings, and nobody else's.

    It holds for the running task only, so two pages with two languages never mix.
    """
    before = _SPOKEN.set(strings)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def _(message: str, /, **values: object) -> str:
    """A message in the language spoken here, with its values in."""
    return spoken().text(message, **values)


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """The form for `n` things in the language spoken here; `{n}` stands for the number."""
    return spoken().plural(one, many, n, **values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A message with a context, in the language spoken here."""
    return spoken().meaning(context, message, **values)


def mark(message: str, /) -> str:
    """The message itself: marks a constant for the catalogue, to be spoken later by `_`."""
    return message


def _catalogue(domain: str, code: str, place: Path) -> catalogues.GNUTranslations | None:
    if not _CODE.fullmatch(code):
        return None
    path = place / code / "LC_MESSAGES" / f"{domain}.mo"
    try:
        with path.open("rb") as file:
            return catalogues.GNUTranslations(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, ArithmeticError):
        log.warning("the catalogue %s is damaged and not used", path)
        return None


@lru_cache(maxsize=32)
def _pack_in(strings: Strings, pack: Pack) -> Pack:
    messages = _catalogue(pack.id, strings.language, strings._folder)  # noqa: SLF001
    return translated(pack, messages.gettext) if messages else pack


def _filled(said: str, message: str, values: dict[str, object]) -> str:
    if not values:
        return said
    try:
        return said.format_map(values)
    except (LookupError, ValueError, AttributeError, TypeError):
        log.warning("a translation of %r has other names in it", message)
        return message.format_map(values)
