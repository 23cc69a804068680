"""Small halls in which one can see why a fragment leaves, and why it stays."""

from datetime import date, timedelta

import pytest

from sync.alike import people_at_least
from sync.gate import HeldWhy, Leaving, Verdict, destroy_after, gate, sums
from sync.record import (
    LADDER,
    Fragment,
    Row,
)
from tests.sync.made_up_halls import ABOUT_FAMILIES, AFTER_ALL, FIRST_DAY, gains, need, over, visit

SECOND_DAY = FIRST_DAY + timedelta(days=1)


def rows_of(verdict: Verdict) -> tuple[Row, ...]:
    return tuple(each.row for each in verdict.rows)


def test_no_ladder_puts_what_a_family_is_on_a_day_row():
    for kind, steps in LADDER.items():
        for step in steps:
            assert step[0] != "day" or not ABOUT_FAMILIES & set(step), kind
            assert len({"group", "need", "result"} & set(step)) <= 2, kind


def test_five_visits_of_one_family_are_one_person():
    weeks = [FIRST_DAY + timedelta(weeks=i) for i in range(5)]
    fragments = [visit(day, f"v{i}") for i, day in enumerate(weeks)]
    assert people_at_least(fragments) == 1
    assert gate(fragments, over(AFTER_ALL)).rows == ()


def test_first_ever_visits_on_later_days_are_other_people():
    weeks = [FIRST_DAY + timedelta(weeks=i) for i in range(5)]
    assert people_at_least([visit(d, f"v{d}", first_ever=True) for d in weeks]) == 5
    assert people_at_least([visit(weeks[4], "a"), visit(weeks[0], "b", first_ever=True)]) == 1
    assert people_at_least([]) == 0


def test_five_needs_of_one_visit_are_one_person():
    fragments = [need("v1", "money", "advice_only") for _ in range(9)]
    verdict = gate(fragments, over(AFTER_ALL))
    assert (verdict.rows, {each.why for each in verdict.held}) == ((), {HeldWhy.TOO_FEW})


def test_a_day_that_is_too_thin_by_halves_goes_as_a_whole_day():
    fragments = [visit(FIRST_DAY, f"v{i}", half_day="am" if i < 3 else "pm") for i in range(6)]
    day = (("day", "2026-10-03"), ("visit_type", "returning"))
    assert rows_of(gate(fragments, over(FIRST_DAY + timedelta(days=1)))) == (Row("visit", day, 6),)


def test_a_session_still_open_keeps_everything_and_says_so():
    verdict = gate([visit(FIRST_DAY, f"v{i}") for i in range(50)], over(FIRST_DAY))
    assert verdict.rows == ()
    assert {each.why for each in verdict.held} == {HeldWhy.PERIOD_STILL_OPEN}


def test_five_who_come_late_for_a_day_that_has_left_are_added_to_it():
    early = [visit(FIRST_DAY, f"v{i}") for i in range(6)]
    first = gate(early, over(SECOND_DAY))
    late = [visit(FIRST_DAY, f"w{i}") for i in range(5)]
    again = gate([*late, *early], over(SECOND_DAY), first.rows)
    (row,) = first.rows
    added = Leaving(Row("visit", row.row.facts, 5), ("w0", "w1", "w2", "w3", "w4"))
    assert (again.rows, again.held) == ((added,), ())
    assert gate([*late, *early], over(AFTER_ALL), [added, row]).rows == ()


def test_four_who_come_late_wait_and_go_with_others_of_their_month():
    early = [visit(FIRST_DAY, f"v{i}") for i in range(6)]
    first = gate(early, over(SECOND_DAY)).rows
    late = [visit(FIRST_DAY, f"w{i}") for i in range(4)]
    again = gate([*early, *late], over(SECOND_DAY), first)
    assert again.rows == ()
    assert {(each.why, each.until) for each in again.held} == {
        (HeldWhy.TOO_FEW, date(2026, 10, 31))
    }
    more = [visit(FIRST_DAY + timedelta(weeks=1), "x", first_ever=True)]
    last = gate([*early, *late, *more], over(AFTER_ALL), first)
    assert rows_of(last) == (Row("visit", (("month", "2026-10"),), 5),)


def test_what_no_period_can_let_go_any_more_says_so_until_it_is_destroyed():
    verdict = gate([visit(FIRST_DAY, "late")], over(AFTER_ALL))
    assert [(each.why, each.until) for each in verdict.held] == [(HeldWhy.TOO_FEW, None)]
    assert destroy_after("visit", FIRST_DAY) == date(2027, 1, 14)
    assert destroy_after("shoe_size", date(2027, 2, 1)) == date(2027, 4, 14)


