"""What the front says beside a family and a desk: how soon, why next, what to keep in mind."""

import flet as ft
import pytest

from hub_app.core.events import Answered, Arranged, Referred
from hub_app.core.house import Capacity
from hub_app.core.ranges import Range
from hub_app.core.visit import Stage
from hub_app.hub import Wish
from hub_app.ui.app import make_main
from hub_app.ui.formats import about_minutes
from hub_app.ui.running import Running
from tests.support.hall import MINUTE, done
from tests.support.headless import PHONE, TABLET, Tab
from tests.support.house import rota
from tests.ui.screens.running_hall import DAY, RunningHall

SIZES = (PHONE, TABLET, (800.0, 1280.0))


@pytest.fixture
def hall():
    return RunningHall()


def tab(hall, **how):
    return Tab(make_main(hall.running), **{"route": "/front", **how})


def foreseeing(hall, **waits):
    """The same hall, with ranges for some visits."""
    known = hall.running

    def wait(visit):
        return waits.get(visit)

    return make_main(
        Running(known.hub, known.feed, known.status, known.send_now, known.tablets, wait=wait)
    )


@pytest.mark.parametrize("size", SIZES)
async def test_a_wait_is_a_range_and_nothing_at_all_when_nobody_can_say(hall, size):
    known, unknown = hall.family("housing_rent"), hall.family("housing_rent")
    main = foreseeing(hall, **{known.id: Range(6, 10, 14)})
    async with Tab(main, route="/front", size=size) as page:
        assert page.sees(f"for Housing: {about_minutes(Range(6, 10, 14))}"), page.texts()
        assert not page.sees("we can’t say yet")
        await page.click(f"person-{unknown.id}")
        assert page.sees("Until they are called: we can’t say yet.")


async def test_who_is_next_is_said_with_the_reason(hall):
    hall.desk("Housing", "housing")
    first, _second = hall.family("housing_rent"), hall.family("housing_rent")
    hall.hub.arrange(first.id, Arranged(leave_by=hall.hub.now() + 15 * MINUTE))
    async with tab(hall) as page:
        told = [text for text in page.texts() if text.startswith("Next at")]
        assert told == ["Next at Housing: they must leave soon"]


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_arranged_is_seen_at_every_size(hall, size):
    family, at = hall.family("housing_rent"), hall.hub.now()
    hall.hub.interpreters("pl", 1)
    arranged = Arranged("pl", ("buggy",), at + 60 * MINUTE, "housing", at + 30 * MINUTE)
    hall.hub.arrange(family.id, arranged)
    async with tab(hall, size=size) as page:
        for words in ("Polish", "Buggy", "Must leave by 14:30", "14:00"):
            assert page.sees(words), page.texts()
        hall.pass_minutes(40)
        await page.settle()
        assert page.sees("Must leave by 14:30: 20 min")
        hall.pass_minutes(21)
        await page.settle()
        assert page.sees("Had to leave by 14:30")


async def test_a_hand_over_that_does_not_arrive_is_told_until_it_does(hall):
    housing, energy = hall.desk("Housing", "housing"), hall.desk("Energy", "energy")
    family = hall.serving(housing, "housing_rent", "energy_bill")
    hall.hub.hand_over(housing, family.id, energy, "advice_given")
    async with tab(hall) as page:
        assert not page.sees("is not there yet")
        hall.pass_minutes(4)
        await page.settle()
        assert page.sees(f"{family.ticket} was sent from Housing to Energy 4 minutes ago")
        await page.click(f"astray-{family.id}")
        assert page.sees("On the way to Energy")
        hall.hub.receive(energy, family.id)
        await page.settle()
        assert not page.sees("is not there yet")


async def test_desks_say_whether_they_are_expected_late_here_leaving_or_not_coming(hall):
    hall.hub.close_session()
    for name, time in (("Nurse", "14:00"), ("Work", "13:10"), ("Legal", "15:00")):
        wanted = rota("", name, ("health",), f"{DAY.isoformat()}T{time}")
        done(hall.hub.set_rota(wanted))
    done(hall.hub.open_session())
    legal = next(desk.id for desk in hall.session.desks.values() if desk.name == "Legal")
    hall.hub.close_desk(legal)
    desk = hall.desk("Housing", "housing")
    hall.hub.leaving_at(desk, hall.hub.now() + 120 * MINUTE)
    async with tab(hall) as page:
        for words in (
            "Expected 14:00",
            "Late: expected 13:10",
            "Not coming today",
            "Leaves at 15:30",
        ):
            assert page.sees(words), page.texts()


