"""Calls that take a moment, and a desk whose tablet cannot reach the others."""

import asyncio

import flet as ft
import pytest

from hub_app.core.visit import Stage
from hub_app.ui.app import make_main
from hub_app.ui.hooks import PULSE
from hub_app.ui.screens.desk import DeskScreen
from hub_app.view.tablets import InHall, Step
from tests.support.hall import done
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import RunningHall

SENTENCE = (
    "This tablet can’t reach the others. It can’t call by turn, so nobody is called twice."
    " Call only somebody who is here with you."
)
CUT_OFF = InHall(step=Step.CUT_OFF)


@pytest.fixture
def hall():
    return RunningHall()


@pytest.fixture
def housing(hall):
    return hall.desk("Housing", "housing")


def desk_tab(hall, desk, **how):
    return Tab(hall.screen(DeskScreen, desk), **how)


async def becomes(hall, tab, in_hall):
    hall.tablets.in_hall = in_hall
    hall.feed.changed()
    await tab.settle()


async def begin(tab, key):
    """Tap, and go on before there is an answer."""
    asking = asyncio.create_task(tab.click(key))
    await tab.settle()
    return asking


def asks(tab):
    return [panel for panel in tab.of_type(ft.AlertDialog) if panel.open]


def is_grey(tab, key):
    return bool(getattr(tab.find(key), "disabled", False))


# a call on its way


@pytest.mark.parametrize("size", [TABLET, PHONE])
async def test_while_the_others_are_asked_the_button_says_so_and_a_second_tap_does_nothing(
    hall, housing, size
):
    family = hall.family("housing_rent")
    hall.tablets.until = asyncio.Event()
    async with desk_tab(hall, housing, size=size) as tab:
        button = tab.find("call-next")
        asking = await begin(tab, "call-next")
        assert tab.sees("Calling …")
        assert tab.sees("The other tablets are being asked.")
        assert is_grey(tab, "call-next")
        await tab.fire(button, "click")  # a thumb that was quicker than the screen
        assert hall.tablets.asked == [("call_next", housing)]
        hall.tablets.until.set()
        await asking
        assert hall.visit(family).stage is Stage.CALLED
        assert tab.has("start")
        assert not tab.sees("Calling …")


async def test_a_call_by_name_says_so_on_its_own_line(hall, housing):
    first, second = hall.family("housing_rent"), hall.family("housing_rent")
    hall.tablets.until = asyncio.Event()
    async with desk_tab(hall, housing) as tab:
        asking = await begin(tab, f"call-{second.id}")
        assert tab.has(f"calling-{second.id}")
        assert tab.has(f"call-{first.id}")
        await tab.click(f"call-{first.id}")
        hall.tablets.until.set()
        await asking
        assert hall.tablets.asked == [("call", housing, second.id)]
        assert hall.visit(second).stage is Stage.CALLED


async def test_nobody_is_called_out_before_the_answer_is_there(hall, housing):
    family = hall.family("housing_rent")
    hall.tablets.until = asyncio.Event()
    async with desk_tab(hall, housing) as tab:
        asking = await begin(tab, "call-next")
        hall.hub.call(housing, family.id)  # known here, and not yet confirmed by the others
        await tab.settle()
        assert tab.sees("Calling …")
        assert is_grey(tab, "start")
        assert not tab.has("no-show")
        hall.tablets.until.set()
        await asking


async def test_a_refusal_is_told_as_ever_and_the_button_is_back(hall, housing):
    other, family = hall.desk("Housing 2", "housing"), hall.family("housing_rent")
    hall.tablets.until = asyncio.Event()
    async with desk_tab(hall, housing) as tab:
        asking = await begin(tab, "call-next")
        hall.hub.call(other, family.id)
        hall.tablets.until.set()
        await asking
        assert tab.sees("Nobody is waiting for this desk.")
        hall.family("housing_rent")
        await tab.settle()
        assert not is_grey(tab, "call-next")


