"""A signature says whose bytes these are, of which kind, for which hub; and nothing else passes."""

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.record import Place
from sync.signing import (
    BATCH,
    MANIFEST,
    Signer,
    SigningRefused,
    is_signed,
    key_id_of,
    open_signer,
    renewed,
    signer_of,
)

HUB = Place("S12000042", "H2")
OURS = signer_of(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WIRE = b"packed bytes"


def made(path: Path) -> Signer:
    signer = open_signer(path)
    assert isinstance(signer, Signer), signer
    return signer


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "signing.pem"
    first = made(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["signing.pem"]
    assert made(path) == first
    assert first.key_id == key_id_of(first.public)
    assert "PrivateKey" not in repr(first)


def test_a_key_copied_with_wider_rights_is_narrowed(tmp_path: Path):
    path = tmp_path / "signing.pem"
    made(path)
    path.chmod(0o644)
    made(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_half_written_before_a_power_cut_is_made_anew(tmp_path: Path):
    (tmp_path / "signing.new").write_bytes(b"-----BEGIN")
    made(tmp_path / "signing.pem")


def other_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize("spoilt", [b"", b"-----BEGIN PRIVATE KEY-----", b"x" * 9000, other_key()])
def test_a_damaged_key_is_left_for_a_person(tmp_path: Path, spoilt: bytes):
    path = tmp_path / "signing.pem"
    path.write_bytes(spoilt)
    assert open_signer(path) is SigningRefused.DAMAGED
    assert path.read_bytes() == spoilt


def test_no_folder_and_no_file_are_sentences(tmp_path: Path):
    assert open_signer(tmp_path / "nowhere" / "signing.pem") is SigningRefused.NOT_KEPT
    assert open_signer(tmp_path) is SigningRefused.NOT_READABLE
    assert all("Nothing was changed" in each and "Please" in each for each in SigningRefused)


@pytest.mark.parametrize("held", [None, b"spoilt", b"x" * 9000, other_key()])
def test_a_renewed_key_is_another_and_kept_whatever_was_there(tmp_path: Path, held: bytes | None):
    path = tmp_path / "signing.pem"
    was = made(path)
    path.with_suffix(".new").write_bytes(b"-----BEGIN")
    if held is not None:
        path.write_bytes(held)
    now = renewed(path)
    assert now != was
    assert made(path) == now
    assert [each.name for each in tmp_path.iterdir()] == ["signing.pem"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_destroyed_key_is_overwritten_where_it_lay(tmp_path: Path):
    path = tmp_path / "signing.pem"
    made(path)
    (tmp_path / "same").hardlink_to(path)
    length = path.stat().st_size
    renewed(path)
    assert (tmp_path / "same").read_bytes() == bytes(length)


def test_where_no_key_can_be_kept_the_old_one_signs_no_more_all_the_same(tmp_path: Path):
    nowhere = tmp_path / "nowhere" / "signing.pem"
    assert renewed(nowhere) != renewed(nowhere)


def test_the_signed_input_is_as_it_is_written_down():
    """The centre, or anybody else, can check it without our code."""
    said = b"dropin-hub batch 1\nS12000042/H2\n" + OURS.key_id.encode() + b"\n"
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    theirs = key.sign(said + hashlib.sha256(WIRE).digest())
    assert OURS.sign(BATCH, HUB, WIRE) == base64.b64encode(theirs).decode()


def test_what_is_signed_is_signed_for_this_and_nothing_else():
    signature = OURS.sign(BATCH, HUB, WIRE)
    assert is_signed(OURS.public, BATCH, HUB, WIRE, signature)
    stranger = signer_of(Ed25519PrivateKey.generate())
    assert not is_signed(stranger.public, BATCH, HUB, WIRE, signature)
    assert not is_signed(OURS.public, MANIFEST, HUB, WIRE, signature)
    assert not is_signed(OURS.public, BATCH, Place("S12000042", "H3"), WIRE, signature)
    assert not is_signed(OURS.public, BATCH, HUB, WIRE + b"\0", signature)
    assert not is_signed(OURS.public, BATCH, HUB, WIRE, stranger.sign(BATCH, HUB, WIRE))


@given(st.text(), st.text(), st.binary())
def test_no_text_whatever_passes_or_breaks_the_check(public: str, signature: str, wire: bytes):
    assert not is_signed(public, BATCH, HUB, wire, signature)
    assert not is_signed(OURS.public, BATCH, HUB, wire, signature)
    assert not is_signed(public, BATCH, HUB, WIRE, OURS.sign(BATCH, HUB, WIRE))
    assert key_id_of(public) is None
