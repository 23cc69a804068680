"""Rules for a desk: calling, serving, holding, handing over and finishing."""

from dataclasses import dataclass

from hub_app.core import events as e
from hub_app.core.queue import how_many_wait, next_for, service_for
from hub_app.core.refusal import Refusal
from hub_app.core.room import may_start
from hub_app.core.routing import Room
from hub_app.core.rules.hall import desk_here
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import AT_DESK, Stage, Visit


@dataclass(frozen=True, slots=True)
class Ending:
    """How a stop ends: the outcome, how that settles its needs, and the money that came of it."""

    outcome: str
    settles: str = "met"
    gains: tuple[e.Gain, ...] = ()
    reason: str | None = None


def call_next(
    session: Session, desk_id: str, room: Room, now: int
) -> tuple[str, e.Called] | Refusal:
    """Call whoever is next for this desk; gives the visit and the fact, with the reason in it.

    In its last minutes a desk calls nobody by turn: a person may still call by name.
    """
    desk = desk_here(session, desk_id)
    if isinstance(desk, Refusal):
        return desk
    if session.at_desk(desk_id) is not None:
        return Refusal.DESK_BUSY
    choice = next_for(session.here, desk, room, now)
    if choice is None:
        return Refusal.NOBODY_READY if how_many_wait(session.here, desk) else Refusal.NOBODY_WAITING
    if not may_start(desk, now):
        return Refusal.DESK_LEAVING_SOON
    return choice.visit, e.Called(desk_id, choice.service, choice.why.value)


def call(session: Session, desk_id: str, visit_id: str, room: Room, now: int) -> e.Called | Refusal:
    """Call a named family: also one on hold, or one whose hand-over never arrived.

    When the rule would have called another, the fact says whom: a person overruled it.
    """
    desk, visit = desk_here(session, desk_id), session.visits.get(visit_id)
    if isinstance(desk, Refusal):
        return desk
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if session.at_desk(desk_id) is not None:
        return Refusal.DESK_BUSY
    if visit.stage not in (Stage.WAITING, Stage.WALKING):
        return Refusal.ALREADY_CALLED if visit.stage in AT_DESK else Refusal.NOT_WAITING
    service = service_for(visit, desk)
    if service is None:
        return Refusal.DESK_DOES_NOT_OFFER_THIS
    choice = next_for(session.here, desk, room, now) if may_start(desk, now) else None
    if choice is None or choice.visit != visit_id:
        return e.Called(desk_id, service, instead_of=choice and choice.visit)
    return e.Called(desk_id, choice.service, choice.why.value)


def call_here(
    session: Session, desk_id: str, visit_id: str
) -> tuple[e.Called, e.Started] | Refusal:
    """Call and begin at once, with a family that stands here: nobody else can be asked now.

    Should another desk have begun with them too, the earlier start wins everywhere.
    """
    desk, visit = desk_here(session, desk_id), session.visits.get(visit_id)
    if isinstance(desk, Refusal):
        return desk
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if session.at_desk(desk_id) is not None:
        return Refusal.DESK_BUSY
    if visit.stage not in (Stage.WAITING, Stage.WALKING):
        return Refusal.ALREADY_CALLED if visit.stage in AT_DESK else Refusal.NOT_WAITING
    service = service_for(visit, desk)
    if service is None:
        return Refusal.DESK_DOES_NOT_OFFER_THIS
    return e.Called(desk_id, service, is_cut_off=True), e.Started(desk_id, service)


def clash_seen(session: Session, desk_id: str, visit_id: str) -> e.ClashSeen | Refusal:
    """Say that a desk has read of a family that it and another had called."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    is_told = any(clash.is_for(desk_id) for clash in visit.clashes)
    return e.ClashSeen(desk_id) if is_told else Refusal.NOTHING_TO_UNDO


def _here(session: Session, desk_id: str, visit_id: str) -> Visit | Refusal:
    """Give a visit that this desk has called or is serving."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    if visit.desk is not None and visit.desk != desk_id:
        return Refusal.AT_ANOTHER_DESK
    return visit


def start(session: Session, desk_id: str, visit_id: str) -> e.Started | Refusal:
    """Begin serving a family that has answered its call."""
    visit = _here(session, desk_id, visit_id)
    if isinstance(visit, Refusal):
        return visit
    if visit.stage is not Stage.CALLED:
        return Refusal.NOT_CALLED
    return e.Started(desk_id, visit.service)


