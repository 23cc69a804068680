"""Who in the hall can help with what somebody asks in their own words."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub_app.core.pack_search import words_of
from hub_app.core.queue import how_many_wait
from hub_app.core.room import Hall, may_start
from hub_app.core.session import Desk, Presence

_NEEDS_LOOKED_AT = 3
_MOST_DESKS = 4
_SHORTEST_NAME = 2  # letters: fewer would begin nearly every name


@dataclass(frozen=True, slots=True)
class WhoRow:
    """A desk that can help: its name, the services (codes) it would help with, and how it stands.

    `is_leaving` means that it takes nobody more.
    """

    desk: str
    name: str
    services: tuple[str, ...]
    presence: Presence
    is_busy: bool
    waiting: int
    expected_from: int | None
    is_leaving: bool


@dataclass(frozen=True, slots=True)
class WhoHere:
    """The desks that can help, the best first; `need` is what the words most likely mean.

    `absent` is the service that need is first for when no desk around helps with it, else empty.
    """

    rows: tuple[WhoRow, ...] = ()
    need: str = ""
    absent: str = ""


def who_here(hall: Hall, asked: str) -> WhoHere:
    """Find the desks for the words asked: by what they help with, and by their names."""
    if not asked.strip():
        return WhoHere()
    needs = hall.pack.search(asked)[:_NEEDS_LOOKED_AT]
    services = dict.fromkeys(service for need in needs for service in need.services)
    around = [d for d in hall.session.desks.values() if d.presence is not Presence.GONE]
    named = [desk for desk in around if _is_named(desk, asked)]
    able = [desk for service in services for desk in _soonest(hall, around, service)]
    rows = (_row(hall, desk, services) for desk in dict.fromkeys((*named, *able)))
    best = needs[0].services if needs else ()
    is_here = any(set(best).intersection(desk.services) for desk in around)
    return WhoHere(
        rows=tuple(rows)[:_MOST_DESKS],
        need=needs[0].id if needs else "",
        absent=best[0] if best and not is_here else "",
    )


def _is_named(desk: Desk, asked: str) -> bool:
    wanted = [word for word in words_of(asked) if len(word) >= _SHORTEST_NAME]
    names = words_of(desk.name)
    return bool(wanted) and all(any(n.startswith(word) for n in names) for word in wanted)


def _soonest(hall: Hall, desks: Iterable[Desk], service: str) -> list[Desk]:
    offering = [desk for desk in desks if service in desk.services]
    return sorted(offering, key=lambda desk: _sooner(hall, desk))


def _sooner(hall: Hall, desk: Desk) -> tuple[bool, bool, int, str]:
    is_busy = hall.session.at_desk(desk.id) is not None
    waiting = how_many_wait(hall.session.here, desk)
    return (not may_start(desk, hall.now), is_busy, waiting, desk.id)


def _row(hall: Hall, desk: Desk, services: Iterable[str]) -> WhoRow:
    is_here = desk.presence is Presence.HERE
    return WhoRow(
        desk=desk.id,
        name=desk.name,
        services=tuple(s for s in services if s in desk.services) or desk.services,
        presence=desk.presence,
        is_busy=hall.session.at_desk(desk.id) is not None,
        waiting=how_many_wait(hall.session.here, desk),
        expected_from=desk.expected_from if desk.presence is Presence.EXPECTED else None,
        is_leaving=is_here and not may_start(desk, hall.now),
    )
