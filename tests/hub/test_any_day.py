"""What must hold on any day whatever anybody taps: properties of the real hub on real SQLite."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_app.core.counts import count
from hub_app.core.events import Arrived
from hub_app.core.refusal import Refusal
from hub_app.core.room import MINUTE, family_of, may_start
from hub_app.core.routing import Because, blocked
from hub_app.core.rules import desk as rules
from hub_app.core.session import Desk, Presence, Session, fold
from hub_app.core.visit import AT_DESK, OPEN, Stage, Visit
from hub_app.core.waits import in_hub_minutes, serving_minutes, wait_minutes
from hub_app.view.close import close_view
from hub_app.view.desk import desk_view
from hub_app.view.front import front_view
from tests.support.days import Day, Tap, expect_throughout, taps
from tests.support.hall import YEAR, chosen, line

NAMES: dict[str, str] = {}
tries = settings(max_examples=30)


def _waits_for(visit: Visit, services: tuple[str, ...]) -> bool:
    """Whether somebody sits in the hall who a desk with these services could help now."""
    wanted = any(n.settled == OPEN and n.service in services for n in visit.needs)
    return visit.stage is Stage.WAITING and not visit.is_on_hold and wanted


def _may_come(day: Day, visit: Visit, desk: Desk) -> bool:
    """Whether nothing is in the way of this desk calling a family by turn now."""
    if not _waits_for(visit, desk.services):
        return False
    at = day.hall.hub.now()
    family, now = family_of(visit, at), at / MINUTE
    wanted = set(family.services).intersection(desk.services)
    return any(blocked(now, family, service, day.hall.hub.room) is None for service in wanted)


def _nobody_is_lost(day: Day) -> None:
    session = day.session
    assert set(session.visits) == day.families
    front = front_view(day.hall.hub.hall, NAMES)
    shown = [row.visit for row in (*front.untriaged, *front.waiting, *front.being_served)]
    assert sorted(shown) == sorted(v for v in day.families if not session.visits[v].is_ended)
    assert {row.visit for row in close_view(session, NAMES, 0).still_here} == set(shown)
    for desk in session.desks.values():
        waiting = {visit.id for visit in line(day.hall.hub, desk.id)}
        assert waiting == {v.id for v in session.here if _waits_for(v, desk.services)}
    for visit in session.here:  # whoever is on the way is on the way to somebody
        coming = visit.handover
        assert (visit.stage is Stage.WALKING) == (coming is not None)
        assert coming is None or session.desks[coming.to].presence is Presence.HERE


@given(taps())
@tries
def test_nobody_is_lost(made: list[Tap]):
    day = expect_throughout(made, _nobody_is_lost)
    again = day.hall.restarted().hub.session
    assert again == day.session
    assert [*again.visits] == [*day.session.visits]


def _nobody_is_in_two_places(day: Day) -> None:
    session = day.session
    views = [desk_view(day.hall.hub.hall, desk, NAMES) for desk in session.desks]
    with_desk = [view.with_me.row.visit for view in views if view.with_me]
    coming = [each.row.visit for view in views for each in view.coming]
    waiting = {row.visit for view in views for row in (*view.queue, *view.on_hold)}
    places = Counter((*with_desk, *coming, *waiting))
    assert all(times == 1 for times in places.values()), places
    front = front_view(day.hall.hub.hall, NAMES)
    rows = (*front.untriaged, *front.waiting, *front.being_served)
    assert len({row.ticket for row in rows}) == len(rows)
    held = [view for view in views for row in view.on_hold if row in view.queue]
    assert not held


@given(taps())
@tries
def test_nobody_is_in_two_places(made: list[Tap]):
    expect_throughout(made, _nobody_is_in_two_places)


def _a_desk_serves_one_visit(day: Day) -> None:
    session = day.session
    at_desks = [v for v in session.visits.values() if v.stage in AT_DESK]
    assert len({v.desk for v in at_desks}) == len(at_desks)
    for visit in session.visits.values():
        assert (visit.desk is not None) == (visit.stage in AT_DESK)
        running = [stop for stop in visit.stops if stop.ended_at is None]
        assert len(running) == (visit.stage is Stage.SERVING)
        assert all(stop.desk == visit.desk for stop in running)
        if visit.desk is not None:
            assert session.desks[visit.desk].presence is Presence.HERE


@given(taps())
@tries
def test_a_desk_serves_one_visit(made: list[Tap]):
    expect_throughout(made, _a_desk_serves_one_visit)


def _a_free_desk_with_an_eligible_waiter_is_told(day: Day) -> None:
    session, now = day.session, day.hall.hub.now()
    for desk in session.desks.values():
        if desk.presence is not Presence.HERE or session.at_desk(desk.id) is not None:
            continue
        waits = any(_waits_for(visit, desk.services) for visit in session.here)
        ready = any(_may_come(day, visit, desk) for visit in session.here)
        is_told = desk_view(day.hall.hub.hall, desk.id, NAMES).next is not None
        assert is_told == (ready and may_start(desk, now))
        called = rules.call_next(session, desk.id, day.hall.hub.room, now)
        if session.is_open:
            assert (called is Refusal.NOBODY_WAITING) == (not waits)
            assert (called is Refusal.NOBODY_READY) == (waits and not ready)
            assert isinstance(called, Refusal) != is_told
        else:
            assert called is Refusal.SESSION_NOT_OPEN


@given(taps())
@tries
def test_a_free_desk_with_an_eligible_waiter_is_told(made: list[Tap]):
    expect_throughout(made, _a_free_desk_with_an_eligible_waiter_is_told)


@given(taps("clock", "sign_off", "open_session", "interpreters"), st.sampled_from((0, -YEAR)))
@tries
def test_undo_restores(made: list[Tap], jump: int):
    day, back = Day(), list[tuple[Session, Tap, str, object]]()
    day.hall.clock.set(day.hall.clock.millis() + jump)  # behind what is in the log already
    for tap in made:
        before, (_, _, desk) = day.session, day.aimed(tap)
        answer = day.play(tap)
        if isinstance(answer, Refusal):
            assert day.session == before
        elif tap.kind.startswith("undo") or (tap.kind == "close_session" and tap.what % 2):
            back.clear()  # taken back already, or many taps in one
        elif day.session is not before and tap.kind != "rename":
            back.append((before, tap, desk, answer))
    for before, tap, desk, answer in reversed(back):
        assert not isinstance(day.undo(tap, desk, answer), Refusal), (tap, answer)
        assert day.session == before
        assert [*day.session.visits] == [*before.visits]


def _waits_are_never_negative(day: Day) -> None:
    session = day.session
    for now in (day.hall.hub.now(), day.hall.hub.now() - YEAR):
        for visit in session.visits.values():
            assert wait_minutes(visit, now) >= 0
            assert in_hub_minutes(visit, now) >= 0
            assert (serving_minutes(visit, now) or 0) >= 0
        for view in (desk_view(day.hall.hub.hall, desk, NAMES) for desk in session.desks):
            walking = (each.row for each in (*view.coming, *view.sent, *view.on_the_way))
            rows = (*view.queue, *view.on_hold, *walking)
            assert all(row.minutes >= 0 and row.step_minutes >= 0 for row in rows)
            assert view.desk.serving_minutes >= 0


@given(taps())
@tries
def test_waits_are_never_negative(made: list[Tap]):
    last = (Tap("clock", 0, 0, 6), Tap("arrive", 0, 1, 0))  # a year back, and somebody comes
    expect_throughout([*made, *last], _waits_are_never_negative)


def _urgent_goes_first(day: Day) -> None:
    session, hub = day.session, day.hall.hub
    for desk in session.desks.values():
        choice = chosen(hub, desk.id)
        if choice is None:
            continue
        one = session.visits[choice.visit]
        others = [v for v in session.here if _may_come(day, v, desk)]
        assert one.urgent is not None or all(v.urgent is None for v in others)
        assert (choice.why is Because.URGENT) == (one.urgent is not None)
        called = rules.call_next(session, desk.id, hub.room, hub.now())
        assert isinstance(called, Refusal) or called[0] == choice.visit


@given(taps())
@tries
def test_urgent_goes_first(made: list[Tap]):
    expect_throughout(made, _urgent_goes_first)


@given(taps(), st.integers(1, 6))
@tries
def test_area_and_group_never_change_the_order(made: list[Tap], code: int):
    one, other = Day(), Day(code=code)
    for tap in made:
        seen = [
            (
                answer if isinstance(answer, Refusal) else type(answer),
                [(v.id, v.ticket, v.stage, v.desk, v.plan) for v in day.session.visits.values()],
                [
                    (chosen(day.hall.hub, desk.id), view.queue, view.next)
                    for desk in day.session.desks.values()
                    for view in (desk_view(day.hall.hub.hall, desk.id, NAMES),)
                ],
            )
            for day, answer in ((one, one.play(tap)), (other, other.play(tap)))
        ]
        assert seen[0] == seen[1]


def _a_visit_is_counted_once(day: Day) -> None:
    counts, session = count(day.session), day.session
    ended = [session.visits[visit].is_ended for visit in day.families]
    assert counts.visits == len(day.families) == counts.closed + counts.left + counts.here
    assert counts.closed + counts.left == sum(ended)
    assert counts.needs.opened == sum(n for made in day.stands.values() for _, n, _ in made)
    for sums in (counts.needs, *counts.needs_by_service.values()):
        settled = sums.met + sums.booked + sums.referred + sums.left + sums.unmet
        assert sums.opened == settled + sums.open
    by_service = counts.needs_by_service.values()
    assert sum(sums.opened for sums in by_service) == counts.needs.opened
    assert counts.gain_total == sum(p for made in day.stands.values() for *_, p in made)
    assert sum(counts.contacts.values()) <= sum(len(v.stops) for v in session.visits.values())
    assert sum(counts.area.values()) == counts.visits
    assert close_view(session, NAMES, 0).adds_up
    assert all(not v.open_needs for v in session.visits.values() if v.is_ended)
    assert session.closed_at is None or counts.needs.open == counts.here == 0


@given(taps())
@tries
def test_a_visit_is_counted_once(made: list[Tap]):
    expect_throughout(made, _a_visit_is_counted_once)


@given(taps())
@tries
def test_what_one_tablet_writes_always_applies(made: list[Tap]):
    day = expect_throughout(made, lambda day: None)
    assert day.session.set_aside == 0
    facts = day.hall.log.session(day.session.id)
    given_out = [k.event.ticket for k in facts if isinstance(k.event, Arrived)]
    assert len(set(given_out)) == len(given_out)
    assert [k.n for k in facts] == [*range(facts[0].n, facts[0].n + len(facts))]
    assert fold(day.session.id, reversed(facts)) == day.session


@pytest.mark.slow
@given(taps(fewest=60, most=160))
@settings(max_examples=100)
def test_long_days_keep_every_promise(made: list[Tap]):
    def watch(day: Day) -> None:
        for promise in (
            _nobody_is_lost,
            _nobody_is_in_two_places,
            _a_desk_serves_one_visit,
            _a_free_desk_with_an_eligible_waiter_is_told,
            _waits_are_never_negative,
            _urgent_goes_first,
            _a_visit_is_counted_once,
        ):
            promise(day)

    assert expect_throughout(made, watch).session.set_aside == 0
