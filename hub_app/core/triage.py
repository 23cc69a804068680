"""From what a family needs today to a suggested order of desks, with the reason for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hub_app.core.events import Line
from hub_app.core.pack import Pack
from hub_app.core.queue import how_many_wait
from hub_app.core.session import Desk, Presence, Session

GREETER = "greeter"


class PlanWhy(StrEnum):
    """Why a stop stands where it does in the plan."""

    FREE_NOW = "free_now"
    WAITING = "waiting"
    ON_BREAK = "on_break"
    NOT_HERE = "not_here"


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One suggested stop: the service, the desk seen, how many wait there, and why."""

    service: str
    needs: tuple[str, ...]
    desk: str | None
    waiting: int
    why: PlanWhy


@dataclass(frozen=True, slots=True)
class Plan:
    """The suggested stops in order, and which service helps with which need."""

    stops: tuple[PlannedStop, ...]
    lines: tuple[Line, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The services in the suggested order."""
        return tuple(stop.service for stop in self.stops)


_RANK = (PlanWhy.FREE_NOW, PlanWhy.WAITING, PlanWhy.ON_BREAK, PlanWhy.NOT_HERE)


def _seen(session: Session, service: str) -> tuple[Desk | None, PlanWhy, int]:
    """Give the best desk for a service now, why, and how many wait for it."""
    best: tuple[int, int, Desk, PlanWhy] | None = None
    for desk in session.desks.values():
        if service not in desk.services or desk.presence is Presence.GONE:
            continue
        waiting = how_many_wait(session.here, desk)
        if desk.presence is Presence.BREAK:
            why = PlanWhy.ON_BREAK
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


def choose_service(pack: Pack, session: Session, need: str) -> str:
    """Give the service that should help with a need: its first that is here, else its first.

    A need this pack does not know is the greeter's, who can ask.
    """
    wanted = pack.need(need).services or (GREETER,)
    for reasons in ({PlanWhy.FREE_NOW, PlanWhy.WAITING}, {PlanWhy.ON_BREAK}):
        for service in wanted:
            if _seen(session, service)[1] in reasons:
                return service
    return wanted[0]


def suggest(pack: Pack, session: Session, needs: Iterable[str]) -> Plan:
    """Suggest an order of stops: free desks, then the shortest queue, absent services last."""
    lines = tuple(Line(n, choose_service(pack, session, n)) for n in dict.fromkeys(needs))
    stops: list[PlannedStop] = []
    for service in dict.fromkeys(line.service for line in lines):
        desk, why, waiting = _seen(session, service)
        covered = tuple(line.need for line in lines if line.service == service)
        stops.append(PlannedStop(service, covered, desk.id if desk else None, waiting, why))
    stops.sort(key=lambda stop: (_RANK.index(stop.why), stop.waiting))
    return Plan(tuple(stops), lines)
