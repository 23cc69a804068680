"""The address for batches that somebody carried here: they are counted, and receipts go back."""

import re
from threading import Semaphore
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from sync.carry import TEXT_MAX, NotCarried, receipts_text
from sync.centre.answers import body, told
from sync.centre.carried import take_carried
from sync.centre.centre import Centre
from sync.centre.http_people import ELSEWHERE, allowed, is_our_own
from sync.centre.people import Right

BEING_READ: Final = Semaphore(1)  # what one file unpacks to takes much memory; ten take too much
_ANOTHER: Final = "Another file is being taken in. Wait a moment, then bring yours again."
_BODY_MAX: Final = TEXT_MAX + 64 * 1024  # the form around it
_PLAIN: Final = ("application/json", "text/plain")
# No reader of e-mail stands here: one needs minutes for a form that somebody spoilt on purpose.
_FORM: Final = re.compile(r'multipart/form-data;\s*boundary="?([!-~]{1,70}?)"?', re.IGNORECASE)
_FIELD: Final = re.compile(
    rb'content-disposition:\s*form-data;\s*name="(?:file|text)"', re.IGNORECASE
)
_PARTS_MAX: Final = 20
_HEAD_MAX: Final = 4096  # bytes of a part’s own heading


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""

    async def take_carried_file(request: Request) -> Response:
        """Take a file a hub wrote (or the pieces of its series, one a line); give its receipts."""
        if not is_our_own(request):
            return told(request, 403, ELSEWHERE)
        who = await run_in_threadpool(allowed, centre, request, Right.CARRY)
        if isinstance(who, Response):
            return who
        read = await body(request, _BODY_MAX)
        if read is None:
            return told(request, 413, "This is more than a hub would ever send.")
        if not BEING_READ.acquire(blocking=False):
            return told(request, 429, _ANOTHER, {"Retry-After": "30"})
        try:
            text = await run_in_threadpool(_text, request.headers.get("content-type", ""), read)
            return await run_in_threadpool(_take, centre, request, text)
        finally:
            BEING_READ.release()

    app.add_api_route("/carry", take_carried_file, methods=["POST"])


def _take(centre: Centre, request: Request, text: str) -> Response:
    carried = take_carried(centre, text)
    if isinstance(carried, NotCarried):
        return told(request, 400, carried.why)
    if not carried.receipts:
        return told(request, 422, carried.said)
    headers = {"Content-Disposition": 'attachment; filename="receipts.json"'}
    return Response(receipts_text(carried.receipts), media_type="application/json", headers=headers)


def _text(kind: str, read: bytes) -> str:
    """Give what was brought: a body of its own, or the fields of a form (RFC 7578) together."""
    if kind.partition(";")[0].strip().lower() in _PLAIN:
        return read.decode(errors="replace")
    form = _FORM.fullmatch(kind.strip())
    if form is None:
        return ""
    _, *parts = (b"\r\n" + read).split(b"\r\n--" + form[1].encode(), _PARTS_MAX)
    fields: list[bytes] = []
    for part in parts:
        head, _, content = part.partition(b"\r\n\r\n")
        if _FIELD.search(head[:_HEAD_MAX]):
            fields.append(content.strip())
    return b"\n".join(each for each in fields if each).decode(errors="replace")
