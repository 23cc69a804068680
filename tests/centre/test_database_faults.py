"""When the database is full, held or damaged, hubs hear when to come again, and lose nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product

import pytest

from sync.centre.store import Store
from sync.record import LADDER, VOCABULARY, Row
from tests.centre.builders import H2, sealed, visits
from tests.centre.lines import Line, envelope

FULL_MONTH = [
    Row(kind, (("month", "2026-10"), *zip(step[1:], codes, strict=True)), 5)
    for kind, (step, *_) in LADDER.items()
    if step[0] == "month"
    for codes in product(*(VOCABULARY[name] for name in step[1:]))
]


def pragma(store: Store, text: str) -> int:
    with store.writing() as connection:
        return connection.exec_driver_sql(f"PRAGMA {text}").scalar_one_or_none() or 0


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """No page more, as on a disk without room."""
    most = pragma(store, "max_page_count")
    pragma(store, f"max_page_count = {pragma(store, 'page_count')}")
    yield
    pragma(store, f"max_page_count = {most}")


async def test_a_full_disk_writes_nothing_and_the_batch_can_come_again(centre: Line):
    made = sealed(FULL_MONTH, "2026-10")
    await centre.send(sealed([visits(6)]))
    with full_disk(centre.store):
        answer = await centre.post(envelope(made))
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "Nothing was changed" in answer.json()["why"]
        assert [row["n"] for row in await centre.rows()] == [6]
    assert (await centre.post(envelope(made))).status_code == 201


async def test_a_file_held_by_another_is_busy_and_nothing_is_lost(centre: Line):
    made = sealed([visits(6)])
    centre.know(H2)
    pragma(centre.store, "busy_timeout = 1")
    assert centre.store.path is not None
    with closing(sqlite3.connect(centre.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await centre.post(envelope(made))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert await centre.rows() == []
        other.rollback()
    assert (await centre.post(envelope(made))).status_code == 201


async def test_a_file_damaged_while_in_use_asks_hubs_to_keep_what_they_have(
    centre: Line, caplog: pytest.LogCaptureFixture
):
    centre.know(H2)
    centre.store.close()
    assert centre.store.path is not None
    centre.store.path.write_bytes(b"\x00not a database\x00" * 500)
    answers = [
        await centre.post(envelope(sealed([visits(6)]))),
        await centre.client.get("/"),
        await centre.client.get("/v1/counts"),
    ]
    for answer in answers:
        assert answer.status_code == 503
        assert "retry-after" in answer.headers
        assert "somebody there must look" in answer.text
    assert "not a database" not in caplog.text
