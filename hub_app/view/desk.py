"""What a desk sees: who is with it, who is next and why, who is on the way or on hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub_app.core.clock import whole_minutes
from hub_app.core.events import Line
from hub_app.core.queue import Waiting, first_of, line_for, service_for
from hub_app.core.room import Hall, may_start
from hub_app.core.routing import Because, Block
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import OPEN, Stage, Visit
from hub_app.view.desks import DeskRow, desk_row, desk_rows
from hub_app.view.people import PersonRow, people, person

RECEIVED_SHOWN_MINUTES = 5


class Step(StrEnum):
    """How far a hand-over in person has come."""

    OFFERED = "offered"
    WALKING = "walking"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class NextRow:
    """Who this desk would call now, for which service (code), and why.

    `about` is the other service when this one is needed before it, else empty.
    """

    row: PersonRow
    service: str
    why: Because
    about: str = ""


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A family walked from one desk to another, by the desks' names; `service` is a code.

    `can_call` says whether the desk that looks could call them itself.
    """

    row: PersonRow
    from_desk: str
    to_desk: str
    service: str
    step: Step
    can_call: bool


@dataclass(frozen=True, slots=True)
class WithMe:
    """The family this desk has called or is serving.

    `here` are the needs (codes) this stop is for, `later` the other open ones with their
    services, `done` those settled already, as (need, how). `can_take` are the desks a hand-over
    could go to; `nobody_for` the services still wanted that no desk here offers now.
    """

    row: PersonRow
    service: str
    here: tuple[str, ...]
    later: tuple[Line, ...]
    done: tuple[tuple[str, str], ...]
    can_take: tuple[DeskRow, ...]
    nobody_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskView:
    """One desk's screen. `since_minutes` counts from when it came, went on a break, or left.

    `blocked` says what is in the way of calling some of the queue by turn now, by visit;
    `coming` are on their way here, `sent` were handed over from here, `on_the_way` go between
    other desks but could be helped here too.
    """

    desk: DeskRow
    since_minutes: int
    with_me: WithMe | None
    next: NextRow | None
    queue: tuple[PersonRow, ...]
    blocked: Mapping[str, Block]
    on_hold: tuple[PersonRow, ...]
    coming: tuple[HandoverRow, ...]
    sent: tuple[HandoverRow, ...]
    on_the_way: tuple[HandoverRow, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What every row of one look is made from."""

    session: Session
    desk: Desk
    names: Mapping[str, str]
    now: int

    def name_of(self, desk: str) -> str:
        known = self.session.desks.get(desk)
        return known.name if known else ""


def _with_me(seen: _Seen, visit: Visit) -> WithMe:
    session, now = seen.session, seen.now
    later = tuple(Line(n.code, n.service) for n in visit.open_needs if n.service != visit.service)
    wanted = tuple(dict.fromkeys(line.service for line in later))
    everybody = desk_rows(session, now)
    others = tuple(row for row in everybody if row.desk != visit.desk)
    takers = tuple(
        row
        for row in others
        if row.presence is Presence.HERE and set(wanted).intersection(row.services)
    )
    offered = {
        service
        for row in everybody
        if row.presence is not Presence.GONE
        for service in row.services
    }
    return WithMe(
        row=person(session, visit, seen.names, now),
        service=visit.service or "",
        here=tuple(n.code for n in visit.open_needs if n.service == visit.service),
        later=later,
        done=tuple((n.code, n.settled) for n in visit.needs if n.settled != OPEN),
        can_take=takers,
        nobody_for=tuple(service for service in wanted if service not in offered),
    )


def _next(seen: _Seen, line: tuple[Waiting, ...]) -> NextRow | None:
    choice = first_of(line)
    if choice is None or not may_start(seen.desk, seen.now):
        return None
    row = person(seen.session, seen.session.visits[choice.visit], seen.names, seen.now)
    return NextRow(row, choice.service, choice.why, choice.about)


def _walking(seen: _Seen, visit: Visit) -> HandoverRow | None:
    """Give a hand-over on its way that this desk is one end of, or could step into."""
    handover = visit.handover
    if visit.stage is not Stage.WALKING or handover is None:
        return None
    return HandoverRow(
        row=person(seen.session, visit, seen.names, seen.now),
        from_desk=seen.name_of(handover.desk),
        to_desk=seen.name_of(handover.to),
        service=handover.service,
        step=Step.OFFERED if handover.walking_at is None else Step.WALKING,
        can_call=service_for(visit, seen.desk) is not None,
    )


def _received(seen: _Seen, visit: Visit) -> HandoverRow | None:
    """Give a hand-over from here that arrived in the last minutes, as a good end to see."""
    # Only a hand-over is served without having been called.
    if visit.stage is not Stage.SERVING or visit.called_at is not None or len(visit.stops) < 2:
        return None
    before, stop = visit.stops[-2:]
    is_fresh = whole_minutes(stop.started_at, seen.now) < RECEIVED_SHOWN_MINUTES
    if before.desk != seen.desk.id or not is_fresh:
        return None
    return HandoverRow(
        row=person(seen.session, visit, seen.names, seen.now),
        from_desk=seen.desk.name,
        to_desk=seen.name_of(stop.desk),
        service=stop.service,
        step=Step.RECEIVED,
        can_call=False,
    )


def desk_view(hall: Hall, desk_id: str, names: Mapping[str, str]) -> DeskView:
    """Give a desk's screen as things stand in the hall. The desk must be in the session."""
    session, now = hall.session, hall.now
    desk = session.desks[desk_id]
    seen = _Seen(session, desk, names, now)
    visits = session.here
    mine, line = session.at_desk(desk_id), line_for(visits, desk, hall.room, now)
    held = [v for v in visits if v.is_on_hold and service_for(v, desk) is not None]
    walking = [(v.handover, row) for v in visits if v.handover and (row := _walking(seen, v))]
    received = [row for v in visits if (row := _received(seen, v))]
    return DeskView(
        desk=desk_row(session, desk, now),
        since_minutes=whole_minutes(desk.since, now),
        with_me=_with_me(seen, mine) if mine else None,
        next=_next(seen, line),
        queue=people(session, (each.visit for each in line), names, now),
        blocked={each.visit.id: each.block for each in line if each.block is not None},
        on_hold=people(session, held, names, now),
        coming=tuple(row for handover, row in walking if handover.to == desk_id),
        sent=(*(row for handover, row in walking if handover.desk == desk_id), *received),
        on_the_way=tuple(
            row
            for handover, row in walking
            if row.can_call and desk_id not in (handover.to, handover.desk)
        ),
    )
