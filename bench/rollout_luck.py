"""What a look ahead may know of a day in a hall, and how it may turn out for each family."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from hub_app.core.forecast_chance import Lasting
from hub_app.core.forecast_door import Door
from hub_app.core.forecast_sketch import Habits
from hub_app.core.learn import learn
from hub_app.core.routing import LAST_MINUTES, Family
from hub_app.simulate.hall import Hall
from hub_app.simulate.instance import Window
from hub_app.simulate.sketching import usual
from hub_app.simulate.state import code

HABITS: Final = Habits()
HANDED_OVER: Final = 0.15  # of the families: `Habits` has it by stop
MORE_PATIENT: Final = 1.5  # times, the urgent
LOOK, ENDS = 3, 2  # somebody may be called; a service starts with nobody any more


class Ground:
    """What holds for a whole day in one hall, as far as the app may know it."""

    def __init__(self, hall: Hall) -> None:
        day = hall.instance
        self.services = range(len(day.services))
        self.serving = [learn(s.history, s.prior_minutes) for s in day.services]
        self.expected = hall.expected
        self.interpreted = day.interpreted
        self.close = hall.close
        self.after = [service.after for service in day.services]
        self.last_start = [min(hall.last_start(s), hall.close) for s in self.services]
        self.offers = [desk.desk.service for desk in hall.desks]
        self.starts: list[tuple[Window, ...]] = [
            tuple((begins, ends - LAST_MINUTES) for begins, ends in desk.desk.windows)
            for desk in hall.desks
        ]
        self.speaks: dict[str, tuple[Window, ...]] = {}
        for one in (there.interpreter for there in hall.interpreters):
            self.speaks[one.language] = self.speaks.get(one.language, ()) + one.windows
        begin = {begins for windows in self.starts for begins, _ in windows}
        begin |= {begins for windows in self.speaks.values() for begins, _ in windows}
        self.known_ahead = [(minute, LOOK, 0) for minute in sorted(begin)]
        self.known_ahead += [(end, ENDS, at) for at, end in enumerate(self.last_start)]
        self.door = Door(usual(day), 0.0, day.last_arrival)


@dataclass(frozen=True, slots=True)
class Luck:
    """How it turns out for one family in one future; `minutes` are drawn when first asked for."""

    minutes: dict[int, float]
    patience: float
    is_silent: bool
    misses: frozenset[int]
    handover: tuple[int, int] | None  # at, to


class Future:
    """One drawn future: luck for each family here, and whoever comes in later.

    It is the same whichever move is tried in it.
    """

    def __init__(self, ground: Ground, seed: str) -> None:
        self.ground = ground
        self.chance = Random(seed)
        self.lucks: dict[int, Luck] = {}
        until = {code(at): minute for at, minute in enumerate(ground.last_start)}
        self.arrivals: list[float] = []
        self.newcomers: list[tuple[float, Family, tuple[int, ...], Luck]] = []
        for minute in ground.door.minutes(self.chance):
            family = ground.door.family(minute, until, self.chance)
            if family.services:
                needs = tuple(map(int, family.services))
                ready = minute + self.triage()
                self.arrivals.append(minute)
                luck = self._luck(needs, is_urgent=family.is_urgent)
                self.newcomers.append((ready, family, needs, luck))

    def triage(self) -> float:
        """Draw the minutes of a welcome."""
        return 1.0 + 2.0 * (self.chance.random() + self.chance.random())

    def luck_of(self, number: int, needs: Sequence[int], *, is_urgent: bool) -> Luck:
        """Give the luck of a family of this day."""
        if number not in self.lucks:
            self.lucks[number] = self._luck(needs, is_urgent=is_urgent)
        return self.lucks[number]

    def serving(self, luck: Luck, service: int) -> float:
        """Give the minutes of a stop, before an interpreter makes it longer."""
        minutes = luck.minutes.get(service)
        if minutes is None:
            known = self.ground.serving[service]
            minutes = math.exp(self.chance.gauss(known.mu, known.sigma))
            minutes = luck.minutes[service] = min(90.0, max(2.0, minutes))
        return minutes

    def lasting(self, service: int, age: float) -> float:
        """Draw the minutes of a stop that has lasted so long, before an interpreter's share."""
        known = self.ground.serving[service]
        return Lasting(known.mu, known.sigma, age).drawn(self.chance)

    def patience_beyond(self, patience: float, waited: float) -> float:
        """Give this patience, or another when they have waited longer than that."""
        if patience > waited:
            return patience
        known = Lasting(math.log(HABITS.patience), HABITS.patience_spread, waited)
        return known.drawn(self.chance)

    def _luck(self, needs: Sequence[int], *, is_urgent: bool) -> Luck:
        chance, handover = self.chance, None
        patience = math.exp(chance.gauss(math.log(HABITS.patience), HABITS.patience_spread))
        if chance.random() < HANDED_OVER:
            others = [s for s in self.ground.services if s not in needs]
            if others:
                at = needs[int(chance.random() * len(needs))]
                handover = at, others[int(chance.random() * len(others))]
        return Luck(
            {},
            max(HABITS.patience_least, patience) * (MORE_PATIENT if is_urgent else 1.0),
            chance.random() < HABITS.silent,
            frozenset([need for need in needs if chance.random() < HABITS.missed]),
            handover,
        )
