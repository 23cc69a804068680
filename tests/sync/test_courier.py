"""The courier gets everything there once, however long the line is away, and says how it stands."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from sync.courier import (
    LONGEST_ASKED_SECONDS,
    LONGEST_PAUSE_SECONDS,
    PACE_SECONDS,
    TELL_SECONDS,
    CourierStatus,
    Reach,
    Terms,
)
from sync.endpoint import Receipt, Result
from sync.http import HttpEndpoint
from sync.outbox import Outbox, OutboxRefusal
from tests.sync.fake_line import (
    Answer,
    Line,
    a_line,
    always,
    count,
    count_and_hang_up,
    refuse,
    say,
)
from tests.sync.nights import BROKEN, BUSY, Night, courier_of, fill, run_until, to
from tests.sync.outboxes import a_day, opened, taken


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    outbox = opened()
    yield outbox
    outbox.close()


@pytest.fixture
def night() -> Night:
    return Night()


def all_gone(status: CourierStatus) -> bool:
    return status.waiting == 0


async def test_everything_gets_there_oldest_first(outbox: Outbox, night: Night):
    days = fill(outbox, 2, 0, 1)
    async with a_line() as line, to(line) as endpoint:
        status = await courier_of(outbox, endpoint, night).drain()
    assert line.periods() == sorted(days)
    assert status == CourierStatus(0, 0, settled_at_ms=1_000_000, reach=Reach.REACHED)
    assert night.slept == []
    assert outbox.totals().settled == 3


async def test_nothing_to_send_asks_nothing(outbox: Outbox, night: Night):
    async with a_line() as line, to(line) as endpoint:
        status = await courier_of(outbox, endpoint, night).drain()
    assert (line.offered, status) == ([], CourierStatus(0, 0))


async def test_once_through_stops_where_the_centre_is_away(outbox: Outbox, night: Night):
    days = fill(outbox, 0, 1, 2)
    async with a_line(count, BUSY) as line, to(line) as endpoint:
        status = await courier_of(outbox, endpoint, night).drain()
    assert line.periods() == days[:2]
    assert (status.waiting, status.reach) == (2, Reach.UNREACHABLE)


@pytest.mark.parametrize(
    "trouble",
    [
        [BROKEN] * 3,
        [BUSY] * 3,
        [None],
        [always(b"")] * 3,
        [count_and_hang_up] * 3,
        [always(say(200, b"<html>Log in"))] * 3,
        [count_and_hang_up, BROKEN, BUSY, count_and_hang_up, always(say(404))],
    ],
)
async def test_whatever_the_line_does_each_batch_is_counted_once(
    outbox: Outbox, night: Night, trouble: list[Answer | None]
):
    days = fill(outbox, 0, 1, 2)
    async with a_line(*trouble) as line:
        found = HttpEndpoint.at(line.address, 0.1 if None in trouble else 10.0)
        assert isinstance(found, HttpEndpoint)
        async with found as endpoint:
            await run_until(courier_of(outbox, endpoint, night), all_gone)
    assert sorted(batch.closed_period for batch in line.counted.values()) == days
    assert outbox.totals().settled == 3
    assert outbox.refused() == ()


async def test_after_a_lost_line_the_oldest_still_goes_first(outbox: Outbox, night: Night):
    days = fill(outbox, 0, 1, 2)
    async with a_line(BUSY, count_and_hang_up) as line, to(line) as endpoint:
        await run_until(courier_of(outbox, endpoint, night), all_gone)
    assert line.periods() == [days[0], days[0], *days]


async def test_a_batch_the_centre_stumbles_over_does_not_hold_up_the_rest(
    outbox: Outbox, night: Night
):
    days = fill(outbox, 0, 1, 2)

    def stumble(line: Line, body: bytes) -> bytes:
        line.script.append(stumble)
        is_first = days[0].encode() in body
        return say(500) if is_first and len(line.counted) < 2 else count(line, body)

    async with a_line(stumble) as line, to(line) as endpoint:
        await run_until(courier_of(outbox, endpoint, night), all_gone)
    assert line.periods() == [days[0], days[1], days[2], days[0]]


async def test_the_pause_doubles_with_full_jitter_up_to_five_minutes(outbox: Outbox, night: Night):
    fill(outbox, 0)
    night.most = 11
    async with a_line(*[BROKEN] * 13) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        running = asyncio.ensure_future(courier.run())
        await night.is_long.wait()
        running.cancel()
        assert night.slept[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 150]
        assert night.slept[9:] == [LONGEST_PAUSE_SECONDS / 2] * 3


@pytest.mark.parametrize(("asked", "seconds"), [("9", 9.0), ("999999", LONGEST_ASKED_SECONDS)])
async def test_a_centre_that_asks_for_time_gets_it(
    outbox: Outbox, night: Night, asked: str, seconds: float
):
    fill(outbox, 0)
    async with a_line(always(say(503, retry_after=asked))) as line, to(line) as endpoint:
        await run_until(courier_of(outbox, endpoint, night), all_gone)
    assert night.slept[:1] == [seconds + 1.0]


async def test_a_delivery_starts_the_pauses_afresh(outbox: Outbox, night: Night):
    fill(outbox, 0, 1)
    async with a_line(BROKEN, BUSY, BUSY, count, BROKEN) as line, to(line) as endpoint:
        await run_until(courier_of(outbox, endpoint, night), all_gone)
    assert night.slept[:5] == [1.0, 9 + 2.0, 9 + 4.0, PACE_SECONDS, 1.0]


async def test_a_refusal_without_an_id_is_about_what_was_sent(outbox: Outbox, night: Night):
    days = fill(outbox, 0)
    wire = {"batch_id": None, "result": "refused", "reasons": [{"why": "Not JSON."}]}
    async with a_line(always(say(400, wire))) as line, to(line) as endpoint:
        await courier_of(outbox, endpoint, night).drain()
    assert [(each.period, each.reasons[0].why) for each in outbox.refused()] == [
        (days[0], "Not JSON.")
    ]


async def test_after_a_silence_the_courier_does_not_rush(outbox: Outbox, night: Night):
    fill(outbox, 0, 1, 2)
    async with a_line(BUSY) as line, to(line) as endpoint:
        await run_until(courier_of(outbox, endpoint, night), all_gone)
    assert night.slept[:3] == [10.0, PACE_SECONDS, PACE_SECONDS]


async def test_a_refused_batch_is_not_offered_again(outbox: Outbox, night: Night):
    days = fill(outbox, 0, 1)
    async with a_line(always(say(422, b"No"))) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        await courier.drain()
        await courier.drain()
    assert line.periods() == days
    assert [each.period for each in outbox.refused()] == days[:1]


async def test_a_hub_the_centre_does_not_know_waits_for_a_person(outbox: Outbox, night: Night):
    days = fill(outbox, 0, 1)
    async with a_line(always(say(403))) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        await run_until(courier, lambda status: status.is_paused)
        assert courier.status.waiting == 2
        assert set(night.slept) <= {TELL_SECONDS}
        await run_until(courier, all_gone)
    assert line.periods() == [days[0], *days]
    assert courier.status.is_paused is False


async def test_a_nudge_ends_a_pause_at_once(outbox: Outbox, night: Night):
    fill(outbox, 0)
    night.most = 0  # the first sleep never ends
    async with a_line(BUSY) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        courier.listen(
            lambda status: courier.nudge() if status.reach is Reach.UNREACHABLE else None
        )
        await run_until(courier, all_gone)
    assert len(line.counted) == 1


async def test_what_is_filled_later_goes_after_a_nudge(outbox: Outbox, night: Night):
    done = asyncio.Event()
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        seen: list[CourierStatus] = []
        courier.listen(seen.append)
        courier.listen(lambda status: None if status.waiting else done.set())
        running = asyncio.ensure_future(courier.run())
        await asyncio.sleep(0)
        fill(outbox, 0)
        courier.nudge()
        await done.wait()
        running.cancel()
    assert [(each.waiting, each.reach) for each in seen] == [(1, Reach.NEVER), (0, Reach.REACHED)]


async def test_two_drains_never_run_side_by_side(outbox: Outbox, night: Night):
    fill(outbox, 0, 1, 2)
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        await asyncio.gather(courier.drain(), courier.drain(), courier.drain())
    assert (len(line.offered), line.most_at_once) == (3, 1)


async def test_a_listener_hears_each_change_once_until_it_ends(outbox: Outbox, night: Night):
    fill(outbox, 0, 1)
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        seen: list[int] = []
        end = courier.listen(lambda status: seen.append(status.waiting))
        await courier.drain()
        await asyncio.sleep(0)
        end()
        fill(outbox, 2)
        await courier.drain()
        await asyncio.sleep(0)
    assert seen == [1, 0]


async def test_a_disk_that_fills_up_loses_no_receipt(outbox: Outbox, night: Night):
    """What could not be written down is offered again, and the centre counts it once."""
    fill(outbox, 0)
    outbox._conn.execute("PRAGMA query_only = on")
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night)
        status = await courier.drain()
        assert (status.waiting, status.outbox_refusal) == (1, OutboxRefusal.CANNOT_OPEN)
        outbox._conn.execute("PRAGMA query_only = off")
        status = await courier.drain()
    assert (status.waiting, status.outbox_refusal) == (0, None)
    assert (len(line.offered), len(line.counted)) == (2, 1)


async def test_stopping_in_the_middle_of_a_request_loses_nothing(outbox: Outbox, night: Night):
    fill(outbox, 0)
    async with a_line(None) as line, to(line) as endpoint:
        running = asyncio.ensure_future(courier_of(outbox, endpoint, night).run())
        await line.is_offered.wait()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await courier_of(outbox, endpoint, night).drain()
    assert (len(line.counted), outbox.totals().waiting) == (1, 0)


# ------------------------------------------------------------------------- what the hub lays down


async def test_each_receipt_is_told_of_once_it_is_written_down(outbox: Outbox, night: Night):
    one, other = taken(outbox, a_day(0), a_day(1))
    heard: list[tuple[str | None, Result, int]] = []

    def hear(receipt: Receipt) -> None:
        heard.append((receipt.batch_id, receipt.result, len(outbox.arrived())))

    async with a_line(count, refuse(202, "quarantined")) as line, to(line) as endpoint:
        status = await courier_of(outbox, endpoint, night, Terms(heard=hear)).drain()
    assert heard == [
        (one.batch_id, Result.COUNTED, 1),
        (other.batch_id, Result.QUARANTINED, 2),
    ]
    assert (status.waiting, status.refused, status.quarantined) == (0, 0, 1)


async def test_a_batch_that_another_tablet_is_to_send_is_left_to_it(outbox: Outbox, night: Night):
    one, other = taken(outbox, a_day(0), a_day(1))
    terms = Terms(may_send=lambda batch_id: batch_id == other.batch_id)
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, terms)
        running = asyncio.ensure_future(courier.run())
        await night.is_long.wait()
        running.cancel()
    assert line.periods() == [other.period]
    assert night.slept == [TELL_SECONDS]
    assert [each.batch_id for each in outbox.waiting()] == [one.batch_id]
