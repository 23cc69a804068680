"""The outbox: rows that may leave, sealed with the cursor they came from, kept until a receipt."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final, Self, TypeVar

from sqlite_utils import Database, Migrations

from sync.departures import (
    Departures,
    Filled,
    Load,
    Refused,
    Totals,
    is_batch,
    is_row,
    loads,
    reasons_of,
    without_refused,
)
from sync.endpoint import Receipt, Result
from sync.record import Batch, Place, Reason, Row, Sealed, last_day, read, seal

Done = TypeVar("Done")
_OF_BATCH: Final = "SELECT kind, facts, n FROM sealed_row WHERE batch = ? ORDER BY kind, facts"


class OutboxRefusal(StrEnum):
    """What is in the way of using the outbox: a sentence for the person who can see to it."""

    NEWER = (
        "A newer version of this app made this outbox. Nothing in it was changed. "
        "Please update the app on this device."
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
_FIRST: Final = "0001_batches"


@migrations(name=_FIRST)
def _batches(db: Database) -> None:
    for statement in (
        """CREATE TABLE batch (
            id INTEGER PRIMARY KEY,
            batch_id TEXT NOT NULL UNIQUE,
            period TEXT NOT NULL,
            last_day TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'settled', 'refused')),
            body BLOB,
            reasons TEXT NOT NULL DEFAULT '[]'
        ) STRICT""",
        "CREATE INDEX batch_state ON batch (state, last_day)",
        # One class of one period leaves once, whatever happens: the table itself says so.
        """CREATE TABLE sealed_row (
            kind TEXT NOT NULL,
            facts TEXT NOT NULL,
            n INTEGER NOT NULL CHECK (n >= 5),
            batch INTEGER NOT NULL REFERENCES batch (id),
            PRIMARY KEY (kind, facts)
        ) STRICT""",
        "CREATE INDEX sealed_row_batch ON sealed_row (batch)",
        """CREATE TABLE sealed_closing (
            day TEXT NOT NULL,
            opening INTEGER NOT NULL,
            PRIMARY KEY (day, opening)
        ) STRICT""",
        "CREATE TABLE sealed_gain_total (quarter TEXT PRIMARY KEY) STRICT",
        "CREATE TABLE cursor (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT",
        "INSERT INTO cursor (id, seq) VALUES (1, 0)",
    ):
        db.conn.execute(statement)


class Outbox:
    """The one writer of outbox.db; it holds only what has passed the gate."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._conn = db.conn

    @classmethod
    def open(cls, path: Path | str) -> Self | OutboxRefusal:
        """Open or make the outbox at a path, or say what is in the way; then nothing changed."""
        db = _open_file(Path(path))
        return cls(db) if isinstance(db, Database) else db

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def fill(self, place: Place, departures: Departures, cursor: int) -> Filled | OutboxRefusal:
        """Seal departures, one batch a period, and move the cursor, in one transaction.

        What was sealed before is left out, so a fill may be repeated; a second closing count of
        a day goes as a batch of its own. A new row for a period already sealed is a fault
        (ValueError): the gate was not told. The cursor never goes back.
        """
        return self._write(lambda: self._fill(place, departures, cursor))

    def settle(self, receipt: Receipt) -> OutboxRefusal | None:
        """Forget the bytes of the batch a receipt names; a second receipt changes nothing."""
        if receipt.batch_id is None:
            return None
        if receipt.result is Result.REFUSED:
            return self.refuse(receipt.batch_id, receipt.reasons)
        batch_id = receipt.batch_id
        return self._write(lambda: self._settle(batch_id))

    def refuse(self, batch_id: str, reasons: Sequence[Reason]) -> OutboxRefusal | None:
        """Keep what the centre refused, visibly, and seal the rest of its batch anew.

        A reason that names a row, or all rows of a kind, refuses just those; any other reason
        refuses the whole batch.
        """
        return self._write(lambda: self._refuse(batch_id, reasons))

    def cursor(self) -> int:
        """Give the seq in the log up to which everything has been taken into account."""
        return int(self._conn.execute("SELECT seq FROM cursor WHERE id = 1").fetchone()[0])

    def gone(self) -> tuple[Row, ...]:
        """Give every row ever sealed, refused ones too: none of them may be made again."""
        return self._rows("SELECT kind, facts, n FROM sealed_row ORDER BY kind, facts")

    def counted(self) -> tuple[Row, ...]:
        """Give the rows the centre says it has counted."""
        return self._rows(
            """SELECT kind, facts, n FROM sealed_row JOIN batch ON batch.id = sealed_row.batch
            WHERE state = 'settled' ORDER BY kind, facts"""
        )

    def sealed_periods(self) -> frozenset[str]:
        """Give the periods that have been sealed, and so are never sealed again."""
        found = self._conn.execute("SELECT DISTINCT period FROM batch").fetchall()
        return frozenset(str(period) for (period,) in found)

    def waiting(self) -> tuple[Sealed, ...]:
        """Give the batches that no receipt has named yet, oldest period first."""
        found = self._conn.execute(
            """SELECT batch_id, period, body FROM batch WHERE state = 'waiting'
            ORDER BY last_day, length(period) DESC, period, id"""  # day, then month, then quarter
        ).fetchall()
        return tuple(Sealed(str(i), str(period), bytes(body)) for i, period, body in found)

    def refused(self) -> tuple[Refused, ...]:
        """Give what the centre would not take, with its reasons, oldest period first."""
        found = self._conn.execute(
            """SELECT id, batch_id, period, reasons FROM batch WHERE state = 'refused'
            ORDER BY last_day, id"""
        ).fetchall()
        return tuple(
            Refused(
                str(batch_id), str(period), reasons_of(reasons), self._rows(_OF_BATCH, (int(i),))
            )
            for i, batch_id, period, reasons in found
        )

    def totals(self) -> Totals:
        """Count the batches in each state, and the rows refused."""
        states: Mapping[str, int] = dict(
            self._conn.execute("SELECT state, count(*) FROM batch GROUP BY state").fetchall()
        )
        (rows,) = self._conn.execute(
            """SELECT count(*) FROM sealed_row JOIN batch ON batch.id = sealed_row.batch
            WHERE state = 'refused'"""
        ).fetchone()
        numbers = (states.get(state, 0) for state in ("waiting", "settled", "refused"))
        return Totals(*numbers, rows_refused=int(rows))

    def _write(self, change: Callable[[], Done]) -> Done | OutboxRefusal:
        try:
            with self._db.atomic():
                return change()
        except sqlite3.Error as fault:
            refusal = _refusal_of(fault)
            if refusal is None:
                raise
            return refusal

    def _fill(self, place: Place, departures: Departures, cursor: int) -> Filled:
        self._conn.execute("UPDATE cursor SET seq = max(seq, ?) WHERE id = 1", (cursor,))
        sealed = self.sealed_periods()
        new = loads(self._not_yet_sealed(departures))
        for load in new:
            if load.period in sealed and (load.rows or load.gain_total):
                raise ValueError(f"{load.period} is sealed, and a sealed period never changes")
        return Filled(tuple(self._add(place, load) for load in new))

    def _not_yet_sealed(self, departures: Departures) -> Departures:
        rows = set(self.gone())
        closings = set(self._conn.execute("SELECT day, opening FROM sealed_closing").fetchall())
        quarters = {
            quarter for (quarter,) in self._conn.execute("SELECT quarter FROM sealed_gain_total")
        }
        return Departures(
            tuple(row for row in departures.rows if row not in rows),
            tuple(c for c in departures.closings if (c.day.isoformat(), c.opening) not in closings),
            tuple(total for total in departures.gain_totals if total.quarter not in quarters),
        )

    def _add(self, place: Place, load: Load) -> Sealed:
        """Seal one load as a batch that waits, and note all of it as gone."""
        sealed = seal(place, load.period, load.rows, load.closing, load.gain_total)
        batch = self._insert(sealed)
        self._conn.executemany(
            "INSERT INTO sealed_row (kind, facts, n, batch) VALUES (?, ?, ?, ?)",
            [(row.kind, json.dumps(row.facts), row.n, batch) for row in load.rows],
        )
        if load.closing is not None:
            self._conn.execute(
                "INSERT INTO sealed_closing (day, opening) VALUES (?, ?)",
                (load.closing.day.isoformat(), load.closing.opening),
            )
        if load.gain_total is not None:
            self._conn.execute(
                "INSERT INTO sealed_gain_total (quarter) VALUES (?)", (load.gain_total.quarter,)
            )
        return sealed

    def _insert(self, sealed: Sealed) -> int:
        (batch,) = self._conn.execute(
            """INSERT INTO batch (batch_id, period, last_day, state, body)
            VALUES (?, ?, ?, 'waiting', ?) RETURNING id""",
            (sealed.batch_id, sealed.period, str(last_day(sealed.period)), sealed.body),
        ).fetchone()
        return int(batch)

    def _settle(self, batch_id: str) -> None:
        self._conn.execute(
            "UPDATE batch SET state = 'settled', body = NULL WHERE batch_id = ? AND state = ?",
            (batch_id, "waiting"),
        )

    def _refuse(self, batch_id: str, reasons: Sequence[Reason]) -> None:
        found = self._conn.execute(
            """UPDATE batch SET state = 'refused', reasons = ?
            WHERE batch_id = ? AND state = 'waiting' RETURNING id, body""",
            (json.dumps([asdict(reason) for reason in reasons]), batch_id),
        ).fetchone()
        batch = read(bytes(found[1])) if found else None
        if not isinstance(batch, Batch):
            return  # no such batch waits: a receipt that came twice
        rest = without_refused(batch, reasons)
        if rest is None:
            return
        sealed = seal(batch.place, rest.period, rest.rows, rest.closing, rest.gain_total)
        again = self._insert(sealed)
        self._conn.executemany(
            "UPDATE sealed_row SET batch = ? WHERE kind = ? AND facts = ?",
            [(again, row.kind, json.dumps(row.facts)) for row in rest.rows],
        )

    def _rows(self, sql: str, values: tuple[int, ...] = ()) -> tuple[Row, ...]:
        found = self._conn.execute(sql, values).fetchall()
        return tuple(
            Row(str(kind), tuple((name, code) for name, code in json.loads(facts)), int(n))
            for kind, facts, n in found
        )


