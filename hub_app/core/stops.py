"""The stops of a plan, and their order: what cannot wait, what must come first, the soonest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hub_app.core.routing import EARLY, WALK, Block, Family, Room, minutes_for

_UNKNOWN_MINUTES = 20.0  # of a stop at a service this pack does not know


class PlanWhy(StrEnum):
    """How a stop stands now: what a person is told of the desk. The sooner comes first."""

    FREE_NOW = "free_now"
    WAITING = "waiting"
    EXPECTED = "expected"
    ON_BREAK = "on_break"
    BY_GREETER = "by_greeter"
    NOBODY_YET = "nobody_yet"
    NOT_HERE = "not_here"


_RANK = {
    PlanWhy.FREE_NOW: 0,
    PlanWhy.WAITING: 1,
    PlanWhy.EXPECTED: 1,
    PlanWhy.BY_GREETER: 2,
    PlanWhy.ON_BREAK: 2,
    PlanWhy.NOBODY_YET: 3,
    PlanWhy.NOT_HERE: 4,
}


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One suggested stop: the service, the desk seen (id), how many wait there before them, why.

    `minutes` is about how long until this service could take them, None when nobody can say;
    `starts_in` the same after the stops before it. `after` is a service of this plan that has to
    come first, else empty. `block` is what a family's arrangements say against it, or that its
    appointment is not yet. `expected_from` is when a desk that is not here yet should come.
    """

    service: str
    needs: tuple[str, ...]
    desk: str | None
    waiting: int
    why: PlanWhy
    minutes: float | None = None
    after: str = ""
    is_busy: bool = False
    expected_from: int | None = None
    block: Block | None = None
    starts_in: float | None = None


@dataclass(frozen=True, eq=False)
class Terms:
    """What an order has to respect: the family, the room, the minute it is, what is urgent."""

    family: Family
    room: Room
    now: float
    urgent: frozenset[str] = frozenset()


def suggested(stops: Iterable[PlannedStop], terms: Terms) -> tuple[PlannedStop, ...]:
    """Order stops as we suggest: the urgent first and what it needs, absent services last.

    Between them the soonest first; but nothing before what must come before it, and what would
    end after the family must leave, or run into its appointment, waits for what would not.
    """
    left, ordered, clock = list(stops), list[PlannedStop](), 0.0
    haste = _cannot_wait(left, terms)
    while left:
        wanted = {stop.service for stop in left}
        after = terms.room.after
        ready = [s for s in left if wanted.isdisjoint(after.get(s.service, ()))] or left
        tried = [(_placed(s, clock, left, terms), s) for s in ready]
        placed, stop = min(tried, key=lambda each: _key(each[0], haste))
        left.remove(stop)
        clock = _ends(placed, clock, terms)
        ordered.append(placed)
    return _with_interpreter(ordered, terms)


def as_ordered(
    stops: Iterable[PlannedStop], order: Sequence[str], terms: Terms
) -> tuple[PlannedStop, ...]:
    """Order stops as a person did, by service; those they did not name stay as we suggest."""
    named = {service: place for place, service in enumerate(order)}
    left = sorted(suggested(stops, terms), key=lambda s: named.get(s.service, len(named)))
    ordered, clock = list[PlannedStop](), 0.0
    while left:
        placed = _placed(left[0], clock, left, terms)
        left = left[1:]
        clock = _ends(placed, clock, terms)
        ordered.append(placed)
    return _with_interpreter(ordered, terms)


def _cannot_wait(stops: Iterable[PlannedStop], terms: Terms) -> frozenset[str]:
    """Give the services of urgent needs, and those that must come before one of them."""
    urgent = {s.service for s in stops if not terms.urgent.isdisjoint(s.needs)}
    before = {first for service in urgent for first in terms.room.after.get(service, ())}
    return frozenset(urgent | before)


def _key(stop: PlannedStop, haste: frozenset[str]) -> tuple[bool, bool, bool, int, float, str]:
    start = stop.starts_in if stop.minutes is not None else None
    return (
        stop.service not in haste,
        stop.why in (PlanWhy.NOBODY_YET, PlanWhy.NOT_HERE),
        stop.block in (Block.PAST_LEAVE_BY, Block.MISSES_APPOINTMENT),
        _RANK[stop.why],
        float("inf") if start is None else start,
        stop.service,
    )


def _placed(
    stop: PlannedStop, clock: float, left: Sequence[PlannedStop], terms: Terms
) -> PlannedStop:
    """Give a stop as it stands after `clock` minutes of stops before it; `left` are all to come."""
    family, start = terms.family, max(clock, stop.minutes or 0.0)
    block, why = None, stop.why
    appointment = family.appointment
    if appointment is not None and appointment[0] == stop.service:
        due = appointment[1] - EARLY - terms.now
        if due > start:
            start, block = due, Block.NOT_YET
            why = PlanWhy.WAITING if why is PlanWhy.FREE_NOW else why
            return replace(stop, why=why, minutes=due, block=block, starts_in=start)
    if not family.is_urgent:
        block = _guard(stop, terms.now + start + WALK + _serving(stop, terms), left, terms)
    is_known = stop.minutes is not None
    return replace(stop, block=block, starts_in=start if is_known else None)


def _guard(
    stop: PlannedStop, ends: float, left: Sequence[PlannedStop], terms: Terms
) -> Block | None:
    family, appointment = terms.family, terms.family.appointment
    is_due = family.is_due(terms.now, stop.service)
    if family.leave_by is not None and ends > family.leave_by and not is_due:
        return Block.PAST_LEAVE_BY
    if appointment is None or appointment[0] == stop.service:
        return None
    is_to_come = any(other.service == appointment[0] for other in left)
    is_late = ends > appointment[1] + terms.room.into_appointment
    return Block.MISSES_APPOINTMENT if is_to_come and is_late else None


def _serving(stop: PlannedStop, terms: Terms) -> float:
    if stop.service not in terms.room.minutes:
        return _UNKNOWN_MINUTES
    return minutes_for(terms.family, stop.service, terms.room)


def _ends(stop: PlannedStop, clock: float, terms: Terms) -> float:
    if stop.why in (PlanWhy.NOBODY_YET, PlanWhy.NOT_HERE):
        return clock
    start = clock if stop.starts_in is None else stop.starts_in
    return start + WALK + _serving(stop, terms)


def _with_interpreter(ordered: list[PlannedStop], terms: Terms) -> tuple[PlannedStop, ...]:
    """Say of a first stop that is free that it waits for an interpreter, when it does."""
    language = terms.family.interpreter
    is_short = language is not None and terms.room.interpreters.get(language, 1) < 1
    if not is_short or not ordered or ordered[0].why is not PlanWhy.FREE_NOW:
        return tuple(ordered)
    return (replace(ordered[0], block=Block.NO_INTERPRETER), *ordered[1:])
