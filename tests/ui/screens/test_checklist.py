"""Going through the entitlements with a family: one tap for each, one save, nothing asked twice."""

import pytest

from hub_app.core.events import Checked
from hub_app.core.visit import Stage
from hub_app.ui.screens.desk import DeskScreen
from hub_app.ui.screens.desk_checklist import worth
from hub_app.view.checklist import CheckRow
from tests.support.hall import done
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall

DAY_MINUTES = 24 * 60


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


@pytest.fixture
def sss(hall):
    return hall.desk("Social Security", "sss")


def desk_tab(hall, desk, **how):
    return Tab(hall.screen(DeskScreen, desk), **how)


def kept(hall, family):
    return hall.session.answers[family.id].entitlements


async def test_one_tap_a_row_and_one_save(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        for key in (
            "checklist", "check-scp-unaware", "because-scp-form_too_hard", "check-bsg-has",
            "checklist-save",
        ):  # fmt: skip
            await tab.click(key)
        assert tab.has("finish")
    assert kept(hall, family) == (Checked("scp", "unaware", "form_too_hard"), Checked("bsg", "has"))
    assert hall.visit(family).stage is Stage.SERVING


async def test_amounts_stand_with_their_date_and_the_rest_is_folded(hall, sss):
    hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("checklist")
        assert tab.sees("£28.20 a week for each child under 16, April 2026")
        assert not tab.sees("£754.65")  # of April 2024: too old to be told
        assert not tab.has("check-adp-has")
        await tab.click("checklist-rest")
        await tab.click("check-adp-not_eligible")
        assert tab.sees("1 answer to keep.")


def test_a_date_that_is_no_month_is_said_in_its_sources_words():
    row = CheckRow("ctr", "Council Tax Reduction", "", "up to 100%", "2026", None)
    assert worth(row) == "up to 100%, 2026"


async def test_what_nobody_tapped_is_not_kept_and_nothing_can_be_saved(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("checklist")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("checklist-save")
        await tab.click("check-scp-has")
        await tab.click("check-scp-has")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("checklist-save")
        await tab.click("checklist-back")
        assert tab.has("finish")
    assert kept(hall, family) == ()


async def test_it_is_reached_from_finishing_and_leads_back_there(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss, size=PHONE) as tab:
        for key in ("finish", "outcome-claim_made", "checklist", "check-scp-new_claim"):
            await tab.click(key)
        await tab.click("checklist-save")
        await tab.click("finish-confirm")
    assert kept(hall, family) == (Checked("scp", "new_claim"),)
    assert hall.visit(family).stops[0].outcome == "claim_made"


async def test_a_second_look_shows_what_was_said_and_an_undo_takes_it_back(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        for key in ("checklist", "check-scp-has", "checklist-save", "checklist"):
            await tab.click(key)
        assert tab.sees("Nothing new is marked.")
        await tab.click("checklist-back")
        assert tab.sees(f"entitlements of {family.ticket}")
        await tab.click("undo")
    assert kept(hall, family) == ()


async def test_half_a_checklist_outlives_a_dropped_line_but_not_the_family(hall, sss):
    family = hall.serving(sss, "money_scp")
    async with desk_tab(hall, sss) as tab:
        await tab.click("checklist")
        await tab.click("check-scp-has")
        await tab.disconnect()
        await tab.connect()
        assert tab.sees("1 answer to keep.")
        done(hall.hub.leave(family.id))
        await tab.settle()
        assert tab.has("call-next")


async def test_one_answer_draws_one_row_again(hall, sss):
    hall.serving(sss, "money_scp", "housing_rent")
    async with desk_tab(hall, sss) as tab:
        await tab.click("checklist")
        await tab.click("checklist-rest")
        before = tab.bytes_sent
        await tab.click("check-scp-has")
        assert tab.bytes_sent - before < 4000
