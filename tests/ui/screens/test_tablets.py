"""The tablets of the hub: how each stands, in words that never promise more than is so."""

from dataclasses import replace

import flet as ft
import pytest

from hub_app.core.refusal import Refusal
from hub_app.ui import routes
from hub_app.ui.app import make_main
from hub_app.ui.screens.house import HouseScreen
from hub_app.ui.screens.tablet_words import countdown
from hub_app.ui.screens.tablets import TabletsScreen
from hub_app.ui.step_words import heard_words, lag_words, off_words, truth
from hub_app.view.tablet_rows import Heard, caught_up_share, heard, in_order, is_wrong, on_the_way
from hub_app.view.tablets import InHall, Invitation, Step, TabletRow
from tests.support.hall import MINUTE
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import RunningHall

ME, DOOR, MONEY = "a" * 64, "b" * 64, "c" * 64
HERE = TabletRow(ME, "Office", "coordinator", is_me=True, is_in_session=True)
AT_THE_DOOR = TabletRow(
    DOOR, "Door", "greeter", is_linked=True, is_keeper=True, is_in_session=True, heard_seconds=1.0
)
AT_MONEY = TabletRow(MONEY, "Lisa’s tablet", "desk", is_in_session=True, heard_seconds=40.0)


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def in_hall(*rows, step=Step.IN_STEP, **more):
    return InHall(step, rows or (HERE, AT_THE_DOOR), **more)


def tablets_tab(hall, status=None, **how):
    hall.tablets.in_hall = status or in_hall()
    return Tab(hall.screen(TabletsScreen), **how)


def changed(row, **how):
    return TabletRow(**{**{name: getattr(row, name) for name in row.__slots__}, **how})


async def panel_closes(tab):
    """What a browser does once a panel is to be shut; fails when one is still open."""
    for panel in tab.of_type(ft.AlertDialog):
        assert not panel.open
        await tab.fire(panel, "dismiss")


# --- what it says --------------------------------------------------------------------------------


async def test_a_copy_of_a_tablet_is_told_that_it_is_no_part_of_the_hub_and_how_to_join(hall):
    status = in_hall(AT_THE_DOOR, AT_MONEY, step=Step.CUT_OFF, is_stranger=True)
    async with tablets_tab(hall, status) as tab:
        assert tab.sees("This tablet is a copy of another one")
        assert not tab.has("tablet-add")
        await tab.click("join")
        assert tab.page.route == "/join"


@pytest.mark.parametrize("size", [TABLET, PHONE])
async def test_every_tablet_is_named_with_what_it_is_used_for_and_how_it_is_heard(hall, size):
    status = in_hall(HERE, AT_THE_DOOR, AT_MONEY, step=Step.SOME_AWAY)
    async with tablets_tab(hall, status, size=size) as tab:
        for words in ("Office", "Door", "Lisa’s tablet", "Coordinator", "This tablet"):
            assert tab.sees(words)
        assert tab.sees("Front · Has everything")
        assert tab.sees("Connected")
        assert tab.sees("Decides who is called next")
        assert tab.sees("Last heard 40 s ago")
        assert tab.sees("Lisa’s tablet can’t be reached just now. Nothing is lost")


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.IN_STEP])
async def test_it_never_says_that_all_have_the_same_when_they_do_not(hall, step):
    async with tablets_tab(hall, in_hall(step=step)) as tab:
        assert not tab.sees("have the same")


async def test_it_says_that_all_have_the_same_when_they_do_and_since_when(hall):
    at = hall.hub.now()
    async with tablets_tab(hall, in_hall(agreed_at=at)) as tab:
        assert tab.sees("All tablets of this session are connected and have the same.")
        assert tab.sees("Everybody had the same at 13:30")
    async with tablets_tab(hall, in_hall(agreed_at=at - 24 * 60 * MINUTE)) as tab:
        assert tab.sees("Everybody had the same at 13:30 on Saturday 21 November")


