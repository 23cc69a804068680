"""The hall as a forecast may know it, from the session, the clock and what was learnt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from hub_app.core import forecast_sketch as f
from hub_app.core.learn import Serving
from hub_app.core.room import LONG_DAY, MINUTE, Hall, family_of
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import Stage, Visit

IN_COMPANY: Final = 5  # families that came with the same needs
USUAL_HOURS: Final = 4.0  # how long a session lasts when no desk says until when it is here
_A_BREAK: Final = 15.0  # minutes
_A_WHILE: Final = 15.0  # minutes that a desk stays which is still here after its time
_PAST_WORTH: Final = 10.0  # families that the needs of past sessions are worth against today's

_WHERE: Final[Mapping[Stage, f.Where]] = {
    Stage.WAITING: f.Where.WAITING,
    Stage.WALKING: f.Where.COMING,
    Stage.CALLED: f.Where.SERVING,
    Stage.SERVING: f.Where.SERVING,
}


@dataclass(frozen=True)
class Came:
    """How families come in: how many in each quarter of an hour, and with which needs (services).

    Of one session, or of several added up; `sessions` says how many.
    """

    slots: tuple[float, ...] = ()
    needs: Mapping[tuple[str, ...], int] | None = None
    sessions: int = 0


def came_in(session: Session) -> Came:
    """Give how families came in to one session; when, only for as long as a long day lasts.

    A clock that was put right in between would have it last for years.
    """
    begun = session.opened_at or 0
    slots: list[float] = []
    needs: dict[tuple[str, ...], int] = {}
    for visit in session.visits.values():
        after = max(0, visit.arrived_at - begun)
        if after < LONG_DAY:
            slot = int(after / MINUTE / f.SLOT_MINUTES)
            slots.extend([0.0] * (slot + 1 - len(slots)))
            slots[slot] += 1
        services = tuple(sorted({need.service for need in visit.needs}))
        if services:
            needs[services] = needs.get(services, 0) + 1
    return Came(tuple(slots), _in_company(needs), 1)


def _in_company(needs: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    """Give which needs came together, but nobody's own: rare ones are told one by one."""
    found: dict[tuple[str, ...], int] = {}
    for services, n in needs.items():
        for known in (services,) if n >= IN_COMPANY else ((service,) for service in services):
            found[known] = found.get(known, 0) + n
    return found


def _arrivals(session: Session, past: Came, now: float) -> f.Arrivals:
    """Give who may still come, by past sessions and by today; nobody when there are none."""
    if not past.sessions:
        return f.Arrivals()
    usual = f.Arrivals(
        tuple(slot / past.sessions for slot in past.slots),
        opens=(session.opened_at or 0) / MINUTE,
    )
    known = sum((past.needs or {}).values()) or 1
    before = [
        (f.Newcomer(services), _PAST_WORTH * n / known)
        for services, n in sorted((past.needs or {}).items())
    ]
    came = [(_as_newcomer(visit), 1.0) for visit in session.visits.values() if visit.needs]
    ratio = f.todays_ratio(usual, now, len(session.visits))
    return replace(usual, like=(*before, *came), ratio=ratio)


def _as_newcomer(visit: Visit) -> f.Newcomer:
    """Give what a family of today came with, for those who may come like them."""
    arranged, came = visit.arrangements, visit.arrived_at
    appointment = None
    if arranged.appointment_service is not None and arranged.appointment_at is not None:
        after = max(0.0, (arranged.appointment_at - came) / MINUTE)
        appointment = (arranged.appointment_service, after)
    return f.Newcomer(
        services=tuple(sorted({need.service for need in visit.needs})),
        is_urgent=visit.urgent is not None,
        leaves_after=None
        if arranged.leave_by is None
        else max(0.0, (arranged.leave_by - came) / MINUTE),
        appointment=appointment,
        interpreter=arranged.interpreter,
    )


def _windows(desk: Desk, now: float, close: float) -> tuple[f.Window, ...]:
    """Give when a desk is here from now on."""
    said = desk.leaving_at or desk.expected_until
    until = close if said is None else max(said / MINUTE, now + _A_WHILE)
    if desk.leaving_at is not None:
        until = desk.leaving_at / MINUTE
    match desk.presence:
        case Presence.HERE:
            return ((desk.since / MINUTE, until),)
        case Presence.BREAK:
            return ((max(now, desk.since / MINUTE + _A_BREAK), until),)
        case Presence.EXPECTED:
            return ((max(now, (desk.expected_from or 0) / MINUTE), until),)
        case Presence.GONE:
            return ()


def _running(session: Session, desk: Desk) -> f.Running | None:
    visit = session.at_desk(desk.id)
    if visit is None or visit.service is None:
        return None
    began = visit.stops[-1].started_at if visit.stage is Stage.SERVING else visit.called_at
    return f.Running(visit.service, (began or 0) / MINUTE, visit.id)


def _present(visit: Visit, now: int) -> f.Present | None:
    """Give a family as a forecast sees it: a stop that runs is not among those still to come."""
    family = family_of(visit, now)
    here = visit.stage in (Stage.CALLED, Stage.SERVING)
    left = tuple(s for s in family.services if not here or s != visit.service)
    where = f.Where.AWAY if visit.is_on_hold else _WHERE.get(visit.stage)
    if where is None or not (left or here):
        return None
    ended = visit.stops[-1].ended_at if visit.stops else None
    since = min(visit.arrived_at if ended is None else ended, now) / MINUTE
    return f.Present(replace(family, services=left), where, since)


def _closes(session: Session, now: float) -> float:
    """Give when the session is likely to end: with the last desk, or after a usual while."""
    said = chain.from_iterable(
        (desk.leaving_at, desk.expected_until)
        for desk in session.desks.values()
        if desk.presence is not Presence.GONE
    )
    latest = max((at for at in said if at is not None), default=None)
    opened = (session.opened_at or 0) / MINUTE
    usual = opened + USUAL_HOURS * 60 if latest is None else latest / MINUTE
    return max(usual, now + _A_WHILE)


def _interpreters(session: Session, now: float, close: float) -> dict[str, Sequence[f.Window]]:
    return {
        language: ((now - 1.0, close),) * number
        for language, number in session.interpreters.items()
        if number
    }


def sketch_of(hall: Hall, serving: Mapping[str, Serving], past: Came) -> f.Sketch:
    """Sketch the hall as it is now; times are minutes of the wall clock."""
    session, now = hall.session, hall.now / MINUTE
    close = _closes(session, now)
    present = (_present(visit, hall.now) for visit in session.here)
    languages = _interpreters(session, now, close)
    return f.Sketch(
        now=now,
        close=close,
        present=tuple(each for each in present if each is not None),
        desks=tuple(
            f.Desk(desk.id, desk.services, _windows(desk, now, close), _running(session, desk))
            for desk in session.desks.values()
        ),
        room=hall.room,
        serving=serving,
        interpreters={language: tuple(windows) for language, windows in languages.items()},
        arrivals=_arrivals(session, past, now),
    )
