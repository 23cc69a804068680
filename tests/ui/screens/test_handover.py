"""A family is walked from one desk to the next, and everybody sees how far they have come."""

import pytest

from hub_app.core.refusal import Refusal
from hub_app.core.visit import Stage
from hub_app.hub import Came
from hub_app.ui.screens.desk import DeskScreen
from tests.support.hall import done
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


@pytest.fixture
def desks(hall):
    return hall.desk("Social Security", "sss"), hall.desk("Housing", "housing")


def desk_tab(hall, desk, **how):
    return Tab(hall.screen(DeskScreen, desk), **how)


async def test_a_handover_is_offered_walked_and_received_on_two_tabs(hall, desks):
    sss, housing = desks
    family = hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as one, desk_tab(hall, housing, size=PHONE) as two:
        await one.click("hand-over")
        assert one.sees("Walk them to Housing")
        await one.click("outcome-advice_given")
        await one.click("finish-confirm")
        await two.settle()
        assert two.sees(f"{family.ticket} is coming from Social Security")
        assert two.sees("They set off soon.")
        await one.click(f"walking-{family.id}")
        await two.settle()
        assert two.sees("They are on their way.")
        assert not one.has(f"walking-{family.id}")
        await two.click(f"receive-{family.id}")
        await one.settle()
        assert one.sees(f"{family.ticket} is with Housing")
        assert two.has("finish")
        hall.pass_minutes(6)
        await one.settle()
        assert not one.sees(f"{family.ticket} is with Housing")
    assert hall.visit(family).stage is Stage.SERVING


async def test_each_desk_shows_whether_it_is_free_and_how_many_wait(hall, desks):
    sss, housing = desks
    second = hall.desk("Housing 2", "housing")
    hall.serving(housing, "housing_rent")
    hall.family("housing_rent")
    hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as tab:
        await tab.click("hand-over")
        assert tab.sees("With A1 for now · 1 waiting") or tab.sees("With A1 · 1 waiting")
        assert tab.sees("Free · 1 waiting")
        assert tab.has(f"hand-over-{second}")


async def test_with_two_desks_nobody_is_chosen_for_the_worker_unless_one_is_free(hall, desks):
    sss, housing = desks
    hall.desk("Housing 2", "housing")
    hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as tab:
        await tab.click("hand-over")
        await tab.click("outcome-advice_given")
        assert tab.sees("Choose the desk they go to.")
        await tab.click(f"hand-over-{housing}")
        await tab.click("finish-confirm")
        assert tab.sees("goes to Housing")


async def test_without_another_need_there_is_nothing_to_hand_over(hall, desks):
    sss, _housing = desks
    hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        assert tab.sees("Nothing else is open for them. Add a need first.")


async def test_a_service_that_is_not_here_is_named(hall, desks):
    sss, _housing = desks
    hall.serving(sss, "money_scp", "debt_bills")
    async with desk_tab(hall, sss) as tab:
        short = hall.hub.pack.service("money").short
        assert tab.sees(f"No desk for {short} is here just now.")


async def test_a_busy_desk_says_who_comes_first(hall, desks):
    sss, housing = desks
    busy = hall.serving(housing, "housing_rent")
    family = hall.serving(sss, "money_scp", "housing_rent")
    hall.hub.hand_over(sss, family.id, housing, "advice_given")
    async with desk_tab(hall, housing) as tab:
        assert tab.sees(f"{family.ticket} is coming from Social Security")
        assert tab.sees(f"First finish with {busy.ticket}.")


async def test_any_desk_for_the_service_can_call_who_was_not_received(hall, desks):
    sss, housing = desks
    second = hall.desk("Housing 2", "housing")
    family = hall.serving(sss, "money_scp", "housing_rent")
    hall.hub.hand_over(sss, family.id, housing, "advice_given")
    async with desk_tab(hall, sss) as one, desk_tab(hall, second) as two:
        assert one.sees("Not received?")
        assert two.sees("On the way to Housing")
        await two.click(f"call-{family.id}")
        await one.settle()
        assert not one.sees("Not received?")
    assert hall.visit(family).desk == second


