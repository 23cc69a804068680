"""A tired coordinator closes the hall: everybody has an end, the sums agree, and it is sent."""

import pytest

from hub_app.core.counts import count
from hub_app.core.events import GroupsTicked
from hub_app.core.visit import Stage
from hub_app.ui import routes
from hub_app.ui.screens.close import CloseScreen
from hub_app.view.chip import KindLine, Reach, SyncStatus
from hub_app.view.tablets import InHall, Step, TabletRow
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def close_tab(hall, **how):
    return Tab(hall.screen(CloseScreen), **how)


def served(hall, desk, *needs, outcome="advice_given"):
    family = hall.serving(desk, *needs)
    hall.hub.finish(desk, family.id, outcome)
    return family


async def test_it_cannot_close_while_somebody_is_here(hall):
    hall.family("money_scp")
    async with close_tab(hall) as tab:
        assert tab.sees("1 family is still here.")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("close-session")


async def test_an_arrival_at_the_last_moment_is_told(hall):
    async with close_tab(hall) as tab:
        close = tab.find("close-session")
        hall.hub.arrive()
        await tab.fire(close, "click")
        assert tab.sees("Somebody is still here.")
        assert hall.session.is_open


async def test_each_family_gets_the_end_it_had(hall):
    left, unmet, seen = hall.family("money_scp"), hall.family("debt_bills"), hall.family()
    async with close_tab(hall) as tab:
        await tab.click(f"left-{left.id}")
        await tab.click(f"unmet-{unmet.id}")
        await tab.click("reason-not_here_today")
        await tab.click(f"done-{seen.id}")
        assert tab.sees("Nobody is in the hall any more.")
    assert [hall.visit(one).stage for one in (left, unmet, seen)] == [
        Stage.LEFT, Stage.CLOSED, Stage.CLOSED,
    ]  # fmt: skip
    assert hall.visit(unmet).needs[0].reason == "not_here_today"


async def test_an_end_by_mistake_is_undone(hall):
    family = hall.family("money_scp")
    async with close_tab(hall) as tab:
        await tab.click(f"left-{family.id}")
        assert tab.sees(f"{family.ticket} left, just now")
        await tab.click("undo")
    assert hall.visit(family).stage is Stage.WAITING


async def test_everybody_who_waits_leaves_with_one_deliberate_tap(hall):
    desk = hall.desk("Housing", "housing")
    waiting = [hall.family("money_scp"), hall.family("debt_bills"), hall.family()]
    at_desk = hall.family("housing_rent")
    hall.hub.call(desk, at_desk.id)
    async with close_tab(hall) as tab:
        await tab.click("all-left")
        assert tab.sees("3 families are counted as left")
        assert all(not hall.visit(one).is_ended for one in waiting)
        await tab.click("all-left-sure")
    assert all(hall.visit(one).stage is Stage.LEFT for one in waiting)
    assert hall.visit(at_desk).stage is Stage.CALLED


async def test_not_yet_leaves_everybody_waiting(hall):
    waiting = [hall.family("money_scp"), hall.family("debt_bills")]
    async with close_tab(hall) as tab:
        await tab.click("all-left")
        await tab.click("all-left-not")
    assert all(hall.visit(one).stage is Stage.WAITING for one in waiting)


async def test_people_not_counted_are_counted_and_nothing_is_guessed(hall):
    family = hall.family("money_scp")
    async with close_tab(hall) as tab:
        assert tab.sees("1 family: it is not known how many came.")
        await tab.click("party-open")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click(f"party-keep-{family.id}")
        await tab.click(f"party-adults-{family.id}-more")
        await tab.click(f"party-children-{family.id}-more")
        await tab.click(f"party-children-{family.id}-more")
        assert hall.visit(family).adults is None
        await tab.click(f"party-keep-{family.id}")
        assert tab.sees("Everybody is counted.")
    assert (hall.visit(family).adults, hall.visit(family).children) == (1, 2)


async def test_what_was_not_asked_is_information(hall):
    family = hall.family("money_scp")
    hall.family("money_scp")
    hall.hub.tick_groups(family.id, GroupsTicked("rather_not_say"))
    async with close_tab(hall) as tab:
        assert tab.sees("1 family was not asked about their family.")
        assert tab.sees("2 families were not asked where they come from.")


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), PHONE])
async def test_the_sums_shown_are_the_sums_of_the_session(hall, size):
    desk = hall.desk("Social Security", "sss")
    served(hall, desk, "money_scp")
    served(hall, desk, "money_scp", outcome="booked")
    hall.hub.leave(hall.family("debt_bills", "housing_rent").id)
    sums = count(hall.session)
    async with close_tab(hall, size=size) as tab:
        texts = tab.texts()
        assert tab.sees("Everything adds up.")
        assert [sums.visits, sums.closed, sums.left, sums.here] == [3, 2, 1, 0]
        families = texts.index("Families")
        assert texts[families + 1 : families + 9] == [
            "3", "came", "=", "2", "seen through", "+", "1", "left",
        ]  # fmt: skip
        needs = texts.index("Needs")
        assert texts[needs + 1 : needs + 12] == [
            "4", "opened", "=", "1", "met", "+", "1", "booked", "+", "2", "left",
        ]  # fmt: skip


