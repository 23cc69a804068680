"""The audit finds what a careful reader would: planted releases that give a small count away."""

from dataclasses import replace

import pytest

from sync.centre.publishing.audit import Count, Out, decide, overlapping, told
from sync.centre.publishing.masters import Decided
from sync.centre.publishing.programme import Figure, Known, too_narrow
from sync.centre.publishing.rounding import Rule
from sync.centre.publishing.tables import NOT_BROKEN_DOWN, SHAPES, Exact, Scope
from sync.codes import K_MIN
from tests.centre.publishing.halls import COUNCIL, QUARTER, SCOPE, exact_of, made_up
from tests.centre.publishing.test_programme import possible_values

NB = NOT_BROKEN_DOWN
MIDPOINT, HIDE = Rule.MIDPOINT_6, Rule.HIDE_7_ROUND_5
HUB = replace(SCOPE, hub="H2")


def areas(this: int, elsewhere: int, not_said: int, visits: int = 0) -> Exact:
    cells = {("from_this_area",): this, ("from_elsewhere",): elsewhere, ("not_said",): not_said}
    return exact_of({"areas": cells}, {"2026-07": visits} if visits else None)


def needs(**counted: int) -> Exact:
    return exact_of({"needs_results": {(need, "advice_only"): n for need, n in counted.items()}})


def waits(decided: Decided) -> set[str]:
    return {each.table for each in decided.waiting}


def test_tables_that_hang_together_by_nothing_may_all_go():
    new = Out(SCOPE, MIDPOINT, needs(food=5, debt=6, work=40))
    assert decide([], new).told == {shape.code: shape.facts for shape in SHAPES}


def test_an_exact_total_beside_hidden_cells_is_found():
    every = [Count("", "areas", (code,), 0) for code in ("here", "there", "elsewhere")]
    known = Known(
        {every[0]: (1, 6), every[1]: (31, 36), every[2]: (7, 12)},
        (Figure(tuple((name, 1) for name in every), 46, 46),),
    )
    assert too_narrow(known, [every[0]], every) == {}
    exact = replace(known, figures=(Figure(known.figures[0].terms, 54, 54),))
    assert too_narrow(exact, [every[0]], every) == {every[0]: {6}}


def test_a_year_to_date_beside_a_hidden_day_is_found():
    days = [Count("", "visits", (day,), 0) for day in ("01", "02", "03")]
    to_date = [
        Figure(tuple((day, 1) for day in days[: i + 1]), n, n) for i, n in enumerate((9, 14, 40))
    ]
    known = Known({days[0]: (7, 12), days[1]: (1, 6), days[2]: (25, 30)}, tuple(to_date))
    assert too_narrow(known, [days[1]], days) == {days[1]: {5}}


def test_a_small_count_that_closing_counts_give_away_makes_its_table_wait():
    new = Out(SCOPE, MIDPOINT, areas(36, 12, 6, visits=54))
    assert waits(decide([], new)) == {"areas"}
    assert waits(decide([], Out(SCOPE, MIDPOINT, areas(33, 10, 6, visits=49)))) == set()


def test_a_table_is_told_by_fewer_facts_before_it_waits():
    cells = {("2026-07", "am", "returning"): 36, ("2026-07", "pm", "returning"): 6}
    decided = decide([], Out(SCOPE, MIDPOINT, exact_of({"visits": cells}, {"2026-07": 42})))
    assert decided.told["visits"] == ("month", "visit_type")
    assert waits(decided) == set()


def test_a_month_inside_a_published_quarter_is_found_and_the_other_way_round():
    quarter, month = Out(SCOPE, MIDPOINT, needs(food=9)), Scope(COUNCIL, "2026-08")
    assert overlapping([quarter], month) == quarter
    assert overlapping([Out(month, MIDPOINT, needs(food=9))], SCOPE) is not None
    assert overlapping([quarter], replace(month, hub="H2")) == quarter
    assert overlapping([quarter], Scope(COUNCIL, "2026-Q4")) is None
    assert overlapping([quarter], Scope("S12000049", "2026-08")) is None
    assert overlapping([quarter], HUB) is None


@pytest.mark.parametrize("by", range(1, K_MIN))
def test_a_second_version_that_differs_by_fewer_than_five_waits(by: int):
    first = Out(SCOPE, MIDPOINT, needs(food=6, debt=40))
    assert waits(decide([first], Out(SCOPE, MIDPOINT, needs(food=6 + by, debt=40)))) == {
        "needs_results"
    }


def test_a_second_version_with_five_more_of_a_kind_may_go():
    first = Out(SCOPE, MIDPOINT, needs(food=6, debt=40))
    assert not decide([first], Out(SCOPE, MIDPOINT, needs(food=11, debt=40))).waiting


