"""Undo takes back the last tap, whole, for ten minutes, unless a desk has gone on."""

from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.hub import Wish
from tests.support.hall import YEAR, done, hall, need_for, tickets


def test_a_wrong_finish_is_taken_back_with_the_close_it_brought():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.serve(desk, visit)
    there.minutes_pass(9)
    assert done(there.hub.finish(desk, visit.id, "met")).stage is Stage.CLOSED
    done(there.hub.undo_visit(visit.id))
    back = there.visit(visit)
    assert (back.stage, back.desk, back.stops[0].ended_at) == (Stage.SERVING, desk, None)


def test_an_arrival_and_its_needs_are_one_tap():
    there = hall()
    there.desk("housing")
    (visit,) = there.arrivals("housing")
    done(there.hub.undo_visit(visit.id))
    assert visit.id not in there.hub.session.visits
    assert there.hub.undo_visit(visit.id) is Refusal.NOTHING_TO_UNDO


def test_a_later_talk_is_a_tap_of_its_own_even_when_the_clock_stands_still():
    there = hall()
    visit = done(there.hub.arrive())
    done(there.hub.triage(visit.id, Wish((need_for("housing"),))))
    done(there.hub.undo_visit(visit.id))
    assert there.visit(visit).stage is Stage.ARRIVED


def test_a_later_talk_is_a_tap_of_its_own_even_when_the_clock_went_back_a_year():
    there = hall()
    there.clock.set(there.clock.millis() - YEAR)
    visit = done(there.hub.arrive())
    there.minutes_pass(3)
    done(there.hub.triage(visit.id, Wish((need_for("housing"),))))
    done(there.hub.undo_visit(visit.id))
    assert there.visit(visit).stage is Stage.ARRIVED


def test_the_ticket_of_an_arrival_taken_back_is_never_given_again():
    there = hall()
    first = done(there.hub.arrive())
    done(there.hub.undo_visit(first.id))
    assert done(there.hub.arrive()).ticket == "A2"
    assert done(there.restarted().hub.arrive()).ticket == "A3"


def test_after_ten_minutes_it_stands():
    there = hall()
    visit = done(there.hub.arrive())
    there.minutes_pass(10)
    assert [tap.visit for tap in there.hub.taps()] == [visit.id]
    there.minutes_pass(0.1)
    assert there.hub.undo_visit(visit.id) is Refusal.UNDO_TOO_LATE
    assert there.hub.taps() == ()


def test_a_stop_is_not_taken_back_once_the_desk_serves_another():
    there = hall()
    desk = there.desk("housing")
    first, second = there.arrivals("housing", "housing")
    there.serve(desk, first)
    done(there.hub.finish(desk, first.id, "met"))
    done(there.hub.call_next(desk))
    assert there.hub.undo_visit(first.id) is Refusal.DESK_BUSY
    done(there.hub.undo_visit(second.id))
    done(there.hub.undo_visit(first.id))
    assert there.visit(first).stage is Stage.SERVING


def test_a_stop_is_not_taken_back_once_the_desk_has_gone():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.serve(desk, visit)
    done(there.hub.finish(desk, visit.id, "met"))
    done(there.hub.close_desk(desk))
    assert there.hub.undo_visit(visit.id) is Refusal.DESK_NOT_HERE
    done(there.hub.undo_desk(desk))
    done(there.hub.undo_visit(visit.id))
    assert there.visit(visit).stage is Stage.SERVING


def test_a_desk_with_somebody_in_front_of_it_cannot_be_undone_away():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.serve(desk, visit)
    assert there.hub.undo_desk(desk) is Refusal.DESK_BUSY


def test_a_break_by_mistake_is_taken_back_and_a_desk_opened_by_mistake_is_gone():
    there = hall()
    desk = there.desk("housing")
    done(there.hub.take_break(desk))
    done(there.hub.undo_desk(desk))
    assert there.hub.session.desks[desk].presence is Presence.HERE
    done(there.hub.undo_desk(desk))
    assert desk not in there.hub.session.desks


def test_a_hand_over_taken_back_brings_the_family_back_to_the_first_desk():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals(["housing", "energy"])
    there.serve(housing, visit)
    done(there.hub.hand_over(housing, visit.id, energy, "met"))
    done(there.hub.walk(visit.id))
    done(there.hub.undo_visit(visit.id))
    done(there.hub.undo_visit(visit.id))
    back = there.visit(visit)
    assert (back.stage, back.desk, back.handover) == (Stage.SERVING, housing, None)
    assert [need.settled for need in back.needs] == ["open", "open"]


def test_a_hand_over_to_a_desk_that_was_never_there_waits_in_the_queue():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals(["housing", "energy"])
    there.serve(housing, visit)
    done(there.hub.hand_over(housing, visit.id, energy, "met"))
    done(there.hub.undo_desk(energy))
    other = there.desk("energy")
    assert tickets(there.hub, other) == ["A1"]


def test_a_close_by_mistake_is_taken_back_until_the_sign_off():
    there = hall()
    done(there.hub.close_session())
    done(there.hub.undo_close())
    assert there.hub.session.is_open
    done(there.hub.close_session())
    done(there.hub.sign_off())
    assert there.hub.undo_close() is Refusal.SESSION_SIGNED_OFF


def test_a_closed_session_is_signed_off_when_nothing_can_be_undone_any_more():
    there = hall()
    done(there.hub.close_session())
    there.minutes_pass(10)
    there.hub.sign_off_when_due()
    assert there.hub.session.signed_off_at is None
    there.minutes_pass(1)
    there.hub.sign_off_when_due()
    assert there.hub.session.signed_off_at is not None


def test_what_may_be_undone_is_listed_newest_first_with_the_desk_that_did_it():
    there = hall()
    desk = there.desk("housing")
    first, second = there.arrivals("housing", "housing")
    there.minutes_pass(1)
    done(there.hub.call(desk, first.id))
    kinds = [(tap.visit, tap.kind, tap.desk) for tap in there.hub.taps()]
    assert kinds == [(first.id, "called", desk), (second.id, "arrived", "")]
