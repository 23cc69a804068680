"""What every answer of the centre has: our headers, a line of log naming nobody, a count."""

from datetime import UTC
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.centre import logs
from sync.centre.answers import later, why
from sync.centre.centre import Centre
from sync.centre.limits import address_key

_EVERYWHERE: Final = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    # Not “no-referrer”: with it a browser does not say the origin of our own forms either.
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
}
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_NO_ADDRESS: Final = "There is nothing at this address."
_TOO_MUCH: Final = "Very much came from this address in a short time. It may soon go on."
BROKEN: Final = (
    "Something broke at the centre. Nothing was changed: what a hub sent is kept there, and goes"
    " again later."
)


class Courteous:
    """An application whose every answer carries our headers, is logged and is counted."""

    def __init__(self, app: ASGIApp, centre: Centre) -> None:
        self._app = app
        self._centre = centre

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, when its address has not asked too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen()
        began = self._centre.machine.seconds()
        wait = self._centre.limits.address.wait(address_key(asker(scope)), began)
        answering: ASGIApp = self._app
        if wait:
            answering = later(429, _TOO_MUCH, wait)
        elif _has_nul(scope):
            answering = why(400, _NO_ADDRESS)
        try:
            await answering(scope, seen.receiving(receive), seen.sending(send))
        except Exception as fault:  # noqa: BLE001  whatever it is, its text must not reach a log
            logs.note_fault(template(scope), fault)
            if not seen.status:
                await why(500, BROKEN)(scope, receive, seen.sending(send))
        self._note(scope, seen, self._centre.machine.seconds() - began)

    def _note(self, scope: Scope, seen: "_Seen", seconds: float) -> None:
        path = template(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._centre.metrics.answered(path, seen.status, seconds)
        logs.note(
            logs.Answered(
                at=self._centre.machine.now().astimezone(UTC).isoformat(timespec="seconds"),
                method=method,
                path=path,
                status=seen.status,
                ms=round(seconds * 1000, 1),
                bytes_in=seen.bytes_in,
                bytes_out=seen.bytes_out,
            )
        )


class _Seen:
    """What passed in one request."""

    def __init__(self) -> None:
        self.status = 0
        self.bytes_in = 0
        self.bytes_out = 0

    def receiving(self, receive: Receive) -> Receive:
        async def counted() -> Message:
            message = await receive()
            self.bytes_in += len(message.get("body", b""))
            return message

        return counted

    def sending(self, send: Send) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                _add_headers(message)
            self.bytes_out += len(message.get("body", b""))
            await send(message)

        return counted


def asker(scope: Scope) -> str | None:
    """Give the address of whoever asks; it is counted with, and never written down."""
    found: tuple[str, int] | None = scope.get("client")
    return found[0] if found else None


def template(scope: Scope) -> str:
    """Give the template of an address we know: a stranger could write anything in any other."""
    path: str = getattr(scope.get("route"), "path", "elsewhere")
    return path


def _has_nul(scope: Scope) -> bool:
    """Say whether an address holds the one letter that PostgreSQL keeps in no text."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _add_headers(message: Message) -> None:
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    given = {name.lower() for name, _ in headers}
    headers.extend((name, value) for name, value in _EVERYWHERE.items() if name not in given)
    message["headers"] = headers
