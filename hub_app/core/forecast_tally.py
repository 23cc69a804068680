"""What many futures share: for each family the early, the middle and the late of them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from hub_app.core.forecast import Future

_EARLY, _MIDDLE, _LATE = 0.1, 0.5, 0.9
_ENOUGH: Final = 0.3  # of the futures have to know an answer, or there is none
_FEWEST: Final = 6


class Spread(NamedTuple):
    """Minutes from now: a tenth of the futures are earlier, a half, nine tenths."""

    early: float
    middle: float
    late: float


class Tally:
    """Gathers futures one at a time, so that whoever draws them may rest in between.

    Every question may be asked at any time; None means that too few futures know.
    """

    def __init__(self) -> None:
        self.futures = 0
        self._next: dict[str, list[float]] = {}
        self._done: dict[str, list[float]] = {}

    def add(self, future: Future) -> None:
        """Take one more future into account."""
        self.futures += 1
        first: dict[str, float] = {}
        for (family, _service), minutes in future.calls.items():
            first[family] = min(minutes, first.get(family, minutes))
        for family, minutes in first.items():
            self._next.setdefault(family, []).append(minutes)
        for family, minutes in future.done.items():
            self._done.setdefault(family, []).append(minutes)

    def next_call(self, family: str) -> Spread | None:
        """Give when this family is called next, to whatever desk."""
        return self._spread(self._next.get(family, ()))

    def all_done(self, family: str) -> Spread | None:
        """Give when this family has got all it came for."""
        return self._spread(self._done.get(family, ()))

    def _spread(self, minutes: Sequence[float]) -> Spread | None:
        if len(minutes) < max(_FEWEST, _ENOUGH * self.futures):
            return None
        ordered = sorted(minutes)
        return Spread(*(_quantile(ordered, share) for share in (_EARLY, _MIDDLE, _LATE)))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Give a quantile, straight between the two values beside it."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
