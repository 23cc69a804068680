"""The closing counts of a small day, sum by sum."""

from hub_app.core import events as e
from hub_app.core.counts import count
from hub_app.hub import Came, Wish
from tests.support.hall import done, hall, need_for


def test_a_small_day_adds_up_in_every_column():
    there = hall()
    hub, housing, energy = there.hub, there.desk("housing"), there.desk("energy")
    met, walked, gone, unmet, here = (
        v.id for v in there.arrivals("housing", ["housing", "energy"], "energy", "money", "housing")
    )
    there.serve(housing, hub.session.visits[met])
    done(hub.finish(housing, met, "money_gained", Came((e.Gain(300), e.Gain(40, is_yearly=True)))))
    there.serve(housing, hub.session.visits[walked])
    done(hub.hand_over(housing, walked, energy, "booked"))
    done(hub.receive(energy, walked))
    done(hub.finish(energy, walked, "referred_on"))
    done(hub.leave(gone))
    done(hub.unmet(unmet, (need_for("money"),), "not_here_today"))
    done(hub.tick_groups(met, e.GroupsTicked("ticked", ("lone", "baby"), "adult_in_paid_work")))
    done(hub.answer(walked, e.Answered(adults=2, children=3, area="from_elsewhere")))
    counts = count(hub.session)
    assert (counts.visits, counts.closed, counts.left, counts.here) == (5, 3, 1, 1)
    needs = counts.needs
    assert (needs.opened, needs.met, needs.booked, needs.referred) == (6, 1, 1, 1)
    assert (needs.left, needs.unmet, needs.open, needs.difference) == (1, 1, 1, 0)
    assert counts.needs_by_service["housing"].opened == 3
    assert counts.contacts == {"energy": 1, "housing": 2}
    assert counts.groups == {"baby": 1, "lone": 1}
    assert counts.groups_not_asked == 4
    assert counts.area == {"from_elsewhere": 1, "not_said": 4}
    assert (counts.people, counts.gain_total, counts.left_unserved) == (5, 340, 1)
    assert here in hub.session.visits


def test_a_family_seen_twice_by_a_service_is_one_contact():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    for _ in range(2):
        there.serve(desk, visit)
        done(there.hub.hold(desk, visit.id))
    assert count(there.hub.session).contacts == {"housing": 1}


def test_an_arrival_taken_back_is_not_counted():
    there = hall()
    visit = done(there.hub.arrive(Wish((need_for("housing"),))))
    done(there.hub.undo_visit(visit.id))
    counts = count(there.hub.session)
    assert (counts.visits, counts.needs.opened, counts.groups_not_asked) == (0, 0, 0)
