"""Opening a log as the database that wrote it last; or as another, if it is not."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from hub_app.store.learnt import Learnt
from hub_app.store.log import Log, own_origin
from hub_app.store.marks import Marks, look, machine

HUB = "hub"  # a small value: whose facts these are, as council/code; outlives a wipe
WIPING = "wiping"  # a small value that is kept while the tablet is being wiped


def is_copy(db: Database, mark: Path) -> bool:
    """Say whether this folder is a copy, not started here yet; asked before its log is opened."""
    return look(db, mark, machine()).is_copy


def is_wiping(db: Database) -> bool:
    """Say whether a wipe of this tablet was cut off."""
    return Learnt(db).setting(WIPING) is not None


def hub_of(db: Database) -> str | None:
    """Give council/code of the hub whose facts these are; empty if unknown, None with no facts."""
    if not db.conn.execute("SELECT EXISTS (SELECT 1 FROM event)").fetchone()[0]:
        return None
    return Learnt(db).setting(HUB) or ""


def sealed_last(db: Database) -> str:
    """Give the packed text of the batch that was sealed last; empty where there is none."""
    row = db.conn.execute(
        "SELECT json_extract(body, '$.body') FROM event WHERE kind = 'batch_sealed'"
        " ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return "" if row is None else str(row[0])


def open_log(db: Database, mark: Path, mint: Callable[[], str]) -> Log:
    """Open the log of a database; one that was restored or copied goes on under a new origin.

    Raises DiskFull.
    """
    origin = own_origin(db, mint)
    marks = Marks(db, mark, machine(), mint)
    log = Log(db, origin, marks)
    if marks.found.is_restored:
        log.write_as(mint())
    return log