async def test_a_line_follows_what_is_still_on_the_way(hall):
    async with tablets_tab(hall, in_hall(HERE, changed(AT_THE_DOOR, lacks=2, has_more=1))) as tab:
        assert tab.sees("3 entries still on the way")
        hall.tablets.in_hall = in_hall()
        hall.feed.changed()
        await tab.settle()
        assert tab.sees("Has everything")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (changed(AT_MONEY, heard_seconds=None), "Nobody knows yet what it has"),
        (AT_MONEY, "Had everything when last heard"),
        (changed(AT_MONEY, lacks=1), "1 entry waits for it"),
        (changed(AT_THE_DOOR, lacks=1), "1 entry still on the way"),
        (HERE, ""),
    ],
)
def test_nothing_is_said_of_a_tablet_that_is_not_known(row, words):
    assert lag_words(row) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "Not heard since this tablet started"),
        (0.4, "Last heard 0 s ago"),
        (59.9, "Last heard 59 s ago"),
        (60, "Last heard 1 minute ago"),
        (3 * 60 + 59, "Last heard 3 minutes ago"),
        (3 * 3600, "Last heard 3 hours ago"),
    ],
)
def test_how_long_ago_a_tablet_was_heard_is_said_in_words(seconds, words):
    assert heard_words(changed(AT_MONEY, heard_seconds=seconds)) == words


def test_a_tablet_by_itself_says_that_it_works_alone():
    said, _tone = truth(InHall())
    assert said == "No other tablet belongs to this hub. This one works by itself."


async def test_a_tablet_with_no_other_offers_to_add_one(hall):
    async with tablets_tab(hall, InHall()) as tab:
        assert tab.sees("With a second tablet both show one queue")
        await tab.click("tablet-add")
        assert tab.page.route == routes.INVITE


async def test_a_tablet_cut_off_says_what_is_safe_and_whom_to_call(hall):
    async with tablets_tab(hall, in_hall(HERE, AT_MONEY, step=Step.CUT_OFF)) as tab:
        assert tab.sees("can’t reach the one that decides who is called next")
        assert tab.sees("Call only somebody who is here with you.")
        assert not tab.has("take-over")


async def test_catching_up_is_shown_by_a_bar_and_a_count(hall):
    status = in_hall(step=Step.CATCHING_UP, caught_up=800, to_catch_up=3200)
    async with tablets_tab(hall, status) as tab:
        [bar] = tab.of_type(ft.ProgressBar)
        assert bar.value == 0.25
        assert tab.sees("800 of 3,200 entries are here")
        hall.tablets.in_hall = in_hall(step=Step.CATCHING_UP)
        hall.feed.changed()
        await tab.settle()
        [bar] = tab.of_type(ft.ProgressBar)
        assert bar.value is None
        assert not tab.sees("entries are here")


def test_the_bar_is_never_more_than_full():
    assert caught_up_share(InHall(caught_up=9, to_catch_up=3)) == 1.0
    assert caught_up_share(InHall(caught_up=-1, to_catch_up=3)) == 0.0


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (12 * MINUTE, "Its clock is 12 minutes ahead"),
        (-90 * MINUTE, "Its clock is 1 hour 30 min behind"),
        (365 * 24 * 60 * MINUTE, "Its clock is 365 days ahead"),
    ],
)
async def test_a_tablet_whose_clock_is_wrong_is_said_to_be(hall, off, words):
    async with tablets_tab(hall, in_hall(HERE, changed(AT_THE_DOOR, clock_ahead_ms=off))) as tab:
        assert tab.sees(words)


async def test_a_clock_within_five_minutes_is_right_enough(hall):
    row = changed(AT_THE_DOOR, clock_ahead_ms=5 * MINUTE)
    async with tablets_tab(hall, in_hall(HERE, row, clock_off_ms=-5 * MINUTE)) as tab:
        assert not tab.sees("clock")


