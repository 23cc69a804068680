"""In a real browser: everything from this device, all pages live, and no page ever left frozen."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from tests.support.browser import Window
from tests.support.started import Started

pytestmark = pytest.mark.browser


@pytest.fixture
async def gallery(tmp_path: Path) -> AsyncIterator[Started]:
    async with Started("tests.support.gallery", "--data", tmp_path) as started:
        yield started


async def test_a_page_opens_without_asking_anybody_but_this_device(
    gallery: Started, browser: Browser
):
    async with Window(browser) as window:
        await window.open(gallery.said)
        assert await window.sees("0 waiting")
        await window.bring("empty")
        asked = [url for url in window.asked if "/assets/fonts/noto" in url]
        assert window.off_origin(gallery.said) == []
        assert window.complaints == []
        # All scripts of the greeting were needed; each was asked for, and none again and again.
        assert asked
        assert len(asked) == len(set(asked))


async def test_what_is_tapped_in_one_tab_is_seen_in_the_other(gallery: Started, browser: Browser):
    async with Window(browser) as front, Window(browser, (390, 844)) as desk:
        await front.open(gallery.said)
        await desk.open(gallery.said)
        await front.tap("arrive")
        assert await desk.sees("1 waiting")
        await desk.tap("call")
        assert await front.sees("2 waiting")


async def test_what_is_typed_and_tapped_arrives_and_survives_opening_the_page_afresh(
    gallery: Started, browser: Browser
):
    async with Window(browser, (390, 844)) as window:
        await window.open(gallery.said)
        await window.type("name", "Zoë Żak")
        assert await window.sees("Typed: Zoë Żak")
        await window.tap("open-panel")
        assert await window.sees("Their place is kept until you say so.")
        await window.tap("panel-yes")
        assert await window.sees_no_more("Their place is kept until you say so.")
        await window.page.reload()
        await window.ready()
        await window.bring("open-panel")
        assert await window.sees("Typed: Zoë Żak")


async def test_a_failing_tap_and_a_failing_render_leave_a_page_that_works(
    gallery: Started, browser: Browser
):
    async with Window(browser) as window:
        await window.open(gallery.said)
        await window.tap("fail")
        assert await window.sees("That did not work.")
        await window.tap("break-render")
        assert await window.sees("Part of this screen could not be shown.")
        await window.tap("first-yes")
        await window.tap("try-again-Waiting")
        assert await window.sees("Part of this screen could not be shown.")
        await window.page.reload()
        await window.ready()
        assert await window.sees("Part of this screen could not be shown.")


async def test_a_page_whose_line_drops_comes_back_with_what_changed_and_stays_live(
    gallery: Started, browser: Browser
):
    async with Window(browser) as window:
        await window.open(gallery.said)
        assert await window.sees("0 waiting")
        async with window.page.expect_navigation():
            # Cut every line, and let one person arrive before any is back.
            gallery.process.send_signal(signal.SIGUSR1)
        await window.ready()
        assert await window.sees("1 waiting")
        await window.tap("arrive")
        assert await window.sees("2 waiting")


async def test_a_page_whose_hub_is_killed_says_so_and_opens_afresh_when_it_is_back(
    gallery: Started, browser: Browser
):
    async with Window(browser) as window:
        await window.open(gallery.said)
        await window.tap("arrive")
        assert await window.sees("1 waiting")
        await gallery.end(signal.SIGKILL)
        lost = window.page.locator("#hub-lost")
        await lost.wait_for(state="visible")
        assert "Everything you saved is safe on this device." in await lost.inner_text()
        await gallery.start("--port", urlsplit(gallery.said).port)
        await lost.wait_for(state="hidden")
        await window.ready()
        assert await window.sees("0 waiting")
        await window.tap("arrive")
        assert await window.sees("1 waiting")


async def test_a_hub_that_is_asked_to_end_while_pages_are_open_ends_cleanly(
    gallery: Started, browser: Browser
):
    async with Window(browser) as window:
        await window.open(gallery.said)
        assert await gallery.end(signal.SIGINT) == 0


async def test_a_second_hub_on_the_same_port_says_so_and_the_first_goes_on(
    gallery: Started, tmp_path: Path
):
    port = urlsplit(gallery.said).port
    second = Started("tests.support.gallery", "--data", tmp_path / "other", "--port", port)
    with pytest.raises(AssertionError, match="in use"):
        await second.start()
    assert second.process.returncode == 1
    assert gallery.process.returncode is None
    assert not await asyncio.to_thread((tmp_path / "other").exists)
