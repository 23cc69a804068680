"""A hall when somebody does not come, a listener stumbles, or the power goes in between."""

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from hub_app.core import events as e
from hub_app.core import house_events as h
from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence
from hub_app.core.visit import Visit
from hub_app.hub import Came, Wish
from hub_app.store.log import Fact
from hub_app.view.desk import desk_view
from hub_app.view.handovers import Sharing
from tests.support.hall import MINUTE, Hall, done, hall, need_for

AGREED = ("2026-11-01", "2027-10-31")


def _leaves_unsaid(there: Hall) -> None:
    desk = there.desk("welfare")
    done(there.hub.leaving_at(desk, there.hub.now() + 20 * MINUTE))


def _on_a_break_for_good(there: Hall) -> None:
    desk = there.desk("welfare")
    done(there.hub.leaving_at(desk, there.hub.now() + 20 * MINUTE))
    done(there.hub.take_break(desk))


def _never_comes(there: Hall) -> None:
    day = there.hub.today().isoformat()
    done(there.hub.set_rota(h.RotaSet("", "Ama", ("welfare",), f"{day}T10:00", 60)))
    done(there.hub.close_session())
    done(there.hub.open_session())


@pytest.mark.parametrize("away", [_leaves_unsaid, _on_a_break_for_good, _never_comes])
def test_nobody_waits_for_a_first_desk_that_will_start_with_nobody(away):
    there = hall()
    away(there)
    desk = there.desk("money")
    (family,) = there.arrivals(["welfare", "money"])
    assert there.hub.call_next(desk) is Refusal.NOBODY_READY
    there.minutes_pass(90)
    called = done(there.hub.call_next(desk))
    assert (called.id, called.service) == (family.id, "money")


def test_a_family_that_stays_after_its_leave_by_is_called_again():
    there = hall()
    desk = there.desk("housing")
    leave_by = there.hub.now() + 30 * MINUTE
    wish = Wish((need_for("housing"),), arranged=e.Arranged(leave_by=leave_by))
    done(there.hub.arrive(wish))
    there.minutes_pass(39)
    assert there.hub.call_next(desk) is Refusal.NOBODY_READY
    there.minutes_pass(2)
    assert isinstance(there.hub.call_next(desk), Visit)


def test_one_interpreter_is_not_called_to_two_desks():
    there = hall()
    desk, other = there.desk("housing"), there.desk("energy")
    done(there.hub.interpreters("ar", 1))
    for service in ("housing", "energy"):
        done(there.hub.arrive(Wish((need_for(service),), arranged=e.Arranged("ar"))))
    called = done(there.hub.call_next(desk))
    assert there.hub.call_next(other) is Refusal.NOBODY_READY
    done(there.hub.no_show(desk, called.id))
    assert isinstance(there.hub.call_next(other), Visit)


def test_a_service_that_only_another_pack_knows_stops_nobody():
    there = hall()
    desk = there.desk("housing")
    (family,) = there.arrivals("housing")
    done(there.hub.add_need(family.id, "new_need", "brand_new"))
    assert done(there.hub.call_next(desk)).service == "housing"


def test_a_listener_that_stumbles_takes_nothing_from_the_tap_nor_from_the_others(caplog):
    there, heard = hall(), list[int]()

    def stumble() -> None:
        raise RuntimeError("a listener")

    there.hub.listen(stumble)
    there.hub.listen(lambda: heard.append(1))
    with caplog.at_level(logging.ERROR):
        there.desk("housing")
    assert heard == [1]
    assert "stumbled" in caplog.text


def test_cut_off_as_the_session_opens_it_has_whom_the_rota_expects(
    monkeypatch: pytest.MonkeyPatch,
):
    there = hall()
    day = there.hub.today().isoformat()
    done(there.hub.set_rota(h.RotaSet("", "Ama", ("housing",), f"{day}T10:00", 120)))
    done(there.hub.close_session())
    done(there.hub.sign_off())
    real, written = there.log.append, list[int]()

    def once(facts: Sequence[Fact], *when: Any) -> tuple[e.Entry, ...]:
        assert not written, "cut off before this"
        written.append(1)
        return real(facts, *when)

    monkeypatch.setattr(there.log, "append", once)
    done(there.hub.open_session())
    assert [desk.name for desk in there.restarted().hub.session.desks.values()] == ["Ama"]


