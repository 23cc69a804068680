"""What triage knows of the room: who is not here and when they are, who can help, what fits."""

import itertools
from dataclasses import replace
from datetime import date

from hub_app.core.events import Arranged
from hub_app.core.forecast_quick import Guess
from hub_app.core.house_events import RotaSet
from hub_app.core.ranges import Range, at_a_glance
from hub_app.core.routing import Block
from hub_app.core.session import Presence
from hub_app.core.stops import PlanWhy
from hub_app.core.visit_fold import as_arranged
from hub_app.hub import Wish
from hub_app.view.absence import absences, absent_services, call_back_on, offer_for, offering
from hub_app.view.arrangements import (
    Arranging,
    arranged,
    arranging_of,
    leaving,
    meeting,
    picked,
    quick_times,
    with_access,
)
from hub_app.view.ticket import ticket_view
from hub_app.view.triage import Draft, enquired, is_to_ask, plan_rows, toggled, undecided
from hub_app.view.typed import LocalClock
from hub_app.view.who_here import who_here
from tests.support.hall import DAY, Hall, done, hall, scotland

THURSDAY = date(2026, 11, 26)


def _absent(there: Hall):
    hub = there.hub
    return absences(hub.hall, {s: hub.next_date(s) for s in absent_services(hub.hall)})


def _rota(there: Hall, service: str, starts: str, rule: str = "") -> None:
    done(there.hub.set_rota(RotaSet("", service.title(), (service,), starts, 120, rule)))


def _opened_again(there: Hall) -> Hall:
    done(there.hub.close_session())
    done(there.hub.sign_off())
    done(there.hub.open_session())
    return there


# who is not here


def test_a_need_nobody_is_here_for_says_when_somebody_is():
    there = hall()
    there.desk("energy")
    _rota(there, "housing", "2026-11-05T10:00", "FREQ=WEEKLY;BYDAY=TH")
    absent = _absent(there)
    assert absent["housing_repair"].next_day == THURSDAY
    assert absent["housing_repair"].is_for_today
    assert absent["work_train"].next_day is None
    assert "energy_bill" not in absent


def test_of_several_services_the_one_that_comes_soonest_is_named():
    there = hall()
    there.desk("energy")
    _rota(there, "money", "2026-11-24T10:00")
    _rota(there, "housing", "2026-11-26T10:00")
    found = _absent(there)["housing_rent"]
    assert (found.service, found.next_day) == ("money", date(2026, 11, 24))


def test_a_need_somebody_is_expected_for_later_says_from_when():
    there = hall()
    _rota(there, "housing", f"{DAY}T11:00")
    found = _absent(_opened_again(there))["housing_repair"]
    assert found.from_at == there.clock.at(DAY, 11 * 60)
    assert not found.is_for_today
    [row] = plan_rows(there.hub.hall, Draft(("housing_repair",)), _absent(there))
    assert (row.why, row.expected_from) == (PlanWhy.EXPECTED, found.from_at)
    assert row.soon == at_a_glance(Guess(60.0, "housing"))


def test_who_was_expected_and_never_came_is_absent_when_their_time_is_over():
    there = hall()
    _rota(there, "housing", f"{DAY}T10:00")
    _opened_again(there)
    there.minutes_pass(60)
    [row] = plan_rows(there.hub.hall, Draft(("housing_repair",)), _absent(there))
    assert row.is_late
    there.minutes_pass(61)
    assert _absent(there)["housing_repair"].is_for_today


def test_while_no_desk_has_come_nobody_is_called_absent():
    there = hall()
    assert not _absent(there)
    [row] = plan_rows(there.hub.hall, Draft(("housing_repair",)), {})
    assert row.why is PlanWhy.NOBODY_YET


def test_the_greeter_is_always_here():
    there = hall()
    there.desk("energy")
    assert "lang_interpreter" not in _absent(there)
    [row] = plan_rows(there.hub.hall, Draft(("lang_interpreter",)), _absent(there))
    assert row.why is PlanWhy.BY_GREETER


