"""What tells a database that was restored or copied from the one that wrote last."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlite_utils import Database

from hub_app.store.database import atomic

_LENGTH = 512  # the mark is written over in place: always as long, so never half of two


@dataclass(frozen=True, slots=True)
class Found:
    """What a start found: this database is not the one that wrote last, or this folder is a copy.

    A restored database must not go on under its old origin; a copied folder must not go on as the
    same device either.
    """

    is_restored: bool = False
    is_copy: bool = False


class Marks:
    """A small file beside hub.db that knows how far its log had come, and where it lies."""

    def __init__(self, db: Database, path: Path, place: str, mint: Callable[[], str]) -> None:
        """Stand on an open database. `place` names the machine; `mint` gives a fresh id."""
        self._path, self._place = path, place
        self.found = look(db, path, place)
        self._token = mint()
        # First the file, then the database: cut off between the two, the next start finds a
        # restored database and goes on under a new origin, which costs nothing.
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._inode = os.fstat(self._handle).st_ino
        self._n = _highest(db)
        self._write()
        os.fsync(self._handle)
        with atomic(db):
            db.conn.execute(
                "INSERT INTO setting (name, value) VALUES ('mark', ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [self._token],
            )

    def wrote(self, n: int) -> None:
        """Take notice that the log has come to `n`. Not made durable each time: it is a hint."""
        self._n = n
        self._write()

    def _write(self) -> None:
        mark = {"token": self._token, "n": self._n, "place": self._place, "inode": self._inode}
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, json.dumps(mark).encode().ljust(_LENGTH))

    def close(self) -> None:
        """Let go of the file, with what it knows made durable."""
        os.fsync(self._handle)
        os.close(self._handle)


def look(db: Database, path: Path, place: str) -> Found:
    """Hold a database against the mark beside it; nothing is changed."""
    row = db.conn.execute("SELECT value FROM setting WHERE name = 'mark'").fetchone()
    known = _read(path)
    if row is None and known is None:
        return Found()  # a new database, or one from before there were marks
    if known is None:
        return Found(is_restored=True, is_copy=True)
    is_copy = _is_elsewhere(known, path, place)
    is_behind = row is None or known.get("token") != row[0]
    n = known.get("n")
    is_behind = is_behind or not isinstance(n, int) or n > _highest(db)
    return Found(is_restored=is_behind or is_copy, is_copy=is_copy)


def is_copied(path: Path) -> bool:
    """Say by its mark alone, if it has one, whether a folder is a copy not started here yet."""
    known = _read(path)
    return known is not None and _is_elsewhere(known, path, machine())


def _is_elsewhere(known: dict[str, object], path: Path, place: str) -> bool:
    return known.get("place") != place or known.get("inode") != path.stat().st_ino


def _highest(db: Database) -> int:
    (n,) = db.conn.execute(
        "SELECT coalesce(max(n), 0) FROM event WHERE origin ="
        " (SELECT value FROM setting WHERE name = 'origin')"
    ).fetchone()
    return int(n)


def _read(path: Path) -> dict[str, object] | None:
    try:
        read: object = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return cast(dict[str, object], read) if isinstance(read, dict) else None


def machine() -> str:
    """Give what names this machine and the disk its files are on; empty where nothing does."""
    try:
        return Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
