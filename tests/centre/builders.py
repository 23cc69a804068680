"""Batches as hubs would seal them, and a ledger to put them in."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from sync.centre.store import Store, open_store
from sync.record import (
    Batch,
    Closing,
    GainTotal,
    Load,
    Number,
    Place,
    Row,
    Sealed,
    read,
    seal,
)

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
DAY = "2026-11-21"
H2 = Place("S12000042", "H2")
H3 = Place("S12000042", "H3")
EPOCH = 7
_NUMBERS = count(1)


def visits(n: int, visit_type: str = "returning", day: str = DAY) -> Row:
    return Row("visit", (("day", day), ("visit_type", visit_type)), n)


def need(n: int, code: str, result: str | None = None, month: str = "2026-11") -> Row:
    facts = (("month", month), ("need", code))
    return Row("need", (*facts, ("result", result)) if result else facts, n)


def closing(visits: int = 12, opening: int = 1, day: str = DAY, **contacts: int) -> Closing:
    return Closing(date.fromisoformat(day), opening, visits, contacts)


def load(
    rows: Iterable[Row] = (),
    period: str = DAY,
    *closed: Closing,
    revision: int = 1,
    total: GainTotal | None = None,
) -> Load:
    return Load(period, revision, tuple(rows), closed, total)


def sealed(
    rows: Iterable[Row] = (),
    period: str = DAY,
    *closed: Closing,
    hub: Place = H2,
    revision: int = 1,
    total: GainTotal | None = None,
) -> Sealed:
    """Seal a batch under a number that no other batch of the tests has."""
    made = load(rows, period, *closed, revision=revision, total=total)
    return seal(hub, Number(EPOCH, next(_NUMBERS)), made)


def batch_of(made: Sealed) -> Batch:
    batch = read(made.body)
    assert isinstance(batch, Batch)
    return batch


def opened(where: str | Path) -> Store:
    store = open_store(str(where))
    assert isinstance(store, Store), store
    return store
