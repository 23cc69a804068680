"""Joining a hub that is already running: by a scanner, by hand, and what goes wrong on the way."""

import asyncio

import flet as ft
import pytest

from hub_app.ui import routes
from hub_app.ui.app import make_main
from hub_app.view.tablet_rows import Arriving, arriving, last_scan
from hub_app.view.tablets import InHall, Joined, Step, TabletRow
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall

SCAN = "DIH1:" + "QUJD" * 30
JOINED = Joined("Office", "Lisa’s tablet", "desk", "mo-ri-ka")
ME = TabletRow("a" * 64, "Lisa’s tablet", "desk", is_me=True)
OFFICE = TabletRow("b" * 64, "Office", "coordinator", is_linked=True)


@pytest.fixture
def hall(tmp_path):
    """A tablet that has nothing, as it was removed from its hub."""
    hall = RunningHall(tmp_path)
    hall.hub.wipe()
    return hall


def join_tab(hall, **how):
    return Tab(make_main(hall.running), route=routes.JOIN, **how)


def field(tab):
    """The field for what is scanned, pasted or typed."""
    found = tab.find("join-said")
    assert isinstance(found, ft.TextField)
    return found


async def compared(tab, hall):
    hall.tablets.answer = JOINED
    await tab.type("join-said", SCAN, enter=True)


def has_come(hall, status):
    hall.tablets.in_hall = status
    hall.feed.changed()


# --- what to join by -----------------------------------------------------------------------------


async def test_a_scanner_writes_and_ends_with_enter_and_that_is_all(hall):
    async with join_tab(hall) as tab:
        assert field(tab).autofocus
        await compared(tab, hall)
        assert hall.tablets.asked == [("join", SCAN, "")]
        assert tab.sees("Office let this tablet in as Lisa’s tablet. The word here is:")
        assert tab.sees("MO-RI-KA")


async def test_a_code_is_typed_and_sent_by_the_button(hall):
    async with join_tab(hall, size=PHONE) as tab:
        await tab.type("join-said", " k7qf 2m9x ")
        await tab.click("join-send")
    assert hall.tablets.asked == [("join", "k7qf 2m9x", "")]


async def test_nothing_is_asked_of_anybody_by_an_empty_field(hall):
    async with join_tab(hall) as tab:
        await tab.click("join-send")
        assert tab.sees("Scan the picture on the other tablet")
    assert hall.tablets.asked == []


async def test_the_address_is_asked_for_only_when_the_other_is_not_found(hall):
    async with join_tab(hall) as tab:
        assert not tab.has("join-address")
        await tab.click("join-where")
        await tab.type("join-said", "K7QF-2M9X")
        await tab.type("join-address", "192.168.1.20:9765 ", enter=True)
    assert hall.tablets.asked == [("join", "K7QF-2M9X", "192.168.1.20:9765")]


async def test_the_field_is_not_drawn_again_while_somebody_types(hall):
    async with join_tab(hall) as tab:
        before = field(tab)
        await tab.type("join-said", "DIH1:QU")
        hall.feed.changed()
        await tab.settle()
        assert field(tab) is before
        assert before.value == "DIH1:QU"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (SCAN, SCAN),
        (f"DIH1:OLD{SCAN}\n", SCAN),
        (" K7QF-2M9X ", "K7QF-2M9X"),
        ("DIH1:", "DIH1:"),
        ("", ""),
    ],
)
def test_of_two_scans_one_behind_the_other_the_last_is_meant(said, meant):
    assert last_scan(said) == meant


# --- while and after it is asked -----------------------------------------------------------------


async def test_while_the_other_is_asked_that_is_said_and_nothing_can_be_sent_twice(hall):
    hall.tablets.until = asyncio.Event()
    async with join_tab(hall) as tab:
        await tab.type("join-said", SCAN)
        going = asyncio.create_task(
            tab.session.dispatch_event(tab.find("join-send")._i, "click", None)
        )
        await tab.settle()
        assert tab.sees("Asking the other tablet to let this one in…")
        assert not tab.has("join-send")
        assert not tab.has("back")
        hall.tablets.answer = JOINED
        hall.tablets.until.set()
        await going
        await tab.settle()
        assert tab.sees("MO-RI-KA")
    assert len(hall.tablets.asked) == 1


async def test_a_line_that_drops_meanwhile_loses_nothing(hall):
    hall.tablets.until, hall.tablets.answer = asyncio.Event(), JOINED
    async with join_tab(hall) as tab:
        await tab.type("join-said", SCAN)
        going = asyncio.create_task(
            tab.session.dispatch_event(tab.find("join-send")._i, "click", None)
        )
        await tab.settle()
        await tab.disconnect()
        hall.tablets.until.set()
        await going
        await tab.connect()
        assert tab.sees("MO-RI-KA")


