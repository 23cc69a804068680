"""The ticket: what is called, what is scanned, where to go; and the page a parent fills in."""

import struct
import zlib
from dataclasses import replace

import flet as ft
import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from hub_app.core.events import GroupsTicked
from hub_app.ui.app import make_main
from hub_app.ui.parts.qr import picture, squares
from tests.support.headless import Tab
from tests.ui.screens.running_hall import PACK, RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def only(hall):
    [visit] = hall.session.visits.values()
    return visit


def tab(hall, route, **how):
    return Tab(make_main(hall.running), **{"route": route, **how})


def squares_in(png):
    """Read the squares back out of a picture, as a scanner would see them."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (width, depth, colour) == (height, 1, 0)
    at, body = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + data
        )
        body += data if kind == b"IDAT" else b""
        at += 12 + length
    lines = zlib.decompress(body)
    stride = 1 + width // 8
    rows = [lines[n * stride + 1 : (n + 1) * stride] for n in range(height)]
    return tuple(tuple(dots == 0 for dots in row) for row in rows[::8])


def test_the_picture_holds_exactly_the_squares_of_the_code():
    text = "http://127.0.0.1:8765/t/AbC-_dEf01234567"
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    assert squares(text) == tuple(tuple(row) for row in code.get_matrix())
    assert squares_in(picture(text)) == squares(text)


async def test_a_ticket_shows_its_code_and_a_square_that_leads_to_the_familys_own_page(hall):
    family = hall.family("safe_home", "housing_rent", name="Amina", urgent="domestic_abuse")
    hall.running = replace(hall.running, address="http://127.0.0.1:8765/")
    async with tab(hall, f"/ticket/{family.id}") as page:
        assert page.sees(family.ticket)
        shown = page.find("ticket-qr")
        assert isinstance(shown, ft.Image)
        assert shown.src == picture(f"http://127.0.0.1:8765/t/{family.token}")
        for secret in (family.id, "Amina", "safe", "rent"):
            assert secret not in family.token
        assert not page.sees("Safe at home")


async def test_it_says_where_to_go_first_and_why(hall):
    hall.desk("The blue table", "housing")
    family = hall.family("housing_rent", "energy_bill")
    async with tab(hall, f"/ticket/{family.id}") as page:
        assert page.sees("First go to")
        assert page.sees("The blue table")
        assert page.sees("Free now.")
        assert page.sees("Then Energy advice")


async def test_nobody_is_sent_to_a_desk_that_is_not_here(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/ticket/{family.id}") as page:
        assert page.sees("Take a seat.")
        assert not page.sees("First go to")


async def test_who_was_not_asked_yet_is_told_to_sit_down(hall):
    family = hall.family()
    async with tab(hall, f"/ticket/{family.id}") as page:
        assert page.sees("Somebody will come and ask what you need.")


async def test_done_goes_back_to_the_front(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/ticket/{family.id}") as page:
        await page.click("ticket-done")
        assert page.page.route == "/front"


async def test_an_arrival_with_all_that_was_entered_can_be_taken_back(hall):
    hall.desk("Energy", "energy")
    async with tab(hall, "/triage") as page:
        for key in ("need-housing_rent", "offer-housing-call_back", "need-energy_bill"):
            await page.click(key)
        for key in ("arrange-open", "leave-30", "access-quiet", "give-ticket"):
            await page.click(key)
        assert only(hall).referrals
        await page.click("undo-arrival")
        assert not hall.session.visits
        assert page.page.route == "/front"


async def test_a_desks_call_is_not_the_greeters_to_take_back(hall):
    desk, family = hall.desk("Housing", "housing"), hall.family("housing_rent")
    async with tab(hall, f"/ticket/{family.id}") as page:
        undo = page.find("undo-arrival")
        hall.hub.call_next(desk)
        await page.fire(undo, "click")
        assert hall.visit(family).desk == desk
        assert not page.has("undo-arrival")


async def test_after_ten_minutes_the_arrival_stands(hall):
    family = hall.family("housing_rent")
    hall.pass_minutes(11)
    async with tab(hall, f"/ticket/{family.id}") as page:
        assert not page.has("undo-arrival")


async def test_the_ticket_of_an_arrival_taken_back_says_so(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/ticket/{family.id}") as page:
        hall.hub.undo_visit(family.id)
        await page.settle()
        assert page.sees("This arrival was taken back.")
        await page.click("ticket-done")
        assert page.has("new-arrival")


# the page a parent fills in


async def test_nothing_is_ticked_for_anybody_and_it_can_be_skipped(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/groups/{family.id}") as page:
        assert page.sees(PACK.priority.intro)
        with pytest.raises(AssertionError, match="greyed out"):
            await page.click("groups-give")
        await page.click("groups-skip")
        assert hall.session.answers[family.id].groups_answer is None


@pytest.mark.parametrize(
    ("keys", "answer", "groups"),
    [
        (("group-lone", "group-baby"), "ticked", ("lone", "baby")),
        (("group-none",), "none", ()),
        (("group-rather_not_say",), "rather_not_say", ()),
        (("group-lone", "group-none"), "none", ()),
        (("group-none", "group-three"), "ticked", ("three",)),
    ],
)
async def test_ticks_none_and_rather_not_are_three_answers(hall, keys, answer, groups):
    family = hall.family("housing_rent")
    async with tab(hall, f"/groups/{family.id}") as page:
        for key in (*keys, "work-not_said", "groups-give"):
            await page.click(key)
        given = hall.session.answers[family.id]
        assert (given.groups_answer, given.groups, given.work) == (answer, groups, "not_said")
        assert page.sees("Thank you.")


async def test_the_answers_are_never_shown_again(hall):
    family = hall.family("housing_rent")
    hall.hub.tick_groups(family.id, GroupsTicked("ticked", ("lone",)))
    async with tab(hall, f"/groups/{family.id}") as page:
        boxes = [icon for icon in page.of_type(ft.Icon) if icon.icon is ft.Icons.CHECK_BOX]
        assert not boxes
        assert not page.sees(family.ticket)


async def test_a_refused_answer_is_told_and_can_be_skipped(hall):
    family = hall.family("housing_rent")
    async with tab(hall, f"/groups/{family.id}") as page:
        hall.hub.undo_visit(family.id)
        await page.click("group-none")
        await page.click("groups-give")
        assert page.sees("This visit was taken back.")
        await page.click("groups-skip")
        assert page.page.route == "/front"
