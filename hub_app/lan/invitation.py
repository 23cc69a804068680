"""Invitations a coordinator gives out: one at a time, five minutes, one use, few wrong tries."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from hub_app.core.roster import ROLES
from hub_app.core.text import clean_name
from hub_app.lan.pairing_code import (
    CODE_LETTERS,
    LETTERS,
    SECRET_BYTES,
    QrCode,
    TypedCode,
    is_port,
    local_only,
    qr_text,
)
from hub_app.lan.pairing_refused import PairRefused

VALID_SECONDS: Final = 300.0
WRONG_TRIES: Final = 5  # typed codes, from whomever, within
WRONG_TRIES_SECONDS: Final = 300.0
KEY_BYTES: Final = 32
_SCRYPT_N: Final = 1 << 14
_SCRYPT_R: Final = 8
_SCRYPT_MEMORY: Final = 1 << 26  # twice what n and r ask for


@dataclass(frozen=True, slots=True)
class Invited:
    """What a tablet is invited as."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the coordinator's screen shows, and nobody keeps: the QR's text and the typed code.

    `until` is on the clock `now` was read from, in seconds.
    """

    text: str = field(repr=False)
    code: str = field(repr=False)
    invited: Invited
    until: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How the present invitation stands. `is_code_used`: only the QR is still good."""

    invited: Invited
    seconds_left: float
    is_code_used: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """An invitation as it is kept: nothing in it can be shown or scanned again."""

    invited: Invited
    until: float
    secret_hash: bytes
    code_key: bytes | None


def code_key(code: TypedCode, inviter: str) -> bytes:
    """Give what stands for a typed code at the device that gave it out; costs 16 MiB for 0.1 s."""
    return slow_key(code.letters.encode(), b"dropin-hub/1 code" + bytes.fromhex(inviter))


def slow_key(secret: bytes, salt: bytes) -> bytes:
    """Give a key that takes about 0.1 s to work out, so that codes cannot be tried in numbers."""
    return hashlib.scrypt(
        secret, salt=salt, n=_SCRYPT_N, r=_SCRYPT_R, p=1, maxmem=_SCRYPT_MEMORY, dklen=KEY_BYTES
    )


class Invitations:
    """The invitation of one device that is open now, if any. `now` is monotonic, in seconds."""

    def __init__(self, device: str) -> None:
        """Invite to `device`, this tablet's own."""
        self._device = device
        self._open: _Open | None = None
        self._wrong: tuple[float, ...] = ()

    def invite(
        self, invited: Invited, addresses: tuple[str, ...], port: int, now: float
    ) -> Invitation | PairRefused:
        """Open an invitation in place of any other; give what is shown of it, this once.

        Takes about 0.1 s. Raises ValueError for a role that no roster knows.
        """
        if invited.role not in ROLES:
            raise ValueError(f"nobody can be invited as {invited.role}")
        local = local_only(addresses)
        if not local or not is_port(port):
            return PairRefused.NOT_ON_A_NETWORK
        secret = secrets.token_bytes(SECRET_BYTES)
        code = TypedCode("".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS)))
        named, until = replace(invited, name=clean_name(invited.name)), now + VALID_SECONDS
        self._open = _Open(named, until, _hash(secret), code_key(code, self._device))
        text = qr_text(QrCode(self._device, secret, port, local))
        return Invitation(text, code.shown, named, until)

    def withdraw(self) -> None:
        """Close the invitation, if one is open: its codes are good for nothing from now on."""
        self._open = None

    def standing(self, now: float) -> Standing | None:
        """Give how the invitation stands; None once it is used, withdrawn or out of date."""
        current = self._current(now)
        if current is None:
            return None
        return Standing(current.invited, current.until - now, current.code_key is None)

    def redeem_secret(self, secret: bytes, now: float) -> Invited | PairRefused:
        """Take the secret of a QR, once. A wrong one closes nothing: it cannot be guessed."""
        current, self._open = self._current(now), None
        if current is None:
            return PairRefused.OUT_OF_DATE
        if not hmac.compare_digest(_hash(secret), current.secret_hash):
            self._open = current  # somebody scanned the code before this one
            return PairRefused.OUT_OF_DATE
        return current.invited

    def redeem_code(
        self, answer: Callable[[bytes], str | None], now: float
    ) -> tuple[Invited, str] | PairRefused:
        """Let one guess at the typed code prove itself; wrong, it uses the code up.

        `answer` is handed the code's key, and gives our own proof or, for a wrong guess, None. The
        QR of the same invitation stays good: a stranger's guesses keep nobody out who scans.
        """
        self._wrong = tuple(at for at in self._wrong if now - at < WRONG_TRIES_SECONDS)
        if len(self._wrong) >= WRONG_TRIES:
            return PairRefused.TOO_MANY_TRIES
        current = self._current(now)
        if current is None or current.code_key is None:
            return PairRefused.OUT_OF_DATE
        self._open = replace(current, code_key=None)  # before it is looked at: there is no second
        proof = answer(current.code_key)
        if proof is None:
            self._wrong = (*self._wrong, now)
            return PairRefused.WRONG_CODE
        self._open = None
        return current.invited, proof

    def _current(self, now: float) -> _Open | None:
        if self._open is not None and now >= self._open.until:
            self._open = None
        return self._open


def _hash(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
