"""Proofs of who is on a line: for one tablet, one challenge and one purpose."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from hub_app.lan.identity import (
    Identity,
    load,
)
from hub_app.lan.pairing_proofs import Proof, Purpose, challenge, prove, proven

STRANGER = "0" * 64
# Of some broken certificates the library only warns so far; it will refuse them one day.
REFUSED_LATER = pytest.mark.filterwarnings(
    "ignore::cryptography.utils.CryptographyDeprecationWarning"
)


@pytest.fixture(scope="module")
def me(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return made(tmp_path_factory.mktemp("me"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return made(tmp_path_factory.mktemp("other"))


def made(folder: Path) -> Identity:
    found = load(folder)
    assert isinstance(found, Identity)
    return found


def test_a_proof_shows_who_made_it(me: Identity, other: Identity):
    nonce = challenge()
    assert proven(me.device, nonce, prove(other, me.device, nonce)) == other.device


def test_no_two_challenges_are_the_same():
    assert len({challenge() for _ in range(1000)}) == 1000


def test_a_proof_passed_on_to_another_tablet_is_refused(me: Identity, other: Identity):
    nonce = challenge()
    passed_on = prove(me, other.device, nonce)
    assert proven(STRANGER, nonce, passed_on) is None
    assert proven(me.device, nonce, passed_on) is None


def test_a_proof_is_good_for_one_challenge_and_one_purpose(me: Identity, other: Identity):
    nonce = challenge()
    proof = prove(me, other.device, nonce)
    assert proven(other.device, challenge(), proof) is None
    assert proven(other.device, nonce, proof, Purpose.PAIRING) is None
    assert proven(other.device, nonce, prove(me, other.device, nonce, Purpose.PAIRING)) is None


def test_the_certificate_of_another_is_no_proof(me: Identity, other: Identity):
    nonce = challenge()
    mine, theirs = (prove(i, other.device, nonce) for i in (me, other))
    assert proven(other.device, nonce, replace(mine, certificate=theirs.certificate)) is None
    assert proven(other.device, nonce, replace(mine, signature=theirs.signature)) is None


@pytest.mark.parametrize(
    "key", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())]
)
def test_a_certificate_of_another_kind_is_no_proof(
    me: Identity, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
):
    nonce, nobody = challenge(), x509.Name([])
    is_edwards = isinstance(key, ed25519.Ed25519PrivateKey)
    certificate = (
        x509.CertificateBuilder(nobody, nobody, key.public_key(), 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .sign(key, None if is_edwards else hashes.SHA256())
    )
    signed = f"dropin-hub/1 line|{me.device}|{nonce}".encode()
    made = key.sign(signed) if is_edwards else key.sign(signed, ec.ECDSA(hashes.SHA256()))
    der = certificate.public_bytes(serialization.Encoding.DER)
    spelled = (base64.b64encode(raw).decode() for raw in (der, made))
    assert proven(me.device, nonce, Proof(*spelled)) is None


@pytest.mark.parametrize(
    "garbage", ["", "=", "not base64 !", "é", "\ud800", "AAAA", "A" * 10_000_000]
)
def test_garbage_and_giants_are_no_proof(me: Identity, other: Identity, garbage: str):
    nonce = challenge()
    proof = prove(me, other.device, nonce)
    # Past the checks of what arrives as text, so that `proven` itself is seen to stand.
    broken = Proof(proof.certificate, proof.signature)
    for half in ("certificate", "signature"):
        object.__setattr__(broken, half, garbage)
        assert proven(other.device, nonce, broken) is None


@REFUSED_LATER
@given(data=st.data())
def test_a_proof_changed_anywhere_is_none(me: Identity, other: Identity, data: st.DataObject):
    nonce = challenge()
    proof = prove(me, other.device, nonce)
    name = data.draw(st.sampled_from(["certificate", "signature"]))
    raw = bytearray(base64.b64decode(getattr(proof, name)))
    raw[data.draw(st.integers(0, 1000)) % len(raw)] ^= data.draw(st.integers(1, 255))
    changed = replace(proof, **{name: base64.b64encode(raw).decode()})
    assert proven(other.device, nonce, changed) != me.device
