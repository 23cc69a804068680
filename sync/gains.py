"""What one quarter’s gains add up to, where no one person could be seen in the sum."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from sync.alike import facts_of, people_at_least
from sync.record import QUARTER, Fragment, GainTotal, period_of

GAINERS_MIN: Final = 10
LARGEST_GAIN_PERCENT: Final = 40  # one person's share of the sum stays under this


def gain_totals_of(
    fragments: Iterable[Fragment], may: Callable[[str], bool]
) -> tuple[GainTotal, ...]:
    """Give the rounded pounds of each quarter that may be told and no one person could dominate."""
    quarters: dict[str, list[Fragment]] = defaultdict(list)
    for each in fragments:
        if each.kind == "gain" and each.pounds > 0 and facts_of(each) is not None:
            quarters[period_of(QUARTER, each.day)].append(each)
    found: list[GainTotal] = []
    for quarter, gains in sorted(quarters.items()):
        total = sum(each.pounds for each in gains)
        is_enough = may(quarter) and people_at_least(gains) >= GAINERS_MIN
        if is_enough and _one_person(gains) * 100 < LARGEST_GAIN_PERCENT * total:
            visits = len({each.visit for each in gains})
            found.append(GainTotal(quarter, (total + 50) // 100 * 100, visits))
    return tuple(found)


def _one_person(gains: Iterable[Fragment]) -> int:
    """Give the most pounds that one person can have gained: the mirror of people_at_least.

    At most one visit a day, and nothing before a first-ever visit.
    """
    visits: dict[date, dict[tuple[bool, str], int]] = defaultdict(lambda: defaultdict(int))
    for each in gains:
        visits[each.day][each.first_ever, each.visit] += each.pounds
    best = later = 0
    for _, pounds in sorted(visits.items(), reverse=True):
        first = max((p for (is_first, _), p in pounds.items() if is_first), default=0)
        again = max((p for (is_first, _), p in pounds.items() if not is_first), default=0)
        best = max(best, first + later)
        later += again
    return max(best, later)
