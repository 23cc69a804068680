"""Outboxes for tests, what goes into them, and all that can be seen of them."""

from datetime import date, timedelta
from pathlib import Path

from sync.departures import Departures
from sync.endpoint import Receipt, Result
from sync.outbox import Filled, Outbox
from sync.record import Batch, Closing, Place, Row, Sealed, read

HUB = Place("S12000042", "H2")
FIRST_DAY = date(2026, 10, 3)
BAD = "This code is not in the record’s list."


def row(period: str, kind: str = "wait", code: str = "0-10", n: int = 7) -> Row:
    field = "quarter" if "Q" in period else "day" if len(period) == 10 else "month"
    return Row(kind, ((field, period), (f"{kind}_band", code)), n)


def a_day(week: int, n: int = 7) -> Departures:
    day = FIRST_DAY + timedelta(weeks=week)
    rows = (row(str(day), n=n), row(str(day), code="41+", n=n + 1))
    return Departures(rows, (Closing(day, 1, 30 + week, {"dwp": week}),))


def opened(path: Path | str = ":memory:") -> Outbox:
    outbox = Outbox.open(path)
    assert isinstance(outbox, Outbox), outbox
    return outbox


def filled(outbox: Outbox, departures: Departures, cursor: int = 1) -> tuple[Sealed, ...]:
    done = outbox.fill(HUB, departures, cursor)
    assert isinstance(done, Filled), done
    return done.batches


def inside(sealed: Sealed) -> Batch:
    batch = read(sealed.body)
    assert isinstance(batch, Batch), batch
    return batch


def counted(sealed: Sealed, result: Result = Result.COUNTED) -> Receipt:
    return Receipt(sealed.batch_id, result)


def all_of(outbox: Outbox) -> tuple[object, ...]:
    """Everything a person or the courier could see."""
    seen = (outbox.waiting(), outbox.refused(), outbox.gone(), outbox.counted())
    return (outbox.cursor(), outbox.totals(), outbox.sealed_periods(), *seen)
