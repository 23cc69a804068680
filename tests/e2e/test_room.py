"""A hall that is never complete, in a real browser: who is not here, who goes to whom, who chose.

Each story is one that a greeter, two desks and a coordinator tell of an ordinary morning.
"""

import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from hub_app.clocks import SystemClock
from hub_app.main import Tablet, open_tablet
from hub_app.ui.formats import short_day
from sync.record import Place
from tests.support.browser import Window
from tests.support.hall import scotland
from tests.support.started import Started

pytestmark = pytest.mark.browser
TALL = (1280, 1500)  # all of a form in sight at once


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[str]:
    where = ("--data", tmp_path / "hub", "--hub", "STORY")
    async with Started("hub_app", "run", *where, "--port", "0", "--no-browser") as started:
        yield started.said.split()[-1]


def _keyed(window: Window, beginning: str) -> Locator:
    """Give the things whose keys begin so: what ends in an id nobody can know before."""
    return window.page.locator(f'[flt-semantics-identifier^="{beginning}"]')


async def _open_desk(window: Window, hub: str, service: str) -> str:
    """Open a desk for one service; gives its id."""
    await window.open(f"{hub}new-desk")
    await _say_what_for(window, service)
    return window.page.url.rpartition("/")[2]


async def _say_what_for(window: Window, service: str) -> None:
    await window.tap(f"service-{service}")
    await window.tap("open-desk")
    await window.bring("break")


async def _choose(window: Window, *needs: str) -> None:
    await window.tap("new-arrival")
    for need in needs:
        await window.tap(f"need-{need}")


async def _give(window: Window) -> None:
    await window.tap("give-ticket")
    await window.bring("ticket-done")


async def _expect_next_week(window: Window, hub: str, service: str) -> date:
    """Put a service on the rota from the second day that is offered on; gives that day."""
    await window.open(f"{hub}house")
    await window.tap("house-rota")
    await window.tap("rota-add")
    await window.tap(f"service-{service}")
    await window.tap("on-holidays-yes")  # whatever day this test is run on
    later = _keyed(window, "first-2").nth(1)
    key = await later.get_attribute("flt-semantics-identifier")
    assert key is not None
    await later.click()
    await window.tap("rota-keep")
    await window.bring("rota-add")
    for _screen in ("the rota", "the hall"):
        await window.tap("back")
    return date.fromisoformat(key.removeprefix("first-"))


async def test_who_is_not_here_today_is_offered_another_day_or_a_call_back(
    hub: str, browser: Browser
) -> None:
    async with Window(browser, TALL) as front, Window(browser, TALL) as lead:
        when = short_day(await _expect_next_week(lead, hub, "money"))
        await lead.tap("open-session")
        await lead.tap("desk-new")
        await _say_what_for(lead, "housing")

        await front.open(f"{hub}front")
        await _choose(front, "debt_bills")
        assert await front.sees(f"Not today. Next: {when}")
        assert await front.sees(f"Money advice is not here today. Next here: {when}.")
        await expect(front.by_key("give-ticket")).to_have_attribute("aria-disabled", "true")
        await front.tap("offer-money-next_date")
        await _give(front)
        assert await front.sees(f"Come back {when} for Debt.")
        await front.tap("ticket-done")

        await _choose(front, "debt_bills")
        await front.tap("offer-money-call_back")
        await _give(front)
        assert await front.sees(f"Somebody will call you about Debt by {when}.")

        await lead.open(f"{hub}close")
        assert await lead.sees("To pass on before closing")
        assert await lead.sees("Money advice will call back about Debt")
        await lead.tap("close-promised")
        assert await lead.sees("Due later")
        assert await lead.sees("Money advice will call back about Debt")
        await _keyed(lead, "have-").click()
        assert await lead.sees("A2: they have it")
        await lead.tap("back")
        await lead.bring("close-session")
        assert await lead.sees_no_more("To pass on before closing")
        for window in (front, lead):
            assert window.complaints == []


