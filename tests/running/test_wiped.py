"""A tablet that was wiped, and a copied folder, sign in nobody's name but their own."""

import shutil
from pathlib import Path

import pytest

from hub_app.__main__ import main
from hub_app.config import Files
from hub_app.departing import depart, note_arrival
from hub_app.main import Tablet
from hub_app.serving import Others, Work
from sync.endpoint import Receipt, Result
from sync.signing import BATCH, is_signed
from tests.running.test_leaving import a_session, tablet
from tests.running.test_one_sender import hear, joined
from tests.support.hall import done


def sealed(folder: Path) -> Tablet:
    """A tablet with a session that waits to go."""
    room, _ = tablet(folder)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    assert room.outbox.waiting_ids()
    return room


def at_work(room: Tablet) -> Work:
    return Work(room, Others("127.0.0.1", 0))


def signs_for(room: Tablet) -> set[str]:
    """The public keys with which what waits could be signed."""
    keys = {room.signer.public}
    for each in room.outbox.waiting():
        keys = {k for k in keys if is_signed(k, BATCH, each.place, each.wire, each.signature)}
    return keys


async def test_a_wiped_tablet_signs_with_another_key_at_once_and_from_then_on(tmp_path: Path):
    room = sealed(tmp_path)
    was, file = room.signer, room.files.signing
    held = file.read_bytes()
    work = at_work(room)
    work.tablets.wipe()
    now = room.signer
    assert now.key_id != was.key_id
    assert held not in {each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    assert room.outbox.waiting_ids() == ()  # the others of its hub hold it and send it
    await work.tablets.close()
    room.close()
    again, _ = tablet(tmp_path)
    assert again.signer == now
    again.close()


async def test_a_wiped_tablet_that_joins_again_takes_up_what_waits_under_its_new_key(
    tmp_path: Path,
):
    room = sealed(tmp_path / "a")
    other, work = joined(tmp_path / "b", room)
    hear(other, room)
    work.look_round()
    waiting, was = other.outbox.waiting_ids(), other.signer
    assert waiting
    work.tablets.wipe()
    assert other.outbox.waiting_ids() == ()
    other.hub.take_in(room.hub.shared.after(other.hub.shared.vector, 10_000))
    depart(other)
    assert other.outbox.waiting_ids() == waiting
    assert signs_for(other) == {other.signer.public} != {was.public}
    await work.tablets.close()
    for each in (room, other):
        each.close()


@pytest.mark.parametrize("is_known_refused", [False, True])
async def test_a_wipe_that_was_cut_off_takes_the_key_along_at_the_next_start(
    tmp_path: Path, is_known_refused: bool
):
    room = sealed(tmp_path)
    was = room.signer
    if is_known_refused:
        (batch,) = room.outbox.waiting_ids()
        room.outbox.settle(Receipt(batch, Result.REFUSED))
    device = at_work(room).tablets.node.me
    room.hub.begin_wipe()
    room.close()
    again, _ = tablet(tmp_path)
    assert again.signer.key_id != was.key_id
    work = at_work(again)
    assert again.hub.is_blank
    assert work.tablets.node.me != device
    assert (again.outbox.totals().waiting, again.outbox.totals().refused) == (0, 0)
    again.close()


async def test_an_answer_that_comes_after_the_wipe_leaves_the_tablet_blank(tmp_path: Path):
    room = sealed(tmp_path)
    (batch,) = room.outbox.waiting_ids()
    work = at_work(room)
    work.tablets.wipe()
    note_arrival(room, Receipt(batch, Result.COUNTED))
    assert room.hub.is_blank
    await work.tablets.close()
    room.close()


def test_a_copied_folder_has_a_key_of_its_own_and_sends_the_very_same_batches(tmp_path: Path):
    room = sealed(tmp_path / "a")
    was, waiting = room.signer, room.outbox.waiting()
    room.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    copy, _ = tablet(tmp_path / "b")
    assert copy.signer.key_id != was.key_id
    depart(copy)
    assert [each.wire for each in copy.outbox.waiting()] == [each.wire for each in waiting]
    assert signs_for(copy) == {copy.signer.public}
    now = copy.signer
    copy.close()
    for folder, signer in (("a", was), ("b", now)):
        again, _ = tablet(tmp_path / folder)
        assert again.signer == signer
        again.close()


def test_a_copied_folder_shows_no_key_and_hands_nothing_over_before_it_was_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    sealed(tmp_path / "a").close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    held = Files(tmp_path / "b").signing.read_bytes()
    out = tmp_path / "carried"
    for command in (["key"], ["carry", "--out", str(out)]):
        assert main([command[0], "--data", str(tmp_path / "b"), *command[1:]]) == 1
        assert "copy" in capsys.readouterr().err
        assert main([command[0], "--data", str(tmp_path / "a"), *command[1:]]) == 0
    assert Files(tmp_path / "b").signing.read_bytes() == held
    started, _ = tablet(tmp_path / "b")
    started.close()
    capsys.readouterr()
    assert main(["key", "--data", str(tmp_path / "b")]) == 0
    assert started.signer.public in capsys.readouterr().out