def test_an_absent_need_is_never_planned_unless_a_person_keeps_it():
    there = hall()
    there.desk("energy")
    draft, absent = Draft(("housing_repair", "energy_bill")), _absent(there)
    assert [row.service for row in plan_rows(there.hub.hall, draft, absent)] == ["energy"]
    assert undecided(scotland(), draft, absent) == ("housing_repair",)
    kept = replace(draft, offers=offering((), ("housing_repair",), "keep"))
    assert undecided(scotland(), kept, absent) == ()
    rows = plan_rows(there.hub.hall, kept, absent)
    assert [(row.service, row.why) for row in rows][1] == ("housing", PlanWhy.NOT_HERE)


def test_an_urgent_need_asks_for_nothing_before_the_ticket():
    there = hall()
    there.desk("energy")
    draft = Draft(("housing_tonight",))
    assert undecided(scotland(), draft, _absent(there)) == ()
    [row] = plan_rows(there.hub.hall, draft, _absent(there))
    assert (row.why, row.is_urgent) == (PlanWhy.NOT_HERE, True)


def test_an_offer_is_changed_taken_back_and_gone_with_its_need():
    offers = offering(offering((), ("a", "b"), "signpost"), ("a",), "call_back")
    assert (offer_for(offers, "a"), offer_for(offers, "b")) == ("call_back", "signpost")
    assert offer_for(offering(offers, ("a",), None), "a") is None
    draft = Draft(("a",), offers=offering((), ("a",), "signpost"))
    assert toggled(draft, "a").offers == ()


def test_a_call_back_is_due_when_somebody_comes_next_else_in_a_week():
    there = hall()
    there.desk("energy")
    absent = _absent(there)["housing_repair"]
    assert call_back_on(absent, DAY) == date(2026, 11, 28)
    assert call_back_on(replace(absent, next_day=THURSDAY), DAY) == THURSDAY


# who can help


def test_who_can_help_with_school_clothes_is_answered_with_desks():
    there = hall()
    desk = there.desk("council_money", name="Council table")
    there.arrivals("council_money", "council_money")
    found = who_here(there.hub.hall, "who can help with school clothes?")
    assert (found.need, found.absent) == ("school_clothes", "")
    first = found.rows[0]
    assert (first.desk, first.name, first.waiting) == (desk, "Council table", 2)
    assert "council_money" in first.services


def test_when_nobody_here_can_help_it_says_so():
    there = hall()
    there.desk("energy")
    found = who_here(there.hub.hall, "school clothes")
    assert found.absent == "council_money"
    assert not found.rows


def test_a_desk_is_found_by_its_name_too_and_one_that_has_gone_is_not():
    there = hall()
    desk = there.desk("work", name="Janet’s corner")
    assert [row.desk for row in who_here(there.hub.hall, "jan").rows] == [desk]
    done(there.hub.close_desk(desk))
    assert who_here(there.hub.hall, "jan").rows == ()
    assert who_here(there.hub.hall, " ").rows == ()


def test_a_free_desk_is_named_before_one_on_a_break():
    there = hall()
    first, second = there.desk("housing"), there.desk("housing")
    done(there.hub.take_break(first))
    rows = who_here(there.hub.hall, "leak").rows
    assert [row.desk for row in rows] == [second, first]
    assert rows[1].presence is Presence.BREAK


# what was arranged

CLOCK = hall().clock
NOW = LocalClock(CLOCK.at(DAY, 13 * 60 + 30), 0)


def test_the_quick_picks_leave_out_a_school_run_that_is_over():
    assert [code for code, _ in quick_times(NOW)] == ["15", "30", "45", "60", "school"]
    assert dict(quick_times(NOW))["school"] == CLOCK.at(DAY, 14 * 60 + 45)
    late = LocalClock(CLOCK.at(DAY, 15 * 60), 0)
    assert "school" not in dict(quick_times(late))


def test_what_is_picked_can_be_taken_back_and_typed_instead():
    arranging = picked(Arranging(), "30", NOW)
    assert arranging.leave_by == NOW.now + 30 * 60_000
    assert picked(arranging, None, NOW) == Arranging()
    typed = leaving(arranging, "14:45", NOW)
    assert (typed.leave_by, typed.leave_pick) == (CLOCK.at(DAY, 885), "typed")
    assert leaving(typed, "13:00", NOW).leave_by is None


