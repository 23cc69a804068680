"""Triage: few taps, the urgent at once, a plan with its reason, and nothing asked for nothing."""

import asyncio

import pytest

from hub_app.core.answers import Answers
from hub_app.core.visit import UNMET, Stage
from hub_app.ui.app import make_main
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import PACK, RunningHall

PORTRAIT = (800.0, 1280.0)
SIZES = pytest.mark.parametrize("size", [PHONE, PORTRAIT, TABLET])


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
    return len(keys)


@SIZES
async def test_an_arrival_with_two_needs_takes_at_most_five_taps(hall, size):
    async with tab(hall, "/front", size=size) as page:
        count = await taps(
            page, "new-arrival", "need-housing_rent", "need-energy_bill", "give-ticket"
        )
        assert [need.code for need in only(hall).needs] == ["housing_rent", "energy_bill"]
        assert page.page.route == f"/ticket/{only(hall).id}"
        assert count <= 5


async def test_nothing_is_recorded_about_what_was_not_asked(hall):
    async with tab(hall) as page:
        await taps(page, "need-housing_rent", "give-ticket")
        visit = only(hall)
        assert (visit.adults, visit.children, visit.language) == (None, None, None)
        assert hall.session.answers[visit.id] == Answers()
        assert not hall.hub.names


async def test_somebody_may_get_a_ticket_before_anybody_has_time_to_ask(hall):
    async with tab(hall) as page:
        assert page.sees("Ticket only")
        await page.click("give-ticket")
        assert only(hall).stage is Stage.ARRIVED


async def test_a_need_is_found_by_a_word_and_the_search_is_put_away(hall):
    async with tab(hall) as page:
        await page.type("need-search", "meter")
        assert page.has("need-energy_low")
        assert not page.has("need-work_rights")
        await page.click("need-energy_low")
        assert page.has("chosen-energy_low")
        assert page.has("need-work_rights")


async def test_a_word_nobody_knows_says_what_to_do(hall):
    async with tab(hall) as page:
        await page.type("need-search", "zzqq")
        assert page.sees("Nothing found for these words.")


async def test_a_category_shows_only_its_own_needs_until_it_is_tapped_again(hall):
    async with tab(hall) as page:
        await page.click("category-housing")
        assert page.has("need-housing_rent")
        assert not page.has("need-energy_bill")
        await page.click("category-housing")
        assert page.has("need-energy_bill")


async def test_every_need_of_the_pack_can_be_reached(hall):
    async with tab(hall) as page:
        assert {f"need-{need.id}" for need in PACK.needs} <= set(page.keys())


async def test_a_chosen_need_is_pinned_and_taken_out_by_its_chip(hall):
    async with tab(hall) as page:
        await taps(page, "need-housing_rent", "chosen-housing_rent")
        assert not page.has("chosen-housing_rent")


async def test_two_quick_taps_are_both_kept(hall):
    async with tab(hall) as page:
        first, second = page.find("need-housing_rent"), page.find("need-energy_bill")
        await asyncio.gather(page.fire(first, "click"), page.fire(second, "click"))
        assert page.has("chosen-housing_rent")
        assert page.has("chosen-energy_bill")


async def test_the_plan_says_where_first_and_why(hall):
    housing = hall.desk("Housing", "housing")
    hall.desk("Energy advice", "energy")
    hall.family("housing_rent")
    hall.family("housing_rent")
    hall.hub.call_next(housing)
    async with tab(hall) as page:
        await taps(page, "need-housing_rent", "need-energy_bill")
        assert page.sees("1. Energy advice")
        assert page.sees("Free now.")
        assert page.sees("2. Housing")
        assert page.sees("1 family waits there before them: about 5 to 55 minutes.")
        assert page.sees("Energy advice next: free now. Housing: about 5 to 55 minutes.")


async def test_the_plan_follows_the_hall_while_it_is_read(hall):
    housing = hall.desk("Housing", "housing")
    async with tab(hall) as page:
        await page.click("need-housing_rent")
        assert page.sees("Free now.")
        hall.hub.take_break(housing)
        await page.settle()
        assert page.sees("On a break just now.")