def _page_of(ticket: str, folder: Path) -> str:
    """Give where a family's own page is, as its ticket's square says: the log has it too.

    A hub keeps its files to itself while it runs, so a copy of them is read.
    """
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    pack = scotland()
    opened = open_tablet(copy, pack, SystemClock(pack.zone), Place(pack.council, "STORY"))
    assert isinstance(opened, Tablet)
    visits = opened.hub.session.visits.values()
    [token] = [visit.token for visit in visits if visit.ticket == ticket]
    opened.close()
    return f"t/{token}"


async def _says(page: Page, place: str, words: str) -> None:
    await expect(page.locator(place)).to_contain_text(words)


async def _walk_to(window: Window, desk: str) -> None:
    """Say how it went, and that they are walked to that desk; nothing is tapped to confirm yet."""
    await window.tap("hand-over")
    await window.tap("outcome-advice_given")
    await window.tap(f"hand-over-{desk}")


async def test_a_family_is_handed_over_and_a_note_goes_along_once_two_agreed(
    hub: str, browser: Browser, tmp_path: Path
) -> None:
    async with (
        Window(browser, TALL) as housing,
        Window(browser, TALL) as money,
        Window(browser) as board,
        Window(browser, (390, 844)) as phone,
    ):
        await housing.open(hub)
        await housing.tap("open-session")
        await housing.tap("role-front")
        for _family in ("A1", "A2"):
            await _choose(housing, "housing_repair", "debt_bills")
            await _give(housing)
            await housing.tap("ticket-done")
        to = await _open_desk(money, hub, "money")
        await _open_desk(housing, hub, "housing")
        await board.page.goto(f"{hub}board")
        await phone.page.goto(hub + _page_of("A1", tmp_path / "hub"))
        await housing.tap("call-next")
        await housing.tap("start")
        await _says(phone.page, "#where", "You are with")

        await _walk_to(housing, to)
        assert await housing.sees("Ticket and need only: no agreement between")
        assert await housing.by_key("handover-note").count() == 0
        await housing.tap("finish-confirm")
        assert await money.sees("A1 is coming from Housing")
        await _says(phone.page, "#where", "Next is")
        await _keyed(housing, "walking-").click()
        assert await money.sees("They are on their way.")
        await _says(board.page, "#calls .walked .desk", "Money advice")
        await _says(phone.page, "#where", "We are walking you to")
        await _keyed(money, "receive-").click()
        assert await housing.sees("A1 is with Money advice")
        assert await housing.sees("Received after")
        await _says(board.page, "#lately", "Money advice")
        await _says(phone.page, "#where", "You are with")

        await money.open(f"{hub}agreements")
        await money.tap("agreement-add")
        await money.tap("party-council")
        await money.tap("party-advice_charity")
        await money.tap("agreement-keep")
        await money.bring("agreement-add")
        await money.open(f"{hub}desk/{to}")
        await housing.tap("call-next")
        await housing.tap("start")
        await _walk_to(housing, to)
        await housing.type("handover-note", "Owes two months of rent.")
        await housing.tap("finish-confirm")
        assert await money.sees("They agreed to share: Owes two months of rent.")
        await _says(board.page, "#calls .walked", "A2")
        assert "rent" not in await board.page.content()
        for window in (housing, money, board, phone):
            assert window.complaints == []
            assert window.off_origin(hub) == []


async def test_a_desk_may_call_another_than_the_one_suggested_and_take_it_back(
    hub: str, browser: Browser
) -> None:
    async with Window(browser) as front, Window(browser, TALL) as desk:
        await front.open(hub)
        await front.tap("open-session")
        await front.tap("role-front")
        await _open_desk(desk, hub, "housing")
        for _family in ("A1", "A2"):
            await _choose(front, "housing_repair")
            await _give(front)
            await front.tap("ticket-done")
        assert await desk.sees("Call A1")
        await desk.words("Call A2").click()
        assert await desk.sees("You chose A2 over A1")
        await desk.tap("undo")
        assert await desk.sees_no_more("You chose A2 over A1")
        await desk.tap("call-next")
        assert await desk.sees("Called just now.")
        assert await desk.sees_no_more("Call A2")
        for window in (front, desk):
            assert window.complaints == []
