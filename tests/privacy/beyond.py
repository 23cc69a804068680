"""Sharper attacks than the bar asks for: measured and told, for what they take cannot be had."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sync.gate import Leaving
from sync.record import LADDER, SENSITIVE, VOCABULARY, period_of
from tests.privacy.letting_go import Look
from tests.privacy.shelves import Visits

Names = tuple[str, ...]


@dataclass
class Share:
    """How many of how many."""

    found: int = 0
    of: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.found / self.of if self.of else 0.0


def by_elimination(looks: Iterable[Look], visits: Visits) -> Share:
    """Count facts that were dropped from a row, and of which all codes but one had left by finer
    rows of that month: whoever is told that it fell to this step knows which it was.
    """
    share = Share()
    for rows in _by_hub(looks):
        released = _by_step(rows)
        for each in rows:
            for month, n in _months(each, visits).items():
                for secret in _dropped(each):
                    left = set(VOCABULARY[secret]) - _gone(released, each, secret, month)
                    share.of += n
                    share.found += n * (len(left) == 1)
    return share


def by_common_codes(looks: Iterable[Look]) -> Share:
    """Count needs and results that are the only one all groups of a family have in common.

    A family of two groups has the same needs beside both: whoever is told that all its rows left
    by the finest step looks for what the two splits share.
    """
    share = Share()
    for rows in _by_hub(looks):
        said: dict[tuple[str, ...], set[str]] = defaultdict(set)
        beside: dict[tuple[str, str, str], list[tuple[str, ...]]] = defaultdict(list)
        for each in rows:
            if each.row.kind in {"priority_need", "priority_result"} and len(each.row.facts) == 3:
                (_, period), (_, group), (_, code) = each.row.facts
                said[each.row.kind, period, group].add(code)
                for visit in set(each.visits):
                    beside[each.row.kind, visit, code].append((each.row.kind, period, group))
        for groups in beside.values():
            share.of += 1
            share.found += len(set.intersection(*(said[group] for group in groups))) == 1
    return share


def _by_hub(looks: Iterable[Look]) -> Iterator[list[Leaving]]:
    rows: dict[str, list[Leaving]] = defaultdict(list)
    for look in looks:
        rows[look.hub].extend(look.rows)
    yield from rows.values()


def _names(each: Leaving) -> Names:
    return tuple(name for name, _ in each.row.facts)


def _by_step(rows: Iterable[Leaving]) -> dict[tuple[str, Names, str], list[dict[str, str]]]:
    found: dict[tuple[str, Names, str], list[dict[str, str]]] = defaultdict(list)
    for each in rows:
        found[each.row.kind, _names(each), each.row.period].append(dict(each.row.facts))
    return found


def _months(each: Leaving, visits: Visits) -> Counter[str]:
    return Counter(period_of("month", visits.of[visit].day) for visit in each.visits)


def _finer(each: Leaving) -> Sequence[Names]:
    ladder = LADDER[each.row.kind]
    return ladder[: ladder.index(_names(each))]


def _dropped(each: Leaving) -> set[str]:
    return ({name for step in _finer(each) for name in step} & SENSITIVE) - set(_names(each))


def _gone(
    released: dict[tuple[str, Names, str], list[dict[str, str]]],
    each: Leaving,
    secret: str,
    month: str,
) -> set[str]:
    """Give the codes that cannot be meant: those that left by finer rows with the same facts."""
    known = dict(each.row.facts)
    quarter = f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
    found: set[str] = set()
    for step in _finer(each):
        beside = [name for name in step[1:] if name != secret]
        if secret in step and all(name in known for name in beside):
            period = month if step[0] == "month" else quarter
            for row in released.get((each.row.kind, step, period), ()):
                if all(row[name] == known[name] for name in beside):
                    found.add(row[secret])
    return found
