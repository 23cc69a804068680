"""What the centre’s page says, worked out from one reading of the ledger, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sync.centre.counts import Choice, GainHeard, HubKnown, Reading
from sync.labels import (
    CODE_LABELS,
    FACT_LABELS,
    KIND_LABELS,
    code_label,
    council_label,
    period_label,
)
from sync.record import KINDS, Place, Row


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
    """Everything the page of counts shows."""

    now: str
    about: str
    visits_in_all: int
    visits_counted: int
    kinds: tuple[KindTable, ...]
    gains: tuple[GainLine, ...]
    hub_options: tuple[Option, ...]
    period_options: tuple[Option, ...]
    query: str


def summarise(reading: Reading, choice: Choice, now: datetime) -> Page:
    """Give the page for a choice of hub and period; `now` is aware, and sets the time zone."""
    sums = reading.sums(choice)
    hubs = reading.hubs()
    return Page(
        now=moment(now),
        about=about(choice, hubs),
        visits_in_all=sum(each.closing.visits for each in reading.sessions(choice)),
        visits_counted=sum(row.n for row in sums if row.kind == "visit"),
        kinds=tuple(table for kind in KINDS if (table := _kind_table(kind, sums)) is not None),
        gains=tuple(_gain_line(each, hubs) for each in reading.gain_totals(choice)),
        hub_options=hub_options(hubs, choice),
        period_options=period_options(reading.quarters(), choice),
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


def _gain_line(heard: GainHeard, hubs: Iterable[HubKnown]) -> GainLine:
    total = heard.total
    return GainLine(
        hub=name_of(heard.place, hubs),
        quarter=period_label(total.quarter),
        pounds=f"£{total.pounds_nearest_100:,}",
        contributors=total.contributors,
    )


def name_of(place: Place, hubs: Iterable[HubKnown]) -> str:
    """Name a hub as it was enrolled: “Linlathen (H2, Dundee City)”."""
    name = next((each.name for each in hubs if each.place == place), "")
    code = f"{place.hub}, {council_label(place.council)}"
    return f"{name} ({code})" if name else code


def about(choice: Choice, hubs: Iterable[HubKnown]) -> str:
    """Say in words what is looked at: which hubs, which dates."""
    where = "All hubs"
    if choice.council and choice.hub:
        where = name_of(Place(choice.council, choice.hub), hubs)
    elif choice.hub:
        where = f"Hub {choice.hub}"
    elif choice.council:
        where = council_label(choice.council)
    return f"{where}, {period_label(choice.period) if choice.period else 'all dates'}"


def hub_options(hubs: Iterable[HubKnown], choice: Choice) -> tuple[Option, ...]:
    """Give the hubs one may choose, with all of them first."""
    chosen = Place(choice.council or "", choice.hub or "")
    named = (
        Option(
            f"{each.place.council}/{each.place.hub}",
            name_of(each.place, (each,)),
            each.place == chosen,
        )
        for each in hubs
    )
    return (Option("", "All hubs", choice.hub is None), *named)


def period_options(quarters: Iterable[str], choice: Choice) -> tuple[Option, ...]:
    """Give the quarters one may choose, with all dates first."""
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


def moment(at: datetime) -> str:
    """Say when, in words: “22 November 2026 at 15:42”."""
    return f"{period_label(at.date().isoformat())} at {at:%H:%M}"
