"""One real tablet without a screen, driven by lines of JSON: files, lines to others, busy desks.

A line in is `{"re": 1, "do": "status"}`; the answer is one line with the same `re`. What nobody
asked for comes by itself: `{"arrived": …}`, `{"called": …}` and so on, each written before
anything else is done. It ends when its input does, so nothing is left behind by whoever drives it.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hub_app import config
from hub_app.clocks import SystemClock
from hub_app.config import Files
from hub_app.core.pack import Pack
from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Wish
from hub_app.lan.lines import Means
from hub_app.lan.tablets import Around, Tablets, Where
from hub_app.main import Tablet, load_pack, open_tablet
from hub_app.view.tablets import Step
from sync.record import Place

OUTCOME = "advice_given"
IDLE_SECONDS = 0.2  # a desk with nobody to call looks again after so long, or when told
# Busy: with somebody called for it by whoever was asked before, and could not answer.
_USUAL = (
    Refusal.NOBODY_WAITING,
    Refusal.NOBODY_READY,
    Refusal.SESSION_NOT_OPEN,
    Refusal.DESK_BUSY,
)
Said = dict[str, Any]


def say(said: Said) -> None:
    """Say something to whoever drives us, at once."""
    os.write(1, (json.dumps(said) + "\n").encode())


class Desk:
    """A desk that calls, starts and finishes families for as long as its tablet runs.

    `own` are the services only this desk offers: whoever wants one stands in front of it.
    """

    def __init__(self, process: "TabletProcess", desk: str, services: list[str], own: str) -> None:
        self._process, self.id, self._services, self._own = process, desk, services, own
        self._woken = asyncio.Event()
        process.hub.listen(self._woken.set)

    async def work(self) -> None:
        """Go on for good."""
        while True:
            busy = self._process.is_working and self._is_here() and await self._next()
            if not busy:
                self._woken.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self._woken.wait()
            await asyncio.sleep(0)

    def _is_here(self) -> bool:
        """Come to the session that is open, unless this desk is in it."""
        hub = self._process.hub
        if not hub.session.is_open:
            return False
        known = hub.session.desks.get(self.id)
        if known is None or known.presence is not Presence.HERE:
            hub.open_desk(self.id, self._services, self.id)
        return True

    async def _next(self) -> bool:
        """Do one thing; say whether there was one to do."""
        hub = self._process.hub
        at_desk = hub.session.at_desk(self.id)
        if at_desk is not None:
            called_ago = hub.now() - (at_desk.called_at or 0)
            if at_desk.stage is Stage.CALLED and called_ago < self._process.unsure_seconds * 1000:
                return False
            say({"took": at_desk.id, "desk": self.id})
            return self._serve(at_desk)
        asked = time.monotonic()
        came = await self._process.tablets.call_next(self.id)
        if isinstance(came, Visit):
            say({"called": came.id, "desk": self.id, "asked": asked, "at": time.monotonic()})
            return self._serve(came)
        if came is Refusal.CUT_OFF:
            say({"cut_off": self.id, "asked": asked, "at": time.monotonic()})
            return self._call_here()
        if came not in _USUAL:
            say({"odd": f"call_next: {came}", "desk": self.id})
        return False

    def _call_here(self) -> bool:
        """Go on with whoever stands in front of this very desk, while it is cut off."""
        hub = self._process.hub
        if hub.session.at_desk(self.id) is not None:
            return False  # the call itself came, but not the answer
        if self._process.tablets.status().step is not Step.CUT_OFF:
            return False
        for visit in hub.session.here:
            if visit.stage is Stage.WAITING and self._own in visit.wants:
                came = hub.call_here(self.id, visit.id)
                if isinstance(came, Visit):
                    say({"here": visit.id, "desk": self.id, "at": time.monotonic()})
                    return self._serve(came)
                say({"odd": f"call_here: {came}", "desk": self.id})
        return False

    def _serve(self, visit: Visit) -> bool:
        hub = self._process.hub
        if visit.stage is Stage.CALLED:
            started = hub.start(self.id, visit.id)
            if isinstance(started, Refusal):
                self._wonder(f"start: {started}", visit)
                return False
        elif visit.stage is not Stage.SERVING:
            self._wonder(f"answered with a family that is {visit.stage}", visit)
            return False
        finished = hub.finish(self.id, visit.id, OUTCOME)
        if isinstance(finished, Refusal):
            self._wonder(f"finish: {finished}", visit)
            return False
        say({"finished": visit.id, "desk": self.id})
        return True

    def _wonder(self, why: str, visit: Visit) -> None:
        """Say that something is odd about a family, and all that is known of it."""
        facts = self._process.opened.log.session(self._process.hub.session.id, (visit.id,))
        known = [(f.origin[:4], f.n, f.stamp.millis, f.kind, f.raw) for f in facts]
        say({"odd": why, "desk": self.id, "visit": visit.id, "facts": known})


class TabletProcess:
    """The tablet, and what may be asked of it."""

    def __init__(self, opened: Tablet, ips: tuple[str, ...], port: int) -> None:
        self.opened, self.hub = opened, opened.hub
        where = Where(opened.files.identity, "0.0.0.0", port, ips[0])  # noqa: S104 it is apart
        around = Around(lambda: ips)
        means = Means(time.monotonic, random.random)
        self.tablets = Tablets(self.hub, where, around, means, lambda: None)
        self.is_working = True
        self.unsure_seconds = 0.0  # before a desk begins on a call nobody told it of
        self._desks: list[asyncio.Task[None]] = []
        self._needs = _needs(opened.pack)

    async def run(self, lines: asyncio.StreamReader) -> None:
        """Do what is said until there is nothing more."""
        at_work = asyncio.create_task(self.tablets.run())
        tasks = set[asyncio.Task[None]]()
        while line := await lines.readline():
            task = asyncio.create_task(self._do(json.loads(line)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        for desk in self._desks:
            desk.cancel()
        await asyncio.gather(*self._desks, *tasks, return_exceptions=True)
        await self.tablets.close()
        await at_work

    async def _do(self, said: Said) -> None:
        asked, number = said.pop("do"), said.pop("re")
        doers: dict[str, Callable[..., Awaitable[object] | object]] = {
            "invite": self.invite,
            "join": self.join,
            "status": self.status,
            "open": self.open,
            "close": self.close,
            "desk": self.desk,
            "work": self.work,
            "doubt": self.doubt,
            "arrive": self.arrive,
            "cpu": time.process_time,
        }
        came = doers[asked](**said)
        say({"re": number, "is": await came if isinstance(came, Awaitable) else came})

    async def invite(self, name: str, role: str) -> Said:
        """Begin an invitation."""
        came = await self.tablets.invite(name, role)
        return {"refused": came} if isinstance(came, Refusal) else asdict(came)

    async def join(self, said: str) -> Said:
        """Join by what the other one shows."""
        came = await self.tablets.join(said)
        return {"refused": came} if isinstance(came, str) else asdict(came)

    def status(self) -> Said:
        """Give how everything stands."""
        status, session = self.tablets.status(), self.hub.session
        return {
            "me": self.tablets.node.me,
            "step": status.step,
            "keeper": status.keeper,
            "linked": [row.device for row in status.tablets if row.is_linked and not row.is_me],
            "members": [row.device for row in status.tablets if row.is_in_session],
            "roster": [row.device for row in status.tablets],
            "vector": dict(self.hub.shared.vector),
            "session": session.id,
            "is_open": session.is_open,
            "desks": [d.id for d in session.desks.values() if d.presence is Presence.HERE],
            "here": len(session.here),
        }

    def open(self) -> str:
        """Open a session; gives its id or why not."""
        came = self.hub.open_session()
        return came if isinstance(came, Refusal) else came.id

    def close(self) -> str:
        """Close the session; gives its id or why not."""
        came = self.hub.close_session()
        return came if isinstance(came, Refusal) else came.id

    def desk(self, desk: str, services: list[str], own: str) -> None:
        """Have a desk here, working in every session from now on."""
        at_work = asyncio.create_task(Desk(self, desk, services, own).work())
        at_work.add_done_callback(_ended)
        self._desks.append(at_work)

    def work(self, *, go_on: bool) -> None:
        """Let the desks call, or have them finish whom they have and wait."""
        self.is_working = go_on

    def doubt(self, seconds: float) -> None:
        """Have desks wait so long before they begin on a call that nobody told them of."""
        self.unsure_seconds = seconds

    async def arrive(self, services: Iterable[str]) -> int:
        """Let one family in for each service; gives how many were let in."""
        count = 0
        for service in services:
            came = self.hub.arrive(Wish((self._needs[service],)))
            if isinstance(came, Visit):
                say({"arrived": came.id, "at": time.monotonic()})
                count += 1
            else:
                say({"odd": f"arrive: {came}"})
            await asyncio.sleep(0)
        return count


def _needs(pack: Pack) -> dict[str, str]:
    """Give for each service a need it is the first to help with."""
    plain = [need for need in pack.needs if not need.urgent]
    return {need.services[0]: need.id for need in reversed(plain)}


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        say({"odd": f"a desk fell over: {task.exception()!r}"})


async def _main(asked: argparse.Namespace) -> None:
    pack = load_pack(config.pack_folder())
    assert isinstance(pack, Pack), pack
    opened = open_tablet(asked.data, pack, SystemClock(pack.zone), Place(pack.council, "APART"))
    assert isinstance(opened, Tablet), opened
    lines = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    process = TabletProcess(opened, tuple(asked.ip), asked.port)
    say({"up": process.tablets.node.me, "files": str(Files(asked.data).hub)})
    try:
        await process.run(lines)
    finally:
        opened.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--ip", required=True, nargs="+")
    options.add_argument("--port", type=int, default=config.OTHERS_PORT)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(_main(options.parse_args()))
