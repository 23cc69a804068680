"""How each fact changes a visit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hub_app.core import events as e
from hub_app.core.clock import Stamp
from hub_app.core.visit import (
    AT_DESK,
    ENDED,
    LEFT,
    OPEN,
    SETTLED_AS,
    UNMET,
    Arrangements,
    Clash,
    Handover,
    Need,
    Stage,
    Stop,
    Visit,
)

Apply = Callable[[Visit, Any, int], Visit | None]


def _party(visit: Visit, event: e.Answered, _at: int) -> Visit | None:
    return replace(
        visit,
        adults=visit.adults if event.adults is None else event.adults,
        children=visit.children if event.children is None else event.children,
        language=visit.language if event.language is None else event.language,
    )


def _with_lines(visit: Visit, lines: tuple[e.Line, ...], at: int) -> Visit:
    here = {n.code for n in visit.needs if n.settled == OPEN}
    fresh = dict.fromkeys(line for line in lines if line.need not in here)
    needs = visit.needs + tuple(Need(line.need, line.service, at) for line in fresh)
    stage = Stage.WAITING if visit.stage in (Stage.ARRIVED, *ENDED) and fresh else visit.stage
    return replace(visit, needs=needs, stage=stage, ended_at=None if fresh else visit.ended_at)


def _triaged(visit: Visit, event: e.Triaged, at: int) -> Visit | None:
    if visit.is_ended:
        return None
    visit = _with_lines(visit, event.needs, at)
    return replace(
        visit,
        plan=tuple(dict.fromkeys((*event.plan, *visit.plan))),  # a second talk forgets no stop
        is_plan_by_person=event.plan_by_person,
        urgent=event.urgent if event.urgent is not None else visit.urgent,
        urgent_at=at if event.urgent not in (None, visit.urgent) else visit.urgent_at,
        stage=Stage.WAITING if visit.stage is Stage.ARRIVED else visit.stage,
    )


def as_arranged(event: e.Arranged) -> Arrangements:
    """Give what stands arranged after this fact."""
    return Arrangements(
        event.interpreter,
        event.access,
        event.leave_by,
        event.appointment_service,
        event.appointment_at,
    )


def _arranged(visit: Visit, event: e.Arranged, _at: int) -> Visit | None:
    return replace(visit, arrangements=as_arranged(event))


def _need_added(visit: Visit, event: e.NeedAdded, at: int) -> Visit | None:
    # Not an error when the visit has ended: another desk may have closed it a moment before.
    return _with_lines(visit, (e.Line(event.need, event.service),), at)


def _lost(visit: Visit, desk: str, by: str, at: int) -> Visit | None:
    """Give a visit with a desk told that what it did does not hold; None when it knows already."""
    if desk == by or any(clash.desk == desk and clash.by == by for clash in visit.clashes):
        return None
    return replace(visit, clashes=(*visit.clashes, Clash(desk, by, at)))


def _clash_seen(visit: Visit, event: e.ClashSeen, _at: int) -> Visit | None:
    if not any(clash.is_for(event.desk) for clash in visit.clashes):
        return None
    seen = (
        replace(clash, seen=(*clash.seen, event.desk)) if clash.is_for(event.desk) else clash
        for clash in visit.clashes
    )
    return replace(visit, clashes=tuple(seen))


def _called(visit: Visit, event: e.Called, at: int) -> Visit | None:
    if visit.stage in AT_DESK or visit.is_ended:
        return _lost(visit, event.desk, visit.desk or "", at)
    if visit.stage not in (Stage.WAITING, Stage.WALKING):
        return None
    return replace(
        visit,
        stage=Stage.CALLED,
        desk=event.desk,
        service=event.service,
        called_at=at,
        handover=None,
        is_on_hold=False,
    )


def _sat_down(visit: Visit, desk: str, service: str | None, at: int) -> Visit | None:
    # Whoever sat down with them first has them, also when two tablets cut off from each other
    # sent them to two desks: the earlier start wins over an earlier call.
    offered = visit.handover
    if visit.is_ended or visit.stage is Stage.SERVING:
        return _lost(visit, desk, visit.desk or "", at)
    if service is None:
        return None
    if visit.stage is Stage.CALLED and visit.desk:
        visit = _lost(visit, visit.desk, desk, at) or visit
    stop = Stop(service, desk, at)
    if offered is not None and offered.to == desk:
        stop = replace(stop, offered_at=offered.offered_at, has_note=offered.has_note)
    return replace(
        visit,
        stage=Stage.SERVING,
        desk=desk,
        service=service,
        handover=None,
        is_on_hold=False,
        stops=(*visit.stops, stop),
        clashes=tuple(clash for clash in visit.clashes if clash.desk != desk),
    )


def _started(visit: Visit, event: e.Started, at: int) -> Visit | None:
    called_for = visit.service if visit.desk == event.desk else None
    return _sat_down(visit, event.desk, called_for or event.service, at)


def _back_to_waiting(visit: Visit) -> Visit:
    return replace(
        visit, stage=Stage.WAITING, desk=None, service=None, called_at=None, handover=None
    )


def _no_show(visit: Visit, event: e.NoShow, at: int) -> Visit | None:
    if visit.stage is not Stage.CALLED or visit.desk != event.desk:
        return None
    missed = visit.no_shows + 1
    place = visit.place_at if missed == 1 else max(visit.place_at, at)
    return replace(_back_to_waiting(visit), no_shows=missed, place_at=place)


def _running(visit: Visit) -> tuple[Stop, ...]:
    """Give the stop that is being served, if one is: it is always the last."""
    return tuple(stop for stop in visit.stops[-1:] if stop.ended_at is None)


def _end_stop(visit: Visit, at: int, event: e.Finished | None = None) -> tuple[Stop, ...]:
    ended = (replace(stop, ended_at=at) for stop in _running(visit))
    if event is not None:
        ended = (replace(stop, outcome=event.outcome, gains=event.gains) for stop in ended)
    return (*visit.stops[: len(visit.stops) - len(_running(visit))], *ended)


def _held(visit: Visit, event: e.Held, at: int) -> Visit | None:
    if visit.stage not in AT_DESK or visit.desk != event.desk:
        return None
    return replace(_back_to_waiting(visit), is_on_hold=True, stops=_end_stop(visit, at))


def _resumed(visit: Visit, _event: e.Resumed, _at: int) -> Visit | None:
    return replace(visit, is_on_hold=False) if visit.is_on_hold else None


def _offered(visit: Visit, event: e.HandoverOffered, at: int) -> Visit | None:
    if visit.stage is not Stage.WAITING:
        return None
    offer = Handover(event.desk, event.to, event.service, at, has_note=event.has_note)
    return replace(visit, stage=Stage.WALKING, handover=offer)


def _walking(visit: Visit, _event: e.HandoverWalking, at: int) -> Visit | None:
    if visit.handover is None:
        return None
    return replace(visit, handover=replace(visit.handover, walking_at=at))


def _received(visit: Visit, event: e.HandoverReceived, at: int) -> Visit | None:
    coming = visit.handover
    offered_for = coming.service if coming is not None and coming.to == event.desk else None
    return _sat_down(visit, event.desk, offered_for or event.service, at)


def _taken_back(visit: Visit, _event: e.HandoverTakenBack, _at: int) -> Visit | None:
    return _back_to_waiting(visit) if visit.stage is Stage.WALKING else None


def _settle(visit: Visit, wanted: Callable[[Need], bool], how: Need) -> tuple[Need, ...]:
    return tuple(
        replace(how, code=n.code, service=n.service, opened_at=n.opened_at) if wanted(n) else n
        for n in visit.needs
    )


def _finished(visit: Visit, event: e.Finished, at: int) -> Visit:
    settled = event.settles if event.settles in SETTLED_AS else "met"
    how = Need("", "", 0, settled, event.outcome, event.reason)
    if visit.stage is Stage.SERVING and visit.desk == event.desk:
        needs = _settle(visit, lambda n: n.settled == OPEN and n.service == event.service, how)
        return replace(_back_to_waiting(visit), needs=needs, stops=_end_stop(visit, at, event))
    # Work really done is never lost, even when another desk had them, or they had left by then.
    needs = _settle(visit, lambda n: n.settled in (OPEN, LEFT) and n.service == event.service, how)
    late = Stop(event.service, event.desk, at, at, event.outcome, event.gains)
    running = _running(visit)
    before = visit.stops[: len(visit.stops) - len(running)]
    return replace(visit, needs=needs, stops=(*before, late, *running))


def _unmet(visit: Visit, event: e.Unmet, _at: int) -> Visit | None:
    how = Need("", "", 0, UNMET, None, event.reason, event.offered)
    needs = _settle(visit, lambda n: n.settled == OPEN and n.code in event.needs, how)
    return None if needs == visit.needs else replace(visit, needs=needs)


def _referred(visit: Visit, event: e.Referred, _at: int) -> Visit | None:
    if any(known.referral == event.referral for known in visit.referrals):
        return None
    return replace(visit, referrals=(*visit.referrals, event))


def _end(visit: Visit, stage: Stage, at: int) -> Visit:
    needs = _settle(visit, lambda n: n.settled == OPEN, Need("", "", 0, LEFT))
    return replace(
        _back_to_waiting(visit),
        stage=stage,
        needs=needs,
        stops=_end_stop(visit, at),
        is_on_hold=False,
        ended_at=at,
    )


def _left(visit: Visit, event: e.Left, at: int) -> Visit | None:
    # Whoever sits with them knows better than a tablet that did not know of it.
    is_elsewhere = visit.stage is Stage.SERVING and event.desk != visit.desk
    return None if visit.is_ended or is_elsewhere else _end(visit, Stage.LEFT, at)


def _closed(visit: Visit, _event: e.VisitClosed, at: int) -> Visit | None:
    if visit.is_ended or visit.open_needs or visit.stage in AT_DESK:
        return None
    return _end(visit, Stage.CLOSED, at)


_APPLY: dict[type, Apply] = {
    e.Answered: _party,
    e.Triaged: _triaged,
    e.Arranged: _arranged,
    e.NeedAdded: _need_added,
    e.Called: _called,
    e.ClashSeen: _clash_seen,
    e.Started: _started,
    e.NoShow: _no_show,
    e.Held: _held,
    e.Resumed: _resumed,
    e.HandoverOffered: _offered,
    e.HandoverWalking: _walking,
    e.HandoverReceived: _received,
    e.HandoverTakenBack: _taken_back,
    e.Finished: _finished,
    e.Unmet: _unmet,
    e.Referred: _referred,
    e.Left: _left,
    e.VisitClosed: _closed,
}


def arrive(visit_id: str, event: e.Arrived, stamp: Stamp) -> Visit:
    """Give the visit as it stands when the family has just come in."""
    return Visit(
        id=visit_id,
        ticket=event.ticket,
        token=event.token,
        arrived_at=stamp.millis,
        place_at=stamp.millis,
        turn=(stamp.counter, stamp.origin),
        adults=event.adults,
        children=event.children,
        language=event.language,
    )


def apply(visit: Visit, event: e.Event, at: int) -> Visit | None:
    """Give the visit after a fact, or None when the fact does not apply to it as it stands."""
    step = _APPLY.get(type(event))
    return None if step is None else step(visit, event, at)


def has_right_over(other: Visit, visit: Visit) -> bool:
    """Say whether a desk that has both has the other: who sits there, then who was called last.

    A desk calls somebody else only where nobody knew of the earlier call.
    """
    if other.stage is Stage.SERVING:
        return True
    mine, theirs = (visit.called_at or 0, visit.id), (other.called_at or 0, other.id)
    return other.id != visit.id and other.stage is Stage.CALLED and theirs > mine
