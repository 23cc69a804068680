"""Text people type, made safe to keep and to show without changing a real name."""

import unicodedata

NAME_LIMIT = 40
NOTE_LIMIT = 300
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian and Indic names are spelt with them


def clean_name(typed: str) -> str:
    """Give a name in NFC without control or direction characters, trimmed, 40 characters at most.

    Only the first part of a very long text is looked at. Source: Unicode UAX #15 and UTS #39.
    """
    return _clean(typed, NAME_LIMIT)


def clean_note(typed: str) -> str:
    """Give a note as `clean_name` gives a name, on one line, 300 characters at most."""
    return _clean(typed, NOTE_LIMIT)


def _clean(typed: str, limit: int) -> str:
    seen = "".join(
        " " if c.isspace() else c
        for c in typed[: limit * 8]
        if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _HIDDEN
    )
    spaced = " ".join(unicodedata.normalize("NFC", seen).split())
    return spaced.strip(f" {_JOINERS}")[:limit].strip(f" {_JOINERS}")
