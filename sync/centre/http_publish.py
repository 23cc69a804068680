"""The page to publish by, and every release as a page and as files."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse

from sync.centre.answers import told
from sync.centre.centre import Centre
from sync.centre.counts import Choice
from sync.centre.http_pages import Field, Look, framed
from sync.centre.http_people import allowed, posted
from sync.centre.people import Right
from sync.centre.printed import about, printed
from sync.centre.publishing.document import Paper, document
from sync.centre.publishing.exports import csv_of, json_stat
from sync.centre.publishing.release import (
    Asked,
    NotReleased,
    Released,
    preview,
    release,
    releases,
)
from sync.centre.publishing.rounding import Rule
from sync.centre.publishing.spreadsheets import xlsx
from sync.centre.publishing.tables import Scope
from sync.centre.summary import Option
from sync.codes import MONTH, QUARTER
from sync.labels import council_label, period_label, short_day
from sync.periods import field_of, first_day, is_over, last_day

_RULES: Final = {
    Rule.MIDPOINT_6: "Middle of bands of six",
    Rule.HIDE_7_ROUND_5: "Hide up to 7, round to 5",
}
_COUNCIL: Final = re.compile(r"S12[0-9]{6}")
_REASON_MAX: Final = 300  # letters; it is printed with the tables
_BAD_REASON: Final = "A reason is one short line of plain text. Nothing was published."
_NO_SUCH: Final = "There is no such release."
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""

    def give_publish(request: Request) -> Response:
        """Give the page to publish by, with the tables chosen as they would be."""
        return _page(centre, request, request.query_params, "")

    async def take_publish(request: Request) -> Response:
        """Publish, in the name of whoever is signed in."""
        form = await posted(request)
        if isinstance(form, Response):
            return form
        return await run_in_threadpool(_publish, centre, request, form)

    def give_release(request: Request) -> Response:
        """Give one release, as a page or a file."""
        return _release(centre, request)

    app.add_api_route("/publish", give_publish, methods=["GET", "HEAD"])
    app.add_api_route("/publish", take_publish, methods=["POST"])
    app.add_api_route("/release", give_release, methods=["GET", "HEAD"])


def _publish(centre: Centre, request: Request, form: Mapping[str, str]) -> Response:
    who = allowed(centre, request, Right.PUBLISH)
    if isinstance(who, Response):
        return who
    scope, rule = _scope(form), _rule(form)
    if scope is None:
        return told(request, 400, "Choose a month or a quarter first.")
    reason, although = (" ".join(form.get(name, "").split()) for name in ("reason", "although"))
    if not all(each.isprintable() and len(each) <= _REASON_MAX for each in (reason, although)):
        return told(request, 400, _BAD_REASON)
    asked = Asked(scope, rule, who.name, reason, although if form.get("all_the_same") else "")
    done = release(centre.store, asked, centre.machine.now())
    if isinstance(done, NotReleased):
        return _page(centre, request, form, done.why)
    return RedirectResponse(f"/release?{_query(done)}", 303)


def _page(centre: Centre, request: Request, chosen: Mapping[str, str], said: str) -> Response:
    who = allowed(centre, request, Right.READ)
    if isinstance(who, Response):
        return who
    scope, rule = _scope(chosen), _rule(chosen)
    now = centre.machine.now()
    with centre.store.reading() as reading:
        found = None if scope is None else preview(reading, scope, rule, now.date())
        if isinstance(found, NotReleased):
            said, found = said or found.why, None
        councils = sorted({each.place.council for each in reading.hubs()}, key=council_label)
        closed = [each for each in _periods(reading.quarters()) if is_over(each, now.date())]
        values: dict[str, Any] = {
            "fields": _fields(councils, closed, scope, rule),
            "said": said,
            "printed": None if found is None else printed(found),
            "asked": tuple(_named(scope, rule).items()) if scope else (),
            "can_publish": who.may(Right.PUBLISH),
            "releases": [_line(each) for each in reversed(releases(reading))],
        }
        look = Look(who, Choice(), reading, request, now)
        return framed(look, "publish.html", "Publish", values, 409 if said else 200)


def _fields(
    councils: list[str], closed: list[str], scope: Scope | None, rule: Rule
) -> tuple[Field, ...]:
    council = scope.council if scope else ""
    period = scope.period if scope else ""
    return (
        Field(
            "council",
            "Council",
            tuple(Option(each, council_label(each), each == council) for each in councils),
        ),
        Field(
            "period",
            "Dates",
            tuple(Option(each, period_label(each), each == period) for each in closed),
        ),
        Field(
            "rule",
            "Rule",
            tuple(Option(each.value, said, each is rule) for each, said in _RULES.items()),
        ),
    )


def _periods(quarters: tuple[str, ...]) -> list[str]:
    """Give every quarter with its months behind it."""
    found: list[str] = []
    for quarter in quarters:
        first = first_day(quarter)
        if first is not None:
            months = (f"{first.year:04}-{first.month + n:02}" for n in (2, 1, 0))
            found += [quarter, *months]
    return found


def _scope(chosen: Mapping[str, str]) -> Scope | None:
    council, period = chosen.get("council", ""), chosen.get("period", "")
    is_period = last_day(period) is not None and field_of(period) in {MONTH, QUARTER}
    return Scope(council, period) if _COUNCIL.fullmatch(council) and is_period else None


def _rule(chosen: Mapping[str, str]) -> Rule:
    wanted = chosen.get("rule", "")
    return next((each for each in Rule if each.value == wanted), Rule.MIDPOINT_6)


def _named(scope: Scope, rule: Rule) -> Mapping[str, str]:
    return {"council": scope.council, "period": scope.period, "rule": rule.value}


def _query(released: Released) -> str:
    council = released.master.scope.council
    return urlencode({"council": council, "number": released.number})


def _line(released: Released) -> Mapping[str, object]:
    paper = released.paper
    day = last_day((paper.released_at or "")[:10])
    return {
        "query": _query(released),
        "about": about(released.master.scope),
        "rule": _RULES[released.master.rule],
        "version": paper.version,
        "at": "" if day is None else short_day(day),
        "by": paper.by,
        "reason": paper.reason,
        "although": paper.although,
    }


def _release(centre: Centre, request: Request) -> Response:
    who = allowed(centre, request, Right.READ)
    if isinstance(who, Response):
        return who
    asked = request.query_params
    with centre.store.reading() as reading:
        found = next(
            (
                each
                for each in releases(reading, asked.get("council"))
                if str(each.number) == asked.get("number")
            ),
            None,
        )
        if found is None:
            return told(request, 404, _NO_SUCH)
        if asked.get("format"):
            return _file(request, found.paper, asked["format"])
        look = Look(who, Choice(), reading, request, centre.machine.now())
        values = {"printed": printed(found.paper)}
        return framed(look, "release.html", about(found.master.scope), values)


def _file(request: Request, paper: Paper, wanted: str) -> Response:
    scope = paper.master.scope
    name = f"{scope.council}-{scope.period}-v{paper.version}"
    made: Mapping[str, tuple[str, Callable[[], Response]]] = {
        "csv": (".csv", lambda: Response(csv_of(paper), media_type="text/csv; charset=utf-8")),
        "json-stat": (".json", lambda: JSONResponse(json_stat(paper))),
        "json": (".json", lambda: JSONResponse(document(paper))),
        "xlsx": (".xlsx", lambda: Response(xlsx(paper), media_type=_XLSX)),
    }
    if wanted not in made:
        return told(request, 400, f"The formats are {', '.join(made)}.")
    ending, make = made[wanted]
    answer = make()
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}{ending}"'
    return answer
