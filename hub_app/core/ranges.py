"""An honest wait: a range of whole minutes that holds four times in five, or none at all."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from hub_app.core.forecast_quick import Guess
from hub_app.core.forecast_tally import Spread, Tally

_AT_NOUGHT: Final = 3.0  # minutes, so that a logarithm has sense at nought


@dataclass(frozen=True, slots=True)
class Range:
    """Whole minutes from now, rounded outward: 0 ≤ low ≤ likely ≤ high.

    No range is None: we can't say yet.
    """

    low: int
    likely: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.likely <= self.high:
            raise ValueError(f"not a range of minutes: {self.low}, {self.likely}, {self.high}")

    def holds(self, minutes: float) -> bool:
        """Say whether a wait was as long as we said."""
        return self.low <= minutes <= self.high


class About(StrEnum):
    """What a range is about."""

    NEXT_CALL = "next_call"
    ALL_DONE = "all_done"


@dataclass(frozen=True, slots=True)
class Correction:
    """How far a raw spread is off: added to its three figures in log-minutes."""

    early: float
    middle: float
    late: float


@dataclass(frozen=True, slots=True)
class Factory:
    """Corrections as they leave the factory, by the middle of the spread.

    `edges` are minutes; correction k is for a middle below edge k, the last for the rest.
    """

    edges: tuple[float, ...]
    corrections: tuple[Correction, ...]

    def bin_of(self, middle: float) -> int:
        """Give which correction is for this spread."""
        return sum(middle >= edge for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Nudge:
    """How much earlier and later than in the factory ranges have to reach in this hall.

    In log-minutes. Source: adaptive conformal inference (Gibbs and Candès, 2021), on each end.
    """

    early: float = 0.0
    late: float = 0.0


STILL: Final = Nudge()
_STEP: Final = 0.02
_INWARD, _OUTWARD = -0.3, 1.0
_MISSED: Final = 0.1  # of the answers at each end
_WHOLE: Final = 1e-6  # what a logarithm there and back may cost


NEXT_CALL_EDGES: Final = (4.0, 8.0, 14.0, 22.0)
ALL_DONE_EDGES: Final = (20.0, 35.0, 55.0)
# How far raw spreads are off, by how many futures they come from; `python -m bench.forecast fit`
# works it out on made-up days.
FACTORY: Final[Mapping[int, Mapping[About, Factory]]] = {
    20: {
        About.NEXT_CALL: Factory(
            NEXT_CALL_EDGES,
            (
                Correction(0.067, 0.0, 0.008),
                Correction(0.014, 0.0, -0.014),
                Correction(-0.029, 0.0, 0.021),
                Correction(-0.048, 0.0, 0.061),
                Correction(-0.032, 0.0, 0.012),
            ),
        ),
        About.ALL_DONE: Factory(
            ALL_DONE_EDGES,
            (
                Correction(-0.034, 0.012, 0.196),
                Correction(-0.075, -0.014, 0.084),
                Correction(-0.061, -0.02, 0.035),
                Correction(-0.073, -0.043, 0.025),
            ),
        ),
    },
    40: {
        About.NEXT_CALL: Factory(
            NEXT_CALL_EDGES,
            (
                Correction(0.083, 0.0, -0.001),
                Correction(0.037, 0.0, -0.02),
                Correction(-0.003, 0.0, -0.002),
                Correction(0.001, 0.0, -0.002),
                Correction(0.001, 0.0, 0.021),
            ),
        ),
        About.ALL_DONE: Factory(
            ALL_DONE_EDGES,
            (
                Correction(0.018, -0.007, 0.125),
                Correction(-0.015, -0.013, 0.037),
                Correction(-0.06, -0.014, -0.001),
                Correction(-0.056, -0.035, -0.015),
            ),
        ),
    },
}
QUICK: Final = Factory(
    NEXT_CALL_EDGES,
    (
        Correction(-0.322, 0.0, 0.507),
        Correction(-0.708, -0.16, 0.468),
        Correction(-1.072, -0.315, 0.419),
        Correction(-1.233, -0.259, 0.388),
        Correction(-1.303, -0.281, 0.196),
    ),
)


def ranged(spread: Spread | None, factory: Factory | None, nudge: Nudge = STILL) -> Range | None:
    """Turn a raw spread into what we may say; None when there is nothing to go by."""
    if spread is None or factory is None:
        return None
    added = factory.corrections[factory.bin_of(spread.middle)]
    low = _moved(spread.early, added.early - nudge.early)
    likely = round(_moved(spread.middle, added.middle))
    high = _moved(spread.late, added.late + nudge.late)
    return Range(
        min(likely, math.floor(low + _WHOLE)), likely, max(likely, math.ceil(high - _WHOLE))
    )


def next_call(tally: Tally, family: str, nudge: Nudge = STILL) -> Range | None:
    """Say how long until this family is called; None: we can't say yet."""
    return ranged(tally.next_call(family), factory_for(About.NEXT_CALL, tally.futures), nudge)


