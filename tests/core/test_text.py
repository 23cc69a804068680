"""Names people type: real ones unchanged, everything that could deceive a reader gone."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub_app.core.text import NAME_LIMIT, clean_name

REAL = (
    "Zoë",
    "فاطمة",
    "ਗੁਰਪ੍ਰੀਤ",
    "O’Neill",
    "Nguyễn Thị",
    "Mary-Jane",
    "علی‌رضا",
    "王小明",
    "Łukasz",
)


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_is_unchanged(name: str):
    assert clean_name(name) == unicodedata.normalize("NFC", name)
    assert clean_name(f"  {name}\t") == clean_name(name)


def test_a_name_of_a_megabyte_is_cut_to_forty_characters():
    assert clean_name("a" * 1_000_000) == "a" * NAME_LIMIT
    assert clean_name("é" * 1_000_000) == "é" * NAME_LIMIT


@pytest.mark.parametrize("hidden", "\u202e\u202d\u2066\u2069\u200e\u200f\u061c\ufeff\x00\x1b\u00ad")
def test_direction_and_control_characters_are_gone(hidden: str):
    assert clean_name(f"Mo{hidden}na{hidden}") == "Mona"


def test_a_name_stays_on_one_line():
    assert clean_name("Ann\r\nB2 please\u2028now") == "Ann B2 please now"


def test_what_cannot_be_seen_is_no_name():
    assert clean_name("") == clean_name(" \u200d\u200c \u202e") == clean_name("\ud800") == ""


@given(st.text(max_size=100))
@example("e\u200e\u0301")
@example("a" * 39 + " \u200db")
def test_a_clean_name_is_short_visible_and_stays_as_it_is(typed: str):
    name = clean_name(typed)
    assert len(name) <= NAME_LIMIT
    assert name == clean_name(name) == unicodedata.normalize("NFC", name) == name.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name)
    name.encode()
