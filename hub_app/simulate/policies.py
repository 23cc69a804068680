"""The ways of deciding who is called: paper tickets, shortest queues, all queues at once, ours."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from hub_app.core.routing import FreeDesk, Room, next_calls
from hub_app.simulate.hall import Hall, Policy
from hub_app.simulate.state import Busy, DeskNow, Stage, Visit, code

NOT_SERVING = 2.0  # minutes to expect of a desk whose call nobody answers
STILL_TO_GO = 0.2  # of a stop that already takes longer than expected
FAR_OFF = 1000.0  # minutes, of a desk that nobody will be at again today


class _Place(NamedTuple):
    """Where somebody queues, and since when."""

    service: int
    since: float


_Places = dict[int, _Place]
_Choose = Callable[[Hall, Visit, _Places], int]


class OneQueueEach:
    """Each service has its queue; everybody stands in one, and `choose` says in which."""

    def __init__(self, choose: _Choose) -> None:
        self._choose = choose
        self._places: _Places = {}

    def joins(self, hall: Hall, visit: Visit) -> None:
        """Let them stand at the end of the queue of their next stop."""
        service = self._choose(hall, visit, self._places)
        self._places[visit.number] = _Place(service, hall.t)

    def calls(self, hall: Hall) -> Iterator[tuple[Visit, DeskNow]]:
        """Give each free desk the first of its own queue; urgent and due ones go first."""
        for desk in hall.free_desks():
            service = desk.desk.service
            able = [visit for visit in hall.waiting if self._may_come(hall, visit, service)]
            if able:
                yield min(able, key=lambda visit: self._rank(hall, visit, service)), desk

    def _may_come(self, hall: Hall, visit: Visit, service: int) -> bool:
        if not visit.needs:
            return False
        if self._places[visit.number].service not in visit.needs:  # that desk went home meanwhile
            self.joins(hall, visit)
        is_theirs = self._places[visit.number].service == service
        return (is_theirs or hall.is_due(visit, service)) and hall.may_be_called(visit, service)

    def _rank(self, hall: Hall, visit: Visit, service: int) -> tuple[bool, bool, float, int]:
        is_due = hall.is_due(visit, service)
        since = self._places[visit.number].since
        return not visit.coming.is_urgent, not is_due, since, visit.number


class AllQueues:
    """Everybody is in all their queues at once; whoever came first goes first."""

    def joins(self, hall: Hall, visit: Visit) -> None:
        """They are in every queue already."""

    def calls(self, hall: Hall) -> Iterator[tuple[Visit, DeskNow]]:
        """Give everybody in turn the first of their stops that is free."""
        free: dict[int, list[DeskNow]] = {}
        for desk in hall.free_desks():
            free.setdefault(desk.desk.service, []).append(desk)

        def rank(visit: Visit) -> tuple[bool, bool, float, int]:
            service = visit.appointment[0]
            is_due = service in free and service in visit.needs and hall.is_due(visit, service)
            return not visit.coming.is_urgent, not is_due, visit.coming.arrive, visit.number

        for visit in sorted(hall.waiting, key=rank):
            able = [s for s in visit.needs if free.get(s) and hall.may_be_called(visit, s)]
            if able:
                service = visit.appointment[0] if visit.appointment[0] in able else able[0]
                yield visit, free[service].pop(0)


class Ours:
    """The rule of the app itself, asked as the app asks it."""

    def __init__(self) -> None:
        self._desks: list[FreeDesk] = []
        self._room = Room({}, {}, {})

    def joins(self, hall: Hall, visit: Visit) -> None:
        """They are in every queue already."""

    def calls(self, hall: Hall) -> Iterator[tuple[Visit, DeskNow]]:
        """Give the calls of the rule, and ask it again when an interpreter is still free."""
        asks_again = True
        while asks_again and hall.waiting:
            asks_again = False
            for visit, desk in self._ask(hall):
                yield visit, desk
                if visit.coming.language and visit.stage is not Stage.SERVED:
                    asks_again = True
                    break

    def _ask(self, hall: Hall) -> list[tuple[Visit, DeskNow]]:
        if not self._desks:
            self._learn(hall)
        room = Room(
            self._room.minutes,
            self._room.after,
            hall.languages_free(),
            interpreted=hall.instance.interpreted,
        )
        families = [visit.as_family() for visit in hall.waiting]
        desks = [self._desks[desk.number] for desk in hall.free_desks()]
        return [
            (hall.visits[int(call.family)], hall.desks[int(call.desk)])
            for call in next_calls(hall.t, families, desks, room)
        ]

    def _learn(self, hall: Hall) -> None:
        services = hall.instance.services
        self._desks = [
            FreeDesk(code(desk.number), (code(desk.desk.service),)) for desk in hall.desks
        ]
        self._room = Room(
            {code(service): minutes for service, minutes in enumerate(hall.expected)},
            {
                code(at): tuple(code(one) for one in service.after)
                for at, service in enumerate(services)
            },
            {},
        )


class InOrder:
    """Chooses the next of a fixed order of stops, made once for each visit."""

    def __init__(self, order: Callable[[Hall, Visit, _Places], Sequence[int]]) -> None:
        self._order = order
        self._orders: dict[int, list[int]] = {}

    def __call__(self, hall: Hall, visit: Visit, places: _Places) -> int:
        """Give the next stop. Whoever is walked over to another desk goes there first."""
        if visit.number not in self._orders:
            self._orders[visit.number] = _put_right(hall, self._order(hall, visit, places))
        order = self._orders[visit.number]
        for service in visit.needs:
            if service not in order:
                order.insert(0, service)
        order = _put_right(hall, [service for service in order if service in visit.needs])
        self._orders[visit.number] = order
        return order[0]


def _put_right(hall: Hall, order: Sequence[int]) -> list[int]:
    """Give the order with every service after those that must come first."""
    left, right = list(order), list[int]()
    while left:
        ready = (s for s in left if not set(hall.instance.services[s].after) & set(left))
        right.append(next(ready))
        left.remove(right[-1])
    return right


def as_written_down(_hall: Hall, visit: Visit, _places: _Places) -> Sequence[int]:
    """Give the stops in the order in which the needs were written down."""
    return visit.needs


def by_length(hall: Hall, visit: Visit, places: _Places) -> Sequence[int]:
    """Give the stops by how long their queues are now, for each desk that is there."""

    def length(service: int) -> float:
        desks = hall.desks_of[service]
        here = sum(desk.is_on_duty(hall.t) for desk in desks)
        count = len(_queue(hall, visit, places, service)) + sum(bool(desk.busy) for desk in desks)
        return count / here if here else math.inf

    return sorted(visit.needs, key=length)


def with_the_shortest_wait(hall: Hall, visit: Visit, places: _Places) -> int:
    """Give the stop with the shortest expected wait, of those that may come first."""

    def wait(service: int) -> float:
        minutes = _expected_wait(hall, visit, places, service)
        appointment, minute = visit.appointment
        return max(minutes, minute - hall.t) if service == appointment else minutes

    services = hall.instance.services
    return min((s for s in visit.needs if not set(services[s].after) & set(visit.needs)), key=wait)


def _queue(hall: Hall, visit: Visit, places: _Places, service: int) -> list[Visit]:
    """Give the others who stand in the queue of a service."""
    return [
        other
        for other in hall.waiting
        if other is not visit and places[other.number].service == service
    ]


def _expected_wait(hall: Hall, visit: Visit, places: _Places, service: int) -> float:
    """Give the minutes until a desk of this service would come to somebody who joins it now."""
    work, idle, queue = 0.0, 0, _queue(hall, visit, places, service)
    here = [desk for desk in hall.desks_of[service] if desk.is_on_duty(hall.t)]
    for desk in here:
        if desk.visit is not None:
            is_serving = desk.busy is Busy.SERVING
            minutes = hall.expect(desk.visit, service) if is_serving else NOT_SERVING
            work += max(minutes - (hall.t - desk.since), STILL_TO_GO * minutes)
        elif desk.may_start(hall.t):
            idle += 1
    for other in queue:
        work += hall.expect(other, service)
    if here:
        return 0.0 if idle > len(queue) else work / len(here)
    comes = [
        begins
        for desk in hall.desks_of[service]
        for begins, _ in desk.desk.windows
        if begins > hall.t
    ]
    return (min(comes) - hall.t if comes else FAR_OFF) + work


POLICIES: dict[str, Callable[[], Policy]] = {
    "paper": lambda: OneQueueEach(InOrder(as_written_down)),
    "shortest-at-arrival": lambda: OneQueueEach(InOrder(by_length)),
    "shortest-wait": lambda: OneQueueEach(with_the_shortest_wait),
    "all-queues": AllQueues,
    "ours": Ours,
}
