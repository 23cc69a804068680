"""From what a family needs today to a suggested order of desks, with the reason for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub_app.core.clock import whole_minutes
from hub_app.core.events import Line
from hub_app.core.pack import Pack
from hub_app.core.queue import queue_for, waits_for
from hub_app.core.room import MINUTE, Hall, may_start
from hub_app.core.routing import Family, Room
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.stops import PlannedStop, PlanWhy, Terms, as_ordered, suggested
from hub_app.core.visit import NOTHING_ARRANGED, Arrangements, Stage, Visit

GREETER = "greeter"
_HERE = (PlanWhy.FREE_NOW, PlanWhy.WAITING)
_SOON = (PlanWhy.EXPECTED, PlanWhy.ON_BREAK)
_LEAST_LEFT = 0.3  # of a usual stop, when one has already taken longer than that
_ELSEWHERE = 0.75  # how surely a family with several needs is called to each of them first


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose plan it is: a visit (id) that is not ahead of itself, or nobody's yet.

    `urgent` are the needs (codes) that cannot wait, `arranged` what the plan must respect,
    `order` the services in the order a person put them, when one did.
    """

    visit: str = ""
    urgent: frozenset[str] = frozenset()
    arranged: Arrangements = NOTHING_ARRANGED
    order: tuple[str, ...] = ()


NEW = Whose()


