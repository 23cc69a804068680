"""The hall at one minute, as far as a forecast may know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hub_app.core.learn import Serving
from hub_app.core.routing import LAST_MINUTES, Family, Room

SLOT_MINUTES = 15.0
_AS_USUAL = 8.0  # families that the usual profile is worth against what today has shown

Window = tuple[float, float]


class Where(StrEnum):
    """Where a family is that has not gone home."""

    WAITING = "waiting"
    COMING = "coming"  # at the welcome, or walking over: waits in a moment
    SERVING = "serving"  # at a desk, or called to one
    AWAY = "away"  # stepped out, or did not come when called


@dataclass(frozen=True, slots=True)
class Present:
    """A family in the hall: what the rule knows, where they are, and since which minute."""

    family: Family
    where: Where
    since: float


@dataclass(frozen=True, slots=True)
class Running:
    """What keeps a desk busy.

    `since` is the minute in which they sat down, in the future when they are on their way to it.
    Without a family the desk waits for somebody who does not come.
    """

    service: str
    since: float
    family: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: what it offers, when it is here (from, until), and what it does now."""

    id: str
    services: tuple[str, ...]
    windows: tuple[Window, ...]
    running: Running | None = None

    @property
    def last_start(self) -> float:
        """The minute from which it starts with nobody any more."""
        return max((end for _, end in self.windows), default=float("-inf")) - LAST_MINUTES


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody may come with; times are minutes after they have come."""

    services: tuple[str, ...]
    is_urgent: bool = False
    leaves_after: float | None = None
    appointment: tuple[str, float] | None = None
    interpreter: str | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How families come in: `slots` holds how many to expect in each quarter of an hour.

    `like` holds families as they have come before, each with a weight: those to come are drawn
    from them. `ratio` says how today compares.
    """

    slots: tuple[float, ...] = ()
    like: tuple[tuple[Newcomer, float], ...] = ()
    ratio: float = 1.0
    opens: float = 0.0

    def expected(self, until: float) -> float:
        """Give how many came by this minute on a usual day."""
        slots = max(0.0, (until - self.opens) / SLOT_MINUTES)
        whole = min(len(self.slots), int(slots))
        begun = self.slots[whole] * (slots - whole) if whole < len(self.slots) else 0.0
        return sum(self.slots[:whole]) + begun


def todays_ratio(arrivals: Arrivals, now: float, arrived: int) -> float:
    """Give how today compares with a usual day, cautiously while few have come."""
    return (arrived + _AS_USUAL) / (arrivals.expected(now) + _AS_USUAL)


@dataclass(frozen=True, slots=True)
class Habits:
    """What families do, in halls in general: minutes, and shares of one.

    They wait for a stop a log-normal time, `patience` in the middle, before they go home.
    """

    patience: float = 45.0
    patience_spread: float = 0.35  # of log-minutes
    patience_least: float = 15.0
    handed_over: float = 0.08  # of the stops that end
    missed: float = 0.04  # of the calls
    silent: float = 0.5  # of those who lose patience: nobody knows that they have gone
    missed_for: float = 2.0  # so long a desk waits for who does not come
    away: float = 6.0
    welcome: float = 3.0  # from the door until they wait


@dataclass(frozen=True, eq=False)
class Sketch:
    """The hall at minute `now`; every time is a minute on one scale. Order in it means nothing.

    `room` is the rule's own (its count of free interpreters is not asked: `interpreters` says
    when each of them is here, and a language that is not listed has no limit). A service without
    `serving` is offered by nobody, as far as a forecast can say.
    """

    now: float
    close: float
    present: tuple[Present, ...]
    desks: tuple[Desk, ...]
    room: Room
    serving: Mapping[str, Serving]
    interpreters: Mapping[str, tuple[Window, ...]] = field(
        default_factory=dict[str, tuple[Window, ...]]
    )
    arrivals: Arrivals = Arrivals()
    habits: Habits = Habits()
