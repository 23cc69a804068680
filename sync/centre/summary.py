"""What the centre’s page says, worked out from one reading of the ledger, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from sync.centre.counts import Choice, GainHeard, Heard, Reading, SessionHeld
from sync.centre.labels import (
    CODE_LABELS,
    FACT_LABELS,
    KIND_LABELS,
    code_label,
    council_label,
    period_label,
    place_label,
    short_day,
)
from sync.record import KINDS, Place, Row

LATEST_SESSIONS: Final = 6
QUIET_AFTER: Final = timedelta(days=10)  # hubs open once a week: this one has missed a turn


@dataclass(frozen=True)
class Bar:
    """One line of a table: a label, a count, and its length beside the longest, in per cent."""

    label: str
    n: int
    percent: int


@dataclass(frozen=True)
class Grid:
    """A count for each pair of two facts."""

    caption: str
    corner: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class KindTable:
    """All that is shown of one kind of row."""

    code: str
    heading: str
    about: str
    fact: str
    total: int
    bars: tuple[Bar, ...]
    grid: Grid | None


@dataclass(frozen=True)
class HubLine:
    """A hub, when it was last heard, and what its sessions came to."""

    hub: str
    council: str
    heard: str
    heard_machine: str
    is_quiet: bool
    sessions: int
    visits: int


@dataclass(frozen=True)
class SessionLine:
    """A session received."""

    day: str
    day_machine: str
    hub: str
    council: str
    visits: int
    contacts: int


@dataclass(frozen=True)
class GainLine:
    """A hub’s gain total for a quarter, in words."""

    hub: str
    quarter: str
    pounds: str
    contributors: int


@dataclass(frozen=True)
class Option:
    """One thing the form offers."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Page:
    """Everything the page shows."""

    now: str
    about: str
    hubs: tuple[HubLine, ...]
    sessions: tuple[SessionLine, ...]
    sessions_in_all: int
    visits_in_all: int
    contacts_in_all: int
    visits_counted: int
    kinds: tuple[KindTable, ...]
    gains: tuple[GainLine, ...]
    hub_options: tuple[Option, ...]
    period_options: tuple[Option, ...]
    query: str


def summarise(reading: Reading, choice: Choice, now: datetime) -> Page:
    """Give the page for a choice of hub and period; `now` is aware, and sets the time zone."""
    sessions = reading.sessions(choice)
    sums = reading.sums(choice)
    heard = reading.heard()
    return Page(
        now=_moment(now),
        about=_about(choice),
        hubs=tuple(_hub_line(each, sessions, now) for each in heard if _is_in(each.place, choice)),
        sessions=tuple(_session_line(each) for each in sessions[:LATEST_SESSIONS]),
        sessions_in_all=len(sessions),
        visits_in_all=sum(each.closing.visits for each in sessions),
        contacts_in_all=sum(sum(each.closing.contacts.values()) for each in sessions),
        visits_counted=sum(row.n for row in sums if row.kind == "visit"),
        kinds=tuple(table for kind in KINDS if (table := _kind_table(kind, sums)) is not None),
        gains=tuple(_gain_line(each) for each in reading.gain_totals(choice)),
        hub_options=_hub_options(heard, choice),
        period_options=_period_options(reading.quarters(), choice),
        query=_query(choice),
    )


def _kind_table(kind: str, sums: Iterable[Row]) -> KindTable | None:
    """Add the rows of a kind up by its main fact; rows that do not name it are one line more."""
    rows = [row for row in sums if row.kind == kind]
    if not rows:
        return None
    label = KIND_LABELS[kind]
    by_code = _added(rows, label.fact)
    longest = max(by_code.values())
    codes = [code for code in (*CODE_LABELS[label.fact], "") if code in by_code]
    bars = tuple(
        Bar(
            code_label(label.fact, code) if code else "Not broken down further",
            by_code[code],
            round(100 * by_code[code] / longest),
        )
        for code in codes
    )
    return KindTable(
        code=kind,
        heading=label.heading,
        about=label.about,
        fact=FACT_LABELS[label.fact],
        total=sum(by_code.values()),
        bars=bars,
        grid=_grid(rows, label.fact, label.by) if label.by else None,
    )


