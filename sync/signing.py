"""Whose a batch is: each tablet signs what it sends with an Ed25519 key of its own (RFC 8032)."""

import base64
import binascii
import contextlib
import hashlib
import logging
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.values import Place

BATCH: Final = b"batch 1"
MANIFEST: Final = b"manifest 1"
FILE_MAX: Final = 4096  # bytes; ours has about 120
KEY_ID_LENGTH: Final = 16

log = logging.getLogger(__name__)


class SigningRefused(StrEnum):
    """Why this tablet can’t sign what it sends: a sentence for the person who can see to it."""

    DAMAGED = (
        "The key this device signs its counts with is damaged. Nothing was changed. Please put "
        "the file aside: a new key is made at the next start, and the centre has to be told of it."
    )
    NOT_READABLE = (
        "The key this device signs its counts with can’t be read. Nothing was changed. "
        "Please check that the file is yours."
    )
    NOT_KEPT = (
        "A key to sign counts with could not be written here. Nothing was changed. "
        "Please check that the folder may be written to and that the disk has room."
    )


@dataclass(frozen=True)
class Signer:
    """A tablet’s key. `key_id` names it; `public` is what the centre is told of it, in base64."""

    key_id: str
    public: str
    private: Ed25519PrivateKey = field(repr=False, compare=False)

    def sign(self, kind: bytes, place: Place, wire: bytes) -> str:
        """Give the signature, in base64, of bytes as they travel: of one kind, for one hub."""
        return _text(self.private.sign(_signed(kind, place, self.key_id, wire)))


def open_signer(path: Path) -> Signer | SigningRefused:
    """Give the key in a file, made there the first time, before it is used, for its owner alone.

    Never replaces a file that is there: a damaged one is said to be so, and a person decides.
    """
    try:
        pem = _read(path)
    except FileNotFoundError:
        return _made(path)
    except OSError:
        return SigningRefused.NOT_READABLE
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return SigningRefused.DAMAGED
    if len(pem) > FILE_MAX or not isinstance(key, Ed25519PrivateKey):
        return SigningRefused.DAMAGED
    return signer_of(key)


def renewed(path: Path) -> Signer:
    """Destroy the key in a file, whatever is in it, and give another in its place.

    Where the disk lets nothing be written, the other is good for as long as the program runs.
    """
    try:
        _destroy(path)
    except OSError:
        log.exception("the key this device signed with could not be destroyed")
    made = _made(path)  # and takes the place of one that is still there
    return made if isinstance(made, Signer) else signer_of(Ed25519PrivateKey.generate())


def signer_of(key: Ed25519PrivateKey) -> Signer:
    """Give the signer that a private key makes."""
    raw = key.public_key().public_bytes_raw()
    return Signer(_id_of(raw), _text(raw), key)


def key_id_of(public: str) -> str | None:
    """Give the id of a public key in base64: 16 hex digits; None when it is no such key."""
    raw = _bytes(public)
    return None if raw is None or len(raw) != 32 else _id_of(raw)


def is_signed(
    public: str,
    kind: bytes,
    place: Place,
    wire: bytes,
    signature: str,
) -> bool:
    """Say whether the holder of a public key signed these bytes as of that kind, for that hub.

    Any text may come in as key or signature; what can’t be one is answered with no.
    """
    raw, given = _bytes(public), _bytes(signature)
    if raw is None or given is None:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(raw)
        key.verify(given, _signed(kind, place, _id_of(raw), wire))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(kind: bytes, place: Place, key_id: str, wire: bytes) -> bytes:
    """Give what is signed: the digest stands last, so that no two inputs run together."""
    said = f"{place.council}/{place.hub}\n{key_id}\n".encode()
    return b"dropin-hub " + kind + b"\n" + said + hashlib.sha256(wire).digest()


def _id_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:KEY_ID_LENGTH]


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # also letters that are not ASCII
        return None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            os.fchmod(file.fileno(), 0o600)  # a copied folder may have come with wider rights
        return file.read(FILE_MAX + 1)


def _destroy(path: Path) -> None:
    """Overwrite and remove a key, and what was left of one half written."""
    for each in (path, path.with_suffix(".new")):
        if each.is_file():
            with each.open("r+b") as file:
                file.write(bytes(each.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            each.unlink()


def _made(path: Path) -> Signer | SigningRefused:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        _write(path, pem)
    except OSError:
        with contextlib.suppress(OSError):
            path.with_suffix(".new").unlink(missing_ok=True)
        return SigningRefused.NOT_KEPT
    return signer_of(key)


def _write(path: Path, pem: bytes) -> None:
    """Write the file whole or not at all: it is named only once it is on the disk."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    if hasattr(os, "O_DIRECTORY"):  # the name too is durable where a folder can be synced
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
