"""Couriers for tests, and the nights they work through: time passes only when they sleep."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sync.courier import TELL_SECONDS, Courier, CourierStatus, Means, Terms
from sync.endpoint import Endpoint
from sync.http import HttpEndpoint
from sync.manifest import Manifest
from sync.outbox import Outbox
from tests.sync.fake_line import Line, always, say
from tests.sync.outboxes import HUB, a_day, taken

BROKEN, BUSY = always(say(500)), always(say(503, retry_after="9"))


@dataclass
class Night:
    """Time that passes only when the courier sleeps, and chance that always says the same."""

    now_ms: int = 1_000_000
    chance: float = 0.5
    slept: list[float] = field(default_factory=list[float])
    most: int = 200
    hours: int = 0  # how many times an hour in which nothing happens may go by
    is_long: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.hours -= seconds == TELL_SECONDS
        # The rest of the night: nothing more happens.
        if len(self.slept) > self.most or self.hours < 0:
            self.is_long.set()
            await asyncio.Event().wait()
        self.now_ms += round(seconds * 1000)
        await asyncio.sleep(0)


def fill(outbox: Outbox, *weeks: int) -> list[str]:
    return [sealed.period for sealed in taken(outbox, *map(a_day, weeks))]


def courier_of(outbox: Outbox, line: Endpoint, night: Night, terms: Terms | None = None) -> Courier:
    means = Means(lambda: night.now_ms, night.sleep, lambda: night.chance)
    return Courier(outbox, line, means, terms)


def telling(outbox: Outbox) -> Terms:
    return Terms(manifest=lambda: Manifest(HUB, 1, periods=outbox.sums(HUB)))


def to(line: Line) -> HttpEndpoint:
    found = HttpEndpoint.at(line.address)
    assert isinstance(found, HttpEndpoint)
    return found


async def run_until(courier: Courier, is_done: Callable[[CourierStatus], bool]) -> None:
    """Let the courier run until it says a thing, and then stop it."""
    done = asyncio.Event()
    end = courier.listen(lambda status: done.set() if is_done(status) else None)
    running = asyncio.ensure_future(courier.run())
    async with asyncio.timeout(20):
        if not is_done(courier.status):
            await done.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    end()


async def through_the_night(courier: Courier, night: Night, hours: int = 0) -> None:
    """Let the courier run until nothing has happened for that many hours and one more."""
    night.hours = hours
    night.is_long.clear()
    running = asyncio.ensure_future(courier.run())
    async with asyncio.timeout(20):
        await night.is_long.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
