"""The centre’s table of what each hub has counted, in one SQLite file, each batch taken once."""

import json
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from sqlite_utils import Database

from sync.centre.counts import Reading
from sync.centre.schema import APPLICATION_ID, STEPS, is_newer
from sync.endpoint import Receipt, Result
from sync.periods import first_day, last_day
from sync.record import KINDS, Batch, Reason

BUSY_SECONDS: Final = 5.0  # another process may hold the file for a moment


@dataclass(frozen=True)
class Unopened:
    """Why a file can’t be the centre’s ledger, in sentences for the person who named it."""

    why: str


class Ledger:
    """The only writer of the centre’s file; made by `open_ledger`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._writing = connection
        self._one_at_a_time = Lock()

    def receive(self, batch: Batch, heard_at: int) -> Receipt:
        """Count a batch wholly or not at all; `heard_at` is in milliseconds since 1970.

        A full disk or a damaged file is a fault (sqlite3.Error): then nothing has been written.
        """
        with self._one_at_a_time:
            self._writing.execute("BEGIN IMMEDIATE")
            try:
                receipt = _enter(self._writing, batch, heard_at)
                if receipt.result is Result.REFUSED:
                    self._writing.rollback()
                else:
                    self._writing.commit()
            except BaseException:
                self._writing.rollback()  # does nothing when SQLite itself has rolled back
                raise
        return receipt

    @contextmanager
    def reading(self) -> Generator[Reading]:
        """Give one unchanging view of the ledger; it waits for no writer."""
        with closing(_connect(self.path, "ro")) as connection:
            connection.execute("BEGIN")
            yield Reading(connection)

    def close(self) -> None:
        """Finish with the file."""
        with self._one_at_a_time:
            self._writing.close()


def open_ledger(path: Path) -> Ledger | Unopened:
    """Open the centre’s file, or make it; every step of the schema it lacks is done first."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path, "rwc")
    except (OSError, sqlite3.Error):
        return Unopened(
            f"Can’t open {path} for writing. Nothing was changed."
            " Choose another file, or make the folder writable."
        )
    try:
        refusal = _prepare(path, connection)
    except sqlite3.Error as fault:
        refusal = _unopened(path, fault)
    if refusal is not None:
        connection.close()
        return refusal
    return Ledger(path, connection)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # one lock, or one request, holds it at a time
    )


def _prepare(path: Path, connection: sqlite3.Connection) -> Unopened | None:
    """Look before writing: is the file ours, whole, and of a version we know? Then bring it up."""
    (identity,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    if identity != APPLICATION_ID and (identity or tables):
        return Unopened(
            f"{path} belongs to something else. Nothing was changed. Choose another file."
        )
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        return _damaged(path)
    database = Database(connection)
    if is_newer(database):
        return Unopened(
            f"{path} was written by a newer version of the centre. Nothing was changed."
            " Update this one, or choose another file."
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a receipt must outlive a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    STEPS.apply(database)
    return None


def _damaged(path: Path) -> Unopened:
    return Unopened(
        f"{path} is damaged, or is not a database. Nothing was changed."
        " Put back a copy of it, or choose another file: hubs send again what was not counted."
    )


def _unopened(path: Path, fault: sqlite3.Error) -> Unopened:
    match primary_code(fault):
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return Unopened(f"There is no room on the disk for {path}. Make room, then try again.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unopened(f"Another programme is holding {path}. Close it, then try again.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return Unopened(f"Can’t write to {path}. Make it writable, or choose another file.")
        case _:
            return _damaged(path)


def primary_code(fault: sqlite3.Error) -> int:
    """Give SQLite’s primary result code of a fault (sqlite.org/rescode.html); 1 is any error."""
    return getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


# Inside one transaction.


def _enter(db: sqlite3.Connection, batch: Batch, heard_at: int) -> Receipt:
    place = (batch.council, batch.hub)
    db.execute(
        """
        INSERT INTO hubs (council, hub, heard_at) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET heard_at = MAX(heard_at, excluded.heard_at)
        """,
        (*place, heard_at),
    )
    added = db.execute(
        """
        INSERT INTO batches (id, council, hub, period) VALUES (?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        (batch.batch_id, *place, batch.closed_period),
    )
    if added.rowcount == 0:  # its id is made of its content, so this is the same batch again
        return Receipt(batch.batch_id, Result.ALREADY_COUNTED)
    reasons = (*_enter_rows(db, batch), *_enter_closing(db, batch), *_enter_gains(db, batch))
    result = Result.REFUSED if reasons else Result.COUNTED
    return Receipt(batch.batch_id, result, reasons)


def _enter_rows(db: sqlite3.Connection, batch: Batch) -> Iterator[Reason]:
    begins, ends = first_day(batch.closed_period), last_day(batch.closed_period)
    for kind in KINDS:
        for index, row in enumerate(batch.of_kind(kind)):
            facts = json.dumps(dict(row.facts[1:]), separators=(",", ":"))
            added = db.execute(
                """
                INSERT INTO counted
                    (council, hub, kind, period, facts, n, begins, ends, batch)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
                (
                    *(batch.council, batch.hub, kind, row.period, facts, row.n),
                    *(str(begins), str(ends), batch.batch_id),
                ),
            )
            if added.rowcount == 0:
                why = "This row has been counted already, in another batch of the same period."
                yield Reason(f"fragments.{kind}.{index}", why, kind, index)


def _enter_closing(db: sqlite3.Connection, batch: Batch) -> Iterator[Reason]:
    """Take a closing count; the same one again, in another batch, changes nothing."""
    if batch.closing is None:
        return
    seen = batch.closing
    contacts = {service: n for service, n in sorted(seen.contacts.items()) if n}
    added = db.execute(
        """
        INSERT INTO sessions (council, hub, day, opening, visits, contacts, batch)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET visits = excluded.visits
        WHERE visits = excluded.visits AND contacts = excluded.contacts
        """,
        (
            *(batch.council, batch.hub, seen.day, seen.opening, seen.visits),
            *(json.dumps(contacts), batch.batch_id),
        ),
    )
    if added.rowcount == 0:
        yield Reason("closing", "This session has been closed already, with other counts.")


def _enter_gains(db: sqlite3.Connection, batch: Batch) -> Iterator[Reason]:
    total = batch.gain_total
    if total is None:
        return
    added = db.execute(
        """
        INSERT INTO gain_totals
            (council, hub, quarter, pounds_nearest_100, contributors, batch)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        (
            *(batch.council, batch.hub, total.quarter),
            *(total.pounds_nearest_100, total.contributors, batch.batch_id),
        ),
    )
    if added.rowcount == 0:
        why = "This quarter’s gain total has been counted already, in another batch."
        yield Reason("fragments.gain_total.0", why)
