"""What one durable transaction costs on this disk at this moment: most of a tap's way is two."""

import sqlite3
import time
from pathlib import Path

REST_SECONDS = 0.01
_BODY = '{"desk":"abcdefghijkl","service":"housing"}'


class Disk:
    """A database that is committed to, as durably as a tablet's own."""

    def __init__(self, folder: Path) -> None:
        self._conn = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self._conn.execute("PRAGMA journal_mode = WAL")
        self._conn.execute("PRAGMA synchronous = FULL")
        self._conn.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT"
        )
        self.seconds: list[float] = []

    def commit(self, times: int, rest: float = REST_SECONDS) -> None:
        """Commit one row again and again, with a rest after each."""
        for _ in range(times):
            begun = time.monotonic()
            self._conn.execute("BEGIN IMMEDIATE")
            self._conn.execute("INSERT INTO event (body) VALUES (?)", [_BODY])
            self._conn.execute("COMMIT")
            self.seconds.append(time.monotonic() - begun)
            time.sleep(rest)

    def close(self) -> None:
        """Let go of it."""
        self._conn.close()
