"""Two desks had called one family: each is told calmly, until it says that it has read it."""

import pytest

from hub_app.ui.screens.desk import DeskScreen
from tests.support.hall import done
from tests.support.headless import PHONE, TABLET, Tab
from tests.support.second import meet, second_tablet
from tests.ui.screens.running_hall import RunningHall


class Met:
    """A hall where Housing, at another tablet, sat down with whom Money advice had called too."""

    def __init__(self):
        self.hall = RunningHall()
        self.there = second_tablet(self.hall.clock)
        self.money = self.hall.desk("Money advice", "sss", "housing")
        self.housing = self.hall.desk("Housing", "housing")
        self.family = self.hall.family("housing_rent")
        meet(self.hall.hub, self.there)
        self.hall.pass_minutes(32)
        done(self.there.call_here(self.housing, self.family.id))
        self.hall.pass_minutes(1)
        done(self.hall.hub.call_here(self.money, self.family.id))

    def meet(self):
        meet(self.hall.hub, self.there)

    def tab(self, desk, **how):
        return Tab(self.hall.screen(DeskScreen, desk), **how)


@pytest.fixture
def met():
    return Met()


@pytest.mark.parametrize("size", [TABLET, (800, 1280), PHONE])
async def test_the_desk_that_lost_them_is_told_where_they_are_and_what_is_safe(met, size):
    async with met.tab(met.money, size=size) as tab:
        assert tab.has("finish")
        met.meet()
        await tab.settle()
        ticket = met.family.ticket
        assert tab.sees(f"{ticket} is with Housing: they sat down there first, at 14:02.")
        assert tab.sees("Nothing you wrote down is lost. Your desk is free for the next.")
        assert tab.has("call-next")


async def test_the_desk_that_has_them_is_told_that_the_other_had_called_them_too(met):
    met.meet()
    async with met.tab(met.housing) as tab:
        said = (
            f"Money advice had called {met.family.ticket} too, while the tablets could not reach"
            " each other. They have been told."
        )
        assert tab.sees(said)
        assert not tab.sees("Nothing you wrote down is lost.")
        assert tab.has("finish")


async def test_it_stays_until_somebody_has_read_it_and_then_on_no_page_of_that_desk(met):
    met.meet()
    key = f"clash-read-{met.family.id}"
    async with met.tab(met.money) as one, met.tab(met.money, size=PHONE) as two:
        met.hall.pass_minutes(20)
        await one.settle()
        assert all(page.has(key) for page in (one, two))
        await one.click(key)
        await two.settle()
        assert not any(page.has(key) for page in (one, two))
    async with met.tab(met.housing) as other:
        assert other.has(key)


async def test_a_desk_that_has_gone_on_to_the_next_is_not_told_that_it_is_free(met):
    met.meet()
    met.hall.serving(met.money, "money_scp")
    async with met.tab(met.money) as tab:
        assert tab.sees("Nothing you wrote down is lost.")
        assert not tab.sees("Your desk is free")


async def test_who_had_gone_home_is_said_to_have_gone(met):
    gone = met.hall.family("money_scp")
    met.meet()
    met.hall.hub.finish(met.housing, met.family.id, "advice_given")
    done(met.there.leave(gone.id))
    met.hall.pass_minutes(2)
    done(met.hall.hub.call_here(met.money, gone.id))
    met.meet()
    async with met.tab(met.money) as tab:
        assert tab.sees(f"{gone.ticket} had gone home by then: it was 14:05.")


async def test_a_desk_that_called_nobody_twice_reads_nothing(met):
    other = met.hall.desk("Energy", "energy")
    met.meet()
    async with met.tab(other) as tab:
        assert not tab.has(f"clash-read-{met.family.id}")
