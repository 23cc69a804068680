"""What a family takes away from the front: their ticket, and where to go first."""

from dataclasses import dataclass

from hub_app.core.events import Line
from hub_app.core.pack import Pack
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Session
from hub_app.core.visit import UNMET, Stage, Visit
from hub_app.view.triage import StopRow, Whose, stop_rows, urgent_needs

SCHEME = "hub:1:"


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket. `scanned` is what its QR holds; `stops` are in the order we suggest.

    `unmet` are the needs (codes) nobody here can help with today. `can_undo` says whether the
    arrival itself may still be taken back: it is recent, and no desk has begun with them.
    """

    visit: str
    ticket: str
    scanned: str
    is_urgent: bool
    is_ended: bool
    stops: tuple[StopRow, ...]
    unmet: tuple[str, ...]
    can_undo: bool


def ticket_view(pack: Pack, session: Session, visit_id: str, now: int) -> TicketView | None:
    """Give a visit's ticket, `now` being stamp milliseconds; None when it was taken back."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return None
    urgent = urgent_needs(pack, (need.code for need in visit.open_needs), visit.urgent)
    lines = (Line(need.code, need.service) for need in visit.open_needs)
    return TicketView(
        visit=visit.id,
        ticket=visit.ticket,
        scanned=SCHEME + visit.token,
        is_urgent=visit.urgent is not None,
        is_ended=visit.is_ended,
        stops=stop_rows(session, lines, Whose(visit.id, urgent)),
        unmet=tuple(need.code for need in visit.needs if need.settled == UNMET),
        can_undo=_can_undo(session, visit, now),
    )


def _can_undo(session: Session, visit: Visit, now: int) -> bool:
    is_untouched = not visit.stops and not visit.no_shows and visit.handover is None
    is_front = visit.stage in (Stage.ARRIVED, Stage.WAITING, Stage.CLOSED)
    is_recent = now - visit.arrived_at <= UNDO_WINDOW_MILLIS
    return is_untouched and is_front and is_recent and session.is_open
