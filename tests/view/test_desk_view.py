"""What a desk's screen is given: who is next, who is with it, and every hand-over around it."""

from hub_app.core.events import Arranged
from hub_app.core.routing import Because, Block
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.hub import Came
from hub_app.view.desk import InTheWay, desk_view
from hub_app.view.handovers import LATE_MINUTES, RECEIVED_SHOWN_MINUTES, Sharing, Step
from tests.support.hall import MINUTE, done, need_for
from tests.ui.screens.running_hall import RunningHall


def look(hall, desk):
    hub = hall.hub
    return desk_view(hub.hall, desk, hub.names, Sharing(hub.notes, hub.may_carry_note))


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


def test_the_seconds_to_receipt_are_counted_from_the_offer(tmp_path):
    hall = RunningHall(tmp_path)
    sss, housing, family = handed_over(hall)
    hall.pass_minutes(25 / 60)
    hall.hub.walk(family.id)
    hall.pass_minutes(15 / 60)
    hall.hub.receive(housing, family.id)
    (sent,) = look(hall, sss).sent
    assert (sent.step, sent.seconds) == (Step.RECEIVED, 40)


def test_a_handover_nobody_received_is_late_at_both_ends_from_the_third_minute_on(tmp_path):
    hall = RunningHall(tmp_path)
    sss, housing, family = handed_over(hall)
    hall.pass_minutes(LATE_MINUTES - 0.1)
    hall.hub.walk(family.id)  # setting off does not begin it anew
    ends = ((sss, "sent"), (housing, "coming"))
    assert [getattr(look(hall, desk), end)[0].is_late for desk, end in ends] == [False, False]
    hall.pass_minutes(0.1)
    assert [getattr(look(hall, desk), end)[0].is_late for desk, end in ends] == [True, True]


def test_who_is_blocked_stands_behind_with_the_reason_and_the_service_that_comes_first(tmp_path):
    hall = RunningHall(tmp_path)
    hall.desk("Welfare rights", "welfare")
    money = hall.desk("Money advice", "money")
    first = hall.family(need_for("welfare"), need_for("money"))
    second = hall.family(need_for("money"))
    view = look(hall, money)
    assert [row.visit for row in view.queue] == [second.id, first.id]
    assert view.blocked == {first.id: InTheWay(Block.AFTER, "welfare")}


def test_the_longest_is_claimed_only_of_who_is_here_longest(tmp_path):
    hall = RunningHall(tmp_path)
    housing = hall.desk("Housing", "housing")
    blocked = hall.family("housing_rent")
    hall.hub.arrange(blocked.id, Arranged(leave_by=hall.hub.now() + 25 * MINUTE))
    hall.pass_minutes(1)
    hall.family("housing_rent")
    hall.pass_minutes(30)
    following = look(hall, housing).next
    assert following is not None
    assert (following.why, following.is_longest) == (Because.HERE_LONG, False)


def test_arrangements_stand_with_who_waits_and_who_is_with_the_desk(tmp_path):
    hall = RunningHall(tmp_path)
    housing = hall.desk("Housing", "housing")
    family = hall.serving(housing, "housing_rent")
    waits = hall.family("housing_rent")
    for visit in (family, waits):
        hall.hub.arrange(visit.id, Arranged("uk", ("quiet",)))
    view = look(hall, housing)
    assert view.with_me is not None
    for row in (view.with_me.arranged, view.arranged[waits.id]):
        assert (row.interpreter, row.access, row.is_in_hall) == ("uk", ("quiet",), False)


def test_a_note_is_read_by_the_desk_it_was_written_for_and_by_no_later_one(tmp_path):
    hall = RunningHall(tmp_path)
    parties = ("sss", "council", "energy_charity")
    agreed = (("handover_note",), "2026-11-01", "2026-12-31")
    done(hall.hub.make_agreement(parties, *agreed))
    sss, housing = hall.desk("Social Security", "sss"), hall.desk("Housing", "housing")
    energy, third = hall.desk("Energy", "energy"), hall.desk("Housing 2", "housing")
    family = hall.serving(sss, "money_scp", "housing_rent", "energy_bill")
    done(hall.hub.hand_over(sss, family.id, housing, "advice_given", Came(note="two letters")))
    assert look(hall, housing).coming[0].note == "two letters"
    assert (look(hall, sss).sent[0].note, look(hall, third).on_the_way[0].note) == ("", "")
    done(hall.hub.receive(housing, family.id))
    with_me = look(hall, housing).with_me
    assert with_me is not None
    assert with_me.note == "two letters"
    done(hall.hub.hand_over(housing, family.id, energy, "advice_given"))
    assert look(hall, energy).coming[0].note == ""
    done(hall.hub.receive(energy, family.id))
    later = look(hall, energy).with_me
    assert later is not None
    assert later.note == ""


def test_desks_of_one_organisation_need_no_agreement(tmp_path):
    hall = RunningHall(tmp_path)
    housing, council = hall.desk("Housing", "housing"), hall.desk("Council", "council_money")
    family = hall.serving(housing, "housing_rent", need_for("council_money"))
    done(hall.hub.rename(family.id, "Amina"))
    done(hall.hub.hand_over(housing, family.id, council, "advice_given", Came(note="hello")))
    (coming,) = look(hall, council).coming
    assert (coming.note, coming.row.name) == ("hello", "Amina")
