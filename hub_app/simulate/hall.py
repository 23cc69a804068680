"""What a simulated hall looks like at one minute, as those who decide may see it."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from hub_app.core.learn import learn
from hub_app.core.routing import EARLY, LAST_MINUTES
from hub_app.simulate.instance import Instance
from hub_app.simulate.state import DeskNow, InterpreterNow, Stage, Visit


def learnt(instance: Instance) -> tuple[float, ...]:
    """Give the minutes that the app would expect of each service, from what it saw before."""
    return tuple(learn(one.history, one.prior_minutes).mean for one in instance.services)


class Hall:
    """A hall at minute `t`; `waiting` is whom the app sees waiting, in order of number.

    `expected` is what the app believes of each service's minutes.
    """

    def __init__(self, instance: Instance, expected: Sequence[float] | None = None) -> None:
        self.instance = instance
        self.t = 0.0
        self.close = float(instance.close)
        self.expected = tuple(expected or learnt(instance))
        self.visits = [Visit.of(number, one) for number, one in enumerate(instance.families)]
        self.waiting: list[Visit] = []
        self.desks = [DeskNow(number, desk) for number, desk in enumerate(instance.desks)]
        self.desks_of = [
            [desk for desk in self.desks if desk.desk.service == service]
            for service in range(len(instance.services))
        ]
        self.interpreters = [InterpreterNow(one) for one in instance.interpreters]
        languages = {one.language for one in instance.families if one.language}
        self._no_interpreters = dict.fromkeys(sorted(languages), 0)

    def expect(self, visit: Visit, service: int) -> float:
        """Give the minutes to expect of one stop."""
        slower = self.instance.interpreted if visit.coming.language else 1.0
        return self.expected[service] * slower

    def free_desks(self) -> list[DeskNow]:
        """Give the desks that may start with somebody now."""
        if self.t >= self.close:
            return []
        return [desk for desk in self.desks if not desk.busy and desk.may_start(self.t)]

    def is_due(self, visit: Visit, service: int) -> bool:
        """Say whether this service is their appointment, and its time has come."""
        appointment, minute = visit.appointment
        return service == appointment and self.t >= minute - EARLY

    def has_interpreter(self, visit: Visit) -> bool:
        """Say whether they need none, or one is free."""
        language = visit.coming.language
        return not language or any(
            one.interpreter.language == language and one.is_free(self.t)
            for one in self.interpreters
        )

    def may_be_called(self, visit: Visit, service: int) -> bool:
        """Say whether somebody who seems to wait could start with this service now."""
        if service not in visit.needs:
            return False
        for first in self.instance.services[service].after:
            if first in visit.needs:
                return False
        if service == visit.appointment[0] and not self.is_due(visit, service):
            return False
        return self.has_interpreter(visit)

    def languages_free(self) -> dict[str, int]:
        """Give how many interpreters may be asked for now, by language: at most one of each.

        Those who speak one language work as one, as the metrics of the format have it.
        """
        free = dict(self._no_interpreters)
        for one in self.interpreters:
            if one.is_free(self.t):
                free[one.interpreter.language] = 1
        return free

    def last_start(self, service: int) -> float:
        """Give the last minute at which this service is started with."""
        ends = [ends for desk in self.desks_of[service] for _, ends in desk.desk.windows]
        return max(ends, default=-math.inf) - LAST_MINUTES

    def overtaken_by(self, called: Visit, service: int) -> list[Visit]:
        """Give who is really here, came earlier, could have this stop, and has no less a claim."""
        if not called.is_ordinary:
            return []
        return [
            visit
            for visit in self.waiting
            if visit.is_ordinary
            and visit.stage is Stage.WAITING
            and visit.coming.arrive < called.coming.arrive
            and self.may_be_called(visit, service)
        ]

    def idle_desks(self) -> int:
        """Count the desks that stand idle although somebody who is really here could be called."""
        desks = self.free_desks() if self.waiting else []
        free = Counter(desk.desk.service for desk in desks)
        here = [visit for visit in self.waiting if visit.stage is Stage.WAITING]
        return sum(
            min(count, sum(self.may_be_called(visit, service) for visit in here))
            for service, count in free.items()
        )


class Policy(Protocol):
    """A way to decide who is called."""

    def joins(self, hall: Hall, visit: Visit) -> None:
        """Take note that somebody begins to wait for their next stop."""
        ...

    def calls(self, hall: Hall) -> Iterator[tuple[Visit, DeskNow]]:
        """Give the calls of this minute one by one; each has happened before the next is asked."""
        ...
