"""The centre as an application: every address it has, by area, and what it says of faults."""

from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from sync.centre import (
    http_carry,
    http_counts,
    http_hubs,
    http_pages,
    http_people,
    http_publish,
    http_quarantine,
    http_upkeep,
)
from sync.centre.answers import told
from sync.centre.centre import Centre, Machine
from sync.centre.courtesy import BROKEN, Courteous, template
from sync.centre.faults import FAULTS, FaultKind, fault_kind
from sync.centre.limits import Limits, Paces
from sync.centre.logs import note_fault
from sync.centre.metrics import Metrics
from sync.centre.people import Cost
from sync.centre.store import Store

AREAS: Final = (
    http_hubs,
    http_carry,
    http_counts,
    http_people,
    http_quarantine,
    http_upkeep,
    http_pages,
    http_publish,
)


def create_app(
    store: Store, machine: Machine, paces: Paces | None = None, cost: Cost | None = None
) -> Courteous:
    """Give the centre as an ASGI application."""
    centre = Centre(store, machine, Limits(paces or Paces()), Metrics(), cost or Cost())
    app = FastAPI(title="Drop-in Hub centre", openapi_url=None, docs_url=None, redoc_url=None)
    for area in AREAS:
        area.add_routes(app, centre)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _no_such_page)
    for fault in FAULTS:
        app.add_exception_handler(fault, _database_fault)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(TimeoutError, _too_slow)
    app.add_exception_handler(Exception, _broken)
    return Courteous(app, centre)


async def _no_such_page(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 400
    kept = dict(fault.headers or {}) if isinstance(fault, HTTPException) else {}
    if status == 405:
        return told(request, status, "This address can’t be used in that way.", kept)
    return told(request, status, "There is nothing at this address.", kept)


async def _gone(_request: Request, _fault: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it


async def _too_slow(request: Request, _fault: Exception) -> Response:
    return told(request, 408, "What was sent did not come to its end in time. Send it again.")


async def _broken(request: Request, _fault: Exception) -> Response:
    return told(request, 500, BROKEN)


_DATABASE_FAULTS: Final = {
    FaultKind.FULL: (
        "The centre’s disk is full. Nothing was changed; it is safe to send again later.",
        60,
    ),
    FaultKind.BUSY: (
        "The centre is busy. Nothing was changed; please try again in a moment.",
        5,
    ),
    FaultKind.GONE: (
        "The centre can’t reach its database. Nothing was changed; it is safe to send again later.",
        30,
    ),
    FaultKind.DAMAGED: (
        "The centre can’t use its own database; somebody there must look. Keep what you have.",
        300,
    ),
}


async def _database_fault(request: Request, fault: Exception) -> Response:
    sentence, pause = _DATABASE_FAULTS[fault_kind(fault)]
    note_fault(template(request.scope), fault)
    return told(request, 503, sentence, {"Retry-After": str(pause)})
