"""A real PostgreSQL for tests: one server a run, on a socket in a folder of its own."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from sync.centre.upkeep import migrate

_OWNERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
_SETTINGS = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "64MB"}
_NOT_DURABLE = {"fsync": "off"}  # what is tested outlives a worker, not a power cut
_NUMBERS = count()


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://centre@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self, like: str = "migrated") -> Iterator[str]:
        """Give the address of a database that nobody else uses; it is dropped at the end."""
        name = f"t{os.getpid()}_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {like}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def server_of_this_run(shared: Path, **settings: str) -> Iterator[Server]:
    """Give the server that every process of a test run shares; the last one out stops it.

    `shared` is a folder that all of them know; `settings` are PostgreSQL’s own, such as
    fsync="on" for whoever measures. Where there is no PostgreSQL the test is skipped;
    where CI is set that is a failure.
    """
    programs = _programs()
    if programs is None:
        why = "there is no PostgreSQL here: install Debian’s package postgresql"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    notes = shared / "postgres"
    with _alone(shared):
        where, users = _noted(notes)
        if users == 0:
            where = _start(programs, {**_SETTINGS, **_NOT_DURABLE, **settings})
        notes.write_text(f"{where}\n{users + 1}")
    try:
        yield Server(where)
    finally:
        with _alone(shared):
            _, users = _noted(notes)
            notes.write_text(f"{where}\n{users - 1}")
            if users == 1:
                _stop(programs, where)


def _programs() -> Path | None:
    """Find the folder of initdb and pg_ctl: on the path, or where Debian puts them."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda each: int(each.parts[-3]))[-1:]
    return newest[0].parent if newest else None


@contextmanager
def _alone(shared: Path) -> Iterator[None]:
    with (shared / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _noted(notes: Path) -> tuple[Path, int]:
    if not notes.exists():
        return Path(), 0
    where, users = notes.read_text().splitlines()
    return Path(where), int(users)


def _start(programs: Path, chosen: Mapping[str, str]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="centre-pg-"))  # short: a socket’s path is at most 107
    if os.geteuid() == 0:
        shutil.chown(folder, _owner())
    cluster = str(folder / "cluster")
    _run(
        programs, "initdb", "-D", cluster, "-U", "centre", "-A", "trust", "-E", "UTF8", "--no-sync"
    )
    settings = " ".join(f"-c {name}='{value}'" for name, value in chosen.items())
    options = f"-k {folder} {settings}"
    _run(programs, "pg_ctl", "-D", cluster, "-l", f"{folder}/log", "-w", "-o", options, "start")
    server = Server(folder)
    server.run("CREATE DATABASE migrated")
    done = migrate(server.url("migrated"))
    assert isinstance(done, str), done
    return folder


def _stop(programs: Path, folder: Path) -> None:
    _run(programs, "pg_ctl", "-D", str(folder / "cluster"), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


def _run(programs: Path, name: str, *arguments: str) -> None:
    as_another = {"user": _owner(), "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [programs / name, *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # the server keeps hold of it: a pipe would never end
        stderr=subprocess.DEVNULL,
        check=False,
        **as_another,
    )
    assert done.returncode == 0, f"{name} failed; see {arguments[1]}"


def _owner() -> str:
    """Give a plain user that is on every Debian, for when the tests run as root."""
    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in _OWNERS if name in known)
