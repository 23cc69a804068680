"""The addresses for what the centre could not read: readers see why, operators decide on it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse

from sync.centre import quarantine
from sync.centre.answers import told
from sync.centre.centre import Centre
from sync.centre.http_people import allowed, posted
from sync.centre.people import Right, Who
from sync.centre.quarantine import Discarded
from sync.centre.taking import Stranger, try_again

_GONE: Final = "That is not in quarantine any more."
_NO_REASON: Final = "Say in a few words why it is discarded. Nothing was changed."


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""

    def give_kept(request: Request) -> Response:
        """Give what is in quarantine, without its bytes, to whoever may see the page of it."""
        who = allowed(centre, request, Right.READ)
        if isinstance(who, Response):
            return who
        with centre.store.reading() as reading:
            kept = quarantine.kept(reading.connection)
        return JSONResponse({"quarantine": [asdict(each) for each in kept]})

    async def again(request: Request, named: str) -> Response:
        """Read one again, as after an update."""
        form = await posted(request)
        if isinstance(form, Response):
            return form
        return await run_in_threadpool(_again, centre, request, named)

    async def discard(request: Request, named: str) -> Response:
        """Discard one, with a reason that is kept."""
        form = await posted(request)
        if isinstance(form, Response):
            return form
        return await run_in_threadpool(_discard, centre, request, named, form)

    app.add_api_route("/v1/quarantine", give_kept, methods=["GET", "HEAD"])
    app.add_api_route("/quarantine/{named}/again", again, methods=["POST"])
    app.add_api_route("/quarantine/{named}/discard", discard, methods=["POST"])


def _again(centre: Centre, request: Request, named: str) -> Response:
    who = allowed(centre, request, Right.OPERATE)
    if isinstance(who, Response):
        return who
    receipt = try_again(centre, named)
    if receipt is None:
        return told(request, 404, _GONE)
    tried = "stranger" if isinstance(receipt, Stranger) else receipt.result.value
    return RedirectResponse(f"/quarantine?tried={tried}", 303)


def _discard(centre: Centre, request: Request, named: str, form: Mapping[str, str]) -> Response:
    who = allowed(centre, request, Right.OPERATE)
    if not isinstance(who, Who):
        return who
    reason = " ".join(form.get("why", "").split())
    if not reason or not reason.isprintable():
        return told(request, 400, _NO_REASON)
    with centre.store.writing() as connection:
        discarded = Discarded(who.name, reason, centre.now_ms())
        is_done = quarantine.discard(connection, named, discarded)
    return RedirectResponse("/quarantine", 303) if is_done else told(request, 404, _GONE)
