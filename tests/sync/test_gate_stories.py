"""Small halls in which one can see why a fragment leaves, and why it stays."""

from datetime import date, timedelta

import pytest

from sync.gate import HeldWhy, gate, people_at_least
from sync.record import (
    LADDER,
    Fragment,
    Row,
)
from tests.sync.made_up_halls import ABOUT_FAMILIES, AFTER_ALL, FIRST_DAY, gains, need, over, visit


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
    assert gate(fragments, over(FIRST_DAY + timedelta(days=1))).rows == (Row("visit", day, 6),)


def test_a_session_still_open_keeps_everything_and_says_so():
    verdict = gate([visit(FIRST_DAY, f"v{i}") for i in range(50)], over(FIRST_DAY))
    assert verdict.rows == ()
    assert {each.why for each in verdict.held} == {HeldWhy.PERIOD_STILL_OPEN}


def test_one_who_comes_late_for_a_sealed_day_goes_with_the_month():
    early = [visit(FIRST_DAY, f"v{i}") for i in range(6)]
    first = gate(early, over(FIRST_DAY + timedelta(days=1))).rows
    late = [visit(FIRST_DAY, f"w{i}") for i in range(5)]
    sealed = [row.period for row in first]
    again = gate([*late, *early], over(AFTER_ALL, sealed), first)
    month = (("month", "2026-10"), ("visit_type", "returning"))
    assert again.rows == (Row("visit", month, 5),)
    assert again.held == ()


def test_one_who_comes_late_for_a_sealed_quarter_is_told_apart_from_one_who_waits():
    fragments = [visit(FIRST_DAY + timedelta(weeks=i), f"v{i}", first_ever=True) for i in range(5)]
    quarter = Row("visit", (("quarter", "2026-Q4"),), 5)
    verdict = gate(
        [*fragments, visit(FIRST_DAY, "late")], over(AFTER_ALL, ["2026-Q4"]), gone=[quarter]
    )
    assert [each.why for each in verdict.held] == [HeldWhy.TOO_LATE]


def test_a_need_that_always_ends_one_way_leaves_without_its_result():
    fragments = [need(f"a{i}", "debt", "debt_arrangement") for i in range(8)]
    fragments += [need(f"b{i}", "food", "crisis_help_given") for i in range(8)]
    rows = gate(fragments, over(AFTER_ALL)).rows
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
        return {len(row.facts) for row in gate(fragments, over(AFTER_ALL)).rows}

    assert rows(20) == {3}
    assert rows(21) == {2}


def test_needs_that_everybody_has_are_not_told_though_each_is_a_third_of_the_rows():
    fragments = [
        Fragment("priority_need", f"{group}{i}", FIRST_DAY, False, {"group": group, "need": code})
        for group in ("lone", "baby")
        for code in ("money", "food", "debt")
        for i in range(10)
    ]
    rows = gate(fragments, over(AFTER_ALL)).rows
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
    rows = gate(fragments, over(AFTER_ALL)).rows
    assert {row.facts[1:] for row in rows} == {(("need", "food"),), (("need", "debt"),)}


def test_a_lone_leftover_need_is_not_named_once_its_month_failed():
    fragments = [
        need(f"v{i}", "health", "advice_only", FIRST_DAY + timedelta(days=30 * (i % 2)))
        for i in range(16)
    ]
    rows = gate(fragments, over(AFTER_ALL)).rows
    assert rows == (Row("need", (("quarter", "2026-Q4"),), 16),)


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


def test_one_who_gains_every_week_could_be_one_person():
    weeks = [FIRST_DAY + timedelta(weeks=i) for i in range(4)]
    crowd = gains(*[100] * 10)
    big = [each for day in weeks[1:] for each in gains(300, day=day)]
    assert gate(crowd, over(AFTER_ALL)).gain_totals
    assert gate([*crowd, *big], over(AFTER_ALL)).gain_totals == ()
