"""The hub as the only writer: what it tells, when, and how it picks up where it was."""

from datetime import date
from pathlib import Path

from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.core.text import NAME_LIMIT
from hub_app.core.visit import Stage
from hub_app.hub import Wish
from tests.support.hall import TEN, done, hall, hall_in, need_for


def test_listeners_are_told_after_the_commit_and_not_of_a_refusal():
    there = hall()
    seen: list[int] = []
    stop = there.hub.listen(lambda: seen.append(len(there.hub.session.visits)))
    visit = done(there.hub.arrive())
    assert seen == [1]
    assert there.db.conn.in_transaction is False
    assert there.hub.start("nowhere", visit.id) is Refusal.NOT_CALLED
    stop()
    stop()
    done(there.hub.leave(visit.id))
    assert seen == [1]


def test_an_arrival_needs_nothing_but_the_family():
    visit = done(hall().hub.arrive())
    assert (visit.stage, visit.ticket, visit.needs) == (Stage.ARRIVED, "A1", ())


def test_an_arrival_with_needs_waits_at_once_and_keeps_its_answers_apart():
    there = hall()
    answers = e.Answered(adults=1, children=2, language="pl", area="from_elsewhere")
    wish = Wish((need_for("housing"),), name="Zoë", answers=answers)
    visit = done(there.hub.arrive(wish))
    assert (visit.stage, visit.adults, visit.children) == (Stage.WAITING, 1, 2)
    assert there.hub.session.answers[visit.id].area == "from_elsewhere"
    assert not hasattr(visit, "area")
    assert there.hub.names == {visit.id: "Zoë"}


def test_no_name_ever_reaches_the_log():
    there = hall()
    done(there.hub.arrive(Wish((need_for("housing"),), name="Xanthippe")))
    bodies = there.db.conn.execute("SELECT group_concat(body) FROM event").fetchone()[0]
    assert "Xanthippe" not in bodies


def test_the_name_of_a_desk_is_cleaned_like_any_other_text():
    there = hall()
    desk = there.desk("housing", name="\u202eHousing\n" + "g" * 1_000_000)
    assert there.hub.session.desks[desk].name == ("Housing " + "g" * 99)[:NAME_LIMIT]


def test_two_openings_of_one_day_are_told_apart_also_when_the_clock_goes_back():
    there = hall()
    days: list[tuple[str, int]] = []
    for day in (date(2026, 11, 21), date(2026, 11, 28), date(2026, 11, 21)):
        done(there.hub.close_session())
        there.clock.set(there.clock.at(day, TEN + 300))
        session = done(there.hub.open_session())
        days.append((session.day, session.opening))
    assert days == [("2026-11-21", 2), ("2026-11-28", 1), ("2026-11-21", 3)]


def test_opening_again_signs_the_last_session_off():
    there = hall()
    first = there.hub.session.id
    done(there.hub.close_session())
    done(there.hub.open_session())
    assert [session for _, session in there.log.signed_off_after(0)] == [first]
    assert there.hub.session.visits == {}


def test_the_day_of_a_session_is_the_hall_s_own():
    there = hall()
    done(there.hub.close_session())
    there.clock.set(
        there.clock.at(date(2026, 7, 3), 30)
    )  # half past midnight, still the 2nd in UTC
    session = done(there.hub.open_session())
    assert (session.day, session.utc_offset_minutes) == ("2026-07-03", 60)


def test_a_restart_in_the_middle_of_everything_changes_nothing(tmp_path: Path):
    there = hall_in(tmp_path)
    housing, energy = there.desk("housing"), there.desk("energy")
    families = there.arrivals(["housing", "energy"], "housing", "housing", "energy")
    there.serve(housing, families[0])
    done(there.hub.hand_over(housing, families[0].id, energy, "met"))
    there.serve(housing, families[1])
    done(there.hub.hold(housing, families[1].id))
    done(there.hub.call(housing, families[2].id))
    done(there.hub.leave(families[3].id))
    done(there.hub.undo_visit(families[3].id))
    before, taps = there.hub.session, there.hub.taps()
    again = there.restarted()
    assert (again.hub.session, again.hub.taps()) == (before, taps)
    assert done(again.hub.arrive()).ticket == "A5"
    again.shut()


def test_before_the_first_opening_every_tap_is_refused_politely():
    there = hall()
    for visit in there.hub.session.here:
        done(there.hub.leave(visit.id))
    done(there.hub.close_session())
    done(there.hub.sign_off())
    assert there.hub.arrive() is Refusal.SESSION_NOT_OPEN
    assert there.hub.open_desk("Housing", ("housing",)) is Refusal.SESSION_NOT_OPEN
    assert there.hub.close_session() is Refusal.SESSION_NOT_OPEN
    assert there.hub.taps() == ()


def test_an_outcome_no_pack_knows_is_kept_and_settles_as_met():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.serve(desk, visit)
    ended = done(there.hub.finish(desk, visit.id, "beamed_up"))
    assert (ended.stops[0].outcome, ended.needs[0].settled) == ("beamed_up", "met")
