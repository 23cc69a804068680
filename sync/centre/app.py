"""The centre on the wire: hubs send batches, people read a page, programmes ask for counts."""

import logging
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.centre.counts import (
    Choice,
    counted_line,
    counts_csv,
    gain_line,
    session_line,
    sessions_csv,
)
from sync.centre.ledger import Ledger, primary_code
from sync.centre.pages import ICON, PAGE_HEADERS, page_html, said_html
from sync.centre.summary import summarise
from sync.endpoint import Receipt, Result
from sync.periods import last_day
from sync.record import KINDS, Reason, Unreadable, read

BODY_MAX: Final = 256 * 1024  # bytes; a batch of everything the record can name is a tenth of it
_HUB: Final = re.compile(r"((?P<council>S12[0-9]{6})/)?(?P<hub>[A-Z0-9-]{2,12})")
_STATUS: Final = {Result.COUNTED: 201, Result.ALREADY_COUNTED: 200, Result.REFUSED: 422}
_EVERYWHERE: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_ACCESS: Final = logging.getLogger("sync.centre.access")
_FAULTS: Final = logging.getLogger("sync.centre.faults")


def create_app(ledger: Ledger, now: Callable[[], datetime]) -> "Courteous":
    """Give the centre as an ASGI application; `now` gives an aware time, in the zone to show."""
    app = FastAPI(title="Drop-in Hub centre", openapi_url=None, docs_url=None, redoc_url=None)
    centre = _Centre(ledger, now)
    app.add_api_route("/v1/batches", centre.take_batch, methods=["POST"])
    reads: Mapping[str, Callable[..., Response]] = {
        "/v1/counts": centre.give_counts,
        "/v1/sessions": centre.give_sessions,
        "/v1/health": centre.give_health,
        "/": centre.give_page,
        "/icon.svg": centre.give_icon,
    }
    for path, give in reads.items():
        app.add_api_route(path, give, methods=["GET", "HEAD"])
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(sqlite3.Error, _file_fault)
    app.add_exception_handler(ClientDisconnect, _gone)
    return Courteous(app, known=frozenset({"/v1/batches", *reads}))


class _Centre:
    """What each address does."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now

    async def take_batch(self, request: Request) -> Response:
        """Count a batch once: content type, size, strict JSON, the record, the ledger."""
        if not _says_json(request):
            return _refused(415, "A batch is sent as plain application/json, in UTF-8.")
        body = await _body(request)
        if body is None:
            return _refused(413, f"A batch is at most {BODY_MAX // 1024} KiB.")
        batch = await run_in_threadpool(read, body)
        if isinstance(batch, Unreadable):
            receipt = Receipt(None, Result.REFUSED, batch.reasons)
            return _answer(422 if batch.is_json else 400, receipt)
        heard_at = round(self._now().timestamp() * 1000)
        receipt = await run_in_threadpool(self._ledger.receive, batch, heard_at)
        return _answer(_STATUS[receipt.result], receipt)

    def give_counts(self, request: Request) -> Response:
        """Give the counts chosen by hub, period and kind, as JSON or CSV."""
        choice = _choice(request, {"hub", "period", "kind", "format"})
        if isinstance(choice, str):
            return _why(400, choice)
        with self._ledger.reading() as reading:
            counted = reading.counted(choice)
            gains = () if choice.kind not in (None, "gain") else reading.gain_totals(choice)
        if request.query_params.get("format") == "csv":
            return _csv("counts.csv", counts_csv(counted))
        rows = [counted_line(each) for each in counted]
        return JSONResponse({"rows": rows, "gain_totals": [gain_line(each) for each in gains]})

    def give_sessions(self, request: Request) -> Response:
        """Give the closing counts received, as JSON or CSV."""
        choice = _choice(request, {"hub", "period", "format"})
        if isinstance(choice, str):
            return _why(400, choice)
        with self._ledger.reading() as reading:
            sessions = reading.sessions(choice)
        if request.query_params.get("format") == "csv":
            return _csv("sessions.csv", sessions_csv(sessions))
        return JSONResponse({"sessions": [session_line(each) for each in sessions]})

    def give_page(self, request: Request) -> Response:
        """Give the page for people."""
        choice = _choice(request, {"hub", "period"})
        if isinstance(choice, str):
            page = said_html("There is nothing at this address", choice)
            return HTMLResponse(page, 400, PAGE_HEADERS)
        with self._ledger.reading() as reading:
            page = summarise(reading, choice, self._now())
        return HTMLResponse(page_html(page), headers=PAGE_HEADERS)

    def give_icon(self) -> Response:
        """Give the icon of the page."""
        return Response(ICON, media_type="image/svg+xml")

    def give_health(self) -> Response:
        """Say that the centre runs and can read its file."""
        with self._ledger.reading() as reading:
            reading.heard()
        return JSONResponse({"ok": True})


class Courteous:
    """An application whose every answer carries our headers and one line of log naming nobody."""

    def __init__(self, app: ASGIApp, *, known: frozenset[str]) -> None:
        self._app = app
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
                # An unknown address is not repeated: a stranger could put anything in it.
                path = scope["path"] if scope["path"] in self._known else "elsewhere"
                _ACCESS.info("%s %s", path, message["status"])
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _add_headers(message: Message) -> None:
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    given = {name.lower() for name, _ in headers}
    for name, value in _EVERYWHERE.items():
        if name.lower().encode() not in given:
            headers.append((name.lower().encode(), value.encode()))
    message["headers"] = headers


def _says_json(request: Request) -> bool:
    media, *details = (
        part.strip().lower() for part in request.headers.get("content-type", "").split(";")
    )
    if media != "application/json" or not set(details) <= {"", "charset=utf-8", 'charset="utf-8"'}:
        return False
    return request.headers.get("content-encoding", "identity").lower() == "identity"


async def _body(request: Request) -> bytes | None:
    """Read a body while it is within its size; a length the sender claims is not trusted."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX:
            return None
    return bytes(body)


