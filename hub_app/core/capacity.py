"""How full the hall is, and how full one more party would make it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hub_app.core.house import Capacity
from hub_app.core.visit import Visit


class Level(StrEnum):
    """GREEN: room for more; AMBER: nearly full; RED: full."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Crowd:
    """The families in the hall: adults and children as told.

    `unknown` counts families who did not say how many adults they are; each is taken for one
    adult, so the true number may be higher, and a screen says so.
    """

    adults: int = 0
    children: int = 0
    unknown: int = 0

    @property
    def people(self) -> int:
        """How many people we take to be here, staff not counted."""
        return self.adults + self.children + self.unknown


@dataclass(frozen=True, slots=True)
class Fullness:
    """A crowd against the capacity: the level, and the places left before the hall is full.

    `places` is never below nought. Both are None while nobody has set a capacity.
    """

    crowd: Crowd
    level: Level | None = None
    places: int | None = None


def crowd_of(here: Iterable[Visit]) -> Crowd:
    """Count the families that are here: `session.here`."""
    crowd = Crowd()
    for visit in here:
        crowd = with_party(crowd, visit.adults, visit.children)
    return crowd


def with_party(crowd: Crowd, adults: int | None, children: int | None) -> Crowd:
    """Give the crowd with one more family; None is not told."""
    return Crowd(
        crowd.adults + (adults or 0),
        crowd.children + (children or 0),
        crowd.unknown + (adults is None),
    )


def fullness(crowd: Crowd, capacity: Capacity | None) -> Fullness:
    """Give how full the hall is with this crowd: amber and red begin at their numbers."""
    if capacity is None:
        return Fullness(crowd)
    level = Level.GREEN
    if crowd.people >= capacity.amber:
        level = Level.AMBER
    if crowd.people >= capacity.red:
        level = Level.RED
    return Fullness(crowd, level, max(0, capacity.red - crowd.people))


def with_them(
    here: Iterable[Visit], capacity: Capacity | None, adults: int | None, children: int | None
) -> Fullness:
    """Give how full the hall would be with one more family, to be said before they are added."""
    return fullness(with_party(crowd_of(here), adults, children), capacity)
