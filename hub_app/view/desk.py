"""What a desk sees: who is with it, who is next and why, who is on the way or on hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub_app.core.clock import whole_minutes
from hub_app.core.events import Line
from hub_app.core.queue import Waiting, first_of, line_for, service_for
from hub_app.core.room import Hall, may_start
from hub_app.core.routing import Because, Block, Room
from hub_app.core.session import Presence
from hub_app.core.visit import OPEN, Visit
from hub_app.view.arranged import NOTHING, ArrangedRow, arranged_row
from hub_app.view.desks import DeskRow, desk_row, desk_rows
from hub_app.view.handovers import (
    HandoverRow,
    Seen,
    Sharing,
    came_unshared,
    note_for,
    received_row,
    walking_row,
)
from hub_app.view.people import PersonRow, people


@dataclass(frozen=True, slots=True)
class NextRow:
    """Who this desk would call now, for which service (code), and why.

    `about` is the other service when this one is needed before it, else empty; `is_longest` says
    that nobody else in this queue has been here longer.
    """

    row: PersonRow
    service: str
    why: Because
    about: str = ""
    arranged: ArrangedRow = NOTHING
    is_longest: bool = True


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Why a family is not called by turn now; `first` is the service that must come first."""

    block: Block
    first: str = ""


@dataclass(frozen=True, slots=True)
class WithMe:
    """The family this desk has called or is serving.

    `here` are the needs (codes) this stop is for, `later` the other open ones with their
    services, `done` those settled already, as (need, how). `can_take` are the desks a hand-over
    could go to; `nobody_for` the services still wanted that no desk here offers now. `note` is
    what the parent agreed to share with this desk.
    """

    row: PersonRow
    service: str
    here: tuple[str, ...]
    later: tuple[Line, ...]
    done: tuple[tuple[str, str], ...]
    can_take: tuple[DeskRow, ...]
    nobody_for: tuple[str, ...]
    arranged: ArrangedRow = NOTHING
    note: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a desk in milliseconds, and the hall's offset to show them by.

    `is_last_minutes`: it leaves so soon that it calls nobody by turn.
    """

    now: int
    utc_offset_minutes: int
    leaving_at: int | None = None
    is_last_minutes: bool = False
    expected_from: int | None = None
    expected_until: int | None = None


@dataclass(frozen=True, slots=True)
class DeskView:
    """One desk's screen. `since_minutes` counts from when it came, went on a break, or left.

    `blocked` says what is in the way of calling some of the queue by turn now, by visit, and
    `arranged` what must be respected with those who wait; `coming` are on their way here, `sent`
    were handed over from here, `on_the_way` go between other desks but could be helped here too.
    """

    desk: DeskRow
    since_minutes: int
    times: Times
    with_me: WithMe | None
    next: NextRow | None
    queue: tuple[PersonRow, ...]
    blocked: Mapping[str, InTheWay]
    arranged: Mapping[str, ArrangedRow]
    on_hold: tuple[PersonRow, ...]
    coming: tuple[HandoverRow, ...]
    sent: tuple[HandoverRow, ...]
    on_the_way: tuple[HandoverRow, ...]


def other_services(view: DeskView, row: PersonRow) -> tuple[str, ...]:
    """Give the services (codes) a family is here for that this desk does not offer."""
    return tuple(service for service in row.services if service not in view.desk.services)


def _with_me(seen: Seen, visit: Visit) -> WithMe:
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
    is_unshared = came_unshared(seen, visit)
    settled = tuple((n.code, n.settled) for n in visit.needs if n.settled != OPEN)
    return WithMe(
        row=seen.person(visit, is_named=not is_unshared),
        service=visit.service or "",
        here=tuple(n.code for n in visit.open_needs if n.service == visit.service),
        later=later,
        done=() if is_unshared else settled,
        can_take=takers,
        nobody_for=tuple(service for service in wanted if service not in offered),
        arranged=arranged_row(session, visit),
        note=note_for(seen, visit),
    )


def _next(seen: Seen, line: tuple[Waiting, ...]) -> NextRow | None:
    choice = first_of(line)
    if choice is None or not may_start(seen.desk, seen.now):
        return None
    visit = seen.session.visits[choice.visit]
    return NextRow(
        row=seen.person(visit),
        service=choice.service,
        why=choice.why,
        about=choice.about,
        arranged=arranged_row(seen.session, visit),
        is_longest=all(visit.arrived_at <= each.visit.arrived_at for each in line),
    )


def _blocked(line: Iterable[Waiting], room: Room) -> dict[str, InTheWay]:
    found: dict[str, InTheWay] = {}
    for each in line:
        if each.block is None:
            continue
        wanted = {need.service for need in each.visit.open_needs}
        needed = room.after.get(each.service, ()) if each.block is Block.AFTER else ()
        first = next((service for service in needed if service in wanted), "")
        found[each.visit.id] = InTheWay(each.block, first)
    return found


def _times(seen: Seen) -> Times:
    desk, session = seen.desk, seen.session
    return Times(
        now=seen.now,
        utc_offset_minutes=session.utc_offset_minutes,
        leaving_at=desk.leaving_at,
        is_last_minutes=desk.presence is Presence.HERE and not may_start(desk, seen.now),
        expected_from=desk.expected_from,
        expected_until=desk.expected_until,
    )


def desk_view(
    hall: Hall, desk_id: str, names: Mapping[str, str], sharing: Sharing | None = None
) -> DeskView:
    """Give a desk's screen as things stand in the hall. The desk must be in the session."""
    session, now = hall.session, hall.now
    desk = session.desks[desk_id]
    seen = Seen(session, desk, names, now, sharing or Sharing())
    visits = session.here
    mine, line = session.at_desk(desk_id), line_for(visits, desk, hall.room, now)
    held = [v for v in visits if v.is_on_hold and service_for(v, desk) is not None]
    walking = [(v.handover, row) for v in visits if v.handover and (row := walking_row(seen, v))]
    received = [row for v in visits if (row := received_row(seen, v))]
    queue = [each.visit for each in line]
    arranged = {v.id: arranged_row(session, v) for v in (*queue, *held)}
    return DeskView(
        desk=desk_row(session, desk, now),
        since_minutes=whole_minutes(desk.since, now),
        times=_times(seen),
        with_me=_with_me(seen, mine) if mine else None,
        next=_next(seen, line),
        queue=people(session, queue, names, now),
        blocked=_blocked(line, hall.room),
        arranged=arranged,
        on_hold=people(session, held, names, now),
        coming=tuple(row for handover, row in walking if handover.to == desk_id),
        sent=(*(row for handover, row in walking if handover.desk == desk_id), *received),
        on_the_way=tuple(
            row
            for handover, row in walking
            if row.can_call and desk_id not in (handover.to, handover.desk)
        ),
    )
