"""A disk that can fail at a commit: power cut before it, right after it, or no room."""

import sqlite3
from functools import cache
from typing import Any

from sqlite_utils import Database

from hub_app.store.database import DatabaseRefused, open_database


class Crashed(BaseException):
    """The process ended here; what it was doing is lost, what was committed is not."""


class Disk(sqlite3.Connection):
    """A database in memory that outlives the process that writes it, and may fail at a commit."""

    fails: str = ""  # "before", "after" or "full": what happens at the commit that is due
    commits_until: int = 0

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql != "COMMIT" or not self.fails:
            return super().execute(sql, *values)
        if self.commits_until > 0:
            self.commits_until -= 1
            return super().execute(sql, *values)
        fails, self.fails = self.fails, ""
        if fails == "full":
            fault = sqlite3.OperationalError("database or disk is full")
            fault.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise fault
        if fails == "after":
            super().execute(sql, *values)
        raise Crashed(fails)


@cache
def _blank() -> Database:
    db = open_database(None)
    assert not isinstance(db, DatabaseRefused)
    return db


def copy_of(disk: sqlite3.Connection | None = None) -> Disk:
    """Give a copy of what is on a disk; without one, of a hub's that was just made."""
    made = sqlite3.connect(":memory:", factory=Disk)
    (_blank().conn if disk is None else disk).backup(made)
    return made
