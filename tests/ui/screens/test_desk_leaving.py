"""A desk says when it leaves, sees it, and in its last minutes calls nobody by turn."""

import flet as ft
import pytest

from hub_app.core.events import DeskExpected
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.ui.screens.desk import DeskScreen
from tests.support.hall import MINUTE, done
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


@pytest.fixture
def housing(hall):
    return hall.desk("Housing", "housing")


def desk_tab(hall, desk, **how):
    return Tab(hall.screen(DeskScreen, desk), **how)


@pytest.mark.parametrize(("minutes", "at"), [(15, "13:45"), (30, "14:00"), (60, "14:30")])
async def test_the_usual_times_are_two_taps_and_stand_in_the_head(hall, housing, minutes, at):
    async with desk_tab(hall, housing) as tab:
        await tab.click("leaving")
        await tab.click(f"leave-{minutes}")
        assert tab.sees(f"leaves at {at}")
        assert not [panel for panel in tab.of_type(ft.AlertDialog) if panel.open]
    assert hall.session.desks[housing].leaving_at == hall.hub.now() + minutes * MINUTE


async def test_any_time_can_be_typed_and_staying_after_all_is_one_tap(hall, housing):
    async with desk_tab(hall, housing, size=PHONE) as tab:
        await tab.click("leaving")
        await tab.type("leave-typed", "noon")
        assert tab.sees("Type a time that is still to come, such as 14:45.")
        await tab.type("leave-typed", "10:00")  # is over; ten at night is nobody's meaning
        assert tab.sees("Type a time that is still to come, such as 14:45.")
        await tab.type("leave-typed", "14:45")
        await tab.click("leave-set")
        assert tab.sees("leaves at 14:45")
        await tab.click("leaving")
        await tab.click("leave-stay")
        assert not tab.sees("leaves at")
    assert hall.session.desks[housing].leaving_at is None


async def test_somebody_being_served_does_not_keep_a_desk_from_saying_when_it_leaves(hall, housing):
    hall.serving(housing, "housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("leaving")
        await tab.click("leave-30")
        assert tab.sees("leaves at 14:00")
        assert tab.has("finish")


async def test_in_the_last_five_minutes_nobody_is_called_by_turn_but_by_name(hall, housing):
    family = hall.family("housing_rent")
    done(hall.hub.leaving_at(housing, hall.hub.now() + 15 * MINUTE))
    async with desk_tab(hall, housing) as tab:
        assert tab.sees(f"Call {family.ticket}")
        hall.pass_minutes(11)
        await tab.settle()
        assert tab.sees("You leave at 13:45")
        assert tab.sees("This desk leaves in a few minutes.")
        hall.pass_minutes(5)
        await tab.settle()
        assert tab.sees("You were to leave at 13:45")
        await tab.click(f"call-{family.id}")
        assert not tab.sees("You chose")  # nobody else would have been called
        assert hall.visit(family).stage is Stage.CALLED


async def test_staying_after_all_calls_by_turn_again(hall, housing):
    hall.family("housing_rent")
    done(hall.hub.leaving_at(housing, hall.hub.now() + 3 * MINUTE))
    async with desk_tab(hall, housing) as tab:
        await tab.click("stay")
        await tab.click("call-next")
        assert tab.has("start")


def expect(hall):
    now = hall.hub.now()
    event = DeskExpected(
        "rota1", "Energy", ("energy",), now + 30 * MINUTE, now + 90 * MINUTE, "energy_charity"
    )
    assert hall.hub._write(None, event) is None
    return "rota1"


async def test_a_desk_of_the_rota_says_it_is_here_and_can_leave_as_planned(hall):
    desk = expect(hall)
    async with desk_tab(hall, desk) as tab:
        assert tab.sees("Expected from 14:00")
        await tab.click("desk-here")
        assert hall.session.desks[desk].presence is Presence.HERE
        assert hall.session.desks[desk].organisation == "energy_charity"
        await tab.click("leaving")
        assert tab.sees("As planned, 15:00")
        await tab.click("leave-planned")
        assert tab.sees("leaves at 15:00")


async def test_a_desk_of_the_rota_may_not_come_today(hall):
    desk = expect(hall)
    async with desk_tab(hall, desk) as tab:
        await tab.click("close-desk")
        assert tab.sees("This desk has gone for today")
