"""The sync chip: one calm true sentence, and what lies behind it."""

import pytest

from hub_app.ui.app import make_main
from hub_app.ui.parts.chip import status_words
from hub_app.view.chip import KindLine, Reach, SyncStatus
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def tab(hall, **how):
    return Tab(make_main(hall.running), **{"route": "/front", **how})


async def says(hall, status, words):
    hall.status = status
    async with tab(hall) as page:
        assert page.sees(words), page.texts()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SyncStatus(), "Kept here"),
        (SyncStatus(waiting=3), "3 kept here"),
        (SyncStatus(Reach.REACHED, waiting=3), "3 waiting to go"),
        (SyncStatus(Reach.UNREACHABLE, waiting=3), "Can’t reach the centre. 3 kept here"),
        (SyncStatus(Reach.UNREACHABLE), "Can’t reach the centre. Nothing is lost"),
        (SyncStatus(Reach.UNTRIED), "Nothing to send yet"),
        (SyncStatus(Reach.REACHED, refused=1), "1 not taken: ask the coordinator"),
        (SyncStatus(Reach.REACHED, waiting=2, refused=1), "1 not taken: ask the coordinator"),
    ],
)
async def test_it_says_how_things_stand(hall, status, words):
    await says(hall, status, words)


async def test_when_all_has_arrived_it_says_by_when_on_the_halls_own_clock(hall):
    hall.pass_minutes(132)
    settled = SyncStatus(Reach.REACHED, settled_at=hall.clock.millis())
    await says(hall, settled, "All here by 15:42")


async def test_it_never_says_all_here_while_something_waits(hall):
    hall.status = SyncStatus(Reach.REACHED, waiting=1, settled_at=1)
    async with tab(hall) as page:
        assert not page.sees("All here")


async def test_it_follows_while_the_page_is_open(hall):
    async with tab(hall) as page:
        hall.status = SyncStatus(Reach.REACHED, waiting=3)
        hall.feed.changed()
        await page.settle()
        assert page.sees("3 waiting to go")


async def test_behind_it_every_kind_adds_up_in_plain_words(hall):
    lines = (KindLine("need", 30, 21, 9), KindLine("visit", 30, 30, 0))
    hall.status = SyncStatus(Reach.REACHED, held=9, lines=lines)
    async with tab(hall) as page:
        await page.click("sync-chip")
        assert page.sees("What people came for")
        assert page.sees("21 gone, 9 held here")
        assert page.sees("30 gone, none held")
        assert page.sees("9 visits are held here")


async def test_what_was_refused_is_said_with_what_to_do(hall):
    hall.status = SyncStatus(Reach.REACHED, refused=1)
    async with tab(hall) as page:
        await page.click("sync-chip")
        assert page.sees("kept here and nothing is lost")


async def test_somebody_can_ask_it_to_try_now(hall):
    hall.status = SyncStatus(Reach.UNREACHABLE, waiting=2)
    async with tab(hall) as page:
        await page.click("sync-chip")
        await page.click("send-now")
        assert hall.sendings == 1


async def test_without_a_centre_there_is_nothing_to_try(hall):
    async with tab(hall) as page:
        await page.click("sync-chip")
        assert page.sees("Everything stays on this tablet.")
        assert not page.has("send-now")


async def test_on_a_phone_the_number_is_enough_and_the_panel_says_the_rest(hall):
    hall.status = SyncStatus(Reach.UNREACHABLE, waiting=3)
    async with tab(hall, size=PHONE) as page:
        assert page.sees("3")
        await page.click("sync-chip")
        assert page.sees("Can’t reach the centre. 3 kept here")


async def test_a_tablet_that_does_not_send_says_only_which_one_does(hall):
    hall.status = SyncStatus(sender="Office")
    async with tab(hall) as page:
        assert page.sees("What leaves, leaves from Office")
        await page.click("sync-chip")
        assert not page.sees("held")
        assert not page.sees("No centre is set up")
        assert not page.has("send-now")


def test_what_was_refused_here_is_said_before_who_sends():
    assert status_words(SyncStatus(refused=1, sender="Office"), 0).startswith("1 not taken")
