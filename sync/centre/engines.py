"""How a database is reached: an embedded SQLite file, or PostgreSQL and what speaks like it."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, StaticPool

from sync.centre.faults import FAULTS, FaultKind, fault_kind
from sync.centre.migrate import Standing, standing, upgrade
from sync.centre.schema import APPLICATION_ID

BUSY_SECONDS: Final = 5.0  # another process may hold the file for a moment
_CONNECTIONS: Final = 16  # each worker’s, at most; the courier comes again when none is free
_WAIT_SECONDS: Final = 10


@dataclass(frozen=True)
class Unopened:
    """Why a database can’t be the centre’s, in sentences for the person who named it."""

    why: str


@dataclass(frozen=True)
class Engines:
    """A database that can be reached: what writes to it, what reads, and its name for people."""

    writing: sa.Engine
    reading: sa.Engine
    where: str
    path: Path | None  # of an embedded file

    def close(self) -> None:
        """Let go of every connection."""
        self.reading.dispose()
        self.writing.dispose()


def reach(where: str) -> Engines | Unopened:
    """Reach a database by its path, or as sqlite:///… or postgresql://…; nothing is asked of it."""
    if "://" not in where:
        return _embedded(Path(where))
    try:
        url = sa.make_url(where)
        if url.get_backend_name() == "sqlite":
            return _embedded(Path(url.database or "centre.db"))
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        engine = sa.create_engine(
            url,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=_WAIT_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except (ArgumentError, ImportError):
        return Unopened(
            "The database is named as a file, or as postgresql://name@machine/database."
        )
    if url.get_backend_name() == "postgresql":
        event.listen(engine, "connect", _without_jit)
    steady = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(engine, steady, url.render_as_string(hide_password=True), None)


def _without_jit(driver: Any, _record: object) -> None:
    """Compiling a query to machine code takes longer than any of ours runs."""
    driver.execute("SET jit = off")
    driver.commit()


def prepare(engines: Engines, *, may_upgrade: bool) -> Unopened | None:
    """Look before writing: is it ours, whole, and of a version we know? Then bring it up, if asked.

    An embedded file is always brought up; PostgreSQL by `hub-centre migrate` alone.
    """
    try:
        if engines.path is not None:
            return _prepare_file(engines.path, engines.writing)
        with engines.writing.begin() as connection:
            found = standing(connection)
            if found in (Standing.EMPTY, Standing.BEHIND) and may_upgrade:
                upgrade(connection)
                found = standing(connection)
        return _not_current(engines.where, found)
    except FAULTS as fault:
        return unopened(engines.where, fault)


def unopened(where: str, fault: BaseException) -> Unopened:
    """Say in sentences why a database can’t be used."""
    match fault_kind(fault):
        case FaultKind.FULL:
            return Unopened(f"There is no room on the disk for {where}. Make room, then try again.")
        case FaultKind.BUSY:
            return Unopened(f"Another programme is holding {where}. Close it, then try again.")
        case FaultKind.GONE:
            return Unopened(
                f"Can’t open {where} for writing. Nothing was changed."
                " Make sure it is there and lets you in, or choose another."
            )
        case FaultKind.DAMAGED:
            return _damaged(where)


def _not_current(where: str, found: Standing) -> Unopened | None:
    match found:
        case Standing.CURRENT:
            return None
        case Standing.NEWER:
            return _newer(where)
        case Standing.EMPTY | Standing.BEHIND:
            return Unopened(
                f"{where} lacks tables that this version of the centre needs. Nothing was changed."
                " Run hub-centre migrate with the same --data, then try again."
            )


def _embedded(path: Path) -> Engines | Unopened:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Unopened(
            f"Can’t open {path} for writing. Nothing was changed."
            " Choose another file, or make the folder writable."
        )
    writing = _sqlite(_opening(path, "rwc"), "BEGIN IMMEDIATE", poolclass=StaticPool)
    reading = _sqlite(
        _opening(path, "ro"), "BEGIN", poolclass=QueuePool, pool_size=_CONNECTIONS, max_overflow=0
    )
    return Engines(writing, reading, str(path.absolute()), path)


def _opening(path: Path, mode: str) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        if mode == "rwc":
            with suppress(OSError):  # a new file is its owner’s; where none can be, SQLite says why
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # one lock, or one request, holds it at a time
        )
        connection.execute("PRAGMA synchronous = FULL")  # a receipt must outlive a power cut
        return connection

    return connect


def _sqlite(connect: Callable[[], sqlite3.Connection], begin: str, **pool: Any) -> sa.Engine:
    engine = sa.create_engine("sqlite://", creator=connect, hide_parameters=True, **pool)

    def begin_it(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", begin_it)
    return engine


def _prepare_file(path: Path, engine: sa.Engine) -> Unopened | None:
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        (identity,) = driver.execute("PRAGMA application_id").fetchone()
        names = {name for (name,) in driver.execute("SELECT name FROM sqlite_schema")}
        if identity != APPLICATION_ID and (identity or names):
            return Unopened(
                f"{path} belongs to something else. Nothing was changed. Choose another file."
            )
        if driver.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            return _damaged(str(path))
        if names and "alembic_version" not in names:
            return Unopened(
                f"{path} was written by a trial version, from before batches had revisions."
                " Nothing was changed. Choose another file: hubs send again what they keep."
            )
    with engine.begin() as connection:
        found = standing(connection)
    if found in (Standing.EMPTY, Standing.BEHIND):
        found = _bring_up(engine)
    if found is Standing.CURRENT:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode = WAL")
    return _not_current(str(path), found)


def _bring_up(engine: sa.Engine) -> Standing:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        upgrade(connection)
        return standing(connection)


def _damaged(where: str) -> Unopened:
    return Unopened(
        f"{where} is damaged, or is not a database. Nothing was changed."
        " Put back a copy of it, or choose another: hubs send again what was not counted."
    )


def _newer(where: str) -> Unopened:
    return Unopened(
        f"{where} was written by a newer version of the centre. Nothing was changed."
        " Update this one, or choose another."
    )
