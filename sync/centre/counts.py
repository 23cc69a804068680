"""What the ledger holds, for whoever asks: by hub, period and kind, as values, JSON and CSV."""

import csv
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Final

from sync.centre.labels import meaning_of
from sync.periods import field_of, first_day, last_day
from sync.record import CONTACT_SERVICES, VOCABULARY, Closing, GainTotal, Place, Row

Cell = str | int
_CSV_FACTS: Final = tuple(VOCABULARY)
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

_CHOSEN_HUB: Final = "(:council IS NULL OR council = :council) AND (:hub IS NULL OR hub = :hub)"


@dataclass(frozen=True)
class Choice:
    """What to look at: None is everything; a period is all that lies wholly within it."""

    council: str | None = None
    hub: str | None = None
    period: str | None = None
    kind: str | None = None

    def values(self) -> dict[str, str | None]:
        """Give the choice as values for a query; days as ISO dates."""
        begins = first_day(self.period) if self.period else None
        ends = last_day(self.period) if self.period else None
        return {
            "council": self.council,
            "hub": self.hub,
            "kind": self.kind,
            "begins": begins.isoformat() if begins else None,
            "ends": ends.isoformat() if ends else None,
        }


@dataclass(frozen=True)
class Counted:
    """A row the centre has counted, and the hub it came from."""

    place: Place
    row: Row


@dataclass(frozen=True)
class SessionHeld:
    """A session the centre knows of by its closing count."""

    place: Place
    closing: Closing


@dataclass(frozen=True)
class GainHeard:
    """A hub’s gain total for a quarter."""

    place: Place
    total: GainTotal


@dataclass(frozen=True)
class Heard:
    """When the centre last heard from a hub, in milliseconds since 1970."""

    place: Place
    heard_at: int


class Reading:
    """One unchanging view of the ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def counted(self, choice: Choice) -> tuple[Counted, ...]:
        """Give every row counted, hub by hub, period by period."""
        found = self._connection.execute(
            f"""
            SELECT council, hub, kind, period, facts, n FROM counted
            WHERE {_CHOSEN_HUB} AND (:kind IS NULL OR kind = :kind)
              AND (:begins IS NULL OR (begins >= :begins AND ends <= :ends))
            ORDER BY council, hub, ends, begins, kind, facts
            """,  # noqa: S608  the text above holds no value
            choice.values(),
        )
        return tuple(
            Counted(Place(council, hub), Row(kind, _facts(period, facts), n))
            for council, hub, kind, period, facts, n in found
        )

    def sums(self, choice: Choice) -> tuple[Row, ...]:
        """Give the rows of all chosen hubs and periods added together; their period is left out."""
        found = self._connection.execute(
            f"""
            SELECT kind, facts, SUM(n) FROM counted
            WHERE {_CHOSEN_HUB} AND (:kind IS NULL OR kind = :kind)
              AND (:begins IS NULL OR (begins >= :begins AND ends <= :ends))
            GROUP BY kind, facts ORDER BY kind, facts
            """,  # noqa: S608  the text above holds no value
            choice.values(),
        )
        return tuple(Row(kind, tuple(json.loads(facts).items()), n) for kind, facts, n in found)

    def sessions(self, choice: Choice) -> tuple[SessionHeld, ...]:
        """Give the sessions received, the latest first."""
        found = self._connection.execute(
            f"""
            SELECT council, hub, day, opening, visits, contacts FROM sessions
            WHERE {_CHOSEN_HUB} AND (:begins IS NULL OR day BETWEEN :begins AND :ends)
            ORDER BY day DESC, council, hub, opening DESC
            """,  # noqa: S608  the text above holds no value
            choice.values(),
        )
        return tuple(
            SessionHeld(
                Place(council, hub),
                Closing(date.fromisoformat(day), opening, visits, json.loads(contacts)),
            )
            for council, hub, day, opening, visits, contacts in found
        )

    def gain_totals(self, choice: Choice) -> tuple[GainHeard, ...]:
        """Give the gain totals of the quarters chosen, the latest first."""
        found = self._connection.execute(
            f"""
            SELECT council, hub, quarter, pounds_nearest_100, contributors FROM gain_totals
            WHERE {_CHOSEN_HUB} ORDER BY quarter DESC, council, hub
            """,  # noqa: S608  the text above holds no value
            choice.values(),
        )
        every = (GainHeard(Place(c, h), GainTotal(*total)) for c, h, *total in found)
        return tuple(each for each in every if _lies_in(each.total.quarter, choice.period))

    def heard(self) -> tuple[Heard, ...]:
        """Give when each hub was last heard, by council and hub."""
        found = self._connection.execute(
            "SELECT council, hub, heard_at FROM hubs ORDER BY council, hub"
        )
        return tuple(Heard(Place(council, hub), at) for council, hub, at in found)

    def quarters(self) -> tuple[str, ...]:
        """Give the quarters anything was counted or opened in, the latest first."""
        found = self._connection.execute(
            "SELECT DISTINCT ends FROM counted UNION SELECT DISTINCT day FROM sessions"
        )
        days = {date.fromisoformat(day) for (day,) in found}
        return tuple(sorted({f"{day.year:04}-Q{(day.month + 2) // 3}" for day in days}))[::-1]


def _facts(period: str, facts: str) -> tuple[tuple[str, str], ...]:
    rest: Mapping[str, str] = json.loads(facts)
    return ((field_of(period) or "", period), *rest.items())


def _lies_in(inner: str, outer: str | None) -> bool:
    if outer is None:
        return True
    begins, ends = first_day(inner), last_day(inner)
    first, last = first_day(outer), last_day(outer)
    return bool(begins and ends and first and last and first <= begins and ends <= last)


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