async def test_this_tablets_own_wrong_clock_is_said_with_what_to_do(hall):
    async with tablets_tab(hall, in_hall(clock_off_ms=-7 * MINUTE)) as tab:
        assert tab.sees("This tablet’s clock is wrong by 7 minutes; the hub goes by the others.")


async def test_entries_that_clash_or_cannot_be_read_are_said_with_what_to_do(hall):
    async with tablets_tab(hall, in_hall(forked=1, unreadable=2)) as tab:
        assert tab.sees("1 entry differs between two tablets")
        assert tab.sees("Remove the copied tablet from the hub")
        assert tab.sees("2 entries from another tablet can’t be read here")


def test_this_tablet_comes_first_and_the_others_stay_in_their_place():
    rows = (AT_MONEY, changed(AT_THE_DOOR, is_linked=False), HERE)
    assert [row.name for row in in_order(InHall(tablets=rows))] == [
        "Office", "Door", "Lisa’s tablet",
    ]  # fmt: skip


def test_small_readings_of_a_row_hold_at_their_edges():
    assert heard(changed(HERE, is_linked=False)) is Heard.HERE
    assert on_the_way(changed(HERE, lacks=-3, has_more=2)) == 2
    assert not is_wrong(None)
    assert off_words(47 * 60 * MINUTE) == "47 hours"
    assert off_words(-48 * 60 * MINUTE) == "2 days"
    assert [countdown(s) for s in (300, 61.9, 5, -2)] == ["5:00", "1:01", "0:05", "0:00"]


# --- what can be done ----------------------------------------------------------------------------


async def test_only_a_coordinators_tablet_offers_to_change_anything(hall):
    me = changed(HERE, role="desk")
    async with tablets_tab(hall, in_hall(me, AT_THE_DOOR)) as tab:
        assert not tab.has("tablet-add")
        assert not tab.has(f"tablet-change-{DOOR}")
        assert tab.sees("A coordinator’s tablet can add, change and remove tablets.")


async def test_a_tablet_gets_another_name_and_use(hall):
    async with tablets_tab(hall) as tab:
        await tab.click(f"tablet-change-{DOOR}")
        await tab.type("tablet-name", "Money desk")
        await tab.click("tablet-role-desk")
        await tab.click("tablet-keep")
        await panel_closes(tab)
    assert hall.tablets.asked == [("rename", DOOR, "Money desk", "desk")]


async def test_a_tablet_without_a_name_cannot_be_kept(hall):
    async with tablets_tab(hall) as tab:
        await tab.click(f"tablet-change-{DOOR}")
        await tab.type("tablet-name", " ")
        assert tab.sees("Give the tablet a name.")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("tablet-keep")
        await tab.dismiss()
    assert hall.tablets.asked == []


async def test_the_only_coordinators_tablet_stays_one_and_does_not_remove_itself(hall):
    async with tablets_tab(hall) as tab:
        await tab.click(f"tablet-change-{ME}")
        assert tab.sees("This is the only coordinator’s tablet, so it stays one.")
        assert not tab.has("tablet-role-desk")
        assert not tab.has("tablet-remove")


async def test_a_refused_change_is_told(hall):
    hall.tablets.refusal = Refusal.NO_SUCH_DEVICE
    async with tablets_tab(hall) as tab:
        await tab.click(f"tablet-change-{DOOR}")
        await tab.click("tablet-keep")
        assert tab.sees("That tablet is no part of this hub any more.")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (AT_MONEY, "Last heard 40 s ago. What was entered there since then, and not passed on"),
        (changed(AT_MONEY, heard_seconds=None), "It was not heard since this tablet started."),
        (changed(AT_MONEY, is_linked=True), "It is connected, and has passed on everything."),
        (changed(AT_MONEY, is_linked=True, has_more=2), "2 of its entries are not here yet"),
    ],
)
async def test_removing_a_tablet_says_first_what_is_lost(hall, row, words):
    async with tablets_tab(hall, in_hall(HERE, row)) as tab:
        await tab.click(f"tablet-change-{MONEY}")
        await tab.click("tablet-remove")
        assert tab.sees("Its line to the others is cut at once, and it empties itself")
        assert tab.sees(words)
        await tab.click("tablet-remove-not")
        await panel_closes(tab)
        assert hall.tablets.asked == []
        await tab.click(f"tablet-change-{MONEY}")
        await tab.click("tablet-remove")
        await tab.click("tablet-remove-sure")
        await panel_closes(tab)
    assert hall.tablets.asked == [("remove", MONEY)]


