"""What is scanned and typed: read as people give it, or refused for a reason they can act on."""

import base64
import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub_app.lan.invitation import (
    Invited,
)
from hub_app.lan.pairing_code import (
    ADDRESS_LIMIT,
    LETTERS,
    QR_LIMIT,
    QrCode,
    TypedCode,
    is_local,
    local_only,
    qr_text,
    read_address,
    read_entry,
    read_qr,
    read_typed,
)
from hub_app.lan.pairing_refused import PairRefused

DEVICE = "5f" * 32
CODE = QrCode(DEVICE, bytes(range(16)), 8765, ("192.168.1.20", "10.0.0.7"))
DESK = Invited("Desk by the window", "desk")
AT = ("192.168.1.20",)


def sealed(body: bytes, prefix: str = "DIH1:") -> str:
    raw = body + struct.pack(">I", zlib.crc32(body))
    return prefix + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def body_of(code: QrCode, version: int = 1, many: int | None = None) -> bytes:
    device = bytes.fromhex(code.device)
    count = len(code.addresses) if many is None else many
    packed = b"".join(bytes(map(int, a.split("."))) for a in code.addresses)
    return struct.pack(">B32s16sHB", version, device, code.secret, code.port, count) + packed


# --- the QR's text ---------------------------------------------------------------------------

locals_ = st.one_of(
    st.builds("10.{}.{}.{}".format, *[st.integers(0, 255)] * 3),
    st.builds("172.{}.{}.{}".format, st.integers(16, 31), *[st.integers(0, 255)] * 2),
    st.builds("192.168.{}.{}".format, *[st.integers(0, 255)] * 2),
    st.builds("169.254.{}.{}".format, *[st.integers(0, 255)] * 2),
    st.builds("127.0.0.{}".format, st.integers(0, 255)),
)
codes = st.builds(
    QrCode,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.binary(min_size=16, max_size=16),
    st.integers(1024, 65535),
    st.lists(locals_, min_size=1, max_size=ADDRESS_LIMIT, unique=True).map(tuple),
)


@given(codes)
def test_a_code_comes_back_as_it_was_made_and_fits_a_small_qr(code: QrCode):
    text = qr_text(code)
    assert read_qr(text) == read_entry(f" {text}\r\n") == code
    assert len(text) <= 120


@given(codes, st.data())
def test_a_code_with_any_slip_is_refused(code: QrCode, data: st.DataObject):
    text = qr_text(code)
    at, letter = data.draw(st.integers(5, len(text) - 1)), data.draw(st.sampled_from("Aa0-_=é \n"))
    changed = text[:at] + letter + text[at + 1 :]
    assert changed.strip() == text or read_qr(changed) is PairRefused.DAMAGED_CODE
    assert read_qr(text[:at]) is PairRefused.DAMAGED_CODE


@given(
    st.one_of(
        st.text(max_size=450),
        st.text(max_size=450).map("DIH1:".__add__),
        st.binary(max_size=300).map(sealed),
        st.binary(max_size=90).map(lambda rest: sealed(b"\x01" + rest)),
    )
)
@example("")
@example("\ud800")
@example("DIH1:\ud800")
@example("DIH1:====")
@example("x" * 10_000_000)
def test_any_text_is_a_code_or_is_refused_for_a_reason(text: str):
    for found in (read_qr(text), read_entry(text), read_typed(text), read_address(text, 8765)):
        assert isinstance(found, QrCode | TypedCode | PairRefused | tuple)
    read = read_qr(text)
    assert isinstance(read, PairRefused) or qr_text(read) == text.strip()


@pytest.mark.parametrize("text", ["", "hello", "https://example.org", "dih1:AAAA", "DIH:", "DIH0:"])
def test_what_is_no_code_of_ours_is_said_to_be_none(text: str):
    assert read_qr(text) is PairRefused.NOT_A_PAIRING_CODE


def test_a_text_longer_than_any_code_is_none():
    assert read_qr(qr_text(CODE) + " " * QR_LIMIT) is PairRefused.NOT_A_PAIRING_CODE


@pytest.mark.parametrize(
    "text", ["DIH2:anything", "DIH17:", sealed(body_of(CODE, version=2) + b"and more")]
)
def test_a_code_of_a_newer_version_is_not_called_damaged(text: str):
    assert read_qr(text) is PairRefused.NEWER_VERSION


