"""Packed bytes come out as they went in; anything else is a sentence, and never much memory."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.envelope import BODY_MAX, Unpackable, pack, unpack


@given(st.binary(max_size=3000))
def test_what_is_packed_comes_out_as_it_was(body: bytes):
    assert unpack(pack(body)) == body
    assert pack(body) == pack(body)
    assert gzip.decompress(pack(body)) == body


@given(st.binary(max_size=300), st.data())
def test_a_cut_or_changed_packet_is_never_taken_for_a_whole_one(body: bytes, data: st.DataObject):
    wire = pack(body)
    cut = data.draw(st.integers(0, len(wire) - 1))
    assert isinstance(unpack(wire[:cut]), Unpackable)
    changed = bytearray(wire)
    changed[cut] ^= data.draw(st.integers(1, 255))
    assert unpack(bytes(changed)) == body or isinstance(unpack(bytes(changed)), Unpackable)


@given(st.binary())
def test_no_bytes_whatever_break_the_unpacking(wire: bytes):
    seen = unpack(wire)
    assert isinstance(seen, bytes) or seen.why.endswith(".")


@pytest.mark.parametrize("behind", [b"\0", pack(b"another"), b"x" * 5000])
def test_nothing_may_stand_behind_the_end(behind: bytes):
    assert isinstance(unpack(pack(b"{}") + behind), Unpackable)


def test_a_packet_of_just_as_much_as_we_take_is_taken():
    assert unpack(pack(bytes(BODY_MAX))) == bytes(BODY_MAX)
    seen = unpack(pack(bytes(BODY_MAX + 1)))
    assert isinstance(seen, Unpackable)
    assert seen.is_too_big
    assert unpack(pack(b"12345"), 5) == b"12345"


def test_a_bomb_takes_no_more_memory_than_the_bound():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(40)) + packer.flush()
    tracemalloc.start()
    seen = unpack(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(seen, Unpackable)
    assert most < 3 * BODY_MAX
