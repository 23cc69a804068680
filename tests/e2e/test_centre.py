"""A story at the centre, in a browser that runs no script: look, compare, publish, take a file."""

import asyncio
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Browser, Page, expect

from sync.centre.store import Store, open_store
from sync.record import Closing, Load, Number, Place, Row, read, seal
from sync.signing import signer_of
from sync.wire import Batch
from tests.support.started import ROOT, Started

pytestmark = pytest.mark.browser

HUBS = {"H1": ("Linlathen", 60), "H2": ("Lochee", 45), "H3": ("Whitfield", 9)}
COUNCIL = "S12000042"


def _fill(file: Path) -> str:
    """Count last quarter’s Tuesdays of three hubs; gives that quarter."""
    store = open_store(str(file))
    assert isinstance(store, Store), store
    today = date.today()  # noqa: DTZ011  the centre goes by the real day
    quarter = (today.year * 4 + (today.month - 1) // 3) - 1
    first = date(quarter // 4, quarter % 4 * 3 + 1, 1)
    n = 0
    for code, (name, size) in HUBS.items():
        place = Place(COUNCIL, code)
        store.enrol(place, name, signer_of(Ed25519PrivateKey.generate()).public)
        for week in range(12):
            day = first + timedelta(weeks=week)
            rows = [
                Row("visit", (("day", str(day)), ("visit_type", "returning")), size),
                Row("wait", (("day", str(day)), ("wait_band", "0-10")), size),
            ]
            n += 1
            load = Load(str(day), 1, tuple(rows), (Closing(day, 1, size, {"money": size}),))
            batch = read(seal(place, Number(1, n), load).body)
            assert isinstance(batch, Batch)
            store.receive(batch, 1_790_000_000_000)
    store.close()
    return f"{first.year}-Q{(first.month + 2) // 3}"


async def _publisher(data: Path) -> str:
    """Add a publisher by the command, as an operator would; gives the passphrase it prints."""
    command = (sys.executable, "-m", "sync.centre", "--data", str(data), "people", "add")
    process = await asyncio.create_subprocess_exec(
        *command, "Morag", "--role", "publisher", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    words = said.decode().split()
    return next(word for word in words if word.count("-") == 4)


async def _fits(page: Page) -> None:
    """Nothing makes the page wider than the screen: wide tables scroll by themselves."""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wider) <= 0


async def test_somebody_signs_in_looks_compares_publishes_and_takes_the_file(
    browser: Browser, tmp_path: Path
) -> None:
    data = tmp_path / "centre.db"
    quarter = _fill(data)
    passphrase = await _publisher(data)
    async with Started("sync.centre", "--data", data, "--port", "0") as centre:
        home = next(word for word in centre.said.split() if word.startswith("http"))
        context = await browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 844}
        )
        page = await context.new_page()
        await page.goto(f"{home}compare?period={quarter}")
        await page.get_by_label("Name").fill("Morag")
        await page.get_by_label("Passphrase").fill("wrong-pass-phrase-is-this")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("alert")).to_contain_text("nobody of that name")
        await page.get_by_label("Name").fill("Morag")
        await page.get_by_label("Passphrase").fill(passphrase)
        await page.get_by_role("button", name="Sign in").click()

        await expect(page.get_by_role("heading", name="Hubs beside each other")).to_be_visible()
        lines = page.get_by_role("row").filter(has_text="Linlathen")
        await expect(lines.first).to_be_visible()
        await expect(page.locator(".chart svg").first).to_be_visible()

        await page.get_by_role("link", name="Trends").click()
        await expect(page.locator(".chart svg .dot").first).to_be_visible()
        await page.get_by_role("link", name="Hubs", exact=True).click()
        await page.get_by_role("link", name="Lochee", exact=True).click()
        await expect(page.get_by_text("45 visits received").first).to_be_visible()

        await page.get_by_role("link", name="Publish").click()
        await page.get_by_label("Dates").select_option(quarter)
        await page.get_by_role("button", name="Show").click()
        await expect(
            page.get_by_text("Linlathen, Lochee and Whitfield have not").first
        ).to_be_visible()
        await page.get_by_label("Publish it although not all has come").check()
        await page.get_by_label("Why not wait?").fill("The days alone are wanted")
        await page.get_by_role("button", name="Publish this").click()
        await expect(page.get_by_text("by Morag, version 1")).to_be_visible()
        await expect(page.get_by_text("all the same: The days alone are wanted")).to_be_visible()
        await page.get_by_role("link", name="All that is published").click()
        async with page.expect_download() as begun:
            await page.get_by_role("link", name="CSV", exact=True).click()
        text = (await (await begun.value).path()).read_text(encoding="utf-8-sig")
        assert "midpoint-6" in text or "1 to 6" in text
        await page.get_by_role("button", name="Sign out").click()
        await page.goto(f"{home}publish")
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await context.close()

        seen = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await seen.new_page()
        await page.goto(home)
        await _fits(page)
        await seen.close()
