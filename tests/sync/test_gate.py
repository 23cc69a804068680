"""Whatever happens in the hall, nothing leaves that could be about fewer than five people."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.alike import people_at_least
from sync.gate import HeldWhy, Leaving, Verdict, destroy_after, gate, sums
from sync.record import (
    ALPHA,
    K_MIN,
    KINDS,
    LADDER,
    Fragment,
    is_over,
    last_day,
    period_of,
)
from tests.sync.made_up_halls import (
    ABOUT_FAMILIES,
    AFTER_ALL,
    FIRST_DAY,
    Hall,
    behind,
    halls,
    made_up,
    over,
    runs_of,
    todays,
)

days = st.lists(todays, min_size=2, max_size=4)
seeds = st.integers(0, 2**32)
TWO_FACTS = {"need", "priority_need", "priority_result", "unmet"}


def left(rows: Iterable[Leaving]) -> Counter[tuple[str, str]]:
    return Counter((each.row.kind, visit) for each in rows for visit in each.visits)


def fragments_left(known: Iterable[Fragment]) -> Counter[tuple[str, str]]:
    return Counter((each.kind, each.visit) for each in known)


def held_left(verdict: Verdict) -> Counter[tuple[str, str]]:
    return Counter((each.fragment.kind, each.fragment.visit) for each in verdict.held)


def check_k(hall: Hall, known: Iterable[Fragment], rows: Iterable[Leaving]) -> None:
    known = tuple(known)
    for each in rows:
        assert each.row.n == len(each.visits) >= K_MIN
        assert len({hall.person[visit] for visit in each.visits}) >= K_MIN
        assert list(each.visits) == sorted(each.visits)
        assert not Counter(each.visits) - Counter(f.visit for f in behind(known, each))


def check_diverse(rows: Iterable[Leaving]) -> None:
    """Beside every other fact of a row, no fact has more than four fifths: of rows, of visits."""
    known: dict[tuple[object, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in rows:
        facts = each.row.facts
        learnable = [i for i, (name, _) in enumerate(facts) if name in ABOUT_FAMILIES]
        if each.row.kind not in TWO_FACTS or len(learnable) != 2:
            continue
        for i in learnable:
            rest = (each.row.kind, i, len(facts), *facts[:i], *facts[i + 1 :])
            known[rest][facts[i][1]].extend(each.visits)
    for values in known.values():
        everybody = {visit for visits in values.values() for visit in visits}
        rows_in_all = sum(map(len, values.values()))
        assert len(values) >= 2
        for visits in values.values():
            assert len(visits) <= ALPHA * rows_in_all
            assert len(set(visits)) <= ALPHA * len(everybody)


@given(halls, todays)
def test_nothing_leaves_below_k(hall: Hall, today: date):
    check_k(hall, hall.fragments, gate(hall.fragments, over(today)).rows)


@given(halls, todays)
def test_no_fact_gives_another_away(hall: Hall, today: date):
    check_diverse(gate(hall.fragments, over(today)).rows)


@given(halls, days, seeds)
@example(made_up(1, 60, 13), [FIRST_DAY + timedelta(days=1), AFTER_ALL, AFTER_ALL], 1)
@example(made_up(3, 60, 2), [AFTER_ALL, AFTER_ALL], 1)
def test_what_one_revision_adds_to_another_would_have_been_let_through_by_itself(
    hall: Hall, days: list[date], seed: int
):
    runs = runs_of(hall, days, seed)
    for run in runs:
        check_k(hall, run.known, run.verdict.rows)
        check_diverse(run.verdict.rows)
    check_diverse(row for run in runs for row in run.verdict.rows)


@given(halls, days, seeds)
@example(made_up(3, 60, 2), [AFTER_ALL, AFTER_ALL], 1)
def test_whatever_comes_late_everything_is_sent_once_or_held(
    hall: Hall, days: list[date], seed: int
):
    runs = runs_of(hall, days, seed)
    for i, run in enumerate(runs):
        sent = left(row for one in runs[: i + 1] for row in one.verdict.rows)
        assert sent + held_left(run.verdict) == fragments_left(run.known)
    assert len({t.quarter for run in runs for t in run.verdict.gain_totals}) == sum(
        len(run.verdict.gain_totals) for run in runs
    )


@pytest.mark.slow
@given(halls, days, seeds)
def test_a_visit_put_right_after_it_left_is_never_counted_twice(
    hall: Hall, days: list[date], seed: int
):
    chance = Random(seed)
    other = [
        each
        if chance.random() < 0.8
        else Fragment(each.kind, each.visit, each.day, each.first_ever, other.facts)
        for each in hall.fragments
        for other in [chance.choice([o for o in hall.fragments if o.kind == each.kind])]
        if chance.random() < 0.9
    ]
    first = gate(hall.fragments, over(min(days))).rows
    again = gate(other, over(max(days)), first)
    assert left([*first, *again.rows]) <= fragments_left(hall.fragments) | fragments_left(other)


@pytest.mark.slow
@given(halls, days, seeds, st.randoms(use_true_random=False))
def test_the_order_of_arrivals_makes_no_difference(
    hall: Hall, days: list[date], seed: int, chance: Random
):
    other = list(hall.fragments)
    chance.shuffle(other)
    one, two = runs_of(hall, days, seed), runs_of(Hall(tuple(other), hall.person), days, seed)
    assert [run.verdict for run in one] == [run.verdict for run in two]


@pytest.mark.slow
@given(halls, todays)
def test_a_second_run_on_the_same_day_adds_nothing(hall: Hall, today: date):
    first = gate(hall.fragments, over(today))
    again = gate(hall.fragments, over(today), first.rows)
    assert again.rows == ()
    assert [each.fragment for each in again.held] == [each.fragment for each in first.held]


@given(halls)
def test_the_bound_never_counts_more_people_than_there_are(hall: Hall):
    by_kind: dict[str, list[Fragment]] = defaultdict(list)
    for fragment in hall.fragments:
        by_kind[fragment.kind].append(fragment)
    for fragments in (*by_kind.values(), hall.fragments):
        people = {hall.person[each.visit] for each in fragments}
        assert people_at_least(fragments) <= len(people)


@given(halls, todays, st.dictionaries(st.sampled_from(KINDS), st.integers(1, 9)))
def test_sent_held_and_destroyed_make_the_visits_of_every_kind(
    hall: Hall, today: date, destroyed: dict[str, int]
):
    found = sums(hall.fragments, gate(hall.fragments, over(today)).held, destroyed)
    assert set(found) == set(KINDS)
    for kind, each in found.items():
        visits = {f.visit for f in hall.fragments if f.kind == kind}
        assert each.destroyed == destroyed.get(kind, 0)
        assert each.sent + each.held + each.destroyed == each.visits
        assert each.visits == len(visits) + each.destroyed


@given(halls, todays)
def test_only_what_is_over_leaves_and_what_is_held_says_until_when(hall: Hall, today: date):
    verdict = gate(hall.fragments, over(today))
    assert all(is_over(each.row.period, today) for each in verdict.rows)
    for each in verdict.held:
        fields = {step[0] for step in LADDER[each.fragment.kind]}
        ends = {last_day(period_of(name, each.fragment.day)) for name in fields}
        still = {end for end in ends if end is not None and end >= today}
        assert each.until == min(still, default=None)
        assert (each.why is HeldWhy.PERIOD_STILL_OPEN) == (still == ends)
        assert each.until is None or each.until < destroy_after(
            each.fragment.kind, each.fragment.day
        )


@given(halls, todays)
def test_area_and_groups_are_never_on_a_day_row_and_no_row_says_more_than_the_ladder(
    hall: Hall, today: date
):
    for each in gate(hall.fragments, over(today)).rows:
        names = tuple(name for name, _ in each.row.facts)
        assert names in LADDER[each.row.kind]
        assert names[0] != "day" or not ABOUT_FAMILIES & set(names)
        assert not {"group", "need", "result"} <= set(names)


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