async def test_somebody_urgent_is_called_from_the_line_above_in_the_same_way(hall):
    desk = hall.desk("Welfare", "welfare")
    family = hall.family("food_today", urgent="no_food")
    hall.tablets.until = asyncio.Event()
    async with Tab(make_main(hall.running), route=f"/desk/{desk}") as tab:
        line = tab.find(f"urgent-call-{family.id}")
        asking = await begin(tab, f"urgent-call-{family.id}")
        assert tab.sees("Calling …")
        await tab.fire(line, "click")
        hall.tablets.until.set()
        await asking
        assert hall.tablets.asked == [("call", desk, family.id)]
        assert hall.visit(family).desk == desk


# cut off


@pytest.mark.parametrize("size", [TABLET, (800, 1280), PHONE])
async def test_a_desk_that_is_cut_off_says_so_and_cannot_call_by_turn(hall, housing, size):
    family = hall.family("housing_rent")
    hall.tablets.in_hall = CUT_OFF
    async with desk_tab(hall, housing, size=size) as tab:
        assert tab.sees(SENTENCE)
        assert tab.has("here-with-me")
        assert not tab.has("call-next")
        assert not tab.has(f"call-{family.id}")


async def test_it_begins_at_once_with_the_family_in_front_of_it(hall, housing):
    families = [hall.family("housing_rent") for _n in range(5)]
    hall.tablets.in_hall = CUT_OFF
    async with desk_tab(hall, housing) as tab:
        await tab.click("here-with-me")
        texts = tab.texts()
        by_turn, others = texts.index("Next by turn"), texts.index("Everybody else who waits")
        shown = [texts.index(f.ticket, by_turn) for f in families]
        assert shown == sorted(shown)
        assert shown[2] < others < shown[3]
        await tab.click(f"here-{families[3].id}")
        assert not asks(tab)
        assert hall.visit(families[3]).stage is Stage.SERVING
        assert hall.visit(families[3]).desk == housing
        assert tab.has("finish")
        await tab.click("undo")
        assert hall.visit(families[3]).stage is Stage.WAITING


async def test_who_stepped_out_or_is_on_the_way_may_be_in_front_too(hall, housing):
    money = hall.desk("Money advice", "sss")
    other = hall.desk("Housing 2", "housing")
    held, sent = hall.family("housing_rent"), hall.family("money_scp", "housing_rent")
    done(hall.hub.call(housing, held.id))
    done(hall.hub.hold(housing, held.id))
    done(hall.hub.call(money, sent.id))
    done(hall.hub.start(money, sent.id))
    done(hall.hub.hand_over(money, sent.id, other, "advice_given"))
    hall.tablets.in_hall = CUT_OFF
    async with desk_tab(hall, housing) as tab:
        await tab.click("here-with-me")
        assert tab.has(f"here-{held.id}")
        await tab.click(f"here-{sent.id}")
        assert hall.visit(sent).desk == housing


async def test_with_nobody_waiting_there_is_nobody_to_choose(hall, housing):
    hall.tablets.in_hall = CUT_OFF
    async with desk_tab(hall, housing) as tab:
        assert is_grey(tab, "here-with-me")


async def test_who_is_with_a_desk_stays_and_can_be_finished_with(hall, housing):
    family = hall.serving(housing, "housing_rent")
    hall.tablets.in_hall = CUT_OFF
    async with desk_tab(hall, housing) as tab:
        assert tab.sees(f"Go on with {family.ticket}")
        assert not tab.sees(SENTENCE)
        assert not is_grey(tab, "finish")


async def test_when_the_line_is_back_everything_is_as_it_was(hall, housing):
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await becomes(hall, tab, CUT_OFF)
        await tab.click("here-with-me")
        assert asks(tab)
        await becomes(hall, tab, InHall(step=Step.IN_STEP))
        assert not asks(tab)
        assert not tab.sees(SENTENCE)
        assert tab.has(f"call-{family.id}")
        await becomes(hall, tab, CUT_OFF)
        assert not asks(tab)  # nor does it come up by itself
        await becomes(hall, tab, InHall(step=Step.IN_STEP))
        await tab.click("call-next")
        assert hall.visit(family).stage is Stage.CALLED


