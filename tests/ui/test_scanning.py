"""Reading codes in pictures: ours, however it is held, and nothing but codes in pictures."""

import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from hub_app.lan.pairing_code import QrCode, qr_text
from hub_app.ui.scanning import BYTES_LIMIT, SIDE_LIMIT, texts_in
from tests.support.seen import jpeg, seen

LONGEST = qr_text(QrCode("c5" * 32, bytes(range(16)), 9765, tuple(f"10.0.0.{n}" for n in range(6))))


@pytest.mark.parametrize("turned", [0, 7, 45, 90, 200])
def test_the_longest_invitation_is_read_however_the_tablet_is_turned(turned):
    assert texts_in(jpeg(seen(LONGEST, turned=turned))) == (LONGEST,)


def test_a_camera_that_faces_its_user_shows_everything_mirrored():
    assert texts_in(jpeg(ImageOps.mirror(seen(LONGEST)))) == (LONGEST,)


def test_a_poor_picture_and_a_very_large_one_are_read_too():
    assert texts_in(jpeg(seen(LONGEST, size=(480, 360)), quality=30)) == (LONGEST,)
    assert texts_in(jpeg(seen(LONGEST, size=(4000, 3000)))) == (LONGEST,)


def test_of_several_codes_each_is_given_once():
    both = texts_in(jpeg(seen("one", "two", "one", size=(1280, 480))))
    assert sorted(both) == ["one", "two"]


def test_where_there_is_no_code_there_is_no_text():
    assert texts_in(jpeg(seen())) == ()


def test_a_picture_of_another_kind_is_not_even_opened():
    out = BytesIO()
    seen(LONGEST).save(out, "PNG")
    assert texts_in(out.getvalue()) == ()


def test_a_picture_larger_than_any_camera_takes_is_not_unpacked():
    assert texts_in(jpeg(Image.new("L", (SIDE_LIMIT + 1, 16)))) == ()
    picture = jpeg(seen(LONGEST))
    assert texts_in(picture + bytes(BYTES_LIMIT)) == ()
    # A picture that only says that it is 65500 pixels wide and high.
    at = picture.index(b"\xff\xc0") + 5
    huge = picture[:at] + struct.pack(">HH", 65500, 65500) + picture[at + 4 :]
    assert texts_in(huge) == ()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_half_a_picture_holds_nothing(share):
    picture = jpeg(seen(LONGEST))
    assert texts_in(picture[: int(len(picture) * share)]) == ()


@settings(max_examples=30)
@given(st.binary(max_size=200), st.integers(min_value=0, max_value=600))
def test_a_damaged_picture_never_breaks_anything(damage, at):
    picture = bytearray(jpeg(seen("a", size=(160, 120))))
    picture[at : at + len(damage)] = damage
    assert texts_in(bytes(picture)) in ((), ("a",))
