"""What the centre is told bears a number, and says how much stands behind it; of visits nothing."""

import shutil
from pathlib import Path

from hub_app.departing import depart, note_arrival
from hub_app.main import Tablet
from hub_app.telling import manifest_of, next_manifest
from sync.endpoint import Receipt, Result
from tests.running.test_leaving import a_session, tablet
from tests.running.test_one_sender import hear, joined
from tests.support.hall import done


def a_day(room: Tablet) -> None:
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)


def test_each_manifest_has_the_next_number_after_a_restart_too(tmp_path: Path):
    room, _ = tablet(tmp_path)
    assert [next_manifest(room).n for _ in range(2)] == [1, 2]
    room.close()
    room, _ = tablet(tmp_path)
    assert next_manifest(room).n == 3
    room.close()


async def test_a_tablet_that_lags_knows_less_until_it_has_caught_up(tmp_path: Path):
    room, _ = tablet(tmp_path / "a")
    a_day(room)
    other, _work = joined(tmp_path / "b", room)
    hear(other, room)
    hear(room, other)
    known = manifest_of(room)
    assert manifest_of(other).knows == known.knows
    assert not known.knows_less(known.knows)
    (batch,) = room.outbox.waiting_ids()
    note_arrival(room, Receipt(batch, Result.COUNTED))
    assert manifest_of(other).knows_less(manifest_of(room).knows)
    assert not manifest_of(room).knows_less(manifest_of(other).knows)
    hear(other, room)
    assert not manifest_of(other).knows_less(manifest_of(room).knows)
    for each in (room, other):
        each.close()


def test_a_hub_that_was_put_back_knows_less_and_something_of_its_own(tmp_path: Path):
    room, _ = tablet(tmp_path / "a")
    a_day(room)
    room.close()
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    room, _ = tablet(tmp_path / "a")
    a_day(room)
    back, _ = tablet(tmp_path / "copy")
    known, knows = manifest_of(room).knows, manifest_of(back).knows
    assert sum(knows.values()) < sum(known.values())
    assert not manifest_of(back).knows_less(known)
    for each in (room, back):
        each.close()


def test_nobody_sees_by_what_it_knows_whether_anybody_came(tmp_path: Path):
    room, _ = tablet(tmp_path)
    before = manifest_of(room).knows
    a_session(room, 6)
    assert manifest_of(room).knows == before
    room.close()