async def test_an_answer_that_nobody_could_be_asked_is_believed_for_a_moment(hall, housing):
    family = hall.family("housing_rent")
    hall.tablets.refuses = True
    PULSE.beat(hall.clock.millis())
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        assert tab.sees(SENTENCE)
        assert tab.has("here-with-me")
        assert not tab.of_type(ft.SnackBar)  # it would lie over the button
        await tab.click("try-again")
        assert tab.sees(SENTENCE)
        hall.tablets.refuses = False
        await tab.click("try-again")
        assert hall.visit(family).stage is Stage.CALLED
        assert not tab.has("cut-off")


async def test_without_a_second_try_it_is_over_by_itself(hall, housing):
    hall.family("housing_rent")
    hall.tablets.refuses = True
    PULSE.beat(hall.clock.millis())
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        PULSE.beat(hall.clock.millis() + 40_000)
        await tab.settle()
        assert tab.has("call-next")
        assert not tab.sees(SENTENCE)


async def test_a_person_may_let_this_tablet_decide_and_is_asked_first(hall, housing):
    async with desk_tab(hall, housing) as tab:
        await becomes(hall, tab, CUT_OFF)
        assert not tab.has("take-over")
        await becomes(hall, tab, InHall(step=Step.CUT_OFF, may_take_over=True))
        await tab.click("take-over")
        assert tab.sees("Only if nobody at the other tablets calls people")
        await tab.click("take-over-not")
        assert not asks(tab)
        assert hall.tablets.asked == []
    async with desk_tab(hall, housing) as tab:
        await tab.click("take-over")
        await tab.click("take-over-sure")
        assert hall.tablets.asked == [("take_over",)]
        assert not asks(tab)


async def test_somebody_urgent_is_shown_and_not_called_while_cut_off(hall):
    desk = hall.desk("Welfare", "welfare")
    family = hall.family("food_today", urgent="no_food")
    hall.tablets.in_hall = CUT_OFF
    async with Tab(make_main(hall.running), route=f"/desk/{desk}") as tab:
        assert tab.has(f"urgent-see-{family.id}")
        assert not tab.has(f"urgent-call-{family.id}")
        await tab.click("here-with-me")
        await tab.click(f"here-{family.id}")
        assert hall.visit(family).stage is Stage.SERVING


async def test_a_desk_on_its_break_or_gone_is_not_troubled(hall, housing):
    hall.tablets.in_hall = CUT_OFF
    async with desk_tab(hall, housing) as tab:
        await tab.click("break")
        assert not tab.has("cut-off")
        assert tab.has("back")


@pytest.mark.parametrize("step", ["checklist", "finish", "hand-over"])
async def test_every_step_of_serving_says_that_it_goes_on_by_itself(hall, housing, step):
    hall.desk("Money advice", "money")
    family = hall.serving(housing, "housing_rent", "debt_bills")
    said = f"This tablet can’t reach the others just now. Go on with {family.ticket}:"
    async with desk_tab(hall, housing) as tab:
        await tab.click(step)
        assert not tab.sees(said)
        await becomes(hall, tab, CUT_OFF)
        assert tab.sees(said)
        await becomes(hall, tab, InHall(step=Step.IN_STEP))
        assert not tab.sees(said)


async def test_cut_off_somebody_is_told_to_tell_the_desk_they_hand_over_to(hall, housing):
    money = hall.desk("Money advice", "money")
    hall.serving(housing, "housing_rent", "debt_bills")
    hall.tablets.in_hall = CUT_OFF
    async with desk_tab(hall, housing) as tab:
        await tab.click("hand-over")
        await tab.click(f"hand-over-{money}")
        assert tab.sees("Money advice may not see it yet: tell them.")
