"""What a device has learnt stays when the session it comes from is gone, with nobody in it."""

import pytest

from hub_app.core.sketching import Came
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.learnt import KEPT, SESSIONS, Learnt

NOBODY = Came()


@pytest.fixture
def learnt():
    db = open_database(None)
    assert not isinstance(db, DatabaseRefused)
    yield Learnt(db)
    db.conn.close()


def test_nothing_is_known_at_first(learnt):
    assert learnt.history() == {}
    assert learnt.setting("colour") is None


def test_serving_times_are_kept_by_service_the_newest_last(learnt):
    learnt.note("s1", [("housing", 20.0), ("energy", 9.5)], NOBODY)
    learnt.note("s2", [("housing", 31.0)], NOBODY)
    assert learnt.history() == {"housing": (20.0, 31.0), "energy": (9.5,)}


def test_a_session_noted_twice_counts_once(learnt):
    for _ in range(2):
        learnt.note("s1", [("housing", 20.0), ("housing", 22.0)], NOBODY)
    assert learnt.history() == {"housing": (20.0, 22.0)}


def test_only_the_latest_times_of_a_service_are_given(learnt):
    learnt.note("s1", [("housing", float(n)) for n in range(KEPT + 5)], NOBODY)
    learnt.note("s2", [("energy", 9.0)], NOBODY)
    history = learnt.history()
    assert history["housing"] == tuple(float(n) for n in range(5, KEPT + 5))
    assert history["energy"] == (9.0,)


def test_how_families_came_is_added_up_over_the_latest_sessions(learnt):
    learnt.note("s1", [], Came((2.0, 1.0), {("housing",): 2, ("energy", "dwp"): 1}, 1))
    learnt.note("s2", [], Came((1.0, 0.0, 4.0), {("housing",): 5}, 1))
    came = learnt.came()
    assert came.slots == (3.0, 1.0, 4.0)
    assert came.needs == {("housing",): 7, ("energy", "dwp"): 1}
    assert came.sessions == 2


def test_a_season_ago_is_forgotten(learnt):
    for n in range(SESSIONS + 3):
        learnt.note(f"s{n}", [], Came((float(n == 0),), {}, 1))
    assert learnt.came().sessions == SESSIONS
    assert sum(learnt.came().slots) == 0


def test_a_small_value_is_kept_and_changed(learnt):
    learnt.set("nudge", "0.1")
    learnt.set("nudge", "0.2")
    assert learnt.setting("nudge") == "0.2"
    assert learnt.setting("other") is None


def test_what_was_learnt_is_there_after_a_restart(tmp_path):
    for expected in ({}, {"housing": (20.0,)}):
        db = open_database(tmp_path / "hub.db")
        assert not isinstance(db, DatabaseRefused)
        learnt = Learnt(db)
        assert learnt.history() == expected
        learnt.note("s1", [("housing", 20.0)], NOBODY)
        db.conn.close()


def test_what_no_one_asks_for_any_more_is_not_kept(learnt):
    for n in range(SESSIONS + 3):
        learnt.note(f"s{n}", [("housing", 9.0)] * 30, NOBODY)
    count = learnt._db.conn.execute
    assert count("SELECT count(*) FROM came").fetchone() == (SESSIONS,)
    assert count("SELECT count(*) FROM serving_time").fetchone() == (KEPT,)


def test_the_stops_of_one_family_do_not_stand_side_by_side(learnt):
    learnt.note("s1", [("housing", 9.0), ("energy", 8.0), ("housing", 7.0)], NOBODY)
    rows = learnt._db.conn.execute("SELECT service FROM serving_time ORDER BY seq").fetchall()
    assert rows == [("energy",), ("housing",), ("housing",)]


def test_the_times_of_one_session_can_be_left_out(learnt):
    learnt.note("s1", [("housing", 9.0)], NOBODY)
    learnt.note("s2", [("housing", 8.0)], NOBODY)
    assert learnt.history(but="s2") == {"housing": (9.0,)}
