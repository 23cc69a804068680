"""One future of a simulated hall, played by our rule after a first move, and what it costs."""

import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from bench.rollout_luck import ENDS, LOOK, Future, Ground, Luck
from hub_app.core.routing import (
    DUE,
    EARLY,
    HELP_STILL_NEEDED,
    INTO_APPOINTMENT,
    LAST,
    LEAVING,
    LEAVING_WITHIN,
    PAST_LEAVE_BY,
    THIS_STOP,
    UNLOCKS,
    URGENT,
    WALK,
    Family,
)
from hub_app.simulate.day import NOBODY_CAME, STEPPED_OUT, WALKED_OVER
from hub_app.simulate.metrics import A_LITTLE, KEPT_COST, UNMET_COST, URGENT_COST
from hub_app.simulate.state import is_within

NEVER: Final = math.inf
_FREED, _JOINS = range(2)  # what happens, before ENDS and LOOK in the same minute


class Guest:
    """Somebody in one future; `since` is when their minutes begin to count in its cost."""

    __slots__ = (
        "arrived",
        "due",
        "due_at",
        "gone_at",
        "handover",
        "has_clock",
        "is_silent",
        "language",
        "leave_by",
        "luck",
        "misses",
        "needs",
        "patience",
        "ready",
        "rest",
        "since",
        "slower",
        "stops",
        "unseen_urgent",
        "urgent",
    )

    def __init__(
        self, ground: Ground, family: Family, needs: tuple[int, ...], luck: Luck, since: float
    ) -> None:
        self.arrived, self.since, self.needs, self.luck = family.arrived, since, needs, luck
        self.language = family.interpreter
        self.slower = ground.interpreted if family.interpreter else 1.0
        self.leave_by = NEVER if family.leave_by is None else family.leave_by
        self.due, self.due_at = -1, 0.0
        if family.appointment is not None:
            self.due, self.due_at = int(family.appointment[0]), family.appointment[1]
        self.has_clock = family.leave_by is not None or self.due >= 0
        self.urgent = self.unseen_urgent = family.is_urgent
        self.patience, self.is_silent = luck.patience, luck.is_silent
        self.misses, self.handover = luck.misses, luck.handover
        self.ready, self.gone_at, self.rest = since, NEVER, 0.0
        self.stops: dict[int, float] = {}


@dataclass(frozen=True, slots=True)
class Start:
    """How a future begins: who waits, who joins when, and which desks are busy until when.

    A desk's guest is −1 when nobody will come of it. `busy` is until when a language is taken.
    """

    now: float
    waiting: Sequence[int]
    joins: Sequence[tuple[float, int]]
    desks: Sequence[tuple[float, int] | None]
    busy: Mapping[str, float]


Move = tuple[int, int, int]  # guest or −1 for leaving it idle, service, desk


