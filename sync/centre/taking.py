"""What becomes of bytes that say they are a batch: known by their key first, only then unpacked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sync.centre import quarantine
from sync.centre.centre import Centre
from sync.centre.quarantine import NotKept
from sync.company import alone
from sync.endpoint import Receipt, Result
from sync.envelope import Signed, Unpackable, unpack
from sync.record import SCHEMA_VERSION, Place, Reason, last_day, read
from sync.signing import BATCH, is_signed
from sync.text import as_object, parse
from sync.wire import Batch

FULL_SECONDS: Final = 3_600.0  # a full shelf waits for a person
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOO_MUCH: Final = "This hub has sent very much in a short time. It may soon go on."
_NOT_OVER: Final = "This period is not over yet."
_ALONE: Final = "Beside the rest of a row, a fact has too little company: it would be given away."
_ANOTHER_HUB: Final = "This batch is of another hub than the one that signed it."


@dataclass(frozen=True)
class Waits:
    """Nothing was decided: the same bytes may come again after so many seconds."""

    why: str
    seconds: float


@dataclass(frozen=True)
class Stranger:
    """Nobody we know signed these bytes, so nothing of them was looked at, and nothing kept."""

    why: str = (
        "The centre does not know this key of this hub, or it was revoked, or these are not the"
        " bytes that were signed."
    )


Taken = Receipt | Waits | Stranger


def take(centre: Centre, signed: Signed, *, is_paced: bool = True) -> Taken:
    """Count signed bytes as a batch of their hub, once.

    Unreadable bytes of a hub we know go to quarantine, but for two sorts, which are refused
    and not kept: what unpacks beyond all bounds, and a batch of our own version of the record
    that breaks its rules, for it may hold what no gate should have let go.
    """
    if not is_known(centre, signed, BATCH):
        return Stranger()
    wait = hub_wait(centre, signed.place) if is_paced else None
    if wait is not None:
        return wait
    seen = _seen(centre, signed)
    taken = _keep(centre, signed, seen) if isinstance(seen, _NotRead) else _count(centre, seen)
    if isinstance(taken, Receipt):
        _measure(centre, taken, seen)
    return taken


def take_several(centre: Centre, signed: Sequence[Signed]) -> tuple[Receipt, ...] | Stranger:
    """Count batches that one hub sent together; gives receipts of those that were looked at.

    Each passes the checks it would pass alone, and those that are readable are counted in one
    transaction. The hub’s pace counts each of them: what comes too soon has no receipt.
    """
    known = _known(centre, signed, BATCH)
    if not any(known):
        return Stranger()
    seen: list[Batch] = []
    receipts: list[Receipt] = []
    for each, is_ours in zip(signed, known, strict=True):
        if not is_ours:
            continue
        if hub_wait(centre, each.place) is not None:
            break
        match _seen(centre, each):
            case Batch() as batch:
                seen.append(batch)
            case Receipt() as refused:
                _measure(centre, refused, refused)
                receipts.append(refused)
            case _NotRead() as unread:
                kept = _keep(centre, each, unread)
                if isinstance(kept, Receipt):
                    _measure(centre, kept, unread)
                    receipts.append(kept)
    counted = centre.store.receive_several(seen, centre.now_ms()) if seen else ()
    for receipt, batch in zip(counted, seen, strict=True):
        _measure(centre, receipt, batch)
    return (*receipts, *counted)


def _measure(centre: Centre, receipt: Receipt, seen: object) -> None:
    is_new = receipt.result is Result.COUNTED
    rows = len(seen.rows) if is_new and isinstance(seen, Batch) else 0
    centre.metrics.received(receipt.result.value, rows)


def try_again(centre: Centre, named: str) -> Receipt | Stranger | None:
    """Read something in quarantine once more, as after an update; None when it is not there.

    Its key must still be one of its hub’s, and not revoked. Once it is counted, or was counted
    before, it leaves the shelf. Whatever else comes of it, it stays until somebody discards it.
    """
    with centre.store.reading() as reading:
        signed = quarantine.bytes_of(reading.connection, named)
    if signed is None:
        return None
    if not is_known(centre, signed, BATCH):
        return Stranger()
    seen = _seen(centre, signed)
    if isinstance(seen, _NotRead):
        return seen.receipt(Result.QUARANTINED)
    if isinstance(seen, Receipt):
        return seen
    receipt = _count(centre, seen)
    if receipt.result is not Result.REFUSED:
        with centre.store.writing() as connection:
            quarantine.let_go(connection, signed.place, named)
    return receipt


def is_known(centre: Centre, signed: Signed, kind: bytes) -> bool:
    """Say whether a key of that hub, not revoked, has signed these bytes as of that kind."""
    return _known(centre, (signed,), kind)[0]


def _known(centre: Centre, signed: Sequence[Signed], kind: bytes) -> tuple[bool, ...]:
    """Say of each of some bytes, all of one hub, whether a key of it has signed them."""
    with centre.store.reading() as reading:
        keys = [key for key in reading.keys(signed[0].place) if not key.is_revoked]
    return tuple(
        any(
            key.key_id == each.key_id
            and is_signed(key.public, kind, each.place, each.wire, each.signature)
            for key in keys
        )
        for each in signed
    )


def hub_wait(centre: Centre, place: Place) -> Waits | None:
    """Say how long a hub we know has to wait before it sends more; None when it need not."""
    key = f"{place.council}/{place.hub}"
    seconds = centre.limits.hub.wait(key, centre.machine.seconds())
    return Waits(_TOO_MUCH, seconds) if seconds else None


@dataclass(frozen=True)
class _NotRead:
    """Bytes we can’t read yet: the id they give themselves, if that can be made out, and why."""

    batch_id: str | None
    reasons: tuple[Reason, ...]

    def receipt(self, result: Result) -> Receipt:
        return Receipt(self.batch_id, result, self.reasons)


def _seen(centre: Centre, signed: Signed) -> Batch | Receipt | _NotRead:
    """Read bytes as a batch of the hub that signed them; a receipt is a refusal for good."""
    body = unpack(signed.wire)
    if isinstance(body, Unpackable):
        reasons = (Reason("", body.why),)
        refused = Receipt(None, Result.REFUSED, reasons)
        return refused if body.is_too_big else _NotRead(None, reasons)
    batch = read(body)
    if isinstance(batch, Batch):
        is_ours = batch.place == signed.place
        reasons = tuple(_held(centre, batch)) if is_ours else (Reason("hub", _ANOTHER_HUB),)
        return Receipt(batch.batch_id, Result.REFUSED, reasons) if reasons else batch
    content = as_object(parse(body)) or {}
    seen = _NotRead(_plain_id(content.get("batch_id")), batch.reasons)
    is_ours = content.get("schema_version") == SCHEMA_VERSION
    return seen.receipt(Result.REFUSED) if is_ours else seen


def _held(centre: Centre, batch: Batch) -> Iterator[Reason]:
    """Judge again what the hub’s gate judged, as far as a batch shows it.

    That each row counts five or more is part of the record; how many people, and which visits,
    stand behind one is known to the hub alone. A hub’s today may be our tomorrow, never later.
    """
    end = last_day(batch.closed_period)
    if end is None or end > centre.machine.now().date() + timedelta(days=1):
        yield Reason("closed_period", _NOT_OVER)
    for kind in dict.fromkeys(kind for kind, _ in alone(batch.rows)):
        yield Reason(f"fragments.{kind}", _ALONE, kind)


def _count(centre: Centre, seen: Batch | Receipt) -> Receipt:
    if isinstance(seen, Receipt):
        return seen
    return centre.store.receive(seen, centre.now_ms())


def _keep(centre: Centre, signed: Signed, seen: _NotRead) -> Receipt | Waits:
    why = seen.reasons[0].why
    with centre.store.writing() as connection:
        refused = quarantine.keep(connection, signed, why, centre.now_ms())
    match refused:
        case None:
            return seen.receipt(Result.QUARANTINED)
        case NotKept(why, is_final=True):
            return Receipt(seen.batch_id, Result.REFUSED, (Reason("", why),))
        case NotKept(why):
            return Waits(why, FULL_SECONDS)


def _plain_id(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
