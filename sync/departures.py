"""What goes into the next batch of each period: what has left of it, and what may leave now."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from sync.gate import Held, HeldWhy, Leaving, Verdict, destroy_after, is_in
from sync.record import (
    K_MIN,
    KINDS,
    LADDER,
    Closing,
    Fragment,
    GainTotal,
    Load,
    Row,
    last_day,
)
from sync.revisions import may_follow
from sync.text import canonical

REVISIONS_MAX: Final = 999


@dataclass(frozen=True)
class Departure:
    """The next batch of one period, and the rows that are new in it with their visits."""

    load: Load
    added: tuple[Leaving, ...]


@dataclass(frozen=True)
class Late:
    """By how many visits the count of a session that has left is short; less than none: too many.

    Families came to light after it had gone, or visits were taken back.
    """

    day: date
    opening: int
    visits: int


def departures(
    verdict: Verdict, closings: Iterable[Closing], left: Mapping[str, Load]
) -> tuple[Departure, ...]:
    """Give the batches to seal now, by period: none of a period of which nothing is new.

    A revision is the one before with additions that have passed the gate by themselves. Nothing
    that has left is ever made less, so two revisions differ by what was free to go anyway.
    `closings` are the counts of the days that are over, as they are now; `left` is what has left of
    each period so far.
    """
    added: dict[str, list[Leaving]] = defaultdict(list)
    for each in verdict.rows:
        added[each.row.period].append(each)
    counts: dict[str, list[Closing]] = defaultdict(list)
    for closing in closings:
        counts[closing.day.isoformat()].append(closing)
    totals = {total.quarter: total for total in verdict.gain_totals}
    periods = sorted({*added, *counts, *totals}, key=_oldest_first)
    found = (
        _departure(_before(period, left), added[period], counts[period], totals.get(period))
        for period in periods
    )
    return tuple(each for each in found if each is not None)


def kept_back(
    verdict: Verdict, fragments: Iterable[Fragment], stays: Callable[[Leaving], bool]
) -> Verdict:
    """Give a verdict with some of its rows held after all, fragment by fragment."""
    back = [each for each in verdict.rows if stays(each)]
    if not back:
        return verdict
    held = {id(each.fragment) for each in verdict.held}
    free = [each for each in fragments if id(each) not in held]
    more: list[Held] = []
    for each in back:
        wanted = Counter(each.visits)
        for fragment in free:
            if wanted[fragment.visit] and is_in(each.row, fragment):
                wanted[fragment.visit] -= 1
                more.append(Held(fragment, HeldWhy.NOT_TAKEN))
    rows = tuple(each for each in verdict.rows if not stays(each))
    return Verdict(rows, (*verdict.held, *more), verdict.gain_totals)


def last_kept(period: str) -> date:
    """Give the last day on which it may be known which visits stand behind a period’s rows.

    By privacy.md §2.3; a fault when it is no period.
    """
    end = last_day(period)
    if end is None:
        raise ValueError(f"{period} is not a period")
    return max(destroy_after(kind, end) for kind in KINDS)


def late(closings: Iterable[Closing], left: Mapping[str, Load]) -> tuple[Late, ...]:
    """Give by how much the counts that have left differ from those now, by session."""
    gone = {(c.day, c.opening): c for load in left.values() for c in load.closings}
    now = ((each, gone.get((each.day, each.opening))) for each in closings)
    return tuple(
        Late(each.day, each.opening, each.visits - before.visits)
        for each, before in now
        if before is not None and each.visits != before.visits
    )


def visits_text(added: Iterable[Leaving]) -> bytes:
    """Give the visits behind new rows as bytes that stay here: each visit named once."""
    known = tuple(added)
    names = sorted({visit for each in known for visit in each.visits})
    place = {name: at for at, name in enumerate(names)}
    rows = [
        [each.row.kind, [list(fact) for fact in each.row.facts], _steps(each.visits, place)]
        for each in known
    ]
    return canonical({"visits": names, "rows": rows})


def read_visits(text: bytes) -> tuple[Leaving, ...] | None:
    """Read what visits_text gave; None when it is nothing of the kind. Never raises."""
    try:
        said = cast(dict[str, Any], json.loads(text))
        names = [str(name) for name in said["visits"]]
        return tuple(_leaving(names, *row) for row in said["rows"])
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, AttributeError):
        return None


def _steps(visits: Iterable[str], place: Mapping[str, int]) -> list[int]:
    """Give the places of sorted visits, each as the way from the one before: they pack well."""
    at, found = 0, list[int]()
    for visit in visits:
        found.append(place[visit] - at)
        at = place[visit]
    return found


def _leaving(names: list[str], kind: str, facts: list[list[str]], steps: list[int]) -> Leaving:
    at, visits = 0, list[str]()
    for step in steps:
        at += step
        if at < 0:
            raise IndexError(at)
        visits.append(names[at])
    row = Row(kind, tuple((str(name), str(code)) for name, code in facts), len(visits))
    if tuple(name for name, _ in row.facts) not in LADDER[kind] or len(visits) < K_MIN:
        raise ValueError(kind)
    return Leaving(row, tuple(visits))


def _oldest_first(period: str) -> tuple[date, int, str]:
    return (last_day(period) or date.max, -len(period), period)


def _before(period: str, left: Mapping[str, Load]) -> Load:
    return left.get(period, Load(period, 0, ()))


def _departure(
    before: Load, added: list[Leaving], counts: list[Closing], total: GainTotal | None
) -> Departure | None:
    closings = _closings(before.closings, counts)
    is_total_new = before.gain_total is None and total is not None
    is_new = bool(added) or closings != before.closings or is_total_new
    if not is_new or before.revision == REVISIONS_MAX:
        return None
    numbers = Counter[tuple[str, tuple[tuple[str, str], ...]]]()
    for row in (*before.rows, *(each.row for each in added)):
        numbers[row.kind, row.facts] += row.n
    rows = tuple(sorted(Row(kind, facts, n) for (kind, facts), n in numbers.items()))
    gains = before.gain_total or total
    load = Load(before.period, before.revision + 1, rows, closings, gains)
    return Departure(load, tuple(added))


def _closings(before: tuple[Closing, ...], now: Iterable[Closing]) -> tuple[Closing, ...]:
    """Give the closing counts of a day: further openings as they come, a change where it may go."""
    known = {each.opening: each for each in before}
    for each in now:
        old = known.get(each.opening)
        if old is None or may_follow(old, each):
            known[each.opening] = each
    return tuple(known[opening] for opening in sorted(known))
