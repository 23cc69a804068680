"""A line that is lost, even in the middle of being spoken on, leaves no session behind."""

import asyncio
from typing import Any

import flet as ft
import msgpack
import pytest
from flet.messaging.protocol import Message, MessageAction, SessionCrashedBody
from flet_web.fastapi import app_manager
from starlette.websockets import WebSocket, WebSocketDisconnect

from hub_app.ui.sockets import HubSocket, close_all

HELLO = {
    "session_id": None,
    "page_name": "",
    "page": {"route": "/", "web": True, "platform": "linux", "width": 1280.0, "height": 800.0},
}


def hello() -> bytes:
    """Give the first message of a page."""
    body: Any = msgpack.packb([MessageAction.REGISTER_CLIENT.value, HELLO])
    return b"\x00" + body


class Browser:
    """The far end of a socket: says hello, then is there, goes, or goes while being spoken to."""

    def __init__(self) -> None:
        self.heard = 0
        self.is_gone = False
        self._says: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._says.put_nowait({"type": "websocket.connect"})
        self._says.put_nowait({"type": "websocket.receive", "bytes": hello()})

    def go(self) -> None:
        self._says.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def receive(self) -> dict[str, Any]:
        return await self._says.get()

    async def send(self, message: Any) -> None:
        if self.is_gone:
            raise WebSocketDisconnect(1006)
        if message["type"] == "websocket.send":
            self.heard += 1

    def socket(self) -> WebSocket:
        scope = {
            "type": "websocket",
            "path": "/ws",
            "headers": [(b"host", b"127.0.0.1:8765")],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 8765),
            "scheme": "ws",
            "query_string": b"",
        }
        return WebSocket(scope, self.receive, self.send)


async def settle() -> None:
    for _turn in range(40):
        await asyncio.sleep(0)


async def open_page(browser: Browser) -> tuple[HubSocket, ft.Page, asyncio.Task[None]]:
    pages: list[ft.Page] = []
    hub_socket = HubSocket(pages.append)
    carrying = asyncio.create_task(hub_socket.carry(browser.socket()))
    await settle()
    [page] = pages
    return hub_socket, page, carrying


async def test_a_page_that_says_goodbye_is_known_to_be_gone():
    browser = Browser()
    _socket, page, carrying = await open_page(browser)
    browser.go()
    await carrying
    assert page.session.connection is None
    await close_all()


async def test_a_page_whose_line_is_cut_while_something_is_sent_is_known_to_be_gone():
    browser = Browser()
    _socket, page, carrying = await open_page(browser)
    browser.is_gone = True
    page.session.error("one more change")
    browser.go()
    await carrying
    assert page.session.connection is None
    assert page.session.expires_at is not None
    await close_all()


async def test_a_socket_that_is_cancelled_when_the_hub_stops_still_says_so():
    browser = Browser()
    _socket, page, carrying = await open_page(browser)
    carrying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await carrying
    assert page.session.connection is None
    await close_all()


async def test_what_is_sent_after_the_line_is_lost_is_dropped_and_harms_nobody():
    browser = Browser()
    hub_socket, _page, carrying = await open_page(browser)
    browser.go()
    await carrying
    heard = browser.heard
    hub_socket.send_message(Message(MessageAction.SESSION_CRASHED, SessionCrashedBody("late")))
    await settle()
    assert browser.heard == heard
    await close_all()


async def test_closing_all_tells_every_page_and_keeps_none():
    browser = Browser()
    _socket, page, carrying = await open_page(browser)
    told: list[str] = []
    page.on_close = lambda: told.append("closed")
    browser.go()
    await carrying
    await close_all()
    await settle()
    assert told == ["closed"]
    manager: Any = app_manager
    assert manager._FletAppManager__sessions == {}
