"""The rule's points with their sums kept, for a forecast that asks for them ten thousand times."""

from typing import Final, NamedTuple

from hub_app.core.routing import (
    DUE,
    LEAVING,
    LEAVING_WITHIN,
    PAST_LEAVE_BY,
    URGENT,
    WALK,
    Block,
    Family,
    Room,
    blocked,
    minutes_for,
    points,
)

Stops = tuple[str, ...]


class Weight(NamedTuple):
    """One stop somebody may start with: points that no clock changes, and its minutes."""

    points: float
    minutes: float


class Open(NamedTuple):
    """What follows from the services still needed: minutes of help in all, and the open stops."""

    rest: float
    stops: dict[str, Weight]


NOTHING: Final = Open(0.0, {})


class Scores:
    """The rule of `routing` for one room. It gives what `points` and `blocked` give, sooner."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._open: dict[tuple[Stops, bool], Open] = {}

    def open(self, services: Stops, *, is_interpreted: bool) -> Open:
        """Give the stops that somebody with these needs may start with, as far as order goes."""
        key = services, is_interpreted
        found = self._open.get(key)
        if found is None:
            found = self._open[key] = self._work_out(services, is_interpreted=is_interpreted)
        return found

    def _work_out(self, services: Stops, *, is_interpreted: bool) -> Open:
        plain = Family("", 0.0, services, interpreter="-" if is_interpreted else None)
        return Open(
            sum(minutes_for(plain, service, self._room) + WALK for service in services),
            {
                service: Weight(
                    points(0.0, plain, service, self._room)[0],
                    minutes_for(plain, service, self._room),
                )
                for service in services
                if blocked(0.0, plain, service, self._room) is not Block.AFTER
            },
        )

    def base(self, family: Family) -> float:
        """Give the points at minute nought that are the same for each of a family's stops."""
        return (URGENT if family.is_urgent else 0.0) - family.arrived

    def by_the_clock(
        self, now: float, family: Family, service: str, here: "tuple[Stops, Open]"
    ) -> float | None:
        """Give what leave-by and appointment add now; None when they forbid this stop."""
        services, open_ = here
        added, appointment = 0.0, family.appointment
        is_due = family.is_due(now, service)
        if is_due:
            added = DUE
        elif appointment is not None and appointment[0] == service:
            return None
        ends = now + WALK + open_.stops[service].minutes
        is_guarded = not (family.is_urgent or is_due)
        if family.leave_by is not None:
            if is_guarded and ends > family.leave_by + PAST_LEAVE_BY:
                return None
            hurry = 1.0 - (family.leave_by - now - open_.rest) / LEAVING_WITHIN
            added += LEAVING * min(1.0, max(0.0, hurry))
        if not is_guarded or appointment is None or appointment[0] not in services:
            return added
        return added if ends <= appointment[1] + self._room.into_appointment else None
