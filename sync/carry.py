"""Batches and receipts on foot: one text for a file, or the same text as a series of pieces."""

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, Final, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from sync.endpoint import Receipt, Result
from sync.envelope import WIRE_MAX, Envelope, Signed, Unpackable, pack, unpack
from sync.record import Place, Reason
from sync.text import as_object, canonical, parse
from sync.wire import REVISION_MAX

TEXT_MAX: Final = 16 * 1024 * 1024  # characters: the batches of a hub’s ten years are less
BATCHES_MAX: Final = 5_000
_PARTS_MAX: Final = 20 * BATCHES_MAX  # a batch has eight; a receipt three, and four for each reason
# Characters, of the alphanumeric mode (ISO/IEC 18004, 7.4.4): 89 squares a side, for any camera.
PIECE_LENGTH: Final = 800
PIECES_MAX: Final = 999
_TEXTS_MAX: Final = 20 * PIECES_MAX  # however often each was read

_HUB: Final = "HUB1"  # no letter of a piece’s own part is a 1: a mark is found wherever it stands
_CENTRE: Final = "CENTRE1"
_DATA_LENGTH: Final = PIECE_LENGTH - len("CENTRE1.ABCDEFGHIJ.999.999.01234567.")
_MARKED: Final = re.compile(r"(?=(?:HUB|CENTRE)1\.)")
_PIECE: Final = re.compile(
    r"((?:HUB|CENTRE)1\.[A-Z2-7]{10})\.([1-9][0-9]{0,2})\.([1-9][0-9]{0,2})"
    r"\.([0-9A-F]{8})\.([A-Z2-7]+)"
)
_NOT_OURS: Final = "This is not something a hub or a centre wrote to be carried."


@dataclass(frozen=True)
class NotCarried:
    """Why what was brought can’t be used: a sentence; and the pieces that are still missing."""

    why: str
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Parcel:
    """What a hub gave to be carried: batches, and its manifest, signed as over the line."""

    batches: tuple[Envelope, ...]
    manifest: Signed | None = None


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _SignedWire(_Wire):
    council: Annotated[str, Field(pattern=r"^S12[0-9]{6}$")]
    hub: Annotated[str, Field(pattern=r"^[A-Z0-9-]{2,12}$")]
    key_id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    signature: Annotated[str, Field(max_length=88)]
    wire: Annotated[Base64Bytes, Field(max_length=WIRE_MAX)]


class _EnvelopeWire(_SignedWire):
    batch_id: Annotated[str, Field(max_length=36)]
    period: Annotated[str, Field(max_length=10)]
    revision: int = Field(ge=1, le=REVISION_MAX)


class _BatchesWire(_Wire):
    carried: Literal["batches 1"]
    batches: Annotated[tuple[_EnvelopeWire, ...], Field(max_length=BATCHES_MAX)]
    manifest: _SignedWire | None = None


class _ReasonWire(_Wire):
    where: str = Field(default="", max_length=200)
    why: str = Field(max_length=500)
    kind: str | None = Field(default=None, max_length=50)
    index: int | None = Field(default=None, ge=0)


class _ReceiptWire(_Wire):
    batch_id: Annotated[str, Field(max_length=36)]
    result: Result
    reasons: Annotated[tuple[_ReasonWire, ...], Field(max_length=1_000)] = ()


class _ReceiptsWire(_Wire):
    carried: Literal["receipts 1"]
    receipts: Annotated[tuple[_ReceiptWire, ...], Field(max_length=BATCHES_MAX)]


def batches_text(envelopes: Iterable[Envelope], manifest: Signed | None = None) -> str:
    """Write batches down as one text, for a file, with what the hub says it has."""
    told: list[object] = [
        {
            "batch_id": each.batch_id,
            "period": each.period,
            "revision": each.revision,
            **_told(each),
        }
        for each in envelopes
    ]
    beside = {} if manifest is None else {"manifest": _told(manifest)}
    return canonical({"carried": "batches 1", "batches": told, **beside}).decode()