@pytest.mark.parametrize(
    "body",
    [
        body_of(CODE, version=0),
        body_of(replace(CODE, port=1023)),
        body_of(replace(CODE, addresses=())),
        body_of(replace(CODE, addresses=("10.0.0.1", "10.0.0.1"))),
        body_of(replace(CODE, addresses=tuple(f"10.0.0.{n}" for n in range(7)))),
        body_of(CODE, many=1),
        body_of(CODE, many=3),
        body_of(CODE) + b"x",
        b"\x01",
    ],
)
def test_a_code_nobody_could_have_made_is_damaged(body: bytes):
    assert read_qr(sealed(body)) is PairRefused.DAMAGED_CODE


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "192.169.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255"],
)
def test_no_code_leads_a_tablet_out_of_the_building(address: str):
    code = replace(CODE, addresses=("10.0.0.1", address))
    assert read_qr(sealed(body_of(code))) is PairRefused.OUTSIDE_LOCAL_NETWORK
    assert read_address(address, 8765) is PairRefused.OUTSIDE_LOCAL_NETWORK
    with pytest.raises(ValueError, match="pairing code"):
        qr_text(code)


@pytest.mark.parametrize(
    "spelling",
    [
        qr_text(CODE) + "=",
        qr_text(CODE).replace("_", "/").replace("-", "+") + "+",
        qr_text(CODE)[:20] + "\n" + qr_text(CODE)[20:],
        "DIH01:" + qr_text(CODE)[5:],
    ],
)
def test_a_code_has_one_spelling(spelling: str):
    assert isinstance(read_qr(spelling), PairRefused)


@pytest.mark.parametrize("port", [0, 80, 1023, 65536, -1])
def test_a_code_cannot_be_made_for_a_port_of_the_system(port: int):
    with pytest.raises(ValueError, match="pairing code"):
        qr_text(replace(CODE, port=port))


def test_the_secret_is_in_no_text_of_a_code():
    assert "secret" not in repr(CODE)
    assert "K7QF" not in repr(TypedCode("K7QF2M9X"))


def test_only_local_addresses_each_once_and_six_at_most_are_given_out():
    many = tuple(f"10.0.0.{n}" for n in range(9))
    assert local_only(("8.8.8.8", "10.0.0.1", "nowhere", "10.0.0.1", "::1")) == ("10.0.0.1",)
    assert local_only(many) == many[:6]
    assert not is_local("10.0.0.01")


# --- typed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["K7QF-2M9X", "k7qf2m9x", " k7qf 2m9x\n", "K7QF–2M9X", "k 7 q f - 2 m 9 x", "Ｋ７ＱＦ２Ｍ９Ｘ"],  # noqa: RUF001
)
def test_a_code_is_read_as_people_type_it(typed: str):
    found = read_entry(typed)
    assert found == TypedCode("K7QF2M9X")
    assert isinstance(found, TypedCode)
    assert found.shown == "K7QF-2M9X"


def test_letters_that_look_like_digits_are_taken_for_them():
    assert read_typed("oOiI-lL7A") == TypedCode("0011117A")
    assert read_entry("DIH1-2345") == TypedCode("D1H12345")


@pytest.mark.parametrize("typed", ["", "K7QF-2M9", "K7QF-2M9XY", "K7QF-2M9U", "K7QF!2M9X", "٣" * 8])
def test_what_has_not_eight_letters_and_digits_is_no_typed_code(typed: str):
    assert read_typed(typed) is PairRefused.NOT_A_TYPED_CODE


@given(st.text(alphabet=LETTERS, min_size=8, max_size=8))
def test_every_code_comes_back_from_what_is_shown(letters: str):
    assert read_typed(TypedCode(letters).shown) == read_typed(letters.lower()) == TypedCode(letters)


def test_an_address_is_read_with_its_port_or_the_usual_one():
    assert read_address(" 192.168.1.20 ", 8770) == ("192.168.1.20", 8770)
    assert read_address("192.168.1.20:9000", 8770) == ("192.168.1.20", 9000)
    for typed in ("", "desk.local", "1.2.3", "10.0.0.300", "10.0.0.1:80", "10.0.0.1:99999", "::1"):
        assert read_address(typed, 8770) is PairRefused.NOT_AN_ADDRESS
