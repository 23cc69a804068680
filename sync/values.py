"""The plain values a record is made of, on the hub’s side of the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True)
class Place:
    """The hub a count is about: its council’s S12 code, and the hub’s short code."""

    council: str
    hub: str


@dataclass(frozen=True)
class Number:
    """Which batch of a hub this is: the n-th, from 1, of an epoch: a whole number below 2**53.

    An epoch is one database’s: a restored or copied one begins another, and no number is used
    twice.
    """

    epoch: int
    n: int


@dataclass(frozen=True)
class Fragment:
    """A row cut from one visit, before the gate; it never leaves the hub.

    `visit` is a local key, only to count different visits; `facts` holds every fact, other than
    the period, that the kind’s ladder can name.
    """

    kind: str
    visit: str
    day: date
    first_ever: bool
    facts: Mapping[str, str]
    pounds: int = 0


class Row(NamedTuple):  # made and put in order by the thousand
    """A class of identical fragments that may leave: its facts in ladder order, and how many."""

    kind: str
    facts: tuple[tuple[str, str], ...]
    n: int

    @property
    def period(self) -> str:
        """The day, month or quarter this row counts: always its first fact."""
        return self.facts[0][1]


@dataclass(frozen=True)
class GainTotal:
    """The pounds gained in a quarter, to the nearest hundred, by ten visits or more."""

    quarter: str
    pounds_nearest_100: int
    contributors: int


@dataclass(frozen=True)
class Load:
    """What goes into one batch: all that has left of one period so far.

    `revision` is 1 the first time; a higher one takes the place of the ones before.
    """

    period: str
    revision: int
    rows: tuple[Row, ...]
    closings: tuple["Closing", ...] = ()
    gain_total: GainTotal | None = None


@dataclass(frozen=True)
class Closing:
    """The closing count of one session, which goes whole: it was plain to anybody in the hall.

    `opening` is 1 for the first session of that day, 2 for the next; `contacts` counts desk
    contacts by service.
    """

    day: date
    opening: int
    visits: int
    contacts: Mapping[str, int]
