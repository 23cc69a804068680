"""How a stop ends at a desk: the outcome, the money, the reason, and where they go next."""

import pytest

from hub_app.core.events import Gain, Referred
from hub_app.core.refusal import Refusal
from hub_app.core.visit import OPEN, Stage
from hub_app.ui.screens.desk import DeskScreen
from hub_app.ui.screens.desk_draft import pounds_of
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


@pytest.fixture
def sss(hall):
    return hall.desk("Social Security", "sss")


def desk_tab(hall, desk, **how):
    return Tab(hall.screen(DeskScreen, desk), **how)


async def test_the_common_finish_is_three_taps(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        for key in ("finish", "outcome-advice_given", "finish-confirm"):
            await tab.click(key)
        assert tab.has("call-next")
        assert tab.sees(f"finished with {family.ticket}, just now")
    assert hall.visit(family).stage is Stage.CLOSED
    assert hall.visit(family).needs[0].settled == "met"


async def test_all_eight_outcomes_stand_in_the_workers_words(hall, sss):
    hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        outcomes = hall.hub.pack.outcomes
        assert len(outcomes) == 8
        assert all(tab.sees(one.label) for one in outcomes)


async def test_nothing_ends_before_an_outcome_is_chosen(hall, sss):
    hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        assert tab.sees("Choose how it went first.")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("finish-confirm")


async def test_a_gain_is_kept_in_whole_pounds_with_the_services_source(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-money_gained")
        await tab.type("gain-pounds", "£1,408")
        await tab.click("gain-sure-confirmed")
        await tab.click("gain-often-yearly")
        await tab.click("finish-confirm")
    (stop,) = hall.visit(family).stops
    assert stop.gains == (Gain(1408, "scottish", is_confirmed=True, is_yearly=True),)


async def test_a_gain_is_expected_and_once_unless_said_and_its_source_can_be_changed(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-claim_made")
        await tab.type("gain-pounds", "250")
        await tab.click("gain-other")
        await tab.click("gain-source-council")
        await tab.click("finish-confirm")
    assert hall.visit(family).stops[0].gains == (Gain(250, "council"),)


async def test_no_money_is_no_gain(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        for key in ("finish", "outcome-claim_made", "finish-confirm"):
            await tab.click(key)
    assert hall.visit(family).stops[0].gains == ()


async def test_money_typed_for_an_outcome_without_it_is_not_kept(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-claim_made")
        await tab.type("gain-pounds", "99")
        await tab.click("outcome-booked")
        await tab.click("finish-confirm")
    assert hall.visit(family).stops[0].gains == ()
    assert hall.visit(family).needs[0].settled == "booked"


@pytest.mark.parametrize("typed", ["12.50", "-5", "lots", "9999999", "1e3", "²"])
async def test_a_number_that_cannot_be_right_is_told_and_nothing_ends(hall, sss, typed):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-claim_made")
        await tab.type("gain-pounds", typed)
        assert tab.sees("in whole pounds")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("finish-confirm")
    assert hall.visit(family).stage is Stage.SERVING


def test_pounds_are_read_as_people_write_them():
    assert [pounds_of(said) for said in ("", " ", "250", "£1,408", "1 408", "0")] == [
        0, 0, 250, 1408, 1408, 0,
    ]  # fmt: skip


async def test_nobody_could_help_asks_the_reason_and_keeps_it(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-no_help_today")
        assert tab.sees("Choose why nobody could help.")
        await tab.click("reason-needs_papers")
        await tab.click("finish-confirm")
        need = hall.visit(family).needs[0]
        assert (need.settled, need.reason) == ("unmet", "needs_papers")
        assert hall.visit(family).stage is Stage.CLOSED
        await tab.click("undo")
    assert hall.visit(family).stage is Stage.SERVING
    assert hall.visit(family).needs[0].settled == "open"


async def test_with_other_needs_open_they_go_back_with_their_place(hall, sss):
    family = hall.serving(sss, "money_scp", "debt_bills")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-advice_given")
        assert tab.sees("Finish, back to the queue")
        await tab.click("finish-confirm")
    after = hall.visit(family)
    assert after.stage is Stage.WAITING
    assert after.place_at == family.place_at


async def test_a_free_desk_is_offered_in_the_same_step(hall, sss):
    debt = hall.desk("Money advice", "money")
    family = hall.serving(sss, "money_scp", "debt_bills")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-claim_made")
        assert tab.sees("Walk them to Money advice")
        assert tab.sees("Free")
        await tab.click(f"hand-over-{debt}")
        assert tab.sees("Hand over to Money advice")
        await tab.click("finish-confirm")
        assert tab.sees(f"{family.ticket} goes to Money advice")
    assert hall.visit(family).stage is Stage.WALKING


async def test_what_was_chosen_survives_a_dropped_line(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-money_gained")
        await tab.type("gain-pounds", "1200")
        await tab.disconnect()
        await tab.connect()
        await tab.click("finish-confirm")
    assert hall.visit(family).stops[0].gains[0].pounds == 1200


async def test_going_back_from_the_step_changes_nothing(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-booked")
        await tab.click("ending-back")
        assert tab.has("finish")
        assert hall.visit(family).stage is Stage.SERVING
        await tab.click("finish")
        assert tab.sees("Choose how it went first.")


async def test_the_step_goes_when_the_family_is_no_longer_here(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        hall.hub.leave(family.id)
        await tab.settle()
        assert tab.has("call-next")


async def test_a_refused_finish_is_told_and_the_draft_stays(hall, sss, monkeypatch):
    hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("finish")
        await tab.click("outcome-booked")
        monkeypatch.setattr(hall.hub, "finish", lambda *_given: Refusal.DISK_FULL)
        await tab.click("finish-confirm")
        assert tab.sees("This tablet has no room left")
        assert tab.has("finish-confirm")


async def test_on_a_phone_the_chosen_outcome_folds_the_others_away(hall, sss):
    hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss, size=PHONE) as tab:
        await tab.click("finish")
        await tab.click("outcome-claim_made")
        assert not tab.has("outcome-booked")
        assert tab.has("gain-pounds")
        await tab.click("outcome-claim_made")
        assert tab.has("outcome-booked")


async def refer(tab, *keys):
    for key in ("finish", "outcome-referred_on", *keys):
        await tab.click(key)


async def test_a_referral_needs_a_name_and_consent_and_has_a_day(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await refer(tab)
        assert tab.sees("Choose who is to help them next.")
        await tab.click("refer-advice_charity")
        assert tab.sees("Ask them, and tick that they agree.")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("finish-confirm")
        await tab.click("refer-agreed")
        await tab.click("finish-confirm")
        visit = hall.visit(family)
        (referred,) = visit.referrals
        assert referred == Referred(
            referred.referral, sss, "advice_charity", "2026-12-06", "money_scp"
        )
        assert referred.referral
        assert (visit.needs[0].settled, visit.stage) == ("referred", Stage.CLOSED)
        await tab.click("undo")  # one tap it was, so one undo takes all of it back
    after = hall.visit(family)
    assert (after.referrals, after.needs[0].settled, after.stage) == ((), OPEN, Stage.SERVING)


@pytest.mark.parametrize(("days", "due"), [(7, "2026-11-29"), (28, "2026-12-20")])
async def test_the_usual_days_of_a_referral_are_one_tap(hall, sss, days, due):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await refer(tab, "refer-council", "refer-agreed", f"due-{days}", "finish-confirm")
    assert hall.visit(family).referrals[0].due == due


async def test_any_day_can_be_typed_and_a_service_can_be_named(hall, sss):
    family = hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss, size=PHONE) as tab:
        await refer(tab, "refer-more", "refer-legal", "refer-agreed", "due-other")
        assert tab.sees("Give a day and month, such as 24/12.")
        await tab.type("due-typed", "24/12")
        assert tab.sees("Thursday 24 December")
        await tab.click("finish-confirm")
    (referred,) = hall.visit(family).referrals
    assert (referred.to, referred.due) == ("legal", "2026-12-24")
    assert hall.visit(family).stage is Stage.WAITING


async def test_another_outcome_refers_nobody(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await refer(tab, "refer-council", "refer-agreed", "outcome-referred_on", "outcome-booked")
        await tab.click("finish-confirm")
    assert hall.visit(family).referrals == ()


async def test_a_referral_goes_with_a_handover_too(hall, sss):
    housing = hall.desk("Housing", "housing")
    family = hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as tab:
        await refer(tab, "refer-council", "refer-agreed", f"hand-over-{housing}", "finish-confirm")
    assert hall.visit(family).stage is Stage.WALKING
    assert [one.to for one in hall.visit(family).referrals] == ["council"]