def test_half_an_appointment_is_none_and_what_stands_can_be_changed():
    half = replace(Arranging(), appointment_service="money")
    assert arranged(half) == Arranged()
    whole = arranged(with_access(meeting(half, "14:30", NOW), "quiet"))
    assert whole == Arranged(None, ("quiet",), None, "money", CLOCK.at(DAY, 870))
    again = arranging_of(as_arranged(whole), NOW)
    assert (again.appointment_typed, arranged(again)) == ("14:30", whole)
    assert arranged(with_access(again, "quiet")).access == ()


def test_the_plan_respects_what_was_arranged():
    there = hall()
    there.desk("energy")
    there.desk("money")
    leave = replace(Arranging(), leave_by=there.hub.now() + 20 * 60_000)
    draft = Draft(("debt_bills", "energy_bill"), arranging=leave)
    rows = plan_rows(there.hub.hall, draft, {})
    assert [(row.service, row.block) for row in rows] == [
        ("energy", None),
        ("money", Block.PAST_LEAVE_BY),
    ]
    done(there.hub.interpreters("pl", 1))
    (visit,) = there.arrivals("energy")
    done(there.hub.arrange(visit.id, Arranged(interpreter="pl")))
    there.serve(next(iter(there.hub.session.desks)), visit)
    draft = Draft(("debt_bills",), arranging=Arranging(interpreter="pl"))
    assert plan_rows(there.hub.hall, draft, {})[0].block is Block.NO_INTERPRETER


# the routine enquiry


def test_everyone_is_asked_until_somebody_has_answered_or_skipped():
    pack = scotland()
    assert is_to_ask(pack, Draft())
    assert not is_to_ask(pack, enquired(Draft(), "skipped"))
    yes = enquired(Draft(), "yes")
    assert yes.needs == ("money_check",)
    assert is_to_ask(pack, toggled(yes, "money_check"))
    assert not is_to_ask(pack, Draft(), have=("money_check",))


def test_a_need_that_the_appointment_is_about_is_kept_for_it():
    there = hall()
    there.desk("housing")
    there.desk("money")
    at = there.hub.now() + 30 * 60_000
    meets = Arranging(appointment_service="money", appointment_at=at)
    [row] = plan_rows(there.hub.hall, Draft(("housing_rent",), arranging=meets), {})
    assert (row.service, row.block, row.appointment_at) == ("money", Block.NOT_YET, at)
    wish = Wish(("housing_rent",), arranged=arranged(meets))
    assert done(there.hub.arrive(wish)).plan == ("money",)


def test_no_stop_is_said_to_be_sooner_than_the_one_before_it():
    there = hall()
    for service in ("energy", "housing", "money"):
        there.desk(service)
        there.arrivals(*[service] * 3)
    needs = ("energy_bill", "housing_rent", "debt_bills")
    told = [row.soon for row in plan_rows(there.hub.hall, Draft(needs), {})]
    assert len(told) == 3
    for before, after in itertools.pairwise(told):
        assert before
        assert after
        assert before.low <= after.low
        assert before.high <= after.high


def test_what_is_known_of_the_next_call_is_said_of_the_first_stop_and_holds_the_others_back():
    there = hall()
    there.desk("energy")
    there.desk("housing")
    (visit,) = there.arrivals(("energy", "housing"))
    known, wait = there.visit(visit), Range(30, 40, 50)
    rows = plan_rows(there.hub.hall, Draft(), {}, known, wait)
    assert [row.soon for row in rows] == [wait, Range(30, 40, 50)]
    ticket = ticket_view(there.hub.hall, known.id, wait)
    assert ticket is not None
    assert [row.soon for row in ticket.stops] == [row.soon for row in rows]
    [first, *_rest] = plan_rows(there.hub.hall, Draft(("debt_bills",)), {}, known, wait)
    assert first.soon != wait  # it may not be their next call any more
