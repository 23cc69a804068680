"""What holds from session to session: who is expected, what was agreed, promised and learnt."""

from datetime import date
from pathlib import Path

import pytest

from hub_app.core import events as e
from hub_app.core import house_events as h
from hub_app.core.house import HANDOVER_NOTE, House
from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence, Session
from hub_app.core.text import NAME_LIMIT
from hub_app.hub import Came
from tests.support.hall import DAY, TEN, Hall, done, hall, hall_in
from tests.support.house import rota

NEXT = date(2026, 11, 28)  # a week after the day of the first session, a Saturday
SATURDAYS = rota("", "Energy", ("energy",), "2026-11-14T10:30", rule="FREQ=WEEKLY;BYDAY=SA")
TOGETHER = ("council", "energy_charity")
YEAR_AHEAD = ("2026-11-01", "2027-10-31")


def set_rota(there: Hall, wanted: h.RotaSet) -> str:
    """Put somebody on the rota; gives the id of the entry."""
    before = {*there.hub.house.rota}
    return next(iter({*done(there.hub.set_rota(wanted)).rota} - before))


def opened_on(there: Hall, day: date) -> Session:
    """Close the session, and open the next one at ten on another day."""
    if there.hub.session.is_open:
        for visit in there.hub.session.here:
            done(there.hub.leave(visit.id))
        done(there.hub.close_session())
    there.clock.set(there.clock.at(day, TEN))
    return done(there.hub.open_session())


# --- the rota ------------------------------------------------------------------------------------


def test_who_is_on_the_rota_is_expected_when_the_session_opens():
    there = hall()
    entry = set_rota(there, SATURDAYS)
    assert entry not in there.hub.session.desks  # the rota is read at the opening
    desk = opened_on(there, NEXT).desks[entry]
    assert (desk.presence, desk.name, desk.services) == (Presence.EXPECTED, "Energy", ("energy",))
    assert desk.expected_from == there.clock.at(NEXT, TEN + 30)
    assert desk.expected_until == there.clock.at(NEXT, TEN + 30 + 180)


def test_an_expected_desk_opens_under_its_own_id_and_stays_its_organisation_s():
    there = hall()
    entry = set_rota(there, rota("", "Advice", ("money",), "2026-11-28T10:00", organisation="nhs"))
    opened_on(there, NEXT)
    assert done(there.hub.open_desk("Advice", ("money",), entry)) == entry
    assert there.hub.session.desks[entry].presence is Presence.HERE
    assert there.hub.organisation_of(entry) == "nhs"


def test_on_a_day_off_or_away_nobody_is_expected():
    there = hall()
    entry = set_rota(there, SATURDAYS)
    done(there.hub.shut_on("2026-11-28", "Painting"))
    done(there.hub.leave_out(entry, "2026-12-05"))
    assert opened_on(there, NEXT).desks == {}
    assert opened_on(there, date(2026, 12, 5)).desks == {}
    assert [*opened_on(there, date(2026, 12, 12)).desks] == [entry]


def test_who_was_taken_off_the_rota_is_not_expected():
    there = hall()
    entry = set_rota(there, SATURDAYS)
    done(there.hub.end_rota(entry, "2026-11-28"))
    assert opened_on(there, NEXT).desks == {}
    done(there.hub.set_rota(rota(entry, "Energy", ("energy",), "2026-12-05T10:00")))
    assert [*opened_on(there, date(2026, 12, 5)).desks] == [entry]


def test_the_next_date_of_a_service_is_after_today_and_known_by_the_rota():
    there = hall()
    assert there.hub.next_date("energy") is None
    entry = set_rota(there, SATURDAYS)
    assert there.hub.next_date("energy") == NEXT
    done(there.hub.come_also(entry, "2026-11-24"))
    assert there.hub.next_date("energy") == date(2026, 11, 24)
    assert there.hub.next_date("housing") is None


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change():
    there = hall()
    entry = set_rota(there, rota("", "Energy", ("energy",), "2026-03-24T10:00", rule="FREQ=WEEKLY"))
    for day in (date(2027, 3, 23), date(2027, 3, 30)):  # the clocks change on the 28th
        expected_at = opened_on(there, day).desks[entry].expected_from
        assert expected_at is not None
        local = there.clock.local(expected_at)
        assert (local.date(), local.hour, local.minute) == (day, 10, 0)


