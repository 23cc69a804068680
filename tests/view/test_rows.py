"""What the screens are told: the right family in the right place, and truth about the line."""

import pytest

from hub_app.core import events as e
from hub_app.core.routing import Because
from hub_app.hub import Wish
from hub_app.view.chip import Chip, ChipKind, Reach, SyncStatus, chip
from hub_app.view.close import close_view
from hub_app.view.desk import desk_view
from hub_app.view.front import front_view
from tests.support.hall import Hall, done, hall, need_for


def _front(there: Hall):
    return front_view(there.hub.hall, there.hub.names)


def _desk(there: Hall, desk: str):
    return desk_view(there.hub.hall, desk, there.hub.names)


def test_the_front_shows_everybody_once_and_how_many_came():
    there = hall()
    desk = there.desk("housing")
    served, waiting, gone = there.arrivals("housing", "housing", "housing")
    new = done(there.hub.arrive(Wish(name="Zoë", answers=e.Answered(adults=2, children=1))))
    there.serve(desk, served)
    done(there.hub.leave(gone.id))
    front = _front(there)
    assert [(row.visit, row.name) for row in front.untriaged] == [(new.id, "Zoë")]
    assert [row.visit for row in front.waiting] == [waiting.id]
    assert [(row.visit, row.desk) for row in front.being_served] == [(served.id, "Housing")]
    assert (front.here, front.ended) == (3, 1)


def test_a_row_says_how_long_they_are_here_and_how_long_this_step_takes():
    there = hall()
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.minutes_pass(10)
    done(there.hub.call(desk, visit.id))
    there.minutes_pass(3)
    called = _front(there).being_served[0]
    assert (called.minutes, called.step_minutes) == (13, 3)
    done(there.hub.start(desk, visit.id))
    there.minutes_pass(20)
    served = _front(there).being_served[0]
    assert (served.minutes, served.step_minutes) == (33, 20)


def test_a_desk_sees_who_is_next_and_why():
    there = hall()
    desk = there.desk("housing")
    there.arrivals("housing")
    (urgent,) = there.arrivals("housing", urgent="homeless_tonight")
    shown = _desk(there, desk).next
    assert shown is not None
    assert (shown.row.visit, shown.service, shown.why) == (urgent.id, "housing", Because.URGENT)


def test_a_desk_sees_what_it_is_for_what_comes_later_and_who_could_take_them():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals(["housing", "energy"])
    there.serve(housing, visit)
    mine = _desk(there, housing).with_me
    assert mine is not None
    assert mine.here == (need_for("housing"),)
    assert [line.need for line in mine.later] == [need_for("energy")]
    assert [row.desk for row in mine.can_take] == [energy]
    done(there.hub.take_break(energy))
    mine = _desk(there, housing).with_me
    assert mine is not None
    assert mine.can_take == ()


def test_a_family_on_its_way_is_seen_by_both_desks_and_by_no_queue():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals(["housing", "energy"])
    there.serve(housing, visit)
    done(there.hub.hand_over(housing, visit.id, energy, "met"))
    assert [each.row.visit for each in _desk(there, energy).coming] == [visit.id]
    assert [each.row.visit for each in _desk(there, housing).sent] == [visit.id]
    assert _desk(there, energy).queue == ()
    done(there.hub.close_desk(energy))
    assert _desk(there, energy).coming == _desk(there, housing).sent == ()
    assert [row.visit for row in _front(there).waiting] == [visit.id]


def test_a_family_on_hold_is_seen_by_the_desks_that_could_help():
    there = hall()
    housing, energy = there.desk("housing"), there.desk("energy")
    (visit,) = there.arrivals("housing")
    there.serve(housing, visit)
    done(there.hub.hold(housing, visit.id))
    assert [row.visit for row in _desk(there, housing).on_hold] == [visit.id]
    assert _desk(there, energy).on_hold == ()


def test_the_closing_screen_names_who_is_here_and_what_was_not_asked():
    there = hall()
    (visit,) = there.arrivals("housing")
    view = close_view(there.hub.session, there.hub.names, there.hub.now())
    assert [row.visit for row in view.still_here] == [visit.id]
    assert (view.gaps.area, view.gaps.groups, view.gaps.heard) == (1, 1, 1)
    assert view.adds_up
    assert view.undo_until is None
    done(there.hub.leave(visit.id))
    done(there.hub.close_session())
    view = close_view(there.hub.session, there.hub.names, there.hub.now())
    assert view.undo_until == there.hub.now() + 10 * 60_000
    done(there.hub.sign_off())
    view = close_view(there.hub.session, there.hub.names, there.hub.now())
    assert (view.undo_until, view.still_here) == (None, ())


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (SyncStatus(), Chip(ChipKind.NOTHING_YET)),
        (SyncStatus(Reach.REACHED, waiting=3), Chip(ChipKind.WAITING, 3)),
        (SyncStatus(Reach.UNREACHABLE, waiting=3), Chip(ChipKind.KEPT_HERE, 3)),
        (SyncStatus(Reach.NO_CENTRE, waiting=3), Chip(ChipKind.KEPT_HERE, 3)),
        (SyncStatus(Reach.REACHED, settled_at=5, held=4), Chip(ChipKind.ALL_HERE, 0, 5, 4)),
        (SyncStatus(Reach.REACHED, waiting=1, settled_at=5), Chip(ChipKind.WAITING, 1)),
        (SyncStatus(Reach.REACHED, 2, 1, 0, 5), Chip(ChipKind.REFUSED, 1)),
        (SyncStatus(Reach.REACHED, 2, 1, quarantined=2), Chip(ChipKind.REFUSED, 3)),
        (SyncStatus(Reach.REACHED, 2, settled_at=5, undestroyed=1), Chip(ChipKind.NO_ROOM)),
    ],
)
def test_the_chip_never_says_all_is_there_while_anything_is_not(status: SyncStatus, shown: Chip):
    assert chip(status) == shown
