"""How one tablet shows another that it holds the key of its certificate, on this line and now."""

import base64
import secrets
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from hub_app.lan.identity import Identity, device_of, is_ours

NONCE_BYTES: Final = 32
CERTIFICATE_LIMIT: Final = 4096  # characters of base64; ours has about 500
SIGNATURE_LIMIT: Final = 200
_ECDSA = ec.ECDSA(hashes.SHA256())


class Purpose(StrEnum):
    """What a proof is for: one made to be let in is no proof for pairing, nor the other way."""

    LINE = "line"
    PAIRING = "pairing"


@checked(frozen=True, config=ConfigDict(strict=True, extra="ignore"))
class Proof:
    """A certificate (DER) and a signature under its key, each as base64."""

    certificate: str
    signature: str


def challenge() -> str:
    """Give a fresh nonce, 64 characters of hex, that no proof was ever made for."""
    return secrets.token_hex(NONCE_BYTES)


def prove(
    identity: Identity, server_device: str, nonce: str, purpose: Purpose = Purpose.LINE
) -> Proof:
    """Give the proof of who we are, for the device that was seen in the handshake and its nonce.

    It is worth nothing to any other device, so whoever receives it cannot pass it on as theirs.
    """
    signature = identity.key.sign(_signed(server_device, nonce, purpose), _ECDSA)
    return Proof(_spelled(identity.certificate), _spelled(signature))


def proven(
    server_device: str, nonce: str, proof: Proof, purpose: Purpose = Purpose.LINE
) -> str | None:
    """Give the device that made a proof for us and our nonce, or None. Never raises.

    Whether that device is paired, and not removed, is for the roster to say.
    """
    if len(proof.certificate) > CERTIFICATE_LIMIT or len(proof.signature) > SIGNATURE_LIMIT:
        return None
    try:
        certificate = base64.b64decode(proof.certificate, validate=True)
        signature = base64.b64decode(proof.signature, validate=True)
        key = x509.load_der_x509_certificate(certificate).public_key()
        if not is_ours(key):
            return None
        key.verify(signature, _signed(server_device, nonce, purpose), _ECDSA)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
    return device_of(certificate)


def _signed(server_device: str, nonce: str, purpose: Purpose) -> bytes:
    return f"dropin-hub/1 {purpose.value}|{server_device}|{nonce}".encode()


def _spelled(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
