"""An attacker who was given everything that is published, and subtracts all of it from the rest."""

from collections.abc import Iterable
from itertools import chain
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.centre.publishing.audit import Out, decide
from sync.centre.publishing.document import Paper, document
from sync.centre.publishing.masters import Decided, Master, Table, master
from sync.centre.publishing.rounding import POSSIBLE_MIN, Rule
from sync.centre.publishing.tables import SHAPES, Exact, Where
from sync.codes import CONTACT_SERVICES, K_MIN
from tests.centre.publishing.halls import ONCE, SCOPE, made_up

SHAPE_FACTS = {shape.code: shape.facts for shape in SHAPES}
Interval = tuple[float, float]
Cell = tuple[str, Where]


def released(out: list[Out], new: Out) -> tuple[Out, Master]:
    decided = decide(out, new)
    return Out(new.scope, new.rule, new.exact, decided.told), master(
        new.scope, new.rule, new.exact, decided
    )


class Attacker:
    """Knows published papers and closing counts alone; narrows every count until no more follows.

    Another way than the audit’s: intervals that squeeze each other, no programme.
    """

    def __init__(self, masters: Iterable[Master], visits: int) -> None:
        self.might: dict[Cell, Interval] = {}
        self.sums: list[tuple[list[Cell], Interval]] = []
        papers = [document(Paper(each, 1)) for each in masters]
        for table in chain.from_iterable(paper["tables"] for paper in papers):
            self._reads(table, visits)

    def _reads(self, table: dict, visits: int) -> None:
        name = table["sum_of"] or table["code"]
        cells = {
            tuple(cell[fact] for fact in table["facts"]): (cell["from"], cell["to"])
            for cell in table["cells"]
        }
        if table["sum_of"] is None:
            for where, (low, high) in cells.items():
                now = self.might.get((name, where), (0, float("inf")))
                self.might[name, where] = (max(low, now[0]), min(high, now[1]))
            self._facts = {**getattr(self, "_facts", {}), name: table["facts"]}
            if name in ONCE:
                self.sums.append(([(name, where) for where in cells], (0, visits)))
            return
        at = [self._facts[name].index(fact) for fact in table["facts"]]
        for where, within in cells.items():
            parts = [c for c in self.might if c[0] == name and tuple(c[1][i] for i in at) == where]
            self.sums.append((parts, within))

    def is_told(self, table: str, total: int) -> None:
        every = [cell for cell in self.might if cell[0] == table]
        if every:
            self.sums.append((every, (total, total)))

    def squeezes(self) -> dict[Cell, Interval]:
        changed = True
        while changed:
            changed = False
            for cells, (low, high) in self.sums:
                least = sum(self.might[cell][0] for cell in cells)
                most = sum(self.might[cell][1] for cell in cells)
                for cell in cells:
                    a, b = self.might[cell]
                    narrowed = (max(a, low - (most - b)), min(b, high - (least - a)))
                    assert narrowed[0] <= narrowed[1], "the attacker was told what is not so"
                    if narrowed != (a, b):
                        self.might[cell] = narrowed
                        changed = True
        return self.might


def is_secret(cell: Cell, true: int) -> bool:
    return 0 < true <= 6 and not (cell[0] == "services" and cell[1][0] in CONTACT_SERVICES)


def least_left(attacker: Attacker, out: Iterable[Out]) -> float:
    """The fewest values that a small count may have; every count lies where it may."""
    left = [float(POSSIBLE_MIN)]
    might = attacker.squeezes()
    for each in out:
        for code, facts in each.told.items():
            true: dict[Where, int] = {}
            for where, n in each.cells(code).items():
                whole = [i for i, fact in enumerate(SHAPE_FACTS[code]) if fact in facts]
                true[tuple(where[i] for i in whole)] = n
            for where, n in true.items():
                low, high = might[code, where]
                assert low <= n <= high
                if is_secret((code, where), n):
                    left.append(high - low + 1)
    return min(left)


def told_all(masters: list[Master], exact: Exact) -> Attacker:
    attacker = Attacker(masters, exact.all_visits)
    for code in ONCE:
        if sum(exact.of(code).values()) == exact.all_visits:
            attacker.is_told(code, exact.all_visits)
    return attacker


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from((60, 200, 800, 6_000)),
    st.sampled_from(Rule),
    st.booleans(),
)
def test_no_small_count_of_a_released_table_can_be_worked_out(
    seed: int, visits: int, rule: Rule, nothing_held: bool
):
    exact = made_up(seed, visits, nothing_held=nothing_held)
    out, published = released([], Out(SCOPE, rule, exact))
    assert least_left(told_all([published], exact), [out]) >= POSSIBLE_MIN


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from((200, 800, 6_000)))
def test_nor_from_both_rules_and_two_versions_together(seed: int, visits: int):
    chance, exact = Random(seed), made_up(seed, visits)
    one, first = released([], Out(SCOPE, Rule.MIDPOINT_6, exact))
    other, second = released([one], Out(SCOPE, Rule.HIDE_7_ROUND_5, exact))
    assert least_left(told_all([first, second], exact), [one, other]) >= POSSIBLE_MIN
    cells = {code: dict(counted) for code, counted in exact.cells.items()}
    for code in chance.sample(sorted(cells), 4):
        cells[code][chance.choice(sorted(cells[code]))] += chance.choice((1, 3, K_MIN, 8))
    more = Exact(cells, {month: n + 40 for month, n in exact.visits.items()})
    third, last = released([one, other], Out(SCOPE, Rule.MIDPOINT_6, more))
    for was, now in ((one, third), (other, third)):
        for code in now.told.keys() & was.told.keys():
            then, after = was.cells(code), now.cells(code)
            assert not {after[w] - then.get(w, 0) for w in after} & set(range(1, K_MIN))
    assert least_left(Attacker([last], more.all_visits), [third]) >= POSSIBLE_MIN


def test_the_same_attacker_finds_a_table_that_was_not_audited():
    counted = {code: {} for code in SHAPE_FACTS}
    counted["areas"] = {("from_this_area",): 36, ("from_elsewhere",): 12, ("not_said",): 6}
    exact = Exact(counted, {"2026-07": 54})
    careless = Out(SCOPE, Rule.MIDPOINT_6, exact)
    published = master(SCOPE, Rule.MIDPOINT_6, exact, Decided(careless.told))
    assert least_left(told_all([published], exact), [careless]) == 1


@pytest.mark.parametrize("rule", Rule)
def test_every_number_but_a_cell_is_a_sum_of_published_cells(rule: Rule):
    _, published = released([], Out(SCOPE, rule, made_up(3, 2_000)))
    sums = [table for table in published.tables if table.sum_of is not None]
    assert sums
    for table in sums:
        of = published.table(table.sum_of or "")
        assert of is not None
        assert table.n == of.n
        for where, cell in table.cells.items():
            assert cell.value == sum_where(of, dict(zip(table.facts, where, strict=True)))


def sum_where(table: Table, told: dict[str, str]) -> int:
    return sum(
        cell.value
        for where, cell in table.cells.items()
        if told.items() <= dict(zip(table.facts, where, strict=True)).items()
    )