def test_a_name_on_the_rota_is_cleaned_like_any_other_text():
    there = hall()
    entry = set_rota(there, rota("", "\u202eEnergy\n" + "y" * 1000))
    assert there.hub.house.rota[entry].name == ("Energy " + "y" * 99)[:NAME_LIMIT]
    assert there.hub.set_rota(rota("", "\u202e ")) is Refusal.DESK_OFFERS_NOTHING
    house = done(there.hub.shut_on("2026-11-30", "\u202eSt\tAndrew"))
    assert house.days_off[date(2026, 11, 30)] == "St Andrew"


def test_capacity_is_set_and_taken_away_again():
    there = hall()
    capacity = done(there.hub.set_capacity(60, 75)).capacity
    assert capacity is not None
    assert (capacity.amber, capacity.red) == (60, 75)
    assert done(there.hub.set_capacity(0, 0)).capacity is None
    assert there.hub.set_capacity(0, 75) is Refusal.BAD_NUMBER
    assert there.hub.set_capacity(80, 75) is Refusal.RED_BELOW_AMBER


def test_the_house_is_the_same_after_a_restart(tmp_path: Path):
    there = hall_in(tmp_path)
    entry = set_rota(there, SATURDAYS)
    done(there.hub.leave_out(entry, "2026-12-05"))
    done(there.hub.set_capacity(60, 75))
    done(there.hub.make_agreement(TOGETHER, (HANDOVER_NOTE,), *YEAR_AHEAD))
    before = there.hub.house
    again = there.restarted()
    assert again.hub.house == before
    assert before != House()
    again.shut()


# --- agreements and notes ------------------------------------------------------------------------


def handed_over(there: Hall, note: str) -> str | Refusal:
    """Let housing hand a family over to energy with a note; gives the visit, or why not."""
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals(["housing", "energy"])
    there.serve(housing, visit)
    answer = there.hub.hand_over(housing, visit.id, energy, "met", Came(note=note))
    return answer if isinstance(answer, Refusal) else visit.id


def test_without_an_agreement_no_note_travels_and_nothing_is_written():
    there = hall()
    assert handed_over(there, "Has a meter reading.") is Refusal.NO_AGREEMENT
    assert there.hub.notes == {}
    assert all(visit.handover is None for visit in there.hub.session.here)


def test_under_an_agreement_a_note_travels_outside_the_log_until_the_session_closes(tmp_path: Path):
    there = hall_in(tmp_path)
    done(there.hub.make_agreement(TOGETHER, (HANDOVER_NOTE,), *YEAR_AHEAD))
    visit = handed_over(there, "Xylophone meter.")
    assert [*there.hub.notes.values()] == ["Xylophone meter."]
    again = there.restarted()
    assert again.hub.notes == there.hub.notes
    assert {about for about, _to in again.hub.notes} == {visit}
    bodies = again.db.conn.execute("SELECT group_concat(body) FROM event").fetchone()[0]
    assert "Xylophone" not in bodies
    opened_on(again, NEXT)
    assert again.hub.notes == {}
    again.shut()


def test_an_agreement_locks_again_the_day_after_its_last_and_when_it_is_ended():
    there = hall()
    until = DAY.isoformat()
    house = done(there.hub.make_agreement(TOGETHER, (HANDOVER_NOTE,), until, until))
    housing, energy = there.desk("housing"), there.desk("energy")
    assert there.hub.may_carry_note(housing, energy)
    there.minutes_pass(24 * 60)
    assert not there.hub.may_carry_note(housing, energy)
    there.minutes_pass(-24 * 60)
    done(there.hub.end_agreement(next(iter(house.agreements)), until))
    assert not there.hub.may_carry_note(housing, energy)


# --- what was promised ---------------------------------------------------------------------------


def promise(there: Hall, due: str, kind: str = "referral") -> str:
    """Let a family be promised something; gives the promise's id."""
    (visit,) = there.arrivals("housing")
    known = {one.referred.referral for one in there.hub.promised()}
    done(there.hub.refer(visit.id, e.Referred("", "d1", "dwp", due, "", kind)))
    (new,) = {one.referred.referral for one in there.hub.promised()} - known
    return new


