"""Lines between tablets that know each other: one to each, in order, and a clean end."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub_app.lan import lines
from hub_app.lan.lines import Address, Pace, PortTaken
from hub_app.lan.messages import Facts, Message
from hub_app.lan.pairing_refused import PairRefused
from tests.support.links import (
    HERE,
    QUICK,
    Hall,
    Tablet,
    ask,
    dialled,
    ending,
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


# --- two tablets that know each other ---------------------------------------------------------


async def test_paired_tablets_have_one_line_and_hear_everything_in_order(hall: Hall):
    one, other = await hall.pair()
    for number in range(500):
        one.links.send(other.device, ask(number))
        other.links.send(one.device, ask(-number))
    await until(lambda: len(one.heard) == len(other.heard) == 500)
    assert other.asked() == [str(number) for number in range(500)]
    assert one.asked() == [str(-number) for number in range(500)]
    assert one.told == [("linked", other.device)]
    assert other.told == [("linked", one.device)]


async def test_one_tablet_that_knows_the_way_is_enough(hall: Hall):
    for knowing, unknowing in ((0, 1), (3, 2)):
        one, other = await hall.tablet(knowing), await hall.tablet(unknowing)
        one.paired[other.device] = (HERE, other.port), (HERE, 9), ("192.0.2.1", 4000)
        other.paired[one.device] = ()
        one.links.poke()
        other.links.poke()
        await until(lambda one=one, other=other: linked(one, other))
        assert one.told == [("linked", other.device)]


async def test_nothing_small_waits_for_something_larger(hall: Hall):
    one, other = await hall.pair()
    for tablet in (one, other):
        [peer] = tablet.links._peers.values()
        line = peer.line._connection.transport.get_extra_info("socket")
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def ends(tablet: Tablet) -> set[frozenset[Address]]:
    """Give the lines a tablet has, each by the addresses of its two ends."""
    connections = [peer.line._connection for peer in tablet.links._peers.values()]
    return {frozenset({one.local_address, one.remote_address}) for one in connections}


def settled(*tablets: Tablet) -> bool:
    """Say whether there is one line between each two, and no other on its way."""
    doors = [tablet.links._door for tablet in tablets]
    between = [end for tablet in tablets for end in ends(tablet)]
    is_calm = not any(door._strangers for door in doors if door is not None)
    return is_calm and linked(*tablets) and all(between.count(end) == 2 for end in between)


async def test_when_all_dial_at_once_one_line_remains_between_each_two(hall: Hall):
    keen = replace(QUICK, first_pause=0.0)
    three = [await hall.tablet(at, keen) for at in range(3)]
    one, other, third = three
    for tablet in three:
        tablet.knows(*(them for them in three if them is not tablet))
    for times in range(15):
        await until(lambda: settled(*three))
        one.links.send(other.device, ask(times))
        other.links.send(third.device, ask(times))
        third.links.send(one.device, ask(times))
        await until(lambda times=times: all(str(times) in tablet.asked() for tablet in three))
        old = peers(*three)
        for peer in old:
            peer.line.cut()
        await until(lambda old=old: all(peer.is_over for peer in old))
    await until(lambda: settled(*three))
    assert sum(map(len, map(ends, three))) == 6


async def test_of_two_lines_the_one_that_the_smaller_dialled_stays(hall: Hall):
    one, other = await hall.tablet(0), await hall.tablet(1)
    assert one.device < other.device
    other.paired[one.device] = ()
    one.knows(other)
    await until(lambda: linked(one, other))
    async with dialled(one, other.me) as late:
        assert await ending(late) == ([], lines.ANOTHER_LINE)
    assert other.told == [("linked", one.device)]


async def test_a_line_that_the_larger_dialled_gives_way_to_one_of_the_smaller(hall: Hall):
    one, other = await hall.tablet(0), await hall.tablet(1)
    one.paired[other.device] = ()
    other.knows(one)
    await until(lambda: linked(one, other))
    async with dialled(other, one.me) as late:
        assert str(await late.recv()).startswith(lines.LET_IN)
        await until(lambda: not one.up)
        assert [what for what, _ in other.told] == ["linked", "unlinked", "linked"]


async def test_a_line_that_went_quiet_gives_way_to_a_new_one(hall: Hall):
    patient = replace(QUICK, silence=30.0)
    one, other = await hall.tablet(0, patient), await hall.tablet(1, patient)
    other.paired[one.device] = ()
    one.knows(other)
    await until(lambda: linked(one, other))
    other.is_mute = True
    await until(lambda: one.links._peers[other.device].line.quiet_seconds > QUICK.doubtful)
    async with dialled(one, other.me) as again:
        assert str(await again.recv()).startswith(lines.LET_IN)
        await until(lambda: one.told[-2:] == [("unlinked", other.device), ("linked", other.device)])


async def test_what_is_too_long_is_not_sent_and_costs_nobody_the_line(hall: Hall):
    one, other = await hall.pair()
    one.links.send(other.device, Facts((("x" * 300_000),)))
    one.links.send(other.device, ask(1))
    await until(other.asked)
    assert linked(one, other)
    assert len(other.told) == 1


async def test_a_message_the_node_stumbles_over_costs_nobody_the_line(
    hall: Hall, caplog: pytest.LogCaptureFixture
):
    one, other = await hall.pair()
    [peer] = one.links._peers.values()
    peer.line.say("no message")
    hear, other.receive = other.receive, stumble
    one.links.send(other.device, ask(1))
    await until(lambda: "stumbled" in caplog.text)
    other.receive = hear
    one.links.send(other.device, ask(2))
    await until(other.asked)
    assert "what nobody can read" in caplog.text
    assert other.told == [("linked", one.device)]


def stumble(device: str, message: Message) -> None:
    raise RuntimeError("not today")


# --- the end ----------------------------------------------------------------------------------


async def test_it_ends_within_a_second_whoever_is_silent(hall: Hall):
    async with through_proxy(hall, Pace()) as (one, other, proxy):
        proxy.fall_silent()
        for _ in range(20):
            other.links.send(one.device, Facts(("x" * 100_000,)))
        crowd = [socket.create_connection((HERE, other.port)) for _ in range(5)]
        door = other.links._door
        assert door is not None
        await until(lambda: len(door._strangers) == 5)
        began = time.monotonic()
        await asyncio.gather(one.links.close(), other.links.close())
        assert time.monotonic() - began < 1.0
        assert not one.up
        assert not other.up
        for end in crowd:
            end.close()


async def test_the_others_hear_a_goodbye(hall: Hall):
    one, other = await hall.pair()
    await one.links.close()
    await until(lambda: not other.up, QUICK.silence / 2)
    assert other.told == [("linked", one.device), ("unlinked", one.device)]


async def test_a_port_that_is_taken_is_said_to_be(hall: Hall):
    one, late = await hall.tablet(0), Tablet(hall.identities[1])
    assert await late.links.listen(HERE, one.port) == PortTaken(one.port)
    assert await late.links.pair("K7QF-2M9X", [(HERE, one.port)]) is PairRefused.NOT_ON_A_NETWORK
    await late.links.close()
