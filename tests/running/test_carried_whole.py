"""On foot goes also what the hub says it has, so that the centre has nothing to ask about it."""

import asyncio
from pathlib import Path

import pytest

from hub_app.__main__ import main
from hub_app.carrying import Carrying
from hub_app.departing import depart
from hub_app.main import Tablet
from hub_app.telling import letter, manifest_of
from sync.carry import Parcel, batch_pieces, read_parcel
from sync.centre.reconcile import HubReconciled, reconciled
from sync.centre.seen import hub_seen
from sync.centre.store import Store
from sync.envelope import Signed, unpack
from sync.manifest import Manifest, read_manifest
from tests.centre.builders import opened
from tests.centre.lines import line_to
from tests.running.test_leaving import PLACE, a_session, tablet
from tests.running.test_telling import a_day
from tests.support.hall import done
from tests.sync.fake_line import a_line, always, count, say

Said = pytest.CaptureFixture[str]


def parcel_in(path: Path) -> Parcel:
    found = read_parcel(path.read_text("utf-8"))
    assert isinstance(found, Parcel)
    return found


def told_in(signed: Signed | None) -> Manifest:
    assert signed is not None
    body = unpack(signed.wire)
    assert isinstance(body, bytes)
    told = read_manifest(body)
    assert isinstance(told, Manifest)
    return told


def standing(store: Store) -> HubReconciled:
    with store.reading() as reading:
        return reconciled(hub_seen(reading, PLACE))


def test_the_screen_gives_it_with_the_batches_in_a_file_and_as_pieces(tmp_path: Path):
    room, _ = tablet(tmp_path)
    a_day(room)
    carrying = Carrying(room.outbox, print, lambda: letter(room))
    for text in (carrying.file().decode(), "\n".join(carrying.pieces())):
        parcel = read_parcel(text)
        assert isinstance(parcel, Parcel)
        assert parcel.batches == room.outbox.waiting()
        assert told_in(parcel.manifest).sessions == manifest_of(room).sessions
    assert carrying.pieces() is carrying.pieces()
    assert told_in(letter(room)).n == 3  # each was told under a number of its own
    room.close()


def test_the_command_gives_it_while_the_hub_does_not_run(tmp_path: Path, capsys: Said):
    room, _ = tablet(tmp_path)
    a_day(room)
    waits, known = room.outbox.waiting(), manifest_of(room)
    out = tmp_path / "carried.json"
    carry = ["carry", "--data", str(tmp_path), "--out", str(out)]
    assert main(carry) == 0
    assert parcel_in(out) == Parcel(waits)
    assert "a file made on its own screen" in capsys.readouterr().out
    room.close()
    assert main(carry) == 0
    assert parcel_in(out).batches == waits
    assert told_in(parcel_in(out).manifest).sessions == known.sessions
    assert "screen" not in capsys.readouterr().out


async def test_what_a_carried_hub_has_not_sent_is_explained_at_the_centre(tmp_path: Path):
    room, _ = tablet(tmp_path / "hub")
    a_session(room, 3)  # too few to tell anything of but that they came
    done(room.hub.sign_off())
    depart(room)
    whole = Carrying(room.outbox, print, lambda: letter(room)).file().decode()
    store = opened(tmp_path / "centre.db")
    store.enrol(PLACE, "Linlathen", room.signer.public)
    async with line_to(store) as line:
        headers = {"sec-fetch-site": "same-origin", "content-type": "text/plain"}
        for text, is_explained in (
            ("\n".join(batch_pieces(room.outbox.waiting())), False),
            (whole, True),
            (whole, True),
        ):
            answer = await line.client.post("/carry", content=text, headers=headers)
            assert answer.status_code == 200
            assert standing(store).is_explained == is_explained
    store.close()
    room.close()


def carried(room: Tablet, path: Path) -> Manifest:
    path.write_bytes(Carrying(room.outbox, print, lambda: letter(room)).file())
    return told_in(parcel_in(path).manifest)


async def test_whoever_delivers_it_passes_it_on(tmp_path: Path, capsys: Said):
    room, _ = tablet(tmp_path)
    a_day(room)
    told = carried(room, tmp_path / "carried.json")
    async with a_line() as line:
        deliver = ["deliver", str(tmp_path / "carried.json"), "--centre", line.address]
        assert await asyncio.to_thread(main, deliver) == 0
        assert line.told == [told]
    async with a_line(count, always(say(401))) as line:
        deliver[-1] = line.address
        assert await asyncio.to_thread(main, deliver) == 1
        assert "does not know the key" in capsys.readouterr().err
    async with a_line(count, always(b"")) as line:
        deliver[-1] = line.address
        assert await asyncio.to_thread(main, deliver) == 1
        assert "Deliver the same file again" in capsys.readouterr().err
    room.close()
