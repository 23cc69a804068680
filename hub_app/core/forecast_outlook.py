"""A sketch of the hall made ready, so that many futures can be drawn from it one at a time."""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from hub_app.core.forecast_chance import Chance, Lasting
from hub_app.core.forecast_door import Door
from hub_app.core.forecast_scores import Scores
from hub_app.core.forecast_sketch import Desk, Present, Sketch, Where, Window
from hub_app.core.routing import EARLY, LAST_MINUTES, Family

HORIZON: Final = 150.0  # minutes; further nobody needs to see
NEVER: Final = float("inf")
LOOK: Final = 3  # what happens last in a minute: somebody may be called now


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

    @cached_property
    def door(self) -> Door:
        """Where those come in who are not here yet."""
        sketch = self.sketch
        return Door(sketch.arrivals, sketch.now, min(sketch.now + HORIZON, sketch.close))

    def there(self, chance: Chance) -> Iterator[tuple[Present, float]]:
        """Give who is in the hall, each with patience drawn: minutes in all for this wait."""
        for present, patience in zip(self.present, self._patiences, strict=True):
            yield present, patience.drawn(chance)

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

    @cached_property
    def _patiences(self) -> list[Lasting]:
        return [self._patience(present) for present in self.present]

    def _patience(self, present: Present) -> Lasting:
        if present.where is not Where.WAITING:
            return self.new_patience
        since = counted_from(present.since, present.family, present.family.services)
        return self.new_patience._replace(age=max(0.0, self.sketch.now - since))

    @cached_property
    def looks(self) -> list[tuple[float, int, int, int]]:
        """Give the minutes in which somebody may be called though nothing else happened."""
        windows = [window for desk in self.desks for window in desk.windows]
        windows += [window for here in self.sketch.interpreters.values() for window in here]
        minutes = {start for start, _ in windows}
        for present in self.present:
            if present.family.appointment is not None:
                minutes.add(present.family.appointment[1] - EARLY)
        return [(minute, LOOK, 0, 0) for minute in sorted(minutes) if minute > self.sketch.now]


def counted_from(since: float, family: Family, services: tuple[str, ...]) -> float:
    """Give the minute patience counts from: who has an appointment waits for it gladly."""
    if family.appointment is not None and family.appointment[0] in services:
        return max(since, family.appointment[1])
    return since
