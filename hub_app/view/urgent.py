"""Who cannot wait and has nobody yet: how many minutes are left until they are to be seen."""

from dataclasses import dataclass

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.queue import service_for
from hub_app.core.room import Hall
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import Stage, Visit

NOBODY_YET = frozenset({Stage.ARRIVED, Stage.WAITING})


@dataclass(frozen=True, slots=True)
class UrgentRow:
    """An urgent family that nobody has. Never why it is urgent: any tablet may show this.

    `minutes_left` are whole minutes until they are to be seen: none is *now*, below nought is how
    long it is over. `can_call` says whether the desk that looks could call them at once.
    """

    visit: str
    ticket: str
    minutes_left: int
    is_on_hold: bool
    can_call: bool


def urgent_rows(hall: Hall, desk: str = "") -> tuple[UrgentRow, ...]:
    """Give every urgent family that nobody has, the soonest due first; `desk` is who looks.

    Somebody has them from the call on; a call they did not answer brings them back. Who has
    talked to a desk since they were urgent has been seen, whatever they still wait for.
    """
    session, looks = hall.session, hall.session.desks.get(desk)
    if not session.is_open:
        return ()
    due = [(_due_at(hall, visit), visit) for visit in session.here if _is_unseen(visit)]
    due.sort(key=lambda each: (each[0], each[1].arrived_at, each[1].turn, each[1].id))
    return tuple(
        UrgentRow(
            visit=visit.id,
            ticket=visit.ticket,
            minutes_left=minutes_left(at, hall.now),
            is_on_hold=visit.is_on_hold,
            can_call=looks is not None and _can_call(session, looks, visit),
        )
        for at, visit in due
    )


def minutes_left(due_at: int, now: int) -> int:
    """Give the whole minutes until a moment, begun ones counted; below nought once one is over."""
    return -((now - due_at) // MINUTE_MILLIS)


def _is_unseen(visit: Visit) -> bool:
    if visit.urgent is None or visit.stage not in NOBODY_YET:
        return False
    since = _since(visit)
    return not any(stop.ended_at is None or stop.ended_at > since for stop in visit.stops)


def _since(visit: Visit) -> int:
    return visit.arrived_at if visit.urgent_at is None else visit.urgent_at


def _due_at(hall: Hall, visit: Visit) -> int:
    within = hall.pack.protocol(visit.urgent or "").seen_within_minutes
    return _since(visit) + within * MINUTE_MILLIS


def _can_call(session: Session, desk: Desk, visit: Visit) -> bool:
    is_free = desk.presence is Presence.HERE and session.at_desk(desk.id) is None
    return is_free and visit.stage is Stage.WAITING and service_for(visit, desk) is not None
