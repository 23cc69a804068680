"""Who is called next and where: the one rule that every free desk follows, with its reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from operator import itemgetter
from typing import NamedTuple

# Points are minutes of waiting. Tried over thousands of made-up days: the optimum is flat, so
# nobody has to set them.
HELP_STILL_NEEDED = 0.5
THIS_STOP = 1.0
LAST = 15.0
UNLOCKS = 20.0
LEAVING = 100.0
LEAVING_WITHIN = 60.0
DUE = 5_000.0  # more than all but urgency can come to, however long a day
URGENT = 20_000.0

WALK = 1.0  # from the chair to the desk, before every stop
INTERPRETED = 1.35  # times as long with an interpreter
EARLY = 5.0  # an appointment may begin so long before its time
LAST_MINUTES = 5.0  # a desk starts with nobody in its last minutes: the caller leaves it out
PAST_LEAVE_BY = 10.0  # a stop may end so long after a family wanted to go
INTO_APPOINTMENT = 8.0  # and so long after its own coming appointment should have begun


class Because(StrEnum):
    """What weighed most in a call: the reason that people are shown."""

    URGENT = "urgent"
    APPOINTMENT = "appointment"
    LEAVING_SOON = "leaving_soon"
    LAST_STOP = "last_stop"
    NEEDED_BEFORE = "needed_before"
    HERE_LONG = "here_long"
    FREE_NOW = "free_now"


class Block(StrEnum):
    """Why a family may not be called to a service at this minute."""

    AFTER = "after"
    NOT_YET = "not_yet"
    NO_INTERPRETER = "no_interpreter"
    PAST_LEAVE_BY = "past_leave_by"
    MISSES_APPOINTMENT = "misses_appointment"


@dataclass(frozen=True, slots=True)
class Family:
    """All that the rule may know of a family that waits; times are minutes on one scale.

    `services` are those still needed, in any order. `turn` settles equal points, then `id` does.
    """

    id: str
    arrived: float
    services: tuple[str, ...]
    turn: tuple[int | str, ...] = ()
    is_urgent: bool = False
    leave_by: float | None = None
    appointment: tuple[str, float] | None = None
    interpreter: str | None = None

    def is_due(self, now: float, service: str) -> bool:
        """Say whether this service is their appointment, and its time has come."""
        if self.appointment is None or self.appointment[0] != service:
            return False
        return now >= self.appointment[1] - EARLY


@dataclass(frozen=True, slots=True)
class FreeDesk:
    """A desk that may start with somebody now: here, nobody at it, not in its last minutes."""

    id: str
    services: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Room:
    """What holds for everybody at this minute.

    `minutes` is the serving time to expect of each service; `after` names, for a service, those
    that must come first; `interpreters` counts the free ones by language, and a language that is
    not listed has no limit. `after_urgent` stands for `after` when the family is urgent.
    """

    minutes: Mapping[str, float]
    after: Mapping[str, tuple[str, ...]]
    interpreters: Mapping[str, int]
    interpreted: float = INTERPRETED
    into_appointment: float = INTO_APPOINTMENT
    after_urgent: Mapping[str, tuple[str, ...]] | None = None

    def first(self, family: Family, service: str) -> tuple[str, ...]:
        """Give the services that must come first, for this family."""
        after = self.after
        if family.is_urgent and self.after_urgent is not None:
            after = self.after_urgent
        return after.get(service, ())


@dataclass(frozen=True, slots=True)
class Call:
    """One suggested call. `about` is the other service of NEEDED_BEFORE, else empty.

    Points are for tests and for the order of calls; they are never shown.
    """

    family: str
    desk: str
    service: str
    why: Because
    about: str
    points: float


class _Pair(NamedTuple):
    rank: tuple[float, tuple[int | str, ...], str, str]  # the least is called first
    family: Family
    service: str
    points: tuple[float, Because, str]


def minutes_for(family: Family, service: str, room: Room) -> float:
    """Give the minutes to expect of one stop, without the walk."""
    return room.minutes[service] * (room.interpreted if family.interpreter else 1.0)


def blocked(now: float, family: Family, service: str, room: Room) -> Block | None:
    """Give why this family may not start with this service now, or None when it may.

    The last two are guards that keep a promise to the family: not for an urgent one, nor for an
    appointment whose time has come.
    """
    if any(first in family.services for first in room.first(family, service)):
        return Block.AFTER
    appointment = family.appointment
    is_due = family.is_due(now, service)
    if appointment is not None and appointment[0] == service and not is_due:
        return Block.NOT_YET
    if family.interpreter and room.interpreters.get(family.interpreter, 1) < 1:
        return Block.NO_INTERPRETER
    if family.is_urgent or is_due:
        return None
    ends = now + WALK + minutes_for(family, service, room)
    if family.leave_by is not None and ends > family.leave_by + PAST_LEAVE_BY:
        return Block.PAST_LEAVE_BY
    if appointment is None or appointment[0] not in family.services:
        return None
    return Block.MISSES_APPOINTMENT if ends > appointment[1] + room.into_appointment else None


def points(now: float, family: Family, service: str, room: Room) -> tuple[float, Because, str]:
    """Give the points of calling this family to this service now, and what weighed most in them.

    Minutes here, less half the help still needed and all of this stop, plus what is said with
    the numbers above. Help is counted with its walks. Group and area cannot weigh: they are not
    in a `Family`. Raises KeyError for a service whose minutes the room does not know.
    """
    return _points(now, family, service, room, _still_needed(family, room))


def _still_needed(family: Family, room: Room) -> float:
    """Give the minutes of help, each with its walk; the same in whatever order they stand."""
    return fsum([minutes_for(family, needed, room) + WALK for needed in family.services])


def _points(
    now: float, family: Family, service: str, room: Room, rest: float
) -> tuple[float, Because, str]:
    here = now - family.arrived
    total = here - HELP_STILL_NEEDED * rest - THIS_STOP * minutes_for(family, service, room)
    most, why, about = 0.0, Because.FREE_NOW, ""
    for added, because, of in _added(now, family, service, room, rest):
        total += added
        if added > most:
            most, why, about = added, because, of
    if here > most:
        why, about = Because.HERE_LONG, ""
    return total, why, about


def _added(
    now: float, family: Family, service: str, room: Room, rest: float
) -> list[tuple[float, Because, str]]:
    """Give what speaks for this family beside its waiting; of two equal, the first is shown."""
    found: list[tuple[float, Because, str]] = []
    if family.is_urgent:
        found.append((URGENT, Because.URGENT, ""))
    if family.is_due(now, service):
        found.append((DUE, Because.APPOINTMENT, ""))
    if family.leave_by is not None:
        hurry = 1.0 - (family.leave_by - now - rest) / LEAVING_WITHIN
        found.append((LEAVING * min(1.0, max(0.0, hurry)), Because.LEAVING_SOON, ""))
    if len(family.services) == 1:
        found.append((LAST, Because.LAST_STOP, ""))
    elif room.after:
        unlocked = [other for other in family.services if service in room.after.get(other, ())]
        found.extend((UNLOCKS, Because.NEEDED_BEFORE, other) for other in sorted(unlocked))
    return found


def next_calls(
    now: float, families: Iterable[Family], desks: Iterable[FreeDesk], room: Room
) -> tuple[Call, ...]:
    """Give every call to make now, the best first: each family and each desk at most once.

    The pair with the most points is called, then the next, until none is left; a language's
    interpreters are spent on the way. The order of the lists makes no difference. Of several
    desks for one service it takes the one that can do least else, then the first by id.
    """
    free = _by_service(desks)
    pairs = sorted(_pairs(now, families, free, room), key=itemgetter(0))
    spare = dict(room.interpreters)
    called: set[str] = set()
    taken: set[str] = set()
    calls: list[Call] = []
    for pair in pairs:
        language = pair.family.interpreter
        if pair.family.id in called or (language and spare.get(language, 1) < 1):
            continue
        desk = next((desk for desk in free[pair.service] if desk not in taken), None)
        if desk is None:
            continue
        if language in spare:
            spare[language] -= 1
        called.add(pair.family.id)
        taken.add(desk)
        total, why, about = pair.points
        calls.append(Call(pair.family.id, desk, pair.service, why, about, total))
    return tuple(calls)


def _by_service(desks: Iterable[FreeDesk]) -> dict[str, list[str]]:
    free: dict[str, list[str]] = {}
    for desk in sorted(desks, key=lambda desk: (len(desk.services), desk.id)):
        for service in desk.services:
            free.setdefault(service, []).append(desk.id)
    return free


def _pairs(
    now: float, families: Iterable[Family], free: Mapping[str, Sequence[str]], room: Room
) -> Iterator[_Pair]:
    for family in families:
        rest = _still_needed(family, room)
        for service in family.services:
            if service in free and blocked(now, family, service, room) is None:
                found = _points(now, family, service, room, rest)
                rank = -found[0], family.turn, family.id, service
                yield _Pair(rank, family, service, found)
