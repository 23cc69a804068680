"""Hubs beside each other, fairly: per visit, with intervals, and no league table of small hubs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from markupsafe import Markup

from sync.centre.charts import Spread, spreads
from sync.record import Place, Row

VISITS_MIN: Final = 100  # a hub with fewer in the period is shown with the other small ones only
_CONFIDENCE: Final = 0.95
_ONE_A_VISIT: Final = frozenset({"visit", "wait"})


@dataclass(frozen=True)
class Share:
    """What is compared: of 100 of something, how many; read from the rows of one kind."""

    code: str
    heading: str
    about: str
    kind: str
    fact: str
    codes: tuple[str, ...]

    def of(self, rows: Iterable[Row], visits: int) -> "Known":
        """Give how many, of how many, among the rows that name the fact; and how many do not.

        Where each visit has one such row, what never came of `visits` is not known either.
        """
        named = [(dict(row.facts).get(self.fact), row.n) for row in rows if row.kind == self.kind]
        k = sum(n for code, n in named if code in self.codes)
        n = sum(n for code, n in named if code is not None)
        unnamed = sum(n for code, n in named if code is None)
        held = max(0, visits - n - unnamed) if self.kind in _ONE_A_VISIT else 0
        return Known(k, n, unnamed + held)


@dataclass(frozen=True)
class Known:
    """So many `k` of `n`; of `hidden` more nobody here knows: too few were alike to tell."""

    k: int
    n: int
    hidden: int


SHARES: Final = (
    Share(
        *("waits", "Waited more than 20 minutes", "Of 100 visits whose wait is counted."),
        *("wait", "wait_band", ("21-40", "41+")),
    ),
    Share(
        *("unhelped", "No service here that day", "Of 100 needs whose result is counted."),
        *("need", "result", ("no_service_today",)),
    ),
    Share(
        *("first", "First time ever", "Of 100 visits where this is counted."),
        *("visit", "visit_type", ("first_ever",)),
    ),
    Share(
        *("gained", "Money gained or a claim made", "Of 100 needs whose result is counted."),
        *("need", "result", ("money_gained", "claim_or_application")),
    ),
)


@dataclass(frozen=True)
class Line:
    """A hub, or several small ones together: the share in per cent, its interval, and of what n."""

    label: str
    value: float
    low: float
    high: float
    n: int
    is_all: bool = False


@dataclass(frozen=True)
class Comparison:
    """One share, compared: in order of names, never of size. No chart with fewer than two hubs."""

    share: Share
    lines: tuple[Line, ...]
    chart: Markup | None
    small: int


def compare(
    share: Share,
    rows: Mapping[Place, Sequence[Row]],
    visits: Mapping[Place, int],
    name: Callable[[Place], str],
) -> Comparison:
    """Compare hubs by one share; `visits` are the closing counts of the same period.

    What is rare at a small hub is held there, so shares of what came would flatter or shame it.
    The interval therefore runs from “none of the hidden ones” to “all of them”, each end with
    Wilson’s interval at 95 % (Wilson 1927), which stays within 0 and 100 and holds for few.
    """
    large = [place for place in rows if visits.get(place, 0) >= VISITS_MIN]
    small = [place for place in rows if visits.get(place, 0) < VISITS_MIN]

    def known(places: Iterable[Place]) -> Known:
        chosen = tuple(places)
        every = (row for place in chosen for row in rows[place])
        return share.of(every, sum(visits.get(place, 0) for place in chosen))

    found = [(name(place), known((place,))) for place in sorted(large, key=name)]
    if len(small) > 1:  # one alone would be compared with the large ones after all
        found.append((f"{len(small)} smaller hubs together", known(small)))
    lines = [_line(label, each) for label, each in found if each.n]
    everything = known(rows)
    if everything.n:
        lines.append(_line("All hubs", everything, is_all=True))
    drawn = [Spread(line.label, line.value, line.low, line.high) for line in lines]
    chart = spreads(drawn, " %") if len(large) > 1 else None
    return Comparison(share, tuple(lines), chart, len(small))


def _line(label: str, known: Known, *, is_all: bool = False) -> Line:
    stats: Any = import_module("scipy.stats")  # here: it takes longer than any page without it

    def interval(k: int) -> Any:
        found = stats.binomtest(k, known.n + known.hidden)
        return found.proportion_ci(_CONFIDENCE, method="wilson")

    low, high = interval(known.k).low, interval(known.k + known.hidden).high
    return Line(
        label, 100 * known.k / known.n, float(100 * low), float(100 * high), known.n, is_all
    )
