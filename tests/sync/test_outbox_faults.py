"""Power cuts, full disks and spoilt files: the outbox stays whole, or says so and is left alone."""

import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.endpoint import Result
from sync.envelope import unpack
from sync.outbox import Outbox, OutboxRefusal
from tests.sync.outboxes import BAD, SIGNER, a_batch, a_day, all_of, inside, opened, said, taken

WEEKS = 12
WHOLE: dict[str, bytes] = {}  # the bytes of a sound outbox, made once


def lived(work: Callable[[], None]) -> int:
    """Run work in a child process, and give the signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def a_season(outbox: Outbox, notes: int | None = None) -> None:
    """Take in twelve days, twice each; settle two in three of them, the third is refused."""
    for week in range(len(outbox.batches()), WEEKS):
        taken(outbox, a_day(week))
        if notes is not None:
            os.write(notes, b"t")
    taken(outbox, *(a_day(week, 2) for week in range(0, WEEKS, 2)))
    for each in outbox.batches():
        if outbox.arrived().get(each.batch_id):
            continue
        if inside(each.body).closing_counts[0].visits % 3 == 0:
            outbox.settle(said(each, Result.REFUSED, BAD))
        else:
            outbox.settle(said(each))
            if notes is not None:
                os.write(notes, b"s")


def killed_after(path: Path, operations: int, notes: int) -> None:
    """Play the season, but die (kill -9) once SQLite has done so many operations."""
    outbox = opened(path)
    left = operations

    def count() -> int:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    outbox._conn.set_progress_handler(count, 1)
    a_season(outbox, notes)


@pytest.mark.faults
@pytest.mark.parametrize("step", [29, 61, 149])
def test_a_power_cut_anywhere_loses_nothing_and_doubles_nothing(tmp_path: Path, step: int):
    whole = opened()
    a_season(whole)
    path, (read_end, write_end) = tmp_path / "outbox.db", os.pipe()
    os.set_blocking(read_end, False)
    told = b""
    lives = 0
    died_of: int = signal.SIGKILL
    while died_of == signal.SIGKILL:
        lives += 1
        died_of = lived(partial(killed_after, path, 200 + step * lives, write_end))
        with suppress(BlockingIOError):
            told += os.read(read_end, 99_999)
        outbox = opened(path)
        assert len(outbox.batches()) >= told.count(b"t")
        assert outbox.totals().settled >= told.count(b"s")
        assert len({each.period for each in outbox.batches()}) == len(outbox.batches())
        outbox.close()
    assert lives > 10
    outbox = opened(path)
    assert all_of(outbox) == all_of(whole)
    outbox.close()
    whole.close()
    os.close(read_end)
    os.close(write_end)


@pytest.mark.faults
def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path):
    outbox = opened(tmp_path / "outbox.db")
    (sealed,) = taken(outbox, a_day(0))
    pages = outbox._conn.execute("PRAGMA page_count").fetchone()[0]
    outbox._conn.execute(f"PRAGMA max_page_count = {pages}")
    before = all_of(outbox)
    many = [a_day(week) for week in range(1, 50)]
    assert outbox.take(many) is OutboxRefusal.NO_ROOM
    assert all_of(outbox) == before
    outbox._conn.execute("PRAGMA max_page_count = 99999")
    taken(outbox, *many)
    assert len(outbox.waiting()) == 50
    assert outbox.settle(said(sealed)) is None
    outbox.close()


@pytest.mark.faults
def test_a_disk_that_takes_no_more_bytes_leaves_everything_as_it_was(tmp_path: Path):
    path = tmp_path / "outbox.db"
    outbox = opened(path)
    first, second = taken(outbox, a_day(0), a_day(1))
    outbox.settle(said(first))
    before = all_of(outbox)
    outbox.close()

    def on_a_full_disk() -> None:
        outbox = opened(path)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        seen = [
            outbox.take([a_day(2)]),
            outbox.settle(said(second)),
            outbox.hear([said(second)]),
            outbox.again([first.period]),
            outbox.withdraw([second.batch_id]),
        ]
        if seen == [OutboxRefusal.NO_ROOM] * 5 and all_of(outbox) == before:
            os.kill(os.getpid(), signal.SIGUSR1)  # the sign that all was well

    assert lived(on_a_full_disk) == signal.SIGUSR1
    outbox = opened(path)
    assert all_of(outbox) == before
    outbox.close()


def test_the_file_is_durable_and_keeps_what_was_put_in_it(tmp_path: Path):
    outbox = opened(tmp_path / "outbox.db")
    assert outbox._conn.execute("PRAGMA synchronous").fetchone() == (2,)
    assert outbox._conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    taken(outbox, a_day(0))
    before = all_of(outbox)
    outbox.close()
    again = opened(tmp_path / "outbox.db")
    assert all_of(again) == before
    again.close()


# ------------------------------------------------------------------- what is not ours to write in


def made(path: Path) -> bytes:
    outbox = opened(path)
    first, *_ = taken(outbox, a_day(0), a_batch("2026-10"), a_batch("2026-10", 2), a_day(1))
    outbox.settle(said(first, Result.REFUSED, BAD))
    outbox.close()
    return path.read_bytes()


def test_a_newer_outbox_is_left_alone(tmp_path: Path):
    path = tmp_path / "outbox.db"
    made(path)
    with sqlite3.connect(path) as conn:
        conn.execute(
            """INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
            VALUES ('outbox', '0099_from_tomorrow', '')"""
        )
    conn.close()
    before = path.read_bytes()
    assert Outbox.open(path, SIGNER) is OutboxRefusal.NEWER
    assert path.read_bytes() == before


def test_an_outbox_from_before_the_first_release_is_left_alone(tmp_path: Path):
    path = tmp_path / "outbox.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE batch (id INTEGER) STRICT")
        conn.execute("CREATE TABLE _sqlite_migrations (migration_set, name, applied_at)")
        conn.execute("INSERT INTO _sqlite_migrations VALUES ('outbox', '0001_batches', '')")
    conn.close()
    before = path.read_bytes()
    assert Outbox.open(path, SIGNER) is OutboxRefusal.EARLIER
    assert path.read_bytes() == before


def test_bytes_that_changed_inside_a_batch_are_damage(tmp_path: Path):
    """SQLite would not notice; the batch itself does."""
    path = tmp_path / "outbox.db"
    whole = made(path)
    with sqlite3.connect(path) as conn:
        (wire,) = conn.execute("SELECT wire FROM batch").fetchone()
    conn.close()
    at = whole.index(wire) + len(wire) // 2
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert Outbox.open(path, SIGNER) is OutboxRefusal.DAMAGED


@pytest.mark.parametrize("spoil", ["torn", "scribbled", "not a database"])
def test_a_damaged_outbox_is_left_alone(tmp_path: Path, spoil: str):
    path = tmp_path / "outbox.db"
    whole = made(path)
    spoilt = {
        "torn": whole[: len(whole) // 2],
        "scribbled": whole[:4096] + bytes(range(256)) * ((len(whole) - 4096) // 256),
        "not a database": b"Dear outbox, " * 900,
    }[spoil]
    path.write_bytes(spoilt)
    assert Outbox.open(path, SIGNER) is OutboxRefusal.DAMAGED
    assert path.read_bytes() == spoilt


@settings(max_examples=150)
@given(st.binary(max_size=4000), st.integers(0, 40_000))
def test_no_damage_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int
):
    path = tmp_path_factory.mktemp("damaged") / "outbox.db"
    whole = WHOLE.get("file") or WHOLE.setdefault("file", made(path))
    path.write_bytes(whole[:at] + junk + whole[at + len(junk) :])
    outbox = Outbox.open(path, SIGNER)
    if isinstance(outbox, Outbox):  # the damage was nowhere that matters: all can be read
        assert all_of(outbox)
        outbox.close()


def test_somebody_elses_database_is_left_alone(tmp_path: Path):
    path = tmp_path / "hub.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE event (n INTEGER) STRICT")
    conn.close()
    before = path.read_bytes()
    assert Outbox.open(path, SIGNER) is OutboxRefusal.NOT_AN_OUTBOX
    assert path.read_bytes() == before


def test_no_folder_is_a_sentence_too(tmp_path: Path):
    assert Outbox.open(tmp_path / "nowhere" / "outbox.db", SIGNER) is OutboxRefusal.CANNOT_OPEN
    assert Outbox.open(tmp_path, SIGNER) is OutboxRefusal.CANNOT_OPEN


def test_another_copy_at_work_is_a_sentence_too(tmp_path: Path):
    path = tmp_path / "outbox.db"
    outbox = opened(path)
    outbox._conn.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert outbox.take([a_day(0)]) is OutboxRefusal.IN_USE
    other.execute("ROLLBACK")
    other.close()
    taken(outbox, a_day(0))
    assert len(outbox.waiting()) == 1
    outbox.close()


def test_every_refusal_says_that_nothing_changed_and_what_to_do():
    for refusal in OutboxRefusal:
        assert "changed" in refusal or "as it was" in refusal
        assert "Please" in refusal


def test_what_is_in_the_file_could_be_read_by_anybody(tmp_path: Path):
    """The outbox knows of no visit, no ticket and no time: only what is in its batches."""
    path = tmp_path / "outbox.db"
    made(path)
    conn = sqlite3.connect(path)
    columns = {
        str(name)
        for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if table != "_sqlite_migrations"
        for (name,) in conn.execute(f"SELECT name FROM pragma_table_info('{table}')")
    }
    (wire,) = conn.execute("SELECT wire FROM batch").fetchone()
    conn.close()
    assert columns == {
        *("id", "batch_id", "period", "revision", "last_day", "place", "wire", "sums"),
        *("state", "is_asked_again", "reasons"),
    }
    body = unpack(wire)
    assert isinstance(body, bytes)
    assert {row.kind for row in inside(body).rows} == {"wait"}
