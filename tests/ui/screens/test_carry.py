"""Carrying what waits by hand: a series of pictures, one at a time, and the receipt back."""

import flet as ft
import pytest

from hub_app.ui import routes
from hub_app.ui.app import make_main
from hub_app.ui.hooks import PULSE
from hub_app.ui.parts.qr import picture
from hub_app.view.carry import Brought, Unread, shown_at
from hub_app.view.chip import Reach, SyncStatus
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall

TEXTS = tuple(f"DIHC1:{n}/3:ABC" for n in (1, 2, 3))


@pytest.fixture
def hall(tmp_path):
    hall = RunningHall(tmp_path)
    hall.status = SyncStatus(Reach.UNREACHABLE, waiting=3)
    hall.carry.texts = TEXTS
    return hall


def carry_tab(hall, **how):
    return Tab(make_main(hall.running), route=routes.CARRY, **how)


def shown(tab):
    """The text of the picture that is shown."""
    (image,) = tab.of_type(ft.Image)
    return next(text for text in TEXTS if picture(text) == image.src)


async def test_the_pictures_are_shown_one_at_a_time_round_and_round(hall):
    async with carry_tab(hall, size=PHONE) as tab:
        assert shown(tab) == TEXTS[0]
        assert tab.sees("1 of 3")
        for key, wanted in (("next", 1), ("next", 2), ("next", 0), ("back", 2)):
            await tab.click(f"carry-{key}")
            assert shown(tab) == TEXTS[wanted]
        assert tab.sees("3 of 3")


async def test_they_turn_slowly_by_themselves_until_somebody_stops_them(hall):
    at = 1_795_000_000_000
    PULSE.beat(at)
    async with carry_tab(hall) as tab:
        await tab.click("carry-turn")
        for seconds, wanted in ((1, 0), (5, 0), (6, 1), (12, 2), (18, 0), (24, 1)):
            PULSE.beat(at + seconds * 1000)
            await tab.settle()
            assert shown(tab) == TEXTS[wanted], seconds
        await tab.click("carry-turn")
        PULSE.beat(at + 60_000)
        await tab.settle()
        assert shown(tab) == TEXTS[1]


async def test_one_picture_alone_is_not_turned(hall):
    hall.carry.texts = TEXTS[:1]
    async with carry_tab(hall) as tab:
        assert shown(tab) == TEXTS[0]
        assert not tab.has("carry-next")


async def test_what_has_gone_meanwhile_does_not_leave_an_empty_place(hall):
    async with carry_tab(hall) as tab:
        await tab.click("carry-back")
        hall.carry.texts = TEXTS[:2]
        hall.feed.changed()
        await tab.settle()
        assert shown(tab) == TEXTS[0]
        hall.carry.texts = ()
        hall.feed.changed()
        await tab.settle()
        assert tab.sees("Nothing waits to be carried.")


async def test_all_of_it_can_be_saved_or_copied(hall):
    async with carry_tab(hall) as tab:
        await tab.click("carry-save")
        await tab.click("carry-copy")
        saved, copied = (args for name, args in tab.calls if name in ("save_file", "set"))
        assert saved["src_bytes"] == "\n".join(TEXTS).encode()
        assert copied["data"] == "\n".join(TEXTS)
        assert tab.sees("Copied.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Brought(3), "3 have arrived at the centre, and wait here no more."),
        (Brought(1, 1), "1 has arrived at the centre. 1 was not taken; it is kept here."),
        (Brought(1, 0, 2), "Kept. 2 parts of the receipt are still missing."),
        (Unread.NO_RECEIPT, "That is no receipt."),
        (Unread.OTHER_HUB, "nothing of this hub is named in it"),
        (Unread.NO_ROOM, "The disk of this tablet is full"),
    ],
)
async def test_a_receipt_is_taken_and_what_came_of_it_is_said(hall, answer, words):
    hall.carry.answer = answer
    async with carry_tab(hall) as tab:
        await tab.type("carry-said", " RECEIPT 1 ", enter=True)
        assert hall.carry.brought == ["RECEIPT 1"]
        assert tab.sees(words), tab.texts()
        field = tab.find("carry-said")
        assert isinstance(field, ft.TextField)
        assert field.value == ("RECEIPT 1" if answer is Unread.NO_ROOM else "")


async def test_an_empty_field_is_no_receipt(hall):
    async with carry_tab(hall) as tab:
        await tab.click("carry-take")
        assert tab.sees("That is no receipt.")
    assert hall.carry.brought == []


async def test_a_receipt_is_still_taken_when_nothing_waits_any_more(hall):
    async with carry_tab(hall) as tab:
        hall.carry.texts = ()
        await tab.type("carry-said", "RECEIPT 1")
        await tab.click("carry-take")
        assert tab.sees("1 has arrived at the centre")


def test_turns_go_round_and_no_picture_is_place_nought():
    assert [shown_at(2, turns, 3) for turns in range(4)] == [2, 0, 1, 2]
    assert shown_at(-1, 0, 3) == 2
    assert shown_at(5, 7, 0) == 0
