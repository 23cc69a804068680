"""Two tablets with one queue, in two real browsers: paired, cut off from each other, healed."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.support.browser import Window
from tests.support.started import Started
from tests.support.tcp_proxy import TcpProxy

pytestmark = pytest.mark.browser
HERE = "127.0.0.1"
TALL = (1280, 1500)
_LOOKS = 150
_NAMES = "found => found.map(each => each.getAttribute('aria-label'))"


@dataclass
class Tablet:
    """One tablet: where its screens are, and the only line on which the other one reaches it."""

    screens: str
    line: TcpProxy


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


async def _tablet(stack: AsyncExitStack, folder: Path, ip: str) -> Tablet:
    """Start a tablet at an address it does not tell; where it says it is, its line begins."""
    port = _free_port()
    where = ("--data", folder, "--hub", "STORY", "--port", "0", "--no-browser")
    others = ("--others-host", ip, "--others-port", port)
    started = Started("hub_app", "run", *where, *others, "--name", folder.name)
    await stack.enter_async_context(started)
    line = await stack.enter_async_context(TcpProxy((ip, port), ip=HERE, port=port))
    return Tablet(started.said.split()[-1], line)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Tablet, Tablet]]:
    async with AsyncExitStack() as stack:
        first = await _tablet(stack, tmp_path / "Front", "127.0.0.2")
        yield first, await _tablet(stack, tmp_path / "Second", "127.0.0.3")


async def _said(window: Window, pattern: str) -> str:
    """Give the first words on the page that are like this: as a text, or in the name of a group."""
    page = window.page.locator("flt-semantics-host")
    found = page.get_by_text(re.compile(pattern))
    for _try in range(_LOOKS):
        labels = await page.locator("[aria-label]").evaluate_all(_NAMES)
        match = re.search(pattern, "\n".join([*labels, *await found.all_inner_texts()]))
        if match is not None:
            return match.group()
        await window.frames(12)
    raise AssertionError(f"nothing like {pattern} is on the page")


async def _pair(front: Window, second: Window, two: tuple[Tablet, Tablet]) -> None:
    """Pair the second by the code the first shows, and compare the word."""
    first, other = two
    await front.open(f"{first.screens}invite")
    await front.type("tablet-name", "Desk 2")
    await front.tap("tablet-role-desk")
    await expect(front.by_key("invite-begin")).not_to_have_attribute("aria-disabled", "true")
    await front.tap("invite-begin")
    code = await _said(front, r"[0-9A-Z]{4}-[0-9A-Z]{4}")
    await second.open(other.screens)
    await second.tap("role-join")
    await second.type("join-said", code.lower())
    await second.tap("join-where")
    await second.type("join-address", f"{HERE}:{first.line.port}")
    await second.tap("join-send")
    word = await _said(second, r"[A-Z]{2,3}-[A-Z]{2,3}-[A-Z]{2,3}")
    assert await front.sees("Desk 2 joined")
    assert await front.sees(word)
    await second.tap("word-same")
    await front.tap("word-same")
    await second.tap("join-done")


async def _arrives(window: Window, ticket: str) -> None:
    await window.tap("new-arrival")
    await window.tap("need-housing_repair")
    await window.tap("give-ticket")
    assert await window.sees(ticket)
    await window.tap("ticket-done")


async def test_two_tablets_share_one_queue_are_cut_off_and_heal(
    two: tuple[Tablet, Tablet], browser: Browser
) -> None:
    async with (
        Window(browser, TALL) as front,
        Window(browser, TALL) as second,
        Window(browser) as board,
    ):
        await _pair(front, second, two)
        await front.open(two[0].screens)
        await front.tap("open-session")
        await front.tap("role-front")
        await second.tap("role-front")
        await _arrives(front, "A1")
        assert await second.sees("A1")
        assert await second.sees("In step with 1")

        for tablet in two:
            tablet.line.fall_silent()
        for window in (front, second):
            assert await window.sees("Cut off")
        await board.page.goto(f"{two[1].screens}board")
        await expect(board.page.locator("#waiting")).to_contain_text("Please listen")
        await _arrives(front, "A2")
        await _arrives(second, "B1")
        assert await front.words("B1").count() == 0
        assert await second.words("A2").count() == 0

        for tablet in two:
            tablet.line.heal()
        assert await front.sees("B1")
        assert await second.sees("A2")
        for window in (front, second):
            assert await window.sees("In step with 1")
            assert window.complaints == []
        await expect(board.page.locator("#waiting")).to_contain_text("3 families are waiting")
        assert front.off_origin(two[0].screens) == []
        assert second.off_origin(two[1].screens) == []
