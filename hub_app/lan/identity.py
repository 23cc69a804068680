"""Who this tablet is to the others: its certificate and key, and lines pinned to the right one."""

import contextlib
import hashlib
import hmac
import os
import re
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeGuard

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FILE = "identity.pem"
FILE_LIMIT = 16 * 1024  # bytes; ours has less than one kilobyte
# So wide that no tablet's clock falls outside it; what ends a pairing is the roster, not a date.
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2060, 1, 1, tzinfo=UTC)
_NAME = "dropin-hub"  # the same on every tablet: a certificate names nobody
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_DEVICE = re.compile(r"[0-9a-f]{64}")


class IdentityRefused(StrEnum):
    """Why this tablet has no identity to show to others. It can work alone meanwhile."""

    DAMAGED = "identity_damaged"  # wiping it and pairing again mends it
    NOT_READABLE = "identity_not_readable"
    NOT_KEPT = "identity_not_kept"  # no room, or a folder that cannot be written to


class WrongCertificate(ssl.SSLCertVerificationError):
    """The other end showed a certificate that is not the paired one. Nothing was said to it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A device's own certificate and key. `device` is the fingerprint everybody knows it by.

    `file` holds key and certificate as PEM, which is the only way `ssl` takes them.
    """

    device: str
    certificate: bytes  # DER
    file: Path
    key: ec.EllipticCurvePrivateKey = field(repr=False, compare=False)


def is_ours(key: object) -> TypeGuard[ec.EllipticCurvePublicKey]:
    """Say whether a public key is of the one kind tablets use: P-256."""
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def device_of(certificate: bytes) -> str:
    """Give the device id a certificate (DER) stands for: its SHA-256, lower-case hex."""
    return hashlib.sha256(certificate).hexdigest()


# --- the file --------------------------------------------------------------------------------


def load(folder: Path) -> Identity | IdentityRefused:
    """Give this tablet's identity, made the first time; on disk before it is used.

    Never replaces a file that is there: a damaged one is said to be so, and a person decides.
    """
    path = folder / FILE
    try:
        pem = _read(path)
    except FileNotFoundError:
        return _make(path)
    except OSError:
        return IdentityRefused.NOT_READABLE
    return _parsed(path, pem) or IdentityRefused.DAMAGED


def wipe(folder: Path) -> None:
    """Overwrite and remove this tablet's identity; the next `load` makes another device of it.

    Does nothing where there is none. Raises OSError when the file cannot be removed.
    """
    stale = [path for path in (folder / FILE, _unfinished(folder / FILE)) if path.is_file()]
    for path in stale:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    if stale:
        _settle(folder)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            os.fchmod(file.fileno(), 0o600)  # a copied folder may have come with wider rights
        return file.read(FILE_LIMIT + 1)


def _parsed(path: Path, pem: bytes) -> Identity | None:
    """Give the identity a file holds, or None when its two halves are not whole and a pair."""
    # Taken apart here: not every version of the library skips a block it was not asked for.
    key_pem, mark, rest = pem.partition(_CERTIFICATE)
    if len(pem) > FILE_LIMIT or not mark:
        return None
    try:
        key = serialization.load_pem_private_key(key_pem, password=None)
        certificate = x509.load_pem_x509_certificate(mark + rest)
        shown = certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not is_ours(shown):
        return None
    if shown.public_numbers() != key.public_key().public_numbers():
        return None
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Identity(device_of(der), der, path, key)


def _make(path: Path) -> Identity | IdentityRefused:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key)
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        _write(path, key_pem + certificate.public_bytes(serialization.Encoding.PEM))
    except OSError:
        with contextlib.suppress(OSError):
            _unfinished(path).unlink(missing_ok=True)
        return IdentityRefused.NOT_KEPT
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Identity(device_of(der), der, path, key)


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _unfinished(path: Path) -> Path:
    return path.with_suffix(".new")


def _write(path: Path, pem: bytes) -> None:
    """Write the file whole or not at all: it is named only once it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _unfinished(path)
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make a new or removed file's name durable too, where a folder can be synced."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- lines -----------------------------------------------------------------------------------


def server_context(identity: Identity) -> ssl.SSLContext:
    """Give what a tablet that is dialled speaks TLS with: 1.3 only, under its own certificate.

    Who dials says so afterwards, with a proof; see `pairing_proofs`. Raises OSError or
    ssl.SSLError when the identity's file is gone or was changed.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0  # nothing is resumed: every line sees the certificate
    context.load_cert_chain(identity.file)
    return context


def pinned_context(*devices: str) -> ssl.SSLContext:
    """Give what a tablet dials with that will speak to these devices only. TLS 1.3.

    The pin is checked inside the handshake, for sockets and for asyncio alike: to anybody else it
    raises WrongCertificate before one byte of ours has left. Raises ValueError for no device.
    """
    if not devices or not all(_DEVICE.fullmatch(device) for device in devices):
        raise ValueError("a line is pinned to one device id or more")

    def check(line: ssl.SSLObject | ssl.SSLSocket) -> None:
        seen = device_seen(line)
        if not any(hmac.compare_digest(seen, device) for device in devices):
            raise WrongCertificate(f"the certificate {seen[:16]}… is not the paired one")

    class PinnedObject(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            check(self)

    class PinnedSocket(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 as ssl has it
            super().do_handshake(block)
            try:
                check(self)
            except WrongCertificate:
                self.close()
                raise

    context = seeing_context()
    context.sslobject_class = PinnedObject
    context.sslsocket_class = PinnedSocket
    return context


def seeing_context() -> ssl.SSLContext:
    """Give what a tablet dials with that knows only a typed code: TLS 1.3 with anybody.

    Who it was, `device_seen` tells; the code's proof is bound to that, so nobody can stand between.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # no authority signs tablets: pins and proofs stand for it
    return context


def device_seen(line: ssl.SSLObject | ssl.SSLSocket) -> str:
    """Give the device whose certificate the other end showed. Raises WrongCertificate for none."""
    certificate = line.getpeercert(binary_form=True)
    if not certificate:
        raise WrongCertificate("the other end showed no certificate")
    return device_of(certificate)
