"""What routing may know of the hall now: families by their needs, desks, minutes, interpreters."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hub_app.core.pack import Pack
from hub_app.core.routing import PAST_LEAVE_BY, Family, FreeDesk, Room
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import AT_DESK, MINUTE, Visit

LONG_DAY: Final = 10 * 60 * MINUTE
SOON: Final = 45 * MINUTE  # a desk that comes later than that is not waited for
LAST_MINUTES: Final = 5  # a desk does not start with anybody in its last minutes


@dataclass(frozen=True, eq=False)
class Hall:
    """All that a plan is made from: the pack, the session, the room, and `now` in milliseconds."""

    pack: Pack
    session: Session
    room: Room
    now: int


def family_of(visit: Visit, now: int) -> Family:
    """Give a visit as routing sees it: times in minutes, and nothing a family told for counts.

    Nobody is taken to be here longer than a long day, or to come later than now: a clock that
    jumped must not weigh more than somebody who is urgent. Who is still here after the time they
    had to leave by, and what may be added to it, has stayed: it is kept from no desk any longer.
    """
    family = visit.family
    if family.leave_by is not None and now > (family.leave_by + PAST_LEAVE_BY) * MINUTE:
        family = replace(family, leave_by=None)
    if now - LONG_DAY <= visit.place_at <= now:
        return family
    return replace(family, arrived=min(max(visit.place_at, now - LONG_DAY), now) / MINUTE)


def is_around(desk: Desk) -> bool:
    """Say whether a desk is here, on a break, or still expected today."""
    return desk.presence is not Presence.GONE


def may_start(desk: Desk, now: int) -> bool:
    """Say whether a desk that is here still has time to start with somebody (milliseconds)."""
    if desk.presence is not Presence.HERE:
        return False
    return desk.leaving_at is None or now < desk.leaving_at - LAST_MINUTES * MINUTE


def may_still_start(desk: Desk, now: int) -> bool:
    """Say whether a desk may start with somebody now, or soon enough to wait for (milliseconds)."""
    match desk.presence:
        case Presence.EXPECTED:
            begins, ends = desk.expected_from or 0, desk.expected_until
            return begins - now < SOON and (ends is None or now < ends)
        case Presence.GONE:
            return False
        case _:
            return desk.leaving_at is None or now < desk.leaving_at - LAST_MINUTES * MINUTE


def free_desk(desk: Desk) -> FreeDesk:
    """Give a desk as routing sees it."""
    return FreeDesk(desk.id, desk.services)


def room_of(pack: Pack, session: Session, minutes: Mapping[str, float], now: int) -> Room:
    """Give what a decision needs beside the families, at `now` in milliseconds.

    `minutes` is the serving time learnt for each service; the pack's guess stands for the rest,
    also for a service that only another pack knows. What must come first counts only while a desk
    may still start with somebody for it, so that nobody waits for what does not come; for an urgent
    family only while such a desk is here.
    """
    desks = session.desks.values()
    around = {s for desk in desks if may_still_start(desk, now) for s in desk.services}
    here = {s for desk in desks if may_start(desk, now) for s in desk.services}
    known = {s: float(pack.service(s).prior_minutes) for s in _services_asked_for(pack, session)}
    return Room(
        {**known, **minutes},
        _after(pack, around),
        _free_interpreters(session),
        after_urgent=_after(pack, here),
    )


def _after(pack: Pack, services: set[str]) -> Mapping[str, tuple[str, ...]]:
    """Give what must come first for each service, of these services only."""
    return {
        service.id: tuple(before for before in service.after if before in services)
        for service in pack.services
        if service.after
    }


def _services_asked_for(pack: Pack, session: Session) -> Iterator[str]:
    """Give every service (code) that a decision may come upon."""
    yield from (service.id for service in pack.services)
    yield from (service for visit in session.here for service in visit.open_services)


def _free_interpreters(session: Session) -> Mapping[str, int]:
    """Count those of each language in the hall who are not with a family, or called to one, now.

    A language without anybody in the hall is not limited: it is interpreted over the telephone.
    """
    busy = Counter(
        visit.arrangements.interpreter for visit in session.here if visit.stage in AT_DESK
    )
    return {
        language: max(0, number - busy[language])
        for language, number in session.interpreters.items()
        if number > 0
    }
