"""Carried by hand, everything comes out as it went in, or a sentence says what is wrong with it."""

import itertools
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.carry import (
    PIECE_LENGTH,
    NotCarried,
    Parcel,
    _pieces,
    batch_pieces,
    batches_text,
    is_receipt,
    read_batches,
    read_parcel,
    read_receipts,
    receipt_pieces,
    receipts_text,
    together,
)
from sync.codes import LADDER, VOCABULARY
from sync.endpoint import Receipt, Result
from sync.envelope import Envelope, pack, signed
from sync.manifest import Manifest, manifest_body
from sync.record import CONTACT_SERVICES, Closing, Load, Number, Reason, Row, seal
from sync.signing import MANIFEST
from tests.sync.outboxes import (
    BAD,
    FIRST_DAY,
    HUB,
    SIGNER,
    a_batch,
    a_day,
    opened,
    said,
    taken,
)


def waiting(*weeks: int) -> tuple[Envelope, ...]:
    outbox = opened()
    taken(outbox, *map(a_day, weeks), a_batch("2026-10", 3))
    found = outbox.waiting()
    outbox.close()
    return found


WAITING = waiting(0, 1, 2, 3)
PIECES = batch_pieces(WAITING)
ANSWERED = (said(a_day(0)), said(a_day(1), Result.REFUSED, BAD), said(a_day(2), Result.QUARANTINED))


def why(seen: object) -> str:
    assert isinstance(seen, NotCarried), seen
    return seen.why


def test_a_file_gives_back_the_very_same_batches():
    assert read_batches(batches_text(WAITING)) == WAITING
    assert read_batches(f"\n {batches_text(WAITING)}\n") == WAITING
    assert read_receipts(receipts_text(ANSWERED)) == ANSWERED


def test_what_the_hub_says_it_has_goes_in_the_file_and_in_the_pieces_that_have_room():
    letter = signed(SIGNER, MANIFEST, HUB, manifest_body(Manifest(HUB, 7)))
    assert read_parcel(batches_text(WAITING, letter)) == Parcel(WAITING, letter)
    assert read_parcel("\n".join(batch_pieces(WAITING, letter))) == Parcel(WAITING, letter)
    vast = replace(letter, wire=random.Random(5).randbytes(600_000))
    assert read_parcel("\n".join(batch_pieces(WAITING, vast))) == Parcel(WAITING)


@given(st.permutations(PIECES * 2), st.sampled_from(["", "\n", " ", "\r\n\r\n"]))
def test_pieces_give_it_back_in_any_order_and_read_more_than_once(found: list[str], gap: str):
    assert len(PIECES) > 3
    assert read_batches(gap.join(found)) == WAITING
    assert read_batches(gap.join(found).lower()) == WAITING


def test_a_text_that_was_broken_into_lines_is_put_together_all_the_same():
    text = "".join(PIECES)
    lines = [text[i : i + 76] for i in range(0, len(text), 76)]
    assert read_batches("\n".join(lines)) == WAITING


def test_receipts_come_back_as_pieces_too():
    assert read_receipts("\n".join(receipt_pieces(ANSWERED))) == ANSWERED
    assert len(receipt_pieces(ANSWERED)) == 1
    nameless = Receipt(None, Result.REFUSED, (Reason("", "Not JSON."),))
    assert read_receipts(receipts_text([nameless])) == ()


def test_a_piece_fits_in_the_letters_of_a_qr_code():
    for piece in (*PIECES, *receipt_pieces(ANSWERED)):
        assert len(piece) <= PIECE_LENGTH
        assert set(piece) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_a_busy_day_takes_no_more_than_three_pieces():
    """Every row a day can have, with figures of no pattern: more than any hall has."""
    chance = random.Random(7)
    rows = [
        Row(kind, (("day", str(FIRST_DAY)), *zip(step[1:], codes, strict=True)), n)
        for kind, steps in LADDER.items()
        for step in steps[:1]
        if step[0] == "day"
        for codes in itertools.product(*(VOCABULARY[name] for name in step[1:]))
        for n in [chance.randint(5, 150)]
    ]
    contacts = {service: chance.randint(0, 90) for service in CONTACT_SERVICES}
    load = Load(str(FIRST_DAY), 1, tuple(rows), (Closing(FIRST_DAY, 1, 150, contacts),))
    outbox = opened()
    taken(outbox, seal(HUB, Number(2**47 + 12345, 271), load))
    assert len(batch_pieces(outbox.waiting())) <= 3
    outbox.close()


