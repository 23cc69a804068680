"""What a paired tablet that nobody touches costs: `python -m tests.lan.idle` prints it in percent.

Two of them are paired; then each runs as people run it, with no browser open: first with no
session, then with one that is open and some families waiting.
"""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tests.lan.apart import Process, pair, passing, until
from tests.support.started import Started

SECONDS = 30.0
SETTLED_SECONDS = 20.0  # by then they have found each other, and whatever is done once is done
HERE = "127.0.0.1"
WAITING = 30
_TICKS = os.sysconf("SC_CLK_TCK")


def _used(pid: int) -> float:
    """Give the processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def _share(pids: Sequence[int]) -> list[float]:
    """Give what share of one processor each takes while nothing happens, in percent."""
    before = [_used(pid) for pid in pids]
    await passing(SECONDS)
    return [100 * (_used(pid) - was) / SECONDS for pid, was in zip(pids, before, strict=True)]


def _port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


async def _say(words: str, pids: Sequence[int]) -> None:
    shares = ", ".join(f"{share:.2f} %" for share in await _share(pids))
    sys.stdout.write(f"{words}: {shares}\n")
    sys.stdout.flush()


async def _without_screens(folders: Sequence[Path], ports: Sequence[int], waiting: int) -> None:
    """Pair two tablets, or let some families in; then measure them with no screens at all."""
    both = [
        Process((), folder, (HERE,), lambda _who, _said: None, port=port)
        for folder, port in zip(folders, ports, strict=True)
    ]
    for one in both:
        await one.start()
    if not (await both[0].ask("status"))["roster"]:
        await pair(both[0], both[1], "Second")

    async def in_step() -> bool:
        return all([(await one.ask("status"))["step"] == "in_step" for one in both])

    await until(in_step, "both are in step")
    if waiting:
        await both[0].ask("open")
        await both[0].ask("arrive", services=["housing"] * waiting)
        await until(in_step, "both are in step")
    await _say(f"{waiting} waiting, no screens", [one.process.pid for one in both])
    for one in both:
        await one.end()


async def _as_run(folders: Sequence[Path], ports: Sequence[int], waiting: int) -> None:
    async with AsyncExitStack() as stack:
        pids = list[int]()
        for folder, port in zip(folders, ports, strict=True):
            where = ("--data", folder, "--hub", "IDLE", "--port", 0, "--no-browser")
            started = Started("hub_app", "run", *where, "--others-port", port)
            await stack.enter_async_context(started)
            pids.append(started.process.pid)
        await passing(SETTLED_SECONDS)
        await _say(f"{waiting} waiting, hub-app run", pids)


async def main() -> None:
    """Measure all four."""
    with tempfile.TemporaryDirectory() as folder:
        folders, ports = [Path(folder) / "a", Path(folder) / "b"], [_port(), _port()]
        for waiting in (0, WAITING):
            await _without_screens(folders, ports, waiting)
            await _as_run(folders, ports, waiting)


if __name__ == "__main__":
    asyncio.run(main())
