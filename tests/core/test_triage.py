"""The suggested order: who is here and free first, and why; never anything about the family."""

from hub_app.core.triage import GREETER, PlanWhy, choose_service, suggest
from tests.support.hall import Hall, done, hall, need_for, scotland

HOUSING, MONEY, ABSENT = need_for("housing"), need_for("money"), need_for("dwp")


def _plan(there: Hall, *needs: str):
    return suggest(there.hub.hall, needs)


def test_a_free_desk_comes_before_a_queue_and_a_queue_before_who_is_not_here():
    there = hall()
    there.desk("housing")
    there.desk("money")
    there.arrivals("housing", "housing")
    plan = _plan(there, ABSENT, HOUSING, MONEY)
    assert [(stop.service, stop.why, stop.waiting) for stop in plan.stops] == [
        ("money", PlanWhy.FREE_NOW, 0),
        ("housing", PlanWhy.WAITING, 2),
        ("dwp", PlanWhy.NOT_HERE, 0),
    ]
    assert plan.services == ("money", "housing", "dwp")


def test_a_desk_on_a_break_comes_after_a_queue_and_before_who_is_not_here():
    there = hall()
    desk = there.desk("housing")
    done(there.hub.take_break(desk))
    plan = _plan(there, ABSENT, HOUSING)
    assert [stop.why for stop in plan.stops] == [PlanWhy.ON_BREAK, PlanWhy.NOT_HERE]


def test_two_needs_for_one_service_are_one_stop():
    there = hall()
    there.desk("housing")
    needs = [n.id for n in scotland().needs if n.services[:1] == ("housing",)][:2]
    plan = _plan(there, *needs, needs[0])
    assert [stop.needs for stop in plan.stops] == [tuple(needs)]
    assert [line.need for line in plan.lines] == needs


def test_a_service_that_is_here_is_chosen_before_a_better_one_that_is_not():
    there = hall()
    need = next(n for n in scotland().needs if len(n.services) > 1)
    best, second = need.services[:2]
    assert choose_service(there.hub.hall, need.id) == best
    desk = there.desk(second)
    assert choose_service(there.hub.hall, need.id) == second
    there.desk(best)
    assert choose_service(there.hub.hall, need.id) == best
    done(there.hub.close_desk(desk))


def test_a_need_no_pack_knows_goes_to_the_greeter():
    assert choose_service(hall().hub.hall, "moon_dust") == GREETER


def test_of_two_desks_for_a_service_the_free_one_is_named():
    there = hall()
    busy, free = there.desk("housing"), there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.serve(busy, visit)
    assert _plan(there, HOUSING).stops[0].desk == free