def test_a_visit_put_right_is_not_counted_again():
    fragments = [
        need(f"{code}{i}", code, ("advice_only", "money_gained")[i % 2])
        for code in ("food", "debt")
        for i in range(12)
    ]
    first = gate(fragments, over(AFTER_ALL)).rows
    right = [need("food0", "work", "appointment_booked"), *fragments[1:]]
    again = gate(right, over(AFTER_ALL), first)
    assert (again.rows, again.held) == ((), ())
    more = gate([*right, need("food0", "food", "advice_only")], over(AFTER_ALL), first)
    assert [each.fragment.facts["need"] for each in more.held] == ["work"]


def test_of_a_visits_needs_the_one_that_left_is_taken_out_whatever_the_order():
    """The finer row went with one need for food, the coarser with the other; debt stayed."""
    mine = [
        need("v", "debt", "advice_only"),
        need("v", "food", "advice_only"),
        need("v", "food", "money_gained"),
    ]
    others = ("w", "x", "y", "z")
    fine = (("month", "2026-10"), ("need", "food"), ("result", "advice_only"))
    gone = [
        Leaving(Row("need", fine, 5), ("v", *others)),
        Leaving(Row("need", fine[:2], 5), ("v", *others)),
    ]
    for fragments in (mine, mine[::-1]):
        for left in (gone, gone[::-1]):
            (held,) = gate(fragments, over(AFTER_ALL), left).held
            assert held.fragment.facts["need"] == "debt"
    quarter = [Leaving(Row("need", (("quarter", "2026-Q4"),), 5), ("v", *others))]
    one, other = (gate(each, over(AFTER_ALL), quarter) for each in (mine, mine[::-1]))
    assert (one, len(one.held)) == (other, 2)


def test_what_is_added_may_not_give_away_a_fact_beside_what_has_left():
    """Every visit of the whole would have had advice: each revision alone looks mixed."""
    advised = [f"a{i}" for i in range(8)]
    others = [f"b{i}" for i in range(8)]
    early = [need(v, "food", "advice_only") for v in advised]
    early += [need(v, "food", "money_gained") for v in others[:5]]
    early += [
        need(f"c{i}{r}", "debt", r) for i in range(9) for r in ("advice_only", "money_gained")
    ]
    first = gate(early, over(AFTER_ALL)).rows
    late = [need(v, "food", "advice_only") for v in others]
    late += [need(v, "food", "appointment_booked") for v in advised[:5]]
    late += [
        need(f"d{i}{r}", "debt", r) for i in range(9) for r in ("advice_only", "appointment_booked")
    ]
    again = gate([*early, *late], over(AFTER_ALL), first)
    by_itself = {("need", "food"), ("result", "appointment_booked")}
    assert any(by_itself <= set(each.row.facts) for each in gate(late, over(AFTER_ALL)).rows)
    assert not any(by_itself <= set(each.row.facts) for each in again.rows)


def test_what_was_destroyed_while_held_is_still_told():
    fragments = [visit(FIRST_DAY, f"v{i}") for i in range(3)]
    held = gate(fragments, over(FIRST_DAY)).held
    each = sums(fragments, held, {"visit": 2})["visit"]
    assert (each.visits, each.sent, each.held, each.destroyed) == (5, 0, 3, 2)


def test_a_need_that_always_ends_one_way_leaves_without_its_result():
    fragments = [need(f"a{i}", "debt", "debt_arrangement") for i in range(8)]
    fragments += [need(f"b{i}", "food", "crisis_help_given") for i in range(8)]
    rows = rows_of(gate(fragments, over(AFTER_ALL)))
    assert {row.facts for row in rows} == {
        (("month", "2026-10"), ("need", "debt")),
        (("month", "2026-10"), ("need", "food")),
    }


def test_four_in_five_alike_may_leave_and_one_more_may_not():
    def rows(alike: int) -> set[int]:
        fragments = [
            need(f"{code}{result}{i}", code, result)
            for code in ("food", "debt")
            for result, n in (("advice_only", alike), ("money_gained", 5))
            for i in range(n)
        ]
        return {len(row.facts) for row in rows_of(gate(fragments, over(AFTER_ALL)))}

    assert rows(20) == {3}
    assert rows(21) == {2}


