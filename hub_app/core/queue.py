"""Who is next: the rule of `routing` over the hall, for one desk, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from hub_app.core.room import MINUTE, family_of
from hub_app.core.routing import Because, Block, Room, blocked, points
from hub_app.core.session import Desk
from hub_app.core.visit import Stage, Visit


@dataclass(frozen=True, slots=True)
class Choice:
    """The family a desk should call now, for which service, and why.

    `about` is the other service when this one is needed before it, else empty.
    """

    visit: str
    service: str
    why: Because
    about: str = ""


class Waiting(NamedTuple):
    """A family this desk could help: for which service, and why now, or what is in the way."""

    visit: Visit
    service: str
    why: Because
    about: str
    block: Block | None


def in_order(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """Give visits urgent first, then by their place; arrival, then id, breaks ties."""
    return tuple(
        sorted(visits, key=lambda v: (v.urgent is None, v.place_at, v.arrived_at, v.turn, v.id))
    )


def _wanted(visit: Visit, desk: Desk) -> list[str]:
    wanted = [service for service in visit.open_services if service in desk.services]
    if len(wanted) < 2:
        return wanted
    planned = [service for service in visit.plan if service in wanted]
    return list(dict.fromkeys((*planned, *wanted)))


def service_for(visit: Visit, desk: Desk) -> str | None:
    """Give the service this desk would help the family with first, by their plan, or None."""
    return next(iter(_wanted(visit, desk)), None)


def waits_for(visit: Visit, desk: Desk) -> bool:
    """Say whether a family waits whom this desk could help, and is not on hold."""
    is_waiting = visit.stage is Stage.WAITING and not visit.is_on_hold
    return is_waiting and not visit.wants.isdisjoint(desk.services)


def how_many_wait(visits: Iterable[Visit], desk: Desk) -> int:
    """Give how many families wait whom this desk could help, those on hold left out."""
    return sum(waits_for(visit, desk) for visit in visits)


def _ranked(visit: Visit, desk: Desk, room: Room, now: int) -> tuple[tuple[Any, ...], Waiting]:
    """Give a family's best service at a desk with its rank: those who may be called come first."""
    family, minute = family_of(visit, now), now / MINUTE
    found: list[tuple[tuple[Any, ...], Waiting]] = []
    for service in _wanted(visit, desk):
        block = blocked(minute, family, service, room)
        total, why, about = points(minute, family, service, room)
        rank = (block is not None, -total, family.turn, visit.id, service)
        found.append((rank, Waiting(visit, service, why, about, block)))
    return found[0] if len(found) == 1 else min(found, key=_rank)


def _rank(ranked: tuple[tuple[Any, ...], Waiting]) -> tuple[Any, ...]:
    return ranked[0]


def line_for(visits: Iterable[Visit], desk: Desk, room: Room, now: int) -> tuple[Waiting, ...]:
    """Give everybody this desk could help who waits, who is next first (`now` in milliseconds).

    Those something is in the way of come last; those on hold are left out. Group and area are
    not part of a visit, so they cannot weigh.
    """
    ranked = [_ranked(visit, desk, room, now) for visit in visits if waits_for(visit, desk)]
    ranked.sort(key=_rank)
    return tuple(waiting for _, waiting in ranked)


def queue_for(visits: Iterable[Visit], desk: Desk, room: Room, now: int) -> tuple[Visit, ...]:
    """Give the visits of `line_for`."""
    return tuple(waiting.visit for waiting in line_for(visits, desk, room, now))


def next_for(visits: Iterable[Visit], desk: Desk, room: Room, now: int) -> Choice | None:
    """Give who this desk should call now, or None when nobody who waits may be called to it."""
    return first_of(line_for(visits, desk, room, now))


def first_of(line: Iterable[Waiting]) -> Choice | None:
    """Give the choice that a desk's line comes to: its first, unless something is in the way."""
    first = next(iter(line), None)
    if first is None or first.block is not None:
        return None
    return Choice(first.visit.id, first.service, first.why, first.about)
