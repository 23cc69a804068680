"""What a greeter sees: who waits and what comes next for them, who is served, how full it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_app.core.capacity import Fullness, crowd_of, fullness
from hub_app.core.clock import whole_minutes
from hub_app.core.house import Capacity
from hub_app.core.queue import in_order
from hub_app.core.room import MINUTE, Hall, family_of, free_desk, may_start
from hub_app.core.routing import Because, Block, Family, blocked, next_calls
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Presence, Session
from hub_app.core.triage import GREETER, is_absent
from hub_app.core.visit import Stage, Visit
from hub_app.view.arranged import NOTHING, ArrangedRow, arranged_row
from hub_app.view.desk import InTheWay
from hub_app.view.desks import DeskRow, desk_rows
from hub_app.view.handovers import LATE_MINUTES
from hub_app.view.people import PersonRow, people, person


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a family that waits has before it.

    `desk` (a name) would call them next, for `service` (a code) and why; empty when that is
    somebody else. `about` is the other service of NEEDED_BEFORE. `blocked` is in the way of all
    they could be called for now. `nobody_for` are the services they want that no desk of today
    offers any more.
    """

    desk: str = ""
    service: str = ""
    why: Because | None = None
    about: str = ""
    blocked: InTheWay | None = None
    nobody_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Astray:
    """A family that was handed over so many minutes ago, and has not been received yet."""

    row: PersonRow
    from_desk: str
    minutes: int


@dataclass(frozen=True, slots=True)
class FrontView:
    """The hall now: families to triage, waiting, and with somebody; the desks; how full it is.

    By visit, `ahead` is what those who wait have before them, and `arranged` what must be
    respected with families here. `astray` were handed over and have not arrived. `lately` are
    the families who went within the undo window, the last to go first.
    """

    untriaged: tuple[PersonRow, ...]
    waiting: tuple[PersonRow, ...]
    being_served: tuple[PersonRow, ...]
    ahead: Mapping[str, Ahead]
    arranged: Mapping[str, ArrangedRow]
    astray: tuple[Astray, ...]
    desks: tuple[DeskRow, ...]
    fullness: Fullness
    ended: int
    lately: tuple[PersonRow, ...]

    @property
    def here(self) -> int:
        """How many families are in the hall."""
        return len(self.untriaged) + len(self.waiting) + len(self.being_served)


def front_view(hall: Hall, names: Mapping[str, str], capacity: Capacity | None = None) -> FrontView:
    """Give the front screen as things stand in the hall."""
    session, now = hall.session, hall.now
    here = session.here
    untriaged = [v for v in here if v.stage is Stage.ARRIVED]
    waiting = [v for v in here if v.stage is Stage.WAITING]
    served = [v for v in here if v.stage in (Stage.CALLED, Stage.SERVING, Stage.WALKING)]
    gone = [v for v in session.visits.values() if v.ended_at is not None]
    lately = [v for v in gone if now - (v.ended_at or 0) <= UNDO_WINDOW_MILLIS]
    lately.sort(key=lambda v: -(v.ended_at or 0))
    return FrontView(
        untriaged=people(session, in_order(untriaged), names, now),
        waiting=people(session, in_order(waiting), names, now),
        being_served=people(session, in_order(served), names, now),
        ahead=_ahead(hall, waiting),
        arranged={v.id: row for v in here if (row := arranged_row(session, v)) is not NOTHING},
        astray=tuple(row for v in served if (row := _astray(session, v, names, now))),
        desks=desk_rows(session, now),
        fullness=fullness(crowd_of(here), capacity),
        ended=len(session.visits) - len(here),
        lately=people(session, lately, names, now),
    )


def may_help_here(session: Session, visit_id: str) -> bool:
    """Say whether a family waits for what the greeter helps with, and no desk is here for that."""
    visit, desks = session.visits[visit_id], session.desks.values()
    is_desk_here = any(d.presence is Presence.HERE and GREETER in d.services for d in desks)
    return visit.stage is Stage.WAITING and GREETER in visit.wants and not is_desk_here


def _astray(session: Session, visit: Visit, names: Mapping[str, str], now: int) -> Astray | None:
    coming = visit.handover
    if coming is None or (minutes := whole_minutes(coming.offered_at, now)) < LATE_MINUTES:
        return None
    row, sent_by = person(session, visit, names, now), session.desks.get(coming.desk)
    return Astray(row, sent_by.name if sent_by else "", minutes)


def _ahead(hall: Hall, waiting: list[Visit]) -> Mapping[str, Ahead]:
    """Give whom each desk would call next, as if each were free now, and who cannot be called."""
    session, now = hall.session, hall.now
    desks = [free_desk(d) for d in session.desks.values() if may_start(d, now)]
    known = hall.room.minutes.keys()
    families = [family_of(v, now) for v in waiting if not v.is_on_hold]
    families = [family for family in families if known >= set(family.services)]
    ahead = {
        call.family: Ahead(session.desks[call.desk].name, call.service, call.why, call.about)
        for call in next_calls(now / MINUTE, families, desks, hall.room)
    }
    for visit in waiting:
        wanted = dict.fromkeys(need.service for need in visit.open_needs)
        nobody = tuple(service for service in wanted if is_absent(hall, service))
        if nobody and visit.id not in ahead:
            ahead[visit.id] = Ahead(nobody_for=nobody)
    offered = {service for desk in desks for service in desk.services}
    for family in families:
        way = None if family.id in ahead else _in_the_way(hall, family, offered)
        if way is not None:
            ahead[family.id] = Ahead(blocked=way)
    return ahead


def _in_the_way(hall: Hall, family: Family, offered: set[str]) -> InTheWay | None:
    """Give what is in the way of calling a family to any desk; None when nothing is."""
    now, room = hall.now / MINUTE, hall.room
    found = {s: blocked(now, family, s, room) for s in family.services if s in offered}
    if not found or None in found.values():
        return None
    pressing = ((block, s) for s, block in found.items() if block not in (None, Block.AFTER))
    block, service = next(pressing, (Block.AFTER, next(iter(found))))
    needed = room.after.get(service, ()) if block is Block.AFTER else ()
    first = next((before for before in needed if before in family.services), "")
    return InTheWay(block, first)
