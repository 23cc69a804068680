"""Starts one of our programs as a process of its own, the way a person would, and ends it."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
_PATIENCE = 60  # seconds; only ever waited when something is wrong


class Started:
    """A running program: `async with Started("tests.support.gallery", "--data", folder) as it`.

    It is up once it has written a line; `said` is that line.
    """

    def __init__(self, module: str, *given: object) -> None:
        self._command: Sequence[str] = (sys.executable, "-m", module, *map(str, given))
        self.said = ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self.process.returncode is None:
            await self.end(signal.SIGKILL)

    async def start(self, *more: object) -> None:
        """Start it, perhaps again, and wait until it is up."""
        self.process = await asyncio.create_subprocess_exec(
            *self._command,
            *map(str, more),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), _PATIENCE)
        self.said = line.decode().strip()
        assert self.said, await self._complaint()

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, wait for its end, and give its exit code."""
        self.process.send_signal(how)
        await asyncio.wait_for(self.process.communicate(), _PATIENCE)
        assert self.process.returncode is not None
        return self.process.returncode

    async def _complaint(self) -> str:
        _said, complaint = await self.process.communicate()
        return f"it did not start: {complaint.decode()}"
