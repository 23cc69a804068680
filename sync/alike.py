"""Which fragments are alike, how many people they are at least, which classes betray a fact."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final, NamedTuple

from sync.company import is_diverse
from sync.record import (
    ALPHA,
    LADDER,
    PERIOD_FIELDS,
    VOCABULARY,
    Fragment,
    period_of,
)

Facts = tuple[tuple[str, str], ...]
Step = tuple[str, ...]

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(dict.fromkeys(n for step in steps for n in step if n not in PERIOD_FIELDS))
    for kind, steps in LADDER.items()
}
_NOBODY: Final[frozenset[str]] = frozenset()


class Cell:
    """Fragments of one kind, one day and the same facts: no step can tell them apart.

    `facts` are pairs of name and code by name; `visits` the different visits in it, `first`
    those that were a family’s first ever.
    """

    __slots__ = ("day", "facts", "first", "fragments", "visits")

    def __init__(self, day: date, facts: Mapping[str, tuple[str, str]]) -> None:
        self.day = day
        self.facts = facts
        self.fragments: list[Fragment] = []
        self.visits: set[str] = set()
        self.first: set[str] | frozenset[str] = _NOBODY

    def add(self, fragment: Fragment) -> None:
        """Put one more of the same into it."""
        self.fragments.append(fragment)
        self.visits.add(fragment.visit)
        if fragment.first_ever:
            self.first = self.first or set()
            self.first |= {fragment.visit}


class Class:
    """The cells that a step cannot tell apart: what would leave as one row, counting `n`."""

    __slots__ = ("cells", "n", "visits")

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.n = sum(len(each.fragments) for each in cells)
        self.visits = cells[0].visits if len(cells) == 1 else _union(c.visits for c in cells)

    @property
    def fragments(self) -> list[Fragment]:
        """All of them, in no order that means anything."""
        return [each for cell in self.cells for each in cell.fragments]

    def people_at_least(self) -> int:
        """Give the fewest different people it can be about: see people_at_least."""
        days: dict[date, list[Cell]] = defaultdict(list)
        for cell in self.cells:
            days[cell.day].append(cell)
        if len(days) == 1:
            return len(self.visits)
        best = first_after = 0
        for _, here in sorted(days.items(), reverse=True):
            best = max(best, len(_union(each.visits for each in here)) + first_after)
            first_after += len(_union(each.first for each in here))
        return best


def _union(visits: Iterable[AbstractSet[str]]) -> set[str]:
    return set[str]().union(*visits)


class Gone(NamedTuple):
    """A row that has left before, all its revisions together."""

    n: int
    visits: set[str]


def people_at_least(fragments: Iterable[Fragment]) -> int:
    """Give the fewest different people these fragments can be about, with no identifier.

    A family comes once a day, and a first-ever visit after day D is nobody who was there on D.
    So: the most, over days D, of visits on D + first-ever visits after D (privacy.md §2.1).
    """
    cells: dict[date, Cell] = {}
    for each in fragments:
        if each.day not in cells:
            cells[each.day] = Cell(each.day, {})
        cells[each.day].add(each)
    return Class(list(cells.values())).people_at_least()


def cells_of(fragments: Iterable[Fragment]) -> tuple[dict[str, list[Cell]], list[Fragment]]:
    """Sort fragments into cells by kind; apart, those the record does not name (rule 4)."""
    said: dict[tuple[object, ...], _Said | None] = {}
    same: dict[tuple[str, Facts], _Said] = {}
    unnamed: list[Fragment] = []
    for each in fragments:
        written = (each.kind, *each.facts.items())
        if written not in said:
            facts = facts_of(each)
            key = (each.kind, facts or ())
            said[written] = None if facts is None else same.setdefault(key, _Said(dict(facts)))
        named = said[written]
        if named is None:
            unnamed.append(each)
            continue
        cell = named.cells.get(each.day)
        if cell is None:
            cell = named.cells[each.day] = Cell(each.day, named.facts)
        cell.add(each)
    by_kind: dict[str, list[Cell]] = defaultdict(list)
    for (kind, _), named in same.items():
        by_kind[kind].extend(named.cells.values())
    return by_kind, unnamed


class _Said:
    """The facts of one kind that fragments have, in whatever order, and their cells by day."""

    __slots__ = ("cells", "facts")

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.facts = {name: (name, code) for name, code in facts.items()}
        self.cells: dict[date, Cell] = {}


def facts_of(fragment: Fragment) -> Facts | None:
    """Give a fragment’s facts in ladder order; None unless the record names kind, facts and all."""
    names = _NAMES.get(fragment.kind)
    if names is None or set(names) != set(fragment.facts):
        return None
    is_named = all(code in VOCABULARY[name] for name, code in fragment.facts.items())
    return tuple((name, fragment.facts[name]) for name in names) if is_named else None


def classes_of(
    step: Step, cells: Iterable[Cell], over: Callable[[str], bool]
) -> dict[Facts, Class]:
    """Put together the cells a step cannot tell apart, of the periods that are over."""
    period_field, *names = step
    periods: dict[date, tuple[str, str]] = {}
    found: dict[Facts, list[Cell]] = {}
    for each in cells:
        period = periods.get(each.day)
        if period is None:
            period = periods[each.day] = (period_field, period_of(period_field, each.day))
        if over(period[1]):
            facts = (period, *map(each.facts.__getitem__, names))
            alike = found.get(facts)
            if alike is None:
                found[facts] = [each]
            else:
                alike.append(each)
    return {facts: Class(alike) for facts, alike in found.items()}


def gives_away(
    learnable: Iterable[int], classes: Mapping[Facts, Class], gone: Mapping[Facts, Gone]
) -> set[Facts]:
    """Give the classes that must not leave (rule 2): in what is left, no fact betrays another.

    That holds for what leaves now by itself, and together with what has left before.
    """
    live = dict(classes)
    before = {i: _families(i, gone) for i in learnable}
    while dropped := {
        facts
        for i, past in before.items()
        for known, family in _families(i, live).items()
        if not _is_diverse([live[facts] for facts in family])
        or (known in past and not _is_diverse(_together(live, family, gone, past[known])))
        for facts in family
    }:
        live = {facts: each for facts, each in live.items() if facts not in dropped}
    return classes.keys() - live.keys()


def _families(i: int, classes: Iterable[Facts]) -> Mapping[Hashable, list[Facts]]:
    """Put together the classes that differ in the i-th fact alone."""
    found: dict[Hashable, list[Facts]] = defaultdict(list)
    for facts in classes:
        found[facts[:i] + facts[i + 1 :]].append(facts)
    return found


def _together(
    live: Mapping[Facts, Class],
    family: Iterable[Facts],
    gone: Mapping[Facts, Gone],
    past: Iterable[Facts],
) -> list[Gone]:
    """Give a family as it will stand at the centre: what has left, and what leaves now."""
    found = {facts: gone[facts] for facts in past}
    for facts in family:
        n, visits = found.get(facts, Gone(0, set()))
        found[facts] = Gone(n + live[facts].n, visits | live[facts].visits)
    return list(found.values())


def _is_diverse(values: Sequence[Class] | Sequence[Gone]) -> bool:
    """Say whether no value stands out, by rows (as the centre can see) and by visits."""
    if not is_diverse([each.n for each in values]):
        return False
    most = max(len(each.visits) for each in values)
    everybody = set[str]().union(*(each.visits for each in values))
    return most <= ALPHA * len(everybody)
