"""Real tablets with real lines between them, on this machine's own address."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from hub_app.clocks import SystemClock
from hub_app.config import Files
from hub_app.core.pack import Pack
from hub_app.hub import Hub
from hub_app.lan.lines import Means
from hub_app.lan.tablets import Around, Tablets, Where
from hub_app.main import Tablet, open_tablet
from hub_app.view.tablets import Joined
from sync.record import Place
from tests.support.hall import done, scotland
from tests.support.tcp_proxy import until as holds

HERE = "127.0.0.1"
PATIENCE_SECONDS = 15.0


class Room:
    """One tablet at work: its hub, and its lines to the others."""

    def __init__(self, folder: Path, pack: Pack, hub: str = "H1") -> None:
        opened = open_tablet(folder, pack, SystemClock(pack.zone), Place("X", hub))
        assert isinstance(opened, Tablet), opened
        self.tablet = opened
        self.hub: Hub = self.tablet.hub
        means = Means(time.monotonic, random.random)
        around = Around(lambda: (HERE,), wiping=self.tablet.lose_key, hub=f"X/{hub}")
        where = Where(Files(folder).identity, HERE, 0, folder.name)
        self.changes = 0
        self.tablets = Tablets(self.hub, where, around, means, self._changed)
        self._task = asyncio.create_task(self.tablets.run())

    def _changed(self) -> None:
        self.changes += 1

    async def close(self) -> None:
        await self.tablets.close()
        await self._task
        self.tablet.close()


@asynccontextmanager
async def rooms(folder: Path, *names: str) -> AsyncGenerator[list[Room]]:
    """Open tablets, each alone."""
    made = [Room(folder / name, scotland()) for name in names]
    try:
        yield made
    finally:
        await asyncio.gather(*(room.close() for room in made))


async def until(claim: Callable[[], object], _what: str = "") -> None:
    """Wait until something is so, on a busy machine too."""
    await holds(claim, PATIENCE_SECONDS)


async def pair(first: Room, other: Room, name: str, role: str = "desk") -> Joined:
    """Let one tablet in by what the other's screen shows as a QR."""
    shown = done(await first.tablets.invite(name, role))
    joined = await other.tablets.join(shown.qr)
    assert isinstance(joined, Joined), joined
    used = first.tablets.invitation()
    assert used is not None
    assert used.word == joined.word
    await until(lambda: other.hub.roster.is_paired(other.tablets.node.me), "the roster is known")
    return joined