def _added(rows: Iterable[Row], fact: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        code = dict(row.facts).get(fact, "")
        found[code] = found.get(code, 0) + row.n
    return found


def _grid(rows: Iterable[Row], fact: str, by: str) -> Grid | None:
    """Set two facts against each other, from the rows that name both."""
    both = [row for row in rows if {fact, by} <= set(dict(row.facts))]
    downward, across = _added(both, fact), _added(both, by)
    if not both:
        return None
    columns = [code for code in CODE_LABELS[by] if code in across]
    cells = {code: _added([r for r in both if (fact, code) in r.facts], by) for code in downward}
    return Grid(
        caption=f"{FACT_LABELS[fact]}, by {FACT_LABELS[by].lower()}",
        corner=FACT_LABELS[fact],
        columns=tuple(code_label(by, code) for code in columns),
        lines=tuple(
            (code_label(fact, code), tuple(cells[code].get(column, 0) for column in columns))
            for code in CODE_LABELS[fact]
            if code in downward
        ),
    )


def _hub_line(heard: Heard, sessions: Iterable[SessionHeld], now: datetime) -> HubLine:
    at = datetime.fromtimestamp(heard.heard_at / 1000, tz=now.tzinfo)
    mine = [each for each in sessions if each.place == heard.place]
    return HubLine(
        hub=heard.place.hub,
        council=council_label(heard.place.council),
        heard=f"{short_day(at.date())}, {at:%H:%M}",
        heard_machine=at.isoformat(timespec="seconds"),
        is_quiet=now - at > QUIET_AFTER,
        sessions=len(mine),
        visits=sum(each.closing.visits for each in mine),
    )


def _session_line(held: SessionHeld) -> SessionLine:
    closing = held.closing
    again = f", opening {closing.opening}" if closing.opening > 1 else ""
    return SessionLine(
        day=short_day(closing.day) + again,
        day_machine=closing.day.isoformat(),
        hub=held.place.hub,
        council=council_label(held.place.council),
        visits=closing.visits,
        contacts=sum(closing.contacts.values()),
    )


def _gain_line(heard: GainHeard) -> GainLine:
    total = heard.total
    return GainLine(
        hub=place_label(heard.place),
        quarter=period_label(total.quarter),
        pounds=f"£{total.pounds_nearest_100:,}",
        contributors=total.contributors,
    )


def _about(choice: Choice) -> str:
    where = "All hubs"
    if choice.council and choice.hub:
        where = place_label(Place(choice.council, choice.hub))
    elif choice.council or choice.hub:
        where = f"Hub {choice.hub}" if choice.hub else choice.council or ""
    return f"{where}, {period_label(choice.period) if choice.period else 'all dates'}"


def _is_in(place: Place, choice: Choice) -> bool:
    return choice.council in (None, place.council) and choice.hub in (None, place.hub)


def _hub_options(heard: Iterable[Heard], choice: Choice) -> tuple[Option, ...]:
    chosen = Place(choice.council or "", choice.hub or "")
    named = (
        Option(
            f"{each.place.council}/{each.place.hub}", place_label(each.place), each.place == chosen
        )
        for each in heard
    )
    return (Option("", "All hubs", choice.hub is None), *named)


def _period_options(quarters: Iterable[str], choice: Choice) -> tuple[Option, ...]:
    offered = list(quarters)
    if choice.period and choice.period not in offered:
        offered.insert(0, choice.period)
    named = (Option(each, period_label(each), each == choice.period) for each in offered)
    return (Option("", "All dates", choice.period is None), *named)


def _query(choice: Choice) -> str:
    """Give the choice as the rest of a query, & first; empty when everything is chosen."""
    hub = f"{choice.council}/{choice.hub}" if choice.council else choice.hub
    said = {"hub": hub, "period": choice.period}
    text = urlencode({name: value for name, value in said.items() if value}, safe="/")
    return f"&{text}" if text else ""


def _moment(at: datetime) -> str:
    return f"{period_label(at.date().isoformat())} at {at:%H:%M}"
