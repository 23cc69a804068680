"""What a family takes away from the front: their ticket, and where to go first."""

from dataclasses import dataclass

from hub_app.core.ranges import Range
from hub_app.core.room import Hall
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Session
from hub_app.core.triage import Whose, lines_of, urgent_needs
from hub_app.core.visit import UNMET, Stage, Visit
from hub_app.view.absence import CALL_BACK
from hub_app.view.triage import StopRow, stop_rows

OWN_PAGE = "t/"


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """A need (code) nobody here could help with today, and what was offered.

    `due` is the day (ISO) by which somebody calls back, when that was promised.
    """

    need: str
    offered: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket. `stops` are in the order we suggest, or in the one a person put in its place.

    `scanned` is what its QR holds, after the hub's own address: the way to the family's page.
    `unmet` are the needs nobody here can help with today. `can_undo` says whether the
    arrival itself may still be taken back: it is recent, and no desk has begun with them.
    """

    visit: str
    ticket: str
    scanned: str
    is_urgent: bool
    is_ended: bool
    stops: tuple[StopRow, ...]
    unmet: tuple[UnmetRow, ...]
    can_undo: bool


def ticket_view(hall: Hall, visit_id: str, wait: Range | None = None) -> TicketView | None:
    """Give a visit's ticket as things stand in the hall; None when it was taken back.

    `wait` is how long until their next call; None when nobody can say.
    """
    session = hall.session
    visit = session.visits.get(visit_id)
    if visit is None:
        return None
    urgent = urgent_needs(hall.pack, (need.code for need in visit.open_needs), visit.urgent)
    order = visit.plan if visit.is_plan_by_person else ()
    whose = Whose(visit.id, urgent, visit.arrangements, order)
    return TicketView(
        visit=visit.id,
        ticket=visit.ticket,
        scanned=OWN_PAGE + visit.token,
        is_urgent=visit.urgent is not None,
        is_ended=visit.is_ended,
        stops=stop_rows(hall, lines_of(visit), whose, wait),
        unmet=tuple(
            UnmetRow(need.code, need.offered, _due(visit, need.code))
            for need in visit.needs
            if need.settled == UNMET
        ),
        can_undo=_can_undo(session, visit, hall.now),
    )


def _due(visit: Visit, need: str) -> str:
    found = (one.due for one in visit.referrals if one.kind == CALL_BACK and one.need == need)
    return next(found, "")


def _can_undo(session: Session, visit: Visit, now: int) -> bool:
    is_untouched = not visit.stops and not visit.no_shows and visit.handover is None
    is_front = visit.stage in (Stage.ARRIVED, Stage.WAITING, Stage.CLOSED)
    is_recent = now - visit.arrived_at <= UNDO_WINDOW_MILLIS
    return is_untouched and is_front and is_recent and session.is_open
