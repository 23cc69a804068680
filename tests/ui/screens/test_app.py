"""Addresses: each screen has its own, and the page is where its address says."""

import pytest

from hub_app.ui.app import make_main
from hub_app.ui.routes import address, place_of
from tests.support.headless import Tab
from tests.ui.screens.running_hall import RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def tab(hall, **how):
    return Tab(make_main(hall.running), **how)


async def gone_to(page, route):
    """What the browser tells when somebody goes back, or types an address."""
    page.session.apply_page_patch({"route": route})
    await page.fire(page.page, "route_change", {"route": route})


@pytest.mark.parametrize("route", ["/", "", None, "/nowhere", "/desk/none", "/%00", "/../etc"])
async def test_an_address_nobody_understands_is_where_everybody_begins(hall, route):
    async with tab(hall, route=route) as page:
        assert page.has("role-front")


async def test_a_reload_stays_on_the_same_screen(hall):
    async with tab(hall, route="/front") as page:
        assert page.has("new-arrival")


async def test_the_browsers_back_goes_back(hall):
    async with tab(hall) as page:
        await page.click("role-front")
        await gone_to(page, "/")
        assert page.has("role-front")
        assert not page.has("new-arrival")


async def test_going_somewhere_takes_no_other_page_along(hall):
    async with tab(hall, route="/front") as one, tab(hall, route="/front") as other:
        await one.click("new-arrival")
        assert one.has("need-search")
        assert other.has("new-arrival")


async def test_when_the_session_closes_every_page_goes_to_the_beginning(hall):
    desk = hall.desk("Housing", "housing")
    async with tab(hall, route="/front") as front, tab(hall, route=f"/desk/{desk}") as at_desk:
        hall.hub.close_session()
        await front.settle()
        assert front.has("open-session")
        assert at_desk.has("open-session")


async def test_a_line_that_comes_back_shows_what_happened_meanwhile(hall):
    async with tab(hall, route="/front") as page:
        await page.disconnect()
        family = hall.family("housing_rent")
        await page.connect()
        assert page.sees(family.ticket)


def test_an_address_holds_whatever_an_id_is():
    place = place_of(address("/desk", "a/b ü%"))
    assert (place.screen, place.about) == ("desk", "a/b ü%")


async def test_a_page_that_reads_from_right_to_left_says_so(hall):
    async with Tab(make_main(hall.running), route="/front") as page:
        page.page.rtl = True
        await page.click("new-arrival")
        assert page.has("give-ticket")
        assert page.page.rtl