def _open_file(path: Path) -> Database | OutboxRefusal:
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
        refusal = _refusal_of(fault)
        if refusal is None and not is_old:
            raise
    if db is not None:
        db.close()
    return refusal or OutboxRefusal.DAMAGED


def _refusal_of(fault: sqlite3.Error) -> OutboxRefusal | None:
    code: int = getattr(fault, "sqlite_errorcode", 0)
    return _REFUSALS.get(code & 0xFF)  # the low byte is the family of the error


def _prepare(db: Database) -> None:
    """Set up a connection as a writer must, and bring the tables up to date."""
    with db.ensure_autocommit_on():
        db.conn.execute("PRAGMA journal_mode = wal")
        db.conn.execute("PRAGMA synchronous = full")  # a receipt forgotten is a batch sent twice
        db.conn.execute("PRAGMA foreign_keys = on")
    migrations.apply(db)


def _look(path: Path) -> OutboxRefusal | None:
    """Look at a file without writing to it, and say why it can’t be our outbox."""
    if not path.is_file():
        return OutboxRefusal.CANNOT_OPEN
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.text_factory = partial(str, encoding="utf-8", errors="replace")
        if conn.execute("PRAGMA quick_check").fetchone() != ("ok",):
            return OutboxRefusal.DAMAGED
        db = Database(conn)
        tables = set(db.table_names()) - {Migrations.migrations_table}
        applied = _applied(conn) if db["_sqlite_migrations"].exists() else set[str]()
        if tables and not applied:
            return OutboxRefusal.NOT_AN_OUTBOX
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
    (seq,) = db.conn.execute("SELECT max(seq) FROM cursor").fetchone()
    rows = db.conn.execute("SELECT kind, facts FROM sealed_row").fetchall()
    batches = db.conn.execute(
        "SELECT batch_id, period, last_day, reasons, state = 'waiting', body FROM batch"
    ).fetchall()
    return (
        isinstance(seq, int)
        and all(is_row(kind, facts) for kind, facts in rows)
        and all(is_batch(*batch) for batch in batches)
    )
