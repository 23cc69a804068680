"""The clock over every screen of the staff, and the protocols at one tap from each."""

import flet as ft
import pytest

from hub_app.core.visit import Stage
from hub_app.ui import app
from hub_app.ui.app import make_main
from hub_app.ui.hooks import PULSE
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import RunningHall

pytestmark = pytest.mark.slow

STAFF = ("/", "/front", "/triage", "/urgent", "/new-desk", "/close", "/desk/{desk}")


@pytest.fixture
def hall():
    return RunningHall()


def tab(hall, **how):
    return Tab(make_main(hall.running), **how)


def is_asking(page):
    return any(panel.open for panel in page.of_type(ft.AlertDialog))


def hungry(hall, **how):
    """A family to be seen within ten minutes."""
    return hall.family("food_today", urgent="no_food", **how)


@pytest.mark.parametrize("route", STAFF)
async def test_it_runs_on_every_screen_of_the_staff(hall, route):
    desk, family = hall.desk("Housing", "housing"), hungry(hall)
    hall.pass_minutes(6)
    async with tab(hall, route=route.format(desk=desk)) as page:
        assert page.sees(f"{family.ticket} urgent: to be seen within 4 minutes")


async def test_a_parent_who_fills_in_the_questions_is_not_shown_it(hall):
    family = hungry(hall)
    async with tab(hall, route=f"/groups/{family.id}") as page:
        assert not page.sees("urgent")


async def test_it_goes_on_by_itself_and_says_when_it_is_over(hall):
    family = hungry(hall)
    async with tab(hall, route="/close") as page:
        for minutes, words in ((9, "within 1 minute"), (1, "see them now"), (2, "2 minutes over")):
            hall.clock.set(hall.clock.millis() + minutes * 60_000)
            before = page.bytes_sent
            PULSE.beat(hall.clock.millis())
            await page.settle()
            assert page.sees(f"{family.ticket} urgent: ")
            assert page.sees(words), page.texts()
            assert page.bytes_sent - before < 2500  # a line, not a screen


async def test_it_ends_on_every_tablet_when_somebody_has_them_and_a_missed_call_brings_it_back(
    hall,
):
    desk, family = hall.desk("Welfare", "welfare"), hungry(hall)
    async with tab(hall, route="/front") as one, tab(hall, route="/") as other:
        hall.hub.call(desk, family.id)
        await one.settle()
        assert not any(page.has(f"urgent-line-{family.id}") for page in (one, other))
        hall.hub.no_show(desk, family.id)
        await one.settle()
        assert all(page.has(f"urgent-line-{family.id}") for page in (one, other))


@pytest.mark.parametrize("route", ["/", "/triage", "/close", "/front"])
async def test_one_tap_opens_what_can_be_done_for_them_and_it_can_be_opened_again(hall, route):
    family = hungry(hall)
    async with tab(hall, route=route) as page:
        for _time in range(2):
            await page.click(f"urgent-see-{family.id}")
            assert page.page.route == f"/front/{family.id}"
            assert page.has(f"left-{family.id}")
            assert is_asking(page)
            await page.dismiss()
            assert not is_asking(page)
            assert page.page.route == "/front"


async def test_going_elsewhere_closes_what_was_open_and_stays_there(hall):
    family = hungry(hall)
    async with tab(hall, route=f"/front/{family.id}") as page:
        assert is_asking(page)
        for route in ("/", "/front", f"/front/{family.id}", "/front"):
            page.session.apply_page_patch({"route": route})  # as the browser's own *back* does
            await page.fire(page.page, "route_change", {"route": route})
            assert is_asking(page) == (route.count("/") > 1)
            assert page.page.route == route


async def test_a_desk_that_can_help_calls_them_with_one_tap(hall):
    helps, other = hall.desk("Welfare", "welfare"), hall.desk("Work", "work")
    family = hungry(hall)
    async with tab(hall, route=f"/desk/{other}") as page:
        assert page.has(f"urgent-see-{family.id}")
    async with tab(hall, route=f"/desk/{helps}") as page:
        await page.click(f"urgent-call-{family.id}")
        visit = hall.visit(family)
        assert (visit.stage, visit.desk) == (Stage.CALLED, helps)
        assert not page.has(f"urgent-line-{family.id}")


async def test_neither_why_nor_who_is_ever_said(hall):
    hall.family("safe_home", urgent="domestic_abuse", name="Amina")
    async with tab(hall, route="/close") as page:
        [line] = [text for text in page.texts() if "urgent: " in text]
        assert "Amina" not in line
        assert line.endswith("urgent: see them now")


@pytest.mark.parametrize(("size", "lines"), [(PHONE, 2), ((800.0, 1280.0), 2), (TABLET, 3)])
async def test_many_leave_room_for_the_screen_and_are_counted(hall, size, lines):
    for _n in range(5):
        hungry(hall)
    async with tab(hall, size=size, route="/close") as page:
        keys = page.keys()
        assert len([key for key in keys if key.startswith("urgent-line-")]) == lines
        assert page.sees(f"and {5 - lines} more are urgent")


@pytest.mark.parametrize("route", ["/", "/new-desk", "/close", "/desk/{desk}"])
async def test_the_protocols_are_one_tap_away_and_one_tap_back(hall, route):
    where = route.format(desk=hall.desk("Housing", "housing"))
    async with tab(hall, route=where) as page:
        await page.click("urgent-open")
        assert page.has("urgent-no_food")
        await page.click("back")
        assert page.page.route == where


SCREENS = ["", "nowhere", *app._ABOUT_NOTHING, *app._ABOUT_ONE]


@pytest.mark.parametrize("size", [PHONE, TABLET])
@pytest.mark.parametrize("screen", SCREENS)
async def test_every_screen_of_the_staff_has_exactly_one_urgent_button(hall, screen, size):
    desk = hall.desk("Housing", "housing")
    hall.family("housing_rent")
    family = hall.serving(desk, "housing_repair")
    about = {"desk": desk, "ticket": family.id, "triage": family.id}.get(screen, "")
    own = {"groups": 0, "urgent": 0}  # the parent's own page, and the protocols themselves
    async with tab(hall, size=size, route=f"/{screen}/{about}") as page:
        taps = [c for c in page.controls() if getattr(c, "on_click", None)]
        read_out = [box.label for box in page.of_type(ft.Semantics)]
        said = [*read_out, *(getattr(tap, "content", None) for tap in taps)]
        assert [tap.key for tap in taps].count("urgent-open") == own.get(screen, 1)
        assert said.count("Urgent") == own.get(screen, 1)


async def test_a_ticket_that_was_taken_back_has_the_way_to_the_protocols_too(hall):
    async with tab(hall, route="/ticket/gone") as page:
        await page.click("urgent-open")
        assert page.has("urgent-no_food")


async def test_before_the_doors_open_there_is_no_way_to_the_protocols_that_leads_nowhere(hall):
    hall.hub.close_session()
    async with tab(hall) as page:
        assert not page.has("urgent-open")
