"""A simulated hall as the app would sketch it: nothing that only the day itself can tell."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from statistics import fmean

from hub_app.core.forecast_sketch import (
    SLOT_MINUTES,
    Arrivals,
    Desk,
    Newcomer,
    Present,
    Running,
    Sketch,
    Where,
    Window,
    todays_ratio,
)
from hub_app.core.learn import Serving, learn
from hub_app.core.routing import WALK, Room
from hub_app.simulate.generate import WORLDS, generate
from hub_app.simulate.hall import Hall
from hub_app.simulate.instance import Coming, Instance
from hub_app.simulate.state import Busy, DeskNow, Stage, Visit, code

PAST_DAYS = range(900_001, 900_013)  # seeds of days that only this uses
_PAST_WORTH = 10.0  # families that the needs of past days are worth against today's
_FILLED = 0.75  # of the desks' minutes, where no other day is known

_WHERE = {
    Stage.AT_DOOR: Where.COMING,
    Stage.TRIAGE: Where.COMING,
    Stage.WAITING: Where.WAITING,
    Stage.VANISHED: Where.WAITING,
    Stage.SERVED: Where.SERVING,
    Stage.AWAY: Where.AWAY,
}


class Memory:
    """What the app of one hall remembers: serving times, other days, and what today has shown."""

    def __init__(self, instance: Instance) -> None:
        self._interpreted = instance.interpreted
        self._times = [list(service.history) for service in instance.services]
        self._priors = [service.prior_minutes for service in instance.services]
        self._learnt: dict[int, Serving] = {}
        self._usual = usual(instance)
        self._like = dict(self._usual.like)
        self._running: dict[int, tuple[float, Visit]] = {}
        self._known: set[int] = set()

    def look(self, hall: Hall) -> None:
        """Take note of who came and of the stops that have ended; to be told of every moment."""
        for desk in hall.desks:
            began = self._running.pop(desk.number, None)
            if began is not None and (desk.visit is not began[1] or desk.since != began[0]):
                self._has_ended(desk.desk.service, hall.t - began[0] - WALK, began[1])
                began = None
            if began is None and desk.busy is Busy.SERVING and desk.visit is not None:
                began = desk.since, desk.visit
            if began is not None:
                self._running[desk.number] = began
        for visit in hall.visits:
            if visit.triaged is not None and visit.number not in self._known:
                self._known.add(visit.number)
                came = _newcomer(visit.coming)
                self._like[came] = self._like.get(came, 0.0) + 1.0

    def serving(self) -> dict[str, Serving]:
        """Give what is believed of each service."""
        for service, times in enumerate(self._times):
            if service not in self._learnt:
                self._learnt[service] = learn(times, self._priors[service])
        return {code(service): serving for service, serving in self._learnt.items()}

    def arrivals(self, hall: Hall) -> Arrivals:
        """Give who may still come, by other days and by today."""
        arrived = sum(visit.stage is not Stage.NOT_HERE for visit in hall.visits)
        ratio = todays_ratio(self._usual, hall.t, arrived)
        return replace(self._usual, like=tuple(self._like.items()), ratio=ratio)

    def _has_ended(self, service: int, minutes: float, visit: Visit) -> None:
        slower = self._interpreted if visit.coming.language else 1.0
        self._times[service].append(minutes / slower)
        self._learnt.pop(service, None)


def sketch_of(hall: Hall, memory: Memory) -> Sketch:
    """Sketch a simulated hall as it is now."""
    services = hall.instance.services
    calling = {
        desk.visit.number: desk for desk in hall.desks if desk.visit and _is_calling(desk, hall.t)
    }
    return Sketch(
        now=hall.t,
        close=hall.close,
        present=tuple(
            Present(visit.as_family(), Where.SERVING, hall.t)
            if visit.number in calling
            else Present(visit.as_family(), _WHERE[visit.stage], visit.ready)
            for visit in hall.visits
            if visit.stage in _WHERE or visit.number in calling
        ),
        desks=tuple(_desk(desk, hall.t) for desk in hall.desks),
        room=Room(
            {code(service): minutes for service, minutes in enumerate(hall.expected)},
            {code(at): tuple(map(code, one.after)) for at, one in enumerate(services)},
            {},
            interpreted=hall.instance.interpreted,
        ),
        serving=memory.serving(),
        interpreters=_interpreters(hall),
        arrivals=memory.arrivals(hall),
    )


def _is_calling(desk: DeskNow, now: float) -> bool:
    """Say whether somebody was called a moment ago: nobody knows yet whether they come."""
    return desk.busy is not None and now < desk.since + WALK


def _desk(desk: DeskNow, now: float) -> Desk:
    service = code(desk.desk.service)
    running = None
    if desk.busy is Busy.SERVING or _is_calling(desk, now):
        family = code(desk.visit.number) if desk.visit else None
        running = Running(service, desk.since + WALK, family)
    elif desk.busy is not None:
        running = Running(service, desk.since, None)
    return Desk(code(desk.number), (service,), desk.desk.windows, running)


def _interpreters(hall: Hall) -> dict[str, tuple[Window, ...]]:
    """Give when each language is spoken; those who speak one work as one."""
    here: dict[str, list[Window]] = {
        v.coming.language: [] for v in hall.visits if v.coming.language
    }
    for one in hall.interpreters:
        here.setdefault(one.interpreter.language, []).extend(one.interpreter.windows)
    return {language: _joined(windows) for language, windows in here.items()}


def _joined(windows: Sequence[Window]) -> tuple[Window, ...]:
    joined: list[Window] = []
    for begins, ends in sorted(windows):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(ends, joined[-1][1])
        else:
            joined.append((begins, ends))
    return tuple(joined)


def usual(instance: Instance) -> Arrivals:
    """Give how families come on other days like this; where none is known, by what desks can do.

    Other days are generated ones of the same size that nothing else uses.
    """
    world = WORLDS.get(instance.size)
    if world and (world.services, world.close) == (len(instance.services), instance.close):
        return _past(instance.size)
    minutes = sum(end - start for desk in instance.desks for start, end in desk.windows)
    stop = fmean(service.prior_minutes for service in instance.services) + WALK
    slots = max(1, round(instance.last_arrival / SLOT_MINUTES))
    stops = _FILLED * minutes / stop / slots
    one_need = [Newcomer((code(service),)) for service in range(len(instance.services))]
    worth = _PAST_WORTH / len(one_need)
    return Arrivals((stops,) * slots, tuple((newcomer, worth) for newcomer in one_need))


@cache
def _past(size: str) -> Arrivals:
    days = [generate(size, seed) for seed in PAST_DAYS]
    slots = [0.0] * (int(days[0].close / SLOT_MINUTES) + 1)
    coming = [one for day in days for one in day.families if not one.stays_away]
    for one in coming:
        slots[int(one.arrive / SLOT_MINUTES)] += 1 / len(days)
    like = Counter(map(_newcomer, coming))
    worth = _PAST_WORTH / len(coming)
    return Arrivals(tuple(slots), tuple((one, count * worth) for one, count in like.items()))


def _newcomer(one: Coming) -> Newcomer:
    """Give a family as it came, for others to be like it."""
    due = one.appointment
    return Newcomer(
        tuple(sorted(map(code, one.needs))),
        is_urgent=one.is_urgent,
        leaves_after=None if one.leave_by is None else one.leave_by - one.arrive,
        appointment=due and (code(due[0]), due[1] - one.arrive),
        interpreter=one.language,
    )