class Play:
    """One future while it is played."""

    def __init__(self, future: Future, guests: dict[int, Guest], start: Start) -> None:
        self.future, self.ground, self.guests = future, future.ground, guests
        self.now = start.now
        self.cost = 0.0
        self.queues: list[list[Guest]] = [[] for _ in self.ground.services]
        self.heap: list[tuple[float, int, int]] = [
            event for event in self.ground.known_ahead if event[0] > self.now
        ]
        self.heap.extend((minute, _JOINS, number) for minute, number in start.joins)
        self.at_desk: list[Guest | None] = [None] * len(start.desks)
        self.idle: list[int] = []
        self.busy = dict(start.busy)
        self.start = start

    def costs(self, move: Move, until: float, need_left: float) -> float:
        """Play until a minute and give the cost; each need left then costs `need_left` more."""
        now, heap = self.now, self.heap
        self._set_out(until)
        number, service, desk = move
        if number < 0:
            self.idle.remove(desk)
            self._call_all(now)
            self.idle.append(desk)
        else:
            self._call(now, self.guests[number], service, desk)
            self._call_all(now)
        while heap and heap[0][0] <= until:
            minute = heap[0][0]
            while heap and heap[0][0] == minute:
                self._happens(*heappop(heap))
            self._call_all(minute)
        return self.cost + self._left_over(until, need_left)

    def _set_out(self, until: float) -> None:
        for number in self.start.waiting:
            self._waits(self.guests[number])
        for desk, running in enumerate(self.start.desks):
            if running is None:
                self.idle.append(desk)
            else:
                ends, number = running
                self.at_desk[desk] = self.guests[number] if number >= 0 else None
                self.heap.append((ends, _FREED, desk))
        future = self.future
        for at in range(bisect(future.arrivals, self.now), bisect(future.arrivals, until)):
            ready, family, needs, luck = future.newcomers[at]
            number = -2 - at
            self.guests[number] = Guest(self.ground, family, needs, luck, family.arrived)
            self.heap.append((ready, _JOINS, number))
        for guest in self.guests.values():
            if guest.due >= 0 and guest.due_at - EARLY > self.now:
                self.heap.append((guest.due_at - EARLY, LOOK, 0))
        heapify(self.heap)

    # ------------------------------------------------------------------------ what happens

    def _happens(self, minute: float, what: int, number: int) -> None:
        if what == _FREED:
            guest = self.at_desk[number]
            self.idle.append(number)
            self.at_desk[number] = None
            if guest is not None:
                self._stop_ends(minute, guest, self.ground.offers[number])
        elif what == _JOINS:
            guest = self.guests[number]
            if guest.gone_at <= minute:  # while they were away
                self._goes(guest, guest.gone_at)
            else:
                self._next_stop(minute, guest)
        elif what == ENDS:
            for guest in tuple(self._all_waiting()):
                if number in guest.needs:
                    self._leaves_queues(guest)
                    self._drops(minute, guest)

    def _stop_ends(self, minute: float, guest: Guest, service: int) -> None:
        if guest.handover and guest.handover[0] == service:
            to = guest.handover[1]
            if to not in guest.needs:
                guest.needs = (*guest.needs, to)
            guest.handover = None
        guest.gone_at = NEVER
        self._next_stop(minute, guest)

    def _next_stop(self, minute: float, guest: Guest) -> None:
        last = self.ground.last_start
        kept = tuple(s for s in guest.needs if minute < last[s])
        self.cost += UNMET_COST * (len(guest.needs) - len(kept))
        guest.needs = kept
        if not kept or minute >= self.ground.close or minute >= guest.leave_by:
            self._goes(guest, minute)
            return
        if guest.gone_at == NEVER:
            guest.ready = minute
            since = max(minute, guest.due_at) if guest.due in kept else minute
            guest.gone_at = since + guest.patience
        self._waits(guest)

    def _drops(self, minute: float, guest: Guest) -> None:
        if guest.gone_at <= minute or guest.leave_by <= minute:
            self._goes(guest, min(guest.gone_at, guest.leave_by))
            return
        self._next_stop(minute, guest)

    def _goes(self, guest: Guest, minute: float) -> None:
        minute = max(self.now, minute)
        self.cost += minute - guest.since + UNMET_COST * len(guest.needs)
        if minute > guest.leave_by + A_LITTLE:
            self.cost += KEPT_COST
        if guest.unseen_urgent:
            self.cost += URGENT_COST * (minute - guest.ready)

    def _left_over(self, until: float, need_left: float) -> float:
        """Give what those cost who are still in the hall."""
        before, self.cost = self.cost, 0.0
        for guest in tuple(self._all_waiting()):
            left = min(until, guest.gone_at, guest.leave_by)
            if left < until:
                self._goes(guest, left)
            else:
                self._stays_on(guest, until, need_left)
        for minute, what, number in self.heap:
            guest = self.at_desk[number] if what == _FREED else None
            if what == _JOINS and self.guests[number].since < until:
                guest = self.guests[number]
            if guest is not None:
                self._stays_on(guest, minute, need_left)
        found, self.cost = self.cost, before
        return found

    def _stays_on(self, guest: Guest, minute: float, need_left: float) -> None:
        needs, guest.needs = guest.needs, ()
        self._goes(guest, minute)
        self.cost += need_left * len(needs)

    # ------------------------------------------------------------------------ the rule

    def _all_waiting(self) -> dict[Guest, None]:
        return {guest: None for queue in self.queues for guest in queue}

    def _waits(self, guest: Guest) -> None:
        """Put them into all their queues, with the points that do not change by the minute."""
        ground, needs = self.ground, guest.needs
        slower, expected, after = guest.slower, ground.expected, ground.after
        guest.rest = math.fsum([expected[s] * slower + WALK for s in needs])
        base = -guest.arrived - HELP_STILL_NEEDED * guest.rest
        if guest.urgent:
            base += URGENT
        if len(needs) == 1:
            base += LAST
        guest.stops = {}
        for service in needs:
            if any(first in needs for first in after[service]):
                continue
            points = base - THIS_STOP * expected[service] * slower
            points += sum(UNLOCKS for other in needs if service in after[other])
            guest.stops[service] = points
            self.queues[service].append(guest)

    def _leaves_queues(self, guest: Guest) -> None:
        for service in guest.stops:
            self.queues[service].remove(guest)
        guest.stops = {}

    def _call_all(self, minute: float) -> None:
        if minute >= self.ground.close:
            return
        starts, offers, queues = self.ground.starts, self.ground.offers, self.queues
        ready: dict[int, list[int]] = {}
        for desk in self.idle:
            if queues[offers[desk]] and is_within(starts[desk], minute):
                ready.setdefault(offers[desk], []).append(desk)
        while ready:
            most, found, where = -NEVER, None, -1
            for service in ready:
                points, guest = self._best(minute, service)
                if guest is not None and points > most:
                    most, found, where = points, guest, service
            if found is None:
                return
            desks = ready[where]
            self._call(minute, found, where, desks.pop())
            if not desks:
                del ready[where]

    def _best(self, minute: float, service: int) -> tuple[float, Guest | None]:
        most, found = -NEVER, None
        for guest in tuple(self.queues[service]):
            if guest.leave_by <= minute or (guest.gone_at <= minute and not guest.is_silent):
                self._leaves_queues(guest)
                self._goes(guest, min(guest.gone_at, guest.leave_by))
                continue
            points = guest.stops[service]
            if guest.has_clock:
                points += self._by_the_clock(minute, guest, service)
            if points <= most or (guest.language and not self._may_talk(guest.language, minute)):
                continue
            most, found = points, guest
        return most, found

    def _by_the_clock(self, minute: float, guest: Guest, service: int) -> float:
        points = 0.0
        slack = guest.leave_by - minute - guest.rest
        if slack < LEAVING_WITHIN:
            points = LEAVING * min(1.0, 1.0 - slack / LEAVING_WITHIN)
        if service == guest.due:
            return points + DUE if minute >= guest.due_at - EARLY else -NEVER
        if guest.urgent:
            return points
        ends = minute + WALK + self.ground.expected[service] * guest.slower
        misses = guest.due in guest.needs and ends > guest.due_at + INTO_APPOINTMENT
        return -NEVER if misses or ends > guest.leave_by + PAST_LEAVE_BY else points

    def _may_talk(self, language: str, minute: float) -> bool:
        if self.busy.get(language, 0.0) > minute:
            return False
        return is_within(self.ground.speaks.get(language, ()), minute)

    def _call(self, minute: float, guest: Guest, service: int, desk: int) -> None:
        self._leaves_queues(guest)
        self.idle.remove(desk)
        if guest.gone_at <= minute:  # without a word
            self._goes(guest, guest.gone_at)
            heappush(self.heap, (minute + NOBODY_CAME, _FREED, desk))
            return
        if service in guest.misses:
            guest.misses -= {service}
            number = len(self.guests) + 1_000_000
            self.guests[number] = guest
            heappush(self.heap, (minute + NOBODY_CAME, _FREED, desk))
            heappush(self.heap, (minute + NOBODY_CAME + STEPPED_OUT, _JOINS, number))
            return
        if guest.unseen_urgent:
            self.cost += URGENT_COST * (minute - max(self.now, guest.ready))
            guest.unseen_urgent = False
        guest.needs = tuple(s for s in guest.needs if s != service)
        ends = minute + WALK + self.future.serving(guest.luck, service) * guest.slower
        if guest.handover and guest.handover[0] == service:
            ends += WALKED_OVER
        if guest.language:
            self.busy[guest.language] = ends
        self.at_desk[desk] = guest
        heappush(self.heap, (ends, _FREED, desk))
