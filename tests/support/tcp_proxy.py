"""A bad network between two ends: a TCP proxy that delays, throttles, falls silent, and cuts."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from types import TracebackType
from typing import Self

_CHUNK = 4096
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER of no time: the other end sees a reset


class TcpProxy:
    """What connects here is passed on to `target`: `async with TcpProxy((ip, port)) as proxy`.

    Set at any time: `delay_seconds` one way, `bytes_per_second` each way, `cut_after_bytes` passed
    on in all by one connection, `is_closed_to_all` that come anew.
    """

    def __init__(self, target: tuple[str, int], *, ip: str = "127.0.0.1", port: int = 0) -> None:
        self._target, self._ip, self.port = target, ip, port
        self.delay_seconds = 0.0
        self.bytes_per_second: float | None = None
        self.cut_after_bytes: int | None = None
        self.is_closed_to_all = False
        self.came = 0  # connections so far
        self.passed: list[bytes] = []  # in both directions
        self._passes = asyncio.Event()
        self._passes.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return self._ip, self.port

    @property
    def open_ends(self) -> int:
        """How many ends are open: two for each connection that is passed on."""
        return len(self._open)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._came, self._ip, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._pumps:
            task.cancel()
        self.cut()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        await self._server.wait_closed()

    def fall_silent(self) -> None:
        """Pass nothing on any more, and say so to nobody: a cable pulled, a tablet out of reach."""
        self._passes.clear()

    def heal(self) -> None:
        """Pass everything on again, also what was held back, as TCP itself would."""
        self._passes.set()

    def cut(self) -> None:
        """Reset every connection there is."""
        for writer in tuple(self._open):
            _reset(writer)

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # it is over anyway
            await self._pass_on(reader, writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        task = asyncio.current_task()
        assert task is not None
        self._pumps.add(task)
        self._open.add(writer)
        try:
            if self.is_closed_to_all:
                return
            await self._passes.wait()
            there, onward = await asyncio.open_connection(*self._target)
            self._open.add(onward)
            try:
                passed = _Passed()
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pump(reader, onward, passed))
                    both.create_task(self._pump(there, writer, passed))
            finally:
                self._open.discard(onward)
                _reset(onward)
        except* OSError:
            pass
        finally:
            self._open.discard(writer)
            self._pumps.discard(task)
            _reset(writer)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passed: "_Passed"
    ) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while chunk := await reader.read(_CHUNK):
            await self._passes.wait()
            if self.bytes_per_second is not None:
                await _until(loop, loop.time() + len(chunk) / self.bytes_per_second)
            passed.count += len(chunk)
            self.passed.append(chunk)
            if self.cut_after_bytes is not None and passed.count >= self.cut_after_bytes:
                raise ConnectionResetError
            if self.delay_seconds:
                due = max(due + 1e-6, loop.time() + self.delay_seconds)  # never out of order
                loop.call_at(due, _write, writer, chunk)
            else:
                writer.write(chunk)
                await writer.drain()
        raise ConnectionResetError  # one end is gone: so is the other


class _Passed:
    count = 0


async def _until(loop: asyncio.AbstractEventLoop, due: float) -> None:
    done = loop.create_future()
    loop.call_at(due, lambda: done.done() or done.set_result(None))
    await done


def _write(writer: asyncio.StreamWriter, chunk: bytes) -> None:
    if not writer.transport.is_closing():
        writer.write(chunk)


def _reset(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE
        )
    writer.transport.abort()


async def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds. Raises TimeoutError when it never does."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        while not holds():
            await _until(loop, loop.time() + 0.005)