async def test_a_panel_about_a_tablet_that_is_gone_meanwhile_closes(hall):
    async with tablets_tab(hall) as tab:
        await tab.click(f"tablet-change-{DOOR}")
        hall.tablets.in_hall = in_hall(HERE)
        hall.feed.changed()
        await tab.settle()
        assert not [panel for panel in tab.of_type(ft.AlertDialog) if panel.open]


@pytest.mark.parametrize("role", ["coordinator", "desk"])
async def test_a_person_lets_this_tablet_decide_and_is_told_when_it_may(hall, role):
    me = changed(HERE, role=role)
    status = in_hall(me, AT_MONEY, step=Step.CUT_OFF, may_take_over=True)
    async with tablets_tab(hall, status) as tab:
        await tab.click("take-over")
        assert tab.sees("Do this only if nobody calls people at the other tablets")
        await tab.click("take-over-not")
        await panel_closes(tab)
        assert hall.tablets.asked == []
        await tab.click("take-over")
        await tab.click("take-over-sure")
        await panel_closes(tab)
    assert hall.tablets.asked == [("take_over",)]


async def test_an_invitation_that_holds_or_was_used_is_one_tap_away(hall):
    invited = Invitation("DIH1:QUJD", "K7QF-2M9X", "192.168.1.20:9765", "Lisa’s tablet", "desk", 9)
    hall.tablets.invited = invited
    async with tablets_tab(hall) as tab:
        assert tab.sees("Lisa’s tablet is invited and has not joined yet.")
        await tab.click("invite-show")
        assert tab.page.route == routes.INVITE
    hall.tablets.invited = replace(invited, is_code_spent=True)
    async with tablets_tab(hall) as tab:
        assert tab.sees("A wrong code was typed for Lisa’s tablet, so its code is spent.")
        await tab.click("invite-show")
        assert tab.page.route == routes.INVITE
    hall.tablets.invited = Invitation(
        "DIH1:QUJD", "K7QF-2M9X", "", "Lisa’s tablet", "desk", 0.0, "Lisa’s tablet", MONEY, "mo-ri"
    )
    async with tablets_tab(hall) as tab:
        assert tab.sees("Lisa’s tablet joined. Compare the word on both screens.")
        await tab.click("invite-compare")
        assert tab.page.route == routes.INVITE


# --- the ways there ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (InHall(), "Only this one"),
        (in_hall(), "All have the same"),
        (in_hall(step=Step.BEHIND), "All connected"),
        (in_hall(HERE, AT_MONEY, step=Step.CUT_OFF), "1 can’t be reached"),
        (in_hall(step=Step.CUT_OFF), "Cut off from the others"),
        (in_hall(step=Step.CATCHING_UP), "Catching up"),
        (in_hall(step=Step.SOME_AWAY), "Not all can be reached"),
    ],
)
async def test_the_house_says_how_the_tablets_stand(hall, status, words):
    hall.tablets.in_hall = status
    async with Tab(hall.screen(HouseScreen)) as tab:
        assert tab.sees(words)


async def test_the_way_leads_from_the_house_to_the_tablets_and_back(hall):
    async with Tab(make_main(hall.running), route=routes.HOUSE) as tab:
        await tab.click("house-tablets")
        assert tab.page.route == routes.TABLETS
        await tab.click("back")
        assert tab.page.route == routes.HOUSE