def all_done(tally: Tally, family: str, nudge: Nudge = STILL) -> Range | None:
    """Say how long until this family has all it came for; None: we can't say yet."""
    return ranged(tally.all_done(family), factory_for(About.ALL_DONE, tally.futures), nudge)


def at_a_glance(guess: Guess | None, nudge: Nudge = STILL) -> Range | None:
    """Say how long until a call from a first guess; wider, as it knows less."""
    return ranged(guess and as_spread(guess.minutes), QUICK, nudge)


def as_spread(minutes: float) -> Spread:
    """Take a single figure for a spread, for the correction to widen."""
    return Spread(minutes, minutes, minutes)


def factory_for(about: About, futures: int) -> Factory | None:
    """Give the correction for so many futures; None when they are too few to say anything."""
    measured = [number for number in FACTORY if number <= futures]
    return FACTORY[max(measured)][about] if measured else None


def answered(nudge: Nudge, shown: Range, minutes: float) -> Nudge:
    """Learn from how long it really took. A range that begins at nought cannot be too late.

    What it may not miss early it may miss late, so that one answer in five lies outside.
    """
    may_miss_late = _MISSED if shown.low > 0 else 2 * _MISSED
    late = nudge.late + _STEP * ((minutes > shown.high) - may_miss_late)
    early = nudge.early - _STEP * _MISSED
    if shown.low > 0:
        early += _STEP * (minutes < shown.low)
    else:
        early = max(early, min(nudge.early, 0.0))
    return Nudge(_bounded(early), _bounded(late))


def fit(answers: Sequence[tuple[Spread, float]], edges: tuple[float, ...]) -> Factory:
    """Work out corrections from (raw spread, minutes it really took) pairs.

    Split conformal prediction of quantiles (Romano, Patterson and Candès, 2019) in log-minutes,
    one end at a time and by bin, so that ranges of whole minutes hold four times in five: the
    late end may miss what the early end does not. Raises ValueError for a bin without answers.
    """
    empty = Factory(edges, ())
    bins: list[list[tuple[Spread, float]]] = [[] for _ in range(len(edges) + 1)]
    for spread, minutes in answers:
        bins[empty.bin_of(spread.middle)].append((spread, minutes))
    if not all(bins):
        raise ValueError("a bin has no answers")
    return Factory(edges, tuple(_fitted(part) for part in bins))


def _fitted(answers: Sequence[tuple[Spread, float]]) -> Correction:
    # low ≤ minutes for the whole minute below the answer, high ≥ minutes for the one above
    early = [_log(math.floor(minutes) + 1) - _log(spread.early) for spread, minutes in answers]
    late = [_log(math.ceil(minutes) - 1) - _log(spread.late) for spread, minutes in answers]
    middle = [_log(minutes) - _log(spread.middle) for spread, minutes in answers]
    down = sorted(early)[math.floor(_MISSED * len(early))]
    missed = sum(
        math.floor(_moved(spread.early, down) + _WHOLE) > minutes for spread, minutes in answers
    )
    held = 1 - 2 * _MISSED + missed / len(answers)
    up = sorted(late)[min(len(late) - 1, math.ceil(held * (len(late) + 1)) - 1)]
    return Correction(round(down, 3), round(median(middle), 3), round(up, 3))


def _log(minutes: float) -> float:
    return math.log(max(0.0, minutes) + _AT_NOUGHT)


def _moved(minutes: float, by: float) -> float:
    return max(0.0, math.exp(_log(minutes) + by) - _AT_NOUGHT)


def _bounded(nudge: float) -> float:
    return min(_OUTWARD, max(_INWARD, nudge))
