"""Rules for a family's visit: arrival, triage, needs, answers, and the ways it ends."""

from datetime import date, datetime, timedelta

from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.core.session import Session
from hub_app.core.triage import GREETER
from hub_app.core.visit import AT_DESK, Stage, Visit

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 the hall's own time is counted from it
_MINUTE = 60_000
PARTY_LIMIT = 30
REFERRALS = ("referral", "call_back")
STANDINGS = ("has", "new_claim", "unaware", "not_eligible", "not_asked")
ANSWERS = ("ticked", "none", "rather_not_say")


def _counts_are_sound(*numbers: int | None) -> bool:
    return all(n is None or 0 <= n <= PARTY_LIMIT for n in numbers)


def arrive(session: Session, arrived: e.Arrived) -> e.Arrived | Refusal:
    """Let a family in. Nothing about them but a number of people can be refused."""
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    return arrived if _counts_are_sound(arrived.adults, arrived.children) else Refusal.BAD_NUMBER


def present(session: Session, visit_id: str) -> Visit | Refusal:
    """Give a visit that has not ended, in a session that is open."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    return Refusal.ALREADY_CLOSED if visit.is_ended else visit


def triage(session: Session, visit_id: str, triaged: e.Triaged) -> e.Triaged | Refusal:
    """Write down what a family came for and the suggested order."""
    visit = present(session, visit_id)
    if isinstance(visit, Refusal):
        return visit
    return triaged if triaged.needs or visit.needs else Refusal.NO_NEED_CHOSEN


def add_need(session: Session, visit_id: str, need: str, service: str) -> e.NeedAdded | Refusal:
    """Open one more need; a family that has just finished may come back to the hall for it."""
    visit = session.visits.get(visit_id)
    if visit is None:
        return Refusal.NO_SUCH_VISIT
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    if any(n.code == need for n in visit.open_needs):
        return Refusal.NEED_ALREADY_OPEN
    return e.NeedAdded(need, service)


def arrange(session: Session, visit_id: str, arranged: e.Arranged) -> e.Arranged | Refusal:
    """Write down what a plan for a family must respect, in place of what was before.

    An appointment has a service and a time; nobody has to leave before they came.
    """
    visit = present(session, visit_id)
    if isinstance(visit, Refusal):
        return visit
    return arranged if fits(session, arranged, visit.arrived_at) else Refusal.BAD_TIME


def fits(session: Session, arranged: e.Arranged, came_at: int) -> bool:
    """Say whether what was arranged can be: an appointment is for a service, and today."""
    at = arranged.appointment_at
    if (at is not None) != (arranged.appointment_service is not None):
        return False
    local = 0 if at is None else at + session.utc_offset_minutes * _MINUTE
    is_today = at is None or str(_EPOCH + timedelta(milliseconds=local))[:10] == session.day
    return is_today and (arranged.leave_by is None or arranged.leave_by >= came_at)


def refer(session: Session, visit_id: str, referred: e.Referred) -> e.Referred | Refusal:
    """Write down that somebody, with the family's consent, is to act by a day from today on."""
    if session.signed_off_at is not None:
        return Refusal.SESSION_SIGNED_OFF
    if visit_id not in session.visits:
        return Refusal.NO_SUCH_VISIT
    if not referred.to:
        return Refusal.NOBODY_NAMED
    try:
        is_late = date.fromisoformat(referred.due) < date.fromisoformat(session.day)
    except ValueError:
        return Refusal.BAD_DAY
    return Refusal.BAD_DAY if is_late or referred.kind not in REFERRALS else referred


def check_entitlements(
    session: Session, visit_id: str, checked: e.EntitlementsChecked
) -> e.EntitlementsChecked | Refusal:
    """Keep where a family stands with its entitlements, apart from the visit."""
    if session.signed_off_at is not None:
        return Refusal.SESSION_SIGNED_OFF
    if visit_id not in session.visits:
        return Refusal.NO_SUCH_VISIT
    is_sound = checked.lines and all(line.answer in STANDINGS for line in checked.lines)
    return checked if is_sound else Refusal.UNKNOWN_ANSWER


def unmet(
    session: Session, visit_id: str, needs: tuple[str, ...], reason: str, offered: str = ""
) -> tuple[e.Event, ...] | Refusal:
    """Say that nobody here could help with these needs; closes the visit with its last one."""
    visit = present(session, visit_id)
    if isinstance(visit, Refusal):
        return visit
    if not any(n.code in needs for n in visit.open_needs):
        return Refusal.NO_OPEN_NEED
    gone = e.Unmet(needs, reason, offered)
    is_last = all(n.code in needs for n in visit.open_needs) and visit.stage not in AT_DESK
    return (gone, e.VisitClosed()) if is_last else (gone,)


def helped_here(session: Session, visit_id: str, outcome: str) -> tuple[e.Event, ...] | Refusal:
    """Say that the greeter helped with what only the greeter is for: no desk had them.

    What else they need stays open; the visit closes with its last need.
    """
    visit = present(session, visit_id)
    if isinstance(visit, Refusal):
        return visit
    if visit.stage is not Stage.WAITING:
        return Refusal.NOT_WAITING
    if GREETER not in visit.wants:
        return Refusal.NO_OPEN_NEED
    done = e.Finished("", GREETER, outcome)
    return (done,) if len(visit.wants) > 1 else (done, e.VisitClosed())


def leave(session: Session, visit_id: str) -> e.Left | Refusal:
    """Say that a family went away; what was open is counted as left."""
    visit = present(session, visit_id)
    return visit if isinstance(visit, Refusal) else e.Left(visit.desk or "")


def close_visit(session: Session, visit_id: str) -> e.VisitClosed | Refusal:
    """Close a visit with nothing open."""
    visit = present(session, visit_id)
    if isinstance(visit, Refusal):
        return visit
    is_done = not visit.open_needs and visit.stage not in AT_DESK
    return e.VisitClosed() if is_done else Refusal.NEEDS_STILL_OPEN


def answer(session: Session, visit_id: str, given: e.Answered) -> e.Answered | Refusal:
    """Add optional answers, until the session is signed off."""
    if session.signed_off_at is not None:
        return Refusal.SESSION_SIGNED_OFF
    if visit_id not in session.visits:
        return Refusal.NO_SUCH_VISIT
    return given if _counts_are_sound(given.adults, given.children) else Refusal.BAD_NUMBER


def tick_groups(
    session: Session, visit_id: str, ticked: e.GroupsTicked
) -> e.GroupsTicked | Refusal:
    """Keep what the parent ticked, apart from the visit, until the session is signed off."""
    if session.signed_off_at is not None:
        return Refusal.SESSION_SIGNED_OFF
    if visit_id not in session.visits:
        return Refusal.NO_SUCH_VISIT
    is_sound = ticked.answer in ANSWERS and (ticked.answer == "ticked") == bool(ticked.groups)
    return ticked if is_sound else Refusal.BAD_NUMBER
