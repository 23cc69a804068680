"""A batch as the outbox keeps it: in one state, with what the centre said of it."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sync.manifest import PeriodSum, RowsSum, period_sum
from sync.record import Batch, Place, Reason, Sealed, last_day, read
from sync.text import as_object, parse


class State(StrEnum):
    """Where a batch is: waiting for a receipt, there, or not taken.

    Superseded: a later revision of its period goes in its place.
    """

    WAITING = "waiting"
    SETTLED = "settled"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Refused:
    """What the centre has not counted, and why, kept here where somebody can see it.

    `is_quarantined`: it could not read the batch, and keeps it until a person has looked.
    """

    batch_id: str
    period: str
    revision: int
    reasons: tuple[Reason, ...]
    is_quarantined: bool


@dataclass(frozen=True)
class Totals:
    """How many batches are in each state."""

    waiting: int = 0
    settled: int = 0
    refused: int = 0
    quarantined: int = 0
    superseded: int = 0


def told_of(sealed: Sealed) -> tuple[Place | None, str | None]:
    """Give the hub that a batch is about, and what a manifest tells of it, as text.

    A version we can’t read gives no sum; what is no batch at all gives no hub either.
    """
    batch = read(sealed.body)
    if isinstance(batch, Batch):
        return batch.place, text_of_sum(period_sum(batch.load))
    return _place_of(sealed.body), None


def _place_of(body: bytes) -> Place | None:
    match as_object(parse(body)):
        case {"council": str(council), "hub": str(hub)}:
            return Place(council, hub)
        case _:
            return None


def text_of_sum(period: PeriodSum) -> str:
    """Give a sum as text, as the outbox keeps it."""
    return json.dumps([period.sum.rows, period.sum.xor, period.sum.sum])


def sum_from(period: str, revision: int, text: str) -> PeriodSum:
    """Read what `text_of_sum` gave."""
    rows, xor, total = json.loads(text)
    return PeriodSum(period, revision, RowsSum(int(rows), int(xor), int(total)))


def text_of(reasons: tuple[Reason, ...]) -> str:
    """Give reasons as text, as the outbox keeps them."""
    return json.dumps([asdict(reason) for reason in reasons])


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Read what `text_of` gave."""
    return tuple(Reason(**each) for each in json.loads(text))


def is_kept(sealed: Sealed, *rest: Any) -> bool:
    """Say whether a batch as it stands in the file makes sense: its bytes are their own proof."""
    place, end, sums, reasons, state = rest
    content = as_object(parse(sealed.body)) or {}
    about = (content.get("batch_id"), content.get("closed_period"), content.get("revision"))
    if about != (sealed.batch_id, sealed.period, sealed.revision):
        return False
    try:
        State(state)
        reasons_of(reasons)
        if sums is not None:
            sum_from(sealed.period, sealed.revision, sums)
        is_here = f"{content['council']}/{content['hub']}" == place
    except (KeyError, TypeError, ValueError):
        return False
    return is_here and end == str(last_day(sealed.period))
