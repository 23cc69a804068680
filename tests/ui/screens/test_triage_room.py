"""Triage that knows the room: who is not here, who can help, how full it is, what was arranged."""

import pytest

from hub_app.core.events import Arranged, Triaged
from hub_app.core.house_events import RotaSet
from hub_app.core.visit import UNMET
from hub_app.ui.app import make_main
from hub_app.ui.screens.urgent import About
from hub_app.view.triage import ENQUIRY
from tests.support.hall import done
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import DAY, PACK, RunningHall

pytestmark = pytest.mark.slow


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def tab(hall, route="/triage", **how):
    return Tab(make_main(hall.running), **{"route": route, **how})


def only(hall):
    [visit] = hall.session.visits.values()
    return visit


async def taps(page, *keys):
    for key in keys:
        await page.click(key)


def housing_on_thursdays(hall):
    hall.desk("Energy", "energy")
    rule = "FREQ=WEEKLY;BYDAY=TH"
    done(hall.hub.set_rota(RotaSet("", "Housing", ("housing",), "2026-11-05T10:00", 120, rule)))


# nobody here for it


@pytest.mark.parametrize("size", [TABLET, PHONE])
async def test_a_need_nobody_is_here_for_says_when_and_is_never_silently_planned(hall, size):
    housing_on_thursdays(hall)
    async with tab(hall, size=size) as page:
        assert page.sees("Next: Thu 26 Nov")
        await taps(page, "need-energy_bill", "need-housing_repair")
        assert page.sees("Housing is not here today. Next here: Thu 26 Nov.")
        with pytest.raises(AssertionError, match="greyed out"):
            await page.click("give-ticket")
        assert page.sees("Housing: say what you offer them instead.")
        await taps(page, "offer-housing-next_date", "give-ticket")
        repair = next(need for need in only(hall).needs if need.code == "housing_repair")
        assert (repair.settled, repair.offered) == (UNMET, "next_date")
        assert repair.reason == "not_here_today"
        assert page.sees("Come back Thu 26 Nov for Repairs.")


async def test_a_desk_that_goes_while_the_ticket_is_given_is_noticed(hall):
    hall.desk("Energy", "energy")
    housing = hall.desk("Housing", "housing")
    async with tab(hall) as page:
        await page.click("need-housing_repair")
        give = page.find("give-ticket")
        done(hall.hub.close_desk(housing))
        await page.fire(give, "click")
        assert not hall.session.visits
        assert page.sees("Housing: say what you offer them instead.")


async def test_a_call_back_is_promised_for_when_somebody_comes(hall):
    housing_on_thursdays(hall)
    async with tab(hall) as page:
        await taps(page, "need-housing_repair", "offer-housing-call_back", "give-ticket")
        [promised] = hall.hub.promised()
        assert (promised.referred.kind, promised.referred.to) == ("call_back", "housing")
        assert promised.referred.due == "2026-11-26"
        assert page.sees("Somebody will call you about Repairs by Thu 26 Nov.")
        assert page.sees("Nothing to wait for today.")


async def test_an_offer_can_be_changed_and_they_may_wait_in_case(hall):
    hall.desk("Energy", "energy")
    async with tab(hall) as page:
        await taps(page, "need-housing_repair", "offer-housing-signpost", "offer-housing-signpost")
        await taps(page, "offer-housing-keep")
        assert page.sees("Not here today. They stay in case somebody comes.")
        await page.click("give-ticket")
        assert [need.code for need in only(hall).open_needs] == ["housing_repair"]


async def test_what_a_desk_that_went_leaves_open_can_be_settled_later(hall):
    hall.desk("Energy", "energy")
    housing = hall.desk("Housing", "housing")
    family = hall.family("housing_repair", "energy_bill")
    done(hall.hub.close_desk(housing))
    async with tab(hall, f"/triage/{family.id}") as page:
        await taps(page, "offer-housing-signpost", "give-ticket")
        assert [need.code for need in hall.visit(family).open_needs] == ["energy_bill"]


# who can help


