"""In a real browser: an invitation held in front of the camera is read, and the camera goes off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import flet as ft
import pytest
from playwright.async_api import Browser

from hub_app.lan.pairing_code import QrCode, qr_text
from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed
from hub_app.ui.parts import Head, Scaffold, Words
from hub_app.ui.screens.join_camera import CameraScan
from hub_app.ui.serve import PortTaken, Serving, address, listen, serve
from tests.support.browser import _FLAGS, CHROMIUM, Window
from tests.support.seen import jpeg, seen
from tests.support.started import ROOT
from tests.support.tcp_proxy import until

pytestmark = pytest.mark.browser

OURS = qr_text(QrCode("5c" * 32, bytes(range(16)), 9765, ("192.168.1.20", "10.0.0.7")))
# Keeps what the page was given of the camera, to see whether it lets go of it again.
_TRACKS = """(() => {
    const media = navigator.mediaDevices, ask = media.getUserMedia.bind(media);
    window.tracks = [];
    media.getUserMedia = async wish => {
        const stream = await ask(wish);
        window.tracks.push(...stream.getTracks());
        return stream;
    };
})()"""
_ALL_ENDED = "tracks.every(track => track.readyState === 'ended')"


class Scanner:
    """One screen with the camera on it, and what was handed on."""

    def __init__(self) -> None:
        self.feed, self.handed_on, self.is_shown = Feed(), list[str](), True

    def main(self, page: ft.Page) -> None:
        @component
        def Screen() -> ft.Control:
            use_feed(self.feed)
            shown = CameraScan(self.handed_on.append, key="scan") if self.is_shown else None
            return Scaffold(Head("Join a hub"), [shown or Words("Somewhere else")])

        open_page(page, self.feed, Screen)

    def leave(self) -> None:
        self.is_shown = False
        self.feed.changed()


@asynccontextmanager
async def served(scanner: Scanner, folder: Path) -> AsyncIterator[str]:
    listening, up, stop = listen(0), asyncio.Event(), asyncio.Event()
    assert not isinstance(listening, PortTaken)
    serving = Serving(scanner.main, ROOT / "assets", folder / "cache", "story", lambda: 0)
    running = asyncio.create_task(serve(serving, listening, up=lambda _at: up.set(), stop=stop))
    await up.wait()
    yield address(listening)
    stop.set()
    await running


@asynccontextmanager
async def looking_at(text: str, browser: Browser, folder: Path) -> AsyncIterator[Browser]:
    """Give a Chromium of its own, whose camera sees a code, and which is allowed to use it."""
    film = folder / "film.mjpeg"
    film.write_bytes(jpeg(seen(text)) * 2)
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    flags = [*_FLAGS, *camera, f"--use-file-for-fake-video-capture={film}"]
    looking = await browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield looking
    await looking.close()


async def states(window: Window) -> set[str]:
    return set(await window.page.evaluate("window.tracks.map(track => track.readyState)"))


async def test_an_invitation_in_front_of_the_camera_is_read_and_the_camera_goes_off(
    browser: Browser, tmp_path: Path
):
    scanner = Scanner()
    async with (
        served(scanner, tmp_path) as url,
        looking_at(OURS, browser, tmp_path) as looking,
        Window(looking, (390, 844)) as window,
    ):
        await window.page.add_init_script(_TRACKS)
        await window.open(url)
        assert await states(window) == set()
        await window.tap("camera-on")
        await until(lambda: scanner.handed_on, 30)
        await window.bring("camera-on")
        assert scanner.handed_on == [OURS]
        await window.page.wait_for_function(_ALL_ENDED)
        assert window.off_origin(url) == []
        assert window.complaints == []


async def test_leaving_while_the_camera_looks_switches_it_off_and_the_page_stays_live(
    browser: Browser, tmp_path: Path
):
    scanner = Scanner()
    async with (
        served(scanner, tmp_path) as url,
        looking_at("https://example.org/", browser, tmp_path) as looking,
        Window(looking) as window,
    ):
        await window.page.add_init_script(_TRACKS)
        await window.open(url)
        await window.tap("camera-on")
        assert await window.sees("That is another picture.")
        scanner.leave()
        assert await window.sees("Somewhere else")
        await window.page.wait_for_function(_ALL_ENDED)
        await window.frames()
        assert await states(window) == {"ended"}  # none at all: the page was loaded anew
        assert scanner.handed_on == []
        assert window.complaints == []
