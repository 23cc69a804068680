"""Opening a log as the database that wrote it last; or as another, if it is not."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from hub_app.store.log import Log, own_origin
from hub_app.store.marks import Found, Marks, machine


def open_log(db: Database, mark: Path, mint: Callable[[], str]) -> tuple[Log, Found]:
    """Open the log of a database; one that was restored or copied goes on under a new origin.

    Raises DiskFull.
    """
    origin = own_origin(db, mint)
    marks = Marks(db, mark, machine(), mint)
    log = Log(db, origin, marks)
    if marks.found.is_restored:
        log.write_as(mint())
    return log, marks.found
