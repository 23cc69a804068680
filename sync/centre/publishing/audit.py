"""Which tables may join what is out: every small count must keep five values it may really have."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from sync.centre.publishing.masters import Decided, Waiting
from sync.centre.publishing.programme import Figure, Known, Name, too_narrow
from sync.centre.publishing.rounding import POSSIBLE_MIN, Rule, shown
from sync.centre.publishing.tables import (
    SHAPE_OF,
    SHAPES,
    Exact,
    Scope,
    Shape,
    Where,
    less_told,
    only,
)
from sync.codes import CONTACT_SERVICES, K_MIN
from sync.periods import first_day, last_day

SMALL_MAX: Final = 6

# At most one count for each visit: the closing counts, which are public, bound their sum.
_ONCE: Final = ("visits", "waits", "areas", "languages", "referrals", "gains", "paid_work")
_FIRST: Final = ("first_ever", "first_this_year")
_NOT_FIRST: Final = ("returning", "not_said")


_ALL: Final = {shape.code: shape.facts for shape in SHAPES}


@dataclass(frozen=True)
class Out:
    """A release as the audit sees it: what was shown by which rule, and what was true then."""

    scope: Scope
    rule: Rule
    exact: Exact
    told: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(_ALL))

    def cells(self, table: str) -> Mapping[Where, int]:
        """Give the true counts of a table as far as it is told; none when it is not out."""
        if table not in self.told:
            return {}
        return less_told(SHAPE_OF[table], self.exact.of(table), self.told[table])


class Count(NamedTuple):
    """The name of an unknown: a true count in one hub’s table, and which state of it.

    `hub` is "" for the whole council; `state` goes up when a later release counts otherwise;
    `rest` is what the hubs with no tables of their own have of a council’s count.
    """

    hub: str
    table: str
    where: Where
    state: int
    is_rest: bool = False


@dataclass(frozen=True)
class Told:
    """All that a reader knows when those releases are out, and which counts are to be protected."""

    known: Known
    protected: frozenset[Count]


def overlapping(out: Iterable[Out], scope: Scope) -> Out | None:
    """Give a release that is out for another period of the same council with days in common."""
    days = _days(scope.period)
    for each in out:
        other = _days(each.scope.period)
        if (
            each.scope.council == scope.council
            and each.scope.period != scope.period
            and days[0] <= other[1]
            and other[0] <= days[1]
        ):
            return each
    return None


def decide(out: Sequence[Out], new: Out) -> Decided:
    """Say which tables of a new release may join what is out, how finely told, and what waits.

    `out` is everything released of that council, in order. A table that can’t be told by all its
    facts is told by fewer, if that is safe; one that is out keeps the facts it is told by. Tables
    are tried in their order, and nothing but the arguments decides.
    """
    here = [each for each in out if _is_beside(each, new)]
    may: dict[str, tuple[tuple[str, ...], ...]] = {}
    waits: dict[str, Waiting] = {}
    for shape in SHAPES:
        levels = _levels(here, new, shape)
        if _changed_slightly(here, replace(new, told={shape.code: levels[0]}), shape.code):
            waits[shape.code] = Waiting(shape.code, _SLIGHT)
        else:
            may[shape.code] = levels
    told = {code: levels[0] for code, levels in may.items()}
    if _narrowed(here, replace(new, told=told), told):
        told = {}
        for code, levels in may.items():
            narrowed = 0
            for level in levels:
                narrowed = _narrowed(here, replace(new, told={**told, code: level}), [code])
                if not narrowed:
                    told[code] = level
                    break
            else:
                waits[code] = Waiting(code, _narrow_sentence(narrowed))
    return Decided(told, tuple(waits[shape.code] for shape in SHAPES if shape.code in waits))


def _levels(here: Sequence[Out], new: Out, shape: Shape) -> tuple[tuple[str, ...], ...]:
    for each in here:
        if each.scope == new.scope and shape.code in each.told:
            return (each.told[shape.code],)
    return shape.levels


_SLIGHT: Final = (
    "Since it was released a count in it has changed by fewer than five. The two versions side by"
    " side could tell of one family. It waits until more has changed."
)


def _narrow_sentence(narrowed: int) -> str:
    what = "A small count" if narrowed == 1 else f"{narrowed} small counts"
    return (
        f"{what} could be worked out to fewer than {POSSIBLE_MIN} possible values, from this table"
        " and all that is public already. It waits."
    )


def told(out: Sequence[Out], least: int = 1) -> Told:
    """Say what a reader of these releases knows; they are in order, of one council and period.

    A reader has every published count, knows the rules, and has added up the closing counts of
    every session. `least` is the smallest true count above nought that the reader holds possible:
    one for whoever goes by what is published, K_MIN for who knows the gate.
    """
    reader = _Reader(least)
    for each in out:
        reader.reads(each)
    reader.sets_hubs_beside_the_council(out)
    return Told(Known(reader.bounds, tuple(reader.figures)), frozenset(reader.protected))


def _narrowed(here: Sequence[Out], new: Out, about: Container[str]) -> int:
    """Count the protected counts that hang together with those tables and are too narrow."""
    seen = told([*here, new])
    names: list[Name] = [name for name in seen.known.bounds if _table_of(name) in about]
    return len(too_narrow(seen.known, seen.protected, names))


def _table_of(name: Name) -> str:
    return name.table if isinstance(name, Count) else ""


def _is_beside(each: Out, new: Out) -> bool:
    return (each.scope.council, each.scope.period) == (new.scope.council, new.scope.period)


def _days(period: str) -> tuple[str, str]:
    return str(first_day(period)), str(last_day(period))


def _changed_slightly(here: Sequence[Out], new: Out, code: str) -> bool:
    """Say whether a count differs by one to four from what an earlier release was made from."""
    now = new.cells(code)
    for each in here:
        if each.scope == new.scope and code in each.told:
            then = each.cells(code)
            if any(0 < abs(now.get(w, 0) - then.get(w, 0)) < K_MIN for w in {*now, *then}):
                return True
    return False


class _Reader:
    """Reads one release after another, and notes everything that follows from each."""

    def __init__(self, least: int) -> None:
        self.bounds: dict[Name, tuple[int, int]] = {}
        self.figures: list[Figure] = []
        self.protected: set[Count] = set()
        self._least = least
        self._latest: dict[tuple[str, str, Where], tuple[Count, int]] = {}

    def reads(self, out: Out) -> None:
        """Take in the cells of a release, and what the closing counts say of their sums."""
        here: dict[str, dict[Where, Count]] = defaultdict(dict)
        for code in sorted(out.told):
            for where, n in out.cells(code).items():
                here[code][where] = self._cell(out, code, where, n)
        for code in _ONCE:
            self._at_most(here[code].values(), _total(out, code), out.exact.all_visits)
        for month, visits in out.exact.visits.items():
            cells = {where: name for where, name in here["visits"].items() if where[0] == month}
            true = sum(out.cells("visits")[where] for where in cells)
            self._at_most(cells.values(), true, visits)
        self._first_visits(out, here)
        self._unserved_needs(out, here)

    def sets_hubs_beside_the_council(self, out: Sequence[Out]) -> None:
        """Note that a council’s count is its hubs’ counts and the rest, as far as both are told."""
        for shape in SHAPES:
            told = [set(each.told[shape.code]) for each in out if shape.code in each.told]
            common = tuple(fact for fact in shape.facts if all(fact in each for each in told))
            whole: dict[Where, list[tuple[Count, int]]] = defaultdict(list)
            parts: dict[Where, list[tuple[Count, int]]] = defaultdict(list)
            for (hub, code, where), named in self._latest.items():
                if code == shape.code:
                    side = parts if hub else whole
                    side[only(shape, where, common)].append(named)
            rests = {
                where: _sum(whole[where]) - _sum(here)
                for where, here in parts.items()
                if where in whole
            }
            for where, rest in rests.items():
                if rest >= 0:
                    is_all = not any(rests.values()) and parts.keys() == whole.keys()
                    self._is_the_sum(whole[where], parts[where], rest, is_all=is_all)

    def _cell(self, out: Out, code: str, where: Where, n: int) -> Count:
        """Note what a cell shows of a true count; one that has not changed is the same unknown."""
        at = (out.scope.hub or "", code, where)
        name, before = self._latest.get(at, (None, 0))
        if name is None or before != n:
            new = Count(*at, 0 if name is None else name.state + 1)
            if name is not None and before < n:
                self.figures.append(Figure(((new, 1), (name, -1)), 0, float("inf")))
            name = new
            self._latest[at] = (name, n)
        cell = shown(out.rule, n)
        low, high = self.bounds.get(name, (self._least, cell.high))
        self.bounds[name] = (max(low, cell.low), min(high, cell.high))
        if cell.is_small and not _is_public(code, where):
            self.protected.add(name)
        return name

    def _at_most(self, cells: Iterable[Count], true: int, visits: int) -> None:
        """Note that cells come to no more than the visits; to just so many when that is so.

        A reader who supposes that nothing was held back is right then.
        """
        terms = tuple((name, 1) for name in cells)
        if terms and true <= visits:
            self.figures.append(Figure(terms, visits if true == visits else 0, visits))

    def _first_visits(self, out: Out, here: Mapping[str, Mapping[Where, Count]]) -> None:
        """Note that paid work is told once for each first visit of a year."""
        visits, work = here["visits"], here["paid_work"]
        true = out.cells("visits")
        first = [where for where in visits if where[2] in _FIRST]
        asked = _total(out, "paid_work")
        if not visits or not work:
            return
        if asked == sum(true[where] for where in first):
            self._equal(work.values(), [visits[where] for where in first])
        rest = [where for where in visits if where[2] in _NOT_FIRST]
        came = asked + sum(true[where] for where in rest)
        names = [*work.values(), *(visits[where] for where in rest)]
        self._at_most(names, came, out.exact.all_visits)

    def _unserved_needs(self, out: Out, here: Mapping[str, Mapping[Where, Count]]) -> None:
        """Note that a need with no service that day is an unmet one, where the sums say so."""
        needs, unmet = here["needs_results"], here["unmet"]
        for need in {where[0] for where in needs}:
            left = [where for where in needs if where == (need, "no_service_today")]
            why = [where for where in unmet if where[0] == need]
            one = sum(out.cells("needs_results")[where] for where in left)
            if why and one == sum(out.cells("unmet")[where] for where in why):
                self._equal([needs[where] for where in left], [unmet[where] for where in why])

    def _equal(self, ones: Iterable[Count], others: Iterable[Count]) -> None:
        terms = (*((name, 1) for name in ones), *((name, -1) for name in others))
        self.figures.append(Figure(terms, 0, 0))

    def _is_the_sum(
        self,
        whole: Sequence[tuple[Count, int]],
        parts: Sequence[tuple[Count, int]],
        rest: int,
        *,
        is_all: bool,
    ) -> None:
        terms = [*((name, 1) for name, _ in whole), *((name, -1) for name, _ in parts)]
        if not is_all:
            first = whole[0][0]
            name = first._replace(is_rest=True)
            self.bounds[name] = (0, sum(self.bounds[each][1] for each, _ in whole))
            terms.append((name, -1))
            if 0 < rest <= SMALL_MAX and not _is_public(first.table, first.where):
                self.protected.add(name)
        self.figures.append(Figure(tuple(terms), 0, 0))


def _sum(counts: Iterable[tuple[Count, int]]) -> int:
    return sum(n for _, n in counts)


def _total(out: Out, code: str) -> int:
    return sum(out.cells(code).values())


def _is_public(code: str, where: Where) -> bool:
    """Say whether anybody in the hall could count it: who was served at which desk."""
    return code == "services" and where[0] in CONTACT_SERVICES