def test_what_was_promised_is_listed_over_sessions_the_soonest_due_first():
    there = hall()
    later, soon = promise(there, "2026-12-24"), promise(there, "2026-11-25", "call_back")
    opened_on(there, NEXT)
    now = promise(there, "2026-12-01")
    listed = there.hub.promised()
    assert [one.referred.referral for one in listed] == [soon, now, later]
    assert [one.day for one in listed] == ["2026-11-21", "2026-11-28", "2026-11-21"]
    assert {one.ticket for one in listed} <= {"A1", "A2"}
    assert [one.referred.referral for one in there.restarted().hub.promised()] == [soon, now, later]


def test_who_has_a_promise_is_known_from_then_on_in_later_sessions_too():
    there = hall()
    made = promise(there, "2026-12-01")
    assert there.hub.undo_acknowledge(made) is Refusal.NOTHING_TO_UNDO
    done(there.hub.acknowledge(made))
    assert there.hub.acknowledge(made) is Refusal.ALREADY_ACKNOWLEDGED
    opened_on(there, NEXT)
    assert [one.is_acknowledged for one in there.hub.promised()] == [True]
    assert there.hub.undo_acknowledge(made) is Refusal.UNDO_TOO_LATE


def test_a_tap_that_somebody_has_it_is_taken_back_within_ten_minutes():
    there = hall()
    made = promise(there, "2026-12-01")
    done(there.hub.acknowledge(made))
    there.minutes_pass(9)
    done(there.hub.undo_acknowledge(made))
    assert [one.is_acknowledged for one in there.hub.promised()] == [False]
    done(there.hub.acknowledge(made))
    assert [one.is_acknowledged for one in there.restarted().hub.promised()] == [True]


def test_a_promise_taken_back_with_its_visit_is_promised_no_more():
    there = hall()
    promise(there, "2026-12-01")
    visit = there.hub.session.here[0]
    done(there.hub.undo_visit(visit.id))
    assert there.hub.promised() == ()


# --- what is learnt, and who overruled -----------------------------------------------------------


def serve_one(there: Hall, desk: str, minutes: float) -> None:
    (visit,) = there.arrivals("housing")
    there.serve(desk, visit)
    there.minutes_pass(minutes)
    done(there.hub.finish(desk, visit.id, "advice_given"))


def test_serving_times_are_learnt_at_each_finish_and_survive_sign_off_and_restart(tmp_path: Path):
    there = hall_in(tmp_path)
    fair = there.hub.servings["housing"].mean
    desk = there.desk("housing")
    for _ in range(6):
        serve_one(there, desk, 2 * fair)
    learnt = there.hub.servings["housing"]
    assert learnt.n == 6
    assert learnt.mean > 1.2 * fair
    assert there.hub.room.minutes["housing"] == pytest.approx(learnt.mean)
    opened_on(there, NEXT)
    assert there.hub.servings["housing"] == learnt
    again = there.restarted()
    assert again.hub.servings["housing"] == learnt
    again.shut()


def test_a_finish_that_is_taken_back_is_not_learnt():
    there = hall()
    desk = there.desk("housing")
    serve_one(there, desk, 50)
    (visit,) = there.hub.session.visits.values()
    done(there.hub.undo_visit(visit.id))
    assert there.hub.servings["housing"].n == 0


def test_a_call_out_of_turn_is_recorded_with_whom_the_rule_would_have_called():
    there = hall()
    desk = there.desk("housing")
    first, second = there.arrivals("housing", "housing")
    done(there.hub.call(desk, second.id))
    calls = [x.event for x in there.log.session(there.hub.session.id) if x.kind == "called"]
    assert [(call.desk, call.instead_of) for call in calls if isinstance(call, e.Called)] == [
        (desk, first.id)
    ]


def test_the_rule_s_own_call_overrules_nobody():
    there = hall()
    desk = there.desk("housing")
    there.arrivals("housing", "housing")
    done(there.hub.call_next(desk))
    calls = [x.event for x in there.log.session(there.hub.session.id) if x.kind == "called"]
    assert [call.instead_of for call in calls if isinstance(call, e.Called)] == [None]