async def test_what_nobody_here_can_do_is_noted_as_unmet_at_one_tap(hall):
    hall.desk("Energy advice", "energy")
    async with tab(hall) as page:
        await taps(page, "need-housing_rent", "need-energy_bill")
        assert page.sees("Housing is not here today.")
        await taps(page, "offer-housing-signpost", "give-ticket")
        needs = {need.code: need for need in only(hall).needs}
        assert needs["housing_rent"].settled == UNMET
        assert needs["housing_rent"].reason == "not_here_today"
        assert needs["housing_rent"].offered == "signpost"
        assert needs["energy_bill"].settled == "open"
        assert page.sees("We told you where to go for Rent arrears.")


@SIZES
async def test_a_need_that_cannot_wait_says_so_and_opens_its_protocol_at_one_tap(hall, size):
    async with tab(hall, size=size) as page:
        await page.click("need-food_today")
        if size is PHONE:
            await page.click("plan-open")
        assert page.sees("Urgent. See them within 10 minutes.")
        await page.click("protocol-open")
        for step in PACK.protocol("no_food").steps:
            assert page.sees(step)
        await page.click("back")
        await page.click("give-ticket")
        assert only(hall).urgent == "no_food"


async def test_a_greeter_may_say_that_it_can_wait(hall):
    async with tab(hall) as page:
        await taps(page, "need-food_today", "urgent-off")
        assert not page.has("protocol-open")
        await page.click("give-ticket")
        assert only(hall).urgent is None


async def test_the_soonest_of_two_protocols_counts(hall):
    async with tab(hall) as page:
        await taps(page, "need-debt_sheriff", "need-housing_tonight", "give-ticket")
        assert only(hall).urgent == "homeless_tonight"


async def test_an_urgent_family_is_sent_where_it_is_urgent_first(hall):
    hall.desk("Housing", "housing")
    energy = hall.desk("Energy advice", "energy")
    hall.family("energy_bill")
    hall.hub.call_next(energy)
    async with tab(hall) as page:
        await taps(page, "need-housing_rent", "need-energy_off")
        assert page.sees("1. Energy advice")
        assert page.sees("Urgent: they are next when the desk is free.")
        await page.click("give-ticket")
        [last] = [v for v in hall.session.visits.values() if v.urgent]
        assert last.plan == ("energy", "housing")


@pytest.mark.slow
@pytest.mark.parametrize("start", ["/front", "/triage"])
async def test_every_protocol_is_two_taps_from_front_and_from_triage(hall, start):
    for one in PACK.urgent:
        async with tab(hall, start) as page:
            await taps(page, "urgent-open", f"urgent-{one.id}")
            assert page.sees(one.title)
            for phone in one.phones:
                assert page.sees(phone.who)


async def test_marking_from_the_front_lets_them_in_at_once_and_first(hall):
    hall.family("housing_rent")
    async with tab(hall, "/front") as page:
        await taps(page, "urgent-open", "urgent-domestic_abuse", "mark-urgent")
        [marked] = [v for v in hall.session.visits.values() if v.urgent]
        assert marked.urgent == "domestic_abuse"
        assert [need.code for need in marked.needs] == ["safe_home"]
        assert page.page.route == f"/ticket/{marked.id}"


async def test_marking_in_triage_keeps_what_was_entered(hall):
    async with tab(hall) as page:
        await taps(page, "need-housing_rent", "urgent-open", "urgent-no_food", "mark-urgent")
        await page.click("give-ticket")
        assert only(hall).urgent == "no_food"
        assert [need.code for need in only(hall).needs] == ["housing_rent", "food_today"]


async def test_a_private_need_is_not_named_where_it_is_pinned_or_planned(hall):
    async with tab(hall) as page:
        await page.click("need-safe_home")
        assert page.texts().count("Safe at home") == 1  # its tile, as everybody's
        assert page.sees("Something private")
        assert page.sees("Urgent. See them now.")
        assert not page.sees("Domestic abuse")


async def test_what_to_know_first_is_shown_but_about_a_private_need_only_at_a_tap(hall):
    async with tab(hall) as page:
        await taps(page, "need-health_mood")
        assert page.sees("Ask softly: are you safe just now?")
        await page.click("need-safe_home")
        assert not page.sees("Move to a private space.")
        await page.click("read-first")
        assert page.sees("Move to a private space.")


