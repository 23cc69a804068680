"""The sync chip: one calm true sentence, and what lies behind it."""

import pytest

from hub_app.ui.app import make_main
from hub_app.view.chip import HeldLine, KindLine, Reach, SyncStatus, Why
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


async def test_behind_it_every_kind_adds_up_with_plain_reasons(hall):
    hall.status = SyncStatus(
        Reach.REACHED,
        held=9,
        lines=(
            KindLine("visit", 30, 30, 0),
            KindLine("need", 30, 21, 9),
            KindLine("gain", 0, 0, 0),
            KindLine("area", 30, 28, 1, 1),
        ),
        held_lines=(
            HeldLine("need", Why.TOO_FEW, 2, None),
            HeldLine("need", Why.NOT_OVER, 6, "2026-11-30"),
            HeldLine("need", Why.TOO_FEW, 1, "2026-12-31"),
            HeldLine("area", Why.GIVES_AWAY, 1, "2026-12-31"),
        ),
    )
    async with tab(hall) as page:
        await page.click("sync-chip")
        said = page.texts()
    wanted = (
        "What people came for",
        "30 = 21 gone + 9 held here",
        "6 visits: their month is not over; they can go after Monday 30 November",
        "1 visit waits for more like it until Thursday 31 December",
        "2 visits stay here: they could not be sent safely, and the time to wait is over",
        "Areas",
        "30 = 28 gone + 1 held here + 1 destroyed",
        "1 visit waits until Thursday 31 December: whoever knew one answer would know another",
        "1 was never sent: too few were alike, and the time to wait was over",
        "Visits",
        "30, all gone",
    )
    assert [text for text in said if text in wanted] == list(wanted)
    assert "Money gained" not in said
    assert "9 visits are still here, at least in part. Why, and until when, is below." in said


@pytest.mark.parametrize(
    ("status", "chip", "words"),
    [
        (SyncStatus(Reach.REACHED, quarantined=1), "1 not taken", "The centre could not read 1."),
        (SyncStatus(Reach.REACHED, settled=3, undestroyed=1), "Disk full", "Make some room"),
        (SyncStatus(Reach.REACHED, late=2), "", "2 families came to light after the count had"),
        (SyncStatus(Reach.REACHED, taken_back=2), "", "2 visits were taken back after the count"),
    ],
)
async def test_what_needs_a_person_is_said_with_what_to_do(hall, status, chip, words):
    hall.status = status
    async with tab(hall) as page:
        assert page.sees(chip)
        await page.click("sync-chip")
        assert page.sees(words)


@pytest.mark.parametrize("reach", [Reach.UNREACHABLE, Reach.NO_CENTRE, Reach.UNTRIED])
async def test_what_waits_without_a_line_can_be_carried(hall, reach):
    hall.status = SyncStatus(reach, waiting=2)
    async with tab(hall) as page:
        await page.click("sync-chip")
        await page.click("carry-open")
        assert page.sees("Carry it to the centre")
        await page.click("back")
        assert page.page.route == "/front"


async def test_what_goes_by_itself_is_not_to_be_carried(hall):
    hall.status = SyncStatus(Reach.REACHED, waiting=2)
    async with tab(hall) as page:
        await page.click("sync-chip")
        assert not page.has("carry-open")


async def test_what_was_refused_is_said_with_what_to_do(hall):
    hall.status = SyncStatus(Reach.REACHED, refused=1)
    async with tab(hall) as page:
        await page.click("sync-chip")
        assert page.sees("kept here and nothing is lost")


async def test_that_the_centre_does_not_know_this_tablet_is_said_with_the_key_to_add(hall):
    hall.status = SyncStatus(Reach.REACHED, waiting=2, unknown_key="MCowBQYDK2VwAyEA=")
    async with tab(hall) as page:
        assert not page.sees("MCowBQYDK2VwAyEA=")
        await page.click("sync-chip")
        assert page.sees("The centre does not know this tablet")
        assert page.sees("nothing is lost")
        assert page.sees("MCowBQYDK2VwAyEA=")
        hall.status = SyncStatus(Reach.REACHED, waiting=2)
        hall.feed.changed()
        await page.settle()
        assert not page.sees("does not know this tablet")


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


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SyncStatus(Reach.UNREACHABLE, waiting=3), "3 kept here"),
        (SyncStatus(Reach.REACHED, refused=1), "1 not taken"),
        (SyncStatus(Reach.REACHED, undestroyed=1), "Disk full"),
    ],
)
async def test_upright_it_says_less_so_that_the_title_keeps_its_room(hall, status, words):
    hall.status = status
    async with tab(hall, size=(800, 1280)) as page:
        assert words in page.texts()