def _told(signed: Signed) -> dict[str, object]:
    return {
        "council": signed.place.council,
        "hub": signed.place.hub,
        "key_id": signed.key_id,
        "signature": signed.signature,
        "wire": base64.b64encode(signed.wire).decode(),
    }


def receipts_text(receipts: Iterable[Receipt]) -> str:
    """Write receipts down as one text; those without an id say nothing and are left out."""
    told = [asdict(each) for each in receipts if each.batch_id is not None]
    return canonical({"carried": "receipts 1", "receipts": told}).decode()


def read_batches(text: str) -> tuple[Envelope, ...] | NotCarried:
    """Read the batches alone of what `read_parcel` reads."""
    parcel = read_parcel(text)
    return parcel if isinstance(parcel, NotCarried) else parcel.batches


def read_parcel(text: str, *, opens_each: bool = True) -> Parcel | NotCarried:
    """Read what a hub wrote: a file, or the pieces of a series, one a line.

    Whose they are only the centre can tell; here each is whole, and is what it says it is. The
    centre opens none of them yet: a small file of a stranger’s may hold minutes of work.
    """
    body = _whole(text)
    if isinstance(body, NotCarried):
        return body
    try:
        found = _BatchesWire.model_validate_json(body)
    except ValidationError:
        return NotCarried("Here are no batches of a hub.")
    envelopes = tuple(_envelope(each) for each in found.batches)
    for each in envelopes:
        if opens_each and not _is_what_it_says(each):
            return NotCarried(f"The batch of {_plain(each.period)} is damaged. Nothing was sent.")
    return Parcel(envelopes, None if found.manifest is None else _signed(found.manifest))


def read_receipts(text: str) -> tuple[Receipt, ...] | NotCarried:
    """Read the receipts of a file, or of the pieces of a series, one a line."""
    body = _whole(text)
    if isinstance(body, NotCarried):
        return body
    try:
        found = _ReceiptsWire.model_validate_json(body)
    except ValidationError:
        return NotCarried("Here are no receipts of a centre.")
    return tuple(
        Receipt(
            each.batch_id,
            each.result,
            tuple(Reason(why.where, why.why, why.kind, why.index) for why in each.reasons),
        )
        for each in found.receipts
    )


def batch_pieces(envelopes: Iterable[Envelope], manifest: Signed | None = None) -> tuple[str, ...]:
    """Give batches as a series of pieces; none when they are too many for it: they go by file.

    What the hub says it has goes with them where the series has room for it.
    """
    batches = tuple(envelopes)
    whole = _pieces(_HUB, batches_text(batches, manifest))
    return whole or _pieces(_HUB, batches_text(batches))


def receipt_pieces(receipts: Iterable[Receipt]) -> tuple[str, ...]:
    """Give receipts as a series of pieces; none when they are too many for it: they go by file."""
    return _pieces(_CENTRE, receipts_text(receipts))


def is_receipt(text: str) -> bool:
    """Say whether a text looks like receipts, or a piece of them; cheap enough for any picture."""
    text = text[:100].strip()
    return text.upper().startswith(f"{_CENTRE}.") or text.startswith('{"carried":"receipts')


def together(found: Iterable[str]) -> str | NotCarried:
    """Put the pieces of one series together; says which are missing, damaged, or of another.

    Each text may hold several pieces, one after the other, broken into lines anywhere.
    """
    whole: dict[int, str] = {}
    damaged: set[int] = set()
    series: set[tuple[str, int]] = set()
    joined = "".join("".join(text.split()) for text in found).upper()
    for text in _MARKED.split(joined)[:_TEXTS_MAX]:
        seen = _PIECE.fullmatch(text)
        if seen is None:
            if text:
                return NotCarried("One of these is not a piece of a series, or was cut off.")
            continue
        name, index, total = seen[1], int(seen[2]), int(seen[3])
        if seen[4] != _check(f"{name}.{index}.{total}", seen[5]) or index > total:
            damaged.add(index)
            continue
        series.add((name, total))
        whole[index] = seen[5]
    if len(series) > 1:
        return NotCarried("Pieces of different series are mixed here. Please begin again with one.")
    return _joined(series, whole, damaged - set(whole))


