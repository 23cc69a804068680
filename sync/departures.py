"""What leaves at one time, how it falls into batches, and what is told of them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sync.record import (
    KINDS,
    LADDER,
    PERIOD_FIELDS,
    VOCABULARY,
    Batch,
    Closing,
    GainTotal,
    Reason,
    Row,
    Sealed,
    field_of,
    last_day,
    read,
)


@dataclass(frozen=True)
class Departures:
    """What a run of the gate lets go, with the closing counts of the sessions it covers."""

    rows: tuple[Row, ...] = ()
    closings: tuple[Closing, ...] = ()
    gain_totals: tuple[GainTotal, ...] = ()


@dataclass(frozen=True)
class Load:
    """What goes into one batch."""

    period: str
    rows: tuple[Row, ...]
    closing: Closing | None
    gain_total: GainTotal | None


@dataclass(frozen=True)
class Filled:
    """The batches that a fill sealed; none when there was nothing new."""

    batches: tuple[Sealed, ...]


@dataclass(frozen=True)
class Refused:
    """What the centre would not take, kept here where somebody can see it."""

    batch_id: str
    period: str
    reasons: tuple[Reason, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Totals:
    """How many batches are in each state, and how many rows were refused."""

    waiting: int
    settled: int
    refused: int
    rows_refused: int


def loads(departures: Departures) -> tuple[Load, ...]:
    """Sort departures into batches: one a period, and one for each further closing of a day."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in departures.rows:
        rows[row.period].append(row)
    totals = {total.quarter: total for total in departures.gain_totals}
    first: dict[str, Closing] = {}
    further: list[Load] = []
    for each in sorted(departures.closings, key=lambda c: (c.day, c.opening)):
        period = each.day.isoformat()
        if period in first:
            further.append(Load(period, (), each, None))
        else:
            first[period] = each
    periods = sorted(rows.keys() | totals.keys() | first.keys())
    main = (Load(p, tuple(rows[p]), first.get(p), totals.get(p)) for p in periods)
    return (*main, *further)


def without_refused(batch: Batch, reasons: Iterable[Reason]) -> Load | None:
    """Give what may be sealed anew, or None when the whole batch is refused."""
    rows, total = set(batch.rows), batch.gain_total
    for reason in reasons:
        match reason.kind, reason.index:
            case "gain_total", _:
                total = None
            case str(kind), None if kind in KINDS:
                rows -= set(batch.of_kind(kind))
            case str(kind), int(i) if kind in KINDS and 0 <= i < len(batch.of_kind(kind)):
                rows.discard(batch.of_kind(kind)[i])
            case _:
                return None
    rest = Load(batch.closed_period, tuple(sorted(rows)), batch.closing_count, total)
    is_same = len(rows) == len(batch.rows) and total == batch.gain_total
    is_empty = not rows and total is None and rest.closing is None
    return None if is_same or is_empty else rest


def is_row(kind: str, facts: str) -> bool:
    """Say whether facts in JSON, as the outbox keeps them, are those of a row of that kind."""
    try:
        codes: dict[str, str] = dict(json.loads(facts))
    except (TypeError, ValueError):
        return False
    return tuple(codes) in LADDER.get(kind, ()) and all(
        field_of(code) == name if name in PERIOD_FIELDS else code in VOCABULARY[name]
        for name, code in codes.items()
    )


def is_batch(*values: Any) -> bool:
    """Say whether a batch, as the outbox keeps it, makes sense: one that waits is its own proof."""
    batch_id, period, end, reasons, is_waiting, body = values
    try:
        UUID(batch_id)
        reasons_of(reasons)
    except (TypeError, ValueError):
        return False
    if not is_waiting:
        return end == str(last_day(period))
    batch = read(body) if isinstance(body, bytes) else None
    is_same = isinstance(batch, Batch) and (batch.batch_id, batch.closed_period) == values[:2]
    return is_same and end == str(last_day(period))


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Read the reasons of a refusal, as the outbox keeps them."""
    return tuple(Reason(**each) for each in json.loads(text))
