"""Who is next: people in order, seen only as visits, so no answer about them can change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hub_app.core.session import Desk
from hub_app.core.visit import Stage, Visit


class Why(StrEnum):
    """The one reason a family is next."""

    URGENT = "urgent"
    LONGEST_HERE = "longest_here"


@dataclass(frozen=True, slots=True)
class Choice:
    """The family a desk should call now, for which service, and why."""

    visit: str
    service: str
    why: Why


def in_order(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """Give visits urgent first, then by their place; arrival, then id, breaks ties."""
    return tuple(
        sorted(visits, key=lambda v: (v.urgent is None, v.place_at, v.arrived_at, v.turn, v.id))
    )


def service_for(visit: Visit, desk: Desk) -> str | None:
    """Give the service this desk would help the family with first, by their plan, or None."""
    wanted = [need.service for need in visit.open_needs if need.service in desk.services]
    if not wanted:
        return None
    planned = [service for service in visit.plan if service in wanted]
    return (planned or wanted)[0]


def _waits_for(visit: Visit, desk: Desk) -> bool:
    return (
        visit.stage is Stage.WAITING
        and not visit.is_on_hold
        and any(need.service in desk.services for need in visit.open_needs)
    )


def how_many_wait(visits: Iterable[Visit], desk: Desk) -> int:
    """Give how many families wait whom this desk could help, those on hold left out."""
    return sum(_waits_for(visit, desk) for visit in visits)


def queue_for(visits: Iterable[Visit], desk: Desk) -> tuple[Visit, ...]:
    """Give everybody this desk could help who is waiting, in order, those on hold left out."""
    return in_order(visit for visit in visits if _waits_for(visit, desk))


def next_for(visits: Iterable[Visit], desk: Desk) -> Choice | None:
    """Give who this desk should call now, or None when nobody it can help is waiting."""
    return first_of(queue_for(visits, desk), desk)


def first_of(line: tuple[Visit, ...], desk: Desk) -> Choice | None:
    """Give the choice that a desk's queue comes to: its first, with the reason."""
    if not line:
        return None
    service = service_for(line[0], desk)
    if service is None:
        return None
    why = Why.URGENT if line[0].urgent is not None else Why.LONGEST_HERE
    return Choice(line[0].id, service, why)
