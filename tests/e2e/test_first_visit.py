"""The whole main job in a real browser: a family comes, is helped, and counts at the centre."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from sync.signing import Signer, open_signer
from tests.support.browser import Window
from tests.support.hall import scotland
from tests.support.started import Started

pytestmark = pytest.mark.browser


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[str]:
    data = tmp_path / "centre.db"
    async with Started("sync.centre", "--port", "0", "--data", data) as started:
        yield started.said.split()[-1].rstrip("/")


def enrol(folder: Path, kept_in: Path) -> None:
    """Make the key of a hub that has not been started yet known to the centre."""
    folder.mkdir()
    signer = open_signer(folder / "signing.pem")
    assert isinstance(signer, Signer), signer
    about = ("--council", scotland().council, "--hub", "STORY", "--key", signer.public)
    command = (sys.executable, "-m", "sync.centre", "enrol-hub", "--data", kept_in, *about)
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
async def hub(tmp_path: Path, centre: str) -> AsyncIterator[str]:
    enrol(tmp_path / "hub", tmp_path / "centre.db")
    where = ("--data", tmp_path / "hub", "--hub", "STORY", "--centre", centre)
    async with Started("hub_app", "run", *where, "--port", "0", "--no-browser") as started:
        yield started.said.split()[-1]


async def _open_desk(window: Window, hub: str, service: str) -> None:
    await window.open(f"{hub}new-desk")
    await window.tap(f"service-{service}")
    await window.tap("open-desk")
    await window.bring("break")


async def _arrive(window: Window, *needs: str) -> None:
    """Four taps for two needs."""
    await window.tap("new-arrival")
    for need in needs:
        await window.tap(f"need-{need}")
    await window.tap("give-ticket")
    await window.bring("ticket-done")


async def _help(window: Window) -> None:
    await window.tap("call-next")
    await window.tap("start")
    await window.tap("finish")
    await window.tap("outcome-advice_given")
    await window.tap("finish-confirm")


async def test_a_family_comes_is_helped_and_counts_at_the_centre(
    hub: str, centre: str, browser: Browser, tmp_path: Path
) -> None:
    async with Window(browser) as front, Window(browser) as desk:
        await front.open(hub)
        await front.tap("open-session")
        await front.bring("role-front")
        await _open_desk(desk, hub, "housing")
        await front.tap("role-front")
        await _arrive(front, "housing_rent", "housing_repair")
        assert await desk.sees("A1")  # live, in the other tab
        await front.tap("ticket-done")
        await _help(desk)
        assert await desk.sees("Nobody is waiting")
        await front.open(f"{hub}close")
        await front.tap("close-session")
        await front.tap("sign-off")
        for window in (front, desk):
            assert window.off_origin(hub) == []
            assert window.complaints == []
    async with Window(browser) as page:
        await page.page.goto(f"{centre}/")
        row = page.page.get_by_role("row").filter(has_text="STORY")
        await expect(row.first).to_be_visible()
    sessions = httpx.get(f"{centre}/v1/sessions").json()["sessions"]
    assert [(each["hub"], each["visits"], each["contacts"]) for each in sessions] == [
        ("STORY", 1, {"housing": 1})
    ]
    # One family is too few for anything else to leave.
    assert httpx.get(f"{centre}/v1/counts").json()["rows"] == []
    sent = json.dumps(sessions)
    assert "A1" not in sent
    assert "housing_rent" not in sent


async def test_two_tabs_stay_live_and_both_survive_a_restart_of_the_hub(
    centre: str, browser: Browser, tmp_path: Path
) -> None:
    where = ("--data", tmp_path / "hub", "--hub", "STORY", "--centre", centre)
    async with Started("hub_app", "run", *where, "--port", "0", "--no-browser") as started:
        hub = started.said.split()[-1]
        port = hub.rstrip("/").rpartition(":")[2]
        async with Window(browser) as front, Window(browser, (390, 844)) as other:
            await front.open(hub)
            await front.tap("open-session")
            await front.tap("role-front")
            await other.open(f"{hub}front")
            await _arrive(front, "energy_bill")
            assert await other.sees("A1")
            await started.end()
            await started.start("--port", port)
            await other.ready()  # by itself: nobody touched that page
            await front.open(f"{hub}front")
            await _arrive(front, "debt_bills")
            await front.tap("ticket-done")
            assert await front.sees("A2")
            assert await other.sees("A2")
