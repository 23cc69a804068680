"""The register of agreements: written down, flagged when they run out, ended, greyed when over."""

from datetime import date

import pytest

from hub_app.core.house import HANDOVER_NOTE
from hub_app.core.refusal import Refusal
from hub_app.ui import routes
from hub_app.ui.refusals import sentence
from hub_app.ui.screens.agreement_form import AgreementFormScreen, months_on
from hub_app.ui.screens.agreements import AgreementsScreen
from tests.support.hall import done
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import DAY, RunningHall

PARTIES = ("council", "advice_charity")
PORTRAIT = (800, 1280)


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def agree(hall, until, since="2026-01-01"):
    known = {*hall.hub.house.agreements}
    house = done(hall.hub.make_agreement(PARTIES, (HANDOVER_NOTE,), since, until))
    return next(iter({*house.agreements} - known))


@pytest.mark.parametrize("size", [TABLET, PORTRAIT, PHONE])
async def test_the_register_says_who_what_and_until_when(hall, size):
    agree(hall, "2027-06-30")
    async with Tab(hall.screen(AgreementsScreen), size=size) as tab:
        assert tab.sees("Advice charity and Council")
        assert tab.sees("May travel: the note a family agreed to")
        assert tab.sees("From 1 January 2026 until 30 June 2027")
        assert not tab.sees("Runs out")


async def test_what_runs_out_within_thirty_days_is_flagged_and_what_is_over_cannot_be_ended(hall):
    soon, over = agree(hall, "2026-12-01"), agree(hall, "2026-11-21")
    agree(hall, "2027-12-01", since="2027-01-01")
    async with Tab(hall.screen(AgreementsScreen)) as tab:
        assert tab.sees("Runs out: 10 days left")
        assert tab.sees("Has run out")
        assert tab.sees("Not begun yet")
        assert tab.has(f"end-{soon}")
        assert not tab.has(f"end-{over}")


async def test_ending_one_is_asked_about_and_holds_from_today(hall):
    agreement = agree(hall, "2027-06-30")
    async with Tab(hall.screen(AgreementsScreen)) as tab:
        await tab.click(f"end-{agreement}")
        assert hall.hub.house.agreements[agreement].ended is None
        await tab.click("end-sure")
        assert tab.sees("Ended on 22 November 2026")
    assert hall.hub.house.agreements[agreement].ended == DAY


async def test_an_empty_register_says_what_a_hand_over_carries_then(hall):
    async with Tab(hall.screen(AgreementsScreen)) as tab:
        assert tab.sees("carries the ticket and the need, and nothing else")
        await tab.click("agreement-add")
        assert tab.page.route == routes.AGREEMENT_FORM


async def test_an_agreement_of_two_is_three_taps_and_lasts_a_year(hall):
    async with Tab(hall.screen(AgreementFormScreen), size=PHONE) as tab:
        await tab.click("party-council")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("agreement-keep")
        assert tab.sees("Choose at least two organisations.")
        await tab.click("party-energy_charity")
        await tab.click("agreement-keep")
        assert tab.page.route == routes.AGREEMENTS
    (made,) = hall.hub.house.agreements.values()
    assert made.parties == {"council", "energy_charity"}
    assert (made.from_day, made.until_day) == (DAY, date(2027, 11, 22))
    assert made.scope == {HANDOVER_NOTE}


async def test_its_days_can_be_others(hall):
    async with Tab(hall.screen(AgreementFormScreen)) as tab:
        await tab.click("party-council")
        await tab.click("party-nhs")
        await tab.click("from-day-other")
        await tab.click("from-day-month-2026-11-30")
        await tab.click("until-day-2027-05-30")
        await tab.click("agreement-keep")
    (made,) = hall.hub.house.agreements.values()
    assert (made.from_day, made.until_day) == (date(2026, 11, 30), date(2027, 5, 30))


async def test_a_last_day_before_the_first_is_refused_with_a_sentence(hall):
    async with Tab(hall.screen(AgreementFormScreen)) as tab:
        await tab.click("party-council")
        await tab.click("party-nhs")
        await tab.click("until-day-2027-05-22")
        await tab.click("from-day-other")
        for _ in range(7):
            await tab.click("from-day-month-later")
        await tab.click("from-day-month-2027-06-10")
        await tab.click("agreement-keep")
        assert tab.sees(sentence(Refusal.UNTIL_BEFORE_FROM))
    assert hall.hub.house.agreements == {}


def test_a_month_that_is_too_short_ends_on_its_last_day():
    assert months_on(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_on(date(2026, 11, 22), 24) == date(2028, 11, 22)
    assert months_on(date(2026, 12, 1), 12) == date(2027, 12, 1)
