"""Who will come in during a future: like those who came before, as often as the profile says."""

import math
from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Final

from hub_app.core.forecast_chance import Chance
from hub_app.core.forecast_sketch import SLOT_MINUTES, Arrivals
from hub_app.core.routing import Family

_TOLD_NO: Final = 18.0  # minutes before a service’s last start, who comes for it is told no


class Door:
    """Lets in those who will come between `now` and `until`."""

    def __init__(self, arrivals: Arrivals, now: float, until: float) -> None:
        like = sorted(arrivals.like, key=repr)  # in whatever order they were listed
        self._newcomers = [newcomer for newcomer, _ in like]
        self._weights = list(accumulate(weight for _, weight in like))
        self._edges = self._expected(arrivals, now, until) if like else []

    def minutes(self, chance: Chance) -> list[float]:
        """Draw when families come in: a Poisson process that follows the profile."""
        found: list[float] = []
        reached = -math.log(1 - chance.random())
        for (start, before), (end, by_then) in pairwise(self._edges):
            while reached < by_then:
                found.append(start + (end - start) * (reached - before) / (by_then - before))
                reached -= math.log(1 - chance.random())
        return found

    def family(self, arrived: float, open_until: Mapping[str, float], chance: Chance) -> Family:
        """Draw a family. It comes for what is still open; perhaps that is nothing."""
        drawn = bisect(self._weights, chance.random() * self._weights[-1])
        new = self._newcomers[min(drawn, len(self._newcomers) - 1)]
        services = sorted(
            service
            for service in set(new.services)
            if service in open_until and arrived < open_until[service] - _TOLD_NO
        )
        appointment = None
        if new.appointment is not None and new.appointment[0] in services:
            appointment = new.appointment[0], arrived + new.appointment[1]
        return Family(
            id="",
            arrived=arrived,
            services=tuple(services),
            is_urgent=new.is_urgent,
            leave_by=None if new.leaves_after is None else arrived + new.leaves_after,
            appointment=appointment,
            interpreter=new.interpreter,
        )

    @staticmethod
    def _expected(arrivals: Arrivals, now: float, until: float) -> list[tuple[float, float]]:
        """Give (minute, families to expect from now until then) at the edges of slots to come."""
        already = arrivals.expected(now)
        slots = range(1, len(arrivals.slots) + 1)
        edges = [arrivals.opens + SLOT_MINUTES * slot for slot in slots]
        return [
            (edge, arrivals.ratio * (arrivals.expected(edge) - already))
            for edge in [now, *(edge for edge in edges if now < edge < until), until]
            if now < until
        ]