async def test_who_here_can_help_is_answered_while_typing(hall):
    desk = hall.desk("Council table", "council_money")
    async with tab(hall) as page:
        await page.type("need-search", "who can help with school clothes?")
        assert page.has(f"who-{desk}")
        assert page.sees("Free now")
        assert page.has("need-school_clothes")
        hall.family("school_clothes")
        await page.settle()
        assert page.sees("1 waiting")


async def test_it_says_when_nobody_here_can(hall):
    housing_on_thursdays(hall)
    async with tab(hall) as page:
        await page.type("need-search", "leak")
        assert page.sees("Nobody from Housing is here today. Next here: Thu 26 Nov.")


# the routine enquiry


async def test_everyone_is_asked_and_a_yes_brings_the_check(hall):
    async with tab(hall) as page:
        assert page.sees(PACK.prompt(ENQUIRY)[0])
        await taps(page, "enquiry-yes")
        assert page.has("chosen-money_check")
        assert not page.has("enquiry")
        assert page.sees(PACK.prompt("one_more")[0])


async def test_it_is_skipped_or_answered_at_one_tap_and_never_in_the_way(hall):
    async with tab(hall) as page:
        await page.click("enquiry-skip")
        assert not page.has("enquiry")
    async with tab(hall) as page:
        await page.click("enquiry-no")
        assert page.sees(PACK.prompt("if_no")[0])
        await taps(page, "need-energy_bill", "give-ticket")
        assert [need.code for need in only(hall).needs] == ["energy_bill"]


# what was arranged


async def test_what_was_arranged_is_written_down_with_the_arrival(hall):
    hall.desk("Money", "money")
    done(hall.hub.interpreters("ar", 1))
    async with tab(hall) as page:
        assert not page.has("interpreter-pl")
        await taps(page, "arrange-open", "appointment-money")
        assert page.sees("Choose what the appointment is about, too.")
        await taps(page, "need-debt_bills", "interpreter-pl")
        assert page.sees("By telephone, or by video.")
        await page.click("interpreter-ar")
        assert page.sees("In the hall today.")
        await taps(page, "access-buggy", "access-quiet", "leave-school")
        await page.type("appointment-typed", "2:30")
        assert page.sees("Must leave by 14:45")
        assert page.sees("Their appointment is at 14:30.")
        await page.click("give-ticket")
        arranged, at = only(hall).arrangements, hall.clock.at
        assert (arranged.interpreter, arranged.access) == ("ar", ("buggy", "quiet"))
        assert arranged.leave_by == at(DAY, 14 * 60 + 45)
        assert arranged.appointment_service == "money"
        assert arranged.appointment_at == at(DAY, 14 * 60 + 30)


async def test_a_time_that_is_none_is_said_and_not_kept(hall):
    async with tab(hall) as page:
        await page.click("arrange-open")
        await page.type("leave-typed", "12:00")
        assert page.sees("Type a time that is still to come, such as 14:45.")
        await page.click("leave-30")
        assert page.sees("Must leave by 14:00")
        await page.click("leave-30")
        assert not page.sees("Must leave by")


async def test_what_was_arranged_stands_and_can_be_changed_later(hall):
    hall.desk("Energy", "energy")
    family = hall.family("energy_bill")
    done(hall.hub.arrange(family.id, Arranged(interpreter="pl", access=("quiet",))))
    async with tab(hall, f"/triage/{family.id}") as page:
        assert page.sees("Polish interpreter")
        await taps(page, "arrange-open", "interpreter-pl", "give-ticket")
        assert hall.visit(family).arrangements.interpreter is None
        assert hall.visit(family).arrangements.access == ("quiet",)
    async with tab(hall, f"/triage/{family.id}") as page:
        await taps(page, "need-debt_bills", "offer-money-signpost", "give-ticket")
        assert hall.visit(family).arrangements.access == ("quiet",)


async def test_the_plan_says_what_would_end_after_they_must_leave(hall):
    hall.desk("Energy", "energy")
    hall.desk("Money", "money")
    async with tab(hall) as page:
        await taps(page, "need-debt_bills", "need-energy_bill", "arrange-open", "leave-30")
        said = "Energy advice next: free now. Money advice would end after they must leave."
        assert page.sees(said)