def _choice(request: Request, names: set[str]) -> Choice | str:
    """Read what is asked for from the address, or say in a sentence what can’t be."""
    asked = {name: value for name, value in request.query_params.multi_items() if value}
    if len(request.query_params.multi_items()) > len(request.query_params):
        return "Each thing can be asked for once."
    if not set(request.query_params) <= names:
        return f"This address knows only {', '.join(sorted(names))}."
    hub = _HUB.fullmatch(asked.get("hub", "--"))
    if hub is None:
        return "A hub is named by its short code, such as H2, or S12000042/H2."
    if (period := asked.get("period")) is not None and last_day(period) is None:
        return "A period is a day (2026-11-07), a month (2026-11) or a quarter (2026-Q4)."
    if (kind := asked.get("kind")) is not None and kind not in KINDS:
        return f"The kinds are {', '.join(KINDS)}."
    if asked.get("format", "json") not in ("json", "csv"):
        return "The format is json or csv."
    return Choice(hub["council"], hub["hub"] if "hub" in asked else None, period, kind)


def _answer(status: int, receipt: Receipt) -> Response:
    return JSONResponse(asdict(receipt), status)


def _refused(status: int, why: str) -> Response:
    return _answer(status, Receipt(None, Result.REFUSED, (Reason("", why),)))


def _why(status: int, why: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"why": why}, status, headers)


def _csv(name: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _said(request: Request, status: int, why: str, headers: Mapping[str, str]) -> Response:
    """Say a sentence as a page to people, and as JSON to programmes."""
    if request.url.path.startswith("/v1/"):
        return _why(status, why, headers)
    page = said_html("The centre can’t show this", why)
    return HTMLResponse(page, status, {**PAGE_HEADERS, **headers})


async def _no_such_page(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    kept = dict(fault.headers or {}) if isinstance(fault, HTTPException) else {}
    if status == 405:
        return _said(request, status, "This address can’t be used in that way.", kept)
    return _said(request, status, "There is nothing at this address.", kept)


async def _gone(_request: Request, _fault: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it


async def _file_fault(request: Request, fault: Exception) -> Response:
    code = primary_code(fault) if isinstance(fault, sqlite3.Error) else sqlite3.SQLITE_ERROR
    _FAULTS.error("ledger fault, sqlite code %s", code)
    match code:
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            why = "The centre’s disk is full. Nothing was changed; it is safe to send again later."
            pause = 60
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            why = "The centre is busy. Nothing was changed; please try again in a moment."
            pause = 5
        case _:
            why = "The centre can’t use its own file; somebody there must look. Keep what you have."
            pause = 300
    return _said(request, 503, why, {"Retry-After": str(pause)})
