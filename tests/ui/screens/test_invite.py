"""Letting one more tablet in: the questions, the invitation, its end, and the word."""

from dataclasses import replace

import pytest

from hub_app.core.refusal import Refusal
from hub_app.ui import routes
from hub_app.ui.app import make_main
from hub_app.ui.hooks import PULSE
from hub_app.ui.screens.invite import InviteScreen
from hub_app.view.tablets import InHall, Step, TabletRow
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import RunningHall

NEWCOMER = "d" * 64


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def invite_tab(hall, **how):
    return Tab(make_main(hall.running), route=routes.INVITE, **how)


async def begun(tab):
    await tab.type("tablet-name", "Lisa’s tablet")
    await tab.click("tablet-role-desk")
    await tab.click("invite-begin")


async def second(tab):
    """One second passes."""
    PULSE.beat(PULSE.now_millis + 1000)
    await tab.settle()


def used(hall, **how):
    hall.tablets.invited = replace(
        hall.tablets.invited,
        joined="Lisa’s tablet",
        joined_device=NEWCOMER,
        word="mo-ri-ka",
        **how,
    )


async def test_a_tablet_is_named_and_given_a_use_before_it_is_invited(hall):
    async with invite_tab(hall) as tab:
        assert tab.sees("Give the tablet a name.")
        await tab.type("tablet-name", "Lisa’s tablet")
        assert tab.sees("Choose what it is used for.")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("invite-begin")
        await tab.click("tablet-role-desk")
        await tab.click("invite-begin")
        assert tab.has("ticket-qr")


@pytest.mark.parametrize("size", [TABLET, PHONE])
async def test_an_invitation_is_a_picture_a_code_an_address_and_a_time(hall, size):
    async with invite_tab(hall, size=size) as tab:
        await begun(tab)
        assert tab.has("ticket-qr")
        for words in ("K7QF-2M9X", "192.168.1.20:9765", "Lisa’s tablet · At a desk", "5:00"):
            assert tab.sees(words)


async def test_an_invitation_can_be_pasted_where_nothing_scans(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        await tab.click("invite-copy")
        assert ("set", {"data": hall.tablets.invited.qr}) in tab.calls
        assert tab.sees("Copied. Paste it on the other tablet.")


async def test_the_time_it_still_holds_is_counted_down(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        hall.tablets.invited = replace(hall.tablets.invited, until_seconds=272.0)
        await second(tab)
        assert tab.sees("4:32")


async def test_a_code_that_is_spent_is_shown_no_more_and_a_new_one_is_one_tap(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
    hall.tablets.invited = replace(hall.tablets.invited, is_code_spent=True)
    async with invite_tab(hall) as tab:  # the page was loaded again meanwhile
        assert tab.sees("A wrong code was typed, so this code is spent.")
        assert not tab.sees("K7QF-2M9X")
        assert tab.has("ticket-qr")
        await tab.click("invite-again")
        assert tab.sees("K7QF-2M9X")
        assert tab.sees("Lisa’s tablet · At a desk")
        assert not tab.sees("spent")


@pytest.mark.parametrize("is_forgotten", [True, False])
async def test_an_invitation_that_is_over_says_so_and_a_new_one_is_one_tap(hall, is_forgotten):
    async with invite_tab(hall) as tab:
        await begun(tab)
        held = hall.tablets.invited
        hall.tablets.invited = None if is_forgotten else replace(held, until_seconds=0.0)
        await second(tab)
        assert not tab.has("ticket-qr")
        assert not tab.sees("K7QF-2M9X")
        assert tab.sees("The invitation for Lisa’s tablet holds no longer")
        await tab.click("invite-again")
        assert tab.has("ticket-qr")
        assert tab.sees("Lisa’s tablet · At a desk")


async def test_an_invitation_that_is_over_gives_way_to_another_tablet(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        hall.tablets.invited = None
        await second(tab)
        await tab.click("invite-change")
        assert tab.has("tablet-name")


async def test_an_invitation_is_taken_back(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        await tab.click("invite-end")
        assert hall.tablets.invited is None
        assert tab.has("tablet-name")


async def test_a_tablet_that_joined_stays_when_the_word_is_the_same(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        used(hall)
        hall.feed.changed()
        await tab.settle()
        assert tab.sees("Lisa’s tablet joined. The word here is:")
        assert tab.sees("MO-RI-KA")
        assert tab.sees("Is the same word on its screen?")
        await tab.click("word-same")
        assert tab.page.route == routes.TABLETS
        assert tab.sees("Lisa’s tablet is part of this hub now.")
        await tab.click("tablet-add")
        assert tab.has("tablet-name")
    assert hall.tablets.invited is None
    assert hall.tablets.asked == []


async def test_a_tablet_that_joined_goes_again_when_the_word_is_another(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        used(hall)
        hall.feed.changed()
        await tab.settle()
        await tab.click("word-other")
        assert hall.tablets.asked == [("remove", NEWCOMER)]
        assert tab.sees("Lisa’s tablet was removed again")
        assert tab.has("invite-begin")
        await tab.click("invite-begin")
        assert tab.has("ticket-qr")


async def test_a_removal_that_is_refused_is_told_and_the_word_stays(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        used(hall, until_seconds=0.0)
        hall.feed.changed()
        await tab.settle()
        hall.tablets.refusal = Refusal.DISK_FULL
        await tab.click("word-other")
        assert tab.sees("This tablet has no room left")
        assert tab.has("word-other")


async def test_an_invitation_goes_on_while_its_screen_is_away(hall):
    async with invite_tab(hall) as tab:
        await begun(tab)
        await tab.click("back")
        assert tab.page.route == routes.TABLETS
        await tab.click("invite-show")
        assert tab.has("ticket-qr")


async def test_a_tablet_that_is_no_coordinators_invites_nobody(hall):
    me = TabletRow("a" * 64, "Door", "greeter", is_me=True)
    hall.tablets.in_hall = InHall(Step.IN_STEP, (me,))
    async with Tab(hall.screen(InviteScreen)) as tab:
        assert tab.sees("Only a coordinator’s tablet can do this.")
        assert not tab.has("tablet-name")


async def test_an_invitation_that_is_refused_is_told(hall):
    hall.tablets.refusal = Refusal.NOT_COORDINATOR
    async with invite_tab(hall) as tab:
        await begun(tab)
        assert tab.sees("Only a coordinator’s tablet can do this.")
        assert tab.has("tablet-name")
