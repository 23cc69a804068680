"""One family as a line on a screen: ticket, where they are, how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub_app.core.clock import whole_minutes
from hub_app.core.session import Session
from hub_app.core.visit import Stage, Visit
from hub_app.core.waits import in_hub_minutes, serving_minutes


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A family in the hall. `minutes` count since arrival, `step_minutes` since this step began.

    `needs` and `services` are codes of what is still open; `desk` is a desk's name.
    """

    visit: str
    ticket: str
    name: str
    stage: Stage
    minutes: int
    step_minutes: int
    needs: tuple[str, ...]
    services: tuple[str, ...]
    desk: str
    to_desk: str
    urgent: str | None
    is_on_hold: bool
    missed: int


def _step_minutes(visit: Visit, now: int) -> int:
    served = serving_minutes(visit, now)
    if served is not None:
        return served
    if visit.stage is Stage.CALLED and visit.called_at is not None:
        return whole_minutes(visit.called_at, now)
    if visit.handover is not None:
        return whole_minutes(visit.handover.walking_at or visit.handover.offered_at, now)
    ended = visit.stops[-1].ended_at if visit.stops else None
    return whole_minutes(visit.arrived_at if ended is None else ended, now)


def person(session: Session, visit: Visit, names: Mapping[str, str], now: int) -> PersonRow:
    """Give a visit as a row, `now` being stamp milliseconds."""
    desk = session.desks.get(visit.desk or "")
    to = session.desks.get(visit.handover.to) if visit.handover else None
    return PersonRow(
        visit=visit.id,
        ticket=visit.ticket,
        name=names.get(visit.id, ""),
        stage=visit.stage,
        minutes=in_hub_minutes(visit, now),
        step_minutes=_step_minutes(visit, now),
        needs=tuple(need.code for need in visit.open_needs),
        services=tuple(dict.fromkeys(need.service for need in visit.open_needs)),
        desk=desk.name if desk else "",
        to_desk=to.name if to else "",
        urgent=visit.urgent,
        is_on_hold=visit.is_on_hold,
        missed=visit.no_shows,
    )


def people(
    session: Session, visits: Iterable[Visit], names: Mapping[str, str], now: int
) -> tuple[PersonRow, ...]:
    """Give visits as rows, in the order they come."""
    return tuple(person(session, visit, names, now) for visit in visits)