@dataclass(frozen=True, slots=True)
class Plan:
    """The suggested stops in order, and which service helps with which of the new needs."""

    stops: tuple[PlannedStop, ...]
    lines: tuple[Line, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The services in the suggested order."""
        return tuple(stop.service for stop in self.stops)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The desk for a service that could take somebody soonest, and how many it takes before."""

    desk: Desk | None
    why: PlanWhy
    ahead: int = 0
    is_busy: bool = False


def _why(desk: Desk, now: int, *, is_taken: bool) -> PlanWhy | None:
    """Give how a desk stands; None when it takes nobody more today."""
    match desk.presence:
        case Presence.BREAK:
            return PlanWhy.ON_BREAK
        case Presence.EXPECTED:
            is_over = desk.expected_until is not None and desk.expected_until <= now
            return None if is_over else PlanWhy.EXPECTED
        case Presence.HERE if may_start(desk, now):
            return PlanWhy.WAITING if is_taken else PlanWhy.FREE_NOW
        case _:
            return None


def _ahead(hall: Hall, desk: Desk, whose: Whose) -> int:
    """Give how many wait at a desk before them: of urgent families only the urgent ones."""
    visits = (v for v in hall.session.here if v.urgent is not None or not whose.urgent)
    waiting = [visit for visit in visits if waits_for(visit, desk)]
    if not any(visit.id == whose.visit for visit in waiting):
        return len(waiting)
    line = queue_for(waiting, desk, hall.room, hall.now)
    return [visit.id for visit in line].index(whose.visit)


def _seen(hall: Hall, service: str, whose: Whose = NEW) -> _Seen:
    session, found = hall.session, list[_Seen]()
    for desk in session.desks.values():
        if service in desk.services:
            ahead, is_busy = _ahead(hall, desk, whose), session.at_desk(desk.id) is not None
            why = _why(desk, hall.now, is_taken=is_busy or ahead > 0)
            if why is not None:
                found.append(_Seen(desk, why, ahead, is_busy))
    ranks = tuple(PlanWhy)
    best = min(found, key=lambda s: (ranks.index(s.why), s.ahead, s.is_busy), default=None)
    return best or _Seen(None, _why_nobody(session, service))


def _why_nobody(session: Session, service: str) -> PlanWhy:
    if service == GREETER:
        return PlanWhy.BY_GREETER
    return PlanWhy.NOT_HERE if session.desks else PlanWhy.NOBODY_YET


def is_absent(hall: Hall, service: str) -> bool:
    """Say whether nobody who offers a service is here, on a break or still expected today.

    While no desk at all has come or is expected, nobody can say so; the greeter always is here.
    """
    session = hall.session
    around = (d for d in session.desks.values() if service in d.services)
    if any(_why(desk, hall.now, is_taken=False) is not None for desk in around):
        return False
    return _why_nobody(session, service) is PlanWhy.NOT_HERE


def expected_from(hall: Hall, service: str) -> int | None:
    """Give when a service that is not here yet is expected today (milliseconds), else None."""
    seen = [
        (why, desk.expected_from)
        for desk in hall.session.desks.values()
        if service in desk.services and (why := _why(desk, hall.now, is_taken=False)) is not None
    ]
    if not seen or any(why is not PlanWhy.EXPECTED for why, _ in seen):
        return None
    return min((at for _, at in seen if at is not None), default=None)


def choose_service(hall: Hall, need: str) -> str:
    """Give the service that should help with a need: its first that is here, else its first.

    A need this pack does not know is the greeter's, who can ask.
    """
    wanted = hall.pack.need(need).services or (GREETER,)
    for reasons in (_HERE, _SOON, (PlanWhy.BY_GREETER,)):
        for service in wanted:
            if _seen(hall, service).why in reasons:
                return service
    return wanted[0]


def urgent_needs(pack: Pack, needs: Iterable[str], protocol: str | None) -> frozenset[str]:
    """Give the needs a protocol is about; all of them when none names it, none when it can wait."""
    chosen = frozenset(needs)
    if protocol is None:
        return frozenset()
    return frozenset(n for n in chosen if pack.need(n).urgent == protocol) or chosen


def minutes_until(hall: Hall, service: str, whose: Whose = NEW) -> float | None:
    """Give about how many minutes until somebody new would be called to a service; None: unknown.

    What is left of the stops that run, and the stops of those who wait before them, shared among
    the desks; a family with several needs is likely to be called elsewhere first.
    """
    session, now, room = hall.session, hall.now, hall.room
    here = [d for d in session.desks.values() if service in d.services and may_start(d, now)]
    mean = room.minutes.get(service)
    if not here or mean is None:
        return None
    left = [_left_at(session, desk, room, now, mean) for desk in here]
    ahead = sum(
        mean / max(1.0, _ELSEWHERE * len(wanted))
        for visit in session.here
        if (visit.urgent is not None or not whose.urgent)
        and visit.id != whose.visit
        and any(waits_for(visit, desk) for desk in here)
        and service in (wanted := {need.service for need in visit.open_needs})
    )
    return (sum(left) + ahead) / len(here) if ahead else min(left)


def _left_at(session: Session, desk: Desk, room: Room, now: int, mean: float) -> float:
    visit = session.at_desk(desk.id)
    if visit is None:
        return 0.0
    since = visit.stops[-1].started_at if visit.stage is Stage.SERVING else now
    usual = room.minutes.get(visit.service or "", mean)
    return max(usual - whole_minutes(since, now), _LEAST_LEFT * mean)


def _minutes(hall: Hall, seen: _Seen, service: str, whose: Whose) -> float | None:
    if seen.why is PlanWhy.FREE_NOW:
        return 0.0
    if seen.why is PlanWhy.EXPECTED and seen.desk and seen.desk.expected_from is not None:
        until = seen.desk.expected_from - hall.now
        return until / MINUTE if until > 0 else None
    return minutes_until(hall, service, whose) if seen.why is PlanWhy.WAITING else None


def planned(hall: Hall, lines: Iterable[Line], whose: Whose = NEW) -> tuple[PlannedStop, ...]:
    """Give the stops for needs whose services are chosen, in a person's order or the suggested."""
    by_service: dict[str, tuple[str, ...]] = {}
    for line in dict.fromkeys(lines):
        by_service[line.service] = (*by_service.get(line.service, ()), line.need)
    stops: list[PlannedStop] = []
    for service, needs in by_service.items():
        seen = _seen(hall, service, whose)
        stop = PlannedStop(
            service,
            needs,
            seen.desk.id if seen.desk else None,
            seen.ahead,
            seen.why,
            minutes=_minutes(hall, seen, service, whose),
            after=next((s for s in hall.room.after.get(service, ()) if s in by_service), ""),
            is_busy=seen.is_busy,
            expected_from=seen.desk.expected_from if seen.desk else None,
        )
        stops.append(stop)
    terms = Terms(_family(tuple(by_service), whose, hall.now), hall.room, hall.now / MINUTE,
                  whose.urgent)  # fmt: skip
    return as_ordered(stops, whose.order, terms) if whose.order else suggested(stops, terms)


def _family(services: tuple[str, ...], whose: Whose, now: int) -> Family:
    arranged, appointment = whose.arranged, None
    if arranged.appointment_service is not None and arranged.appointment_at is not None:
        appointment = (arranged.appointment_service, arranged.appointment_at / MINUTE)
    return Family(
        id=whose.visit,
        arrived=now / MINUTE,
        services=services,
        is_urgent=bool(whose.urgent),
        leave_by=None if arranged.leave_by is None else arranged.leave_by / MINUTE,
        appointment=appointment,
        interpreter=arranged.interpreter,
    )


def suggest(
    hall: Hall, needs: Iterable[str], whose: Whose = NEW, known: Iterable[Line] = ()
) -> Plan:
    """Suggest an order of stops for these needs, beside those `known` to be open already.

    A need that the service of their appointment can help with is kept for that.
    """
    lines = tuple(Line(n, _service_for(hall, n, whose)) for n in dict.fromkeys(needs))
    return Plan(planned(hall, (*known, *lines), whose), lines)


def _service_for(hall: Hall, need: str, whose: Whose) -> str:
    arranged = whose.arranged.appointment_service
    if arranged is not None and arranged in hall.pack.need(need).services:
        return arranged
    return choose_service(hall, need)


def lines_of(visit: Visit) -> tuple[Line, ...]:
    """Give what a visit still has open."""
    return tuple(Line(need.code, need.service) for need in visit.open_needs)
