"""What the front is told: who comes next and why, who got lost on the way, how full it is."""

from hub_app.core.capacity import Level
from hub_app.core.events import Answered, Arranged
from hub_app.core.house import Capacity
from hub_app.core.routing import Because, Block
from hub_app.hub import Wish
from hub_app.view.desk import InTheWay
from hub_app.view.front import Ahead, FrontView, front_view
from tests.support.hall import MINUTE, Hall, done, hall


def look(there: Hall, capacity: Capacity | None = None) -> FrontView:
    return front_view(there.hub.hall, there.hub.names, capacity)


def test_each_desk_names_one_family_it_calls_next_and_why():
    there = hall()
    there.desk("housing")
    there.desk("energy")
    first, second = there.arrivals("housing", "housing")
    there.minutes_pass(20)
    (both,) = there.arrivals(["housing", "energy"], urgent="no_fuel")
    ahead = look(there).ahead
    assert ahead[both.id].why is Because.URGENT
    assert (ahead[first.id].service, ahead[first.id].why) == ("housing", Because.HERE_LONG) or (
        both.id in ahead and ahead[both.id].service == "housing"
    )
    assert second.id not in ahead
    assert len({one.desk for one in ahead.values()}) == len(ahead)


def test_a_busy_desk_still_says_whom_it_calls_next():
    there = hall()
    desk = there.desk("housing")
    served, waits = there.arrivals("housing", "housing")
    there.serve(desk, served)
    assert look(there).ahead[waits.id].desk == "Housing"


def test_who_steps_out_is_nobodys_next():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    done(there.hub.call(desk, visit.id))
    done(there.hub.hold(desk, visit.id))
    assert look(there).ahead == {}


def test_who_waits_for_a_desk_that_has_gone_is_pointed_out():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    done(there.hub.close_desk(desk))
    assert look(there).ahead == {visit.id: Ahead(nobody_for=("housing",))}


def test_who_waits_in_vain_by_turn_is_told_apart_and_why():
    there = hall()
    there.desk("housing")
    (visit,) = there.arrivals("housing")
    done(there.hub.arrange(visit.id, Arranged(leave_by=there.hub.now() + MINUTE)))
    assert look(there).ahead == {visit.id: Ahead(blocked=InTheWay(Block.PAST_LEAVE_BY))}


def test_nothing_is_in_the_way_of_who_could_go_to_one_of_two_desks():
    there = hall()
    there.desk("housing")
    there.desk("energy")
    first, visit, _other = there.arrivals("energy", ["housing", "energy"], "housing")
    at = there.hub.now() + 60 * MINUTE
    appointment = Arranged(appointment_service="housing", appointment_at=at)
    done(there.hub.arrange(visit.id, appointment))
    ahead = look(there).ahead
    assert (first.id in ahead, visit.id in ahead) == (True, False)


def test_a_hand_over_that_does_not_arrive_is_pointed_out_after_a_few_minutes():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals(["housing", "energy"])
    there.serve(housing, visit)
    done(there.hub.hand_over(housing, visit.id, energy, "met"))
    there.minutes_pass(2)
    assert look(there).astray == ()
    there.minutes_pass(2)
    [lost] = look(there).astray
    assert (lost.row.visit, lost.from_desk, lost.row.to_desk) == (visit.id, "Housing", "Energy")
    assert lost.minutes == 4
    done(there.hub.receive(energy, visit.id))
    assert look(there).astray == ()


def test_what_was_arranged_is_there_for_those_it_was_arranged_with():
    there = hall()
    plain, arranged = there.arrivals("housing", "housing")
    leave_by = there.hub.now() + 30 * MINUTE
    done(there.hub.arrange(arranged.id, Arranged("pl", ("buggy",), leave_by)))
    done(there.hub.interpreters("pl", 1))
    known = look(there).arranged
    assert plain.id not in known
    row = known[arranged.id]
    assert (row.interpreter, row.is_in_hall, row.access) == ("pl", True, ("buggy",))
    assert row.leave_by == leave_by


def test_the_hall_says_how_full_it_is_once_somebody_has_set_what_it_takes():
    there = hall()
    done(there.hub.arrive(Wish(answers=Answered(adults=2, children=5))))
    done(there.hub.arrive(Wish()))
    unknown = look(there).fullness
    assert (unknown.crowd.people, unknown.crowd.unknown, unknown.level) == (8, 1, None)
    levels = [look(there, Capacity(*both)).fullness for both in ((9, 10), (8, 10), (5, 8))]
    assert [(full.level, full.places) for full in levels] == [
        (Level.GREEN, 2),
        (Level.AMBER, 2),
        (Level.RED, 0),
    ]
