"""Tablets that are processes, each in a network namespace of its own, on bridges pulled apart.

Whoever uses this is in a namespace of its own already (`unshare --net`). Everything ends with the
process that began it, however that ends: namespaces live by a `cat` each that reads from us, and
tablets stop when their input does.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hub_app.config import OTHERS_PORT
from tests.support.hall import ROOT

Said = dict[str, Any]
ANSWER_SECONDS = 30.0
NET, SIDE_NET = "10.77.0", "10.77.1"  # the hall’s, and the one behind the slow line
PROXIES = 100  # a tablet’s proxy has its number and this for a last byte
_PROBE = "ip link add x type bridge && ip link add y type veth peer name z && unshare -n true"


def why_no_namespaces() -> str | None:
    """Say why no network namespaces can be made here, or None."""
    try:
        done = subprocess.run([*apart(), "sh", "-c", _PROBE], capture_output=True, check=False)
    except FileNotFoundError as missing:
        return f"{missing.filename} is not installed (util-linux, iproute2)"
    return None if done.returncode == 0 else f"not permitted: {done.stderr.decode().strip()}"


def apart() -> list[str]:
    """Give the beginning of a command that runs in a network namespace of its own."""
    is_root = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    return ["unshare", "--net"] if is_root.returncode == 0 else ["unshare", "-r", "--net"]


def _ip(command: str, *, within: int | None = None) -> None:
    enter = [] if within is None else ["nsenter", "-t", str(within), "-n"]
    done = subprocess.run(
        [*enter, "ip", *command.split()], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"ip {command}: {done.stderr}"


class Hall:
    """Two bridges and a namespace for each tablet; all are on the first until they are parted."""

    def __init__(self, count: int) -> None:
        self._keepers = [
            subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE) for _ in range(count)
        ]
        _ip("link set lo up")
        for bridge, net in (("br0", NET), ("br1", SIDE_NET)):
            _ip(f"link add {bridge} type bridge")
            for number in range(1, count + 1):
                _ip(f"addr add {net}.{PROXIES + number}/24 dev {bridge}")
            _ip(f"link set {bridge} up")
        # Who asks on one bridge is not told of what is on the other.
        Path("/proc/sys/net/ipv4/conf/all/arp_ignore").write_text("1")
        for number, keeper in enumerate(self._keepers):
            self._plug_in(number, keeper.pid)

    def _plug_in(self, number: int, pid: int) -> None:
        ours, theirs = Path("/proc/self/ns/net"), Path(f"/proc/{pid}/ns/net")
        while theirs.readlink() == ours.readlink():
            pass  # it has not unshared yet; it takes a few milliseconds
        _ip(f"link add p{number} type veth peer name eth0 netns {pid}")
        for net in (NET, SIDE_NET):
            _ip(f"addr add {net}.{number + 1}/24 dev eth0", within=pid)
        for device in ("lo", "eth0"):
            _ip(f"link set {device} up", within=pid)
        _ip(f"link set p{number} master br0 up")

    def enter(self, number: int) -> list[str]:
        """Give the beginning of a command that runs where a tablet is."""
        return ["nsenter", "-t", str(self._keepers[number].pid), "-n"]

    def part(self, *away: int) -> None:
        """Let these tablets see each other only, and the others none of them."""
        for number in away:
            _ip(f"link set p{number} master br1")

    def heal(self) -> None:
        """Let all see all."""
        for number in range(len(self._keepers)):
            _ip(f"link set p{number} master br0")

    def close(self) -> None:
        """Let everything go."""
        for keeper in self._keepers:
            keeper.kill()
            keeper.wait()


class Process:
    """One tablet’s process: started, asked, killed, and started again on its files."""

    def __init__(
        self,
        before: Sequence[str],
        folder: Path,
        ips: Sequence[str],
        heard: Callable[["Process", Said], None],
        *,
        port: int = OTHERS_PORT,
    ) -> None:
        """Run on a folder, at addresses of which the first is surely its own."""
        self._before, self._folder, self._heard = before, folder, heard
        self._ips, self._port = ips, port
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self.device = ""
        self.is_up = False

    @property
    def files(self) -> Path:
        """Where its database is."""
        return self._folder / "hub.db"

    async def start(self) -> None:
        """Start it, perhaps again, and wait until it is up."""
        tell = ("--data", self._folder, "--port", self._port, "--ip", *self._ips)
        command = (*self._before, sys.executable, "-m", "tests.lan.tablet_process", *tell)
        self.process = await asyncio.create_subprocess_exec(
            *map(str, command),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), ANSWER_SECONDS)
        assert line, "a tablet did not start"
        self.device = json.loads(line)["up"]
        self.is_up = True
        self._listening = asyncio.create_task(self._listen(self.process.stdout))

    async def _listen(self, lines: asyncio.StreamReader) -> None:
        while (line := await lines.readline()).endswith(b"\n"):
            said = json.loads(line)
            if "re" not in said:
                self._heard(self, said)
            elif not (answer := self._answers.pop(said["re"])).done():
                answer.set_result(said["is"])
        self.is_up = False
        for answer in self._answers.values():
            answer.cancel()
        self._answers.clear()

    async def ask(self, do: str, **what: object) -> Any:
        """Ask for something and wait for the answer."""
        assert self.is_up, f"{do} asked of a tablet that is not up"
        assert self.process.stdin is not None
        self._number += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        line = json.dumps({"re": self._number, "do": do, **what}) + "\n"
        self.process.stdin.write(line.encode())
        return await asyncio.wait_for(answer, ANSWER_SECONDS)

    async def kill(self) -> None:
        """Kill it as a flat battery would; all that it said is heard."""
        self.is_up = False
        self.process.kill()
        await self.process.wait()
        await self._listening

    async def end(self) -> int:
        """Let it end by itself; gives its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        await asyncio.wait_for(self.process.wait(), ANSWER_SECONDS)
        await self._listening
        assert self.process.returncode is not None
        return self.process.returncode


async def pair(first: Process, other: Process, name: str, role: str = "desk") -> None:
    """Pair two tablets as people would, by what the first one’s screen shows."""
    shown = await first.ask("invite", name=name, role=role)
    joined = await other.ask("join", said=shown["qr"])
    assert joined.get("word"), joined


async def passing(seconds: float) -> None:
    """Let so much real time pass: what happens in it is for the tablets to say."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().create_future()


async def until(holds: Callable[[], object], what: str, seconds: float = 30.0) -> float:
    """Wait until something is so; gives how long that took, in seconds."""
    began = time.monotonic()
    while True:
        came = holds()
        if await came if asyncio.iscoroutine(came) else came:
            return time.monotonic() - began
        assert time.monotonic() - began < seconds, f"never came to be: {what}"
        await passing(0.05)
