"""The centre is told what the hub has, and what it turns out to lack goes again, within bounds."""

from collections.abc import Iterator

import pytest

from sync.courier import AGAIN_HOURS, TELL_SECONDS, Reach, Terms
from sync.endpoint import Result
from sync.manifest import Manifest
from sync.outbox import Outbox, OutboxRefusal
from tests.sync.fake_line import Line, a_line, always, count, refuse, say
from tests.sync.nights import BUSY, Night, courier_of, fill, telling, through_the_night, to
from tests.sync.outboxes import HUB, a_batch, a_day, opened, said, taken


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    outbox = opened()
    yield outbox
    outbox.close()


@pytest.fixture
def night() -> Night:
    return Night()


async def test_the_centre_is_told_at_the_start_after_a_delivery_when_one_opens_and_each_hour(
    outbox: Outbox, night: Night
):
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night)
        assert len(line.told) == 1
        fill(outbox, 0, 1)
        await through_the_night(courier, night)
        assert (len(line.offered), len(line.told)) == (2, 2)
        courier.nudge()
        await through_the_night(courier, night)
        assert len(line.told) == 2
        courier.opened()
        await through_the_night(courier, night, hours=3)
        assert len(line.told) == 6
    assert [len(told.periods) for told in line.told] == [0, 2, 2, 2, 2, 2]


async def test_what_a_restored_centre_lacks_goes_again_and_nothing_else(
    outbox: Outbox, night: Night
):
    days = fill(outbox, 0, 1, 2)
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night)
        before = dict(line.held)
        line.restored(*days[1:])
        await through_the_night(courier, night, hours=1)
        assert line.held == before
        assert line.periods() == [*days, *days[1:]]
        assert line.wires[1] == line.wires[5]  # the very same bytes; a manifest went between
        line.restored(days[2])
        await through_the_night(courier, night, hours=1)
        assert line.held == before
    assert courier.status.waiting == 0


async def test_a_centre_that_has_what_it_says_it_lacks_gets_it_once_a_day(
    outbox: Outbox, night: Night
):
    days = fill(outbox, 0, 1)

    def lacking(line: Line, body: bytes) -> bytes:
        line.script.append(lacking)
        answer = count(line, body)
        return say(200, {"again": days}) if line.periods()[-1:] and b"manifest" in body else answer

    async with a_line(lacking) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night, hours=AGAIN_HOURS - 1)
        assert line.periods() == [*days, *days]
        await through_the_night(courier, night, hours=1)
        assert line.periods() == [*days, *days, *days]


async def test_what_the_centre_keeps_unread_is_not_sent_again_and_settles_when_it_has_it(
    outbox: Outbox, night: Night
):
    (sealed,) = taken(outbox, a_day(0))
    async with a_line(refuse(202, "quarantined")) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night, hours=2)
        assert (courier.status.quarantined, len(line.offered)) == (1, 1)
        count(line, sealed.body)  # a person looked, and let it in
        await through_the_night(courier, night, hours=1)
        assert (courier.status.quarantined, outbox.totals().settled) == (0, 1)


async def test_what_the_centre_had_and_now_refuses_stays_refused_and_is_not_sent_each_day(
    outbox: Outbox, night: Night
):
    """The log of the hub says that it was counted once: so it was, before either was put back."""
    (sealed,) = taken(outbox, a_day(0))
    outbox.settle(said(sealed))

    def told() -> Manifest:
        outbox.hear([said(sealed)])
        return Manifest(HUB, 1, periods=outbox.sums(HUB))

    async with a_line(count, refuse()) as line, to(line) as endpoint:
        terms = Terms(manifest=told, heard=lambda _: outbox.hear([said(sealed)]))
        for _ in range(2):  # the second time after a restart
            courier = courier_of(outbox, endpoint, night, terms)
            await through_the_night(courier, night, hours=AGAIN_HOURS + 1)
            assert len(line.offered) == 1
            assert courier.status.refused == 1
    assert outbox.refused()[0].reasons[0].why == "Not so."


async def test_what_was_refused_goes_once_more_when_a_person_asks_for_it(
    outbox: Outbox, night: Night
):
    (sealed,) = taken(outbox, a_day(0))
    no = said(sealed, Result.REFUSED)
    async with a_line(refuse(), count, refuse()) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night, hours=2)
        assert (len(line.offered), courier.status.refused) == (1, 1)
        outbox.try_again()
        outbox.hear([no])  # as the log has it, from the first time
        line.script = [refuse()]
        courier.nudge()
        await through_the_night(courier, night, hours=2)
        assert (len(line.offered), courier.status.refused) == (2, 1)
        outbox.try_again()
        courier.nudge()
        await through_the_night(courier, night)
    assert (len(line.offered), courier.status.refused, outbox.totals().settled) == (3, 0, 1)


def test_what_was_asked_for_again_here_and_came_by_another_tablet_is_there(outbox: Outbox):
    (sealed,) = taken(outbox, a_day(0))
    outbox.settle(said(sealed, Result.REFUSED))
    outbox.try_again()
    outbox.settle(said(sealed, Result.REFUSED))
    outbox.hear([said(sealed)])
    assert outbox.totals().settled == 1


async def test_periods_the_centre_knows_more_of_are_shown(outbox: Outbox, night: Night):
    """This hub was restored from an older copy: what is at the centre is not written over."""
    taken(outbox, a_batch("2026-10"))
    async with a_line() as line, to(line) as endpoint:
        count(line, a_batch("2026-10", 2).body)
        count(line, a_day(0).body)
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night)
        assert courier.status.more == (a_day(0).period, "2026-10")[::-1]
        assert line.held["2026-10"].revision == 2
        assert courier.status.waiting == 0


async def test_a_centre_that_was_told_nothing_is_told_after_a_pause(outbox: Outbox, night: Night):
    async with a_line(BUSY, always(b""), count) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night)
    assert night.slept == [10.0, 2.0, TELL_SECONDS]
    assert (len(line.told), courier.status.reach) == (1, Reach.REACHED)


async def test_a_centre_too_old_to_be_told_is_asked_again_in_an_hour(outbox: Outbox, night: Night):
    fill(outbox, 0)
    async with a_line(count, always(say(404)), always(say(404))) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night, hours=2)
    assert night.slept == [TELL_SECONDS] * 3
    assert (len(line.wires), len(line.told)) == (4, 1)


async def test_a_hub_that_becomes_known_while_nothing_waits_is_told_of_within_the_hour(
    outbox: Outbox, night: Night
):
    async with a_line(always(say(401))) as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        await through_the_night(courier, night)
        assert courier.status.is_paused
        await through_the_night(courier, night, hours=1)
        assert not courier.status.is_paused
    assert len(line.told) == 1


async def test_an_answer_that_could_not_be_written_down_is_asked_for_again(
    outbox: Outbox, night: Night
):
    (sealed,) = taken(outbox, a_day(0))
    outbox.settle(said(sealed))
    night.most = 1
    async with a_line() as line, to(line) as endpoint:
        courier = courier_of(outbox, endpoint, night, telling(outbox))
        outbox._conn.execute("PRAGMA query_only = on")
        await through_the_night(courier, night)
        assert courier.status.outbox_refusal is OutboxRefusal.CANNOT_OPEN
        outbox._conn.execute("PRAGMA query_only = off")
        night.most = 200
        await through_the_night(courier, night)
    assert courier.status.outbox_refusal is None
    assert list(line.held) == [sealed.period]
