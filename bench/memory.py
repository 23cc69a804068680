"""What a demo hub takes of memory with ten pages open, against the same hub with none."""

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench.wire import register

PAGES = 10
PORT = "0"


def _resident(pid: int) -> float:
    """Give a process's own memory in MB: what it would free by ending (USS), where that is told."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        told = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
        )
        return int(told.stdout) / 1024
    return sum(map(int, re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.MULTILINE))) / 1024


async def _open(address: str) -> ClientConnection:
    line = await connect(address, origin=Origin(address.replace("ws:", "http:")[: -len("/ws")]))
    await line.send(register("/front"))
    await asyncio.wait_for(line.recv(), 10)
    return line


async def _read(line: ClientConnection) -> None:
    async for _ in line:
        pass


async def _with_pages(address: str, pid: int) -> tuple[float, float]:
    before = _resident(pid)
    lines = [await _open(address) for _ in range(PAGES)]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(3):
            await asyncio.gather(*(_read(line) for line in lines))
    after = _resident(pid)
    for line in lines:
        await line.close()
    return before, after


def measure() -> list[str]:
    """Give the lines of this measurement."""
    with tempfile.TemporaryDirectory() as place:
        hub = subprocess.Popen(
            [
                *(sys.executable, "-m", "hub_app", "demo", "--data", place, "--no-browser"),
                *("--port", PORT, "--centre-port", "0"),
            ],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            first = hub.stdout.readline() if hub.stdout else ""
            address = first.split()[-1].replace("http:", "ws:") + "ws"
            before, after = asyncio.run(_with_pages(address, hub.pid))
        finally:
            hub.terminate()
            hub.wait(20)
    return [
        f"demo hub, no page           {before:.0f} MB",
        f"demo hub, {PAGES} pages          {after:.0f} MB  (aim: at most 150)",
        f"per page                    {(after - before) / PAGES:.1f} MB",
    ]
