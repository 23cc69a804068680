"""Destroys what is kept no longer: the facts of a session go on time, and leave empty places."""

import logging
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Final

from hub_app.core import hall_events as h
from hub_app.core.events import Referred
from hub_app.core.promised import Promised
from hub_app.core.recurring import read_day
from hub_app.store.database import atomic
from hub_app.store.log import Log
from hub_app.store.shared import GONE

LASTING: Final = ("", "house", "roster", "leaving")  # no session’s: never destroyed as one
VISITS: Final = "visits."  # and the day until which they are kept: who stands behind rows that left
_LATEST: Final = 7_258_118_399_999  # milliseconds: the end of 2199, as for any other day
LastDay = Callable[[date], date]  # of a session’s day: the last day on which it is kept
_EMPTY: Final = (
    "UPDATE event SET millis = 0, counter = 0, session = '', visit = NULL,"  # noqa: S608 constant
    f" kind = '{GONE}', version = 0, body = '{{}}', is_ahead = 0"
)
_log = logging.getLogger(__name__)


class Retention:
    """How long the facts of one tablet’s log are kept, and what is left when they go.

    A session’s facts join all that a family told us, so they are kept no longer than they can
    still become part of a count: 14 days after the end of their quarter, or 7 after that of their
    month where nothing wider counts them (privacy.md §2.3). Then every fact of the session becomes
    an empty place (`GONE`): its number stays, so that tablets still see from their vectors that
    they hold the same, and nothing else of it does. So do the facts that say which visits stand
    behind rows that left, for they would join a visit’s rows again. Promises that nobody has
    acknowledged yet outlive their session. Traces go too (privacy.md §6): freed pages are
    overwritten (`secure_delete`) and the write-ahead log is emptied.
    """

    def __init__(self, log: Log) -> None:
        """Stand on an open log. Traces that were left when the power went are removed here."""
        self._log_file = log
        self.scrub()

    def overdue(self, today: date, last_day: LastDay) -> tuple[str, ...]:
        """Give the sessions that may be kept no longer, oldest first.

        A session of which no opening is known is as old as the latest of its facts. What says which
        visits stand behind rows that left is kept under a name with its own last day.
        """
        late = dict[str, date]()
        for session, day in self._days().items():
            until = _until(session) if session.startswith(VISITS) else last_day(day)
            if today > until:
                late[session] = until
        return tuple(sorted(late, key=lambda session: (late[session], session)))

    def _days(self) -> dict[str, date]:
        latest = self._log_file.db.conn.execute(
            "SELECT session, max(CASE is_ahead WHEN 0 THEN millis END), max(millis) FROM event"
            " WHERE session NOT IN (?, ?, ?, ?) GROUP BY session",
            LASTING,
        )
        days = {
            str(session): _day_of(ahead if millis is None else millis)
            for session, millis, ahead in latest
        }
        opened: dict[str, date] = {}
        for entry in self._log_file.openings():
            day = read_day(entry.event.day) if isinstance(entry.event, h.SessionOpened) else None
            if day is not None:
                opened[entry.session] = min(day, opened.get(entry.session, day))
        return {session: opened.get(session, day) for session, day in days.items()}

    def destroy(self, session: str, promises: Iterable[Promised] = ()) -> None:
        """Destroy every fact of a session for good, but for these promises; safe to repeat.

        Raises DiskFull when there is no room: then all of it is still there, to be tried again.
        """
        conn = self._log_file.db.conn
        with atomic(self._log_file.db):
            # What a peer holds under the same numbers is kept apart, and as full as it came.
            conn.execute(
                "UPDATE OR REPLACE fork SET theirs = '' WHERE (origin, n) IN"
                " (SELECT origin, n FROM event WHERE session = ?1) OR"
                " CASE WHEN json_valid(theirs) THEN json_extract(theirs, '$[4]') = ?1 END",
                [session],
            )
            conn.execute(f"{_EMPTY} WHERE session = ?", [session])
            conn.execute(
                "INSERT INTO destroyed (session) VALUES (?) ON CONFLICT DO NOTHING", [session]
            )
            self._keep(promises)
        self.scrub()

    def _keep(self, promises: Iterable[Promised]) -> None:
        said = ((one.day, one.ticket, one.referred) for one in promises)
        self._log_file.db.conn.executemany(
            "INSERT INTO promise (referral, day, ticket, kind, recipient, due, need)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(r.referral, day, ticket, r.kind, r.to, r.due, r.need) for day, ticket, r in said],
        )

    def scrub(self) -> None:
        """Empty the write-ahead log, where what was overwritten could still be read."""
        try:
            self._log_file.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            _log.warning("the write-ahead log waits for room; it is emptied at the next start")

    def promises(self) -> tuple[Promised, ...]:
        """Give the promises that outlived the facts of their sessions, the oldest first."""
        rows = self._log_file.db.conn.execute(
            "SELECT referral, day, ticket, kind, recipient, due, need FROM promise"
            " ORDER BY day, referral"
        )
        return tuple(
            Promised(str(day), str(ticket), Referred(referral, "", to, due, need, kind))
            for referral, day, ticket, kind, to, due, need in rows
        )

    def let_go(self, referrals: Iterable[str]) -> None:
        """Destroy promises that somebody has acknowledged. Raises DiskFull."""
        known = {one.referred.referral for one in self.promises()}
        done = sorted(known.intersection(referrals))
        if not done:
            return
        with atomic(self._log_file.db):
            self._log_file.db.conn.executemany(
                "DELETE FROM promise WHERE referral = ?", [(referral,) for referral in done]
            )
        self.scrub()


def _until(name: str) -> date:
    """Give the last day of what stands behind rows; where none can be read it was long ago."""
    return read_day(name.removeprefix(VISITS)) or date.min


def _day_of(millis: int) -> date:
    return datetime.fromtimestamp(min(millis, _LATEST) / 1000, UTC).date()
