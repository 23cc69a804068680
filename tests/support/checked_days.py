"""A policy looked over its shoulder: whatever it calls, the rules of the hall are checked."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from hub_app.core.routing import Family, FreeDesk, Room, blocked, next_calls
from hub_app.simulate.day import Day
from hub_app.simulate.hall import Hall, Policy
from hub_app.simulate.instance import Instance
from hub_app.simulate.policies import POLICIES
from hub_app.simulate.state import DeskNow, Stage, Visit

OURS = "ours"


def as_the_app_knows(hall: Hall, visit: Visit) -> Family:
    """Tell the rule of a visit, from what the family said and nothing else."""
    one = visit.coming
    return Family(
        id=f"{visit.number:04d}",
        arrived=one.arrive,
        services=tuple(hall.instance.services[need].name for need in reversed(visit.needs)),
        is_urgent=one.is_urgent,
        leave_by=one.leave_by,
        appointment=one.appointment
        and (hall.instance.services[one.appointment[0]].name, one.appointment[1]),
        interpreter=one.language,
    )


def as_the_app_sees(hall: Hall) -> Room:
    """Tell the rule of the room."""
    services = hall.instance.services
    languages = {one.language for one in hall.instance.families if one.language}
    busy = {
        desk.visit.coming.language
        for desk in hall.desks
        if desk.visit and desk.visit.stage is Stage.SERVED
    }
    here = {
        one.interpreter.language
        for one in hall.interpreters
        if any(begins <= hall.t < ends for begins, ends in one.interpreter.windows)
    }
    return Room(
        {service.name: minutes for service, minutes in zip(services, hall.expected, strict=True)},
        {service.name: tuple(services[at].name for at in service.after) for service in services},
        {language: int(language in here - busy) for language in languages},
    )


def free_desks(hall: Hall) -> list[FreeDesk]:
    """Give the desks with nobody at them, on duty, and not in their last five minutes."""
    return [
        FreeDesk(f"{desk.number:04d}", (hall.instance.services[desk.desk.service].name,))
        for desk in hall.desks
        if desk.visit is None
        and hall.t < hall.close
        and any(begins <= hall.t < ends - 5 for begins, ends in desk.desk.windows)
    ]


@dataclass(eq=False)
class Checked:
    """A policy whose every call is looked at before it happens."""

    policy: Policy
    is_ours: bool
    calls_made: int = 0
    wrong: Counter[str] = field(default_factory=Counter[str])

    def joins(self, hall: Hall, visit: Visit) -> None:
        self.policy.joins(hall, visit)

    def calls(self, hall: Hall) -> Iterator[tuple[Visit, DeskNow]]:
        seen = [as_the_app_knows(hall, visit) for visit in hall.waiting]
        told = next_calls(hall.t, seen, free_desks(hall), as_the_app_sees(hall))
        made: list[tuple[int, int]] = []
        is_surprised = False
        for visit, desk in self.policy.calls(hall):
            self.look_at(hall, visit, desk)
            made.append((visit.number, desk.number))
            yield visit, desk
            is_surprised |= visit.coming.language is not None and visit.stage is not Stage.SERVED
        if self.is_ours and not is_surprised:
            self.count(
                "not what the app’s rule says",
                made != [(int(call.family), int(call.desk)) for call in told],
            )
            self.look_at_what_is_left(hall)

    def count(self, what: str, is_wrong: bool) -> None:
        self.wrong[what] += is_wrong

    def look_at(self, hall: Hall, visit: Visit, desk: DeskNow) -> None:
        self.calls_made += 1
        t, service, one = hall.t, desk.desk.service, visit.coming
        at_desks = [other.visit for other in hall.desks if other.busy]
        self.count("a desk with two", desk.visit is not None)
        self.count("somebody at two desks", visit in at_desks and visit.stage is Stage.SERVED)
        self.count(
            "off duty, or in the last minutes",
            not any(begins <= t < ends - 5 for begins, ends in desk.desk.windows)
            or t >= hall.close,
        )
        self.count("no need of theirs", service not in visit.needs)
        first = hall.instance.services[service].after
        self.count("what must come first", any(need in visit.needs for need in first))
        appointment, minute = one.appointment or (-1, 0.0)
        self.count("before its time", service == appointment and t < minute - 5)
        is_here = as_the_app_sees(hall).interpreters.get(one.language or "", 1)
        self.count("no interpreter", not is_here)

    def look_at_what_is_left(self, hall: Hall) -> None:
        """See that no desk is idle while somebody may be called to it."""
        room, free = as_the_app_sees(hall), free_desks(hall)
        for visit in hall.waiting:
            family = as_the_app_knows(hall, visit)
            for desk in free:
                [service] = desk.services
                may = service in family.services and not blocked(hall.t, family, service, room)
                self.count("idle while somebody may be called", may)


def lived(instance: Instance, name: str) -> tuple[Day, Checked]:
    """Let a day go by under a policy that is looked at."""
    checked = Checked(POLICIES[name](), name == OURS)
    day = Day(instance, checked)
    day.live(checked_heads)
    return day, checked


def checked_heads(day: Day, _t: float) -> None:
    """See that nobody is lost and nobody is in two places."""
    hall = day.hall
    at_desks = [
        desk.visit for desk in hall.desks if desk.visit and desk.visit.stage is Stage.SERVED
    ]
    assert len(at_desks) == len({visit.number for visit in at_desks})
    assert [visit.number for visit in hall.waiting] == sorted({v.number for v in hall.waiting})
    inside = [v for v in hall.visits if v.stage not in (Stage.NOT_HERE, Stage.OUT, Stage.VANISHED)]
    assert len(inside) == (day.heads[-1][1] if day.heads else 0)
