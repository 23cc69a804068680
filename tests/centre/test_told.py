"""What a hub tells takes the place of what it told before; what knows less, or is old, does not."""

import json
import shutil
import sqlite3
from datetime import date
from pathlib import Path

from sync.centre import told
from sync.centre.store import Store
from sync.manifest import Manifest, SessionTold
from sync.periods import period_of
from sync.record import QUARTER
from tests.centre.builders import H2, H3, opened
from tests.centre.lines import Line, line_to

SATURDAY, SUNDAY = date(2026, 11, 14), date(2026, 11, 15)
Q4 = period_of(QUARTER, SATURDAY)
ONE, OTHER, NEW = 11, 22, 33  # databases that write of this hub


def says(
    n: int, epoch: int = ONE, waiting: int = 0, knows: dict[int, int] | None = None, late: int = 0
) -> Manifest:
    """A manifest by how many visits wait and came late; `knows`: facts by database."""
    session = SessionTold(SATURDAY, 1, 30, late)
    counts = {ONE: 5, OTHER: 2} if knows is None else knows
    return Manifest(H2, epoch, (session,), (), {Q4: waiting}, {}, n, counts)


def stands(line: Line) -> tuple[int, int]:
    """How many visits wait, and came late, by what the centre keeps."""
    with line.store.reading() as reading:
        kept = told.of(reading.connection, H2)
    assert kept is not None
    return kept.waiting.get(Q4, 0), sum(each.late for each in kept.sessions)


async def test_an_old_manifest_sent_again_changes_nothing(store: Store):
    old, new = says(1, waiting=9), says(2, waiting=4, late=1)
    async with line_to(store) as centre:
        for each in (old, new, old, new, says(1, waiting=7)):
            assert (await centre.tell(each)).status_code == 200
        assert stands(centre) == (4, 1)
        await centre.tell(says(1, OTHER, waiting=8, knows={OTHER: 2}))  # it lags, and not again
        await centre.tell(says(1, OTHER, waiting=7))
        assert stands(centre) == (4, 1)
        await centre.tell(says(3, waiting=3, late=1))
        assert stands(centre) == (3, 1)


async def test_a_tablet_that_lags_behind_puts_nothing_back(centre: Line):
    await centre.tell(says(1, waiting=4, late=1))
    await centre.tell(says(1, OTHER, waiting=9, knows={ONE: 4, OTHER: 2}))
    assert stands(centre) == (4, 1)
    await centre.tell(says(2, OTHER, waiting=8, knows={ONE: 4}))
    assert stands(centre) == (4, 1)
    await centre.tell(says(3, OTHER, waiting=3, late=1))  # it has caught up
    assert stands(centre) == (3, 1)


async def test_what_a_tablet_that_lags_saw_alone_is_known_all_the_same(centre: Line):
    await centre.tell(says(1, waiting=4, late=1))
    alone = SessionTold(SUNDAY, 1, None)
    behind = Manifest(H2, OTHER, (SessionTold(SATURDAY, 1, 12), alone), (), {}, {}, 1, {ONE: 1})
    await centre.tell(behind)
    with centre.store.reading() as reading:
        kept = told.of(reading.connection, H2)
    assert kept is not None
    assert kept.sessions == (SessionTold(SATURDAY, 1, 30, 1), alone)


async def test_two_tablets_that_each_know_something_are_both_heard(centre: Line):
    await centre.tell(says(1, waiting=4))
    await centre.tell(says(1, OTHER, waiting=6, knows={ONE: 3, OTHER: 7}))
    assert stands(centre) == (6, 0)
    await centre.tell(says(2, waiting=5, knows={ONE: 6, OTHER: 7}))
    assert stands(centre) == (5, 0)


async def test_a_hub_put_back_from_an_old_copy_is_heard_and_goes_on_being_heard(centre: Line):
    before = says(7, waiting=4)
    await centre.tell(before)
    await centre.tell(says(8, NEW, waiting=2, knows={ONE: 1, NEW: 0}))
    assert stands(centre) == (2, 0)
    await centre.tell(says(9, NEW, waiting=1, knows={ONE: 1, NEW: 0}))
    assert stands(centre) == (1, 0)
    await centre.tell(before)
    assert stands(centre) == (1, 0)


async def test_a_new_tablet_that_has_not_joined_yet_puts_nothing_back(centre: Line):
    await centre.tell(Manifest(H2, NEW, (), (), {}, {}, 1, {NEW: 0}))  # nobody told anything yet
    await centre.tell(says(1, waiting=4))
    await centre.tell(Manifest(H2, NEW, (), (), {}, {}, 2, {NEW: 0}))
    assert stands(centre) == (4, 0)
    await centre.tell(says(3, NEW, waiting=3, knows={ONE: 5, OTHER: 2, NEW: 1}))
    assert stands(centre) == (3, 0)


async def test_a_hub_of_an_older_version_is_heard_as_before(centre: Line):
    for waiting in (5, 4):
        await centre.tell(says(0, waiting=waiting, knows={}))
        assert stands(centre) == (waiting, 0)
    await centre.tell(says(1, waiting=3))
    await centre.tell(says(0, waiting=5, knows={}))  # of before the update
    assert stands(centre) == (3, 0)


async def test_what_a_hub_told_before_the_update_stands_until_it_tells_more(
    tmp_path: Path, empty_file: Path
):
    path = tmp_path / "centre.db"
    shutil.copy(empty_file, path)
    with sqlite3.connect(path) as db:
        for column in ("knows", "numbers"):
            db.execute(f"ALTER TABLE told DROP COLUMN {column}")
        db.execute("UPDATE alembic_version SET version_num = '0003_releases'")
        row = (H2.council, H2.hub, ONE, 5, "[]", json.dumps({Q4: 9}), "{}")
        db.execute("INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    db.close()
    store = opened(path)
    async with line_to(store) as line:
        assert stands(line) == (9, 0)
        await line.tell(says(1, waiting=4))
        assert stands(line) == (4, 0)
    store.close()


async def test_another_hub_is_another_matter(centre: Line):
    await centre.tell(says(2, waiting=4))
    theirs = Manifest(H3, ONE, (), (), {Q4: 6}, {}, 1, {ONE: 1})
    assert (await centre.tell(theirs)).status_code == 200
    assert stands(centre) == (4, 0)
