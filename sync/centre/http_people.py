"""Signing in and out by a plain form, and whether whoever asks may do what they ask."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from threading import Semaphore
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from sync.centre import people
from sync.centre.answers import body, told
from sync.centre.centre import Centre
from sync.centre.frame import PAGE_HEADERS, render
from sync.centre.limits import address_key
from sync.centre.people import AT_THIS_MACHINE, SIGNED_IN_HOURS, Right, Who

COOKIE: Final = "sign_in"
FORM_MAX: Final = 64 * 1024
_FIELDS_MAX: Final = 40
SIGN_INS_AT_ONCE: Final = 8  # however many come, from wherever: hubs are answered meanwhile
BEING_LOOKED_AT: Final = Semaphore(SIGN_INS_AT_ONCE)
_OURS: Final = re.compile(r"/(?![/\\])[A-Za-z0-9/_.-]*(\?[A-Za-z0-9=&/._%+-]*)?")
_PASSED_ON: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
ELSEWHERE: Final = (
    "This was sent from another page than the centre’s own, so nothing was done."
    " Open the page again, and repeat it there."
)
_WRONG: Final = "There is nobody of that name with that passphrase. Nothing was changed."
_TOO_OFTEN: Final = "That was tried many times. Wait a few minutes, then try again."
_NOT_YOURS: Final = "You are signed in, and this is for others. An operator can add you for it."


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""

    def give_form(request: Request) -> Response:
        """Give the form to sign in by."""
        return _form(request.query_params.get("to", "/"))

    async def take_form(request: Request) -> Response:
        """Sign somebody in, who has shown that they are who they say."""
        form = await posted(request)
        if isinstance(form, Response):
            return form
        return await run_in_threadpool(_sign_in, centre, request, form)

    async def leave(request: Request) -> Response:
        """Sign somebody out."""
        form = await posted(request)
        if isinstance(form, Response):
            return form
        return await run_in_threadpool(_sign_out, centre, request)

    app.add_api_route("/sign-in", give_form, methods=["GET", "HEAD"])
    app.add_api_route("/sign-in", take_form, methods=["POST"])
    app.add_api_route("/sign-out", leave, methods=["POST"])


def allowed(centre: Centre, request: Request, right: Right) -> Who | Response:
    """Give whoever asks, when they may do that; else the answer that says what to do.

    With nobody added, and nobody but this machine able to ask, whoever is at it may do everything.
    """
    who = _who(centre, request)
    if who is None:
        if request.url.path.startswith("/v1/") or request.method == "POST":
            return told(request, 401, "Please sign in at the centre’s page first.")
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?to={quote(asked, safe='/')}", 303)
    return who if who.may(right) else told(request, 403, _NOT_YOURS)


async def posted(request: Request) -> Mapping[str, str] | Response:
    """Read a small form that one of our own pages posted; each name once; else the answer."""
    if not is_our_own(request):
        return told(request, 403, ELSEWHERE)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in ("application/x-www-form-urlencoded", ""):
        return told(request, 415, "This is not a form of ours.")
    read = await body(request, FORM_MAX)
    if read is None:
        return told(request, 413, "This is more than the form can hold.")
    try:
        fields = parse_qsl(
            read.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(read),
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError:  # also what is no UTF-8
        return told(request, 400, "This is not a form of ours.")
    found = dict(fields)
    return found if len(found) == len(fields) else told(request, 400, "This is not a form of ours.")


def is_our_own(request: Request) -> bool:
    """Say whether a post was made by a page of this very centre.

    By Sec-Fetch-Site, which no page can set; where a browser does not send that (over plain
    HTTP), by Origin, beside the host that was asked. One of them has to be there.
    """
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = _address(request.headers.get("origin", ""))
    return (
        origin is not None
        and bool(origin.netloc)
        and (origin.netloc == request.headers.get("host"))
    )


def _who(centre: Centre, request: Request) -> Who | None:
    token = request.cookies.get(COOKIE)
    with centre.store.reading() as reading:
        if token:
            who = people.signed_in(reading.connection, token, centre.now_ms())
            if who is not None:
                return who
        is_alone = centre.machine.is_alone and is_from_this_machine(request)
        if not is_alone or people.is_anybody(reading.connection):
            return None
    return AT_THIS_MACHINE


def is_from_this_machine(request: Request) -> bool:
    """Say whether only somebody, or something, at this machine can have asked.

    What a proxy passed on came from elsewhere. So may a name that some other page had resolved to
    this machine: only its own names count.
    """
    is_passed_on = any(name in request.headers for name in _PASSED_ON)
    if is_passed_on or request.scope.get("http_version") == "1.0":  # as nginx passes on, unasked
        return False
    came_from = request.client.host if request.client else ""
    asked = _address(f"//{request.headers.get('host', '')}")
    host = "" if asked is None else asked.hostname or ""
    return _is_loopback(came_from) and (host == "localhost" or _is_loopback(host))


def _address(text: str) -> SplitResult | None:
    """Take an address apart; None for what a stranger wrote in place of one."""
    try:
        return urlsplit(text)
    except ValueError:  # a bracket that nothing closes
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _form(to: str, sentence: str = "", status: int = 200) -> Response:
    ours = to if _OURS.fullmatch(to) else "/"
    page = render("sign_in.html", to=ours, sentence=sentence)
    return HTMLResponse(page, status, PAGE_HEADERS)


def _sign_in(centre: Centre, request: Request, form: Mapping[str, str]) -> Response:
    to, name = form.get("to", "/"), people.clean_name(form.get("name", "")) or ""
    if not _may_try(centre, request, name):
        return _form(to, _TOO_OFTEN, 429)
    with centre.store.reading() as reading:
        kept = people.kept_hash(reading.connection, name)
    if not BEING_LOOKED_AT.acquire(blocking=False):
        return _form(to, _TOO_OFTEN, 429)
    try:
        # A name nobody has costs the same time as a wrong passphrase.
        tried = form.get("passphrase", "")
        is_right = people.is_right(tried, kept or people.nobodys(centre.cost))
    finally:
        BEING_LOOKED_AT.release()
    if not is_right or kept is None:
        return _form(to, _WRONG, 401)
    with centre.store.writing() as connection:
        token = people.sign_in(connection, name, centre.machine.chance, centre.now_ms())
    answer = RedirectResponse(to if _OURS.fullmatch(to) else "/", 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=SIGNED_IN_HOURS * 3600,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def _may_try(centre: Centre, request: Request, name: str) -> bool:
    """Count a try. A name is counted with its address: nobody elsewhere can use up its tries."""
    address = address_key(request.client.host if request.client else None)
    now = centre.machine.seconds()
    waits = (
        centre.limits.tries_of_address.wait(address, now),
        centre.limits.tries_of_name.wait(f"{address} {name}", now),
    )
    return not any(waits)


def _sign_out(centre: Centre, request: Request) -> Response:
    token = request.cookies.get(COOKIE)
    if token:
        with centre.store.writing() as connection:
            people.sign_out(connection, token)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer
