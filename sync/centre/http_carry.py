"""The address for batches that somebody carried here: they are counted, and receipts go back."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from sync.carry import TEXT_MAX, NotCarried, receipts_text
from sync.centre.answers import body, told
from sync.centre.centre import Centre
from sync.centre.http_people import ELSEWHERE, allowed, is_our_own
from sync.centre.people import Right
from sync.centre.taking import take_carried

_BODY_MAX: Final = TEXT_MAX + 64 * 1024  # the form around it
_PLAIN: Final = ("application/json", "text/plain")
_FIELDS: Final = ("file", "text")


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
        text = await run_in_threadpool(_text, request.headers.get("content-type", ""), read)
        return await run_in_threadpool(_take, centre, request, text)

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
    head = f"Content-Type: {kind.encode('ascii', 'replace').decode()}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + read)
    fields: list[bytes] = []
    for part in form.iter_parts() if form.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if name in _FIELDS and isinstance(content, bytes):
            fields.append(content.strip())
    return b"\n".join(each for each in fields if each).decode(errors="replace")
