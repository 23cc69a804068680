"""What has passed the gate is kept until the centre says that it has it, and never said twice."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sync.departures import Departures
from sync.endpoint import Receipt, Result
from sync.outbox import Outbox, Totals
from sync.record import Closing, GainTotal, Reason, Row, last_day
from tests.sync.outboxes import (
    BAD,
    FIRST_DAY,
    HUB,
    a_day,
    all_of,
    counted,
    filled,
    inside,
    opened,
    row,
)


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    outbox = opened()
    yield outbox
    outbox.close()


def test_rows_and_cursor_go_in_together(outbox: Outbox):
    (sealed,) = filled(outbox, a_day(0), cursor=41)
    assert outbox.waiting() == (sealed,)
    assert inside(sealed).rows == a_day(0).rows
    assert inside(sealed).closing_count == a_day(0).closings[0]
    assert outbox.cursor() == 41
    assert outbox.gone() == a_day(0).rows
    assert outbox.sealed_periods() == {"2026-10-03"}


def test_each_period_goes_in_a_batch_of_its_own_oldest_first(outbox: Outbox):
    total = GainTotal("2026-Q4", 1600, 12)
    periods = ("2026-12", "2026-Q4", "2026-10", "2026-12-31", "2026-10-03", "2027-01-02")
    filled(outbox, Departures(tuple(map(row, periods)), gain_totals=(total,)))
    found = [sealed.period for sealed in outbox.waiting()]
    assert found == ["2026-10-03", "2026-10", "2026-12-31", "2026-12", "2026-Q4", "2027-01-02"]
    assert inside(outbox.waiting()[4]).gain_total == total


def test_a_fill_may_be_repeated_and_the_cursor_never_goes_back(outbox: Outbox):
    filled(outbox, a_day(0), cursor=9)
    before = all_of(outbox)
    assert filled(outbox, a_day(0), cursor=3) == ()
    assert all_of(outbox) == before


def test_nothing_to_send_still_moves_the_cursor(outbox: Outbox):
    assert filled(outbox, Departures(), cursor=5) == ()
    assert (outbox.cursor(), outbox.waiting()) == (5, ())


def test_a_second_session_that_day_sends_its_closing_count_alone(outbox: Outbox):
    filled(outbox, a_day(0))
    evening = Closing(FIRST_DAY, 2, 8, {})
    (sealed,) = filled(outbox, Departures(closings=(*a_day(0).closings, evening)))
    assert (inside(sealed).closing_count, inside(sealed).rows) == (evening, ())
    assert len(outbox.waiting()) == 2


def test_two_sessions_of_one_day_told_at_once_make_two_batches(outbox: Outbox):
    closings = tuple(Closing(FIRST_DAY, i, 8, {}) for i in (2, 1))
    first, second = filled(outbox, Departures(a_day(0).rows, closings))
    assert inside(first).closing_count == closings[1]
    assert (inside(second).closing_count, inside(second).rows) == (closings[0], ())


def test_a_sealed_period_never_changes(outbox: Outbox):
    filled(outbox, a_day(0), cursor=1)
    before = all_of(outbox)
    with pytest.raises(ValueError, match="2026-10-03 is sealed"):
        outbox.fill(HUB, Departures((row("2026-10-03", code="11-20"), row("2026-10"))), 2)
    assert all_of(outbox) == before


def test_a_receipt_settles_its_batch_and_a_second_one_changes_nothing(outbox: Outbox):
    one, _ = filled(outbox, Departures((row("2026-10-03"), row("2026-10-10"))))
    assert outbox.settle(counted(one)) is None
    before = all_of(outbox)
    assert outbox.settle(counted(one, Result.ALREADY_COUNTED)) is None
    assert outbox.settle(Receipt(one.batch_id, Result.REFUSED, (Reason("", BAD),))) is None
    assert outbox.settle(Receipt("00000000-0000-5000-8000-000000000000", Result.COUNTED)) is None
    assert outbox.settle(Receipt(None, Result.REFUSED)) is None
    assert all_of(outbox) == before
    assert outbox.totals() == Totals(waiting=1, settled=1, refused=0, rows_refused=0)
    assert outbox.counted() == (row("2026-10-03"),)
    assert len(outbox.gone()) == 2


# -------------------------------------------------------------------------------------- refused


def test_a_bad_row_is_kept_where_it_is_seen_and_the_good_ones_go_again(outbox: Outbox):
    (sealed,) = filled(outbox, a_day(0))
    good, bad = a_day(0).rows
    reason = Reason("fragments.wait.1.wait_band", BAD, "wait", 1)
    assert outbox.refuse(sealed.batch_id, [reason]) is None
    (seen,) = outbox.refused()
    assert (seen.batch_id, seen.rows, seen.reasons) == (sealed.batch_id, (bad,), (reason,))
    (again,) = outbox.waiting()
    assert again.batch_id != sealed.batch_id
    assert (inside(again).rows, inside(again).closing_count) == ((good,), a_day(0).closings[0])
    outbox.settle(counted(again))
    assert outbox.counted() == (good,)
    assert outbox.gone() == (good, bad)
    assert outbox.totals() == Totals(waiting=0, settled=1, refused=1, rows_refused=1)


def test_a_kind_the_centre_will_not_have_does_not_hold_up_the_others(outbox: Outbox):
    visit = Row("visit", (("day", "2026-10-03"),), 14)
    (sealed,) = filled(outbox, Departures((*a_day(0).rows, visit)))
    outbox.refuse(sealed.batch_id, [Reason("fragments.wait", "Too alike.", "wait")])
    assert [inside(each).rows for each in outbox.waiting()] == [(visit,)]
    assert [each.rows for each in outbox.refused()] == [a_day(0).rows]


@pytest.mark.parametrize(
    "reason",
    [
        Reason("closing.visits", BAD),
        Reason("fragments.wait.7", BAD, "wait", 7),
        Reason("fragments.shoe_size.0", BAD, "shoe_size", 0),
    ],
)
def test_a_reason_about_no_row_of_it_refuses_the_whole_batch(outbox: Outbox, reason: Reason):
    (sealed,) = filled(outbox, a_day(0))
    row_reason = Reason("fragments.wait.0", BAD, "wait", 0)
    outbox.refuse(sealed.batch_id, [row_reason, reason])
    assert outbox.waiting() == ()
    assert [each.rows for each in outbox.refused()] == [a_day(0).rows]


def test_a_batch_refused_without_a_reason_is_refused_whole(outbox: Outbox):
    (sealed,) = filled(outbox, a_day(0))
    outbox.refuse(sealed.batch_id, [])
    assert (outbox.waiting(), len(outbox.refused())) == ((), 1)


def test_a_batch_of_bad_rows_alone_leaves_nothing_to_send(outbox: Outbox):
    (sealed,) = filled(outbox, Departures(a_day(0).rows))
    outbox.refuse(sealed.batch_id, [Reason("", BAD, "wait", i) for i in (0, 1)])
    assert (outbox.waiting(), outbox.totals().rows_refused) == ((), 2)


def test_a_refused_gain_total_does_not_hold_up_the_rows(outbox: Outbox):
    total = GainTotal("2026-Q4", 1600, 12)
    (sealed,) = filled(outbox, Departures((row("2026-Q4"),), gain_totals=(total,)))
    outbox.refuse(sealed.batch_id, [Reason("fragments.gain_total.0", BAD, "gain_total", 0)])
    (again,) = map(inside, outbox.waiting())
    assert (again.rows, again.gain_total) == ((row("2026-Q4"),), None)


def test_a_receipt_that_comes_after_a_refusal_changes_nothing(outbox: Outbox):
    (sealed,) = filled(outbox, a_day(0))
    outbox.refuse(sealed.batch_id, [Reason("", BAD)])
    before = all_of(outbox)
    outbox.settle(counted(sealed))
    assert all_of(outbox) == before


def test_a_refused_row_is_never_made_again(outbox: Outbox):
    (sealed,) = filled(outbox, a_day(0))
    outbox.refuse(sealed.batch_id, [Reason("", BAD)])
    assert filled(outbox, a_day(0)) == ()


# ---------------------------------------------------------- any order of anything, checked by sums


class AnyOrder(RuleBasedStateMachine):
    """Fills, receipts and refusals in any order, some twice: every row is in one place."""

    def __init__(self) -> None:
        super().__init__()
        self.outbox = opened()
        self.rows: set[Row] = set()
        self.ids: list[str] = []

    def teardown(self) -> None:
        self.outbox.close()

    @rule(week=st.integers(0, 9), repeat=st.booleans())
    def fill(self, week: int, repeat: bool) -> None:
        self.rows |= set(a_day(week).rows)
        for _ in range(1 + repeat):
            batches = filled(self.outbox, a_day(week), cursor=week)
            self.ids += [sealed.batch_id for sealed in batches]

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), result=st.sampled_from((Result.COUNTED, Result.ALREADY_COUNTED)))
    def settle(self, data: st.DataObject, result: Result) -> None:
        self.outbox.settle(Receipt(data.draw(st.sampled_from(self.ids)), result))

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), index=st.sampled_from((None, 0, 1)), kind=st.sampled_from((None, "wait")))
    def refuse(self, data: st.DataObject, index: int | None, kind: str | None) -> None:
        reason = Reason("somewhere", BAD, kind, index)
        self.outbox.refuse(data.draw(st.sampled_from(self.ids)), [reason])
        self.ids += [sealed.batch_id for sealed in self.outbox.waiting()]

    @invariant()
    def every_row_is_in_one_place(self) -> None:
        waiting = [row for sealed in self.outbox.waiting() for row in inside(sealed).rows]
        refused = [row for each in self.outbox.refused() for row in each.rows]
        assert sorted([*waiting, *refused, *self.outbox.counted()]) == sorted(self.rows)
        assert set(self.outbox.gone()) == self.rows
        periods = [last_day(sealed.period) for sealed in self.outbox.waiting()]
        assert periods == sorted(periods, key=str)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
