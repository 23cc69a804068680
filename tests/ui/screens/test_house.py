"""What holds in this hall: the ways in, who is here when, days off, and how many people fit."""

from datetime import date

import pytest

from hub_app.core.house import HANDOVER_NOTE, Capacity
from hub_app.core.pattern import Pattern, Shape
from hub_app.ui import routes
from hub_app.ui.screens.capacity import CapacityScreen
from hub_app.ui.screens.days_off import DaysOffScreen
from hub_app.ui.screens.house import HouseScreen
from hub_app.ui.screens.house_words import pattern_words
from tests.support.hall import done
from tests.support.headless import PHONE, TABLET, Tab
from tests.support.house import rota
from tests.ui.screens.running_hall import RunningHall

SUNDAYS = rota("", "Housing", ("housing",), "2026-11-22T10:00", rule="FREQ=WEEKLY;BYDAY=SU")
PORTRAIT = (800, 1280)


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def house_tab(hall, **how):
    return Tab(hall.screen(HouseScreen), **how)


async def test_an_empty_house_says_what_would_put_something_there(hall):
    async with house_tab(hall) as tab:
        for words in ("Nobody yet", "No limit is set", "None holds", "All are acknowledged"):
            assert tab.sees(words)
        assert tab.sees("Put somebody on the rota")


@pytest.mark.parametrize("size", [TABLET, PORTRAIT, PHONE])
async def test_it_says_how_everything_stands_and_who_comes_when(hall, size):
    done(hall.hub.set_rota(SUNDAYS))
    done(hall.hub.set_capacity(60, 75))
    done(hall.hub.shut_on("2026-12-06", "Painting"))
    parties = ("council", "energy_charity")
    done(hall.hub.make_agreement(parties, (HANDOVER_NOTE,), "2026-01-01", "2026-12-01"))
    async with house_tab(hall, size=size) as tab:
        assert tab.sees("1 on the rota")
        assert tab.sees("Nearly full from 60, full from 75")
        assert tab.sees("1 holds · 1 runs out soon")
        assert tab.sees("Sunday 29 November")
        assert tab.sees("10:00–13:00")
        assert tab.sees("Shut: Painting")


@pytest.mark.parametrize(
    ("key", "route"),
    [
        ("house-rota", routes.ROTA),
        ("house-days-off", routes.DAYS_OFF),
        ("house-capacity", routes.CAPACITY),
        ("house-agreements", routes.AGREEMENTS),
        ("house-promised", routes.PROMISED),
        ("back", routes.CHOOSE),
    ],
)
async def test_every_way_leads_somewhere(hall, key, route):
    async with house_tab(hall) as tab:
        await tab.click(key)
        assert tab.page.route == route


# --- how often, in words -------------------------------------------------------------------------

TUESDAY = date(2026, 1, 6)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (Pattern(Shape.ONCE), "Once, 6 January 2026"),
        (Pattern(Shape.WEEKLY, 1, (1,)), "Every Tuesday"),
        (Pattern(Shape.WEEKLY, 1, (1, 3)), "Every Tuesday and Thursday"),
        (Pattern(Shape.WEEKLY, 1, tuple(range(7))), "Every day"),
        (Pattern(Shape.WEEKLY, 2, (1,)), "Every second week, on Tuesday"),
        (Pattern(Shape.WEEKLY, 3, (1,)), "Every 3 weeks, on Tuesday"),
        (Pattern(Shape.MONTHLY, 1, (3,), 1), "On the first Thursday of the month"),
        (Pattern(Shape.MONTHLY, 1, (4,), -1), "On the last Friday of the month"),
        (Pattern(Shape.MONTHLY, 2, (4,), 2), "On the second Friday of every 2 months"),
        (Pattern(Shape.OTHER), "On days of their own"),
        (
            Pattern(Shape.WEEKLY, 1, (1,), last_day=date(2027, 3, 26)),
            "Every Tuesday, until 26 March 2027",
        ),
        (Pattern(Shape.WEEKLY, 1, (1,), times=12), "Every Tuesday, 12 times"),
    ],
)
def test_how_often_is_said_as_people_say_it(pattern, words):
    assert pattern_words(pattern, TUESDAY) == words


# --- days off ------------------------------------------------------------------------------------


async def test_a_public_holiday_is_opened_after_all_and_shut_again(hall):
    day = date(2026, 12, 25)
    async with Tab(hall.screen(DaysOffScreen)) as tab:
        assert tab.sees("Friday 25 December")
        assert tab.sees("Christmas Day")
        await tab.click("open-2026-12-25")
        assert day in hall.hub.house.days_on
        await tab.click("shut-2026-12-25")
        assert day in hall.hub.house.days_off


@pytest.mark.parametrize("size", [TABLET, PHONE])
async def test_the_hub_stays_shut_on_a_day_for_a_reason_and_the_rota_knows(hall, size):
    done(hall.hub.set_rota(SUNDAYS))
    async with Tab(hall.screen(DaysOffScreen), size=size) as tab:
        await tab.click("shut-open")
        await tab.click("shut-2026-11-29")
        await tab.type("shut-why", "Painting")
        await tab.click("shut-keep")
        assert hall.hub.house.days_off == {date(2026, 11, 29): "Painting"}
        assert tab.sees("Painting")
        assert tab.sees("Nobody is expected.")
        await tab.click("open-2026-11-29")
        assert not tab.sees("Painting")


async def test_no_day_that_is_over_can_be_chosen_and_months_go_on(hall):
    async with Tab(hall.screen(DaysOffScreen)) as tab:
        await tab.click("shut-open")
        assert not tab.has("shut-2026-11-21")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("shut-earlier")
        await tab.click("shut-later")
        await tab.click("shut-2026-12-08")
        await tab.click("shut-keep")
    assert [*hall.hub.house.days_off] == [date(2026, 12, 8)]


# --- how many people fit -------------------------------------------------------------------------


async def test_two_numbers_are_kept_and_one_never_passes_the_other(hall):
    async with Tab(hall.screen(CapacityScreen), size=PHONE) as tab:
        assert tab.sees("No limit is set")
        await tab.click("red-ten-fewer")
        await tab.click("red-ten-fewer")
        await tab.click("amber-more")
        await tab.click("capacity-keep")
        assert tab.page.route == routes.HOUSE
    assert hall.hub.house.capacity == Capacity(56, 56)


async def test_the_limit_is_taken_away(hall):
    done(hall.hub.set_capacity(40, 50))
    async with Tab(hall.screen(CapacityScreen)) as tab:
        assert tab.sees("40")
        await tab.click("capacity-none")
    assert hall.hub.house.capacity is None


async def test_a_number_never_falls_below_one(hall):
    done(hall.hub.set_capacity(1, 5))
    async with Tab(hall.screen(CapacityScreen)) as tab:
        await tab.click("amber-ten-fewer")
        await tab.click("red-ten-fewer")
        await tab.click("capacity-keep")
    assert hall.hub.house.capacity == Capacity(1, 1)
