"""A bad network between tablets: every cut is noticed, and every line made again."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub_app.lan import lines
from hub_app.lan.messages import Facts
from tests.support.links import (
    HEARTBEAT,
    HERE,
    QUICK,
    Hall,
    ask,
    dialled,
    linked,
    opened_hall,
    peers,
    through_proxy,
)
from tests.support.tcp_proxy import until


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with opened_hall(tmp_path) as there:
        yield there


# --- a bad network ----------------------------------------------------------------------------


async def test_a_line_that_is_reset_is_noticed_and_made_again(hall: Hall):
    async with through_proxy(hall) as (one, other, proxy):
        for times in range(1, 4):
            proxy.cut()
            await until(lambda times=times: one.told.count(("unlinked", other.device)) == times)
            await until(lambda: linked(one, other))
        assert one.told.count(("linked", other.device)) == 4


async def test_a_silent_line_is_noticed_in_time_and_made_again_once_it_heals(hall: Hall):
    async with through_proxy(hall) as (one, other, proxy):
        proxy.fall_silent()
        began = time.monotonic()
        await until(lambda: not one.up and not other.up)
        assert QUICK.silence - 2 * HEARTBEAT < time.monotonic() - began < QUICK.silence + 1
        await until(lambda: proxy.came >= 2)  # it goes on trying
        proxy.heal()
        await until(lambda: linked(one, other))
        one.links.send(other.device, ask(1))
        await until(other.asked)
        assert other.asked() == ["1"]


@pytest.mark.parametrize("after", [1, 1000, 1600, 2400, 3000])
async def test_a_line_cut_at_any_step_is_made_again(hall: Hall, after: int):
    async with through_proxy(hall) as (one, other, proxy):
        proxy.cut_after_bytes = after
        proxy.cut()
        came = proxy.came
        await until(lambda: proxy.came >= came + 3)
        proxy.cut_after_bytes, old = None, peers(one, other)
        proxy.cut()
        await until(lambda: all(peer.is_over for peer in old) and linked(one, other))
        one.links.send(other.device, ask(1))
        await until(other.asked)
        assert other.asked() == ["1"]


async def test_a_long_message_on_a_slow_line_takes_longer_than_a_silence_may(hall: Hall):
    async with through_proxy(hall) as (one, other, proxy):
        proxy.bytes_per_second = 60_000
        proxy.delay_seconds = 0.02
        one.links.send(other.device, Facts(("x" * 100_000,)))
        one.links.send(other.device, ask(1))
        await until(other.asked)
        assert one.told == [("linked", other.device)]
        assert other.told == [("linked", one.device)]


async def test_a_peer_that_never_reads_costs_no_more_than_a_few_megabytes(hall: Hall):
    one, other = await hall.tablet(0), hall.identities[1]
    one.paired[other.device] = ()
    async with dialled(one, other, max_queue=1) as line:
        await until(lambda: one.up)
        line.transport.pause_reading()
        [peer] = one.links._peers.values()
        waiting, sent, text = 0, 0, "x" * 100_000
        while not peer.line._is_cut and sent < 200:
            one.links.send(other.device, Facts((text,)))
            waiting, sent = max(waiting, unsent(peer.line)), sent + 1
            line.transport.resume_reading() if sent == 1 else line.transport.pause_reading()
            await asyncio.sleep(0)
        assert peer.line._is_cut
        assert waiting <= lines.UNSENT_LIMIT + len(text) + 1000
        await until(lambda: not one.up)


def unsent(line: lines.Line) -> int:
    return line._connection.transport.get_write_buffer_size()


async def test_a_tablet_that_starts_again_is_linked_again_at_once(hall: Hall):
    one, other = await hall.pair()
    await other.die()
    again = await hall.tablet(1, port=other.port)
    again.knows(one)
    await until(lambda: linked(one, again))
    assert again.told[-1] == ("linked", one.device)  # both dial: one line may give way


async def test_a_new_address_is_dialled_at_once(hall: Hall):
    patient = replace(QUICK, first_pause=60.0, longest_pause=60.0)
    one, other = await hall.tablet(0, patient), await hall.tablet(1, patient)
    one.paired[other.device] = ((HERE, 9999),)
    other.paired[one.device] = ()
    one.links.poke()
    await until(lambda: one.links._diallers)
    [(dialler, _)] = one.links._diallers.values()
    await until(lambda: dialler._failures)
    one.paired[other.device] = ((HERE, 9999), (HERE, other.port))
    one.links.poke(other.device)
    await until(lambda: linked(one, other), 5)
    assert dialler._failures == 0
