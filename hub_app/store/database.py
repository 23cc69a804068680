"""Opening hub.db: one connection, durable commits, migrations, and polite refusals."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from hub_app.store.migrations import MIGRATIONS

BUSY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class DatabaseRefused:
    """Why a database was not opened, as a sentence for the person who started the app."""

    sentence: str


class DiskFull(Exception):
    """The disk has no room: nothing of the attempted write was kept."""


def open_database(path: Path | None) -> Database | DatabaseRefused:
    """Open (or make) the hub's database; None gives one in memory.

    Refuses a file that is damaged, is not ours, was written by a newer version, or is in use; the
    file is left exactly as it was.
    """
    try:
        return _looked_at(path) or _opened(path)
    except sqlite3.DatabaseError as fault:
        return DatabaseRefused(_sentence(path, fault))


def _looked_at(path: Path | None) -> DatabaseRefused | None:
    """Read an existing file without touching it; give what speaks against opening it."""
    if path is None or not path.exists():
        return None
    log = path.with_name(f"{path.name}-wal")
    # Without facts in a write-ahead log there is nothing to recover: not even a lock file is made.
    mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    uri = f"file:{quote(str(path))}?{mode}"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as conn:
            if conn.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return DatabaseRefused(_damaged(path))
            return _against(Database(conn, execute_plugins=False), path)
    except sqlite3.OperationalError as fault:
        if _kind(fault) == sqlite3.SQLITE_IOERR:
            return None  # no room to look at a write-ahead log from outside: open it, then look
        raise


def _against(db: Database, path: Path | None) -> DatabaseRefused | None:
    """Give what speaks against using this database; None when nothing does."""
    if db.table_names() and MIGRATIONS.migrations_table not in db.table_names():
        return DatabaseRefused(
            f"{path} is not a hub’s database. It was left as it is. "
            "Start with another --data folder."
        )
    if {migration.name for migration in MIGRATIONS.applied(db)} - _known():
        return DatabaseRefused(
            f"{path} was written by a newer version of Drop-in Hub. Nothing was changed. "
            "Install the newer version, or start with another --data folder."
        )
    return None


@cache
def _known() -> set[str]:
    with closing(sqlite3.connect(":memory:")) as empty:
        return {each.name for each in MIGRATIONS.pending(Database(empty, execute_plugins=False))}


def _opened(path: Path | None) -> Database | DatabaseRefused:
    if path is not None:
        _for_its_owner_alone(path)
    conn = sqlite3.connect(":memory:" if path is None else str(path), timeout=BUSY_SECONDS)
    try:
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")  # two hubs on one file would not agree
        db = Database(conn, execute_plugins=False)
        refused = _against(db, path)
        if refused is not None:
            conn.close()
            return refused
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = FULL")  # a power cut must not lose a person's place
        conn.execute("PRAGMA secure_delete = ON")
        conn.execute("PRAGMA temp_store = MEMORY")  # what is destroyed is copied to no file first
        MIGRATIONS.apply(db)
    except BaseException:
        conn.close()
        raise
    return db


def _for_its_owner_alone(path: Path) -> None:
    """Make a new file readable by nobody else; the files SQLite puts beside it are as it is."""
    with suppress(OSError):  # where that can’t be, opening it says why
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _kind(fault: sqlite3.Error) -> int:
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF  # the low byte; the rest is detail


def _sentence(path: Path | None, fault: sqlite3.DatabaseError) -> str:
    match _kind(fault):
        case sqlite3.SQLITE_FULL:
            return f"The disk is full, so {path} could not be opened or made. Nothing was changed."
        case (
            sqlite3.SQLITE_CANTOPEN
            | sqlite3.SQLITE_READONLY
            | sqlite3.SQLITE_PERM
            | sqlite3.SQLITE_IOERR  # among others: a lock on a file that may only be read
        ):
            return f"{path} cannot be opened for writing. Check that its folder is there and yours."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path} is in use by another Drop-in Hub. Close that one first."
        case _:
            return _damaged(path)


def _damaged(path: Path | None) -> str:
    return (
        f"{path} is damaged or is not a hub’s database. It was left as it is. "
        "Put it aside and start again, or start with another --data folder."
    )


@contextmanager
def atomic(db: Database) -> Generator[None]:
    """Write everything inside the block, durably, or nothing of it.

    Raises DiskFull when there is no room; the transaction is rolled back.
    """
    try:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.conn.execute("COMMIT")
        except BaseException:
            db.conn.rollback()
            raise
    except sqlite3.OperationalError as fault:
        if _kind(fault) == sqlite3.SQLITE_FULL:
            raise DiskFull from fault
        raise
