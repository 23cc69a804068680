"""Waits and serving times in whole minutes, right on any clock."""

from hub_app.core.waits import in_hub_minutes, serving_minutes, wait_minutes
from tests.support.hall import YEAR, Hall, done, hall


def _numbers(there: Hall, visit: str) -> tuple[int, int, int | None]:
    now, known = there.hub.now(), there.hub.session.visits[visit]
    return wait_minutes(known, now), in_hub_minutes(known, now), serving_minutes(known, now)


def test_a_wait_runs_from_arrival_until_they_sit_down():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.minutes_pass(12.9)
    assert _numbers(there, visit.id) == (12, 12, None)
    there.serve(desk, visit)
    there.minutes_pass(20)
    assert _numbers(there, visit.id) == (12, 32, 20)
    done(there.hub.finish(desk, visit.id, "met"))
    there.minutes_pass(60)
    assert _numbers(there, visit.id) == (12, 32, None)


def test_the_wait_of_who_went_away_ends_when_they_do():
    there = hall()
    (visit,) = there.arrivals("housing")
    there.minutes_pass(45)
    done(there.hub.leave(visit.id))
    there.minutes_pass(30)
    assert _numbers(there, visit.id) == (45, 45, None)


def test_a_second_stop_does_not_change_the_wait():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals(["housing", "energy"])
    there.minutes_pass(5)
    there.serve(housing, visit)
    there.minutes_pass(10)
    done(there.hub.finish(housing, visit.id, "met"))
    there.minutes_pass(15)
    there.serve(energy, visit)
    assert _numbers(there, visit.id) == (5, 30, 0)


def test_a_clock_set_back_a_year_makes_nobody_wait_less_than_nothing():
    there = hall()
    desk = there.desk("housing")
    (before,) = there.arrivals("housing")
    there.clock.set(there.clock.millis() - YEAR)
    (after,) = there.arrivals("housing")
    there.serve(desk, before)
    for visit in (before, after):
        assert all(minutes is None or minutes >= 0 for minutes in _numbers(there, visit.id))
    assert there.visit(after).arrived_at == there.visit(before).arrived_at