def test_a_second_version_whose_closing_counts_tell_what_was_added_waits():
    first = Out(SCOPE, MIDPOINT, areas(33, 10, 6, visits=49))
    second = Out(SCOPE, MIDPOINT, areas(33, 10, 16, visits=59))
    assert waits(decide([first], second)) == {"areas"}  # the sixth made it 16: 6 + 10 is 13 to 18


def test_the_other_rule_beside_the_first_gives_a_seven_away():
    first = Out(SCOPE, MIDPOINT, needs(food=7, debt=40))
    assert waits(decide([first], replace(first, rule=HIDE))) == {"needs_results"}
    other = Out(SCOPE, MIDPOINT, needs(food=6, debt=40))
    assert not decide([other], replace(other, rule=HIDE)).waiting


def test_a_table_that_is_out_keeps_the_facts_it_is_told_by():
    counted = exact_of(
        {"visits": {("2026-07", "am", "returning"): 40, ("2026-08", "am", "returning"): 60}}
    )
    coarse = Out(SCOPE, MIDPOINT, counted, {"visits": ("visit_type",)})
    assert decide([coarse], replace(coarse, rule=HIDE)).told["visits"] == ("visit_type",)


def test_the_hubs_beside_their_council_give_the_last_hub_away():
    whole = Out(SCOPE, HIDE, needs(food=12))
    assert not decide([whole], Out(HUB, HIDE, needs(food=6))).waiting
    council = Out(SCOPE, HIDE, needs(food=8))
    first = Out(HUB, HIDE, needs(food=8 - 1))
    seen = told([council, first])
    rest = next(name for name in seen.protected if name.is_rest)
    assert possible_values(seen.known, [rest])[rest] == set(range(1, 12))
    only_hub = Out(HUB, MIDPOINT, needs(food=8))
    assert waits(decide([council, first], replace(only_hub, exact=needs(food=7)))) == {
        "needs_results"
    }


def test_hubs_told_by_fewer_facts_are_still_set_beside_their_council():
    cells = {("food", "advice_only"): 7, ("food", "money_gained"): 5}
    council = Out(SCOPE, MIDPOINT, exact_of({"needs_results": cells}))
    hub = Out(HUB, HIDE, exact_of({"needs_results": cells}), {"needs_results": ("need",)})
    known = told([council, hub]).known
    assert [figure.low for figure in known.figures] == [0]
    assert len(known.figures[0].terms) == 3


def test_paid_work_and_first_visits_are_one_number():
    visits = {("2026-07", "am", "first_ever"): 12, ("2026-07", "am", "returning"): 36}
    work = {("adult_in_paid_work",): 6, ("not_said",): 6}
    both = exact_of({"visits": visits, "paid_work": work}, {"2026-07": 48})
    assert waits(decide([], Out(SCOPE, MIDPOINT, both))) == {"paid_work"}
    held = exact_of({"visits": visits, "paid_work": work}, {"2026-07": 49})
    assert not decide([], Out(SCOPE, MIDPOINT, held)).waiting


def test_needs_that_got_no_service_are_the_unmet_ones():
    left = {("food", "no_service_today"): 12, ("debt", "advice_only"): 30}
    why = {("food", "desk_full"): 6, ("food", "declined"): 6}
    known = told([Out(SCOPE, MIDPOINT, exact_of({"needs_results": left, "unmet": why}))]).known
    needs, full = (
        Count("", *of, 0)
        for of in (
            ("needs_results", ("food", "no_service_today")),
            ("unmet", ("food", "desk_full")),
        )
    )
    overheard = replace(known, bounds={**known.bounds, needs: (12, 12)})
    assert possible_values(overheard, [full]) == {full: {6}}


def test_who_sat_at_which_desk_is_no_secret():
    cells = {("dwp",): 6, ("none_seen",): 6}
    seen = told([Out(SCOPE, MIDPOINT, exact_of({"services": cells}))])
    assert {name.where for name in seen.protected} == {("none_seen",)}


def test_who_knows_the_gate_learns_that_five_or_six_were_alike_and_no_less():
    for seed in range(3):
        seen = told([Out(SCOPE, MIDPOINT, made_up(seed, 2_000))], least=K_MIN)
        values = possible_values(seen.known, seen.protected)
        assert values
        assert all(each <= {5, 6} and each for each in values.values())


def test_the_same_counts_are_decided_the_same_way_every_time():
    one = decide([], Out(SCOPE, MIDPOINT, made_up(7, 900)))
    backwards = made_up(7, 900)
    turned = Exact(
        {
            code: dict(reversed(list(cells.items())))
            for code, cells in reversed(list(backwards.cells.items()))
        },
        dict(reversed(list(backwards.visits.items()))),
    )
    assert decide([], Out(SCOPE, MIDPOINT, turned)) == one
    assert SCOPE.period == QUARTER