def test_a_restart_believes_the_same_of_serving_times():
    there = hall()
    desk = there.desk("housing")
    for family in there.arrivals("housing", "housing"):
        there.serve(desk, family)
        there.minutes_pass(40)
        done(there.hub.finish(desk, family.id, "advice_given"))
    done(there.hub.close_session())
    done(there.hub.sign_off())
    before, again = there.hub.servings, there.restarted().hub
    assert again.servings == before
    done(again.open_session())
    assert again.servings == before


def test_cut_off_as_it_is_signed_off_a_session_still_teaches_once(
    monkeypatch: pytest.MonkeyPatch,
):
    there = hall()
    desk = there.desk("housing")
    (family,) = there.arrivals("housing")
    there.serve(desk, family)
    there.minutes_pass(40)
    done(there.hub.finish(desk, family.id, "advice_given"))
    done(there.hub.close_session())

    def power_cut(*_what: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(there.log, "append", power_cut)
    with pytest.raises(KeyboardInterrupt):
        there.hub.sign_off()
    again = there.restarted()
    assert again.hub.servings["housing"].n == 1
    done(again.hub.sign_off())
    assert again.log.learnt.history() == {"housing": (40.0,)}


def test_what_was_said_after_the_close_is_taken_back_like_any_answer():
    there = hall()
    desk = there.desk("housing")
    (family,) = there.arrivals("housing")
    there.serve(desk, family)
    done(there.hub.finish(desk, family.id, "advice_given"))
    done(there.hub.close_session())
    closed = there.hub.session
    checked = e.EntitlementsChecked((e.Checked("child_benefit", "has"),))
    done(there.hub.check_entitlements(family.id, checked))
    done(there.hub.undo_visit(family.id))
    done(there.hub.refer(family.id, e.Referred("", desk, "energy", there.hub.today().isoformat())))
    done(there.hub.undo_visit(family.id))
    assert there.hub.session == closed
    assert there.hub.undo_visit(family.id) is Refusal.SESSION_NOT_OPEN


def test_somebody_urgent_waits_for_no_desk_that_is_on_a_break():
    there = hall()
    first, debt = there.desk("welfare"), there.desk("money")
    there.arrivals(["welfare", "money"], urgent="no_food")
    there.arrivals("money")
    assert done(there.hub.call_next(debt)).ticket == "A2"  # what must come first is here
    done(there.hub.undo_visit(there.hub.session.here[1].id))
    done(there.hub.take_break(first))
    assert done(there.hub.call_next(debt)).ticket == "A1"


def test_nobody_waits_for_a_desk_that_comes_much_later_today():
    there = hall()
    now = there.hub.now()
    later = h.RotaSet("", "Welfare", ("welfare",), "2026-11-21T14:00", 60)
    done(there.hub.set_rota(later))
    done(there.hub.close_session())
    done(there.hub.open_session())
    assert [desk.presence for desk in there.hub.session.desks.values()] == [Presence.EXPECTED]
    debt = there.desk("money")
    there.arrivals(["welfare", "money"])
    assert done(there.hub.call_next(debt)).ticket == "A1"
    assert there.hub.now() - now < 60 * MINUTE


def test_an_appointment_is_for_today_and_an_arrival_is_asked_as_an_arrangement_is():
    there = hall()
    tomorrow = there.hub.now() + 24 * 60 * MINUTE
    wrong = e.Arranged(appointment_service="housing", appointment_at=tomorrow)
    half = e.Arranged(appointment_service="housing")
    past = e.Arranged(leave_by=there.hub.now() - MINUTE)
    for arranged in (wrong, half, past):
        wish = Wish((need_for("housing"),), arranged=arranged)
        assert there.hub.arrive(wish) is Refusal.BAD_TIME
    assert not there.hub.session.visits
    (family,) = there.arrivals("housing")
    assert there.hub.arrange(family.id, wrong) is Refusal.BAD_TIME


def test_a_note_stays_with_the_desk_it_was_for_when_the_next_one_is_taken_back():
    there = hall()
    done(there.hub.make_agreement(("council", "energy_charity"), ("handover_note",), *AGREED))
    one, two, three = there.desk("housing"), there.desk("energy"), there.desk("work")
    (family,) = there.arrivals(["housing", "energy", "work"])
    there.serve(one, family)
    done(there.hub.hand_over(one, family.id, two, "advice_given", Came(note="For energy.")))
    done(there.hub.receive(two, family.id))
    done(there.hub.hand_over(two, family.id, three, "advice_given", Came(note="For work.")))
    done(there.hub.undo_visit(family.id))
    sharing = Sharing(there.hub.notes, there.hub.may_carry_note)
    seen = desk_view(there.hub.hall, two, {}, sharing).with_me
    assert seen is not None
    assert seen.note == "For energy."