# how full the hall is


async def test_how_full_the_hall_will_be_is_said_before_they_are_added(hall):
    hall.desk("Energy", "energy")
    done(hall.hub.set_capacity(3, 5))
    hall.family("energy_bill")
    async with tab(hall) as page:
        assert not page.has("hall-amber")
        await page.click("party-adults-more")
        await page.click("party-adults-more")
        assert page.sees("Nearly full: with this family there are 2 places left.")
        await taps(page, "party-children-more", "party-children-more")
        assert page.sees("The hall is full: 5 people with this family.")
        await taps(page, "need-energy_bill", "give-ticket")
        assert len(hall.session.visits) == 2


async def test_on_a_phone_it_is_said_without_opening_the_slip(hall):
    done(hall.hub.set_capacity(1, 5))
    async with tab(hall, size=PHONE) as page:
        assert page.has("hall-amber")


# a person has the last word


def plans(hall):
    return [
        entry.event
        for visit in hall.session.visits
        for entry in hall.hub._fold.standing(visit)
        if isinstance(entry.event, Triaged)
    ]


async def test_go_here_first_is_one_tap_is_kept_as_theirs_and_can_be_taken_back(hall):
    hall.desk("Energy", "energy")
    hall.desk("Housing", "housing")
    async with tab(hall) as page:
        await taps(page, "need-energy_bill", "need-housing_repair", "first-housing")
        assert page.sees("Your order")
        assert page.sees("Housing next: free now.")
        await page.click("as-suggested")
        assert page.sees("Energy advice next: free now.")
        await taps(page, "first-housing", "give-ticket")
        assert only(hall).plan == ("housing", "energy")
        assert [plan.plan_by_person for plan in plans(hall)] == [True]
        texts = page.texts()
        assert texts.index("Housing") < texts.index("Then Energy")


async def test_our_own_order_is_never_recorded_as_a_persons(hall):
    hall.desk("Energy", "energy")
    hall.desk("Housing", "housing")
    async with tab(hall) as page:
        await taps(page, "need-housing_repair", "need-energy_off", "arrange-open", "leave-60")
        await taps(page, "first-housing", "first-energy", "give-ticket")
        family = only(hall)
    async with tab(hall, f"/triage/{family.id}") as page:
        await taps(page, "need-housing_rent", "give-ticket")
    assert [plan.plan_by_person for plan in plans(hall)] == [False, False]


# urgent, from any screen


async def test_a_ticket_is_one_tap_from_the_protocols_and_marks_that_family(hall):
    hall.desk("Energy", "energy")
    family = hall.family("energy_bill")
    async with tab(hall, f"/ticket/{family.id}") as page:
        await taps(page, "urgent-open", "urgent-no_food", "mark-urgent")
        assert page.page.route == f"/ticket/{family.id}"
        assert hall.visit(family).urgent == "no_food"
        assert "food_today" in [need.code for need in hall.visit(family).open_needs]
        assert len(hall.session.visits) == 1


async def test_from_a_desk_it_leads_back_to_the_desk(hall):
    desk = hall.desk("Energy", "energy")
    family = hall.serving(desk, "energy_off")
    async with tab(hall, About(visit=family.id, desk=desk).address) as page:
        await taps(page, "urgent-no_fuel", "mark-urgent")
        assert page.page.route == f"/desk/{desk}"
        assert hall.visit(family).urgent == "no_fuel"
        assert len(hall.visit(family).needs) == 1


@pytest.mark.parametrize("size", [TABLET, PHONE])
async def test_the_protocols_are_one_tap_from_front_triage_desk_and_ticket(hall, size):
    desk = hall.desk("Energy", "energy")
    family = hall.serving(desk, "energy_bill")
    for route in ("/front", "/triage", f"/desk/{desk}", f"/ticket/{family.id}"):
        async with tab(hall, route, size=size) as page:
            await page.click("urgent-open")
            assert page.has("urgent-no_food")
            await page.click("back")
            assert page.page.route == route
