"""A database is brought up and copied while it is in use, and what is not ours is left alone."""

import os
import sqlite3
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from sync.centre.counts import Choice
from sync.centre.store import Store, Unopened, open_store
from sync.centre.upkeep import backup, migrate
from tests.centre.builders import batch_of, opened, sealed, visits
from tests.support.postgres import Server


def refusal(where: str | Path) -> str:
    seen = open_store(str(where))
    assert isinstance(seen, Unopened)
    return seen.why


def visits_in(where: str | Path) -> list[int]:
    store = opened(where)
    with store.reading() as reading:
        found = [each.row.n for each in reading.counted(Choice())]
    store.close()
    return found


# ---------------------------------------------------------------------------- an embedded file


def test_a_file_in_a_folder_not_yet_made_gets_its_folder(tmp_path: Path):
    opened(tmp_path / "a new" / "folder #1?" / "centre.db").close()
    assert (tmp_path / "a new" / "folder #1?" / "centre.db").is_file()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights elsewhere")
def test_a_new_file_and_what_lies_beside_it_are_for_their_owner_alone(tmp_path: Path):
    store = opened(tmp_path / "centre.db")
    store.receive(batch_of(sealed([visits(6)])), heard_at=0)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    store.close()
    assert modes == dict.fromkeys(("centre.db", "centre.db-wal", "centre.db-shm"), 0o600)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999_later'", "newer version"),
        ("DROP TABLE alembic_version", "trial version"),
        ("PRAGMA application_id = 5", "belongs to something else"),
    ],
)
def test_a_file_that_is_not_for_us_is_left_as_it_is(empty_file: Path, done: str, said: str):
    path = empty_file.with_name("other.db")
    path.write_bytes(empty_file.read_bytes())
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute(done)
    other.close()
    before = path.read_bytes()
    assert said in refusal(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["text", "cut", "holes"])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, empty_file: Path, damage: str):
    path = tmp_path / "centre.db"
    whole = empty_file.read_bytes()
    path.write_bytes(
        {
            "text": b"these are not the counts you are looking for" * 100,
            "cut": whole[: len(whole) // 2],
            "holes": whole[:4096] + b"\xa5" * (len(whole) - 4096),
        }[damage]
    )
    before = path.read_bytes()
    assert "damaged" in refusal(path)
    assert path.read_bytes() == before


def test_a_folder_or_an_unreachable_place_is_no_file(tmp_path: Path):
    assert "Can’t open" in refusal(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    assert "Can’t open" in refusal(tmp_path / "file" / "centre.db")
    assert "postgresql://" in refusal("nonsense://somewhere")


def test_a_copy_made_while_it_is_in_use_is_a_ledger_again(embedded: Store, tmp_path: Path):
    embedded.receive(batch_of(sealed([visits(6)])), heard_at=0)
    copy = tmp_path / "copies.db"
    with embedded.writing() as connection:
        connection.exec_driver_sql("DELETE FROM counted")
        said = backup(embedded.where, copy)
        connection.rollback()
    assert isinstance(said, str), said
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert visits_in(copy) == [6]
    assert isinstance(backup(embedded.where, copy), Unopened)
    assert isinstance(backup(str(tmp_path / "not there.db"), tmp_path / "x"), Unopened)
    assert not (tmp_path / "x").exists()


# ---------------------------------------------------------------------------------- PostgreSQL


def test_a_new_database_waits_for_migrate_and_two_at_once_do_no_harm(postgres: Server):
    with postgres.database(like="template0") as url:
        assert "hub-centre migrate" in refusal(url)
        with ThreadPoolExecutor(2) as two:
            said = list(two.map(migrate, [url, url]))
        assert all(isinstance(each, str) for each in said), said
        store = opened(url)
        assert store.is_ready() is None
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
        assert "newer version" in (store.is_ready() or "")
        store.close()
        assert "newer version" in refusal(url)
        again = migrate(url)
        assert isinstance(again, Unopened)


def test_a_postgresql_that_is_not_there_is_said_so(postgres: Server):
    assert "Can’t open" in refusal(postgres.url("nobody_made_this"))
    assert "Can’t open" in refusal("postgresql://centre@/x?host=/nowhere")


def test_lines_that_broke_are_made_anew(on_postgres: Store, postgres: Server):
    on_postgres.receive(batch_of(sealed([visits(6)])), heard_at=0)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [on_postgres.where.rpartition("/")[2].partition("?")[0]],
        )
    later = batch_of(sealed([visits(7, day="2026-11-14")], "2026-11-14"))
    assert on_postgres.receive(later, heard_at=0).reasons == ()
    with on_postgres.reading() as reading:
        assert sum(row.n for row in reading.sums(Choice())) == 13


def test_a_copy_of_postgresql_can_be_restored(
    on_postgres: Store, postgres_url: str, postgres: Server, tmp_path: Path
):
    on_postgres.receive(batch_of(sealed([visits(6)])), heard_at=0)
    copy = tmp_path / "centre.dump"
    said = backup(postgres_url, copy)
    assert isinstance(said, str), said
    with postgres.database(like="template0") as fresh:
        restored = ["pg_restore", "--no-owner", f"--dbname={fresh}", str(copy)]
        subprocess.run(restored, check=True, capture_output=True)
        assert visits_in(fresh) == [6]


def test_without_pg_dump_a_sentence_says_where_it_comes_from(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = backup(postgres_url, tmp_path / "centre.dump")
    assert isinstance(said, Unopened)
    assert "postgresql-client" in said.why
    assert list(tmp_path.iterdir()) == []
