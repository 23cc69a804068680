"""The proof that a fragment may leave: enough people alike, no fact that gives another away."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from sync.alike import Cell, Class, Facts, Gone, Step, cells_of, classes_of, gives_away
from sync.company import learnable
from sync.gains import gain_totals_of
from sync.record import (
    K_MIN,
    KINDS,
    LADDER,
    MONTH,
    QUARTER,
    Fragment,
    GainTotal,
    Row,
    last_day,
    period_of,
)

_KEPT_ON: Final = {MONTH: timedelta(days=7), QUARTER: timedelta(days=14)}  # privacy.md §2.3


class HeldWhy(StrEnum):
    """Why a fragment is still here."""

    TOO_FEW = "too few"
    GIVES_A_FACT_AWAY = "gives a fact away"
    PERIOD_STILL_OPEN = "period still open"
    NOT_NAMED = "not named by the record"
    NOT_TAKEN = "its period was refused"


@dataclass(frozen=True)
class Leaving:
    """A row that may leave, and the local keys of the visits it counts, sorted; they stay here.

    A visit stands in it as often as the row counts fragments of it.
    """

    row: Row
    visits: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """A fragment that stays, and why.

    `until` is the last day of the next period whose end may let it go; None when nothing will.
    """

    fragment: Fragment
    why: HeldWhy
    until: date | None = None


@dataclass(frozen=True)
class Verdict:
    """What may leave now, sorted; and what stays, each with its reason."""

    rows: tuple[Leaving, ...]
    held: tuple[Held, ...]
    gain_totals: tuple[GainTotal, ...]


@dataclass(frozen=True)
class KindSum:
    """The visits with a fragment of one kind: sent + held + destroyed == visits, always."""

    visits: int
    sent: int
    held: int
    destroyed: int


def gate(
    fragments: Iterable[Fragment],
    over: Callable[[str], bool],
    gone: Iterable[Leaving] = (),
    gone_totals: frozenset[str] = frozenset(),
) -> Verdict:
    """Decide which rows may leave, by the rules of privacy.md §2, whatever the order of fragments.

    `over(period)` says a day is signed off, a month or a quarter past; a step whose period is not
    over is passed over. `gone` is what has left before: its fragments are taken out first, so
    nothing is sent twice. What is found beyond it, also in a period that has left, goes when it
    passes by itself, as an addition: two revisions of a period differ by rows that passed alone.
    `gone_totals` are the quarters whose gain total has left; it is never given again.
    """
    everything, left = tuple(fragments), tuple(gone)
    known = cache(over)
    cells, unnamed = cells_of(_without(left, everything))
    held = [Held(each, HeldWhy.NOT_NAMED) for each in unnamed]
    rows: list[Leaving] = []
    for kind, here in cells.items():
        before = [each for each in left if each.row.kind == kind]
        leaving, staying = _climb(LADDER[kind], here, _Terms(known, before))
        rows.extend(
            Leaving(Row(kind, facts, each.n), tuple(sorted(f.visit for f in each.fragments)))
            for facts, each in leaving.items()
        )
        held.extend(staying)
    return Verdict(
        tuple(sorted(rows, key=lambda each: each.row)),
        tuple(sorted(held, key=lambda each: (_order(each.fragment), each.why))),
        gain_totals_of(everything, lambda quarter: known(quarter) and quarter not in gone_totals),
    )


def destroy_after(kind: str, day: date) -> date:
    """Give the last day that a fragment of that kind and day is kept, sent or not.

    By privacy.md §2.3 that is 14 days after its quarter; 7 after its month, for a kind that
    nothing wider than a month counts.
    """
    widest = LADDER[kind][-1][0] if kind in LADDER else QUARTER
    wide = MONTH if widest == MONTH else QUARTER
    return _end(wide, day) + _KEPT_ON[wide]


def sums(
    fragments: Iterable[Fragment],
    held: Iterable[Held],
    destroyed: Mapping[str, int] = MappingProxyType({}),
) -> Mapping[str, KindSum]:
    """Count, for every kind, the visits it was cut from: those all sent, still held, destroyed.

    A visit counts as held while any of its fragments of that kind is here. `destroyed` are the
    visits, by kind, that were destroyed while held; `fragments` has nothing of them any more.
    """
    visits: dict[str, set[str]] = {kind: set() for kind in (*KINDS, *destroyed)}
    staying: dict[str, set[str]] = defaultdict(set)
    for fragment in fragments:
        visits.setdefault(fragment.kind, set()).add(fragment.visit)
    for each in held:
        staying[each.fragment.kind].add(each.fragment.visit)
    found: dict[str, KindSum] = {}
    for kind, all_of in visits.items():
        here, gone = len(all_of & staying[kind]), destroyed.get(kind, 0)
        found[kind] = KindSum(len(all_of) + gone, len(all_of) - here, here, gone)
    return found


class _Terms(NamedTuple):
    """What one kind is judged by: which periods are over, and what has left of it before."""

    over: Callable[[str], bool]
    before: Sequence[Leaving]

    def gone(self, step: Step) -> dict[Facts, Gone]:
        found: dict[Facts, Gone] = {}
        for each in self.before:
            if _step(each.row) == step:
                n, visits = found.get(each.row.facts, Gone(0, set()))
                found[each.row.facts] = Gone(n + each.row.n, visits.union(each.visits))
        return found

    def until(self, ladder: Sequence[Step], day: date) -> date | None:
        fields = dict.fromkeys(step[0] for step in ladder)
        return min((_end(f, day) for f in fields if not self.over(period_of(f, day))), default=None)


def _step(row: Row) -> Step:
    return tuple(name for name, _ in row.facts)


def _end(period_field: str, day: date) -> date:
    return last_day(period_of(period_field, day)) or day


def _climb(
    ladder: Sequence[Step], here: list[Cell], terms: _Terms
) -> tuple[dict[Facts, Class], list[Held]]:
    """Try each step, finest first: what leaves, and what no step lets go."""
    leaving: dict[Facts, Class] = {}
    why: dict[Cell, HeldWhy] = {}
    for step in ladder:
        classes = classes_of(step, here, terms.over)
        enough = {f: each for f, each in classes.items() if _is_enough(each)}
        telling = gives_away(learnable(step), enough, terms.gone(step))
        may = {facts: each for facts, each in enough.items() if facts not in telling}
        for facts in classes.keys() - may.keys():
            reason = HeldWhy.GIVES_A_FACT_AWAY if facts in enough else HeldWhy.TOO_FEW
            why.update((cell, reason) for cell in classes[facts].cells)
        leaving.update(may)
        out = {cell for each in may.values() for cell in each.cells}
        here = [cell for cell in here if cell not in out]
    until = {day: terms.until(ladder, day) for day in {cell.day for cell in here}}
    staying = [
        Held(each, why.get(cell, HeldWhy.PERIOD_STILL_OPEN), until[cell.day])
        for cell in here
        for each in cell.fragments
    ]
    return leaving, staying


def _is_enough(alike: Class) -> bool:
    return len(alike.visits) >= K_MIN and alike.people_at_least() >= K_MIN


def _without(gone: Sequence[Leaving], fragments: Sequence[Fragment]) -> list[Fragment]:
    """Take out what has left: of each visit the fragment that went, finest rows first.

    If the visit has been put right since, and nothing of it matches, any one of that kind goes
    out in its place: what a visit is counted for once, it is not counted for again.
    """
    wanted = {(each.row.kind, visit) for each in gone for visit in each.visits}
    here: dict[tuple[str, str], list[Fragment]] = defaultdict(list)
    for each in fragments:
        if (each.kind, each.visit) in wanted:
            here[each.kind, each.visit].append(each)
    for several in here.values():
        several.sort(key=_order)
    out: set[int] = set()  # by identity: two fragments may be equal, and neither is hashable
    changed: list[list[Fragment]] = []
    for each in sorted(gone, key=_fineness):
        for visit in each.visits:
            mine = here[each.row.kind, visit]
            i = next((i for i, one in enumerate(mine) if is_in(each.row, one)), None)
            if i is None:
                changed.append(mine)
            else:
                out.add(id(mine.pop(i)))
    out.update(id(mine.pop(0)) for mine in changed if mine)
    return [each for each in fragments if id(each) not in out]


def _fineness(each: Leaving) -> tuple[object, ...]:
    steps, step = LADDER.get(each.row.kind, ()), _step(each.row)
    return (steps.index(step) if step in steps else len(steps), each.row, each.visits)


def is_in(row: Row, fragment: Fragment) -> bool:
    """Say whether a fragment is one of those that a row counts, by kind, period and facts."""
    (period_field, period), *facts = row.facts
    return (
        fragment.kind == row.kind
        and period_of(period_field, fragment.day) == period
        and all(fragment.facts.get(name) == code for name, code in facts)
    )


def _order(each: Fragment) -> tuple[object, ...]:
    facts = tuple(sorted(each.facts.items()))
    return (each.kind, each.day, each.visit, facts, each.first_ever, each.pounds)
