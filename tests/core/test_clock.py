"""Stamps go up whatever wall clocks do, and tell one tap from two."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub_app.core.clock import (
    COUNTER_LIMIT,
    MILLIS_LIMIT,
    TRUSTED_AHEAD_MILLIS,
    Stamp,
    first_stamp,
    is_beside,
    is_plausible,
    next_stamp,
    whole_minutes,
)

stamps = st.builds(
    Stamp,
    st.integers(0, 10**13),
    st.sampled_from((0, 1, 7, COUNTER_LIMIT - 2, COUNTER_LIMIT - 1)),
    st.sampled_from(("a", "b", "c")),
)
walls = st.integers(0, 10**13)


@given(stamps, walls)
def test_a_stamp_is_later_than_all_that_was_seen(last: Stamp, wall: int):
    for stamp in (next_stamp(last, wall, "b"), first_stamp(last, wall, "b")):
        assert (stamp.millis, stamp.counter) > (last.millis, last.counter)
        assert stamp.millis >= wall
        assert stamp.counter < COUNTER_LIMIT


@given(stamps, st.lists(walls, min_size=2, max_size=5), st.integers(0, 3))
def test_taps_are_told_apart_and_keep_their_order_on_any_clock(
    last: Stamp, times: list[int], facts: int
):
    for wall in times:
        first = first_stamp(last, wall, "a")
        assert first.millis >= wall
        assert not is_beside(replace(last, origin="a"), first)
        last = first
        for _ in range(facts):
            after = next_stamp(last, last.millis, "a")
            assert is_beside(last, after)
            last = after


def test_the_wall_clock_is_kept_to_when_it_goes_on():
    assert first_stamp(Stamp(10, 3, "a"), 25, "a") == Stamp(25, 0, "a")
    assert first_stamp(None, 25, "a") == Stamp(25, 0, "a")


def test_a_peer_more_than_five_minutes_ahead_does_not_move_our_clock():
    now = 1_000_000
    assert is_plausible(Stamp(now + TRUSTED_AHEAD_MILLIS, 0, "b"), now)
    assert not is_plausible(Stamp(now + TRUSTED_AHEAD_MILLIS + 1, 0, "b"), now)
    assert not is_plausible(Stamp(-1, 0, "b"), now)
    assert not is_plausible(Stamp(MILLIS_LIMIT, 0, "b"), MILLIS_LIMIT)


@given(st.integers(), st.integers())
def test_minutes_are_whole_and_never_negative(start: int, end: int):
    minutes = whole_minutes(start, end)
    assert minutes >= 0
    assert end <= start or minutes * 60_000 <= end - start < (minutes + 1) * 60_000
