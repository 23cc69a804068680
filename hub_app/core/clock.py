"""Stamps that order the facts of a session whatever the wall clocks of its tablets say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

COUNTER_LIMIT = 1 << 16
MILLIS_LIMIT = 1 << 48
TRUSTED_AHEAD_MILLIS = 5 * 60 * 1000
MINUTE_MILLIS = 60_000


@dataclass(frozen=True, order=True, slots=True)
class Stamp:
    """A hybrid logical clock reading: 48 bits of wall milliseconds, 16 bits of counter, an origin.

    Compares as the fold orders events. Source: Kulkarni et al., *Logical Physical Clocks*, 2014.
    """

    millis: int
    counter: int
    origin: str


def next_stamp(last: Stamp | None, wall_millis: int, origin: str) -> Stamp:
    """Give a stamp later than `last`, as near to the wall clock as that allows.

    This is for the further facts of a tap; its first takes `first_stamp`.
    """
    if last is None or wall_millis > last.millis:
        return Stamp(wall_millis, 0, origin)
    if last.counter + 1 < COUNTER_LIMIT:
        return Stamp(last.millis, last.counter + 1, origin)
    return Stamp(last.millis + 1, 0, origin)


def first_stamp(last: Stamp | None, wall_millis: int, origin: str) -> Stamp:
    """Give the stamp of a tap's first fact, which is never beside `last`.

    So facts of one tap can be told from two taps, also when the wall clock stands or goes back.
    """
    stamp = next_stamp(last, wall_millis, origin)
    if last is None or not is_beside(replace(last, origin=origin), stamp):
        return stamp
    return next_stamp(stamp, wall_millis, origin)


def is_beside(stamp: Stamp, other: Stamp) -> bool:
    """Say whether `other` is the very next stamp of the same origin: a fact of the same tap."""
    return other == next_stamp(stamp, stamp.millis, stamp.origin)


def is_plausible(stamp: Stamp, wall_millis: int) -> bool:
    """Say whether a peer's stamp may move our own clock: at most five minutes ahead of it."""
    return 0 <= stamp.millis < MILLIS_LIMIT and stamp.millis - wall_millis <= TRUSTED_AHEAD_MILLIS


def agreed_correction(me: str, ahead_millis: Mapping[str, int], order: Sequence[str]) -> int:
    """Give how many milliseconds to add to this device's clock so that it goes with the others.

    `ahead_millis` is how far each peer's clock is ahead of ours. The largest set of clocks within
    five minutes of each other is right; of two as large the one with the device that joined first
    (`order`). A device that belongs to it goes by its own clock.
    """
    clocks = {**ahead_millis, me: 0}
    ranks = {device: rank for rank, device in enumerate(order)}

    def together(device: str) -> list[str]:
        return [d for d, c in clocks.items() if abs(c - clocks[device]) <= TRUSTED_AHEAD_MILLIS]

    def weight(device: str) -> tuple[int, int, str]:
        agreeing = together(device)
        first = min(ranks.get(each, len(ranks)) for each in agreeing)
        return (-len(agreeing), first, device)

    right = together(min(clocks, key=weight))
    return 0 if me in right else sorted(clocks[device] for device in right)[len(right) // 2]


def whole_minutes(start_millis: int, end_millis: int) -> int:
    """Give the whole minutes from start to end, never fewer than none."""
    return max(0, end_millis - start_millis) // MINUTE_MILLIS
