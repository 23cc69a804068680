"""What may come: one future of the hall after another, played forward by the rule itself."""

from bisect import insort
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

from hub_app.core.forecast_chance import Chance
from hub_app.core.forecast_guest import Guest, Interpreters
from hub_app.core.forecast_outlook import HORIZON, LOOK, NEVER, Outlook, counted_from
from hub_app.core.forecast_sketch import Present, Where
from hub_app.core.routing import EARLY, WALK

# What happens in a future, in this order when it is the same minute; LOOK comes last.
_FREED, _JOINS, _COMES = range(LOOK)
_NOBODY: Final = -1
_AT_ONCE: Final = 0.2  # minutes until what is overdue happens
_HANDED_OVER_UNTIL: Final = 40.0  # minutes before the close


class Future(NamedTuple):
    """One way it may go, in minutes from now.

    `calls`, by family and service, are of those who wait now: whoever is being served has no next
    call. `done` is when a family has got all it came for; who goes without is not in it.
    """

    calls: dict[tuple[str, str], float]
    done: dict[str, float]


def future(outlook: Outlook, chance: Chance) -> Future:
    """Draw one future. The same chance gives the same one, in whatever order the sketch stands."""
    return _Play(outlook, chance).to_the_end()


class _Play:
    """One future while it is played."""

    def __init__(self, outlook: Outlook, chance: Chance) -> None:
        self.outlook = outlook
        self.sketch = outlook.sketch
        self.habits = outlook.sketch.habits
        self.chance = chance
        self.queues: dict[str, list[Guest]] = {service: [] for service in outlook.last_start}
        self.heap = list(outlook.looks)
        self.idle: list[int] = []
        self.guests: list[Guest] = []
        self.interpreters = Interpreters(outlook.sketch.interpreters)
        self.still_here = 0  # of those in the sketch
        self.told = Future({}, {})

    def to_the_end(self) -> Future:
        """Play until those who are here now have gone, or nothing more can be seen."""
        now, heap = self.sketch.now, self.heap
        for present, patience in self.outlook.there(self.chance):
            self._is_here(present, patience)
        self._seat(now)
        self._let_others_come()
        heapify(heap)
        self._call_all(now)
        while heap and self.still_here and heap[0][0] <= now + HORIZON:
            minute = heap[0][0]
            while heap and heap[0][0] == minute:
                _, what, first, second = heappop(heap)
                if what == _FREED:
                    self._freed(minute, first, second)
                elif what == _JOINS:
                    self._waits(self.guests[first])
                elif what == _COMES:
                    self._comes(minute)
            self._call_all(minute)
        return self.told

    # ------------------------------------------------------------------------ how it begins

    def _is_here(self, present: Present, patience: float) -> None:
        """Put somebody of the sketch where they are."""
        now, family, scores = self.sketch.now, present.family, self.outlook.scores
        guest = Guest(len(self.guests), family, scores.base(family))
        guest.is_known = True
        self.guests.append(guest)
        self.still_here += 1
        running = self.outlook.served.get(family.id)
        guest.services = tuple(sorted(s for s in set(family.services) if s != running))
        guest.waits = not self.outlook.is_served(present)
        if running is not None:
            return
        is_waiting = present.where is Where.WAITING
        self._stays(guest, present.since if is_waiting else now, patience)
        guest.gone_at = max(guest.gone_at, now + _AT_ONCE)
        guest.seems_here_until = max(guest.seems_here_until, now + _AT_ONCE)
        if is_waiting:
            self._waits(guest)
        else:
            usual = self.habits.away if present.where is Where.AWAY else self.habits.welcome
            back = now + _AT_ONCE + usual * self.chance.random()
            self.heap.append((back, _JOINS, guest.place, 0))

    def _seat(self, now: float) -> None:
        """Say when each desk that is busy will be free."""
        by_id = {guest.family.id: guest for guest in self.guests}
        for at, desk in enumerate(self.outlook.desks):
            running = desk.running
            if running is None:
                self.idle.append(at)
                continue
            guest = by_id.get(running.family or "")
            lasting = self.outlook.running[at]
            if lasting is None:
                ends = max(now + _AT_ONCE, running.since + self.habits.missed_for)
            else:
                ends = max(now + _AT_ONCE, running.since + lasting.drawn(self.chance))
                if guest is not None:
                    self.interpreters.take(guest.family.interpreter, now, ends)
            self.heap.append((ends, _FREED, at, guest.place if guest else _NOBODY))

    def _let_others_come(self) -> None:
        """Draw who will come in and when they wait."""
        for minute in self.outlook.door.minutes(self.chance):
            self.heap.append((minute + self.habits.welcome, _COMES, 0, 0))

    # ------------------------------------------------------------------------ what happens

    def _waits(self, guest: Guest) -> None:
        """Put a guest into all their queues at once."""
        is_interpreted = guest.family.interpreter is not None
        guest.open = self.outlook.scores.open(guest.services, is_interpreted=is_interpreted)
        for service in guest.open.stops:
            if service in self.queues:
                self.queues[service].append(guest)

    def _leaves_queues(self, guest: Guest) -> None:
        for service in guest.open.stops:
            if service in self.queues:
                self.queues[service].remove(guest)

    def _stays(self, guest: Guest, since: float, patience: float) -> None:
        """Say until when they wait for the stop that comes next."""
        counted = counted_from(since, guest.family, guest.services)
        guest.gone_at = counted + max(self.habits.patience_least, patience)
        leave_by = NEVER if guest.family.leave_by is None else guest.family.leave_by
        is_silent = self.chance.random() < self.habits.silent
        guest.seems_here_until = leave_by if is_silent else min(leave_by, guest.gone_at)

    def _goes(self, guest: Guest) -> None:
        self.still_here -= guest.is_known

    def _freed(self, minute: float, desk: int, place: int) -> None:
        """End a stop: the desk is free, and the guest waits for the next or goes home."""
        insort(self.idle, desk)
        if place == _NOBODY:
            return
        guest = self.guests[place]
        if self.chance.random() < self.habits.handed_over:
            self._handed_over(minute, guest)
        last = self.outlook.last_start
        still = tuple(s for s in guest.services if minute < last.get(s, -NEVER))
        if not guest.services and guest.is_known:
            self.told.done[guest.family.id] = minute - self.sketch.now
        guest.services = still
        if not still:
            self._goes(guest)
            return
        self._stays(guest, minute, self.outlook.new_patience.drawn(self.chance))
        if guest.seems_here_until <= minute:
            self._goes(guest)
        else:
            self._waits(guest)

    def _handed_over(self, minute: float, guest: Guest) -> None:
        """Add a stop, as a desk does that finds another need."""
        offered = self.outlook.offered
        service = offered[int(self.chance.random() * len(offered))]
        if minute < self.sketch.close - _HANDED_OVER_UNTIL and service not in guest.services:
            guest.services = tuple(sorted((*guest.services, service)))

    def _comes(self, minute: float) -> None:
        """Let somebody in whom nobody knows yet."""
        outlook, arrived = self.outlook, minute - self.habits.welcome
        family = outlook.door.family(arrived, outlook.last_start, self.chance)
        patience = outlook.new_patience.drawn(self.chance)
        if not family.services:
            return
        if family.appointment is not None:
            heappush(self.heap, (family.appointment[1] - EARLY, LOOK, 0, 0))
        guest = Guest(len(self.guests), family, outlook.scores.base(family))
        self.guests.append(guest)
        self._stays(guest, minute, patience)
        self._waits(guest)

    # ------------------------------------------------------------------------ the rule

    def _call_all(self, minute: float) -> None:
        """Call the best pair, then the next, as `routing.next_calls` does."""
        if minute >= self.sketch.close:
            return
        offers, queues = self.outlook.offers, self.queues
        ready = self._ready(minute)
        while ready:
            free = {s for desk in ready for s in offers[desk].services if queues[s]}
            best = self._best(minute, free)
            if best is None:
                return
            desk = next(desk for desk in ready if best[1] in offers[desk].services)
            ready.remove(desk)
            self._call(minute, *best, desk)

    def _ready(self, minute: float) -> list[int]:
        """Give the desks that may start now and for whose services somebody waits."""
        found: list[int] = []
        for desk in self.idle:
            services, windows = self.outlook.offers[desk]
            for service in services:
                if self.queues[service]:
                    break
            else:
                continue
            for start, end in windows:
                if start <= minute < end:
                    found.append(desk)
                    break
        return found

    def _best(self, minute: float, free: Iterable[str]) -> tuple[Guest, str] | None:
        """Give the pair with the most points; of equal ones the first by turn, then by service."""
        most, found, talk = -NEVER, None, self.interpreters.may_talk
        for service in free:
            for guest in tuple(self.queues[service]):
                if guest.seems_here_until <= minute:
                    self._leaves_queues(guest)
                    self._goes(guest)
                    continue
                points = guest.base + guest.open.stops[service].points
                if guest.has_clock:
                    added = self._by_the_clock(minute, guest, service)
                    if added is None:
                        continue
                    points += added
                if points < most or not talk(guest.family.interpreter, minute):
                    continue
                rank = guest.place, service
                if points > most or found is None or rank < (found[0].place, found[1]):
                    most, found = points, (guest, service)
        return found

    def _by_the_clock(self, minute: float, guest: Guest, service: str) -> float | None:
        scores = self.outlook.scores
        return scores.by_the_clock(minute, guest.family, service, (guest.services, guest.open))

    def _call(self, minute: float, guest: Guest, service: str, desk: int) -> None:
        """Call somebody, who sits down after a short walk, or does not come."""
        self._leaves_queues(guest)
        self.idle.remove(desk)
        if guest.gone_at <= minute:
            heappush(self.heap, (minute + self.habits.missed_for, _FREED, desk, _NOBODY))
            self._goes(guest)
            return
        if guest.waits:
            key = guest.family.id, service
            self.told.calls.setdefault(key, minute - self.sketch.now)
        if self.chance.random() < self.habits.missed:
            freed = minute + self.habits.missed_for
            heappush(self.heap, (freed, _FREED, desk, _NOBODY))
            heappush(self.heap, (freed + self.habits.away, _JOINS, guest.place, 0))
            return
        guest.services = tuple(s for s in guest.services if s != service)
        language = guest.family.interpreter
        lasting = self.outlook.serving(service, is_interpreted=language is not None)
        ends = minute + WALK + lasting.drawn(self.chance)
        self.interpreters.take(language, minute, ends)
        heappush(self.heap, (ends, _FREED, desk, guest.place))
