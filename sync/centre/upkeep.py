"""What whoever looks after a centre does to its database: bring it up, and copy it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from sync.centre.engines import Engines, Unopened, prepare, reach, unopened
from sync.centre.faults import FAULTS

_BESIDE: Final = ("-wal", "-shm")
_DUMP: Final = "pg_dump"
_NO_DUMP: Final = (
    "The copy is made by PostgreSQL’s own pg_dump, and it is not on this machine. Install Debian’s"
    " postgresql-client, or run the backup where the database is. Nothing was changed."
)


def absent(where: str) -> Unopened | None:
    """Say that a database is named as a file that is not there; None when it is, or is no file."""
    named = where
    if "://" in where:
        try:
            url = sa.make_url(where)
        except ArgumentError:
            return None
        named = url.database or "" if url.get_backend_name() == "sqlite" else ""
    if not named or Path(named).exists():
        return None
    return Unopened(f"There is no file {named}. Nothing was changed.")


def made(where: str) -> str:
    """Say that a file was not there before and is now."""
    return f"There was no file {where}: it was made now."


def narrow(path: Path | None) -> None:
    """Let nobody but its owner read an embedded database, also one of an older version."""
    for each in () if path is None else (path, *(Path(f"{path}{end}") for end in _BESIDE)):
        with suppress(OSError):  # it is not there, or is another’s, who has to see to it
            each.chmod(0o600)


def migrate(where: str) -> str | Unopened:
    """Bring a database to the tables this version needs; two at once do no harm."""
    is_new = absent(where) is not None
    engines = reach(where)
    if isinstance(engines, Unopened):
        return engines
    try:
        refusal = prepare(engines, may_upgrade=True)
        narrow(engines.path)
    finally:
        engines.close()
    said = f"{engines.where} has every table that this version needs."
    return refusal or (f"{said}\n{made(engines.where)}" if is_new else said)


def backup(where: str, to: Path) -> str | Unopened:
    """Copy a database to a new file while it is in use; the copy is of one moment.

    Of an embedded ledger it is a ledger again; of PostgreSQL it is for pg_restore. Only its owner
    may read the copy. It is written beside its place first, so it is there whole or not at all.
    """
    if to.exists():
        return Unopened(f"{to} is there already. Nothing was changed. Choose another name.")
    engines = absent(where) or reach(where)
    if isinstance(engines, Unopened):
        return engines
    beside = to.with_name(f".{to.name}.part")
    try:
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        refusal = _copy(engines, beside)
        if refusal is not None:
            return refusal
        _write_through(beside)
        beside.replace(to)
    except OSError:
        return Unopened(f"Can’t write {to}. Nothing was changed. Choose another folder.")
    except FAULTS as fault:
        return unopened(engines.where, fault)
    finally:
        engines.close()
        beside.unlink(missing_ok=True)
    return f"{engines.where} is copied to {to.absolute()}."


def _copy(engines: Engines, to: Path) -> Unopened | None:
    if engines.path is None:
        return _dump(engines.writing.url, to)
    with engines.reading.connect() as connection, closing(sqlite3.connect(to)) as copy:
        driver: Any = connection.connection.driver_connection
        connection.rollback()  # the copy takes a moment of its own
        driver.backup(copy)
    return None


def _dump(url: sa.URL, to: Path) -> Unopened | None:
    """Let pg_dump copy; the password goes by the environment, where no other user can read it."""
    program = shutil.which(_DUMP)
    if program is None:
        return Unopened(_NO_DUMP)
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603  a program by its full path; no shell
        [program, "--format=custom", "--no-owner", f"--file={to}", f"--dbname={plain}"],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        return Unopened(
            "pg_dump could not make the copy: perhaps the database can’t be reached, or pg_dump is"
            f" older than it. Nothing was changed. It said: {_last_line(done.stderr)}"
        )
    return None


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "nothing"


def _write_through(path: Path) -> None:
    """Return once the disk has it: a copy must outlive a power cut as its original does."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
