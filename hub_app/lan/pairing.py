"""How two tablets pair once a line is up: what each side says, and what each may conclude."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from hub_app.core.text import clean_name
from hub_app.lan.identity import Identity
from hub_app.lan.invitation import Invitations, Invited, code_key, slow_key
from hub_app.lan.messages import Unreadable
from hub_app.lan.pairing_code import QrCode, TypedCode, local_only
from hub_app.lan.pairing_proofs import Purpose, challenge, prove, proven
from hub_app.lan.pairing_refused import PairRefused
from hub_app.lan.pairing_texts import Opening, PairingAccepted, PairingAsked, PairingRefused
from hub_app.lan.pairing_word import Line, short_word

_JOINER: Final = b"joiner"  # what either side's proof begins with, so that
_INVITER: Final = b"inviter"  # neither can send the other's back


@dataclass(frozen=True, slots=True)
class Side:
    """One's own part in a pairing: who this tablet is, where it can be reached, for which hub."""

    identity: Identity
    addresses: tuple[str, ...]
    port: int
    hub: str = ""


@dataclass(frozen=True, slots=True)
class Welcome:
    """Whom the inviter let in, for the roster; and the word to compare."""

    device: str
    name: str
    role: str
    addresses: tuple[str, ...]
    port: int
    word: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Whom we joined, and as what; and the word to compare."""

    inviter: str
    addresses: tuple[str, ...]
    port: int
    word: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Joining:
    """What a joining tablet sends, and what it needs to know the right answer by."""

    asked: PairingAsked
    line: Line
    key: bytes | None = field(repr=False)


# --- the tablet that joins -------------------------------------------------------------------


def ask(me: Side, entry: QrCode | TypedCode, inviter: str, nonce: str) -> Joining | PairRefused:
    """Give what to say to `inviter`, the device seen in the handshake, on its challenge.

    With a typed code this takes about 0.2 s: call it where that holds nobody up.
    """
    if inviter == me.identity.device:
        return PairRefused.OWN_CODE
    line = Line(inviter, me.identity.device, nonce, challenge())
    secret = key = None
    if isinstance(entry, TypedCode):
        key = _line_key(code_key(entry, inviter), line)
    elif entry.device == inviter:
        secret = entry.secret.hex()
    else:
        return PairRefused.NOT_THE_TABLET
    asked = PairingAsked(
        nonce=line.joiner_nonce,
        proof=prove(me.identity, inviter, nonce, Purpose.PAIRING),
        port=me.port,
        addresses=local_only(me.addresses),
        secret=secret,
        code_proof=None if key is None else _code_proof(key, _JOINER),
        hub=me.hub,
    )
    return Joining(asked, line, key)


def joined(joining: Joining, answer: Opening | Unreadable) -> Joined | PairRefused:
    """Give what came of it. With a typed code, only who knows the code can have accepted."""
    match answer:
        case PairingRefused(reason=reason):
            return _reason(reason)
        case PairingAccepted() as accepted:
            pass
        case _:
            return PairRefused.NOT_UNDERSTOOD
    if joining.key is not None and not hmac.compare_digest(
        accepted.code_proof or "", _code_proof(joining.key, _INVITER)
    ):
        return PairRefused.NOT_THE_TABLET
    return Joined(
        inviter=joining.line.inviter,
        addresses=local_only(accepted.addresses),
        port=accepted.port,
        word=short_word(joining.line),
        name=clean_name(accepted.name),
        role=accepted.role,
    )


def _reason(said: str) -> PairRefused:
    try:
        return PairRefused(said)
    except ValueError:  # a newer tablet has reasons this one knows no sentence for
        return PairRefused.NOT_UNDERSTOOD


# --- the tablet that invites -----------------------------------------------------------------


def welcome(
    me: Side, invitations: Invitations, nonce: str, asked: PairingAsked, now: float
) -> tuple[Welcome | PairRefused, PairingAccepted | PairingRefused]:
    """Give whom we let in, or why not; and what to answer, once the roster holds it.

    `nonce` is the challenge of this line, which must have served no other; `now` is monotonic.
    A typed code that is guessed at takes about 0.1 s, once for each invitation.
    """
    decided = _decide(me, invitations, nonce, asked, now)
    if isinstance(decided, PairRefused):
        return decided, refused(decided)
    line, invited, code_proof = decided
    let_in = Welcome(
        device=line.joiner,
        name=invited.name,
        role=invited.role,
        addresses=local_only(asked.addresses),
        port=asked.port,
        word=short_word(line),
    )
    return let_in, PairingAccepted(
        name=invited.name,
        role=invited.role,
        port=me.port,
        addresses=local_only(me.addresses),
        code_proof=code_proof,
    )


def refused(reason: PairRefused) -> PairingRefused:
    """Give the answer that tells the other tablet why."""
    return PairingRefused(reason=reason.value)


def _decide(
    me: Side, invitations: Invitations, nonce: str, asked: PairingAsked, now: float
) -> tuple[Line, Invited, str | None] | PairRefused:
    joiner = proven(me.identity.device, nonce, asked.proof, Purpose.PAIRING)
    if joiner is None or (asked.secret is None) == (asked.code_proof is None):
        return PairRefused.NOT_UNDERSTOOD
    if joiner == me.identity.device:
        return PairRefused.OWN_CODE
    if asked.hub and me.hub and asked.hub != me.hub:
        return PairRefused.ANOTHER_HUB  # it would go on counting for its own
    line = Line(me.identity.device, joiner, nonce, asked.nonce)
    if asked.secret is not None:
        invited = invitations.redeem_secret(bytes.fromhex(asked.secret), now)
        return invited if isinstance(invited, PairRefused) else (line, invited, None)
    shown = asked.code_proof or ""

    def answer(kept: bytes) -> str | None:
        key = _line_key(kept, line)
        is_right = hmac.compare_digest(shown, _code_proof(key, _JOINER))
        return _code_proof(key, _INVITER) if is_right else None

    redeemed = invitations.redeem_code(answer, now)
    return redeemed if isinstance(redeemed, PairRefused) else (line, *redeemed)


def _line_key(kept: bytes, line: Line) -> bytes:
    """Give the key of one conversation: nobody can have begun to work it out before it."""
    return slow_key(kept, b"dropin-hub/1 line" + line.digest)


def _code_proof(key: bytes, side: bytes) -> str:
    return hmac.new(key, b"dropin-hub/1 " + side, hashlib.sha256).hexdigest()
