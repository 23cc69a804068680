"""`make pictures`: a demo hub, looked at screen by screen, in every size and both lights."""

import argparse
import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from tests.support.browser import Window, chromium
from tests.support.started import Started

SIZES = {"tablet": (1280, 800), "portrait": (800, 1280), "phone": (390, 844)}
LIGHTS = ("light", "dark")


@dataclass(frozen=True)
class Look:
    """One way of looking: a name for the files, a window, a light, a language."""

    name: str
    size: tuple[int, int]
    light: str
    language: str = "en"


def looks(*, quick: bool) -> list[Look]:
    """Give every way of looking; only the tablet in light when it has to be quick."""
    every = [
        Look(f"{name}-{light}", size, light) for name, size in SIZES.items() for light in LIGHTS
    ]
    every.append(Look("tablet-rtl", SIZES["tablet"], "light", "ar"))
    return every[:1] if quick else every


@asynccontextmanager
async def demo(folder: Path, language: str) -> AsyncIterator[str]:
    """Run a demo hub and its centre for as long as the block lasts; gives the hub's address."""
    ports = ("--port", "0", "--centre-port", "0")
    more = ("demo", "--no-browser", *ports, "--language", language, "--data", folder)
    async with Started("hub_app", *more) as started:
        try:
            yield started.said.split()[-1]
        finally:
            await started.end()  # politely: it has a centre of its own to stop


async def tour(window: Window, url: str, folder: Path, name: str) -> None:
    """Go through the screens as a greeter, a desk and a coordinator would; a picture of each."""

    async def keep(screen: str) -> None:
        await window.picture(folder / f"{screen}-{name}.png")

    await window.open(url)
    await window.bring("role-front")
    await keep("choose")
    desk = await window.page.locator(
        '[flt-semantics-identifier^="role-desk-"]'
    ).first.get_attribute("flt-semantics-identifier")
    await window.open(f"{url}front")
    await window.bring("new-arrival")
    await keep("front")
    await window.tap("new-arrival")
    await window.bring("need-money_check")
    await keep("triage")
    await window.tap("need-energy_bill")  # the page is turned downwards only
    await window.tap("need-housing_rent")
    await keep("triage-plan")
    await window.tap("give-ticket")
    await window.bring("ticket-done")
    await keep("ticket")
    await window.open(f"{url}urgent")
    await window.bring("urgent-no_food")
    await keep("urgent")
    if desk is not None:
        await window.open(f"{url}desk/{re.sub('^role-desk-', '', desk)}")
        await window.bring("sync-chip")
        await window.frames()
        await keep("desk")
        if await window.by_key("finish").count():
            await window.tap("finish")
            await keep("finish")
    await window.open(f"{url}close")
    await window.bring("close-session")
    await keep("close")
    house = ("house", "rota", "rota-form", "days-off", "capacity", "agreements", "promised")
    for screen in (*house, "tablets", "invite", "carry"):
        await window.open(f"{url}{screen}")
        await window.bring("sync-chip")
        await keep(screen)
    await window.page.goto(f"{url}board")
    await keep("board")


async def _look(browser: Browser, url: str, folder: Path, look: Look) -> None:
    async with Window(browser, look.size, look.light, look.language) as window:
        await tour(window, url, folder, look.name)


async def take(folder: Path, *, quick: bool) -> None:
    """Take every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for look in looks(quick=quick):
        with tempfile.TemporaryDirectory() as place:
            async with demo(Path(place), look.language) as url, chromium() as browser:
                await _look(browser, url, folder, look)


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path(".run/pictures"), help="the folder")
    parser.add_argument("--quick", action="store_true", help="only a tablet in the light")
    asked = parser.parse_args()
    asyncio.run(take(asked.to, quick=asked.quick))
    print(f"The pictures are in {asked.to}")


if __name__ == "__main__":
    main()
