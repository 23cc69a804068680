"""The append-only log in hub.db: the only place where facts are written and read."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from hub_app.core import codec
from hub_app.core.clock import Stamp, first_stamp, next_stamp
from hub_app.core.events import Entry, Event
from hub_app.store.database import atomic
from hub_app.store.learnt import Learnt

_COLUMNS = "origin, n, millis, counter, session, visit, kind, version, body"
_VISIT = 5  # of these


@dataclass(frozen=True, slots=True)
class Fact:
    """An event that wants a place in the log: for a session, and for a visit if it is about one."""

    session: str
    visit: str | None
    event: Event


class Log:
    """One tablet's copy of the log. One connection, one writer."""

    def __init__(self, db: Database, origin: str) -> None:
        """Stand on an open database, writing as `origin`."""
        self._db = db
        self.origin = origin
        self._last = self._latest_stamp()
        self.learnt = Learnt(db)

    def _latest_stamp(self) -> Stamp | None:
        row = self._db.conn.execute(
            "SELECT millis, counter, origin FROM event"
            " WHERE millis = (SELECT max(millis) FROM event) ORDER BY counter DESC LIMIT 1"
        ).fetchone()
        return None if row is None else Stamp(*row)

    def close(self) -> None:
        """Let go of the database."""
        self._db.conn.close()

    @property
    def latest_millis(self) -> int:
        """The latest moment any fact here speaks of, in milliseconds; 0 in an empty log."""
        return 0 if self._last is None else self._last.millis

    def append(self, facts: Sequence[Fact], wall_millis: int) -> tuple[Entry, ...]:
        """Write the facts of one tap in one durable transaction; give them with their place.

        Raises DiskFull when there is no room; then nothing of them is kept.
        """
        stamp, entries = self._last, list[Entry]()
        with atomic(self._db):
            # Computed here every time: a cached number is used again after a power cut.
            (held,) = self._db.conn.execute(
                "SELECT coalesce(max(n), 0) FROM event WHERE origin = ?", [self.origin]
            ).fetchone()
            for n, fact in enumerate(facts, held + 1):
                if entries:
                    stamp = next_stamp(stamp, 0, self.origin)  # beside the one before
                else:
                    stamp = first_stamp(stamp, wall_millis, self.origin)
                kind, version, body = codec.encode(fact.event)
                entry = Entry(
                    self.origin, n, stamp, fact.session, fact.visit, fact.event, kind, version, body
                )
                entries.append(entry)
            self._insert(entries)
        self._last = stamp
        return tuple(entries)

    def _insert(self, entries: Iterable[Entry]) -> None:
        self._db.conn.executemany(
            f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 constant
            map(_row, entries),
        )

    def session(
        self, session_id: str, of: Collection[str | None] | None = None
    ) -> tuple[Entry, ...]:
        """Give every fact of one session, in the order this tablet came to hold them.

        `of` gives only those of some visits, and with None those of no visit.
        """
        return self._read("WHERE session = ? ORDER BY seq", [session_id], of)

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """Give every fact of one kind, in the order this tablet came to hold them."""
        return self._read("WHERE kind = ? ORDER BY seq", [kind])

    def openings(self) -> tuple[Entry, ...]:
        """Give the fact that opened each session, in the order this tablet came to hold them."""
        return self._read("WHERE kind = 'session_opened' ORDER BY seq", [])

    def sessions(self) -> tuple[str, ...]:
        """Give the ids of every session in the log, in the order they were opened here."""
        return tuple(dict.fromkeys(entry.session for entry in self.openings()))

    def signed_off_after(self, seq: int) -> tuple[tuple[int, str], ...]:
        """Give (seq, session) of every sign-off this tablet came to hold after `seq`."""
        rows = self._db.conn.execute(
            "SELECT seq, session FROM event WHERE kind = 'signed_off' AND seq > ? ORDER BY seq",
            [seq],
        )
        return tuple((row[0], row[1]) for row in rows)

    def count_of(self, kind: str, session: str) -> int:
        """Give how many facts of a kind this tablet itself wrote in a session."""
        (count,) = self._db.conn.execute(
            "SELECT count(*) FROM event WHERE session = ? AND kind = ? AND origin = ?",
            [session, kind, self.origin],
        ).fetchone()
        return int(count)

    def _read(
        self, where: str, values: list[Any], of: Collection[str | None] | None = None
    ) -> tuple[Entry, ...]:
        rows = self._db.conn.execute(f"SELECT {_COLUMNS} FROM event {where}", values)  # noqa: S608 constant
        return tuple(_entry(row) for row in rows if of is None or row[_VISIT] in of)


def _row(entry: Entry) -> tuple[Any, ...]:
    stamp, raw = entry.stamp, entry.raw
    place = (entry.origin, entry.n, stamp.millis, stamp.counter, entry.session, entry.visit)
    return (*place, entry.kind, entry.version, raw)


def _entry(row: tuple[Any, ...]) -> Entry:
    origin, n, millis, counter, session, visit, kind, version, body = row
    event = codec.decode(kind, version, body)
    stamp = Stamp(millis, counter, origin)
    return Entry(origin, n, stamp, session, visit, event, kind, version, body)


def own_origin(db: Database, mint: Callable[[], str]) -> str:
    """Give the id this database writes as, minted the first time."""
    with atomic(db):
        db.conn.execute(
            "INSERT INTO setting (name, value) VALUES ('origin', ?) ON CONFLICT (name) DO NOTHING",
            [mint()],
        )
        row = db.conn.execute("SELECT value FROM setting WHERE name = 'origin'").fetchone()
    return str(row[0])
