"""The step chip: how the tablets stand, in words, on every screen of the staff."""

import flet as ft
import pytest

from hub_app.ui.app import make_main
from hub_app.ui.parts.step import clock_chip_words, step_chip_words
from hub_app.view.chip import Reach, SyncStatus
from hub_app.view.tablets import InHall, Step, TabletRow
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import RunningHall

PORTRAIT = (800, 1280)
ME = TabletRow("a" * 64, "Front", "coordinator", is_me=True, is_linked=True, is_in_session=True)


def other(n, name, **how):
    how = {"is_linked": True, "is_in_session": True, **how}
    return TabletRow(f"{n}" * 64, name, "desk", **how)


def away(n, name, seconds):
    return other(n, name, is_linked=False, heard_seconds=seconds)


DESKS = tuple(other(n, f"Desk {n}") for n in (1, 2, 3))
IN_STEP = InHall(Step.IN_STEP, (ME, *DESKS))


@pytest.fixture
def hall():
    return RunningHall()


def tab(hall, **how):
    return Tab(make_main(hall.running), **{"route": "/front", **how})


@pytest.mark.parametrize(
    ("in_hall", "words"),
    [
        (IN_STEP, "In step with 3"),
        (InHall(Step.IN_STEP, (ME,)), "None else here"),
        (InHall(Step.CATCHING_UP, to_catch_up=800, caught_up=120), "Catching up: 120 of 800"),
        (InHall(Step.CATCHING_UP), "Catching up"),
        (InHall(Step.SOME_AWAY, (ME, away(2, "Desk 2", 40.7))), "Desk 2 last heard 40 s ago"),
        (InHall(Step.SOME_AWAY, (ME, away(2, "Desk 2", 185))), "Desk 2 last heard 3 min ago"),
        (InHall(Step.SOME_AWAY, (ME, away(2, "Desk 2", None))), "Desk 2 not heard yet"),
        (InHall(Step.SOME_AWAY, (away(1, "One", 9), away(2, "Two", 9))), "2 out of reach"),
        (InHall(Step.BEHIND, (ME, other(1, "Desk 1", lacks=9))), "Desk 1 is catching up"),
        (InHall(Step.BEHIND, (ME, *DESKS)), "Others are catching up"),
        (InHall(Step.CUT_OFF, (ME, *DESKS)), "Cut off from the others"),
    ],
)
def test_it_says_in_words_how_this_tablet_stands(in_hall, words):
    assert step_chip_words(in_hall) == words


@pytest.mark.parametrize("size", [TABLET, PORTRAIT])
async def test_it_stands_beside_the_chip_of_the_centre(hall, size):
    hall.tablets.in_hall = IN_STEP
    async with tab(hall, size=size) as page:
        assert "In step with 3" in page.texts()
        assert page.keys().index("step-chip") < page.keys().index("sync-chip")


@pytest.mark.parametrize("size", [TABLET, PHONE])
async def test_there_is_none_while_no_other_tablet_is_paired(hall, size):
    async with tab(hall, size=size) as page:
        assert not page.has("step-chip")
        await page.click("sync-chip")
        assert not page.has("step-tablets")


@pytest.mark.slow
@pytest.mark.parametrize("route", ["/", "/front", "/triage", "/close", "/house", "/desk/{desk}"])
async def test_it_is_on_every_screen_of_the_staff(hall, route):
    desk = hall.desk("Housing", "housing")
    hall.tablets.in_hall = IN_STEP
    async with tab(hall, route=route.format(desk=desk)) as page:
        assert page.has("step-chip")


async def test_it_follows_while_the_page_is_open(hall):
    hall.tablets.in_hall = InHall(Step.SOME_AWAY, (ME, away(2, "Desk 2", 40)))
    async with tab(hall) as page:
        hall.tablets.in_hall = InHall(Step.SOME_AWAY, (ME, away(2, "Desk 2", 42)))
        hall.feed.changed()
        before = page.bytes_sent
        await page.settle()
        assert page.sees("Desk 2 last heard 42 s ago")
        assert page.bytes_sent - before < 500  # a word, not a screen


