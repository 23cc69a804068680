"""What goes into the next batch of a period: all of it, never less than what went before."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sync.departures import (
    REVISIONS_MAX,
    Late,
    departures,
    last_kept,
    late,
    read_visits,
    visits_text,
)
from sync.gate import Leaving, Verdict
from sync.record import Closing, GainTotal, Load, Row

DAY = date(2026, 11, 21)
PERIOD = DAY.isoformat()


def leaving(*visits: str, half: str = "am", period: str = PERIOD) -> Leaving:
    facts = (("day", period), ("half_day", half), ("visit_type", "not_said"))
    return Leaving(Row("visit", facts, len(visits)), tuple(sorted(visits)))


def closing(visits: int, opening: int = 1, **contacts: int) -> Closing:
    return Closing(DAY, opening, visits, contacts)


def verdict(*rows: Leaving, totals: tuple[GainTotal, ...] = ()) -> Verdict:
    return Verdict(rows, (), totals)


FIVE = leaving(*"abcde")


def test_the_first_batch_of_a_period_is_what_the_gate_lets_go_with_the_count():
    (made,) = departures(verdict(FIVE), [closing(5)], {})
    assert made.load == Load(PERIOD, 1, (FIVE.row,), (closing(5),))
    assert made.added == (FIVE,)
    assert departures(verdict(), [], {}) == ()


def test_a_revision_is_the_one_before_with_what_passed_by_itself():
    before = Load(PERIOD, 1, (FIVE.row,), (closing(5),))
    late_ones, others = leaving(*"fghij"), leaving(*"klmno", half="pm")
    (made,) = departures(verdict(late_ones, others), [closing(15)], {PERIOD: before})
    assert made.load.revision == 2
    assert {row.n for row in made.load.rows} == {10, 5}
    assert made.load.closings == (closing(15),)
    assert departures(verdict(), [closing(5)], {PERIOD: before}) == ()


def test_a_count_that_has_gone_changes_only_by_enough_families_at_every_service():
    def after(now: Closing) -> tuple[Closing, ...]:
        before = Load(PERIOD, 1, (FIVE.row,), (closing(20, housing=9, energy=6),))
        (made,) = departures(verdict(leaving(*"fghij")), [now], {PERIOD: before})
        return made.load.closings

    assert after(closing(25, housing=14, energy=6)) == (closing(25, housing=14, energy=6),)
    old = (closing(20, housing=9, energy=6),)
    for now in (
        closing(24, housing=14, energy=6),
        closing(26, housing=15, energy=7),
        closing(25, housing=14, energy=5),
        closing(25, housing=14, energy=6, legal=1),
        closing(15, housing=4, energy=1),
    ):
        assert after(now) == old


def test_a_further_opening_of_the_day_is_counted_as_it_comes():
    before = Load(PERIOD, 1, (FIVE.row,), (closing(5),))
    (made,) = departures(verdict(), [closing(5), closing(2, opening=2)], {PERIOD: before})
    assert made.load == Load(PERIOD, 2, (FIVE.row,), (closing(5), closing(2, opening=2)))
    assert made.added == ()


def test_by_how_much_a_count_is_wrong_is_told_by_session():
    left = {PERIOD: Load(PERIOD, 1, (), (closing(5), closing(7, opening=2)))}
    now = [closing(7), closing(6, opening=2), closing(4, opening=3)]
    assert late(now, left) == (Late(DAY, 1, 2), Late(DAY, 2, -1))


def test_a_quarters_gain_goes_once():
    quarter, total = "2026-Q4", GainTotal("2026-Q4", 1200, 11)
    (made,) = departures(verdict(totals=(total,)), [], {})
    assert made.load == Load(quarter, 1, (), (), total)
    again = GainTotal("2026-Q4", 1900, 12)
    assert departures(verdict(totals=(again,)), [], {quarter: made.load}) == ()


def test_days_go_before_their_month_and_a_month_before_its_quarter():
    rows = [leaving(*"abcde", period=p) for p in ("2026-Q4", "2026-11", "2026-11-30", PERIOD)]
    made = departures(verdict(*rows), [], {})
    assert [each.load.period for each in made] == [PERIOD, "2026-11-30", "2026-11", "2026-Q4"]


def test_a_period_has_no_more_revisions_than_the_record_can_name():
    before = Load(PERIOD, REVISIONS_MAX, (FIVE.row,))
    assert departures(verdict(leaving(*"fghij")), [], {PERIOD: before}) == ()


def test_who_stands_behind_rows_is_kept_as_long_as_the_visits_themselves():
    assert {last_kept(p) for p in (PERIOD, "2026-11", "2026-Q4")} == {date(2027, 1, 14)}


_VISITS = st.lists(st.text(max_size=6), min_size=5, max_size=12).map(sorted)


@given(st.lists(_VISITS, max_size=6))
def test_the_visits_behind_rows_are_read_as_they_were_written(many):
    halves = ("am", "pm")
    known = tuple(leaving(*visits, half=halves[n % 2]) for n, visits in enumerate(many))
    assert read_visits(visits_text(known)) == known


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(("visit", "visits", "day")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(("visits", "rows", "day")), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_nothing_that_is_read_as_visits_raises(said):
    found = read_visits(json.dumps(said).encode())
    assert found is None or all(len(each.visits) >= 5 for each in found)
    assert read_visits(b"\xff{") is None
