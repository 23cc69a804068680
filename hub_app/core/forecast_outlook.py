"""A sketch of the hall made ready, so that many futures can be drawn from it one at a time."""

import math
from itertools import accumulate
from statistics import NormalDist
from typing import Final, NamedTuple, Protocol

from hub_app.core.forecast_scores import Scores
from hub_app.core.forecast_sketch import (
    SLOT_MINUTES,
    Desk,
    Newcomer,
    Present,
    Sketch,
    Where,
    Window,
)
from hub_app.core.routing import EARLY, LAST_MINUTES, Family

HORIZON: Final = 150.0  # minutes; further nobody needs to see
NEVER: Final = float("inf")
LOOK: Final = 3  # what happens last in a minute: somebody may be called now

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


class Offer(NamedTuple):
    """What a desk can begin, and when."""

    services: tuple[str, ...]
    windows: tuple[Window, ...]


class Outlook:
    """What all futures of one sketch have in common."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.scores = Scores(sketch.room)
        self._slower = math.log(sketch.room.interpreted)
        self.desks = sorted(sketch.desks, key=lambda desk: (len(desk.services), desk.id))
        self.last_start = self._last_start()
        self.offers = [self._offer(desk) for desk in self.desks]
        self.present = sorted(sketch.present, key=lambda p: (p.family.turn, p.family.id))
        self.speakers = self._speakers()
        self.served = self._served()
        self.running = [self._running(desk) for desk in self.desks]
        self.offered = sorted(self.last_start)
        habits = sketch.habits
        self.new_patience = Lasting(math.log(habits.patience), habits.patience_spread)
        self.patience = [self._patience(present) for present in self.present]
        self.looks = self._looks()
        like = sorted(sketch.arrivals.like, key=_in_order)
        self.newcomers = [newcomer for newcomer, _ in like]
        self.weights = list(accumulate(weight for _, weight in like))
        self.crowd = self._crowd()

    def serving(self, service: str, *, is_interpreted: bool, age: float = 0.0) -> Lasting:
        """Give how long this service takes a family."""
        known = self.sketch.serving[service]
        return Lasting(known.mu + self._slower * is_interpreted, known.sigma, age)

    def _offer(self, desk: Desk) -> Offer:
        return Offer(
            tuple(sorted(service for service in desk.services if service in self.last_start)),
            tuple((start, end - LAST_MINUTES) for start, end in sorted(desk.windows)),
        )

    def _last_start(self) -> dict[str, float]:
        """Give, for each service offered here today, until when it begins with somebody."""
        found: dict[str, float] = {}
        for desk in self.desks:
            for service in desk.services:
                if desk.windows and service in self.sketch.serving:
                    until = min(desk.last_start, self.sketch.close)
                    found[service] = max(until, found.get(service, until))
        return found

    def _speakers(self) -> dict[str, str]:
        """Give the language of everybody who needs an interpreter."""
        named = [(present.family.id, present.family.interpreter) for present in self.present]
        return {family: language for family, language in named if language}

    def _served(self) -> dict[str, str]:
        """Give who is at a desk or on the way to one, with the service."""
        running = [desk.running for desk in self.desks if desk.running is not None]
        return {r.family: r.service for r in running if r.family is not None}

    def _running(self, desk: Desk) -> Lasting | None:
        """Give how long this desk's stop takes; None when there is none, or nobody is with it."""
        running = desk.running
        if running is None or running.family is None or running.service not in self.sketch.serving:
            return None
        is_interpreted = running.family in self.speakers
        age = self.sketch.now - running.since
        return self.serving(running.service, is_interpreted=is_interpreted, age=age)

    def is_served(self, present: Present) -> bool:
        """Say whether they are at a desk, or on the way to one."""
        return present.where is Where.SERVING or present.family.id in self.served

    def _patience(self, present: Present) -> Lasting:
        if present.where is not Where.WAITING:
            return self.new_patience
        since = counted_from(present.since, present.family, present.family.services)
        return self.new_patience._replace(age=max(0.0, self.sketch.now - since))

    def _looks(self) -> list[tuple[float, int, int, int]]:
        """Give the minutes in which somebody may be called though nothing else happened."""
        windows = [window for desk in self.desks for window in desk.windows]
        windows += [window for here in self.sketch.interpreters.values() for window in here]
        minutes = {start for start, _ in windows}
        for present in self.present:
            if present.family.appointment is not None:
                minutes.add(present.family.appointment[1] - EARLY)
        return [(minute, LOOK, 0, 0) for minute in sorted(minutes) if minute > self.sketch.now]

    def _crowd(self) -> list[tuple[float, float]]:
        """Give (minute, families to expect from now until then) at the edges of slots to come."""
        arrivals, now = self.sketch.arrivals, self.sketch.now
        until = min(now + HORIZON, self.sketch.close)
        if not self.weights or until <= now:
            return []
        slots = range(1, len(arrivals.slots) + 1)
        edges = [arrivals.opens + SLOT_MINUTES * slot for slot in slots]
        already = arrivals.expected(now)
        return [
            (edge, arrivals.ratio * (arrivals.expected(edge) - already))
            for edge in [now, *(edge for edge in edges if now < edge < until), until]
        ]


def _in_order(weighted: tuple[Newcomer, float]) -> str:
    """Give an order that does not hang on how a list happens to stand."""
    return repr(weighted)


def counted_from(since: float, family: Family, services: tuple[str, ...]) -> float:
    """Give the minute patience counts from: who has an appointment waits for it gladly."""
    if family.appointment is not None and family.appointment[0] in services:
        return max(since, family.appointment[1])
    return since
