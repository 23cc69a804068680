"""Promises to families are passed on: the overdue first, one tap each, and never a name."""

import pytest

from hub_app.core.events import Referred
from hub_app.ui import routes
from hub_app.ui.screens.close import CloseScreen
from hub_app.ui.screens.promised import PromisedScreen
from tests.support.hall import done
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import RunningHall

PORTRAIT = (800, 1280)


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def promise(hall, due, kind="referral", **more):
    """Let a family be promised something; gives their ticket and the promise's id."""
    visit = hall.family("housing_rent", name="Xanthippe")
    need = more.get("need", "housing_rent")
    referred = Referred("", "d1", more.get("to", "dwp"), due, need, kind)
    done(hall.hub.refer(visit.id, referred))
    return visit.ticket, hall.visit(visit).referrals[0].referral


@pytest.mark.parametrize("size", [TABLET, PORTRAIT, PHONE])
async def test_each_promise_says_ticket_to_whom_and_by_when_and_no_name(hall, size):
    promise(hall, "2026-12-01")
    ticket, _ = promise(hall, "2026-11-22", "call_back", to="legal")
    async with Tab(hall.screen(PromisedScreen), size=size) as tab:
        assert tab.sees(ticket)
        assert tab.sees("Legal advice will call back")
        assert tab.sees("Promised on Sunday 22 November, due today")
        assert tab.sees("due Tuesday 1 December")
        assert not tab.sees("Xanthippe")


async def test_a_private_need_is_not_named(hall):
    promise(hall, "2026-12-01", need="safety_home")
    async with Tab(hall.screen(PromisedScreen)) as tab:
        assert tab.sees("about something private")


async def test_what_is_overdue_stands_first(hall):
    later, overdue = promise(hall, "2026-12-10")[0], promise(hall, "2026-11-23")[0]
    hall.pass_minutes(2 * 24 * 60)
    async with Tab(hall.screen(PromisedScreen)) as tab:
        texts = tab.texts()
        assert texts.index("Overdue") < texts.index(overdue) < texts.index(later)


async def test_one_tap_says_that_they_have_it_and_one_takes_it_back(hall):
    ticket, referral = promise(hall, "2026-12-01")
    async with Tab(hall.screen(PromisedScreen)) as tab:
        await tab.click(f"have-{referral}")
        assert referral in hall.hub.house.acknowledged
        assert tab.sees(f"{ticket}: they have it")
        await tab.click("undo")
        assert referral not in hall.hub.house.acknowledged
        assert tab.has(f"have-{referral}")


async def test_two_tablets_that_say_so_at_once_are_told(hall):
    _, referral = promise(hall, "2026-12-01")
    async with Tab(hall.screen(PromisedScreen)) as tab:
        button = tab.find(f"have-{referral}")
        hall.hub.acknowledge(referral)
        await tab.fire(button, "click")
        assert tab.sees("Somebody has said that already.")


async def test_with_nothing_promised_it_says_so_and_leads_back(hall):
    async with Tab(hall.screen(PromisedScreen)) as tab:
        assert tab.sees("Nothing is waiting.")
        await tab.click("back")
        assert tab.page.route == routes.HOUSE


# --- on the closing screen -----------------------------------------------------------------------


async def test_before_closing_today_s_call_backs_are_passed_on(hall):
    call_back = promise(hall, "2026-12-01", "call_back")[1]
    referral = promise(hall, "2026-12-01")[1]
    async with Tab(hall.screen(CloseScreen)) as tab:
        assert tab.sees("To pass on before closing")
        assert tab.sees("2 not acknowledged yet")
        assert not tab.has(f"have-{referral}")
        await tab.click(f"have-{call_back}")
        assert not tab.sees("To pass on before closing")
        assert tab.sees("1 not acknowledged yet")


@pytest.mark.parametrize(
    ("key", "route"), [("close-promised", routes.PROMISED), ("close-house", routes.HOUSE)]
)
async def test_the_closing_screen_leads_to_what_lasts(hall, key, route):
    async with Tab(hall.screen(CloseScreen)) as tab:
        await tab.click(key)
        assert tab.page.route == route
