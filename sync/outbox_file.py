"""The file of the outbox: opened or made with care, and left alone when something is wrong."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from sync.envelope import unpack
from sync.kept import is_kept
from sync.record import Sealed


class OutboxRefusal(StrEnum):
    """What is in the way of using the outbox: a sentence for the person who can see to it."""

    NEWER = (
        "A newer version of this app made this outbox. Nothing in it was changed. "
        "Please update the app on this device."
    )
    EARLIER = (
        "A version of this app from before the first release made this outbox. Nothing in it was "
        "changed. Please put the file aside: what it held is sealed anew."
    )
    DAMAGED = (
        "The outbox on this device is damaged. Nothing in it was changed, and today’s visits are "
        "kept apart from it. Please keep the file and ask the person who looks after this device."
    )
    NOT_AN_OUTBOX = (
        "This file is not an outbox. Nothing in it was changed. Please choose another place."
    )
    NO_ROOM = (
        "This device could not use its disk, which may be full. Everything in the outbox is "
        "as it was. Please make some room; it will be tried again."
    )
    CANNOT_OPEN = (
        "The outbox can’t be opened or written here. Everything in it is as it was. "
        "Please check that the folder exists and that this app may write in it."
    )
    IN_USE = (
        "Another copy of this app is using the outbox. Everything in it is as it was. "
        "Please close the other copy."
    )


_REFUSALS: Final[Mapping[int, OutboxRefusal]] = {
    sqlite3.SQLITE_NOTADB: OutboxRefusal.DAMAGED,
    sqlite3.SQLITE_CORRUPT: OutboxRefusal.DAMAGED,
    sqlite3.SQLITE_FULL: OutboxRefusal.NO_ROOM,
    sqlite3.SQLITE_IOERR: OutboxRefusal.NO_ROOM,  # a full disk can also show as a failed write
    sqlite3.SQLITE_CANTOPEN: OutboxRefusal.CANNOT_OPEN,
    sqlite3.SQLITE_READONLY: OutboxRefusal.CANNOT_OPEN,
    sqlite3.SQLITE_PERM: OutboxRefusal.CANNOT_OPEN,
    sqlite3.SQLITE_BUSY: OutboxRefusal.IN_USE,
    sqlite3.SQLITE_LOCKED: OutboxRefusal.IN_USE,
}

migrations = Migrations("outbox")
_FIRST: Final = "0001_kept_for_ever"
_NEVER_RELEASED: Final = "0001_batches"


@migrations(name=_FIRST)
def _kept_for_ever(db: Database) -> None:
    # `sums` is what a manifest tells of the batch; nothing of one that we can’t read ourselves.
    db.conn.execute("""CREATE TABLE batch (
        id INTEGER PRIMARY KEY,
        batch_id TEXT NOT NULL UNIQUE,
        period TEXT NOT NULL,
        revision INTEGER NOT NULL,
        last_day TEXT NOT NULL,
        place TEXT NOT NULL,
        wire BLOB NOT NULL,
        sums TEXT,
        state TEXT NOT NULL CHECK (
            state IN ('waiting', 'settled', 'refused', 'quarantined', 'superseded')
        ),
        is_asked_again INTEGER NOT NULL DEFAULT 0,
        reasons TEXT NOT NULL DEFAULT '[]'
    ) STRICT""")


def open_file(path: Path) -> Database | OutboxRefusal:
    """Open or make the outbox at a path, or say what is in the way; then nothing changed."""
    is_old = path.exists()
    db: Database | None = None
    try:
        refusal = _look(path) if is_old else None
        if refusal is None:
            db = Database(path)
            _prepare(db)
            return db
    except UnicodeDecodeError:  # in SQLite’s own words about what it found
        refusal = OutboxRefusal.DAMAGED
    except sqlite3.Error as fault:
        refusal = refusal_of(fault)
        if refusal is None and not is_old:
            raise
    if db is not None:
        db.close()
    return refusal or OutboxRefusal.DAMAGED


def refusal_of(fault: sqlite3.Error) -> OutboxRefusal | None:
    """Give the sentence for a fault of the file; None when it is a fault of ours."""
    code: int = getattr(fault, "sqlite_errorcode", 0)
    return _REFUSALS.get(code & 0xFF)  # the low byte is the family of the error


def _prepare(db: Database) -> None:
    """Set up a connection as a writer must, and bring the tables up to date."""
    with db.ensure_autocommit_on():
        db.conn.execute("PRAGMA journal_mode = wal")
        db.conn.execute("PRAGMA synchronous = full")  # a receipt forgotten is a batch sent twice
    migrations.apply(db)


def _look(path: Path) -> OutboxRefusal | None:
    """Look at a file without writing to it, and say why it can’t be our outbox."""
    if not path.is_file():
        return OutboxRefusal.CANNOT_OPEN
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.text_factory = partial(str, encoding="utf-8", errors="replace")
        if conn.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return OutboxRefusal.DAMAGED
        db = Database(conn)
        tables = set(db.table_names()) - {Migrations.migrations_table}
        applied = _applied(conn) if db["_sqlite_migrations"].exists() else set[str]()
        if tables and not applied:
            return OutboxRefusal.NOT_AN_OUTBOX
        if _NEVER_RELEASED in applied:
            return OutboxRefusal.EARLIER
        if tables and _FIRST not in applied:
            return OutboxRefusal.DAMAGED
        if applied - {_FIRST}:
            return OutboxRefusal.NEWER
        return OutboxRefusal.DAMAGED if tables and not _is_sound(db) else None


def _applied(conn: sqlite3.Connection) -> set[str]:
    sql = "SELECT name, applied_at FROM _sqlite_migrations WHERE migration_set = ?"
    return {str(name) for name, _ in conn.execute(sql, (migrations.name,))}


def _tables_of(db: Database) -> list[tuple[str, ...]]:
    found = db.conn.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name != ? AND sql IS NOT NULL ORDER BY name",
        (Migrations.migrations_table,),
    )
    return [tuple(str(sql).split()) for (sql,) in found]


def _is_sound(db: Database) -> bool:
    """Say whether the tables, and what is in them, still make sense: SQLite looks at neither."""
    with closing(Database(memory=True)) as fresh:
        migrations.apply(fresh)
        if _tables_of(db) != _tables_of(fresh):
            return False
    return all(
        isinstance(body := unpack(wire), bytes)
        and is_kept(Sealed(batch_id, period, revision, body), *rest)
        for batch_id, period, revision, wire, *rest in db.conn.execute(
            """SELECT batch_id, period, revision, wire, place, last_day, sums, reasons, state
            FROM batch"""
        )
    )
