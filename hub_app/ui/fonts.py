"""Answers every request of a page for a font of another script, from files of our own."""

import re
from pathlib import Path

_FAMILY = re.compile(r"[a-z0-9]{1,40}")
_ANY = "notosans"
_WRITTEN_ALIKE = {f"notosans{place}": "notosanssc" for place in ("tc", "hk", "jp", "kr")}


def font_for(folder: Path, family: str) -> Path | None:
    """Give the file that answers for a family, or None when that is no family's name at all.

    Flutter asks our own server for `<family>/<version>/<hash>.woff2` when a text has letters the
    typeface lacks. It asks again without end, many times a second, if it gets a 404. So a family
    we do not have is answered with one we have: a box is drawn, and the asking ends. Characters
    that Chinese shares with its neighbours, and the older ones, are drawn from one file.
    """
    if not _FAMILY.fullmatch(family):
        return None
    own = folder / f"{_WRITTEN_ALIKE.get(family, family)}.woff2"
    return own if own.is_file() else folder / f"{_ANY}.woff2"
