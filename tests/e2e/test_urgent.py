"""A family that cannot wait, in a real browser: every tablet counts until somebody has them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.browser import Window
from tests.support.started import Started

pytestmark = pytest.mark.browser


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[str]:
    where = ("--data", tmp_path / "hub", "--hub", "STORY")
    async with Started("hub_app", "run", *where, "--port", "0", "--no-browser") as started:
        yield started.said.split()[-1]


async def test_an_urgent_family_is_counted_on_every_tablet_until_a_desk_has_them(
    hub: str, browser: Browser
) -> None:
    async with Window(browser) as front, Window(browser) as desk, Window(browser) as other:
        await front.open(hub)
        await front.tap("open-session")
        await front.tap("role-front")
        await desk.open(f"{hub}new-desk")
        await desk.tap("service-welfare")
        await desk.tap("open-desk")
        await desk.bring("break")
        await other.open(f"{hub}close")
        await other.bring("urgent-open")

        await front.tap("urgent-open")
        await front.tap("urgent-no_food")
        await front.tap("mark-urgent")
        await front.tap("ticket-done")

        for window in (front, desk, other):
            assert await window.sees("A1 urgent: to be seen within")
        await desk.words("Call now").click()
        for window in (front, desk, other):
            assert await window.sees_no_more("A1 urgent: to be seen within")
        await desk.tap("no-show")
        assert await other.sees("A1 urgent: to be seen within")

        await other.words("Show").click()
        await other.bring("panel-close")
        assert "/front/" in other.page.url
        for window in (front, desk, other):
            assert window.complaints == []
