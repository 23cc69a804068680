"""One tablet of the simulated hall: a disk that stays, and a hub and node that come and go."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from hub_app.hub import Hub
from hub_app.lan.messages import Message
from hub_app.lan.node import Node
from hub_app.store.cards import Cards
from hub_app.store.log import COLUMNS, Log, own_origin
from tests.lan.hall.disk import Disk, copy_of
from tests.support.hall import KeyRing, scotland

Row = tuple
_LONDON = ZoneInfo("Europe/London")


class OddClock:
    """A wall clock that is off by so many milliseconds, and can be put anywhere."""

    def __init__(self, true_millis: Callable[[], int]) -> None:
        self._true, self.off = true_millis, 0
        self.moved_at = -100.0

    def millis(self) -> int:
        return self._true() + self.off

    def local(self, millis: int) -> datetime:
        return datetime.fromtimestamp(millis / 1000, _LONDON)


class Tablet:
    """What stays of a tablet when its process ends, and the process while it runs."""

    def __init__(self, name: str, chance: Random, seconds: Callable[[], float]) -> None:
        """Make a blank tablet. `seconds` is the true time, which no tablet knows."""
        self.name, self.chance = name, chance
        self.device = f"{chance.getrandbits(32):08x}{name}"
        self.disk: Disk = copy_of()
        self.keys = KeyRing()
        self._seconds, self._rate = seconds, chance.uniform(0.99, 1.01)
        self._began = 0.0
        self.clock = OddClock(lambda: BASE_MILLIS + round(seconds() * 1000))
        self.clock.off = chance.randint(-120_000, 120_000)
        self.runs = 0  # how often it was started: what an earlier run had in hand is void
        self.hub: Hub | None = None
        self.node: Node | None = None
        self.knock_at = 0.0  # when it asks to be paired
        self.inviter = ""  # whom it trusts before it knows the roster
        self.is_gone = False  # removed and wiped
        self.is_let_in = False
        self.down_since = -100.0
        self.desks: list[str] = []
        self.seq = 0  # how far its log was looked at
        self.backup: Disk | None = None
        self.not_before = 0.0  # when it may be started
        self.is_restored = False  # or copied, and its marks say so at the next start

    @property
    def is_up(self) -> bool:
        return self.node is not None

    @property
    def real(self) -> Node:
        """The node of a tablet that runs."""
        assert self.node is not None
        return self.node

    def monotonic(self) -> float:
        """Seconds by its own quartz."""
        return self._began + self._seconds() * self._rate

    def mint(self) -> str:
        return f"{self.chance.getrandbits(48):012x}"

    def start(self, heard: Callable[[], None]) -> Hub:
        """Start the process on what the disk holds, up to the hub."""
        self.runs += 1
        self._began = self.chance.uniform(0, 1000)
        db = Database(self.disk, execute_plugins=False)
        log = Log(db, own_origin(db, self.mint))
        if self.is_restored:
            log.write_as(self.mint())
            self.is_restored = False
        hub = Hub(log, Cards(db, self.keys), scotland(), self.clock, self.mint)
        hub.listen(heard)
        self.hub = hub
        return hub

    def join(self, send: Callable[[str, Message], None]) -> Node:
        """Start the node on the hub that runs."""
        assert self.hub is not None
        self.node = Node(self.hub, self.device, self.monotonic, self.chance, send)
        return self.node

    def end(self, now: float) -> None:
        """End the process at once, as a power cut does."""
        self.hub = self.node = None
        self.disk.fails = ""
        self.disk.rollback()
        self.down_since = now

    def rows(self, where: str = "", *values: object) -> list[Row]:
        """The facts on its disk."""
        return self.disk.execute(f"SELECT {COLUMNS} FROM event {where}", values).fetchall()

    def fresh_rows(self) -> list[Row]:
        """The facts that came since this was asked last."""
        found = self.disk.execute(
            f"SELECT seq, {COLUMNS} FROM event WHERE seq > ? ORDER BY seq", [self.seq]
        ).fetchall()
        if found:
            self.seq = found[-1][0]
        return [row[1:] for row in found]


BASE_MILLIS = 1_795_257_000_000  # 2026-11-21, half past ten in the hall