async def test_who_came_is_not_asked_until_it_is_and_can_be_taken_back(hall):
    async with tab(hall) as page:
        await taps(page, "party-adults-more", "party-adults-more", "party-children-fewer")
        await taps(page, "need-housing_rent", "give-ticket")
        assert (only(hall).adults, only(hall).children) == (2, 0)
    async with tab(hall) as page:
        await taps(page, "party-adults-more", "party-adults-fewer", "party-children-more")
        await taps(page, "party-children-fewer", "party-children-fewer", "give-ticket")
        last = list(hall.session.visits.values())[-1]
        assert (last.adults, last.children) == (None, None)


async def test_the_optional_questions_are_folded_away_and_kept_when_answered(hall):
    async with tab(hall) as page:
        assert not page.has("ask-area-from_elsewhere")
        await taps(page, "ask-more", "ask-area-from_elsewhere", "ask-visit_type-first_ever")
        await taps(page, "ask-heard-jobcentre", "ask-language-pl")
        await page.type("call-name", "Amina")
        await taps(page, "need-housing_rent", "give-ticket")
        visit = only(hall)
        given = hall.session.answers[visit.id]
        assert (given.area, given.visit_type) == ("from_elsewhere", "first_ever")
        assert (given.heard, given.language) == ("jobcentre", "pl")
        assert hall.hub.names[visit.id] == "Amina"


async def test_an_answer_tapped_again_is_not_asked_again(hall):
    async with tab(hall) as page:
        await taps(page, "ask-more", "ask-area-not_said", "ask-area-not_said", "give-ticket")
        assert hall.session.answers[only(hall).id].area is None


async def test_a_name_of_a_megabyte_is_cut_and_nothing_breaks(hall):
    async with tab(hall) as page:
        await taps(page, "ask-more")
        await page.type("call-name", "x" * 1_000_000)
        await taps(page, "need-housing_rent", "give-ticket")
        assert len(hall.hub.names[only(hall).id]) == 40


async def test_more_needs_for_somebody_who_is_here_keep_their_place_and_plan_all(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/triage/{family.id}") as page:
        assert page.sees(f"{family.ticket}: what else?")
        await taps(page, "need-energy_bill", "give-ticket")
        visit = hall.visit(family)
        assert [need.code for need in visit.open_needs] == ["housing_rent", "energy_bill"]
        assert set(visit.plan) == {"housing", "energy"}
        assert visit.place_at == family.place_at


async def test_what_is_on_their_list_already_is_told(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/triage/{family.id}") as page:
        await page.click("need-housing_rent")
        assert page.sees("That is on their list already.")


async def test_saving_nothing_for_somebody_with_no_needs_is_told(hall):
    family = hall.family()
    async with tab(hall, f"/triage/{family.id}") as page:
        await page.click("give-ticket")
        assert page.sees("Choose at least one thing they came for.")
        assert page.page.route == f"/triage/{family.id}"


async def test_an_arrival_taken_back_meanwhile_is_told_and_the_draft_stays(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/triage/{family.id}") as page:
        hall.hub.undo_visit(family.id)
        await page.settle()
        await taps(page, "need-energy_bill", "give-ticket")
        assert page.sees("This visit was taken back.")
        assert page.has("chosen-energy_bill")


async def test_a_draft_outlives_a_dropped_line(hall):
    async with tab(hall) as page:
        await taps(page, "need-housing_rent", "party-adults-more")
        await page.disconnect()
        await page.connect()
        assert page.has("chosen-housing_rent")
        await page.click("give-ticket")
        assert only(hall).adults == 1


async def test_a_tap_on_a_need_sends_little(hall):
    async with tab(hall) as page:
        await page.click("need-housing_rent")
        before = page.bytes_sent
        await page.click("need-energy_bill")
        assert page.bytes_sent - before < 8000


async def test_in_a_longer_language_it_still_works(hall):
    async with Tab(make_main(hall.running, "qps"), route="/triage") as page:
        await taps(page, "need-housing_rent", "give-ticket")
        assert only(hall).needs


async def test_a_chip_says_the_need_as_its_tile_does(hall):
    async with tab(hall) as page:
        await page.click("need-money_uc_problem")
        assert page.texts().count("UC problem") == 2
