"""Drives Chromium through our pages as a person would, and keeps every request they make."""

import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, Locator, Page, Request, async_playwright, expect

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 30_000  # milliseconds; only ever waited when something is wrong
_FRAMES = 45
_TRIES = 5
_TURNS = 15
_NEXT_FRAMES = """frames => new Promise(done => {
    const step = () => frames-- > 0 ? requestAnimationFrame(step) : done();
    step();
})"""


def why_no_browser() -> str | None:
    """Say why there is no browser to test with, or None."""
    return None if Path(CHROMIUM).exists() else f"there is no Chromium at {CHROMIUM}"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Give a running Chromium without a screen."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        await browser.close()


class Window:
    """One window on a page of ours: `async with Window(browser) as it: await it.open(url)`.

    Things are found by their `key`, which a page shows as `flt-semantics-identifier`.
    """

    def __init__(
        self,
        browser: Browser,
        size: tuple[int, int] = (1280, 800),
        light: str = "light",
        language: str = "en-GB",
    ) -> None:
        self._browser = browser
        self._size = size
        self._light, self._language = light, language
        self.asked: list[str] = []
        self.complaints: list[str] = []

    async def __aenter__(self) -> Self:
        width, height = self._size
        self._context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if self._light == "dark" else "light",
            locale=self._language,
        )
        self.page: Page = await self._context.new_page()
        self.page.set_default_timeout(_PATIENCE)
        self._context.on("requestfinished", self._left)
        self._context.on("requestfailed", self._left)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        await self._context.close()

    def _left(self, request: Request) -> None:
        # What the page's own policy stopped never left the browser.
        if request.failure != "csp":
            self.asked.append(request.url)

    async def open(self, url: str) -> None:
        """Open an address, and wait until a person could read it."""
        await self.page.goto(url)
        await self.ready()

    async def ready(self) -> None:
        """Wait for the first picture, then ask Flutter for what screen readers get."""
        await self.page.locator("#opening-screen").wait_for(state="detached")
        placeholder = self.page.locator("flt-semantics-placeholder")
        await placeholder.wait_for(state="attached")
        # It is one pixel, outside the window: only a click in the page's own code reaches it.
        await placeholder.evaluate("element => element.click()")
        await self.page.locator("flt-semantics-host flt-semantics").first.wait_for(state="attached")

    def by_key(self, key: str) -> Locator:
        """Give the thing with this key."""
        return self.page.locator(f'[flt-semantics-identifier="{key}"]').first

    def words(self, text: str) -> Locator:
        """Give the first thing on the page that says this, anywhere in it."""
        host = self.page.locator("flt-semantics-host")
        said = host.get_by_text(re.compile(re.escape(text)))
        # Words beside a button are read as the name of the group they are in.
        return said.or_(host.locator(f"[aria-label*={json.dumps(text, ensure_ascii=False)}]")).first

    async def tap(self, key: str) -> None:
        """Tap the thing with this key, turning the wheel until it is in sight."""
        await self.bring(key)
        await self.by_key(key).click()

    async def bring(self, key: str) -> None:
        """Turn the wheel, down and then up, until the thing with this key is in sight.

        What is out of sight is not on the page at all.
        """
        width, height = self._size
        for way in (*[1] * _TURNS, *[-1] * 2 * _TURNS):
            if await self.by_key(key).count():
                break
            await self.page.mouse.move(width / 2, height / 2)
            await self.page.mouse.wheel(0, way * height / 3)
            await self.frames(12)
        await self.by_key(key).wait_for(state="attached")

    async def type(self, key: str, text: str, *, enter: bool = False) -> None:
        """Type into the field with this key, as on a keyboard: Flutter does not hear `fill`."""
        await self.bring(key)
        field = self.by_key(key).locator("input, textarea").first
        for _try in range(_TRIES):
            await self.by_key(key).click()
            await self.frames(12)  # the first letters after a click are lost
            await self.page.keyboard.press("Control+A")
            await self.page.keyboard.press("Delete")
            await self.page.keyboard.type(text, delay=2)
            await self.frames(4)
            if await field.input_value() == text:
                break
        else:
            raise AssertionError(f"{key!r} holds {await field.input_value()!r}, not {text!r}")
        if enter:
            await self.page.keyboard.press("Enter")

    async def sees(self, text: str) -> bool:
        """Wait until the page says this; fail, with what it says instead, if it never does."""
        await expect(self.words(text)).to_be_attached(timeout=_PATIENCE)
        return True

    async def sees_no_more(self, text: str) -> bool:
        """Wait until the page no longer says this; fail if it goes on."""
        await expect(self.words(text)).not_to_be_attached(timeout=_PATIENCE)
        return True

    async def frames(self, number: int = _FRAMES) -> None:
        """Let the page draw so many pictures: what can be read comes before what moves."""
        await self.page.evaluate(_NEXT_FRAMES, number)

    async def picture(self, path: Path) -> None:
        """Keep what the page looks like once it has stopped moving."""
        await self.frames()
        await self.page.screenshot(path=path)

    def off_origin(self, url: str) -> list[str]:
        """Give every request so far that left this origin."""
        home = urlsplit(url).netloc
        local = ("data", "blob")
        return [
            asked
            for asked in self.asked
            if urlsplit(asked).scheme not in local and urlsplit(asked).netloc != home
        ]
