"""Lets in only pages of this very server: nothing else speaks for a person here."""

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_app.ui.static import SHUT

NAMES = ("127.0.0.1", "localhost")
_VIOLATION = 1008  # RFC 6455: the message breaks our policy


class Fence:
    """An ASGI app round another: checks Host and Origin first, and shuts every answer.

    A page of some other site can make a browser call 127.0.0.1, by address or by a name that
    points there. It cannot choose these two headers.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in NAMES}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in; refuse the rest before anybody has read it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif not self._may_enter(Headers(scope=scope)):
            await _refuse(scope, receive, send)
        else:
            await self._app(scope, receive, _shut(send))

    def _may_enter(self, headers: Headers) -> bool:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        return _all_in(hosts, self._hosts) and len(hosts) == 1 and _all_in(origins, self._origins)


def _all_in(values: Iterable[str], allowed: set[str]) -> bool:
    return all(value.lower() in allowed for value in values)


def _shut(send: Send) -> Send:
    async def send_shut(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SHUT)
        await send(message)

    return send_shut


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _VIOLATION})
        return
    answer = Response(status_code=403)
    await answer(scope, receive, _shut(send))