async def test_closing_destroys_the_names_and_can_be_undone(hall):
    family = hall.family("money_scp", name="Amina")
    hall.hub.leave(family.id)
    assert hall.hub.names
    async with close_tab(hall) as tab:
        assert tab.sees("All names are destroyed at once.")
        await tab.click("close-session")
        assert not hall.hub.names
        assert tab.sees("All names were destroyed then.")
        assert tab.sees("until 13:40")
        await tab.click("undo")
        assert hall.session.is_open
        assert tab.has("close-session")


async def test_signing_off_sends_and_says_what_went_and_what_is_held(hall):
    hall.status = SyncStatus(
        Reach.REACHED,
        held=4,
        settled_at=hall.clock.millis(),
        lines=(KindLine("visit", 23, 23, 0), KindLine("need", 23, 19, 4)),
    )
    async with close_tab(hall) as tab:
        await tab.click("close-session")
        await tab.click("sign-off")
        assert hall.sendings == 1
        assert hall.session.signed_off_at is not None
        assert tab.sees("All here by 13:30")
        assert tab.sees("23 = 19 gone + 4 held here")
        assert tab.sees("fewer than five are alike")
        assert not tab.has("undo")


async def test_without_a_line_it_says_that_nothing_is_lost(hall):
    hall.status = SyncStatus(Reach.UNREACHABLE, waiting=3)
    async with close_tab(hall) as tab:
        await tab.click("close-session")
        await tab.click("sign-off")
        assert tab.sees("They go by themselves when there is a line.")
        await tab.click("carry-open")
        assert tab.page.route == routes.CARRY


async def test_what_the_centre_did_not_take_is_shown(hall):
    hall.status = SyncStatus(Reach.REACHED, refused=2)
    async with close_tab(hall) as tab:
        await tab.click("close-session")
        await tab.click("sign-off")
        assert tab.sees("The centre did not take 2.")


async def test_the_numbers_can_be_copied(hall):
    desk = hall.desk("Social Security", "sss")
    served(hall, desk, "money_scp")
    async with close_tab(hall) as tab:
        await tab.click("close-session")
        await tab.click("sign-off")
        assert tab.sees("Families: 1 came = 1 seen through + 0 left")
        assert tab.sees("Needs: 1 = 1 met")
        await tab.click("copy-numbers")
        assert tab.sees("The numbers are copied.")


async def test_desks_still_here_are_named(hall):
    hall.desk("Housing", "housing")
    hall.desk("Energy", "energy")
    async with close_tab(hall) as tab:
        assert tab.sees("2 desks are still here and close with the session: Housing, Energy.")


async def test_two_coordinators_see_the_same_close(hall):
    async with close_tab(hall) as one, close_tab(hall, size=PHONE) as two:
        await one.click("close-session")
        await two.settle()
        assert two.has("sign-off")


@pytest.mark.parametrize(
    ("heard", "said"),
    [(600.0, "Desk 2 (since 13:20)"), (None, "Desk 2 (not heard since this tablet started)")],
)
async def test_a_tablet_out_of_reach_is_named_and_does_not_keep_the_session_open(hall, heard, said):
    me = TabletRow("a" * 64, "Front", "coordinator", is_me=True, is_linked=True)
    gone = TabletRow("b" * 64, "Desk 2", "desk", is_in_session=True, heard_seconds=heard)
    hall.tablets.in_hall = InHall(Step.SOME_AWAY, (me, gone))
    async with close_tab(hall) as tab:
        assert tab.sees(f"Out of reach: {said}.")
        assert tab.sees("Families written down there may still come to this list.")
        await tab.click("close-session")
        assert not hall.session.is_open


async def test_while_all_are_in_reach_the_closing_says_nothing_of_tablets(hall):
    me = TabletRow("a" * 64, "Front", "coordinator", is_me=True, is_linked=True)
    here = TabletRow("b" * 64, "Desk 2", "desk", is_linked=True, is_in_session=True)
    elsewhere = TabletRow("c" * 64, "Spare", "desk", heard_seconds=4000.0)
    hall.tablets.in_hall = InHall(Step.IN_STEP, (me, here, elsewhere))
    async with close_tab(hall) as tab:
        assert not tab.has("away")
