"""To publish is a deliberate act of a named person: seen first, audited, then frozen for ever."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from sync.centre.publishing.audit import Out, decide, overlapping
from sync.centre.publishing.awaited import awaited
from sync.centre.publishing.document import (
    Paper,
    document,
    exact_as_json,
    read_document,
    read_exact,
)
from sync.centre.publishing.masters import Master, master, only_received
from sync.centre.publishing.rounding import HEADLINE_MIN, Rule
from sync.centre.publishing.tables import Exact, Scope, exact
from sync.centre.reading import Reading
from sync.codes import MONTH, QUARTER
from sync.labels import period_label, place_label, short_day
from sync.periods import field_of, is_over, last_day
from sync.text import canonical
from sync.values import Place

# A hub destroys what it holds of a month after 7 days, of a quarter after 14 (privacy.md §2.3).
_SENT_LATE: Final = {MONTH: timedelta(days=7), QUARTER: timedelta(days=14)}

_ALTHOUGH: Final = (
    "What is published stays out: more can follow only as another version, and of a month and its"
    " quarter only one can be published. To publish without what is missing needs a reason of its"
    " own, which is kept and printed. Nothing was published."
)
_RELEASED: Final = sa.table(
    "released",
    sa.column("council", sa.Text),
    sa.column("number", sa.Integer),
    sa.column("hub", sa.Text),
    sa.column("period", sa.Text),
    sa.column("rule", sa.Text),
    sa.column("version", sa.Integer),
    sa.column("at", sa.BigInteger),
    sa.column("released_by", sa.Text),
    sa.column("reason", sa.Text),
    sa.column("published", sa.Text),
    sa.column("made_from", sa.Text),
    sa.column("digest", sa.Text),
)


@dataclass(frozen=True)
class Asked:
    """Somebody’s wish to publish; a second version of the same tables needs a reason.

    `although` is the reason to publish them although something has yet to come.
    """

    scope: Scope
    rule: Rule
    by: str
    reason: str = ""
    although: str = ""


@dataclass(frozen=True)
class Released:
    """What was published: the number-th release of its council; `at` in milliseconds since 1970."""

    number: int
    paper: Paper
    at: int
    exact: Exact

    @property
    def master(self) -> Master:
        """Give the tables."""
        return self.paper.master

    @property
    def out(self) -> Out:
        """Give the release as the audit sees it."""
        told = {table.code: table.facts for table in self.master.tables if table.sum_of is None}
        return Out(self.master.scope, self.master.rule, self.exact, told)


@dataclass(frozen=True)
class NotReleased:
    """Why nothing is published, in sentences for the person who asked.

    `is_incomplete`: something has yet to come, and nobody said why to publish all the same.
    """

    why: str
    is_incomplete: bool = False


class Store(Protocol):
    """Where the ledger and the releases are kept."""

    def reading(self) -> AbstractContextManager[Reading]:
        """Give one unchanging view."""
        ...

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """Give a connection in a transaction that is kept when nothing goes wrong."""
        ...


@dataclass(frozen=True)
class _Ready:
    """What would be published, and what it is made from."""

    paper: Paper
    exact: Exact
    number: int


def preview(reading: Reading, scope: Scope, rule: Rule, today: date) -> Paper | NotReleased:
    """Give the tables as they would be published now, or say why they can’t be."""
    ready = _ready(reading, scope, rule, today)
    return ready.paper if isinstance(ready, _Ready) else ready


def release(store: Store, asked: Asked, now: datetime) -> Released | NotReleased:
    """Publish: freeze the tables under the name of whoever asked, or say why that can’t be.

    Two who publish at once can’t both succeed: neither audit has seen the other’s tables.
    """
    by, reason, although = asked.by.strip(), asked.reason.strip(), asked.although.strip()
    if not by:
        return NotReleased("A release needs the name of whoever publishes it.")
    with store.reading() as reading:
        ready = _ready(reading, asked.scope, asked.rule, now.date())
    if isinstance(ready, NotReleased):
        return ready
    if ready.paper.version > 1 and not reason:
        return NotReleased(
            f"{_named(asked.scope)} has been published by this rule. Another version needs a"
            " reason, which is printed with it."
        )
    missing = ready.paper.master.missing
    if missing and not although:
        return NotReleased(" ".join((*missing, _ALTHOUGH)), is_incomplete=True)
    at = now.astimezone(UTC)
    paper = replace(
        ready.paper,
        by=by,
        released_at=at.isoformat("T", "seconds"),
        reason=reason,
        although=although if missing else "",
    )
    released = Released(ready.number, paper, int(at.timestamp() * 1000), ready.exact)
    try:
        with store.writing() as connection:
            connection.execute(sa.insert(_RELEASED).values(_line(released)))
    except IntegrityError:
        return NotReleased(
            "Somebody else has published at the same moment. Nothing of yours was. Look at the"
            " tables again, then publish."
        )
    return released


def releases(reading: Reading, council: str | None = None) -> tuple[Released, ...]:
    """Give what has been published, council by council, the oldest first."""
    chosen = sa.select(_RELEASED).order_by(_RELEASED.c.council, _RELEASED.c.number)
    if council is not None:
        chosen = chosen.where(_RELEASED.c.council == council)
    return tuple(_read(line) for line in reading.connection.execute(chosen).mappings())


def latest(out: Sequence[Released], scope: Scope, rule: Rule) -> Released | None:
    """Give the newest version of a scope by that rule, or None when it was never published."""
    same = [each for each in out if (each.master.scope, each.master.rule) == (scope, rule)]
    return max(same, key=lambda each: each.paper.version, default=None)


def _ready(reading: Reading, scope: Scope, rule: Rule, today: date) -> _Ready | NotReleased:
    """Decide whether a scope may be published, and make what would be."""
    refusal = _not_a_closed_period(scope.period, today)
    if refusal is not None:
        return refusal
    out = releases(reading, scope.council)
    beside = [each.out for each in out]
    clash = overlapping(beside, scope)
    if clash is not None:
        return NotReleased(
            f"{_named(clash.scope)} is published, and has days in common with"
            f" {period_label(scope.period)}. Of two such periods only one can be: the difference"
            " would tell of a few families."
        )
    counted = exact(reading, scope)
    before = latest(out, scope, rule)
    missing = awaited(reading, scope.council, scope.period, scope.hub)
    refusal = _too_little(scope, counted) or _nothing_new(before, counted, missing)
    if refusal is not None:
        return refusal
    version = 1 if before is None else before.paper.version + 1
    decided = only_received(decide(beside, Out(scope, rule, counted)), counted, missing)
    if not decided.told:
        why = decided.waiting[0].why
        return NotReleased(f"No table of {_named(scope)} can be published. {why}")
    coming = _still_coming(scope.period, today)
    made = master(scope, rule, counted, decided, coming)
    return _Ready(Paper(made, version), counted, len(out) + 1)


def _not_a_closed_period(period: str, today: date) -> NotReleased | None:
    if field_of(period) not in {MONTH, QUARTER}:
        return NotReleased(f"“{period}” is not a month or a quarter. Write 2026-11 or 2026-Q4.")
    if not is_over(period, today):
        return NotReleased(f"{period_label(period)} isn’t over. Its tables can be made once it is.")
    return None


def _too_little(scope: Scope, counted: Exact) -> NotReleased | None:
    if not any(counted.cells.values()):
        return NotReleased(f"Nothing has been received of {_named(scope)}.")
    if scope.hub is not None and counted.all_visits < HEADLINE_MIN:
        return NotReleased(
            f"{_named(scope)} has fewer than {HEADLINE_MIN} visits: too few for tables of its own."
            " They are in its council’s."
        )
    return None


def _nothing_new(
    before: Released | None, counted: Exact, missing: tuple[str, ...]
) -> NotReleased | None:
    """Refuse the same again; that nothing is missing any more is new."""
    if before is None or before.exact != counted or (before.master.missing and not missing):
        return None
    return NotReleased(
        f"{_named(before.master.scope)} is published, and nothing has changed since"
        f" version {before.paper.version}."
    )


def _still_coming(period: str, today: date) -> tuple[str, ...]:
    """Say until when hubs may send what they hold, while that is so."""
    end, field = last_day(period), field_of(period)
    if end is None or field is None or today > end + _SENT_LATE[field]:
        return ()
    return (f"Hubs may send more of this period until {short_day(end + _SENT_LATE[field])}.",)


def _named(scope: Scope) -> str:
    named = period_label(scope.period)
    where = "" if scope.hub is None else f", {place_label(Place(scope.council, scope.hub))}"
    return f"{named}{where}"


def _line(released: Released) -> dict[str, str | int]:
    scope = released.master.scope
    published = canonical(document(released.paper)).decode()
    made_from = canonical(exact_as_json(released.exact)).decode()
    return {
        "council": scope.council,
        "number": released.number,
        "hub": scope.hub or "",
        "period": scope.period,
        "rule": released.master.rule.value,
        "version": released.paper.version,
        "at": released.at,
        "released_by": released.paper.by,
        "reason": released.paper.reason,
        "published": published,
        "made_from": made_from,
        "digest": _digest(published, made_from),
    }


def _read(line: Any) -> Released:
    published, made_from = line["published"], line["made_from"]
    if _digest(published, made_from) != line["digest"]:
        raise ValueError(f"release {line['number']} of {line['council']} is not as it was frozen")
    paper, counted = read_document(json.loads(published)), read_exact(json.loads(made_from))
    return Released(line["number"], paper, line["at"], counted)


def _digest(published: str, made_from: str) -> str:
    return hashlib.sha256(f"{published}\n{made_from}".encode()).hexdigest()
