"""The server takes its port first, serves this device only, keeps quiet, and ends cleanly."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import flet as ft
import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import PULSE
from hub_app.ui.parts import Words
from hub_app.ui.serve import PortTaken, Serving, address, listen, serve
from tests.ui.conftest import ROOT
from tests.ui.test_sockets import hello


class Served:
    """A hub that serves, and how to end it."""

    def __init__(self, cache: Path) -> None:
        self.feed = Feed()
        self.up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.stop = asyncio.Event()
        self.serving = Serving(
            main=self.main,
            assets=ROOT / "assets",
            cache=cache,
            boot="first",
            now_millis=lambda: 42_000,
        )

    def main(self, page: ft.Page) -> None:
        open_page(page, self.feed, component(lambda: Words("hello")))


@asynccontextmanager
async def served(cache: Path) -> AsyncIterator[tuple[Served, str]]:
    hub = Served(cache)
    listening = listen(0)
    assert isinstance(listening, socket.socket)
    running = asyncio.create_task(
        serve(hub.serving, listening, up=hub.up.set_result, stop=hub.stop)
    )
    try:
        yield hub, await asyncio.wait_for(hub.up, 30)
    finally:
        hub.stop.set()
        await asyncio.wait_for(running, 30)


def taken_port() -> tuple[socket.socket, int]:
    held = listen(0)
    assert isinstance(held, socket.socket)
    return held, held.getsockname()[1]


def test_a_port_in_use_is_refused_with_a_sentence_before_anything_is_started():
    held, port = taken_port()
    refused = listen(port)
    held.close()
    assert refused == PortTaken(port)
    assert isinstance(refused, PortTaken)
    assert str(port) in refused.sentence
    assert "Nothing was started" in refused.sentence


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_cannot_be_is_refused_too(port: int):
    assert listen(port) == PortTaken(port)


def test_only_this_device_can_reach_the_socket():
    held, port = taken_port()
    assert held.getsockname() == ("127.0.0.1", port)
    assert address(held) == f"http://127.0.0.1:{port}/"
    held.close()


async def test_it_says_when_it_is_up_and_which_start_this_is(tmp_path: Path):
    async with served(tmp_path) as (_hub, url), httpx.AsyncClient() as asking:
        answer = await asking.get(f"{url}api/health")
        assert answer.json() == {"ok": True, "boot": "first"}
        assert answer.headers["cache-control"] == "no-store"
        assert PULSE.now_millis == 42_000


async def test_the_page_of_another_site_gets_no_line_to_the_hub(tmp_path: Path):
    async with served(tmp_path) as (hub, url):
        line = url.replace("http", "ws") + "ws"
        with pytest.raises(InvalidStatus):
            await connect(line, origin="http://evil.example")  # type: ignore[arg-type]
        assert hub.feed.pages == 0


async def hear_to_the_end(page: ClientConnection) -> None:
    while True:
        await page.recv()


async def test_stopping_with_a_page_open_ends_its_line_and_forgets_the_page(tmp_path: Path):
    async with served(tmp_path) as (hub, url):
        line = url.replace("http", "ws") + "ws"
        async with connect(line, origin=url.rstrip("/")) as page:  # type: ignore[arg-type]
            await page.send(hello())
            await page.recv()
            await page.recv()
            assert hub.feed.pages == 1
            hub.stop.set()
            with pytest.raises(ConnectionClosed):
                await hear_to_the_end(page)
    await asyncio.sleep(0)
    assert hub.feed.pages == 0


async def test_names_are_never_logged_even_when_everything_is(tmp_path: Path):
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    try:
        async with served(tmp_path):
            talkers = ("flet_transport", "flet_object_patch", "flet_controls", "websockets.server")
            assert [logging.getLogger(name).isEnabledFor(logging.DEBUG) for name in talkers] == [
                False
            ] * len(talkers)
    finally:
        root.setLevel(before)


async def test_the_same_program_can_serve_again_after_it_has_stopped(tmp_path: Path):
    for _time in range(2):
        async with served(tmp_path) as (_hub, url), httpx.AsyncClient() as asking:
            assert (await asking.get(url)).status_code == 200
