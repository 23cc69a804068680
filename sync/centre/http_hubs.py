"""The addresses for hubs’ tablets: batches to count, and manifests to compare."""

import re
from dataclasses import asdict
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from sync.centre.answers import answer, body, later, why
from sync.centre.centre import Centre
from sync.centre.hearing import Unheard, hear
from sync.centre.taking import Stranger, Waits, take, take_several
from sync.endpoint import BATCHES, HUB, KEY, MANIFESTS, SEVERAL, SIGNATURE, Receipt, Result
from sync.envelope import SEVERAL_BODY_MAX, WIRE_MAX, Signed, read_several
from sync.manifest import differences
from sync.record import Place, Reason

_PLACE: Final = re.compile(r"(S12[0-9]{6})/([A-Z0-9-]{2,12})")
_KEY: Final = re.compile(r"[0-9a-f]{16}")
_SIGNATURE_MAX: Final = 100  # letters; ours has 88


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""

    async def take_batch(request: Request) -> Response:
        """Count a batch once; see sync.centre.taking for the order of the checks."""
        signed = await _signed(request)
        if isinstance(signed, Response):
            return signed
        return answer(await run_in_threadpool(take, centre, signed))

    async def take_batches(request: Request) -> Response:
        """Count several batches of one hub, each once; those that were looked at have receipts."""
        if not _is_json(request) or request.headers.get("content-encoding"):
            return why(415, "Several batches are sent as application/json, each packed by itself.")
        sent = await body(request, SEVERAL_BODY_MAX)
        if sent is None:
            return why(413, f"Several batches are at most {SEVERAL_BODY_MAX // 1024} KiB.")
        sender = _sender(request)
        if sender is None:
            return answer(Stranger())
        return await run_in_threadpool(_take_several, centre, sent, *sender)

    async def take_manifest(request: Request) -> Response:
        """Keep what a hub tells, and answer the periods in which we differ."""
        signed = await _signed(request)
        if isinstance(signed, Response):
            return signed
        return await run_in_threadpool(_compare, centre, signed)

    app.add_api_route(BATCHES, take_batch, methods=["POST"])
    app.add_api_route(SEVERAL, take_batches, methods=["POST"])
    app.add_api_route(MANIFESTS, take_manifest, methods=["POST"])


async def _signed(request: Request) -> Signed | Response:
    """Read what was signed, by whom and how: content type, size, headers; nothing is unpacked."""
    if not _is_packed_json(request):
        return _refused(415, "A batch is sent as application/json, packed by gzip.")
    wire = await body(request, WIRE_MAX)
    if wire is None:
        return _refused(413, f"Packed, a batch is at most {WIRE_MAX // 1024} KiB.")
    sender, signature = _sender(request), request.headers.get(SIGNATURE, "")
    if sender is None or len(signature) > _SIGNATURE_MAX:
        return answer(Stranger())
    return Signed(*sender, signature, wire)


def _sender(request: Request) -> tuple[Place, str] | None:
    """Read which hub, and which key of it, a request says that it is from."""
    place = _PLACE.fullmatch(request.headers.get(HUB, ""))
    key_id = request.headers.get(KEY, "")
    if place is None or not _KEY.fullmatch(key_id):
        return None
    return Place(place[1], place[2]), key_id


def _take_several(centre: Centre, sent: bytes, place: Place, key_id: str) -> Response:
    signed = read_several(sent, place, key_id)
    if signed is None:
        return why(400, "These are not batches a hub sent together.")
    taken = take_several(centre, signed)
    if isinstance(taken, Stranger):
        return answer(taken)
    return JSONResponse({"receipts": [asdict(each) for each in taken]})


def _is_packed_json(request: Request) -> bool:
    is_packed = request.headers.get("content-encoding", "").strip().lower() == "gzip"
    return is_packed and _is_json(request)


def _is_json(request: Request) -> bool:
    media, *details = (
        part.strip().lower() for part in request.headers.get("content-type", "").split(";")
    )
    return media == "application/json" and set(details) <= {
        "",
        "charset=utf-8",
        'charset="utf-8"',
    }


def _refused(status: int, sentence: str) -> Response:
    return answer(Receipt(None, Result.REFUSED, (Reason("", sentence),)), status)


def _compare(centre: Centre, signed: Signed) -> Response:
    heard = hear(centre, signed)
    if isinstance(heard, Stranger):
        return answer(heard)
    if isinstance(heard, Waits):
        return later(429, heard.why, heard.seconds)
    if isinstance(heard, Unheard):
        status = 413 if heard.is_too_big else 422 if heard.is_form else 400
        return why(status, heard.why)
    with centre.store.reading() as reading:
        found = differences(heard, reading.periods(signed.place))
    return JSONResponse(asdict(found))