async def test_what_went_wrong_is_said_and_a_scan_is_made_anew(hall):
    async with join_tab(hall) as tab:
        await tab.type("join-said", SCAN, enter=True)
        assert tab.sees("No other tablet was found there.")
        assert field(tab).value == ""
        assert field(tab).autofocus


async def test_a_typed_code_that_went_wrong_is_still_there_to_be_corrected(hall):
    async with join_tab(hall) as tab:
        await tab.type("join-said", "K7QF-2M9", enter=True)
        assert field(tab).value == "K7QF-2M9"


async def test_a_fault_on_the_way_is_told_and_one_can_try_again(hall):
    hall.tablets.fails = True
    async with join_tab(hall, may_fail=True) as tab:
        await tab.type("join-said", SCAN, enter=True)
        assert tab.sees("That did not work.")
        assert tab.has("join-send")


# --- the word, and what comes after --------------------------------------------------------------


async def test_with_the_same_word_what_the_others_have_comes_and_then_it_begins(hall):
    async with join_tab(hall) as tab:
        await compared(tab, hall)
        assert tab.sees("Is the same word on the other screen?")
        assert not tab.has("back")
        await tab.click("word-same")
        assert tab.sees("Waiting for the others…")
        has_come(hall, InHall(Step.CATCHING_UP, (ME, OFFICE), caught_up=10, to_catch_up=40))
        await tab.settle()
        [bar] = tab.of_type(ft.ProgressBar)
        assert bar.value == 0.25
        assert tab.sees("10 of 40 entries are here")
        has_come(hall, InHall(Step.IN_STEP, (ME, OFFICE)))
        await tab.settle()
        assert tab.sees("This tablet has everything the others have.")
        await tab.click("join-done")
        assert tab.page.route == routes.CHOOSE


async def test_nobody_has_to_wait_until_everything_is_here(hall):
    async with join_tab(hall) as tab:
        await compared(tab, hall)
        await tab.click("word-same")
        await tab.click("join-meanwhile")
        assert tab.page.route == routes.CHOOSE


async def test_with_another_word_this_tablet_leaves_that_hub_at_once(hall):
    async with join_tab(hall) as tab:
        hall.pass_minutes(1)
        await compared(tab, hall)
        await tab.click("word-other")
        assert hall.hub.removed_at == hall.hub.wall()
        assert tab.sees("This tablet has left that hub again, and holds nothing of it.")
        assert tab.has("join-said")


@pytest.mark.parametrize("is_same_tapped", [True, False])
async def test_a_tablet_put_out_meanwhile_says_so_and_begins_again(hall, is_same_tapped):
    async with join_tab(hall) as tab:
        await compared(tab, hall)
        if is_same_tapped:
            await tab.click("word-same")
        hall.pass_minutes(1)
        hall.hub.wipe()
        await tab.settle()
        assert tab.sees("The other tablet has put this one out again")
        await tab.click("join-again")
        assert field(tab).value == ""


@pytest.mark.parametrize(
    ("status", "far"),
    [
        (InHall(), Arriving.WAITING),
        (InHall(Step.CUT_OFF, (ME,)), Arriving.WAITING),
        (InHall(Step.CATCHING_UP), Arriving.COMING),
        (InHall(Step.CUT_OFF, (ME, OFFICE)), Arriving.THERE),
        (
            InHall(Step.BEHIND, (ME, TabletRow("c", "C", "desk", is_linked=True, has_more=1))),
            Arriving.COMING,
        ),
    ],
)
def test_a_tablet_is_there_only_once_it_holds_what_another_holds(status, far):
    assert arriving(status) is far


# --- the way there -------------------------------------------------------------------------------


async def test_a_blank_tablet_offers_to_join_and_goes_back_to_the_beginning(hall):
    async with Tab(make_main(hall.running)) as tab:
        await tab.click("role-join")
        assert tab.page.route == routes.JOIN
        await tab.click("back")
        assert tab.page.route == routes.CHOOSE
        await tab.click("open-session")
        assert not tab.has("role-join")


async def test_a_tablet_with_a_hub_of_its_own_joins_no_other(tmp_path):
    hall = RunningHall(tmp_path)
    async with join_tab(hall) as tab:
        assert tab.sees("This tablet has a hub of its own. Nothing was changed.")
        assert not tab.has("join-said")


async def test_a_removed_tablet_says_when_and_that_it_holds_nothing(tmp_path):
    hall = RunningHall(tmp_path)
    hall.hub.wipe()
    async with Tab(make_main(hall.running)) as tab:
        assert tab.sees("This tablet was removed from its hub at 13:30")
        assert tab.sees("holds nothing of it any more")
        assert tab.has("role-join")