def test_needs_that_everybody_has_are_not_told_though_each_is_a_third_of_the_rows():
    fragments = [
        Fragment("priority_need", f"{group}{i}", FIRST_DAY, False, {"group": group, "need": code})
        for group in ("lone", "baby")
        for code in ("money", "food", "debt")
        for i in range(10)
    ]
    rows = rows_of(gate(fragments, over(AFTER_ALL)))
    assert {row.facts[1:] for row in rows} == {(("group", "lone"),), (("group", "baby"),)}


def test_rows_of_few_visits_that_fill_a_table_are_not_told():
    """Half of the visits, and five rows in six: the centre sees the rows."""
    fragments = [
        need(f"{code}{result}{i}", code, result)
        for code in ("food", "debt")
        for result, often in (("advice_only", 5), ("money_gained", 1))
        for i in range(5)
        for _ in range(often)
    ]
    rows = rows_of(gate(fragments, over(AFTER_ALL)))
    assert {row.facts[1:] for row in rows} == {(("need", "food"),), (("need", "debt"),)}


def test_a_lone_leftover_need_is_not_named_once_its_month_failed():
    fragments = [
        need(f"v{i}", "health", "advice_only", FIRST_DAY + timedelta(days=30 * (i % 2)))
        for i in range(16)
    ]
    rows = rows_of(gate(fragments, over(AFTER_ALL)))
    assert rows == (Row("need", (("quarter", "2026-Q4"),), 16),)


def test_a_band_of_gains_that_everybody_has_is_not_told_by_month():
    """Who gained is plain to those who helped; how much must not follow from it."""
    alone = gains(*[155] * 12)
    rows = rows_of(gate(alone, over(AFTER_ALL)))
    assert rows == (Row("gain", (("quarter", "2026-Q4"), ("gain_source", "uk")), 12),)
    more = [
        Fragment("gain", f"h{i}", FIRST_DAY, False, {"gain_band": "2000+", "gain_source": "uk"})
        for i in range(5)
    ]
    assert len(rows_of(gate([*alone, *more], over(AFTER_ALL)))) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"need": "ice cream", "result": "advice_only"},
        {"need": "food"},
        {"need": "food", "result": "advice_only", "group": "lone"},
    ],
)
def test_what_the_record_does_not_name_never_leaves(facts: dict[str, str]):
    fragments = [
        Fragment("need", f"v{i}", FIRST_DAY, first_ever=False, facts=facts) for i in range(9)
    ]
    fragments.append(Fragment("shoe_size", "v0", FIRST_DAY, first_ever=False, facts={}))
    verdict = gate(fragments, over(AFTER_ALL))
    assert verdict.rows == ()
    assert {each.why for each in verdict.held} == {HeldWhy.NOT_NAMED}
    assert len(verdict.held) == 10


# ------------------------------------------------------------------------------- pounds gained


def test_ten_gainers_and_none_too_large_make_a_total_to_the_nearest_hundred():
    (total,) = gate(gains(*[155] * 10), over(AFTER_ALL)).gain_totals
    assert (total.quarter, total.pounds_nearest_100, total.contributors) == ("2026-Q4", 1600, 10)


@pytest.mark.parametrize(
    ("pounds", "today"),
    [
        ([100] * 9, AFTER_ALL),  # nine is too few
        ([100] * 9 + [600], AFTER_ALL),  # 600 of 1,500 is 40 %
        ([100] * 10, AFTER_ALL - timedelta(days=1)),  # the quarter is not over
        ([0] * 10, AFTER_ALL),
    ],
)
def test_a_total_that_could_tell_of_one_family_stays(pounds: list[int], today: date):
    assert gate(gains(*pounds), over(today)).gain_totals == ()


def test_a_total_that_has_left_is_never_given_again():
    more = [*gains(*[155] * 10), *gains(*[200] * 5, day=SECOND_DAY)]
    assert gate(more, over(AFTER_ALL)).gain_totals
    assert gate(more, over(AFTER_ALL), gone_totals=frozenset({"2026-Q4"})).gain_totals == ()


def test_one_who_gains_every_week_could_be_one_person():
    weeks = [FIRST_DAY + timedelta(weeks=i) for i in range(4)]
    crowd = gains(*[100] * 10)
    big = [each for day in weeks[1:] for each in gains(300, day=day)]
    assert gate(crowd, over(AFTER_ALL)).gain_totals
    assert gate([*crowd, *big], over(AFTER_ALL)).gain_totals == ()
