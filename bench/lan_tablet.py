"""One real tablet without a screen, asked by lines of JSON; it notes when each fact was folded."""

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from bench.ground import a_pack
from hub_app.clocks import SystemClock
from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.hub import Wish
from hub_app.lan.lines import Means
from hub_app.lan.tablets import Around, Tablets, Where
from hub_app.main import Tablet, Unopened, open_tablet
from sync.record import Place

HERE = "127.0.0.1"
DESK, SERVICE, NEED = "Money", "money", "debt_bills"
LOOK_SECONDS = 0.01
T = TypeVar("T")


class Measured:
    """The tablet, and what may be asked of it. Moments are monotonic seconds of the machine."""

    def __init__(self, opened: Tablet, name: str) -> None:
        self.hub, self._log = opened.hub, opened.log
        where = Where(opened.files.identity, HERE, 0, name)
        means = Means(time.monotonic, random.random)
        self.tablets = Tablets(self.hub, where, Around(lambda: (HERE,)), means, lambda: None)
        self._folded: list[tuple[str, int, float]] = []
        self._known = dict(self.hub.shared.vector)
        self._linked: float | None = None
        self._news = asyncio.Event()
        self._chance = random.Random(name)
        node = self.tablets.node
        self._link, node.linked = node.linked, self._note_link
        self.hub.listen(self._note)  # after the node's own

    def _note_link(self, device: str) -> None:
        self._linked = self._linked or time.monotonic()
        self._link(device)

    def _note(self) -> None:
        """Note what is new here, now that it is committed, folded and passed on."""
        at = time.monotonic()
        for origin, n in self.hub.shared.vector.items():
            if n > self._known.get(origin, 0):
                self._known[origin] = n
                self._folded.append((origin, n, at))
                self._news.set()

    async def run(self, lines: asyncio.StreamReader) -> None:
        """Do what is said until there is nothing more."""
        at_work = asyncio.create_task(self.tablets.run())
        while line := await lines.readline():
            said = json.loads(line)
            number, asked = said.pop("re"), said.pop("do")
            doer: Callable[..., Awaitable[Any] | Any] = getattr(self, f"do_{asked}")
            came = doer(**said)
            say({"re": number, "is": await came if isinstance(came, Awaitable) else came})
        await self.tablets.close()
        await at_work

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._chance.uniform(0.5, 1.5))

    # --- what may be asked -------------------------------------------------------------------

    async def do_invite(self, name: str) -> str:
        """Give the text of a QR that lets one tablet in."""
        return _done(await self.tablets.invite(name, "desk")).qr

    async def do_join(self, said: str) -> str:
        """Join by it; gives the word to compare."""
        joined = await self.tablets.join(said)
        assert not isinstance(joined, str), joined
        return joined.word

    async def do_meet(self, others: int) -> None:
        """Wait for lines to so many others, all in the roster and holding the same, and a keeper.

        Then forget what was noted so far.
        """
        node = self.tablets.node
        while True:
            met = [each.exchange for each in node.peers.values() if each.exchange.is_met]
            if (
                len(met) == others
                and len(self.hub.roster.paired) == others + 1
                and not any(each.lacks or each.has_more for each in met)
                and node.keeper.known(time.monotonic()) is not None
                and len(node.keeper.members) == others + 1
            ):
                break
            await asyncio.sleep(LOOK_SECONDS)
        self._folded.clear()

    def do_open(self) -> None:
        """Open the session."""
        _done(self.hub.open_session())

    def do_desk(self) -> str:
        """Open a desk here; gives its id."""
        return _done(self.hub.open_desk(DESK, [SERVICE]))

    def do_is_keeper(self) -> bool:
        """Say whether this tablet decides on calls."""
        node = self.tablets.node
        return node.keeper.known(time.monotonic()) == node.me

    async def do_tap(
        self, count: int, pause: float, name: str = ""
    ) -> list[tuple[str, int, float, float]]:
        """Let a family in, then let it go, and so on; gives origin, n, begun, committed of each."""
        taps = list[tuple[str, int, float, float]]()
        here: Visit | None = None
        await self._pause(pause)
        for _ in range(count):
            begun = time.monotonic()
            if here is None:
                here = _done(self.hub.arrive(Wish((NEED,), name=name)))
            else:
                _done(self.hub.leave(here.id))
                here = None
            shared, at = self.hub.shared, time.monotonic()
            taps.append((shared.origin, shared.vector[shared.origin], begun, at))
            await self._pause(pause)
        return taps

    async def do_call(self, desk: str, count: int, pause: float) -> list[float]:
        """Let a family in, call it, serve it, and so on; gives the seconds each call took."""
        seconds = list[float]()
        for _ in range(count):
            _done(self.hub.arrive(Wish((NEED,))))
            await self._pause(pause)
            asked = time.monotonic()
            visit = _done(await self.tablets.call_next(desk))
            seconds.append(time.monotonic() - asked)
            _done(self.hub.start(desk, visit.id))
            _done(self.hub.finish(desk, visit.id, "advice_given"))
        return seconds

    def do_fill(self, events: int) -> int:
        """Let a session go by with about so many facts, alone; gives how many are held."""
        self.do_open()
        desk = self.do_desk()
        while sum(self.hub.shared.vector.values()) < events:
            visit = _done(self.hub.arrive(Wish((NEED,))))
            _done(self.hub.call_next(desk))
            _done(self.hub.start(desk, visit.id))
            _done(self.hub.finish(desk, visit.id, "advice_given"))
        return sum(self.hub.shared.vector.values())

    def do_vector(self) -> dict[str, int]:
        """Give what is held here, by origin."""
        return dict(self.hub.shared.vector)

    def do_rows(self, file: str) -> int:
        """Write every fact held here into a file, as tablets pass them on; gives how many."""
        rows = self.hub.shared.after({}, sum(self.hub.shared.vector.values()))
        Path(file).write_text(json.dumps(rows), encoding="utf-8")
        return len(rows)

    async def do_have(self, vector: dict[str, int]) -> None:
        """Wait until all that is folded here."""
        while not self._has(vector):
            self._news.clear()
            await self._news.wait()

    def _has(self, vector: dict[str, int]) -> bool:
        return all(self._known.get(origin, 0) >= n for origin, n in vector.items())

    def do_linked(self) -> float | None:
        """Give when the first line was up."""
        return self._linked

    def do_folded(self) -> list[tuple[str, int, float]]:
        """Give what was folded here and when, since this was asked last."""
        folded, self._folded = self._folded, []
        return folded

    def do_cpu(self) -> tuple[float, float]:
        """Give the seconds of processor this process has used, and the moment."""
        return time.process_time(), time.monotonic()


def _done(came: T | Refusal) -> T:
    if isinstance(came, Refusal):
        raise SystemExit(f"refused: {came}")
    return came


def say(said: dict[str, Any]) -> None:
    """Say something to whoever drives us, at once."""
    left = (json.dumps(said) + "\n").encode()
    while left:
        left = left[os.write(1, left) :]


async def _main(folder: Path) -> None:
    pack = a_pack()
    opened = open_tablet(folder, pack, SystemClock(pack.zone), Place(pack.council, "BENCH"))
    if isinstance(opened, Unopened):
        raise SystemExit(opened)
    lines = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    measured = Measured(opened, folder.name)
    say({"up": measured.tablets.node.me})
    try:
        await measured.run(lines)
    finally:
        opened.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(_main(options.parse_args().folder))
