"""The pages for people who look: hubs, counts, trends, comparison, quarantine."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from sync.centre import quarantine
from sync.centre.answers import told
from sync.centre.centre import Centre
from sync.centre.compare import SHARES, VISITS_MIN, compare
from sync.centre.counts import Choice, HubKnown, Reading
from sync.centre.frame import ICON, PAGE_HEADERS, Who, places, render
from sync.centre.http_counts import chosen, is_chosen
from sync.centre.http_people import allowed
from sync.centre.overview import CHECKED_HUBS, hub_page, overview, session_page
from sync.centre.people import AT_THIS_MACHINE, Right
from sync.centre.people import Who as Person
from sync.centre.reconcile import reconciled
from sync.centre.seen import hub_seen
from sync.centre.summary import (
    Option,
    about,
    hub_options,
    moment,
    name_of,
    period_options,
    summarise,
)
from sync.centre.trends import plots
from sync.labels import council_label
from sync.periods import last_day, period_of
from sync.record import DAY, QUARTER, Place, Row

_NO_SUCH_HUB: Final = "There is no hub of that name here."
_TRIED: Final = {
    "counted": "It could be read now, and is counted.",
    "already_counted": "It could be read now; it had been counted before.",
    "refused": "It could be read now, but breaks the rules of the record, so it was not counted.",
    "quarantined": "It still can’t be read. It stays here.",
    "stranger": "The key that signed it has been revoked, so it was not counted. It stays here.",
}
_NO_SUCH_SESSION: Final = "Nobody has told this centre of such a session."


@dataclass(frozen=True)
class Look:
    """Somebody looks at a page: who, at what, in which reading, and when."""

    who: Person
    choice: Choice
    reading: Reading
    request: Request
    now: datetime


@dataclass(frozen=True)
class Field:
    """Something to choose in the form at the head of a page."""

    name: str
    label: str
    options: tuple[Option, ...]


Page = Callable[[Look], Response]


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""
    pages: Iterable[tuple[str, set[str], Page]] = (
        ("/", {"hub", "period", "council"}, _give_hubs),
        ("/hub", {"hub"}, _give_hub),
        ("/session", {"hub", "period", "opening"}, _give_session),
        ("/counts", {"hub", "period"}, _give_counts),
        ("/trends", {"hub"}, _give_trends),
        ("/compare", {"period"}, _give_compare),
        ("/quarantine", {"tried"}, _give_quarantine),
    )
    for path, names, page in pages:
        app.add_api_route(path, _shown(centre, names, page), methods=["GET", "HEAD"])
    app.add_api_route("/icon.svg", _give_icon, methods=["GET", "HEAD"])


def _shown(centre: Centre, names: set[str], page: Page) -> Callable[[Request], Response]:
    def give(request: Request) -> Response:
        who = allowed(centre, request, Right.READ)
        if isinstance(who, Response):
            return who
        choice = chosen(request, names)
        if isinstance(choice, str):
            return told(request, 400, choice)
        with centre.store.reading() as reading:
            return page(Look(who, choice, reading, request, centre.machine.now()))

    return give


def framed(
    look: Look, template: str, heading: str, values: Mapping[str, Any], status: int = 200
) -> Response:
    """Give a page in its frame: who looks, and the line of pages."""
    who = Who(look.who.name, can_leave=look.who != AT_THIS_MACHINE)
    path = look.request.url.path
    kept = len(quarantine.kept(look.reading.connection))
    frame = {"who": who, "places": places(path, kept), "heading": heading}
    return HTMLResponse(render(template, **frame, **values), status, PAGE_HEADERS)


def _give_icon() -> Response:
    return Response(ICON, media_type="image/svg+xml")


def _give_hubs(look: Look) -> Response:
    """Give who was heard when, the latest sessions, and what is to be asked about."""
    every, reading = look.reading.hubs(), look.reading
    councils = sorted({each.place.council for each in every}, key=council_label)
    council = look.request.query_params.get("council") or ""
    hubs = tuple(
        each
        for each in every
        if is_chosen(each.place, look.choice) and council in {"", each.place.council}
    )
    choice = Choice(council or look.choice.council, look.choice.hub, look.choice.period)
    is_checked = len(hubs) <= CHECKED_HUBS
    checked = {each.place: reconciled(hub_seen(reading, each.place)) for each in hubs if is_checked}
    options = (
        Option("", "All councils", not council),
        *(Option(each, council_label(each), each == council) for each in councils),
    )
    return framed(
        look,
        "hubs.html",
        "The hubs",
        {
            "page": overview(hubs, reading.sessions(choice), checked, look.now),
            "about": council_label(council) if council else about(look.choice, every),
            "now": moment(look.now),
            "fields": (Field("council", "Council", options),) if len(councils) > 1 else (),
            "is_checked": is_checked,
            "can_carry": look.who.may(Right.CARRY),
        },
    )


def _hub(look: Look) -> HubKnown | None:
    if look.choice.hub is None:
        return None
    return next((each for each in look.reading.hubs() if is_chosen(each.place, look.choice)), None)


def _give_hub(look: Look) -> Response:
    """Give all that is known of one hub, with every difference explained."""
    hub = _hub(look)
    if hub is None:
        return told(look.request, 404, _NO_SUCH_HUB)
    found = reconciled(hub_seen(look.reading, hub.place))
    return framed(look, "hub.html", hub.name, {"page": hub_page(hub, found, look.now)})


def _give_session(look: Look) -> Response:
    """Give one session of a hub."""
    hub, opening = _hub(look), look.request.query_params.get("opening") or "1"
    day = last_day(look.choice.period or "")
    is_day = day is not None and period_of(DAY, day) == look.choice.period
    if hub is None or day is None or not is_day or opening not in "123456789":
        return told(look.request, 404, _NO_SUCH_SESSION)
    found = reconciled(hub_seen(look.reading, hub.place))
    held = look.reading.sessions(Choice(hub.place.council, hub.place.hub, look.choice.period))
    page = session_page(hub, found, held, (day, int(opening)))
    if page is None:
        return told(look.request, 404, _NO_SUCH_SESSION)
    code = f"{hub.place.council}/{hub.place.hub}"
    return framed(
        look, "session.html", page.day, {"page": page, "code": code, "day": look.choice.period}
    )


def _give_counts(look: Look) -> Response:
    """Give what the hubs counted, added up."""
    page = summarise(look.reading, look.choice, look.now)
    return framed(look, "counts.html", page.about, {"page": page})


def _give_trends(look: Look) -> Response:
    """Give how the months went."""
    hubs = look.reading.hubs()
    fields = (Field("hub", "Hub", hub_options(hubs, look.choice)),)
    page = {
        "about": about(look.choice, hubs).rpartition(",")[0],
        "fields": fields if len(hubs) > 1 else (),
        "plots": plots(look.reading.monthly(look.choice), look.now.date()),
    }
    return framed(look, "trends.html", "How the months went", {"page": page})


def _give_compare(look: Look) -> Response:
    """Give hubs beside each other."""
    quarters, hubs = look.reading.quarters(), look.reading.hubs()
    period = look.choice.period or next(iter(quarters), period_of(QUARTER, look.now.date()))
    choice = Choice(period=period)
    rows: dict[Place, list[Row]] = defaultdict(list)
    for each in look.reading.by_hub(choice):
        rows[each.place].append(each.row)
    visits: dict[Place, int] = defaultdict(int)
    for each in look.reading.sessions(choice):
        visits[each.place] += each.closing.visits
    page = {
        "about": about(choice, hubs),
        "visits_min": VISITS_MIN,
        "fields": (Field("period", "Dates", period_options(quarters, choice)[1:]),),
        "found": [
            compare(each, rows, visits, lambda place: name_of(place, hubs)) for each in SHARES
        ],
    }
    return framed(look, "compare.html", "Hubs beside each other", {"page": page})


def _give_quarantine(look: Look) -> Response:
    """Give what could not be read."""
    hubs = look.reading.hubs()
    kept = [
        {
            "id": each.id,
            "hub": name_of(each.place, hubs),
            "came": moment(datetime.fromtimestamp(each.came_at / 1000, look.now.tzinfo)),
            "size": each.size,
            "why": each.why,
        }
        for each in quarantine.kept(look.reading.connection)
    ]
    tried = _TRIED.get(look.request.query_params.get("tried") or "", "")
    values = {"kept": kept, "can_operate": look.who.may(Right.OPERATE), "tried": tried}
    return framed(look, "quarantine.html", "Quarantine", values)