def no_show(session: Session, desk_id: str, visit_id: str) -> e.NoShow | Refusal:
    """Say that a called family did not come; the first time they keep their place."""
    visit = _here(session, desk_id, visit_id)
    if isinstance(visit, Refusal):
        return visit
    return e.NoShow(desk_id) if visit.stage is Stage.CALLED else Refusal.NOT_CALLED


def hold(session: Session, desk_id: str, visit_id: str) -> e.Held | Refusal:
    """Let a family step aside with their place kept, and free the desk."""
    visit = _here(session, desk_id, visit_id)
    if isinstance(visit, Refusal):
        return visit
    return e.Held(desk_id) if visit.stage in (Stage.CALLED, Stage.SERVING) else Refusal.NOT_SERVING


def resume(session: Session, visit_id: str) -> e.Resumed | Refusal:
    """Take a family off hold: they may be called by turn again."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    return e.Resumed() if visit.is_on_hold else Refusal.NOT_ON_HOLD


def finish(
    session: Session, desk_id: str, visit_id: str, ending: Ending
) -> tuple[e.Event, ...] | Refusal:
    """End the stop this desk is serving; the visit closes with its last open need."""
    visit = _here(session, desk_id, visit_id)
    if isinstance(visit, Refusal):
        return visit
    if visit.stage is not Stage.SERVING or visit.service is None:
        return Refusal.NOT_SERVING
    if any(gain.pounds < 0 for gain in ending.gains):
        return Refusal.BAD_NUMBER
    done = e.Finished(
        desk_id, visit.service, ending.outcome, ending.settles, ending.gains, ending.reason
    )
    still_open = [n for n in visit.open_needs if n.service != visit.service]
    return (done,) if still_open else (done, e.VisitClosed())


def _receiver(session: Session, desk_id: str, to: str) -> Desk | Refusal:
    target = session.desks.get(to)
    if target is None:
        return Refusal.NO_SUCH_DESK
    if to == desk_id:
        return Refusal.SAME_DESK
    return Refusal.DESK_NOT_HERE if target.presence is not Presence.HERE else target


def offer_handover(  # noqa: PLR0913 who, to whom, how it ended here, and what goes along
    session: Session,
    desk_id: str,
    visit_id: str,
    to: str,
    ending: Ending,
    *,
    has_note: bool = False,
) -> tuple[e.Event, ...] | Refusal:
    """End this desk's stop and offer the family to another desk by name, in person.

    The other desk must offer a service one of the family's other open needs is for.
    """
    done = finish(session, desk_id, visit_id, ending)
    if isinstance(done, Refusal):
        return done
    target = _receiver(session, desk_id, to)
    if isinstance(target, Refusal):
        return target
    visit = session.visits[visit_id]
    others = [n.service for n in visit.open_needs if n.service != visit.service]
    wanted = [service for service in others if service in target.services]
    if not wanted:
        return Refusal.DESK_DOES_NOT_OFFER_THIS
    return (done[0], e.HandoverOffered(desk_id, to, wanted[0], has_note))


def walk(session: Session, visit_id: str) -> e.HandoverWalking | Refusal:
    """Say that somebody is walking the family over."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if visit.handover is None or visit.handover.walking_at is not None:
        return Refusal.NO_HANDOVER
    return e.HandoverWalking()


def receive(session: Session, desk_id: str, visit_id: str) -> e.HandoverReceived | Refusal:
    """Take a family that was offered to this desk: they sit down at once."""
    desk, visit = desk_here(session, desk_id), session.visits.get(visit_id)
    if isinstance(desk, Refusal):
        return desk
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if visit.handover is None:
        return Refusal.NO_HANDOVER
    if visit.handover.to != desk_id:
        return Refusal.AT_ANOTHER_DESK
    if session.at_desk(desk_id) is not None:
        return Refusal.DESK_BUSY
    return e.HandoverReceived(desk_id, visit.handover.service)


def take_back(session: Session, desk_id: str, visit_id: str) -> e.HandoverTakenBack | Refusal:
    """Take an offer back that was not received, at either of its ends: they wait again."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    if visit.handover is None:
        return Refusal.NO_HANDOVER
    is_theirs = desk_id in (visit.handover.desk, visit.handover.to)
    return e.HandoverTakenBack(desk_id) if is_theirs else Refusal.AT_ANOTHER_DESK
