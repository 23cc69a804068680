"""What is said on a line before a device is known: frozen messages, and their bounded text."""

import json
from typing import Annotated, Any, Final, cast, get_args

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from hub_app.lan.messages import Unreadable
from hub_app.lan.pairing_code import ADDRESS_LIMIT, HIGHEST_PORT, LOWEST_PORT, SECRET_BYTES
from hub_app.lan.pairing_proofs import Proof

OPENING_LIMIT: Final = 8 * 1024  # of one text; ours has less than 2 KiB
_STRICT = ConfigDict(strict=True, extra="ignore")  # a newer tablet may say more

_Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # a nonce, a proof
_Secret = Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{2 * SECRET_BYTES}}}$")]
_Port = Annotated[int, Field(ge=LOWEST_PORT, le=HIGHEST_PORT)]
_Address = Annotated[str, StringConstraints(max_length=15)]
_Addresses = Annotated[tuple[_Address, ...], Field(max_length=ADDRESS_LIMIT)]
_Name = Annotated[str, StringConstraints(max_length=200)]
_Hub = Annotated[str, StringConstraints(max_length=40)]
_Word = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")]


@checked(frozen=True, config=_STRICT)
class Challenge:
    """All a stranger ever hears: what the next proof on this line has to be made for."""

    nonce: _Hex


@checked(frozen=True, config=_STRICT)
class PairingAsked:
    """Who dials wants to be paired: by the secret of a QR, or by proof that it knows the code.

    `hub` is the one it was started for, if it says.
    """

    nonce: _Hex
    proof: Proof
    port: _Port
    addresses: _Addresses
    secret: _Secret | None = None
    code_proof: _Hex | None = None
    hub: _Hub = ""


@checked(frozen=True, config=_STRICT)
class PairingAccepted:
    """It is paired, as this; and where its inviter can be reached from now on."""

    name: _Name
    role: _Word
    port: _Port
    addresses: _Addresses
    code_proof: _Hex | None = None


@checked(frozen=True, config=_STRICT)
class PairingRefused:
    """It is not; `reason` is a PairRefused, or one that only newer tablets know."""

    reason: _Word


Opening = Challenge | Proof | PairingAsked | PairingAccepted | PairingRefused
_READERS: dict[str, TypeAdapter[Any]] = {t.__name__: TypeAdapter(t) for t in get_args(Opening)}


def to_text(opening: Opening) -> str:
    """Give a message as the text it travels as."""
    kind = type(opening).__name__
    body = _READERS[kind].dump_python(opening, mode="json")
    return json.dumps([kind, body], separators=(",", ":"))


def from_text(text: str | bytes) -> Opening | Unreadable:
    """Give the message a text stands for. Never raises: what cannot be read is said to be so."""
    if len(text) > OPENING_LIMIT:
        return Unreadable("too long")
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        return Unreadable("not JSON")
    if not isinstance(said, list) or len(cast(list[object], said)) != 2:
        return Unreadable("not a message")
    kind, body = cast(list[object], said)
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return Unreadable("an unknown kind of message")
    try:
        # Through text again, because strict JSON knows tuples that strict Python does not.
        return cast(Opening, reader.validate_json(json.dumps(body)))
    except (ValidationError, ValueError, RecursionError):
        return Unreadable(f"not a whole {kind}")