async def test_the_first_desk_calls_them_back_when_it_can_help_itself(hall):
    both = hall.desk("Benefits", "sss", "housing")
    housing = hall.desk("Housing", "housing")
    family = hall.serving(both, "money_scp")
    done(hall.hub.add_need(family.id, "housing_rent", "housing"))  # comes up while they talk
    done(hall.hub.hand_over(both, family.id, housing, "advice_given"))
    async with desk_tab(hall, both) as tab:
        assert tab.sees("Call them back to us")
        await tab.click(f"call-{family.id}")
    assert hall.visit(family).stage is Stage.CALLED
    assert hall.visit(family).desk == both


async def test_a_handover_can_be_undone_and_they_sit_where_they_sat(hall, desks):
    sss, housing = desks
    family = hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as one, desk_tab(hall, housing) as two:
        for key in ("hand-over", "outcome-advice_given", "finish-confirm", "undo"):
            await one.click(key)
        await two.settle()
        assert not two.sees("is coming from")
        assert one.has("finish")
    assert hall.visit(family).stage is Stage.SERVING
    assert hall.visit(family).needs[0].settled == "open"


async def test_a_desk_that_goes_while_it_is_chosen_is_let_go(hall, desks):
    sss, housing = desks
    hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as tab:
        await tab.click("hand-over")
        await tab.click("outcome-advice_given")
        hall.hub.close_desk(housing)
        await tab.settle()
        assert tab.sees("Choose the desk they go to.")


LATE = 4  # minutes


async def test_seconds_to_receipt_are_shown_where_they_were_sent_from(hall, desks):
    sss, housing = desks
    family = hall.serving(sss, "money_scp", "housing_rent")
    done(hall.hub.hand_over(sss, family.id, housing, "advice_given"))
    hall.pass_minutes(40 / 60)
    done(hall.hub.receive(housing, family.id))
    async with desk_tab(hall, sss) as tab:
        assert tab.sees("Received after 40 seconds")


async def test_both_desks_are_told_when_nobody_was_received_and_can_take_the_offer_back(
    hall, desks
):
    sss, housing = desks
    family = hall.serving(sss, "money_scp", "housing_rent")
    done(hall.hub.hand_over(sss, family.id, housing, "advice_given"))
    async with desk_tab(hall, sss) as one, desk_tab(hall, housing, size=PHONE) as two:
        assert not one.has(f"take-back-{family.id}")
        hall.pass_minutes(LATE)
        await one.settle()
        await two.settle()
        assert one.sees(f"Housing has not received {family.ticket} for 4 minutes.")
        assert one.has(f"walking-{family.id}")
        assert two.sees(f"{family.ticket} has not arrived from Social Security")
        assert two.sees("Go and look for them in the hall.")
        await one.click(f"take-back-{family.id}")
        await two.settle()
        assert not two.sees("has not arrived")
        assert two.sees(f"Call {family.ticket}")
    after = hall.visit(family)
    assert (after.stage, after.handover, after.place_at) == (Stage.WAITING, None, family.place_at)


async def test_the_receiving_desk_lets_them_wait_again_and_an_undo_brings_the_offer_back(
    hall, desks
):
    sss, housing = desks
    family = hall.serving(sss, "money_scp", "housing_rent")
    done(hall.hub.hand_over(sss, family.id, housing, "advice_given"))
    hall.pass_minutes(LATE)
    async with desk_tab(hall, housing) as tab:
        await tab.click(f"take-back-{family.id}")
        assert hall.visit(family).stage is Stage.WAITING
        await tab.click("undo")
        assert tab.sees(f"{family.ticket} has not arrived")
    assert hall.visit(family).stage is Stage.WALKING


def test_only_the_ends_of_a_handover_may_take_it_back(hall, desks):
    sss, housing = desks
    third = hall.desk("Housing 2", "housing")
    family = hall.serving(sss, "money_scp", "housing_rent")
    assert hall.hub.take_back(sss, family.id) is Refusal.NO_HANDOVER
    done(hall.hub.hand_over(sss, family.id, housing, "advice_given"))
    assert hall.hub.take_back(third, family.id) is Refusal.AT_ANOTHER_DESK
    assert hall.hub.take_back(sss, "nobody") is Refusal.NO_SUCH_VISIT


