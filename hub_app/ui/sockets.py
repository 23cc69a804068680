"""The line between one browser page and its Flet session, which always ends with both ends told."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import flet as ft
from flet.messaging.protocol import Message
from flet_web.fastapi import app_manager
from flet_web.fastapi.flet_app import FletApp
from starlette.websockets import WebSocket

log = logging.getLogger(__name__)

KEPT_SECONDS = 1800  # a page that comes back within this has what it was in the middle of


class HubSocket(FletApp):
    """Flet's own socket, except that a line lost while something is being sent is noticed.

    In Flet 1.0.5 the failed sending ends `handle` before it says that the line is gone. The
    session then counts as connected for ever: it is rendered, queued for and never freed.
    """

    def __init__(self, main: Callable[[ft.Page], Any]) -> None:
        super().__init__(
            loop=asyncio.get_running_loop(),
            executor=app_manager.executor,
            main=main,
            before_main=None,
            session_timeout_seconds=KEPT_SECONDS,
        )

    async def carry(self, websocket: WebSocket) -> None:
        """Carry messages until the line ends, then say so, however it ended."""
        try:
            await self.handle(websocket)
        except Exception as fault:  # noqa: BLE001  # whatever ended it, the session must hear
            log.info("a page's line ended: %r", fault)
        finally:
            await self._part()

    def send_message(self, message: Message) -> None:
        """Send, or drop it when the line is gone: a page that comes back is sent everything."""
        if getattr(self, "_FletApp__send_queue", None) is not None:
            super().send_message(message)

    async def _part(self) -> None:
        own: Any = self
        session = own._FletApp__session  # noqa: SLF001  # Flet keeps it to itself
        if session is not None and session.connection is self:
            name = own._FletApp__get_unique_session_id(session.id)  # noqa: SLF001
            await app_manager.disconnect_session(name, KEPT_SECONDS)


def carry(main: Callable[[ft.Page], Any]) -> Callable[[WebSocket], Any]:
    """Give the endpoint that carries pages of `main`."""

    async def endpoint(websocket: WebSocket) -> None:
        await HubSocket(main).carry(websocket)

    return endpoint


async def close_all() -> None:
    """Close every session, connected or not: each page's own listeners hear `close`."""
    held: Any = app_manager
    for name in tuple(held._FletAppManager__sessions):  # noqa: SLF001
        await app_manager.delete_session(name)
