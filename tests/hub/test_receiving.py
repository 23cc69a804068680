"""Two tablets of one hall that hear of each other now and then."""

import pytest

from hub_app.clocks import SetClock
from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Hub, Wish
from tests.support.hall import DAY, MINUTE, TEN, YEAR, Hall, counting, done, hall, need_for

HOUSING = Wish((need_for("housing"),))


def meet(*halls: Hall) -> None:
    """Let tablets tell each other everything, names and notes too."""
    for there in halls:
        for here in halls:
            if here is not there:
                tell(here.hub, there.hub)
    for there in halls:
        for here in halls:
            theirs = there.hub.card_revisions()
            cards = here.hub.cards_for(theirs, with_notes=True)
            there.hub.take_cards(here.hub.session.id, cards)


def tell(here: Hub, there: Hub) -> None:
    there.take_in(here.shared.after(there.shared.vector, 10_000))


@pytest.fixture
def two() -> tuple[Hall, Hall]:
    a, b = hall(counting("a")), hall(counting("b"))
    meet(a, b)
    return a, b


def desks(a: Hall, b: Hall) -> tuple[str, str]:
    one = done(a.hub.open_desk("Housing", ("housing",)))
    two = done(b.hub.open_desk("Money", ("housing",)))
    meet(a, b)
    return one, two


def test_two_tablets_that_open_the_hall_while_cut_off_open_one_session(two: tuple[Hall, Hall]):
    a, b = two
    assert a.hub.session.id == b.hub.session.id == f"{DAY}.1"
    visit = done(a.hub.arrive(HOUSING))
    meet(a, b)
    assert b.hub.session.visits[visit.id] == a.hub.session.visits[visit.id]
    assert a.hub.session == b.hub.session


def arrived(a: Hall, b: Hall) -> Visit:
    visit = done(a.hub.arrive(HOUSING))
    meet(a, b)
    return visit


def test_of_two_starts_while_cut_off_the_earlier_wins_and_both_desks_are_told(
    two: tuple[Hall, Hall],
):
    a, b = two
    one, other = desks(a, b)
    visit = arrived(a, b)
    a.minutes_pass(2)
    b.minutes_pass(1)
    done(a.hub.call_here(one, visit.id))
    done(b.hub.call_here(other, visit.id))
    meet(a, b)
    for there in two:
        now = there.hub.session.visits[visit.id]
        assert (now.stage, now.desk) == (Stage.SERVING, other)
        (clash,) = now.clashes
        assert (clash.desk, clash.by) == (one, other)
        assert clash.is_for(one)
        assert clash.is_for(other)
        assert there.hub.session.at_desk(one) is None
    done(a.hub.clash_seen(one, visit.id))
    assert a.hub.clash_seen(one, visit.id) is Refusal.NOTHING_TO_UNDO
    meet(a, b)
    (clash,) = b.hub.session.visits[visit.id].clashes
    assert not clash.is_for(one)
    assert clash.is_for(other)


def test_work_done_at_the_desk_that_lost_is_kept(two: tuple[Hall, Hall]):
    a, b = two
    one, other = desks(a, b)
    visit = arrived(a, b)
    b.minutes_pass(1)
    done(a.hub.call_here(one, visit.id))
    done(b.hub.call_here(other, visit.id))
    b.minutes_pass(5)
    done(b.hub.finish(other, visit.id, "advice_given"))
    meet(a, b)
    now = a.hub.session.visits[visit.id]
    assert now.desk == one
    assert [stop.desk for stop in now.stops] == [other, one]


def test_a_desk_called_two_families_at_two_tablets_has_one_and_the_other_waits(
    two: tuple[Hall, Hall],
):
    a, b = two
    one, _ = desks(a, b)
    first, second = arrived(a, b), arrived(a, b)
    done(a.hub.call(one, first.id))
    b.minutes_pass(1)
    done(b.hub.call(one, second.id))
    meet(a, b)
    for there in two:
        session = there.hub.session
        assert session.at_desk(one) == session.visits[second.id]  # called where A1 was not known
        assert session.visits[first.id].stage is Stage.WAITING
    done(a.hub.no_show(one, second.id))
    meet(a, b)
    assert b.hub.session.visits[first.id].desk == one  # the call stands now that it can


