"""Outboxes for tests, what goes into them, and all that can be seen of them."""

from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.endpoint import Receipt, Result
from sync.outbox import Outbox
from sync.record import Batch, Closing, Load, Number, Place, Reason, Row, Sealed, read, seal
from sync.signing import signer_of

HUB = Place("S12000042", "H2")
FIRST_DAY = date(2026, 10, 3)
BAD = (Reason("fragments.wait.0", "This code is not in the record’s list.", "wait", 0),)
SIGNER = signer_of(Ed25519PrivateKey.from_private_bytes(bytes(32)))
BANDS = ("0-10", "11-20", "21-40", "41+")


def row(period: str, kind: str = "wait", code: str = "0-10", n: int = 7) -> Row:
    field = "quarter" if "Q" in period else "day" if len(period) == 10 else "month"
    return Row(kind, ((field, period), (f"{kind}_band", code)), n)


def a_batch(period: str, revision: int = 1, n: int = 7, number: Number | None = None) -> Sealed:
    """A period’s batch: each revision has one row more."""
    rows = tuple(row(period, code=code, n=n) for code in BANDS[:revision])
    return seal(HUB, number or Number(1, revision), Load(period, revision, rows))


def a_day(week: int, revision: int = 1) -> Sealed:
    """A day’s batch with its closing count."""
    day = FIRST_DAY + timedelta(weeks=week)
    rows = tuple(row(str(day), code=code) for code in BANDS[:revision])
    load = Load(str(day), revision, rows, (Closing(day, 1, 30 + week, {"dwp": week}),))
    return seal(HUB, Number(1, 10 * week + revision), load)


def opened(path: Path | str = ":memory:") -> Outbox:
    outbox = Outbox.open(path, SIGNER)
    assert isinstance(outbox, Outbox), outbox
    return outbox


def taken(outbox: Outbox, *sealed: Sealed) -> tuple[Sealed, ...]:
    assert outbox.take(sealed) is None
    return sealed


def inside(body: bytes) -> Batch:
    batch = read(body)
    assert isinstance(batch, Batch), batch
    return batch


def said(
    sealed: Sealed, result: Result = Result.COUNTED, reasons: tuple[Reason, ...] = ()
) -> Receipt:
    return Receipt(sealed.batch_id, result, reasons)


def all_of(outbox: Outbox) -> tuple[object, ...]:
    """Everything a person or the courier could see."""
    seen = (outbox.waiting(), outbox.refused(), outbox.batches(), outbox.sums(HUB))
    return (outbox.totals(), outbox.standing(HUB), outbox.arrived(), *seen)
