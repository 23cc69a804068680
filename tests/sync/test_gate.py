"""Whatever happens in the hall, nothing leaves that could be about fewer than five people."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.gate import HeldWhy, gate, people_at_least, sums
from sync.record import (
    ALPHA,
    K_MIN,
    KINDS,
    LADDER,
    Fragment,
    Row,
    is_over,
    period_of,
)
from tests.sync.made_up_halls import (
    ABOUT_FAMILIES,
    AFTER_ALL,
    FIRST_DAY,
    Hall,
    halls,
    made_up,
    members,
    over,
    todays,
)


@given(halls, todays)
def test_nothing_leaves_below_k(hall: Hall, today: date):
    verdict = gate(hall.fragments, over(today))
    for fragments in members(hall.fragments, verdict.rows).values():
        assert len({hall.person[each.visit] for each in fragments}) >= K_MIN
    assert all(row.n >= K_MIN for row in verdict.rows)


@pytest.mark.slow
@given(halls, st.lists(todays, min_size=2, max_size=5).map(sorted))
def test_nothing_leaves_below_k_however_often_the_gate_is_run(hall: Hall, days: list[date]):
    runs: list[tuple[Row, ...]] = []
    for today in days:
        gone = [row for run in runs for row in run]
        sealed = {row.period for row in gone}
        runs.append(gate(hall.fragments, over(today, sealed), gone).rows)
    found = members(hall.fragments, *runs)
    assert {key: len(each) for key, each in found.items()} == {
        (row.kind, row.facts): row.n for run in runs for row in run
    }
    for fragments in found.values():
        assert len({hall.person[each.visit] for each in fragments}) >= K_MIN


@given(halls)
def test_the_bound_never_counts_more_people_than_there_are(hall: Hall):
    by_kind: dict[str, list[Fragment]] = defaultdict(list)
    for fragment in hall.fragments:
        by_kind[fragment.kind].append(fragment)
    for fragments in (*by_kind.values(), hall.fragments):
        people = {hall.person[each.visit] for each in fragments}
        assert people_at_least(fragments) <= len(people)


@given(halls, todays)
def test_no_fragment_is_in_two_rows(hall: Hall, today: date):
    verdict = gate(hall.fragments, over(today))
    left = Counter(each.kind for each in hall.fragments)
    left.subtract(each.fragment.kind for each in verdict.held)
    for row in verdict.rows:
        left[row.kind] -= row.n
    assert not any(left.values())
    assert len({(row.kind, row.facts) for row in verdict.rows}) == len(verdict.rows)


@given(halls, todays)
def test_sent_and_held_make_the_visits_of_every_kind(hall: Hall, today: date):
    found = sums(hall.fragments, gate(hall.fragments, over(today)).held)
    assert set(found) == set(KINDS)
    for kind, each in found.items():
        visits = {f.visit for f in hall.fragments if f.kind == kind}
        assert each.sent + each.held == each.visits == len(visits)


@pytest.mark.slow
@given(halls, todays, st.randoms(use_true_random=False))
def test_the_order_of_arrivals_makes_no_difference(hall: Hall, today: date, chance: Random):
    other = list(hall.fragments)
    chance.shuffle(other)
    assert gate(other, over(today)) == gate(hall.fragments, over(today))


@pytest.mark.slow
@given(halls, todays, st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference_to_what_comes_late(
    hall: Hall, today: date, seed: int, chance: Random
):
    late = Random(seed)
    first = gate([each for each in hall.fragments if late.random() < 0.8], over(today)).rows
    closed = over(AFTER_ALL, {row.period for row in first})
    other = list(hall.fragments)
    chance.shuffle(other)
    gone = chance.sample(first, len(first))
    assert gate(other, closed, gone) == gate(hall.fragments, closed, first)


@given(halls, todays, todays)
@example(made_up(1, 60, 13), FIRST_DAY + timedelta(days=1), AFTER_ALL)
def test_what_has_gone_is_never_sent_again_and_later_runs_only_add_coarser_rows(
    hall: Hall, one: date, other: date
):
    early, late = sorted((one, other))
    first = gate(hall.fragments, over(early)).rows
    again = gate(hall.fragments, over(late, {row.period for row in first}), first)
    assert not {(r.kind, r.facts) for r in first} & {(r.kind, r.facts) for r in again.rows}
    assert all(not is_over(row.period, early) for row in again.rows)
    n = sum(row.n for row in (*first, *again.rows))
    assert n + len(again.held) == len(hall.fragments)


@pytest.mark.slow
@given(halls, todays)
def test_a_second_run_on_the_same_day_adds_nothing(hall: Hall, today: date):
    first = gate(hall.fragments, over(today))
    again = gate(hall.fragments, over(today, {row.period for row in first.rows}), first.rows)
    assert again.rows == ()
    assert [each.fragment for each in again.held] == [each.fragment for each in first.held]


@pytest.mark.slow
@given(halls, todays, st.integers(0, 2**32))
def test_what_comes_late_never_joins_a_sealed_period(hall: Hall, today: date, seed: int):
    chance = Random(seed)
    early = [each for each in hall.fragments if chance.random() < 0.8]
    first = gate(early, over(today)).rows
    sealed = {row.period for row in first}
    again = gate(hall.fragments, over(AFTER_ALL, sealed), first)
    assert not sealed & {row.period for row in again.rows}
    n = sum(row.n for row in (*first, *again.rows))
    assert n + len(again.held) == len(hall.fragments)


@given(halls, todays)
def test_only_what_is_closed_leaves(hall: Hall, today: date):
    verdict = gate(hall.fragments, over(today))
    assert all(is_over(row.period, today) for row in verdict.rows)
    for each in verdict.held:
        is_open = not is_over(period_of("quarter", each.fragment.day), today)
        assert (each.why is HeldWhy.PERIOD_STILL_OPEN) == is_open


@given(halls, todays)
def test_area_and_groups_are_never_on_a_day_row_and_no_row_says_more_than_the_ladder(
    hall: Hall, today: date
):
    for row in gate(hall.fragments, over(today)).rows:
        names = tuple(name for name, _ in row.facts)
        assert names in LADDER[row.kind]
        assert names[0] != "day" or not ABOUT_FAMILIES & set(names)
        assert not {"group", "need", "result"} <= set(names)


@given(halls, todays)
def test_no_fact_gives_another_away(hall: Hall, today: date):
    verdict = gate(hall.fragments, over(today))
    found = members(hall.fragments, verdict.rows)
    known: dict[tuple[object, ...], dict[str, list[Fragment]]] = defaultdict(dict)
    for (kind, facts), fragments in found.items():
        learnable = [i for i, (name, _) in enumerate(facts) if name in ABOUT_FAMILIES]
        if kind not in {"need", "priority_need", "priority_result"} or len(learnable) != 2:
            continue
        for i in learnable:
            rest = (kind, i, len(facts), *facts[:i], *facts[i + 1 :])
            known[rest][facts[i][1]] = fragments
    for values in known.values():
        everybody = {each.visit for fragments in values.values() for each in fragments}
        rows = sum(map(len, values.values()))
        assert len(values) >= 2
        assert all(len(fragments) <= ALPHA * rows for fragments in values.values())
        for fragments in values.values():
            assert len({each.visit for each in fragments}) <= ALPHA * len(everybody)


@given(halls)
def test_no_one_person_is_two_fifths_of_a_total(hall: Hall):
    verdict = gate(hall.fragments, over(AFTER_ALL))
    for total in verdict.gain_totals:
        pounds: Counter[int] = Counter()
        for each in hall.fragments:
            if each.kind == "gain" and period_of("quarter", each.day) == total.quarter:
                pounds[hall.person[each.visit]] += each.pounds
        assert max(pounds.values()) < 0.4 * pounds.total()
        assert len([1 for each in pounds.values() if each]) >= 10
        assert abs(total.pounds_nearest_100 - pounds.total()) <= 50
        assert total.contributors >= 10