async def test_behind_it_is_a_line_for_each_tablet_and_the_way_to_all_of_them(hall):
    agreed = hall.clock.millis()
    rows = (ME, other(1, "Desk 1", is_keeper=True), away(2, "Desk 2", 40))
    hall.tablets.in_hall = InHall(Step.SOME_AWAY, rows, agreed_at=agreed)
    async with tab(hall) as page:
        await page.click("step-chip")
        for row in rows:
            assert page.has(f"step-line-{row.device}")
        assert page.sees("This tablet")
        assert page.sees("Connected")
        assert page.sees("Last heard 40 s ago")
        assert page.sees("13:30")
        await page.click("step-tablets")
        assert page.page.route == "/tablets"
        assert not [panel for panel in page.of_type(ft.AlertDialog) if panel.open]


async def test_on_a_phone_it_is_behind_the_one_chip_there_is_room_for(hall):
    hall.tablets.in_hall = IN_STEP
    async with tab(hall, size=PHONE) as page:
        assert not page.has("step-chip")
        await page.click("sync-chip")
        assert page.sees("All tablets of this session are connected and have the same.")
        assert page.sees("Everything stays on the tablets of this hall.")
        await page.click("step-tablets")
        assert page.page.route == "/tablets"


async def test_on_a_phone_that_is_cut_off_it_is_said_across_the_page(hall):
    desk = hall.desk("Housing", "housing")
    hall.tablets.in_hall = InHall(Step.CUT_OFF, (ME, *DESKS))
    async with tab(hall, size=PHONE) as page:
        assert page.sees("Cut off from the others")
    async with tab(hall, size=PHONE, route=f"/desk/{desk}") as page:
        assert not page.has("step-strip")  # the desk itself says more


@pytest.mark.parametrize(
    ("off", "words"), [(6, "6 minutes"), (-12, "12 minutes"), (5, ""), (0, "")]
)
def test_only_a_clock_that_is_more_than_five_minutes_off_is_said_to_be_wrong(off, words):
    said = clock_chip_words(InHall(Step.IN_STEP, clock_off_ms=off * 60_000))
    assert said == (words and f"Clock wrong by {words}")


@pytest.mark.parametrize("step", [Step.IN_STEP, Step.CUT_OFF])
@pytest.mark.parametrize("size", [TABLET, PORTRAIT, PHONE])
async def test_a_clock_that_is_wrong_is_said_to_be_once_in_every_width(hall, size, step):
    hall.tablets.in_hall = InHall(step, (ME, *DESKS), clock_off_ms=6 * 60_000)
    async with tab(hall, size=size) as page:
        assert len([text for text in page.texts() if text.startswith("Clock ")]) == 1


@pytest.mark.parametrize(
    ("in_hall", "words"),
    [
        (IN_STEP, "In step with 3"),
        (InHall(Step.CATCHING_UP, to_catch_up=800, caught_up=120), "120 of 800"),
        (InHall(Step.SOME_AWAY, (ME, away(2, "Desk 2", 40.7))), "1 away"),
        (InHall(Step.SOME_AWAY, (ME,)), "Some away"),
        (InHall(Step.BEHIND, (ME, other(1, "Desk 1", lacks=9))), "1 behind"),
        (InHall(Step.CUT_OFF, (ME, *DESKS)), "Cut off"),
    ],
)
def test_where_there_is_less_room_it_says_less_but_never_only_shows_a_colour(in_hall, words):
    assert step_chip_words(in_hall, is_short=True) == words


def test_a_long_name_leaves_room_for_the_title():
    long = away(2, "Welfare rights and money advice", 5)
    said = step_chip_words(InHall(Step.SOME_AWAY, (ME, long)))
    assert said == "Welfare rights an… last heard 5 s ago"


async def test_beside_it_the_chip_of_the_centre_takes_less_room(hall):
    hall.tablets.in_hall = IN_STEP
    hall.status = SyncStatus(Reach.UNREACHABLE, waiting=3)
    async with tab(hall) as page:
        assert "3 kept here" in page.texts()
        assert not page.sees("Can’t reach the centre.")
        await page.click("sync-chip")
        assert page.sees("Can’t reach the centre. 3 kept here")


async def test_behind_the_clocks_chip_is_what_to_do_about_it(hall):
    hall.tablets.in_hall = InHall(Step.IN_STEP, (ME, *DESKS), clock_off_ms=6 * 60_000)
    async with tab(hall) as page:
        await page.click("clock-chip")
        assert page.sees("Set it right in the tablet’s own settings.")
