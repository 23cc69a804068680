"""Who decides seals for all, and sends at once; the others know what has gone, and wait."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from hub_app import departing
from hub_app.core.roster_events import DevicePaired
from hub_app.departing import depart
from hub_app.main import Tablet, open_tablet
from hub_app.sending import PATIENCE_SECONDS, Sending
from hub_app.serving import Others, Work
from hub_app.telling import where_everything_is
from sync.endpoint import Receipt, Result
from sync.record import is_over
from tests.running.test_leaving import PLACE, a_session, tablet
from tests.support.hall import YEAR, done, scotland
from tests.sync.fake_line import a_line, always, say
from tests.sync.nights import Night, courier_of, to

FOUNDER = "f" * 64
_ALL = 10_000


def joined(folder: Path, room: Tablet) -> tuple[Tablet, Work]:
    """Another tablet of the same hub, and what it does beside its screens."""
    opened = open_tablet(folder, scotland(), room.clock, PLACE)
    assert isinstance(opened, Tablet)
    work = Work(opened, Others("127.0.0.1", 0))
    device = work.tablets.node.me
    wanted = DevicePaired(device, "Office", "coordinator", 0)
    opened.hub.join_as(device)
    done(room.hub.pair_device(FOUNDER, "Door", ((), 0), wanted))
    return opened, work


def hear(other: Tablet, room: Tablet) -> None:
    other.hub.take_in(room.hub.shared.after(other.hub.shared.vector, _ALL))


async def test_a_tablet_that_joins_seals_nothing_of_what_has_gone_long_ago(tmp_path: Path):
    room, _ = tablet(tmp_path / "a")
    for _ in range(3):
        a_session(room, 6)
        done(room.hub.sign_off())
        depart(room)
    other, work = joined(tmp_path / "b", room)
    while rows := room.hub.shared.after(other.hub.shared.vector, 20):
        other.hub.take_in(rows)
        work.look_round()
    assert not other.hub.is_joining
    assert other.hub.sealed_here == 0
    assert other.outbox.batches() == room.outbox.batches() != ()
    for each in (room, other):
        each.close()


async def test_every_tablet_says_the_same_of_what_has_gone(tmp_path: Path):
    room, _ = tablet(tmp_path / "a")
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    other, work = joined(tmp_path / "b", room)
    hear(other, room)
    work.send_now()
    left = where_everything_is(room)
    assert work.status().lines == left.lines
    assert work.status().held == left.waiting_visits > 0
    assert work.status().waiting == 1
    again = Work(other, Others("127.0.0.1", 0))
    assert replace(again.status(), waiting=1) == work.status()
    for each in (room, other):
        each.close()


async def test_a_batch_that_nobody_has_sent_for_two_minutes_is_sent_by_the_others_too(
    tmp_path: Path,
):
    room, _ = tablet(tmp_path / "a")
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    other, work = joined(tmp_path / "b", room)
    hear(other, room)
    seconds = 1000.0
    patient = Sending(other, lambda: work.tablets.node, lambda: seconds, lambda: None)
    patient.look()
    (batch,) = other.outbox.waiting_ids()
    assert not patient.may_send(batch)
    seconds += PATIENCE_SECONDS
    assert patient.may_send(batch)
    departing.note_arrival(room, Receipt(batch, Result.COUNTED))
    hear(other, room)
    assert other.outbox.waiting_ids() == ()
    assert other.outbox.totals().settled == 1
    for each in (room, other):
        each.close()


async def test_a_tablet_alone_sends_at_once_and_the_log_knows_the_answer(tmp_path: Path):
    room, _ = tablet(tmp_path)
    work = Work(room, Others("127.0.0.1", 0))
    a_session(room, 6)
    done(room.hub.sign_off())
    (batch,) = room.outbox.waiting_ids()
    assert work.sending.may_send(batch)
    work.sending.terms.heard(Receipt(batch, Result.COUNTED))
    assert room.hub.leaving.has(batch)
    assert room.outbox.waiting_ids() == ()
    room.close()


async def test_what_was_refused_waits_again_when_a_person_asks(tmp_path: Path):
    room, _ = tablet(tmp_path)
    work = Work(room, Others("127.0.0.1", 0))
    a_session(room, 6)
    done(room.hub.sign_off())
    (batch,) = room.outbox.waiting_ids()
    refused = Receipt(batch, Result.REFUSED)
    room.outbox.settle(refused)
    work.sending.terms.heard(refused)
    work.look_round()
    assert (room.outbox.waiting_ids(), work.status().refused) == ((), 1)
    work.send_now()
    work.look_round()
    assert (room.outbox.waiting_ids(), work.status().refused) == ((batch,), 0)
    await work.tablets.close()
    room.close()


async def test_a_tablet_the_centre_does_not_know_says_so_until_it_does(tmp_path: Path):
    room, night = tablet(tmp_path)[0], Night()
    work = Work(room, Others("127.0.0.1", 0))
    async with a_line(always(say(401))) as line, to(line) as endpoint:
        courier = courier_of(room.outbox, endpoint, night, work.sending.terms)
        work.sending.employ(courier)
        assert work.status().unknown_key == ""
        await courier.round()
        await asyncio.sleep(0)
        assert work.status().unknown_key == room.signer.public
        courier.opened()
        await courier.round()
        await asyncio.sleep(0)
        assert work.status().unknown_key == ""
    await work.tablets.close()
    room.close()


async def test_what_a_wiped_tablet_knew_of_its_sessions_is_gone_from_its_memory_too(
    tmp_path: Path,
):
    room, _ = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    work = Work(room, Others("127.0.0.1", 0))
    assert any(line.visits for line in work.status().lines)
    work.tablets.wipe()
    assert not departing.signed_off(room)
    assert not any(line.visits for line in where_everything_is(room).lines)
    assert not any(line.visits for line in work.status().lines)
    assert not room.hub.leaving.confirmed
    await work.tablets.close()
    room.close()


def test_a_period_is_over_by_the_halls_clock_and_not_by_a_tablets_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    room, clock = tablet(tmp_path)
    clock.set(clock.millis() + YEAR)
    room.hub.correct_clock(-YEAR)
    asked = list[object]()

    def over(period: str, today: object) -> bool:
        asked.append(today)
        return is_over(period, today)  # type: ignore[arg-type]

    monkeypatch.setattr(departing, "is_over", over)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    assert set(asked) == {room.hub.today()}
    assert room.hub.today().year == 2026
    room.close()