NOTE = "The landlord wrote on Monday."


def agree(hall, until="2026-12-31"):
    parties = ("sss", "council")
    done(hall.hub.make_agreement(parties, ("handover_note",), "2026-11-01", until))


async def test_without_an_agreement_ticket_and_need_are_all_that_is_shown(hall, desks):
    sss, housing = desks
    family = hall.serving(sss, "money_scp", "housing_rent")
    done(hall.hub.rename(family.id, "Amina"))
    async with desk_tab(hall, sss) as one, desk_tab(hall, housing) as two:
        for key in ("finish", "outcome-claim_made", f"hand-over-{housing}"):
            await one.click(key)
        said = "Ticket and need only: no agreement between Social Security and Council."
        assert one.sees(said)
        assert not one.has("handover-note")
        await one.click("finish-confirm")
        await two.settle()
        assert two.sees(f"{family.ticket} is coming from Social Security")
        assert two.sees("About: Rent arrears")
        assert not two.sees("Amina")
        await two.click(f"receive-{family.id}")
        assert two.sees(hall.hub.pack.need("housing_rent").label)
        assert not two.sees("Amina")
        assert not two.sees(hall.hub.pack.need("money_scp").label)


async def test_with_an_agreement_the_note_goes_along_until_they_are_finished_with(hall, desks):
    sss, housing = desks
    agree(hall)
    family = hall.serving(sss, "money_scp", "housing_rent")
    done(hall.hub.rename(family.id, "Amina"))
    async with desk_tab(hall, sss) as one, desk_tab(hall, housing) as two:
        for key in ("finish", "outcome-advice_given", f"hand-over-{housing}"):
            await one.click(key)
        assert one.sees("Only what the parent agreed to share")
        await one.type("handover-note", NOTE)
        await one.click("finish-confirm")
        await two.settle()
        assert not one.sees(NOTE)
        assert two.sees(NOTE)
        await two.click(f"receive-{family.id}")
        assert two.sees(NOTE)
        assert two.sees("Amina")
        await two.click("hold")  # stepping out is not the end of it
        assert not two.sees(NOTE)
        await two.click(f"call-{family.id}")
        await two.click("start")
        assert two.sees(NOTE)
        for key in ("finish", "outcome-advice_given", "finish-confirm"):
            await two.click(key)
        assert not two.sees(NOTE)


async def test_a_note_is_cut_at_its_limit(hall, desks):
    sss, housing = desks
    agree(hall)
    family = hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as tab:
        for key in ("finish", "outcome-advice_given", f"hand-over-{housing}"):
            await tab.click(key)
        await tab.type("handover-note", "x" * 400)
        assert tab.sees("0 letters left")
        await tab.click("finish-confirm")
    assert hall.hub.notes[family.id, housing] == "x" * 300


async def test_when_an_agreement_has_run_out_it_locks_again(hall, desks):
    sss, housing = desks
    agree(hall, until="2026-11-22")
    family = hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as tab:
        for key in ("finish", "outcome-advice_given", f"hand-over-{housing}"):
            await tab.click(key)
        await tab.type("handover-note", NOTE)
        hall.pass_minutes(24 * 60)
        await tab.settle()
        assert tab.sees("Ticket and need only: no agreement")
        assert not tab.has("handover-note")
        late = hall.hub.hand_over(sss, family.id, housing, "advice_given", Came(note=NOTE))
        assert late is Refusal.NO_AGREEMENT
        await tab.click("finish-confirm")
    assert hall.visit(family).stage is Stage.WALKING
    assert dict(hall.hub.notes) == {}


async def test_a_note_that_was_sent_is_not_read_once_the_agreement_has_run_out(hall, desks):
    sss, housing = desks
    agree(hall, until="2026-11-22")
    family = hall.serving(sss, "money_scp", "housing_rent")
    done(hall.hub.hand_over(sss, family.id, housing, "advice_given", Came(note=NOTE)))
    done(hall.hub.receive(housing, family.id))
    async with desk_tab(hall, housing) as tab:
        assert tab.sees(NOTE)
        hall.pass_minutes(24 * 60)
        await tab.settle()
        assert not tab.sees(NOTE)
