"""The clock of a family that cannot wait: it runs until somebody has them, and says no more."""

import pytest

from hub_app.core.events import Arranged
from hub_app.core.visit import Visit
from hub_app.hub import Wish
from hub_app.view.urgent import UrgentRow, minutes_left, urgent_rows
from tests.support.hall import Hall, done, hall, need_for


def clocks(there: Hall, desk: str = "") -> list[tuple[str, int]]:
    return [(row.ticket, row.minutes_left) for row in urgent_rows(there.hub.hall, desk)]


def hungry(there: Hall) -> Visit:
    """A family to be seen within ten minutes, from now on."""
    return done(there.hub.arrive(Wish(("food_today",), "no_food")))


def test_it_counts_the_minutes_down_and_then_over():
    there = hall()
    visit = hungry(there)
    told = []
    for minutes in (0, 6, 3.5, 0.5, 0.5, 0.5, 11):
        there.minutes_pass(minutes)
        told += clocks(there)
    assert told == [(visit.ticket, left) for left in (10, 4, 1, 0, 0, -1, -12)]


@pytest.mark.parametrize(
    ("after", "left"), [(0, 4), (1, 4), (60_000, 3), (239_999, 1), (240_000, 0), (300_000, -1)]
)
def test_a_begun_minute_counts_until_the_last_one_is_over(after: int, left: int):
    assert minutes_left(240_000, after) == left


def test_it_begins_when_it_became_urgent_and_not_at_the_door():
    there = hall()
    [visit] = there.arrivals("housing")
    there.minutes_pass(30)
    assert clocks(there) == []
    done(there.hub.triage(visit.id, Wish(("food_today",), "no_food")))
    assert clocks(there) == [(visit.ticket, 10)]


def test_whoever_calls_them_has_them_and_a_missed_call_brings_them_back():
    there = hall()
    desk, visit = there.desk("welfare"), hungry(there)
    done(there.hub.call(desk, visit.id))
    assert clocks(there) == []
    there.minutes_pass(3)
    done(there.hub.no_show(desk, visit.id))
    assert clocks(there) == [(visit.ticket, 7)]


def test_who_has_been_seen_is_not_counted_again_for_what_is_left():
    there = hall()
    desk = there.desk("welfare")
    visit = done(there.hub.arrive(Wish(("food_today", need_for("housing")), "no_food")))
    there.serve(desk, visit)
    done(there.hub.finish(desk, visit.id, "advice_given"))
    assert there.visit(visit).urgent
    assert clocks(there) == []


def test_who_was_seen_before_it_became_urgent_is_counted():
    there = hall()
    desk = there.desk("housing")
    [visit] = there.arrivals(["housing", "energy"])
    there.serve(desk, visit)
    done(there.hub.finish(desk, visit.id, "advice_given"))
    there.minutes_pass(1)
    done(there.hub.triage(visit.id, Wish(("food_today",), "no_food")))
    assert clocks(there) == [(visit.ticket, 10)]


def test_who_steps_out_before_anybody_talked_to_them_is_still_counted():
    there = hall()
    desk, visit = there.desk("welfare"), hungry(there)
    done(there.hub.call(desk, visit.id))
    done(there.hub.hold(desk, visit.id))
    [row] = urgent_rows(there.hub.hall)
    assert (row.visit, row.is_on_hold) == (visit.id, True)


def test_those_who_are_due_first_come_first():
    there = hall()
    later = done(there.hub.arrive(Wish(("food_today",), "no_food")))
    there.minutes_pass(1)
    now = done(there.hub.arrive(Wish(("safe_home",), "domestic_abuse")))
    assert clocks(there) == [(now.ticket, 0), (later.ticket, 9)]


def test_a_desk_can_call_them_when_it_is_free_and_offers_what_they_need():
    there = hall()
    visit = hungry(there)
    services = [need.service for need in there.visit(visit).open_needs]
    helps, other = there.desk(*services), there.desk("housing")
    seen = {desk: urgent_rows(there.hub.hall, desk)[0].can_call for desk in (helps, other, "")}
    assert seen == {helps: True, other: False, "": False}
    busy = done(there.hub.arrive(Wish(("food_today",))))
    there.serve(helps, busy)
    assert not urgent_rows(there.hub.hall, helps)[0].can_call


def test_a_row_says_neither_who_it_is_nor_why():
    there = hall()
    done(there.hub.arrive(Wish(("safe_home",), "domestic_abuse", name="Zoë")))
    [row] = urgent_rows(there.hub.hall)
    assert set(UrgentRow.__slots__) == {
        "visit", "ticket", "minutes_left", "is_on_hold", "can_call",
    }  # fmt: skip
    assert "Zoë" not in repr(row)


def test_nobody_is_counted_once_they_have_gone_or_the_doors_are_shut():
    there = hall()
    visit = hungry(there)
    done(there.hub.arrange(visit.id, Arranged(access=("quiet",))))
    assert clocks(there)
    done(there.hub.leave(visit.id))
    assert clocks(there) == []
    done(there.hub.close_session())
    assert clocks(there) == []
