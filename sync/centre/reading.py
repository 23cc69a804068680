"""One unchanging view of the ledger: what was asked for, added up by the database, as values."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from sync.centre.encoding import (
    FACTS,
    MONTH_BITS,
    WHOLE_MONTH,
    WHOLE_QUARTER,
    Facts,
    facts_from,
    period_text,
    row_of,
    span,
)
from sync.centre.roll_up import national, not_rolled
from sync.centre.schema import (
    CLOSING,
    COUNTED,
    FACT,
    GAIN_TOTAL,
    HEARD,
    HUB,
    HUB_KEY,
    LOAD,
    MONTH,
    ROLLED,
)
from sync.manifest import PeriodSum, rows_sum
from sync.periods import field_of
from sync.record import Closing, GainTotal, Place, Row

YEAR: Final = "year"  # the field of a sum over a whole year, which no record has
_ALL: Final = (0, 2**31 - 1)


@dataclass(frozen=True)
class Choice:
    """What to look at: None is everything; a period, or a year, is all that lies wholly in it."""

    council: str | None = None
    hub: str | None = None
    period: str | None = None
    kind: str | None = None

    @property
    def numbers(self) -> tuple[int, int]:
        """The lowest and the highest number of the periods chosen."""
        return _ALL if self.period is None else span(self.period)

    @property
    def is_national(self) -> bool:
        """Whether every hub is chosen."""
        return self.council is None and self.hub is None


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
class HubKnown:
    """A hub that was enrolled or heard; `heard_at` is in milliseconds since 1970, or None."""

    place: Place
    name: str
    heard_at: int | None


@dataclass(frozen=True)
class HubKey:
    """A public key that a hub’s tablet signs with, base64, and its id."""

    key_id: str
    public: str
    is_revoked: bool


class Reading:
    """One unchanging view of the ledger; `connection` reads other tables of the same moment."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._facts: dict[int, tuple[str, Facts]] | None = None

    def counted(self, choice: Choice) -> tuple[Counted, ...]:
        """Give every row counted, hub by hub, period by period."""
        found = self.connection.execute(
            sa.select(HUB.c.council, HUB.c.hub, COUNTED.c.period, COUNTED.c.fact, COUNTED.c.n)
            .join(HUB, HUB.c.hub_id == COUNTED.c.hub_id)
            .where(*self._chosen(choice, COUNTED))
        )
        lines = sorted(
            (council, hub, period, *self._fact(fact), n) for council, hub, period, fact, n in found
        )
        return tuple(
            Counted(Place(council, hub), row_of(period, (kind, facts), n))
            for council, hub, period, kind, facts, n in lines
        )

    def sums(self, choice: Choice) -> tuple[Row, ...]:
        """Give the rows of all chosen hubs and periods added together; their period is left out."""
        source, wanted = self._source(choice)
        found = self.connection.execute(
            sa.select(source.c.fact, sa.func.sum(source.c.n)).where(*wanted).group_by(source.c.fact)
        )
        return tuple(sorted(Row(*self._fact(fact), int(n)) for fact, n in found if n))

    def monthly(self, choice: Choice) -> tuple[Row, ...]:
        """Give the sums over the chosen hubs of each month, days added to it, and each quarter."""
        source, wanted = self._source(choice)
        period = source.c.period
        month = (period.op(">>")(MONTH_BITS)).op("<<")(MONTH_BITS) + WHOLE_MONTH
        is_quarter = period.op("&")((1 << MONTH_BITS) - 1) == WHOLE_QUARTER
        within = sa.case((is_quarter, period), else_=month).label("within")
        parts = sa.select(within, source.c.fact, source.c.n).where(*wanted).subquery()
        found = self.connection.execute(
            sa.select(parts.c.within, parts.c.fact, sa.func.sum(parts.c.n)).group_by(
                parts.c.within, parts.c.fact
            )
        )
        lines = sorted((period, *self._fact(fact), int(n)) for period, fact, n in found if n)
        return tuple(row_of(period, (kind, facts), n) for period, kind, facts, n in lines)

    def by_hub(self, choice: Choice) -> tuple[Counted, ...]:
        """Give the sums of each chosen hub over the chosen period, which is their first fact."""
        found = self.connection.execute(
            sa.select(HUB.c.council, HUB.c.hub, COUNTED.c.fact, sa.func.sum(COUNTED.c.n))
            .join(HUB, HUB.c.hub_id == COUNTED.c.hub_id)
            .where(*self._chosen(choice, COUNTED))
            .group_by(HUB.c.council, HUB.c.hub, COUNTED.c.fact)
        )
        first = ((field_of(choice.period) or YEAR, choice.period),) if choice.period else ()
        lines = sorted((council, hub, *self._fact(fact), int(n)) for council, hub, fact, n in found)
        return tuple(
            Counted(Place(council, hub), Row(kind, (*first, *facts), n))
            for council, hub, kind, facts, n in lines
        )

    def sessions(self, choice: Choice) -> tuple[SessionHeld, ...]:
        """Give the sessions received, the latest first."""
        found = self.connection.execute(
            sa.select(HUB.c.council, HUB.c.hub, *CLOSING.c)
            .join(HUB, HUB.c.hub_id == CLOSING.c.hub_id)
            .where(*_of_hubs(choice), CLOSING.c.period.between(*choice.numbers))
            .order_by(CLOSING.c.period.desc(), HUB.c.council, HUB.c.hub, CLOSING.c.opening.desc())
        )
        return tuple(
            SessionHeld(Place(line.council, line.hub), _closing(line)) for line in found.mappings()
        )

    def gain_totals(self, choice: Choice) -> tuple[GainHeard, ...]:
        """Give the gain totals of the quarters chosen, the latest first."""
        found = self.connection.execute(
            sa.select(
                *(HUB.c.council, HUB.c.hub, GAIN_TOTAL.c.period),
                *(GAIN_TOTAL.c.pounds_nearest_100, GAIN_TOTAL.c.contributors),
            )
            .join(HUB, HUB.c.hub_id == GAIN_TOTAL.c.hub_id)
            .where(*_of_hubs(choice), GAIN_TOTAL.c.period.between(*choice.numbers))
            .order_by(GAIN_TOTAL.c.period.desc(), HUB.c.council, HUB.c.hub)
        )
        return tuple(
            GainHeard(Place(council, hub), GainTotal(period_text(period), pounds, contributors))
            for council, hub, period, pounds, contributors in found
        )

    def hubs(self) -> tuple[HubKnown, ...]:
        """Give every hub that was enrolled or heard, by council and hub."""
        found = self.connection.execute(
            sa.select(HUB.c.council, HUB.c.hub, HUB.c.name, HEARD.c.heard_at)
            .join(HEARD, HEARD.c.hub_id == HUB.c.hub_id)
            .order_by(HUB.c.council, HUB.c.hub)
        )
        return tuple(HubKnown(Place(council, hub), name, at) for council, hub, name, at in found)

    def keys(self, place: Place) -> tuple[HubKey, ...]:
        """Give every public key of a hub, revoked ones too."""
        found = self.connection.execute(
            sa.select(HUB_KEY.c.key_id, HUB_KEY.c.public, HUB_KEY.c.is_revoked)
            .join(HUB, HUB.c.hub_id == HUB_KEY.c.hub_id)
            .where(*_of_hubs(Choice(place.council, place.hub)))
            .order_by(HUB_KEY.c.key_id)
        )
        return tuple(HubKey(key_id, public, bool(revoked)) for key_id, public, revoked in found)

    def quarters(self) -> tuple[str, ...]:
        """Give the quarters anything was counted or opened in, the latest first."""
        fresh = sa.select(LOAD.c.period.op(">>")(MONTH_BITS)).where(
            LOAD.c.rolled < sa.literal_column(str(ROLLED))
        )
        months = self.connection.scalars(sa.union(sa.select(MONTH.c.month), fresh))
        ends = {month - month % 3 + 2 for month in months}
        return tuple(
            period_text((end << MONTH_BITS) + WHOLE_QUARTER) for end in sorted(ends, reverse=True)
        )

    def periods(self, place: Place, within: str | None = None) -> dict[str, PeriodSum]:
        """Give for each period of a hub the revision that stands, and the sum of its rows.

        `within` a month or quarter only those that lie in it.
        """
        choice = Choice(place.council, place.hub, within)
        stands = self.connection.execute(
            sa.select(LOAD.c.period, LOAD.c.revision)
            .join(HUB, HUB.c.hub_id == LOAD.c.hub_id)
            .where(*_of_hubs(choice), LOAD.c.period.between(*choice.numbers))
            .order_by(LOAD.c.period)
        )
        parts: dict[str, list[Row | Closing | GainTotal]] = {}
        for counted in self.counted(choice):
            parts.setdefault(counted.row.period, []).append(counted.row)
        for held in self.sessions(choice):
            parts.setdefault(held.closing.day.isoformat(), []).append(held.closing)
        for gain in self.gain_totals(choice):
            parts.setdefault(gain.total.quarter, []).append(gain.total)
        texts = ((period_text(period), revision) for period, revision in stands)
        return {
            text: PeriodSum(text, revision, rows_sum(parts.get(text, ())))
            for text, revision in texts
        }

    def _source(self, choice: Choice) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
        """Give what to add up, with fact, period and n, and which of it."""
        if choice.is_national:
            fresh = not_rolled(self.connection, *choice.numbers)
            source = national(*choice.numbers, fresh)
            return source, self._of_kind(choice, source.c.fact)
        hubs = sa.select(HUB.c.hub_id).where(*_of_hubs(choice))
        period = COUNTED.c.period.between(*choice.numbers)
        of_kind = self._of_kind(choice, COUNTED.c.fact)
        return COUNTED, [COUNTED.c.hub_id.in_(hubs), period, *of_kind]

    def _chosen(self, choice: Choice, table: sa.Table) -> list[sa.ColumnElement[bool]]:
        """Give the conditions on a table of rows that is joined to its hub."""
        period = table.c.period.between(*choice.numbers)
        return [*_of_hubs(choice), period, *self._of_kind(choice, table.c.fact)]

    def _of_kind(self, choice: Choice, fact: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
        if choice.kind is None:
            return []
        return [fact.in_(sa.select(FACT.c.fact).where(FACT.c.kind == choice.kind))]

    def _fact(self, number: int) -> tuple[str, Facts]:
        """Give what a number stands for; what this version has no word for, as it was written."""
        if (known := FACTS.get(number)) is not None:
            return known
        if self._facts is None:
            found = self.connection.execute(sa.select(FACT.c.fact, FACT.c.kind, FACT.c.facts))
            self._facts = {fact: (kind, facts_from(text)) for fact, kind, text in found}
        return self._facts[number]


def _of_hubs(choice: Choice) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
    if choice.council is not None:
        chosen.append(HUB.c.council == choice.council)
    if choice.hub is not None:
        chosen.append(HUB.c.hub == choice.hub)
    return chosen


def _closing(line: Any) -> Closing:
    day = date.fromisoformat(period_text(line.period))
    return Closing(day, line.opening, line.visits, json.loads(line.contacts))
