"""Tablets find each other again on the hall's network, and nobody is led out of it."""

import asyncio
import errno
import logging
from collections.abc import Callable
from contextlib import suppress

import ifaddr
import pytest
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncZeroconf

from hub_app.lan import discovery
from hub_app.lan.discovery import LOOPBACK, SEEN_LIMIT, Discovery, in_order, own_addresses
from tests.support.tcp_proxy import until

ME, OTHER = "a" * 64, "b" * 64
SHORT = OTHER[:16]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def there(told: list[str]) -> Discovery:
    return Discovery(ME, lambda: told.append("changed"))


def test_this_machine_has_addresses_and_is_itself_the_last_of_them():
    own = own_addresses()
    assert own[-1] == LOOPBACK
    assert own.count(LOOPBACK) == 1


def test_only_local_addresses_count_and_those_nobody_gave_out_come_late():
    mixed = ["169.254.3.4", "127.0.0.1", "8.8.8.8", "192.168.1.7", "10.1.2.3", "no address"]
    assert in_order(mixed) == ("192.168.1.7", "10.1.2.3", "169.254.3.4", LOOPBACK)
    assert len(in_order(f"10.0.0.{n}" for n in range(20))) == 6


def test_a_machine_that_tells_nothing_of_its_networks_still_has_itself(
    monkeypatch: pytest.MonkeyPatch,
):
    def refuse() -> list[ifaddr.Adapter]:
        raise OSError(errno.EACCES, "not for you")

    monkeypatch.setattr(ifaddr, "get_adapters", refuse)
    assert own_addresses() == (LOOPBACK,)


def test_what_is_found_is_told_once_and_forgotten_when_it_is_gone(
    there: Discovery, told: list[str]
):
    there.found(SHORT, ["192.168.1.7"], 4000)
    there.found(SHORT, ["192.168.1.7"], 4000)
    assert there.seen() == {SHORT: (("192.168.1.7", 4000),)}
    there.found(SHORT, ["192.168.1.9"], 4000)
    there.lost(SHORT)
    there.lost(SHORT)
    assert there.seen() == {}
    assert len(told) == 3


def test_nobody_is_led_out_of_the_hall(there: Discovery, told: list[str]):
    there.found(SHORT, ["93.184.216.34", "example.org"], 4000)
    there.found(SHORT, ["192.168.1.7"], 80)
    assert not there.seen()
    assert not told


def test_however_many_names_are_shouted_only_so_many_are_kept(there: Discovery):
    for number in range(2 * SEEN_LIMIT):
        there.found(f"{number:016x}", ["192.168.1.7"], 4000)
    assert len(there.seen()) == SEEN_LIMIT
    there.found(f"{1:016x}", ["192.168.1.8"], 4000)
    assert there.seen()[f"{1:016x}"] == (("192.168.1.8", 4000),)


async def test_without_multicast_it_says_so_once_and_nothing_else_suffers(
    there: Discovery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    tries: list[object] = []

    def refuse(**how: object) -> AsyncZeroconf:
        tries.append(how)
        raise OSError(errno.ENODEV, "no such device")

    monkeypatch.setattr(discovery, "AsyncZeroconf", refuse)
    monkeypatch.setattr(discovery, "AGAIN_SECONDS", 0.01)
    running = asyncio.create_task(there.run(4000))
    await until(lambda: len(tries) >= 3)
    await over(running)
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert not there.seen()


async def over(*running: asyncio.Task[None]) -> None:
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def has_multicast() -> bool:
    with suppress(OSError):
        zeroconf = AsyncZeroconf(interfaces=[LOOPBACK], ip_version=IPVersion.V4Only)
        await zeroconf.async_close()
        return True
    return False


@pytest.mark.slow
async def test_two_tablets_on_one_network_find_each_other_and_say_goodbye():
    if not await has_multicast():
        pytest.skip("no multicast on this machine")

    def nowhere_else() -> tuple[str, ...]:
        return (LOOPBACK,)

    def silent() -> None: ...

    one, other = Discovery(ME, silent, nowhere_else), Discovery(OTHER, silent, nowhere_else)
    running = [asyncio.create_task(one.run(4001)), asyncio.create_task(other.run(4002))]
    await until(found(one, OTHER, 4002))
    await until(found(other, ME, 4001))
    await over(running[1])
    await until(lambda: not one.seen())
    assert found(other, ME, 4001)()
    await over(running[0])


def found(there: Discovery, device: str, port: int) -> Callable[[], bool]:
    return lambda: there.seen().get(device[:16]) == ((LOOPBACK, port),)
