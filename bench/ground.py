"""What every measurement stands on: a hub on a real disk, figures, and how they are said."""

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub_app.clocks import SetClock
from hub_app.config import pack_folder
from hub_app.core.pack import Pack
from hub_app.hub import Hub, Wish
from hub_app.main import Tablet, Unopened, load_pack, open_tablet
from sync.record import Place

FIRST_MORNING = 1_790_000_000_000
NEEDS = ("housing_rent", "energy_bill", "debt_bills", "money_scp")


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds of many repetitions of one thing."""

    seconds: Sequence[float]

    @property
    def median(self) -> float:
        """The middle one, in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """The one that nineteen in twenty stay below, in milliseconds."""
        return statistics.quantiles(self.seconds, n=20)[-1] * 1000


def timed(act: Callable[[], object], times: int) -> Figure:
    """Time something again and again."""
    seconds: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begun)
    return Figure(seconds)


def a_pack() -> Pack:
    """Give the Scottish pack."""
    pack = load_pack(pack_folder())
    if isinstance(pack, Unopened):
        raise SystemExit(pack)
    return pack


def a_tablet(folder: Path, pack: Pack) -> tuple[Tablet, SetClock]:
    """Open a tablet in a folder, on a clock that is set."""
    clock = SetClock(pack.zone, FIRST_MORNING)
    tablet = open_tablet(folder, pack, clock, Place(pack.council, "BENCH"))
    if isinstance(tablet, Unopened):
        raise SystemExit(tablet)
    return tablet, clock


def live_through(hub: Hub, clock: SetClock, events: int) -> None:
    """Let one session go by with about so many events; everybody is helped and goes home."""
    hub.open_session()
    desks = [hub.open_desk(pack_service, [pack_service]) for pack_service in ("housing", "energy")]
    written = 3
    for need in itertools.cycle(NEEDS[:2]):
        if written >= events:
            return
        clock.set(clock.millis() + 20_000)
        visit = hub.arrive(Wish((need,)))
        desk = str(desks[NEEDS.index(need)])
        hub.call_next(desk)
        hub.start(desk, visit.id)  # type: ignore[union-attr]
        hub.finish(desk, visit.id, "advice_given")  # type: ignore[union-attr]
        written += 6
