"""What routing may know of the hall now: families by their needs, desks, minutes, interpreters."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from hub_app.core.pack import Pack
from hub_app.core.routing import Family, FreeDesk, Room
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import MINUTE, Stage, Visit

LONG_DAY: Final = 10 * 60 * MINUTE
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
    jumped must not weigh more than somebody who is urgent.
    """
    family = visit.family
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


def is_free(session: Session, desk: Desk, now: int) -> bool:
    """Say whether a desk could call somebody now."""
    return may_start(desk, now) and session.at_desk(desk.id) is None


def free_desk(desk: Desk) -> FreeDesk:
    """Give a desk as routing sees it."""
    return FreeDesk(desk.id, desk.services)


def room_of(pack: Pack, session: Session, minutes: Mapping[str, float]) -> Room:
    """Give what a decision needs beside the families.

    `minutes` is the serving time learnt for each service; the pack's guess stands for the rest.
    What must come first counts only while a desk around offers it, so that nobody waits for
    something that is not here.
    """
    around = {s for desk in session.desks.values() if is_around(desk) for s in desk.services}
    known = {service.id: float(service.prior_minutes) for service in pack.services}
    after = {
        service.id: tuple(before for before in service.after if before in around)
        for service in pack.services
        if service.after
    }
    return Room({**known, **minutes}, after, _free_interpreters(session))


def _free_interpreters(session: Session) -> Mapping[str, int]:
    """Count those of each language in the hall who are not with a family now.

    A language without anybody in the hall is not limited: it is interpreted over the telephone.
    """
    busy = Counter(
        visit.arrangements.interpreter for visit in session.here if visit.stage is Stage.SERVING
    )
    return {
        language: max(0, number - busy[language])
        for language, number in session.interpreters.items()
        if number > 0
    }
