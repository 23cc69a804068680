"""What a desk's screen is given: who is next, who is with it, and every hand-over around it."""

from hub_app.core.routing import Because
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.view.desk import RECEIVED_SHOWN_MINUTES, Step, desk_view
from tests.ui.screens.running_hall import RunningHall


def look(hall, desk):
    return desk_view(hall.hub.hall, desk, hall.hub.names)


def handed_over(hall):
    sss, housing = hall.desk("Social Security", "sss"), hall.desk("Housing", "housing")
    family = hall.serving(sss, "money_scp", "housing_rent")
    hall.hub.hand_over(sss, family.id, housing, "advice_given")
    return sss, housing, family


def test_the_next_is_the_first_in_the_queue_with_the_reason(tmp_path):
    hall = RunningHall(tmp_path)
    housing = hall.desk("Housing", "housing")
    hall.family("housing_rent")
    urgent = hall.family("housing_tonight", urgent="homeless_tonight")
    view = look(hall, housing)
    assert view.next is not None
    assert (view.next.row.visit, view.next.why) == (urgent.id, Because.URGENT)
    assert view.queue[0] == view.next.row


def test_what_else_is_open_names_its_service_and_who_could_take_it(tmp_path):
    hall = RunningHall(tmp_path)
    sss, housing = hall.desk("Social Security", "sss"), hall.desk("Housing", "housing")
    hall.serving(sss, "money_scp", "housing_rent", "debt_bills")
    with_me = look(hall, sss).with_me
    assert with_me is not None
    assert with_me.here == ("money_scp",)
    assert {line.need: line.service for line in with_me.later} == {
        "housing_rent": "housing",
        "debt_bills": "money",
    }
    assert [row.desk for row in with_me.can_take] == [housing]
    assert with_me.nobody_for == ("money",)


def test_a_service_on_a_break_cannot_take_but_is_not_gone(tmp_path):
    hall = RunningHall(tmp_path)
    sss, housing = hall.desk("Social Security", "sss"), hall.desk("Housing", "housing")
    hall.serving(sss, "money_scp", "housing_rent")
    hall.hub.take_break(housing)
    with_me = look(hall, sss).with_me
    assert with_me is not None
    assert (with_me.can_take, with_me.nobody_for) == ((), ())


def test_a_handover_is_seen_from_both_ends_and_by_who_could_step_in(tmp_path):
    hall = RunningHall(tmp_path)
    sss, housing, family = handed_over(hall)
    second = hall.desk("Housing 2", "housing")
    (sent,), (coming,), (stray,) = (
        look(hall, sss).sent, look(hall, housing).coming, look(hall, second).on_the_way,
    )  # fmt: skip
    assert {sent.row.visit, coming.row.visit, stray.row.visit} == {family.id}
    assert (coming.from_desk, coming.to_desk) == ("Social Security", "Housing")
    assert [row.step for row in (sent, coming, stray)] == [Step.OFFERED] * 3
    assert [row.can_call for row in (sent, coming, stray)] == [False, True, True]


def test_a_handover_walks_then_is_received_and_shown_for_a_while(tmp_path):
    hall = RunningHall(tmp_path)
    sss, housing, family = handed_over(hall)
    hall.hub.walk(family.id)
    assert look(hall, sss).sent[0].step is Step.WALKING
    hall.hub.receive(housing, family.id)
    assert look(hall, sss).sent[0].step is Step.RECEIVED
    hall.pass_minutes(RECEIVED_SHOWN_MINUTES)
    assert look(hall, sss).sent == ()


def test_who_was_called_the_usual_way_is_no_handover(tmp_path):
    hall = RunningHall(tmp_path)
    sss, housing = hall.desk("Social Security", "sss"), hall.desk("Housing", "housing")
    family = hall.serving(sss, "money_scp", "housing_rent")
    hall.hub.finish(sss, family.id, "advice_given")
    hall.hub.call(housing, family.id)
    hall.hub.start(housing, family.id)
    assert hall.visit(family).stage is Stage.SERVING
    assert look(hall, sss).sent == ()


def test_the_minutes_of_a_break_count_from_its_start(tmp_path):
    hall = RunningHall(tmp_path)
    housing = hall.desk("Housing", "housing")
    hall.hub.take_break(housing)
    hall.pass_minutes(7)
    view = look(hall, housing)
    assert (view.desk.presence, view.since_minutes) == (Presence.BREAK, 7)
