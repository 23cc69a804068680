"""Tablets that have lines to each other, with a node that only writes down what it is told."""

import asyncio
import gc
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hub_app.lan.identity import Identity, load, pinned_context
from hub_app.lan.lines import Address, Means, Pace
from hub_app.lan.links import Book, Links
from hub_app.lan.messages import Alive, Ask, Message
from hub_app.lan.pairing_proofs import prove
from hub_app.lan.pairing_texts import Challenge, from_text, to_text
from tests.support.tcp_proxy import TcpProxy, until

HERE = "127.0.0.1"
QUICK = Pace(silence=0.6, doubtful=0.3, prove=2.0, close=0.1, first_pause=0.02, longest_pause=0.2)
HEARTBEAT = 0.1


class Tablet:
    """Links with a node that writes down what it is told, and says Alive now and then."""

    def __init__(self, me: Identity, pace: Pace = QUICK) -> None:
        self.me, self.device = me, me.device
        self.paired: dict[str, tuple[Address, ...]] = {}
        self.gone: set[str] = set()
        self.told: list[tuple[str, str]] = []
        self.heard: list[tuple[str, Message]] = []
        self.up: set[str] = set()
        self.is_mute = False
        chance = random.Random(me.device)
        book = Book(lambda: self.paired, lambda: self.gone)
        self.links = Links(me, self, book, Means(time.monotonic, chance.random, pace))
        self.port = 0

    def linked(self, device: str) -> None:
        assert device not in self.up
        self.up.add(device)
        self.told.append(("linked", device))

    def unlinked(self, device: str) -> None:
        self.up.remove(device)
        self.told.append(("unlinked", device))

    def receive(self, device: str, message: Message) -> None:
        if not isinstance(message, Alive):
            self.heard.append((device, message))

    def asked(self) -> list[str]:
        return [message.id for _, message in self.heard if isinstance(message, Ask)]

    def tick(self) -> None:
        if not self.is_mute:
            for device in self.up:
                self.links.send(device, Alive("o", {}))
        self._next = asyncio.get_running_loop().call_later(HEARTBEAT, self.tick)

    async def start(self, port: int = 0) -> None:
        listening = await self.links.listen(HERE, port)
        assert isinstance(listening, int)
        self.port = listening
        self._run = asyncio.create_task(self.links.run())
        self.tick()

    async def stop(self) -> None:
        self._next.cancel()
        await self.links.close()
        await self._run

    async def die(self) -> None:
        """End as after kill -9, without goodbye."""
        self._next.cancel()
        for peer in tuple(self.links._peers.values()):
            peer.line.cut()
        await self.stop()

    def knows(self, *others: "Tablet") -> None:
        for other in others:
            self.paired[other.device] = ((HERE, other.port),)
        self.links.poke()


@dataclass
class Hall:
    """Some tablets that run; ordered by their device ids."""

    identities: list[Identity]
    tablets: list[Tablet]

    async def tablet(self, at: int, pace: Pace = QUICK, port: int = 0) -> Tablet:
        tablet = Tablet(self.identities[at], pace)
        await tablet.start(port)
        self.tablets.append(tablet)
        return tablet

    async def pair(self) -> tuple[Tablet, Tablet]:
        one, other = await self.tablet(0), await self.tablet(1)
        one.knows(other)
        other.knows(one)
        await until(lambda: linked(one, other))
        return one, other


@asynccontextmanager
async def opened_hall(folder: Path) -> AsyncIterator[Hall]:
    """A hall with identities for four tablets, whose end must leave nothing behind."""
    made = [load(folder / str(number)) for number in range(4)]
    identities = [one for one in made if isinstance(one, Identity)]
    there = Hall(sorted(identities, key=lambda one: one.device), [])
    yield there
    for tablet in there.tablets:
        await tablet.stop()
        assert not tablet.up
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()}, 2)
    gc.collect()  # what was not closed complains now, and fails the test


def linked(*tablets: Tablet) -> bool:
    devices = {tablet.device for tablet in tablets}
    return all(tablet.up >= devices - {tablet.device} for tablet in tablets)


def ask(number: int) -> Ask:
    return Ask(str(number), "desk")


@asynccontextmanager
async def dialled(
    tablet: Tablet, me: Identity | None, **how: Any
) -> AsyncIterator[ClientConnection]:
    """A line to a tablet, with the opening done by hand; as `me`, or by nobody."""
    context = pinned_context(tablet.device)
    async with connect(
        f"wss://{HERE}:{tablet.port}/", ssl=context, proxy=None, close_timeout=0.1, **how
    ) as line:
        asked = from_text(await line.recv())
        assert isinstance(asked, Challenge)
        if me is not None:
            await line.send(to_text(prove(me, tablet.device, asked.nonce)))
        yield line


async def ending(line: ClientConnection) -> tuple[list[str], int | None]:
    """Give all that is said on a line until it is closed, and the code."""
    said = []
    try:
        async with asyncio.timeout(10):
            while True:
                said.append(str(await line.recv()))
    except ConnectionClosed:
        return said, line.close_code


@asynccontextmanager
async def through_proxy(
    hall: Hall, pace: Pace = QUICK
) -> AsyncIterator[tuple[Tablet, Tablet, TcpProxy]]:
    """Two tablets of which one dials the other, through a proxy."""
    one, other = await hall.tablet(0, pace), await hall.tablet(1, pace)
    async with TcpProxy((HERE, other.port)) as proxy:
        one.paired[other.device] = (proxy.address,)
        other.paired[one.device] = ()
        one.links.poke()
        other.links.poke()
        await until(lambda: linked(one, other))
        yield one, other, proxy
        await one.links.close()


def peers(*tablets: Tablet) -> list[Any]:
    return [peer for tablet in tablets for peer in tablet.links._peers.values()]
