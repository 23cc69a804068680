"""From what a family needs today to a suggested order of desks, with the reason for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from hub_app.core.clock import whole_minutes
from hub_app.core.events import Line
from hub_app.core.queue import how_many_wait, waits_for
from hub_app.core.room import Hall, may_start
from hub_app.core.routing import Room
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import Stage

GREETER = "greeter"
_LONG = 24 * 60.0  # minutes; stands for a wait nobody can tell


class PlanWhy(StrEnum):
    """Why a stop stands where it does in the plan."""

    FREE_NOW = "free_now"
    WAITING = "waiting"
    EXPECTED = "expected"
    ON_BREAK = "on_break"
    NOT_HERE = "not_here"


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One suggested stop: the service, the desk seen, how many wait there, and why.

    `minutes` is about how long until they are called, None when nobody can say; `after` is a
    service of this plan that has to come first, else empty.
    """

    service: str
    needs: tuple[str, ...]
    desk: str | None
    waiting: int
    why: PlanWhy
    minutes: float | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The suggested stops in order, and which service helps with which need."""

    stops: tuple[PlannedStop, ...]
    lines: tuple[Line, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The services in the suggested order."""
        return tuple(stop.service for stop in self.stops)


_RANK = (PlanWhy.FREE_NOW, PlanWhy.WAITING, PlanWhy.EXPECTED, PlanWhy.ON_BREAK, PlanWhy.NOT_HERE)


def _seen(session: Session, service: str, now: int) -> tuple[Desk | None, PlanWhy, int]:
    """Give the best desk for a service now, why, and how many wait for it."""
    best: tuple[int, int, Desk, PlanWhy] | None = None
    for desk in session.desks.values():
        if service not in desk.services or desk.presence is Presence.GONE:
            continue
        waiting = how_many_wait(session.here, desk)
        if desk.presence is Presence.BREAK:
            why = PlanWhy.ON_BREAK
        elif desk.presence is Presence.EXPECTED:
            why = PlanWhy.EXPECTED
        elif not may_start(desk, now):
            continue
        elif session.at_desk(desk.id) is None and waiting == 0:
            why = PlanWhy.FREE_NOW
        else:
            why = PlanWhy.WAITING
        rank = (_RANK.index(why), waiting)
        if best is None or rank < best[:2]:
            best = (*rank, desk, why)
    if best is None:
        return None, PlanWhy.NOT_HERE, 0
    return best[2], best[3], best[1]


def is_absent(session: Session, service: str, now: int) -> bool:
    """Say whether nobody who offers a service is here, on a break or still expected today."""
    return _seen(session, service, now)[1] is PlanWhy.NOT_HERE


def choose_service(hall: Hall, need: str) -> str:
    """Give the service that should help with a need: its first that is here, else its first.

    A need this pack does not know is the greeter's, who can ask.
    """
    wanted = hall.pack.need(need).services or (GREETER,)
    for reasons in (_RANK[:2], _RANK[2:4]):
        for service in wanted:
            if _seen(hall.session, service, hall.now)[1] in reasons:
                return service
    return wanted[0]


def minutes_until(session: Session, service: str, room: Room, now: int) -> float | None:
    """Give about how many minutes until somebody new would be called to a service; None: unknown.

    What is left of the stops that run, and the stops of those who wait, shared among the desks;
    a family with several needs is likely to be called elsewhere first.
    """
    mean, work, desks, free_in = room.minutes[service], 0.0, 0, list[float]()
    for desk in session.desks.values():
        if service not in desk.services or not may_start(desk, now):
            continue
        desks += 1
        visit = session.at_desk(desk.id)
        left = 0.0
        if visit is not None:
            since = visit.stops[-1].started_at if visit.stage is Stage.SERVING else now
            taken = whole_minutes(since, now)
            left = max(room.minutes[visit.service or service] - taken, 0.3 * mean)
        free_in.append(left)
        work += left
    if not desks:
        return None
    offering = [d for d in session.desks.values() if service in d.services and may_start(d, now)]
    ahead = 0.0
    for visit in session.here:
        if any(waits_for(visit, desk) for desk in offering):
            wanted = {need.service for need in visit.open_needs}
            if service in wanted:
                ahead += mean / max(1.0, 0.75 * len(wanted))
    return min(free_in) if not ahead else (work + ahead) / desks


class _Stop(Protocol):
    @property
    def service(self) -> str: ...
    @property
    def why(self) -> PlanWhy: ...
    @property
    def minutes(self) -> float | None: ...


_S = TypeVar("_S", bound=_Stop)


def soonest_first(stops: Iterable[_S], after: Mapping[str, tuple[str, ...]]) -> tuple[_S, ...]:
    """Put the soonest first, and never a stop before one that has to come before it."""
    left = sorted(
        stops,
        key=lambda s: (_RANK.index(s.why), _LONG if s.minutes is None else s.minutes, s.service),
    )
    ordered: list[_S] = []
    while left:
        services = {stop.service for stop in left}
        free = (s for s in left if services.isdisjoint(after.get(s.service, ())))
        stop = next(free, left[0])
        left.remove(stop)
        ordered.append(stop)
    return tuple(ordered)


def suggest(hall: Hall, needs: Iterable[str]) -> Plan:
    """Suggest an order of stops: what must come first, then the soonest, absent services last."""
    lines = tuple(Line(n, choose_service(hall, n)) for n in dict.fromkeys(needs))
    services = tuple(dict.fromkeys(line.service for line in lines))
    after = hall.room.after
    stops: list[PlannedStop] = []
    for service in services:
        desk, why, waiting = _seen(hall.session, service, hall.now)
        covered = tuple(line.need for line in lines if line.service == service)
        minutes = minutes_until(hall.session, service, hall.room, hall.now)
        if why is PlanWhy.FREE_NOW:
            minutes = 0.0
        before = next((s for s in after.get(service, ()) if s in services), "")
        where = desk.id if desk else None
        stops.append(PlannedStop(service, covered, where, waiting, why, minutes, before))
    return Plan(soonest_first(stops, after), lines)