def test_a_family_a_cut_off_tablet_brings_opens_the_hall_again_until_it_is_seen_through(
    two: tuple[Hall, Hall],
):
    a, b = two
    _, other = desks(a, b)
    done(a.hub.close_session())
    visit = done(b.hub.arrive(HOUSING))
    done(b.hub.rename(visit.id, "Zoë"))
    meet(a, b)
    for there in two:
        assert there.hub.session.is_open
        assert there.hub.names == {visit.id: "Zoë"}
    done(b.hub.call_here(other, visit.id))
    done(b.hub.finish(other, visit.id, "advice_given"))
    meet(a, b)
    for there in two:
        assert not there.hub.session.is_open
        assert there.hub.session.closed_at is not None
        assert not there.hub.names
        assert not there.keys.get(there.hub.session.id)


def test_names_and_notes_go_to_the_others_and_the_latest_wins_everywhere(two: tuple[Hall, Hall]):
    a, b = two
    visit = arrived(a, b)
    done(a.hub.rename(visit.id, "Zoe"))
    meet(a, b)
    done(b.hub.rename(visit.id, "Zoë Ż"))
    meet(a, b)
    assert a.hub.names == b.hub.names == {visit.id: "Zoë Ż"}
    done(a.hub.rename(visit.id, "Ana"))
    done(b.hub.rename(visit.id, "Bea"))
    meet(a, b)
    assert a.hub.names == b.hub.names


def test_a_tablet_that_slept_through_the_close_brings_no_name_back(two: tuple[Hall, Hall]):
    a, b = two
    visit = arrived(a, b)
    done(a.hub.rename(visit.id, "Zoë"))
    meet(a, b)
    done(a.hub.leave(visit.id))
    done(a.hub.close_session())
    a.hub.take_cards(a.hub.session.id, b.hub.cards_for({}, with_notes=True))
    assert not a.hub.names
    meet(a, b)
    assert not b.hub.names


def test_both_tablets_learn_serving_times_from_one_sign_off(two: tuple[Hall, Hall]):
    a, b = two
    one, _ = desks(a, b)
    visit = arrived(a, b)
    done(a.hub.call(one, visit.id))
    done(a.hub.start(one, visit.id))
    a.minutes_pass(12)
    done(a.hub.finish(one, visit.id, "advice_given"))
    done(a.hub.close_session())
    done(a.hub.sign_off())
    meet(a, b)
    assert b.log.learnt.history() == a.log.learnt.history() != {}


def test_a_tablet_a_year_ahead_leaves_the_others_in_their_time():
    a = hall(counting("a"))
    ahead = SetClock("Europe/London")
    ahead.set(ahead.at(DAY, TEN) + YEAR)
    b = hall(counting("b"))
    b.clock.set(ahead.millis())
    meet(a, b)
    visit = done(b.hub.arrive(HOUSING))
    meet(a, b)
    later = done(a.hub.arrive(HOUSING))
    assert a.hub.session.visits[later.id].arrived_at - a.clock.millis() < MINUTE
    left = done(a.hub.leave(visit.id))  # comes after what it is about, whatever the clocks say
    assert left.stage is Stage.LEFT
    b.hub.correct_clock(-YEAR)
    third = done(b.hub.arrive(HOUSING))
    assert abs(third.arrived_at - a.clock.millis()) < MINUTE


