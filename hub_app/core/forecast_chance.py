"""Chance, handed in from outside, and lengths of time drawn with it."""

import math
from statistics import NormalDist
from typing import Final, NamedTuple, Protocol

_NORMAL: Final = NormalDist()
_FAR: Final = 1 - 1e-9
_A_LITTLE_MORE: Final = 0.35  # of the age, at most, when a stop has run longer than any does


class Chance(Protocol):
    """Where luck comes from: `random.Random(seed)` is one."""

    def random(self) -> float:
        """Give a number from nought to one, one left out."""
        ...

    def gauss(self, mu: float, sigma: float) -> float:
        """Give a normal number."""
        ...


class Lasting(NamedTuple):
    """A log-normal number of minutes, of which `age` have gone by."""

    mu: float
    sigma: float
    age: float = 0.0

    def drawn(self, chance: Chance) -> float:
        """Give a whole length: more than the age, and no longer than it may be after that age."""
        if self.age <= 0:
            return math.exp(chance.gauss(self.mu, self.sigma))
        share = self._passed + (1 - self._passed) * chance.random()
        if not 0 < share < _FAR:
            return self.age * (1 + _A_LITTLE_MORE * chance.random())
        return max(self.age, math.exp(self.mu + self.sigma * _NORMAL.inv_cdf(share)))

    def mean(self) -> float:
        """Give the length to expect."""
        if self.age <= 0:
            return math.exp(self.mu + self.sigma**2 / 2)
        left = 1 - self._passed
        if left < 1 - _FAR:
            return self.age * (1 + _A_LITTLE_MORE / 2)
        above = _NORMAL.cdf(self.sigma - (math.log(self.age) - self.mu) / self.sigma)
        return max(self.age, math.exp(self.mu + self.sigma**2 / 2) * above / left)

    @property
    def _passed(self) -> float:
        return _NORMAL.cdf((math.log(self.age) - self.mu) / self.sigma)
