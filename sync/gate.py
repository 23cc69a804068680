"""The proof that a fragment may leave: enough people alike, no fact that gives another away."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from sync.record import (
    ALPHA,
    K_MIN,
    KINDS,
    L_MIN,
    LADDER,
    PERIOD_FIELDS,
    SENSITIVE,
    VOCABULARY,
    Fragment,
    GainTotal,
    Row,
    period_of,
)

Facts = tuple[tuple[str, str], ...]
Classes = dict[Facts, list[Fragment]]

GAINERS_MIN: Final = 10
LARGEST_GAIN_PERCENT: Final = 40  # one person's share of the sum stays under this
_PLACE_OR_TIME: Final = frozenset({*PERIOD_FIELDS, "half_day", "visit_type"})  # not facts to learn
_NAMED: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(name for step in steps for name in step) - frozenset(PERIOD_FIELDS)
    for kind, steps in LADDER.items()
}


class HeldWhy(StrEnum):
    """Why a fragment is still here."""

    TOO_FEW = "too few"
    GIVES_A_FACT_AWAY = "gives a fact away"
    PERIOD_STILL_OPEN = "period still open"
    TOO_LATE = "period already sealed"
    NOT_NAMED = "not named by the record"


@dataclass(frozen=True)
class Held:
    """A fragment that stays, and why."""

    fragment: Fragment
    why: HeldWhy


@dataclass(frozen=True)
class Verdict:
    """What may leave now, sorted; and what stays, each with its reason."""

    rows: tuple[Row, ...]
    held: tuple[Held, ...]
    gain_totals: tuple[GainTotal, ...]


@dataclass(frozen=True)
class KindSum:
    """The visits with a fragment of one kind: sent + held == visits, always."""

    visits: int
    sent: int
    held: int


class _Terms(NamedTuple):
    """What one run of the gate is told: which periods may be sealed, which we know have been."""

    closed: Callable[[str], bool]
    sealed: frozenset[str]


def gate(
    fragments: Iterable[Fragment], closed: Callable[[str], bool], gone: Iterable[Row] = ()
) -> Verdict:
    """Decide which rows may leave, by the rules of privacy.md §2, whatever the order of fragments.

    `closed(period)` says a period may be sealed now: it is over, and no batch of it has left.
    A step whose period may not be sealed is passed over; a fragment none of whose later steps
    is closed either is held. So what comes late for a sealed day goes with its month.
    `gone` are the rows sealed earlier: their fragments are taken out first, finest step first,
    so nothing is sent twice.
    """
    by_kind: dict[str, list[Fragment]] = defaultdict(list)
    held: list[Held] = []
    for fragment in fragments:
        if _is_named(fragment):
            by_kind[fragment.kind].append(fragment)
        else:
            held.append(Held(fragment, HeldWhy.NOT_NAMED))
    gone_by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in gone:
        gone_by_kind[row.kind].append(row)
    sealed = frozenset(row.period for rows in gone_by_kind.values() for row in rows)
    terms = _Terms(cache(closed), sealed)
    rows: list[Row] = []
    for kind, members in by_kind.items():
        here = _without(gone_by_kind[kind], members)
        leaving, staying = _climb(LADDER[kind], here, terms)
        rows.extend(Row(kind, facts, n) for facts, n in leaving)
        held.extend(staying)
    return Verdict(
        tuple(sorted(rows)),
        tuple(sorted(held, key=lambda each: (_order(each.fragment), each.why))),
        tuple(_gain_totals(by_kind["gain"], terms.closed)),
    )


def people_at_least(fragments: Iterable[Fragment]) -> int:
    """Give the fewest different people these fragments can be about, with no identifier.

    A family comes once a day, and a first-ever visit after day D is nobody who was there on D.
    So: the most, over days D, of visits on D + first-ever visits after D (privacy.md §2.1).
    """
    visits: dict[date, set[str]] = defaultdict(set)
    first: dict[date, set[str]] = defaultdict(set)
    for fragment in fragments:
        visits[fragment.day].add(fragment.visit)
        if fragment.first_ever:
            first[fragment.day].add(fragment.visit)
    best = first_after = 0
    for day in sorted(visits, reverse=True):
        best = max(best, len(visits[day]) + first_after)
        first_after += len(first[day])
    return best


def sums(fragments: Iterable[Fragment], held: Iterable[Held]) -> Mapping[str, KindSum]:
    """Count, for every kind, the visits it was cut from, those all sent, and those still held.

    A visit counts as held while any of its fragments of that kind is here.
    """
    visits: dict[str, set[str]] = {kind: set() for kind in KINDS}
    staying: dict[str, set[str]] = defaultdict(set)
    for fragment in fragments:
        visits.setdefault(fragment.kind, set()).add(fragment.visit)
    for each in held:
        staying[each.fragment.kind].add(each.fragment.visit)
    return {
        kind: KindSum(len(all_of), len(all_of - staying[kind]), len(all_of & staying[kind]))
        for kind, all_of in visits.items()
    }


def _is_named(fragment: Fragment) -> bool:
    """Say whether the record names this kind, exactly these facts, and every code (rule 4)."""
    names = _NAMED.get(fragment.kind)
    return names == frozenset(fragment.facts) and all(
        code in VOCABULARY[name] for name, code in fragment.facts.items()
    )


def _climb(
    ladder: Sequence[tuple[str, ...]], here: list[Fragment], terms: _Terms
) -> tuple[list[tuple[Facts, int]], list[Held]]:
    """Try each step, finest first: what leaves with its n, and what no step lets go."""
    leaving: list[tuple[Facts, int]] = []
    why: dict[int, HeldWhy] = {}  # by identity: two fragments may be equal, and neither is hashable
    for i, step in enumerate(ladder):
        classes = _classes(step, here, terms.closed)
        enough = {f: members for f, members in classes.items() if people_at_least(members) >= K_MIN}
        telling = _gives_away(_learnable(step, is_first=i == 0), enough)
        gone: set[int] = set()
        for facts, members in classes.items():
            if facts in enough and facts not in telling:
                leaving.append((facts, len(members)))
                gone.update(map(id, members))
            else:
                reason = HeldWhy.GIVES_A_FACT_AWAY if facts in enough else HeldWhy.TOO_FEW
                why.update((id(each), reason) for each in members)
        here = [each for each in here if id(each) not in gone]
    widest = ladder[-1][0]
    staying: list[Held] = []
    for each in here:
        period = period_of(widest, each.day)
        if terms.closed(period):
            staying.append(Held(each, why[id(each)]))
        else:
            late = period in terms.sealed
            staying.append(Held(each, HeldWhy.TOO_LATE if late else HeldWhy.PERIOD_STILL_OPEN))
    return leaving, staying


def _classes(
    step: tuple[str, ...], fragments: Iterable[Fragment], closed: Callable[[str], bool]
) -> Classes:
    """Put together the fragments a step cannot tell apart, of the periods that are closed."""
    field, *names = step
    periods: dict[date, str] = {}
    found: Classes = defaultdict(list)
    for each in fragments:
        period = periods.get(each.day) or periods.setdefault(each.day, period_of(field, each.day))
        if closed(period):
            facts = each.facts
            found[((field, period), *[(name, facts[name]) for name in names])].append(each)
    return found


def _without(gone: Iterable[Row], fragments: list[Fragment]) -> list[Fragment]:
    """Take out the fragments of rows sealed earlier; which of a class is all one, so the first."""
    wanted: dict[tuple[str, ...], dict[Facts, int]] = defaultdict(lambda: defaultdict(int))
    for row in gone:
        wanted[tuple(name for name, _ in row.facts)][row.facts] += row.n
    here = fragments
    for step in _finest_first(wanted, fragments):
        out: set[int] = set()
        for facts, members in _classes(step, here, lambda _: True).items():
            if n := wanted[step].get(facts, 0):
                out.update(map(id, sorted(members, key=_order)[:n]))
        here = [each for each in here if id(each) not in out]
    return here


def _finest_first(
    wanted: Mapping[tuple[str, ...], object], fragments: Sequence[Fragment]
) -> Iterator[tuple[str, ...]]:
    if fragments:
        yield from (step for step in LADDER[fragments[0].kind] if step in wanted)


def _learnable(step: tuple[str, ...], *, is_first: bool) -> tuple[int, ...]:
    """Say where in a step the facts stand that the rest of the row must not give away.

    A fact on its own is the public split at the first step; at a later one, that a row fell so
    far is known too, so a sensitive fact must still have company.
    """
    facts = tuple(i for i, name in enumerate(step) if name not in _PLACE_OR_TIME)
    if len(facts) == 1 and (is_first or step[facts[0]] not in SENSITIVE):
        return ()
    return facts


def _gives_away(learnable: Iterable[int], classes: Classes) -> set[Facts]:
    """Give the classes that must not leave (rule 2): in what is left, no fact betrays another."""
    live = dict(classes)
    while dropped := {
        facts
        for i in learnable
        for family in _families(i, live).values()
        if not _is_diverse([live[facts] for facts in family])
        for facts in family
    }:
        live = {facts: members for facts, members in live.items() if facts not in dropped}
    return classes.keys() - live.keys()


def _families(i: int, classes: Classes) -> Mapping[Hashable, list[Facts]]:
    """Put together the classes that differ in the i-th fact alone."""
    found: dict[Hashable, list[Facts]] = defaultdict(list)
    for facts in classes:
        found[facts[:i] + facts[i + 1 :]].append(facts)
    return found


def _is_diverse(values: Sequence[Sequence[Fragment]]) -> bool:
    """Say whether no value stands out, by rows (as the centre can see) and by visits."""
    if len(values) < L_MIN:
        return False
    rows = [len(members) for members in values]
    visits = [{each.visit for each in members} for members in values]
    return max(rows) <= ALPHA * sum(rows) and max(map(len, visits)) <= ALPHA * len(
        set[str]().union(*visits)
    )


def _gain_totals(
    fragments: Iterable[Fragment], closed: Callable[[str], bool]
) -> Iterator[GainTotal]:
    """Give the rounded pounds of each closed quarter that no one person could dominate."""
    quarters: dict[str, list[Fragment]] = defaultdict(list)
    for each in fragments:
        if each.pounds > 0:
            quarters[period_of("quarter", each.day)].append(each)
    for quarter, gains in sorted(quarters.items()):
        total = sum(each.pounds for each in gains)
        few = people_at_least(gains) < GAINERS_MIN
        if closed(quarter) and not few and _one_person(gains) * 100 < LARGEST_GAIN_PERCENT * total:
            yield GainTotal(quarter, (total + 50) // 100 * 100, len({g.visit for g in gains}))


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


def _order(each: Fragment) -> tuple[object, ...]:
    facts = tuple(sorted(each.facts.items()))
    return (each.kind, each.day, each.visit, facts, each.first_ever, each.pounds)
