"""The addresses for programmes that read: counts, sessions, and how each hub stands."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from sync.centre.answers import why
from sync.centre.centre import Centre
from sync.centre.counts import counted_line, counts_csv, gain_line, session_line, sessions_csv
from sync.centre.http_people import allowed
from sync.centre.people import Right
from sync.centre.reading import Choice
from sync.centre.reconcile import HubReconciled, reconciled, sentence
from sync.centre.seen import hub_seen
from sync.periods import last_day
from sync.record import KINDS, Place

_HUB: Final = re.compile(r"((?P<council>S12[0-9]{6})/)?(?P<hub>[A-Z0-9-]{2,12})")
_YEAR: Final = re.compile(r"(?!0000)[0-9]{4}")


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""

    def give_counts(request: Request, choice: Choice) -> Response:
        with centre.store.reading() as reading:
            counted = reading.counted(choice)
            gains = () if choice.kind not in (None, "gain") else reading.gain_totals(choice)
        if request.query_params.get("format") == "csv":
            return _csv("counts.csv", counts_csv(counted))
        rows = [counted_line(each) for each in counted]
        return JSONResponse({"rows": rows, "gain_totals": [gain_line(each) for each in gains]})

    def give_sessions(request: Request, choice: Choice) -> Response:
        with centre.store.reading() as reading:
            sessions = reading.sessions(choice)
        if request.query_params.get("format") == "csv":
            return _csv("sessions.csv", sessions_csv(sessions))
        return JSONResponse({"sessions": [session_line(each) for each in sessions]})

    def give_reconciled(_request: Request, choice: Choice) -> Response:
        today = centre.machine.now().date()
        with centre.store.reading() as reading:
            hubs = [
                (each, reconciled(hub_seen(reading, each.place)))
                for each in reading.hubs()
                if is_chosen(each.place, choice)
            ]
        lines = [_hub_line(known.name, found, today) for known, found in hubs]
        return JSONResponse({"hubs": lines})

    gives = (
        ("/v1/counts", {"hub", "period", "kind", "format"}, give_counts),
        ("/v1/sessions", {"hub", "period", "format"}, give_sessions),
        ("/v1/reconcile", {"hub"}, give_reconciled),
    )
    for path, names, give in gives:
        app.add_api_route(path, _for_readers(centre, names, give), methods=["GET", "HEAD"])


def _for_readers(
    centre: Centre, names: set[str], give: Callable[[Request, Choice], Response]
) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        who = allowed(centre, request, Right.READ)
        if isinstance(who, Response):
            return who
        choice = chosen(request, names)
        return why(400, choice) if isinstance(choice, str) else give(request, choice)

    return answer


def chosen(request: Request, names: set[str]) -> Choice | str:
    """Read what is asked for from the address, or say in a sentence what can’t be."""
    asked = {name: value for name, value in request.query_params.multi_items() if value}
    if len(request.query_params.multi_items()) > len(request.query_params):
        return "Each thing can be asked for once."
    if not set(request.query_params) <= names:
        return f"This address knows only {', '.join(sorted(names))}."
    hub = _HUB.fullmatch(asked.get("hub", "--"))
    if hub is None:
        return "A hub is named by its short code, such as H2, or S12000042/H2."
    period = asked.get("period")
    if period is not None and last_day(period) is None and not _YEAR.fullmatch(period):
        return "A period is a day (2026-11-07), a month (2026-11), a quarter (2026-Q4) or a year."
    if (kind := asked.get("kind")) is not None and kind not in KINDS:
        return f"The kinds are {', '.join(KINDS)}."
    if asked.get("format", "json") not in ("json", "csv"):
        return "The format is json or csv."
    return Choice(hub["council"], hub["hub"] if "hub" in asked else None, period, kind)


def is_chosen(place: Place, choice: Choice) -> bool:
    """Say whether a hub is one of those chosen."""
    return choice.council in (None, place.council) and choice.hub in (None, place.hub)


def _hub_line(name: str, found: HubReconciled, today: date) -> Mapping[str, object]:
    checks = (*found.sessions, *found.quarters, *found.months, *found.days)
    lines = [
        {
            "about": sentence(name, each, today),
            "state": each.state.value,
            "is_explained": each.is_explained,
        }
        for each in checks
    ]
    return {
        "council": found.place.council,
        "hub": found.place.hub,
        "is_explained": found.is_explained,
        "missing": list(found.missing),
        "lines": lines,
    }


def _csv(name: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