def test_a_fact_the_fold_stumbles_on_stops_neither_the_tablet_nor_the_others(
    two: tuple[Hall, Hall], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    a, b = two
    first = done(a.hub.arrive(HOUSING))
    second = done(a.hub.arrive(HOUSING))
    from hub_app.core import visit_fold  # noqa: PLC0415

    whole = visit_fold.arrive

    def stumble(visit_id: str, event: e.Arrived, stamp: object) -> Visit:
        if visit_id == first.id:
            raise RuntimeError("a fold that stumbles")
        return whole(visit_id, event, stamp)  # type: ignore[arg-type]

    monkeypatch.setattr(visit_fold, "arrive", stumble)
    meet(a, b)
    assert second.id in b.hub.session.visits
    assert b.hub.shared.vector == a.hub.shared.vector
    assert "left out of the fold" in caplog.text


def test_a_wiped_tablet_holds_nothing_and_can_begin_again(two: tuple[Hall, Hall]):
    a, _ = two
    visit = done(a.hub.arrive(HOUSING))
    done(a.hub.rename(visit.id, "Zoë"))
    origin = a.log.origin
    a.hub.wipe()
    assert a.hub.is_blank
    assert a.hub.removed_at is not None
    assert not a.hub.names
    assert not a.hub.session.id
    assert a.log.origin != origin
    done(a.hub.open_session())
    assert done(a.hub.arrive(HOUSING)).ticket == "A1"


def test_a_call_that_came_to_nothing_does_not_keep_a_family_from_being_called(
    two: tuple[Hall, Hall],
):
    a, b = two
    one, other = desks(a, b)
    first, second = arrived(a, b), arrived(a, b)
    done(a.hub.call(one, first.id))  # and the answer is lost on its way to that desk
    done(b.hub.call_here(one, second.id))
    meet(a, b)
    assert a.hub.session.visits[first.id].stage is Stage.WAITING
    called = done(b.hub.call_next(other))
    assert (called.id, called.stage, called.desk) == (first.id, Stage.CALLED, other)
    assert not called.clashes
    meet(a, b)
    assert a.hub.session == b.hub.session


def test_last_weeks_family_does_not_take_the_hall_from_todays(two: tuple[Hall, Hall]):
    a, b = two
    late = done(b.hub.arrive(HOUSING))  # and the tablet's battery is flat
    done(a.hub.close_session())
    for there in two:
        there.minutes_pass(7 * 24 * 60)
    done(a.hub.open_session())
    today = done(a.hub.arrive(HOUSING))
    done(a.hub.rename(today.id, "Ada"))
    meet(a, b)
    for there in two:
        assert list(there.hub.session.visits) == [today.id]
        assert there.hub.names == {today.id: "Ada"}
    done(a.hub.leave(today.id))
    done(a.hub.close_session())
    meet(a, b)
    for there in two:  # and when today is over it is seen to
        assert there.hub.session.is_reopened
        assert there.hub.session.here[0].id == late.id
    done(b.hub.leave(late.id))
    meet(a, b)
    assert a.hub.session.id == b.hub.session.id
    assert a.hub.session.day == a.hub.today().isoformat()


def test_a_tablet_that_joins_learns_from_sessions_before_its_time(two: tuple[Hall, Hall]):
    a, _ = two
    one = done(a.hub.open_desk("Housing", ("housing",)))
    visit = done(a.hub.arrive(HOUSING))
    done(a.hub.call(one, visit.id))
    done(a.hub.start(one, visit.id))
    a.minutes_pass(12)
    done(a.hub.finish(one, visit.id, "advice_given"))
    done(a.hub.close_session())
    done(a.hub.sign_off())
    done(a.hub.open_session())
    new = hall(counting("c"))
    tell(a.hub, new.hub)
    assert new.log.learnt.history() == a.log.learnt.history() != {}
    assert new.hub.servings == a.hub.servings


def test_bystanders_are_not_told_of_a_call_that_may_yet_be_taken_back(two: tuple[Hall, Hall]):
    a, b = two
    one, _ = desks(a, b)
    visit = arrived(a, b)
    done(a.hub.call(one, visit.id))
    a.hub.await_confirmation([visit.id])
    assert a.hub.told.visits[visit.id].stage is Stage.WAITING
    assert a.hub.session.visits[visit.id].stage is Stage.CALLED
    a.hub.await_confirmation([])
    assert a.hub.told is a.hub.session
