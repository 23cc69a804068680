"""How a tablet begins: opening the session, choosing a role or desk, adding a desk."""

import asyncio

import flet as ft
import pytest

from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence
from hub_app.ui.app import make_main
from hub_app.ui.screens.new_desk import free_name, half_hours_after
from tests.support.hall import MINUTE, done
from tests.support.headless import PHONE, Tab
from tests.support.house import rota
from tests.ui.screens.running_hall import DAY, RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def tab(hall, **how):
    return Tab(make_main(hall.running), **how)


def shut(hall):
    assert not isinstance(hall.hub.close_session(), Refusal)


def expecting(hall, name, service, time):
    """Open the hall again with a desk on its rota; gives the desk's id."""
    shut(hall)
    done(hall.hub.set_rota(rota("", name, (service,), f"{DAY.isoformat()}T{time}")))
    done(hall.hub.open_session())
    [desk] = hall.session.desks
    return desk


async def test_before_the_doors_open_there_is_one_thing_to_do_and_it_names_the_day(hall):
    shut(hall)
    async with tab(hall) as page:
        assert page.sees("Sunday 22 November")
        assert not page.has("role-front")
        await page.click("open-session")
        assert hall.session.is_open
        assert page.has("role-front")


async def test_a_closed_session_can_still_be_looked_at(hall):
    shut(hall)
    async with tab(hall) as page:
        assert page.sees("closed but not signed off")
        await page.click("role-close")
        assert page.page.route == "/close"


async def test_one_tablet_opens_the_session_and_the_other_follows(hall):
    shut(hall)
    async with tab(hall) as one, tab(hall) as other:
        await one.click("open-session")
        assert other.has("role-front")


async def test_a_session_open_already_is_told(hall):
    shut(hall)
    async with tab(hall) as page:
        hall.hub.open_session()  # told to the page only once it has been tapped
        await asyncio.create_task(
            page.session.dispatch_event(page.find("open-session")._i, "click", None)
        )
        await page.settle()
        assert page.sees("The session is open already.")


async def test_a_session_left_open_yesterday_is_said_plainly(hall):
    hall.pass_minutes(24 * 60)
    async with tab(hall) as page:
        assert page.sees("The session of Sunday 22 November was never closed.")
        await page.click("close-old")
        assert page.page.route == "/close"


async def test_every_desk_is_offered_with_how_it_is_now(hall):
    housing = hall.desk("Housing", "housing")
    tea = hall.desk("Energy", "energy")
    hall.hub.take_break(tea)
    family = hall.family("housing_rent")
    hall.hub.call_next(housing)
    async with tab(hall) as page:
        assert page.sees(f"Called {family.ticket}")
        assert page.sees("On a break")
        await page.click(f"role-desk-{housing}")
        assert page.page.route == f"/desk/{housing}"


async def test_a_desk_that_is_not_here_yet_opens_with_a_name_taken_from_its_service(hall):
    async with tab(hall, size=PHONE) as page:
        await page.click("desk-new")
        with pytest.raises(AssertionError, match="greyed out"):
            await page.click("open-desk")
        await page.click("service-energy")
        await page.click("open-desk")
        [desk] = hall.session.desks.values()
        assert (desk.name, desk.services) == ("Energy advice", ("energy",))
        assert page.page.route == f"/desk/{desk.id}"


async def test_a_desk_may_be_called_what_it_likes(hall):
    async with tab(hall) as page:
        await page.click("desk-new")
        await page.click("service-energy")
        await page.click("service-money")
        await page.type("desk-name", "Table by the window")
        await page.click("open-desk")
        [desk] = hall.session.desks.values()
        assert (desk.name, desk.services) == ("Table by the window", ("energy", "money"))


async def test_a_desk_without_a_name_cannot_open(hall):
    async with tab(hall) as page:
        await page.click("desk-new")
        await page.click("service-energy")
        await page.type("desk-name", " ")
        assert page.sees("Give the desk a name.")


def test_a_second_desk_of_a_service_gets_a_name_of_its_own():
    assert free_name("Housing", set()) == "Housing"
    assert free_name("Housing", {"Housing", "Housing 2"}) == "Housing 3"


async def test_the_desks_of_the_rota_come_first_and_open_with_one_tap(hall):
    expected = expecting(hall, "Nurse", "health", "14:00")
    here = hall.desk("Housing", "housing")
    async with tab(hall) as page:
        assert page.sees("Expected 14:00")
        keys = page.keys()
        assert keys.index(f"open-expected-{expected}") < keys.index(f"role-desk-{here}")
        await page.click(f"open-expected-{expected}")
        assert page.page.route == f"/desk/{expected}"
        desk = hall.session.desks[expected]
        assert (desk.presence, desk.name, desk.services) == (
            Presence.HERE, "Nurse", ("health",),
        )  # fmt: skip


async def test_a_desk_that_is_not_coming_is_said_so_and_can_be_expected_again(hall):
    expected = expecting(hall, "Nurse", "health", "10:00")
    async with tab(hall) as page:
        assert page.sees("Late: expected 10:00")
        await page.click(f"not-coming-{expected}")
        assert page.sees("Nurse is not coming today.")
        assert page.sees("Not coming today")
        assert not page.has(f"open-expected-{expected}")
        [undo] = page.of_type(ft.SnackBarAction)
        await page.fire(undo, "click")
        assert hall.session.desks[expected].presence is Presence.EXPECTED
        assert page.has(f"open-expected-{expected}")


async def test_a_new_desk_belongs_to_its_first_services_organisation_until_another_is_chosen(hall):
    async with tab(hall, route="/new-desk") as page:
        await page.click("service-energy")
        await page.click("open-desk")
        [first] = hall.session.desks
    assert hall.hub.organisation_of(first) == hall.hub.pack.service("energy").organisation
    async with tab(hall, route="/new-desk") as page:
        await page.click("service-energy")
        await page.click("whose-dwp")
        await page.click("open-desk")
        second = next(desk for desk in hall.session.desks if desk != first)
    assert hall.hub.organisation_of(second) == "dwp"


async def test_a_new_desk_may_say_when_it_leaves(hall):
    at = half_hours_after(hall.hub.now())[1]
    async with tab(hall, route="/new-desk") as page:
        await page.click("service-energy")
        await page.click(f"leaves-{at}")
        await page.click("open-desk")
        [desk] = hall.session.desks.values()
        assert desk.leaving_at == at


def test_the_times_to_leave_are_half_hours_and_not_too_near():
    one, two = half_hours_after(13 * 60 * MINUTE)[0], half_hours_after(13 * 60 * MINUTE + 1)[0]
    assert (one, two) == (13.5 * 60 * MINUTE, 14 * 60 * MINUTE)
