"""The centre’s file survives what happens to files, and says plainly what it can’t."""

import sqlite3
from pathlib import Path

import pytest

from sync.centre.counts import Choice
from sync.centre.ledger import Ledger, Unopened, open_ledger
from sync.record import Row
from tests.centre.builders import JSON, batch_of, closing, line_to, need, opened, sealed, visits

LARGE = [
    Row("priority_need", (("month", "2026-11"), ("group", group), ("need", code)), 5)
    for group in ("lone", "minority", "disab", "under25", "baby", "three")
    for code in ("money", "debt", "food", "energy", "housing", "work", "childcare", "school")
]


def refusal(path: Path) -> str:
    seen = open_ledger(path)
    assert isinstance(seen, Unopened)
    return seen.why


def full_ledger(path: Path) -> None:
    ledger = opened(path)
    ledger.receive(batch_of(sealed([visits(6)], closed=closing())), heard_at=0)
    ledger.receive(batch_of(sealed(LARGE, "2026-11")), heard_at=0)
    ledger.close()


def test_what_was_counted_is_there_when_the_file_is_opened_again(tmp_path: Path):
    full_ledger(tmp_path / "centre.db")
    again = opened(tmp_path / "centre.db")
    with again.reading() as reading:
        assert len(reading.counted(Choice())) == 1 + len(LARGE)
    again.close()


def test_a_file_in_a_folder_not_yet_made_gets_its_folder(tmp_path: Path):
    opened(tmp_path / "a new" / "folder #1?" / "centre.db").close()
    assert (tmp_path / "a new" / "folder #1?" / "centre.db").is_file()


def test_a_newer_file_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "centre.db"
    full_ledger(path)
    with sqlite3.connect(path) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('centre', '9999_later', '')"
        )
    newer.close()
    before = path.read_bytes()
    assert "newer version" in refusal(path)
    assert path.read_bytes() == before


def test_a_file_of_somebody_elses_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "hub.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE log (n INTEGER)")
    other.close()
    before = path.read_bytes()
    assert "belongs to something else" in refusal(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["text", "cut", "holes"])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, damage: str):
    path = tmp_path / "centre.db"
    full_ledger(path)
    whole = path.read_bytes()
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


def allow_no_more_pages(ledger: Ledger) -> None:
    (pages,) = ledger._writing.execute("PRAGMA page_count").fetchone()
    ledger._writing.execute(f"PRAGMA max_page_count = {pages}")


async def test_a_full_disk_writes_nothing_and_the_batch_can_come_again(ledger: Ledger):
    made = sealed(LARGE, "2026-11")
    async with line_to(ledger) as centre:
        await centre.send(sealed([visits(6)]))
        allow_no_more_pages(ledger)
        answer = await centre.send(made)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "Nothing was changed" in answer.json()["why"]
        assert [row["n"] for row in await centre.rows()] == [6]
        ledger._writing.execute("PRAGMA max_page_count = 100000")
        assert (await centre.send(made)).status_code == 201


async def test_a_file_held_by_another_is_busy_and_nothing_is_lost(ledger: Ledger):
    ledger._writing.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with line_to(ledger) as centre:
        answer = await centre.send(sealed([need(6, "food")], "2026-11"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert (
            await centre.client.post("/v1/batches", content=b"{", headers=JSON)
        ).status_code == 400
        other.rollback()
        assert (await centre.send(sealed([need(6, "food")], "2026-11"))).status_code == 201
    other.close()


async def test_a_file_damaged_while_in_use_asks_hubs_to_keep_what_they_have(ledger: Ledger):
    async with line_to(ledger) as centre:
        ledger.close()
        ledger.path.write_bytes(b"\x00not a database\x00" * 500)
        for path in ("/", "/v1/counts", "/v1/health"):
            answer = await centre.client.get(path)
            assert answer.status_code == 503
            assert "retry-after" in answer.headers
            assert "somebody there must look" in answer.text
