"""How the centre answers: a sentence as JSON to programmes and as a page to people; its bodies."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sync.centre.frame import PAGE_HEADERS, said
from sync.centre.taking import Stranger, Taken, Waits
from sync.endpoint import Receipt, Result

BODY_SECONDS: Final = 120.0  # the largest body takes 32 s at 64 kbit/s
STATUS: Final = {
    Result.COUNTED: 201,
    Result.ALREADY_COUNTED: 200,
    Result.REFUSED: 422,
    Result.QUARANTINED: 202,
}


def why(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """Say a sentence to a programme."""
    return JSONResponse({"why": sentence}, status, headers)


def later(status: int, sentence: str, seconds: float) -> Response:
    """Say that the same may be asked again, and when."""
    return why(status, sentence, {"Retry-After": str(max(1, math.ceil(seconds)))})


def told(
    request: Request, status: int, sentence: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Say a sentence as a page to people, and as JSON to programmes."""
    if request.url.path.startswith("/v1/"):
        return why(status, sentence, headers)
    page = said("The centre can’t show this", sentence)
    return HTMLResponse(page, status, {**PAGE_HEADERS, **(headers or {})})


def answer(taken: Taken, status: int | None = None) -> Response:
    """Answer what was taken as a batch."""
    match taken:
        case Receipt():
            return JSONResponse(asdict(taken), status or STATUS[taken.result])
        case Waits():
            return later(429, taken.why, taken.seconds)
        case Stranger():
            return why(401, taken.why)


async def body(request: Request, most: int) -> bytes | None:
    """Read a body while it is within its size, whatever length was claimed; None when it is larger.

    One that takes longer than two minutes is a fault (TimeoutError).
    """
    claimed = request.headers.get("content-length", "")
    if claimed.isascii() and claimed.isdigit() and int(claimed[:18]) > most:
        return None
    read = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        async for part in request.stream():
            read += part
            if len(read) > most:
                return None
    return bytes(read)