def _pieces(mark: str, text: str) -> tuple[str, ...]:
    packed = pack(text.encode())
    letters = base64.b32encode(packed).decode().rstrip("=")
    parts = [letters[i : i + _DATA_LENGTH] for i in range(0, len(letters), _DATA_LENGTH)]
    if len(parts) > PIECES_MAX:
        return ()
    series = f"{mark}.{_series_of(packed)}"
    heads = (f"{series}.{i}.{len(parts)}" for i in range(1, len(parts) + 1))
    return tuple(
        f"{head}.{_check(head, part)}.{part}" for head, part in zip(heads, parts, strict=True)
    )


def _joined(
    series: set[tuple[str, int]], whole: dict[int, str], damaged: set[int]
) -> str | NotCarried:
    if damaged:
        which = _listed(sorted(damaged))
        return NotCarried(f"{which} damaged. Please read it once more.", tuple(sorted(damaged)))
    if not series:
        return NotCarried(_NOT_OURS)
    ((name, total),) = series
    missing = tuple(i for i in range(1, total + 1) if i not in whole)
    if missing:
        return NotCarried(f"{_listed(missing)} missing, of {total}.", missing)
    packed = _unlettered("".join(whole[i] for i in range(1, total + 1)))
    body = (
        None
        if packed is None or _series_of(packed) != name.split(".")[1]
        else unpack(packed, TEXT_MAX)
    )
    if not isinstance(body, bytes):
        return NotCarried("These pieces do not make a whole. Please begin again.")
    return body.decode(errors="replace")


def _whole(text: str) -> bytes | NotCarried:
    """Give the one text that was brought: as it is, or put together from its pieces."""
    if len(text) > TEXT_MAX:
        return NotCarried("This is more than a hub would ever send.")
    if text.lstrip().upper().startswith((f"{_HUB}.", f"{_CENTRE}.")):
        joined = together([text])
        if isinstance(joined, NotCarried):
            return joined
        text = joined
    body = text.strip().encode(errors="replace")
    return body if as_object(parse(body, _PARTS_MAX)) is not None else NotCarried(_NOT_OURS)


def _envelope(wire: _EnvelopeWire) -> Envelope:
    place = Place(wire.council, wire.hub)
    about = (wire.batch_id, wire.period, wire.revision)
    return Envelope(place, wire.key_id, wire.signature, wire.wire, *about)


def _signed(wire: _SignedWire) -> Signed:
    return Signed(Place(wire.council, wire.hub), wire.key_id, wire.signature, wire.wire)


def _is_what_it_says(envelope: Envelope) -> bool:
    body = unpack(envelope.wire)
    content = None if isinstance(body, Unpackable) else as_object(parse(body))
    return content is not None and (
        content.get("batch_id"),
        content.get("closed_period"),
        content.get("revision"),
    ) == (envelope.batch_id, envelope.period, envelope.revision)


def _plain(period: str) -> str:
    return period if re.fullmatch(r"[0-9Q-]{7,10}", period) else "…"


def _listed(numbers: Iterable[int]) -> str:
    told = [str(each) for each in numbers]
    if len(told) == 1:
        return f"Piece {told[0]} is"
    return f"Pieces {', '.join(told[:-1])} and {told[-1]} are"


def _series_of(packed: bytes) -> str:
    return base64.b32encode(hashlib.sha256(packed).digest()).decode()[:10]


def _check(head: str, letters: str) -> str:
    return f"{zlib.crc32(f'{head}.{letters}'.encode()):08X}"


def _unlettered(letters: str) -> bytes | None:
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        return None
