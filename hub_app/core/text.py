"""Text people type, made safe to keep and to show without changing a real name."""

import unicodedata

NAME_LIMIT = 40
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian and Indic names are spelt with them


def clean_name(typed: str) -> str:
    """Give a name in NFC without control or direction characters, trimmed, 40 characters at most.

    Only the first part of a very long text is looked at. Source: Unicode UAX #15 and UTS #39.
    """
    seen = "".join(
        " " if c.isspace() else c
        for c in typed[: NAME_LIMIT * 8]
        if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _HIDDEN
    )
    spaced = " ".join(unicodedata.normalize("NFC", seen).split())
    return spaced.strip(f" {_JOINERS}")[:NAME_LIMIT].strip(f" {_JOINERS}")
