"""What the ledger holds, for whoever asks: by hub, period and kind, as values, JSON and CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Final

from sync.centre.reading import (
    Choice,
    Counted,
    GainHeard,
    HubKey,
    HubKnown,
    Reading,
    SessionHeld,
)
from sync.labels import meaning_of
from sync.record import CONTACT_SERVICES, VOCABULARY

__all__ = [
    "Cell",
    "Choice",
    "Counted",
    "GainHeard",
    "HubKey",
    "HubKnown",
    "Reading",
    "SessionHeld",
    "counted_line",
    "counts_csv",
    "gain_line",
    "session_line",
    "sessions_csv",
]

Cell = str | int
_CSV_FACTS: Final = tuple(VOCABULARY)
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def counted_line(counted: Counted) -> dict[str, Cell]:
    """Give a counted row as flat named cells: where, period, kind, each fact, and n."""
    row = counted.row
    return {
        "council": counted.place.council,
        "hub": counted.place.hub,
        "period": row.period,
        "kind": row.kind,
        **dict(row.facts[1:]),
        "n": row.n,
    }


def session_line(held: SessionHeld) -> dict[str, Cell | Mapping[str, int]]:
    """Give a session as named cells; `contacts` counts desk contacts by service."""
    closing = held.closing
    return {
        "council": held.place.council,
        "hub": held.place.hub,
        "day": closing.day.isoformat(),
        "opening": closing.opening,
        "visits": closing.visits,
        "contacts": closing.contacts,
    }


def gain_line(heard: GainHeard) -> dict[str, Cell]:
    """Give a gain total as named cells; pounds are to the nearest hundred."""
    return {
        "council": heard.place.council,
        "hub": heard.place.hub,
        "quarter": heard.total.quarter,
        "pounds_nearest_100": heard.total.pounds_nearest_100,
        "contributors": heard.total.contributors,
    }


def counts_csv(rows: Iterable[Counted]) -> str:
    """Give counted rows as CSV with a heading, safe to open as a spreadsheet.

    The last column says the row in words: a spreadsheet may take a code such as 11-20 for a date.
    """
    lines: list[list[Cell]] = []
    for counted in rows:
        line = counted_line(counted)
        cells = [line.get(name, "") for name in ("council", "hub", "period", "kind", *_CSV_FACTS)]
        lines.append([*cells, line["n"], meaning_of(counted.row)])
    return _csv(("council", "hub", "period", "kind", *_CSV_FACTS, "n", "meaning"), lines)


def sessions_csv(sessions: Iterable[SessionHeld]) -> str:
    """Give sessions as CSV with a heading; a column of desk contacts for each service."""
    lines: list[list[Cell]] = []
    for held in sessions:
        closing = held.closing
        lines.append(
            [
                held.place.council,
                held.place.hub,
                closing.day.isoformat(),
                closing.opening,
                closing.visits,
                *(closing.contacts.get(service, 0) for service in CONTACT_SERVICES),
            ]
        )
    return _csv(("council", "hub", "day", "opening", "visits", *CONTACT_SERVICES), lines)


def _csv(heading: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    text = StringIO()
    writer = csv.writer(text)  # CRLF, as RFC 4180 has it
    writer.writerow(heading)
    writer.writerows([_safe(cell) for cell in line] for line in lines)
    return text.getvalue()


def _safe(cell: Cell) -> Cell:
    """Keep a spreadsheet from running text as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell
