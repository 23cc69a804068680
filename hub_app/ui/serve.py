"""Serves the screens to browsers on this device only, from the first socket to a clean end."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flet as ft
import uvicorn
from flet_web.fastapi import app_manager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from hub_app.ui.board import PlainPages
from hub_app.ui.fence import Fence
from hub_app.ui.hooks import PULSE
from hub_app.ui.sockets import carry, close_all
from hub_app.ui.static import Shelf
from hub_app.ui.strings import _

HOST = "127.0.0.1"
_PING_SECONDS = 5  # a tablet that has gone is noticed in ten
_LAST_WORDS_SECONDS = 1
_LARGEST_MESSAGE = 8_000_000  # a megabyte pasted by mistake is cut short, not a lost page
_WAITING_LINES = 128
# At DEBUG these write every message to the page, names and all.
_TALKATIVE = (
    "flet",
    "flet_components",
    "flet_controls",
    "flet_object_patch",
    "flet_transport",
    "uvicorn",
    "websockets",
)


@dataclass(frozen=True)
class PortTaken:
    """Why we cannot listen: another program, perhaps this one, has the port."""

    port: int

    @property
    def sentence(self) -> str:
        """What happened, what is safe, what to do."""
        return _(
            "Port {port} is in use, perhaps by a hub that is already running. Nothing was started"
            " and nothing was changed. Close that one, or choose another port.",
            port=self.port,
        )


@dataclass(frozen=True)
class Serving:
    """What is served: the app's `main(page)`, and what it needs of the world.

    `assets` is the project's folder; `cache` one we may fill and anybody may empty; `boot` differs
    at every start, so that open pages notice a new one; `now_millis` is the wall clock. `plain` are
    the wall board and the families' own pages.
    """

    main: Callable[[ft.Page], Any]
    assets: Path
    cache: Path
    boot: str
    now_millis: Callable[[], int]
    plain: PlainPages | None = None


def listen(port: int) -> socket.socket | PortTaken:
    """Take the port on this device's own address, before anything else is started; 0 takes any."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(_WAITING_LINES)
    except (OSError, OverflowError):
        listening.close()
        return PortTaken(port)
    return listening


def address(listening: socket.socket) -> str:
    """Give the address to open in a browser."""
    return f"http://{HOST}:{listening.getsockname()[1]}/"


async def serve(
    serving: Serving,
    listening: socket.socket,
    *,
    up: Callable[[str], object] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until Ctrl-C, SIGTERM or `stop`; `up` is called with the address once it works.

    Open pages are told and closed within two seconds. A second Ctrl-C does not wait for them.
    """
    _hush()
    app = make_app(serving, listening.getsockname()[1])
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws_ping_interval=_PING_SECONDS,
            ws_ping_timeout=_PING_SECONDS,
            ws_max_size=_LARGEST_MESSAGE,
            timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
        )
    )
    server.plain = serving.plain
    watching = asyncio.create_task(_watch(server, stop or asyncio.Event()))
    if up is not None:
        server.told = lambda: up(address(listening))
    try:
        with _signals(server):
            await server.serve(sockets=[listening])
    finally:
        watching.cancel()
        await close_all()


def make_app(serving: Serving, port: int) -> ASGIApp:
    """Give the whole app behind its fence: health, the pages' lines, and the page itself, last."""
    shelf = Shelf(serving.assets, serving.cache)

    async def health(_request: Request) -> Response:
        return JSONResponse(
            {"ok": True, "boot": serving.boot}, headers={"Cache-Control": "no-store"}
        )

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await app_manager.start()
        PULSE.beat(serving.now_millis())
        tasks = [asyncio.create_task(shelf.squeeze()), asyncio.create_task(_beat(serving))]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app_manager.shutdown()

    routes = [
        Route("/api/health", health),
        WebSocketRoute("/ws", carry(serving.main)),
        *(serving.plain.routes() if serving.plain else ()),
        Mount("/", app=shelf),
    ]
    return Fence(Starlette(routes=routes, lifespan=lifespan), port)


class _Server(uvicorn.Server):
    told: Callable[[], object] | None = None
    plain: PlainPages | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.told is not None:
            self.told()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.plain is not None:
            self.plain.end()  # a line nobody ends would be waited for
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises each signal again once it has stopped, in the middle of our own goodbye.
        yield


@contextlib.contextmanager
def _signals(server: _Server) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    caught: list[signal.Signals] = []

    def end() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    for name in (signal.SIGINT, signal.SIGTERM):
        # Windows, or a thread that is not the main one: Ctrl-C then does what it does there.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(name, end)
            caught.append(name)
    try:
        yield
    finally:
        for name in caught:
            loop.remove_signal_handler(name)


async def _watch(server: _Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


async def _beat(serving: Serving) -> None:
    while True:
        await asyncio.sleep(1)
        PULSE.beat(serving.now_millis())


def _hush() -> None:
    for name in _TALKATIVE:
        talker = logging.getLogger(name)
        talker.setLevel(max(talker.level, logging.WARNING))