@pytest.mark.parametrize("size", SIZES)
async def test_a_desk_that_stays_beyond_its_time_says_so(hall, size):
    desk = hall.desk("Housing", "housing")
    hall.hub.leaving_at(desk, hall.hub.now() + 10 * MINUTE)
    async with tab(hall, size=size) as page:
        assert page.sees("Leaves at 13:40")
        hall.pass_minutes(11)
        await page.settle()
        assert page.sees("Was to leave at 13:40")


async def test_who_is_called_by_nobody_says_why(hall):
    hall.desk("Housing", "housing")
    family = hall.family("housing_rent")
    hall.hub.arrange(family.id, Arranged(leave_by=hall.hub.now() + MINUTE))
    async with tab(hall) as page:
        assert page.sees("Not called just now. Would not be done before they must leave at 13:31.")


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (Capacity(50, 60), "38 of 60 here · 22 places"),
        (Capacity(30, 40), "Nearly full: 38 of 40 here · 2 places"),
        (Capacity(30, 38), "Full: 38 of 38 here"),
        (None, "38 people here"),
    ],
)
async def test_how_full_the_hall_is_has_words_and_not_only_a_colour(hall, capacity, words):
    hall.hub.arrive(Wish(answers=Answered(adults=18, children=20)))
    if capacity is not None:
        done(hall.hub.set_capacity(capacity.amber, capacity.red))
    async with tab(hall) as page:
        assert page.sees(words), page.texts()


async def test_families_who_did_not_say_make_the_number_a_least_one(hall):
    hall.family("housing_rent")
    async with tab(hall) as page:
        assert page.sees("1 person or more here"), page.texts()


async def test_who_interprets_is_said_counted_up_and_down_again(hall):
    family = hall.family("housing_rent")
    hall.hub.arrange(family.id, Arranged("uk"))
    async with tab(hall) as page:
        await page.click("interpreters")
        keys = page.keys()
        others = [key for key in keys if key.startswith("speaks-add-")]
        assert others[0].startswith("speaks-add-uk")  # somebody here asks for it
        await page.click("speaks-add-uk")
        await page.click("speaks-uk-more")
        assert hall.session.interpreters == {"uk": 2}
        assert page.sees("Ukrainian (1 family)")
        await page.click("speaks-uk-fewer")
        await page.click("interpreters-close")
        assert page.sees("Ukrainian 1")


async def test_the_panel_says_the_plan_why_and_what_was_promised(hall):
    desk = hall.desk("Housing", "housing")
    family = hall.serving(desk, "housing_rent", "energy_bill")
    hall.hub.refer(family.id, Referred("", desk, "dwp", "2026-11-25", "energy_bill"))
    hall.hub.hold(desk, family.id)
    hall.hub.resume(family.id)
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        assert page.has("plan")
        assert page.sees("1. Housing: ")
        assert page.sees("Referred to DWP, who act until Wednesday 25 November.")
        await page.click("arrange")
        assert page.page.route == f"/triage/{family.id}"


async def test_a_private_need_that_was_referred_is_not_named(hall):
    desk = hall.desk("Help", "lead")
    family = hall.serving(desk, "safe_home", "housing_rent")
    hall.hub.refer(family.id, Referred("", desk, "legal_charity", "2026-11-25", "safe_home"))
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        assert page.sees("something private")
        assert not page.sees("Law centre")


async def test_what_needs_no_desk_is_ended_at_the_front_and_can_be_undone(hall):
    family = hall.family("lang_interpreter")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        await page.click("helped-here")
        assert page.sees(f"{family.ticket} was helped here.")
        assert hall.visit(family).stage is Stage.CLOSED
        [bar] = page.of_type(ft.SnackBar)
        assert isinstance(bar.action, ft.SnackBarAction)
        await page.fire(bar.action, "click")
        assert hall.visit(family).stage is Stage.WAITING


async def test_what_a_desk_is_for_is_never_ended_at_the_front(hall):
    both, housing = hall.family("lang_interpreter", "housing_rent"), hall.family("housing_rent")
    async with tab(hall) as page:
        await page.click(f"person-{both.id}")
        assert page.sees("Helped here; Housing still to come")
        hall.desk("Welcome", "greeter")
        await page.settle()
        assert not page.has("helped-here")  # the desk that is here calls them
        await page.click("panel-close")
        await page.click(f"person-{housing.id}")
        assert not page.has("helped-here")


async def test_the_panel_says_how_long_until_they_are_called_only_once(hall):
    hall.serving(hall.desk("Housing", "housing"), "housing_rent")
    hall.family("housing_rent")
    family = hall.family("housing_rent")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        assert page.sees("1. Housing: 1 family waits there before them.")
        assert page.sees("Until they are called:")
