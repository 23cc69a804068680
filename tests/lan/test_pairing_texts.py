"""What travels while two tablets pair: bounded and strict; and the word both of them show."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub_app.lan.messages import Unreadable
from hub_app.lan.pairing_texts import (
    OPENING_LIMIT,
    Challenge,
    Opening,
    PairingAsked,
    from_text,
    to_text,
)
from hub_app.lan.pairing_word import _UNSAID, Line, short_word

STRANGER = "0" * 64

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
KINDS = ("Challenge", "Proof", "PairingAsked", "PairingAccepted", "PairingRefused")
FIELDS = ("nonce", "proof", "certificate", "signature", "port", "addresses", "secret", "reason")
bodies = st.dictionaries(st.sampled_from(FIELDS), anything)


@given(
    st.one_of(
        st.text(),
        st.binary(),
        anything.map(json.dumps),
        st.tuples(st.sampled_from(KINDS), bodies).map(json.dumps),
    )
)
@example("[" * OPENING_LIMIT)
@example("x" * 10_000_000)
@example('["PairingAsked",' + "9" * 5000 + "]")
@example('["Challenge",{"nonce":"\\ud800"}]')
@example('["Proof",{"certificate":"\\ud800","signature":""}]')
@example('[["Challenge"],{}]')
def test_whatever_comes_is_a_message_or_unreadable(text: str | bytes):
    found = from_text(text)
    assert isinstance(found, Opening | Unreadable)
    assert isinstance(found, Unreadable) or from_text(to_text(found)) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nonce", "0" * 63),
        ("nonce", "A" * 64),
        ("nonce", "0" * 64 + "\n"),
        ("nonce", 5),
        ("port", "8765"),
        ("port", 8765.0),
        ("port", True),
        ("port", 80),
        ("port", 65536),
        ("port", 10**400),
        ("addresses", ["10.0.0.1"] * 7),
        ("addresses", ["1" * 16]),
        ("addresses", "10.0.0.1"),
        ("secret", "00"),
        ("secret", "zz" * 16),
        ("code_proof", "x"),
        ("proof", None),
        ("proof", {"certificate": "AA=="}),
    ],
)
def test_a_message_is_whole_and_bounded_or_unreadable(name: str, value: object):
    body = {
        "nonce": STRANGER,
        "proof": {"certificate": "AA==", "signature": "AA=="},
        "port": 8765,
        "addresses": ["10.0.0.1"],
    }
    assert isinstance(from_text(json.dumps(["PairingAsked", body])), PairingAsked)
    assert isinstance(from_text(json.dumps(["PairingAsked", {**body, name: value}])), Unreadable)


def test_a_message_that_is_too_long_is_not_even_looked_at():
    said = ["Challenge", {"nonce": STRANGER, "more": "x" * OPENING_LIMIT}]
    assert from_text(json.dumps(said)) == Unreadable("too long")


def test_a_newer_tablet_may_say_more():
    said = ["Challenge", {"nonce": STRANGER, "weather": "fair"}]
    assert from_text(json.dumps(said)) == Challenge(nonce=STRANGER)


# --- the word --------------------------------------------------------------------------------

hexes = st.integers(0, 2**256 - 1).map("{:064x}".format)
lines = st.builds(Line, hexes, hexes, hexes, hexes)


@given(lines)
def test_a_word_can_be_read_out_anywhere(line: Line):
    word = short_word(line)
    syllables = word.split("-")
    assert len(syllables) == 3
    assert all(2 <= len(syllable) <= 3 for syllable in syllables)
    assert all(one[0] != other[0] for one, other in pairwise(syllables))
    assert not any(unsaid in word.replace("-", "") for unsaid in _UNSAID)
    assert short_word(line) == word


@given(lines, st.sampled_from(["inviter", "joiner", "inviter_nonce", "joiner_nonce"]), hexes)
def test_every_part_of_a_conversation_is_in_its_word(line: Line, name: str, changed: str):
    other = replace(line, **{name: changed})
    assert (line.digest == other.digest) == (line == other)


def test_words_hardly_ever_meet_by_chance():
    first = Line(STRANGER, STRANGER, STRANGER, STRANGER)
    words = [short_word(replace(first, joiner_nonce=f"{n:064x}")) for n in range(2000)]
    assert len(set(words)) >= 1985  # of half a million; four pairs are to be expected


def test_the_word_of_a_conversation_stays_what_it_is():
    """Two tablets of different versions have to show the same word."""
    assert short_word(Line("a" * 64, "b" * 64, "c" * 64, "d" * 64)) == "ri-su-va"