def test_is_receipt_tells_what_came_back_from_what_went():
    assert all(map(is_receipt, (receipts_text(ANSWERED), *receipt_pieces(ANSWERED))))
    assert is_receipt(f"  {receipt_pieces(ANSWERED)[0].lower()}")
    assert not any(map(is_receipt, (batches_text(WAITING), *PIECES, "", "A12", "https://x")))


# ------------------------------------------------------------------------- something is wrong


def test_what_is_missing_is_named():
    assert why(together(PIECES[1:])) == f"Piece 1 is missing, of {len(PIECES)}."
    left = together(PIECES[:2])
    assert isinstance(left, NotCarried)
    assert left.missing == tuple(range(3, len(PIECES) + 1))
    assert why(left) == "Pieces 3 and 4 are missing, of 4."


def test_a_damaged_piece_is_named_unless_it_was_read_well_once():
    spoilt = PIECES[1][:-1] + ("A" if PIECES[1][-1] != "A" else "B")
    found = (PIECES[0], spoilt, *PIECES[2:])
    assert why(together(found)) == "Piece 2 is damaged. Please read it once more."
    assert read_batches("\n".join((*found, PIECES[1]))) == WAITING


def test_pieces_of_two_series_are_not_mixed():
    other = batch_pieces(waiting(4, 5))
    assert "different series" in why(together((PIECES[0], *other[1:])))
    assert "different series" in why(together((PIECES[0], receipt_pieces(ANSWERED)[0])))


@pytest.mark.parametrize("cut", [1, 5, 30, 400])
def test_a_piece_cut_off_is_never_taken_for_a_whole_one(cut: int):
    assert isinstance(together((*PIECES[:-1], PIECES[-1][:-cut])), NotCarried)


def test_a_batch_that_is_not_what_it_says_is_named():
    one, *rest = WAITING
    for spoilt in (
        replace(one, wire=one.wire[:-3]),
        replace(one, wire=b"Dear centre"),
        replace(one, wire=pack(b"[]")),
        replace(one, revision=2),
        replace(one, wire=rest[0].wire),
    ):
        assert "2026-10-03 is damaged" in why(read_batches(batches_text([*rest, spoilt])))
    strange = replace(one, period="Mary", wire=b"")
    assert "Mary" not in why(read_batches(batches_text([strange])))


def test_batches_are_no_receipts_and_receipts_no_batches():
    assert why(read_receipts(batches_text(WAITING))) == "Here are no receipts of a centre."
    assert why(read_batches("\n".join(receipt_pieces(ANSWERED)))) == "Here are no batches of a hub."


GOOD: dict[str, Any] = json.loads(batches_text(WAITING[:1]))


@pytest.mark.parametrize(
    "changed",
    [
        {"carried": "batches 2"},
        {"more": 1},
        {"batches": [{**GOOD["batches"][0], "key_id": "x"}]},
        {"batches": [{**GOOD["batches"][0], "hub": "h\n"}]},
        {"batches": [{**GOOD["batches"][0], "revision": True}]},
        {"batches": [{**GOOD["batches"][0], "wire": 5}]},
        {"batches": [{**GOOD["batches"][0], "extra": ""}]},
        {"batches": [[]]},
        {"batches": None},
    ],
)
def test_what_no_hub_would_write_is_a_sentence(changed: dict[str, Any]):
    assert why(read_batches(json.dumps({**GOOD, **changed}))) == "Here are no batches of a hub."


@given(
    st.text()
    | st.from_regex(r"(HUB|CENTRE)1\.[A-Z2-7]{10}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9A-F]{8}\.[A-Z2-7]*")
    | st.recursive(
        st.none() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    ).map(json.dumps)
)
def test_no_text_whatever_breaks_the_reading(text: str):
    for read in (read_batches, read_receipts):
        assert why(read(text)).endswith(".")
    is_receipt(text)


def test_pieces_that_unpack_to_more_than_any_hub_would_send_are_a_sentence():
    bomb = batches_text([replace(WAITING[0], signature="A" * 20_000_000)])
    assert why(read_batches(bomb)) == "This is more than a hub would ever send."
    assert "do not make a whole" in why(read_batches("\n".join(_pieces("HUB1", bomb))))
