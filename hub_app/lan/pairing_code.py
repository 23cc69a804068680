"""What a pairing is begun with: the text of the QR code, the typed code, and a typed address."""

import base64
import ipaddress
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from hub_app.lan.pairing_refused import PairRefused

QR_LIMIT: Final = 400  # characters; ours has 85 to 112
ADDRESS_LIMIT: Final = 6
LOWEST_PORT: Final = 1024
HIGHEST_PORT: Final = 65535
SECRET_BYTES: Final = 16
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
CODE_LETTERS: Final = 8
TYPED_LIMIT: Final = 40  # characters looked at

_VERSION: Final = 1
_PREFIX: Final = f"DIH{_VERSION}:"
_ANY_VERSION = re.compile(r"DIH([1-9][0-9]{0,3}):")
_FIXED = struct.Struct(">B32s16sHB")  # version, device, secret, port, how many addresses follow
_CRC = struct.Struct(">I")
_LOCAL = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "127.0.0.0/8",
    )
)
_LOOKALIKES = str.maketrans("OIL", "011", " -‐‑‒–—_.·\t\r\n")  # noqa: RUF001 dashes people's keyboards make
_TYPED = re.compile(f"[{LETTERS}]{{{CODE_LETTERS}}}")
_ADDRESS = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class QrCode:
    """What a pairing QR holds: who invites, where it listens, and a secret good for one use.

    Name and role are not in it: a doctored code cannot make anybody a coordinator.
    """

    device: str
    secret: bytes = field(repr=False)
    port: int
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedCode:
    """The eight letters and digits for those who cannot scan, without the dash."""

    letters: str = field(repr=False)

    @property
    def shown(self) -> str:
        """As a screen shows it: “K7QF-2M9X”."""
        return f"{self.letters[:4]}-{self.letters[4:]}"


def local_only(addresses: Iterable[str]) -> tuple[str, ...]:
    """Give the addresses that are on a local network, each once, six at most, in their order."""
    local = dict.fromkeys(address for address in addresses if is_local(address))
    return tuple(local)[:ADDRESS_LIMIT]


def is_local(address: str) -> bool:
    """Say whether this is an IPv4 address of a private network, a link, or this machine."""
    try:
        number = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return any(number in network for network in _LOCAL)


def is_port(number: int) -> bool:
    """Say whether a tablet can listen there: none of those that belong to the system."""
    return LOWEST_PORT <= number <= HIGHEST_PORT


# --- QR --------------------------------------------------------------------------------------


def qr_text(code: QrCode) -> str:
    """Give the one spelling of a code. Raises ValueError for what `read_qr` would refuse."""
    addresses = [ipaddress.IPv4Address(address).packed for address in code.addresses]
    device, many = bytes.fromhex(code.device), len(addresses)
    try:
        fixed = _FIXED.pack(_VERSION, device, code.secret, code.port, many)
    except struct.error as no:
        raise ValueError("a number too large for a pairing code") from no
    body = fixed + b"".join(addresses)
    text = _PREFIX + _spelled(body + _CRC.pack(zlib.crc32(body)))
    if read_qr(text) != code:
        raise ValueError("no pairing code can hold this")
    return text


def read_qr(text: str) -> QrCode | PairRefused:
    """Give what a scanned or pasted text holds, or what is wrong with it. Never raises."""
    if len(text) > QR_LIMIT:
        return PairRefused.NOT_A_PAIRING_CODE
    text = text.strip()  # a scanner that plays keyboard presses Enter at the end
    version = _ANY_VERSION.match(text)
    if version is None:
        return PairRefused.NOT_A_PAIRING_CODE
    if version[0] != _PREFIX:
        return PairRefused.NEWER_VERSION
    body = _unsealed(text.removeprefix(_PREFIX))
    if body is None or body[0] < _VERSION:
        return PairRefused.DAMAGED_CODE
    return PairRefused.NEWER_VERSION if body[0] > _VERSION else _opened(body)


def _unsealed(spelling: str) -> bytes | None:
    """Give the bytes a text spells, or None when it is not their one spelling or has a slip."""
    try:
        raw = base64.b64decode(spelling + "=" * (-len(spelling) % 4), altchars="-_", validate=True)
    except ValueError:
        return None
    body, sum_ = raw[: -_CRC.size], raw[-_CRC.size :]
    is_whole = bool(body) and sum_ == _CRC.pack(zlib.crc32(body))
    return body if is_whole and _spelled(raw) == spelling else None


def _opened(body: bytes) -> QrCode | PairRefused:
    if len(body) < _FIXED.size:
        return PairRefused.DAMAGED_CODE
    _, device, secret, port, many = _FIXED.unpack_from(body)
    packed = [body[at : at + 4] for at in range(_FIXED.size, len(body), 4)]
    is_right_size = len(body) == _FIXED.size + 4 * many and 1 <= many <= ADDRESS_LIMIT
    if not is_right_size or len(set(packed)) != many or not is_port(port):
        return PairRefused.DAMAGED_CODE
    addresses = tuple(str(ipaddress.IPv4Address(address)) for address in packed)
    if not all(map(is_local, addresses)):
        return PairRefused.OUTSIDE_LOCAL_NETWORK
    return QrCode(device.hex(), secret, port, addresses)


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


# --- typed -----------------------------------------------------------------------------------


def read_typed(typed: str) -> TypedCode | PairRefused:
    """Give the code somebody typed, forgiving case, gaps and letters that look like digits."""
    if len(typed) > TYPED_LIMIT:
        return PairRefused.NOT_A_TYPED_CODE
    letters = unicodedata.normalize("NFKC", typed).upper().translate(_LOOKALIKES)
    return TypedCode(letters) if _TYPED.fullmatch(letters) else PairRefused.NOT_A_TYPED_CODE


def read_entry(text: str) -> QrCode | TypedCode | PairRefused:
    """Give what one field took in, where people scan, paste or type as they can. Never raises."""
    is_typed = ":" not in text and len(text) <= TYPED_LIMIT
    return read_typed(text) if is_typed else read_qr(text)


def read_address(typed: str, port: int) -> tuple[str, int] | PairRefused:
    """Give the address and port somebody typed; `port` is meant where none was typed."""
    found = _ADDRESS.fullmatch(typed[: TYPED_LIMIT + 1].strip())
    if found is None:
        return PairRefused.NOT_AN_ADDRESS
    try:
        address = str(ipaddress.IPv4Address(found[1]))
    except ValueError:
        return PairRefused.NOT_AN_ADDRESS
    chosen = int(found[2] or port)
    if not is_port(chosen):
        return PairRefused.NOT_AN_ADDRESS
    return (address, chosen) if is_local(address) else PairRefused.OUTSIDE_LOCAL_NETWORK
