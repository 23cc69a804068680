"""A tablet’s courier and a centre, each a process of its own, and a line cut at any byte."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from sync.centre.centre import Machine
from sync.centre.machine import machine_here
from sync.centre.running import Asked, run
from sync.courier import Courier, Means, Reach, Terms
from sync.http import HttpEndpoint
from sync.manifest import Manifest
from tests.sync.outboxes import HUB, opened

SIDES = multiprocessing.get_context("forkserver")  # a fresh process, quickly; never a copy of ours
SIDES.set_forkserver_preload([__name__])
_CHUNK = 4096


def centre_side(data: str, port: int, up: Connection) -> None:
    """Run a centre until it is killed; says its address when it is up."""
    run(Asked(data, "127.0.0.1", port, hub_pace=0), _after_all, up.send)


def _after_all(*, is_alone: bool) -> Machine:
    """A machine on a day when every period of the test is over."""
    return replace(machine_here(is_alone=is_alone), now=lambda: datetime(2099, 1, 1, tzinfo=UTC))


def hub_side(outbox: Path, address: str, is_enough: Event) -> None:
    """Run a courier until it is killed, or all is there once that is enough."""
    asyncio.run(_send(outbox, address, is_enough))


async def _send(path: Path, address: str, is_enough: Event) -> None:
    outbox = opened(path)
    endpoint = HttpEndpoint.at(address)
    assert isinstance(endpoint, HttpEndpoint)
    means = Means(lambda: 0, lambda _: asyncio.sleep(0), lambda: 0.5)
    terms = Terms(manifest=lambda: Manifest(HUB, 1, periods=outbox.sums(HUB)))
    async with endpoint:
        courier = Courier(outbox, endpoint, means, terms)
        while True:
            courier.opened()
            status = await courier.round()
            is_done = status.reach is Reach.REACHED and not status.waiting
            if is_done and is_enough.is_set():
                break
            await asyncio.sleep(0)
    outbox.close()


class Cutter:
    """A line to one place that passes every byte on, and is cut behind a given one, once."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._left: dict[bool, int | None] = {True: None, False: None}
        self._on_cut: Callable[[], object] = lambda: None
        self.is_cut = asyncio.Event()
        self._lines: set[asyncio.Task[None]] = set()

    async def listen(self) -> str:
        """Begin; gives the address."""
        self._server = await asyncio.start_server(self._came, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Let go of everything, once both ends are gone."""
        self._server.close()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await self._server.wait_closed()

    def arm(self, behind: int, on_cut: Callable[[], object], *, is_up: bool) -> None:
        """Cut behind so many bytes more, on their way up to the centre or down from it."""
        self.is_cut.clear()
        self._on_cut = on_cut
        self._left = {is_up: behind, not is_up: None}

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        with contextlib.suppress(OSError):
            there, onward = await asyncio.open_connection("127.0.0.1", self._to)
            pumps = [
                asyncio.create_task(self._pump(reader, onward, is_up=True)),
                asyncio.create_task(self._pump(there, writer, is_up=False)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
                onward.close()
        writer.close()
        self._lines.discard(line)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_up: bool
    ) -> None:
        while chunk := await reader.read(_CHUNK):
            left = self._left[is_up]
            writer.write(chunk if left is None else chunk[:left])
            await writer.drain()
            if left is not None:
                self._left[is_up] = left - len(chunk)
                if left <= len(chunk):
                    self._left[is_up] = None
                    self._on_cut()
                    self.is_cut.set()
                    return


class Ends:
    """Both ends, started and killed as a power cut would."""

    def __init__(self, folder: Path) -> None:
        self.outbox, self.data = folder / "outbox.db", folder / "centre.db"
        self.is_enough = SIDES.Event()
        self._port = 0
        self._centre = self._hub = SIDES.Process()  # not started: nothing to kill yet

    def start_centre(self) -> int:
        """Start the centre, on the port it had before; gives that once it is up."""
        self._said, told = SIDES.Pipe(duplex=False)  # kept open: the centre says more than that
        self._centre = _started(centre_side, str(self.data), self._port, told)
        told.close()
        while "http" not in (said := str(self._said.recv())):
            continue
        self._port = int(said.rstrip("/").rpartition(":")[2])
        return self._port

    def start_hub(self, address: str) -> None:
        """Start the tablet's courier, on the outbox as it is."""
        self._hub = _started(hub_side, self.outbox, address, self.is_enough)

    def kill(self, *, is_centre: bool) -> None:
        """Kill one of them: no warning, nothing flushed."""
        end = self._centre if is_centre else self._hub
        assert end.pid is not None
        os.kill(end.pid, signal.SIGKILL)
        end.join()

    async def all_there(self) -> int | None:
        """Wait until the tablet says that all is there; gives its exit code."""
        self.is_enough.set()
        await asyncio.to_thread(self._hub.join, 60)
        return self._hub.exitcode

    def close(self) -> None:
        """End whatever runs."""
        for end in (self._centre, self._hub):
            if end.pid is not None and end.is_alive():
                end.kill()
                end.join()


def _started(side: Callable[..., None], *given: object) -> BaseProcess:
    process = SIDES.Process(target=side, args=given, daemon=True)
    process.start()
    return process
