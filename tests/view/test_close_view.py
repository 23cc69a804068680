"""What the closing screen is given: who is here, what is missing, and the session’s own sums."""

from hub_app.core.counts import count
from hub_app.core.events import Answered, GroupsTicked
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.view.close import close_view
from tests.ui.screens.running_hall import RunningHall


def look(hall):
    return close_view(hall.session, hall.hub.names, hall.hub.now())


def test_who_is_with_a_desk_is_here_but_not_only_waiting(tmp_path):
    hall = RunningHall(tmp_path)
    desk = hall.desk("Housing", "housing")
    waits, called = hall.family("housing_rent"), hall.family("housing_rent")
    hall.hub.call(desk, called.id)
    view = look(hall)
    assert [row.visit for row in view.still_here] == [waits.id, called.id]
    assert [row.visit for row in view.only_waiting] == [waits.id]


def test_desks_that_have_gone_are_not_named(tmp_path):
    hall = RunningHall(tmp_path)
    housing, gone = hall.desk("Housing", "housing"), hall.desk("Energy", "energy")
    hall.hub.close_desk(gone)
    assert [row.desk for row in look(hall).desks] == [housing]


def test_gaps_count_what_was_not_asked(tmp_path):
    hall = RunningHall(tmp_path)
    asked, other = hall.family("money_scp"), hall.family("money_scp")
    hall.hub.answer(asked.id, Answered(adults=1, children=2, area="from_this_area", language="pl"))
    hall.hub.tick_groups(asked.id, GroupsTicked("none"))
    gaps = look(hall).gaps
    assert [row.visit for row in gaps.party] == [other.id]
    assert (gaps.area, gaps.language, gaps.groups, gaps.heard) == (1, 1, 1, 2)


def test_the_sums_are_the_sessions_own_and_add_up(tmp_path):
    hall = RunningHall(tmp_path)
    hall.hub.leave(hall.family("money_scp", "debt_bills").id)
    hall.family("housing_rent")
    view = look(hall)
    assert view.counts == count(hall.session)
    assert view.adds_up


def test_the_close_can_be_undone_until_ten_minutes_later_or_the_sign_off(tmp_path):
    hall = RunningHall(tmp_path)
    hall.hub.close_session()
    view = look(hall)
    assert view.closed_at is not None
    assert view.undo_until == view.closed_at + UNDO_WINDOW_MILLIS
    hall.hub.sign_off()
    assert look(hall).undo_until is None
