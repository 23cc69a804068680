"""What this device has learnt of serving times: minutes by service, with nobody in them."""

import json
from collections.abc import Iterable, Mapping
from operator import itemgetter

from sqlite_utils import Database

from hub_app.core.sketching import Came
from hub_app.store.database import atomic

SESSIONS = 12  # a season of weeks
KEPT = 60  # of each service: enough to know it by, few enough to follow how it changes


class Learnt:
    """Serving times and settings that outlive the sessions they come from."""

    def __init__(self, db: Database) -> None:
        """Stand on an open database."""
        self._db = db

    def note(self, session: str, minutes: Iterable[tuple[str, float]], came: Came) -> None:
        """Keep a session's serving times, as (service, minutes), and how families came to it.

        Those of one service stand together, not those of one family; what is too old to be asked
        for goes.
        A second time changes nothing. Raises DiskFull when there is no room; then nothing of
        them is kept.
        """
        conn = self._db.conn
        with atomic(self._db):
            conn.execute("DELETE FROM serving_time WHERE session = ?", [session])
            conn.execute("DELETE FROM came WHERE session = ?", [session])
            conn.executemany(
                "INSERT INTO serving_time (session, service, minutes) VALUES (?, ?, ?)",
                [(session, service, each) for service, each in sorted(minutes, key=itemgetter(0))],
            )
            wanted = [(list(services), n) for services, n in (came.needs or {}).items()]
            conn.execute(
                "INSERT INTO came (session, slots, needs) VALUES (?, ?, ?)",
                [session, json.dumps(came.slots), json.dumps(sorted(wanted))],
            )
            conn.execute(
                "DELETE FROM came WHERE seq NOT IN"
                " (SELECT seq FROM came ORDER BY seq DESC LIMIT ?)",
                [SESSIONS],
            )
            conn.execute(
                "DELETE FROM serving_time WHERE seq IN (SELECT seq FROM (SELECT seq, row_number()"
                " OVER (PARTITION BY service ORDER BY seq DESC) AS age FROM serving_time)"
                " WHERE age > ?)",
                [KEPT],
            )

    def came(self) -> Came:
        """Give how families came to the latest sessions, added up."""
        rows = self._db.conn.execute(
            "SELECT slots, needs FROM came ORDER BY seq DESC LIMIT ?", [SESSIONS]
        ).fetchall()
        slots: list[float] = []
        needs: dict[tuple[str, ...], int] = {}
        for came, wanted in rows:
            for slot, families in enumerate(json.loads(came)):
                slots.extend([0.0] * (slot + 1 - len(slots)))
                slots[slot] += families
            for services, n in json.loads(wanted):
                needs[tuple(services)] = needs.get(tuple(services), 0) + n
        return Came(tuple(slots), needs, len(rows))

    def history(self, but: str = "") -> Mapping[str, tuple[float, ...]]:
        """Give the latest serving times of each service, in minutes, the newest last.

        Those of one session (`but`) may be left out.
        """
        rows = self._db.conn.execute(
            "SELECT service, minutes FROM (SELECT seq, service, minutes, row_number() OVER"
            " (PARTITION BY service ORDER BY seq DESC) AS age FROM serving_time"
            " WHERE session <> ?) WHERE age <= ? ORDER BY seq",
            [but, KEPT],
        )
        found: dict[str, list[float]] = {}
        for service, minutes in rows:
            found.setdefault(str(service), []).append(float(minutes))
        return {service: tuple(minutes) for service, minutes in found.items()}

    def setting(self, name: str) -> str | None:
        """Give a small value kept under a name, or None."""
        row = self._db.conn.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
        return None if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        """Keep a small value under a name. Raises DiskFull when there is no room."""
        with atomic(self._db):
            self._db.conn.execute(
                "INSERT INTO setting (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [name, value],
            )
