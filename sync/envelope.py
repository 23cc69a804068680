"""Bytes as they travel: packed by gzip, and unpacked within bounds whoever packed them."""

import base64
import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from sync.signing import Signer
from sync.text import NotJson, canonical, parse
from sync.values import Place

WIRE_MAX: Final = 256 * 1024  # bytes packed; a full batch of everything is a tenth of it
BODY_MAX: Final = 2 * 1024 * 1024  # bytes unpacked
SEVERAL_MOST: Final = 50  # batches in one request
SEVERAL_WIRE_MAX: Final = 256 * 1024  # bytes of those, packed; one too large goes alone
SEVERAL_BODY_MAX: Final = 512 * 1024  # bytes of their request: in base64, with signatures
_LEVEL: Final = 6  # the highest, 9, takes a third longer and saves less than a hundredth
_GZIP: Final = 31  # zlib’s word for: gzip, with its checksum


@dataclass(frozen=True)
class Signed:
    """Packed bytes, the hub they are from, and the signature of one of its tablets’ keys."""

    place: Place
    key_id: str
    signature: str
    wire: bytes


@dataclass(frozen=True)
class Envelope(Signed):
    """A signed batch, ready to travel, and what it is about."""

    batch_id: str
    period: str
    revision: int


@dataclass(frozen=True)
class Unpackable:
    """Why bytes can’t be unpacked: a sentence; `is_too_big` when they are more than we take."""

    why: str
    is_too_big: bool = False


def pack(body: bytes) -> bytes:
    """Give bytes packed, with no time in them: the same bytes give the same."""
    return gzip.compress(body, _LEVEL, mtime=0)


def unpack(wire: bytes, body_max: int = BODY_MAX) -> bytes | Unpackable:
    """Unpack one whole gzip member, with nothing after it; never makes more than `body_max`."""
    reader = zlib.decompressobj(_GZIP)
    try:
        body = reader.decompress(wire, body_max + 1)
    except zlib.error:
        return Unpackable("These bytes are not gzip, or were damaged on the way.")
    if len(body) > body_max:
        return Unpackable(f"Unpacked, this is more than {body_max // 1024} KiB.", is_too_big=True)
    if not reader.eof:
        return Unpackable("These bytes end before they are whole.")
    if reader.unused_data:
        return Unpackable("Something stands behind the end of these bytes.")
    return body


def signed(signer: Signer, kind: bytes, place: Place, body: bytes) -> Signed:
    """Pack and sign a text of one kind (see sync.signing) for one hub."""
    wire = pack(body)
    return Signed(place, signer.key_id, signer.sign(kind, place, wire), wire)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _OneWire(_Wire):
    signature: Annotated[str, Field(max_length=100)]
    wire: Annotated[Base64Bytes, Field(max_length=WIRE_MAX)]


class _SeveralWire(_Wire):
    batches: Annotated[tuple[_OneWire, ...], Field(min_length=1, max_length=SEVERAL_MOST)]


def several_body(batches: Sequence[Signed]) -> bytes:
    """Write down batches of one hub, signed by one key, as the body of one request."""
    told = [
        {"signature": each.signature, "wire": base64.b64encode(each.wire).decode()}
        for each in batches
    ]
    return canonical({"batches": told})


def read_several(body: bytes, place: Place, key_id: str) -> tuple[Signed, ...] | None:
    """Read what `several_body` wrote; None when it is no such thing. Nothing is unpacked."""
    if isinstance(parse(body), NotJson):
        return None
    try:
        found = _SeveralWire.model_validate_json(body)
    except ValidationError:
        return None
    return tuple(Signed(place, key_id, each.signature, each.wire) for each in found.batches)
