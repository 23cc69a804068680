"""The append-only log in hub.db: the only place where facts are written and read."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from hub_app.core import codec
from hub_app.core.clock import (
    TRUSTED_AHEAD_MILLIS,
    Stamp,
    first_stamp,
    is_plausible,
    next_stamp,
)
from hub_app.core.events import Entry, Event
from hub_app.store.database import atomic
from hub_app.store.learnt import Learnt
from hub_app.store.marks import Marks

COLUMNS = "origin, n, millis, counter, session, visit, kind, version, body"
_VISIT = 5  # of these
_EMPTIED = ("event", "fork", "serving_time", "came", "destroyed", "promise")


@dataclass(frozen=True, slots=True)
class Fact:
    """An event that wants a place in the log: for a session, and for a visit if it is about one."""

    session: str
    visit: str | None
    event: Event


class Log:
    """One tablet's copy of the log. One connection, one writer."""

    def __init__(self, db: Database, origin: str, marks: Marks | None = None) -> None:
        """Stand on an open database, writing as `origin`; `marks` tell a copy from the original."""
        self.db = db
        self.origin = origin
        self._marks = marks
        self._last: Stamp | None = self._latest_stamp()
        self.learnt = Learnt(db)

    def _latest_stamp(self) -> Stamp | None:
        row = self.db.conn.execute(
            "SELECT millis, counter, origin FROM event WHERE is_ahead = 0 AND millis ="
            " (SELECT max(millis) FROM event WHERE is_ahead = 0) ORDER BY counter DESC LIMIT 1"
        ).fetchone()
        return None if row is None else Stamp(*row)

    def close(self) -> None:
        """Let go of the database."""
        if self._marks is not None:
            self._marks.close()
        self.db.conn.close()

    @property
    def latest_millis(self) -> int:
        """The latest moment any fact here speaks of, in milliseconds; 0 in an empty log.

        Facts of a clock that is far ahead do not count.
        """
        return 0 if self._last is None else self._last.millis

    def adopt(self, stamps: Iterable[Stamp]) -> None:
        """Let our own next stamp be later than these, which were found plausible."""
        latest: Stamp | None = max(stamps, default=None)
        if latest is not None and (self._last is None or latest > self._last):
            self._last = latest

    def doubt(self, wall_millis: int) -> None:
        """Take no time from facts far ahead of this moment: our clock was wrong when we did."""
        with atomic(self.db):
            self.db.conn.execute(
                "UPDATE event SET is_ahead = 1 WHERE is_ahead = 0 AND millis > ?",
                [wall_millis + TRUSTED_AHEAD_MILLIS],
            )
        self._last = self._latest_stamp()

    def write_as(self, origin: str) -> None:
        """Go on as another origin: what is written from here on counts from 1 under it."""
        with atomic(self.db):
            set_origin(self.db, origin)
        self.origin = origin
        if self._marks is not None:
            self._marks.wrote(0)

    def append(
        self, facts: Sequence[Fact], wall_millis: int, after: Stamp | None = None
    ) -> tuple[Entry, ...]:
        """Write the facts of one tap in one durable transaction; give them with their place.

        They are stamped later than everything here, and than `after`: the latest fact of what they
        are about, which may come from a clock far ahead that nothing else may follow.
        Raises DiskFull when there is no room; then nothing of them is kept.
        """
        follows_ahead = after is not None and (self._last is None or after > self._last)
        stamp, entries = after if follows_ahead else self._last, list[Entry]()
        with atomic(self.db):
            # Computed here every time: a cached number is used again after a power cut.
            (held,) = self.db.conn.execute(
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
            is_ahead = follows_ahead and stamp is not None and not is_plausible(stamp, wall_millis)
            self.insert(entries, is_ahead=is_ahead)
        if not is_ahead:
            self._last = stamp
        if self._marks is not None and entries:
            self._marks.wrote(entries[-1].n)
        return tuple(entries)

    def insert(self, entries: Iterable[Entry], *, is_ahead: bool = False) -> None:
        """Put facts into the table, inside a transaction that is open."""
        self.db.conn.executemany(
            f"INSERT INTO event ({COLUMNS}, is_ahead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 constant
            ((*row_of(entry), int(is_ahead)) for entry in entries),
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
        """Give the ids of every session in the log, in the order they were opened."""
        opened = sorted(self.openings(), key=lambda entry: entry.stamp)
        return tuple(dict.fromkeys(entry.session for entry in opened))

    def signed_off_after(self, seq: int) -> tuple[tuple[int, str], ...]:
        """Give (seq, session) of every sign-off this tablet came to hold after `seq`."""
        rows = self.db.conn.execute(
            "SELECT seq, session FROM event WHERE kind = 'signed_off' AND seq > ? ORDER BY seq",
            [seq],
        )
        return tuple((row[0], row[1]) for row in rows)

    def facts_in(self, session: str) -> int:
        """Give how many facts of a session are held here."""
        (count,) = self.db.conn.execute(
            "SELECT count(*) FROM event WHERE session = ?", [session]
        ).fetchone()
        return int(count)

    def writers(self, session: str) -> frozenset[str]:
        """Give the origins of all facts of a session."""
        rows = self.db.conn.execute(
            "SELECT DISTINCT origin FROM event WHERE session = ?", [session]
        ).fetchall()
        return frozenset(str(origin) for (origin,) in rows)

    def count_of(self, kind: str, session: str, but: Collection[str] = ()) -> int:
        """Give how many facts of a kind a session has, but for those of some origins."""
        rows = self.db.conn.execute(
            "SELECT origin, count(*) FROM event WHERE session = ? AND kind = ? GROUP BY origin",
            [session, kind],
        )
        return sum(int(count) for origin, count in rows if origin not in but)

    def forget(self) -> None:
        """Destroy every fact, and all that was learnt from them: nothing of a hub is left here."""
        with atomic(self.db):
            for table in _EMPTIED:
                self.db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 constant
            self.db.conn.execute("DELETE FROM setting WHERE name NOT IN ('origin', 'mark', 'hub')")
        self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._last = None

    def _read(
        self, where: str, values: list[Any], of: Collection[str | None] | None = None
    ) -> tuple[Entry, ...]:
        rows = self.db.conn.execute(f"SELECT {COLUMNS} FROM event {where}", values)  # noqa: S608 constant
        return tuple(entry_of(row) for row in rows if of is None or row[_VISIT] in of)


def row_of(entry: Entry) -> tuple[Any, ...]:
    """Give a fact as the table keeps it, and as tablets pass it on: in the order of COLUMNS."""
    stamp, raw = entry.stamp, entry.raw
    place = (entry.origin, entry.n, stamp.millis, stamp.counter, entry.session, entry.visit)
    return (*place, entry.kind, entry.version, raw)


def entry_of(row: Sequence[Any]) -> Entry:
    """Give the fact a row of the table stands for."""
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


def set_origin(db: Database, origin: str) -> None:
    """Let this database write as another origin, inside a transaction that is open."""
    db.conn.execute("UPDATE setting SET value = ? WHERE name = 'origin'", [origin])
