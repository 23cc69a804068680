"""Who is next: urgent first, then whoever came first, among those this desk can help."""

from collections.abc import Callable

from hub_app.core.routing import Because
from hub_app.hub import Wish
from tests.support.hall import YEAR, Hall, chosen, done, hall, need_for, tickets


def _next(there: Hall, desk: str):
    return chosen(there.hub, desk)


def test_people_are_called_in_the_order_they_came():
    there = hall()
    desk = there.desk("housing")
    there.arrivals("housing", "energy", "housing")
    assert tickets(there.hub, desk) == ["A1", "A3"]
    assert done(there.hub.call_next(desk)).ticket == "A1"


def test_an_urgent_family_goes_first_and_the_reason_says_so():
    there = hall()
    desk = there.desk("housing")
    there.arrivals("housing", "housing")
    there.arrivals("housing", urgent="homeless_tonight")
    choice = _next(there, desk)
    assert choice is not None
    assert (tickets(there.hub, desk)[0], choice.why) == ("A3", Because.URGENT)


def test_the_reason_is_otherwise_how_long_they_have_been_here():
    there = hall()
    desk = there.desk("housing")
    there.arrivals("housing")
    choice = _next(there, desk)
    assert choice is not None
    assert (choice.service, choice.why) == ("housing", Because.LAST_STOP)


def test_a_family_waits_in_every_queue_it_needs_at_once():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    there.arrivals(["housing", "energy"])
    assert tickets(there.hub, housing) == tickets(there.hub, energy) == ["A1"]
    done(there.hub.call_next(energy))
    assert tickets(there.hub, housing) == []


def test_a_family_on_hold_keeps_its_place_and_is_not_called_by_turn():
    there = hall()
    desk = there.desk("housing")
    first, _ = there.arrivals("housing", "housing")
    there.serve(desk, first)
    done(there.hub.hold(desk, first.id))
    assert tickets(there.hub, desk) == ["A2"]
    done(there.hub.resume(first.id))
    assert tickets(there.hub, desk) == ["A1", "A2"]


def test_a_person_who_misses_a_call_keeps_their_place_once():
    there = hall()
    desk = there.desk("housing")
    first, _ = there.arrivals("housing", "housing")
    done(there.hub.call_next(desk))
    done(there.hub.no_show(desk, first.id))
    assert tickets(there.hub, desk) == ["A1", "A2"]
    there.minutes_pass(5)
    done(there.hub.call_next(desk))
    done(there.hub.no_show(desk, first.id))
    assert tickets(there.hub, desk) == ["A2", "A1"]


def test_a_desk_helps_with_what_the_plan_has_first():
    there = hall()
    desk = there.desk("housing", "energy")
    (visit,) = there.arrivals(["energy", "housing"])
    choice = _next(there, desk)
    assert choice is not None
    assert choice.service == there.visit(visit).plan[0]


def test_nobody_is_next_for_a_desk_that_can_help_nobody_here():
    there = hall()
    desk = there.desk("housing")
    there.arrivals("energy")
    assert _next(there, desk) is None


def test_an_added_need_keeps_the_place_of_the_family():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    first, _ = there.arrivals("housing", "energy")
    there.serve(housing, first)
    done(there.hub.add_need(first.id, need_for("energy")))
    done(there.hub.finish(housing, first.id, "advice_given"))
    assert tickets(there.hub, energy) == ["A1", "A2"]


def test_people_keep_their_order_when_the_clock_is_set_back_a_year():
    there = hall(mint=_backwards())  # no help from ids
    desk = there.desk("housing")
    there.arrivals("housing", "housing")
    there.clock.set(there.clock.millis() - YEAR)
    there.arrivals("housing", "housing", "housing")
    assert tickets(there.hub, desk) == ["A1", "A2", "A3", "A4", "A5"]


def test_people_who_came_in_the_same_moment_keep_the_order_they_were_let_in():
    there = hall(mint=_backwards())
    desk = there.desk("housing")
    for _ in range(4):
        done(there.hub.arrive(Wish((need_for("housing"),))))
    assert tickets(there.hub, desk) == ["A1", "A2", "A3", "A4"]


def _backwards() -> Callable[[], str]:
    numbers = iter(range(9_999, 0, -1))
    return lambda: f"id{next(numbers):04}"
