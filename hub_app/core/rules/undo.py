"""The rule of undo: the last tap on a visit, a desk or the session, for ten minutes."""

from collections.abc import Sequence

from hub_app.core import events as e
from hub_app.core.clock import is_beside
from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence, Session
from hub_app.core.visit import AT_DESK, Visit

UNDO_WINDOW_MILLIS = 10 * 60 * 1000
_AFTER_CLOSE = (e.SessionClosed, e.Answered, e.GroupsTicked, e.EntitlementsChecked, e.Referred)


def last_tap(standing: Sequence[e.Entry]) -> tuple[e.Entry, ...]:
    """Give the facts of the last tap among these standing facts, oldest first."""
    first = len(standing) - 1
    while first > 0 and is_beside(standing[first - 1].stamp, standing[first].stamp):
        first -= 1
    return tuple(standing[max(first, 0) :])


def too_late(session: Session, tap: Sequence[e.Entry], now: int) -> Refusal | None:
    """Give what speaks against taking this tap back, whoever is where; None when nothing does.

    Once the session has closed only the close itself, and what may still be said, are taken back.
    """
    if session.signed_off_at is not None:
        return Refusal.SESSION_SIGNED_OFF
    if not tap or isinstance(tap[0].event, e.SessionOpened):
        return Refusal.NOTHING_TO_UNDO
    if now - tap[-1].stamp.millis > UNDO_WINDOW_MILLIS:
        return Refusal.UNDO_TOO_LATE
    is_final = session.closed_at is not None and not isinstance(tap[0].event, _AFTER_CLOSE)
    return Refusal.SESSION_NOT_OPEN if is_final else None


def undo(
    session: Session, standing: Sequence[e.Entry], restored: Visit | None, now: int
) -> e.Undone | Refusal:
    """Take back the last tap among `standing`, inside the window and before the sign-off.

    `restored` is the visit as it would then stand: a desk that has gone on to somebody else, or
    away, cannot get it back.
    """
    tap = last_tap(standing)
    late = too_late(session, tap, now)
    if late is not None:
        return late
    blocked = _blocked(session, tap, restored)
    return e.Undone(tuple(entry.id for entry in tap)) if blocked is None else blocked


def _blocked(session: Session, tap: Sequence[e.Entry], restored: Visit | None) -> Refusal | None:
    """Give what keeps a desk from standing again as it stood before the tap."""
    if isinstance(tap[0].event, e.DeskOpened | e.DeskBack | e.DeskClosed | e.DeskOnBreak):
        is_busy = session.at_desk(tap[0].event.desk) is not None
        return Refusal.DESK_BUSY if is_busy else None
    if restored is None or restored.stage not in AT_DESK or restored.desk is None:
        return None
    there, desk = session.at_desk(restored.desk), session.desks.get(restored.desk)
    if there is not None and there.id != restored.id:
        return Refusal.DESK_BUSY
    is_here = desk is not None and desk.presence is Presence.HERE
    return None if is_here else Refusal.DESK_NOT_HERE
