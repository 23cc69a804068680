"""One simulated day: what happens when, whoever is called by whichever policy."""

import heapq
from bisect import insort
from collections.abc import Callable, Sequence
from enum import IntEnum
from operator import attrgetter

from hub_app.core.routing import EARLY, LAST_MINUTES, WALK
from hub_app.simulate.hall import Hall, Policy
from hub_app.simulate.instance import Instance
from hub_app.simulate.state import Busy, DeskNow, Reason, Stage, Visit

NOBODY_CAME = 2.0  # minutes until a desk gives up
STEPPED_OUT = 6.0  # minutes more until they are back
WALKED_OVER = 2.0  # minutes of a desk that takes a family to another


class _Event(IntEnum):
    """What can happen; of several at one time, the first of these goes first."""

    STOP_ENDS = 0
    TRIAGE_ENDS = 1
    ARRIVES = 2
    DESKS_CHANGE = 3
    COMES_BACK = 4
    LOSES_PATIENCE = 5
    HAS_TO_LEAVE = 6
    CLOSES = 7


Watch = Callable[["Day", float], None]
Clock = Callable[[], float]


class Day:
    """A day in a hall under one policy.

    Counted for the metrics: `idle_minutes` of desks while somebody could have been called, and
    `overtime`. Counted for whoever asks where the time goes: `greeter_minutes` in use, `heads`
    (families in the hall after each change) and `decisions`, the milliseconds of each moment at
    which somebody might have been called.
    """

    def __init__(
        self, instance: Instance, policy: Policy, expected: Sequence[float] | None = None
    ) -> None:
        self.hall, self.policy = Hall(instance, expected), policy
        self.idle_minutes = 0.0
        self.overtime = 0.0
        self.greeter_minutes = 0.0
        self.heads: list[tuple[float, int]] = []
        self.decisions: list[float] = []
        self._last_start = [self.hall.last_start(s) for s in range(len(instance.services))]
        self._free_greeters = instance.greeters
        self._at_door: list[Visit] = []
        self._ahead: list[tuple[float, int, int, int]] = []
        self._foresee()

    def live(self, watch: Watch | None = None, clock: Clock | None = None) -> None:
        """Let the day go by. `watch` is told after every moment; `clock` gives seconds."""
        hall, idle = self.hall, 0
        while self._ahead:
            t = self._ahead[0][0]
            self.idle_minutes += idle * (t - hall.t)
            hall.t = t
            while self._ahead and self._ahead[0][0] == t:
                _, event, number, promise = heapq.heappop(self._ahead)
                self._happens(_Event(event), number, promise)
            self._dispatch(clock)
            idle = hall.idle_desks()
            if watch:
                watch(self, t)

    # ------------------------------------------------------------------- what happens, and when

    def _at(self, t: float, event: _Event, number: int = 0, promise: int = 0) -> None:
        heapq.heappush(self._ahead, (float(t), event.value, number, promise))

    def _foresee(self) -> None:
        for desk in self.hall.desks:
            for begins, ends in desk.desk.windows:
                self._at(begins, _Event.DESKS_CHANGE)
                self._at(ends - LAST_MINUTES, _Event.DESKS_CHANGE)
        for one in self.hall.interpreters:
            for begins, _ in one.interpreter.windows:
                self._at(begins, _Event.DESKS_CHANGE)
        for visit in self.hall.visits:
            if visit.coming.stays_away:
                continue
            self._at(visit.coming.arrive, _Event.ARRIVES, visit.number)
            if visit.coming.leave_by is not None:
                self._at(visit.coming.leave_by, _Event.HAS_TO_LEAVE, visit.number)
            if visit.coming.appointment is not None:
                self._at(visit.coming.appointment[1] - EARLY, _Event.DESKS_CHANGE)
        self._at(self.hall.close, _Event.CLOSES)

    def _happens(self, event: _Event, number: int, promise: int) -> None:
        match event:
            case _Event.STOP_ENDS:
                self._stop_ends(self.hall.desks[number])
            case _Event.TRIAGE_ENDS:
                self._triage_ends(self.hall.visits[number])
            case _Event.ARRIVES:
                self._arrives(self.hall.visits[number])
            case _Event.DESKS_CHANGE:
                self._send_home_whom_nobody_is_left_for()
            case _Event.COMES_BACK:
                self._comes_back(self.hall.visits[number])
            case _Event.LOSES_PATIENCE:
                self._loses_patience(self.hall.visits[number], promise)
            case _Event.HAS_TO_LEAVE:
                self._stops_waiting(self.hall.visits[number], Reason.HAD_TO_LEAVE)
            case _Event.CLOSES:
                for visit in self.hall.visits:
                    self._stops_waiting(visit, Reason.CLOSED)

    def _arrives(self, visit: Visit) -> None:
        self._count_heads(+1)
        visit.stage = Stage.AT_DOOR
        self._at_door.append(visit)
        self._begin_triage()

    def _begin_triage(self) -> None:
        while self._free_greeters and self._at_door:
            urgent = (visit for visit in self._at_door if visit.coming.is_urgent)
            visit = next(urgent, self._at_door[0])
            self._at_door.remove(visit)
            self._free_greeters -= 1
            visit.stage, visit.triage_began = Stage.TRIAGE, self.hall.t
            self._at(self.hall.t + visit.coming.triage, _Event.TRIAGE_ENDS, visit.number)

    def _triage_ends(self, visit: Visit) -> None:
        self._free_greeters += 1
        self.greeter_minutes += visit.coming.triage
        visit.triaged = self.hall.t
        visit.help_minutes += visit.coming.triage
        self._next_stop(visit)
        self._begin_triage()

    def _next_stop(self, visit: Visit) -> None:
        """Let somebody wait for their next stop, or go home when nothing is left to wait for."""
        t, one = self.hall.t, visit.coming
        self._drop_what_is_over(visit)
        if not visit.needs:
            self._leaves(visit, Reason.CLOSED if visit.dropped else Reason.DONE)
        elif t >= self.hall.close:
            self._leaves(visit, Reason.CLOSED)
        elif one.leave_by is not None and t >= one.leave_by:
            self._leaves(visit, Reason.HAD_TO_LEAVE)
        else:
            visit.stage, visit.ready = Stage.WAITING, t
            visit.round += 1
            insort(self.hall.waiting, visit, key=attrgetter("number"))
            service, minute = visit.appointment
            since = max(t, minute) if service in visit.needs else t
            self._at(since + one.patience, _Event.LOSES_PATIENCE, visit.number, visit.round)
            self.policy.joins(self.hall, visit)

    def _drop_what_is_over(self, visit: Visit) -> None:
        kept = [service for service in visit.needs if self.hall.t < self._last_start[service]]
        if len(kept) < len(visit.needs):
            visit.dropped += len(visit.needs) - len(kept)
            visit.set_needs(kept)

    def _send_home_whom_nobody_is_left_for(self) -> None:
        for visit in list(self.hall.waiting):
            if visit.stage is Stage.WAITING:
                self._drop_what_is_over(visit)
                if not visit.needs:
                    self._stops_waiting(visit, Reason.CLOSED)

    def _stop_ends(self, desk: DeskNow) -> None:
        visit, was = desk.visit, desk.busy
        desk.visit = desk.busy = None
        if visit is None or was is not Busy.SERVING:
            return
        visit.served += 1
        self.overtime = max(self.overtime, self.hall.t - self.hall.close)
        moved = visit.handover
        if moved and moved.at == desk.desk.service:
            visit.handover = None
            visit.minutes[moved.to] = moved.minutes
            visit.set_needs([*visit.needs, moved.to])
        self._next_stop(visit)

    def _comes_back(self, visit: Visit) -> None:
        if visit.stage is Stage.AWAY:
            visit.stage = Stage.WAITING
            insort(self.hall.waiting, visit, key=attrgetter("number"))

    def _loses_patience(self, visit: Visit, promise: int) -> None:
        if visit.round != promise:
            return
        goes_unseen = visit.coming.is_silent and visit.stage is Stage.WAITING
        self._stops_waiting(visit, Reason.LOST_PATIENCE)
        if goes_unseen:
            visit.stage = Stage.VANISHED
            insort(self.hall.waiting, visit, key=attrgetter("number"))

    def _stops_waiting(self, visit: Visit, reason: Reason) -> None:
        """Let somebody go who waits, for a greeter or for a desk; others stay where they are."""
        match visit.stage:
            case Stage.AT_DOOR:
                self._at_door.remove(visit)
            case Stage.WAITING:
                self.hall.waiting.remove(visit)
                visit.waited(self.hall.t)
            case Stage.AWAY:
                visit.waited(self.hall.t)
            case _:
                return
        self._leaves(visit, reason)

    def _leaves(self, visit: Visit, reason: Reason) -> None:
        self._count_heads(-1)
        visit.stage, visit.left_at, visit.why_left = Stage.OUT, self.hall.t, reason
        visit.unmet = len(visit.needs) + visit.dropped
        visit.round += 1

    def _count_heads(self, change: int) -> None:
        before = self.heads[-1][1] if self.heads else 0
        self.heads.append((self.hall.t, before + change))

    # ---------------------------------------------------------------------------- who is called

    def _dispatch(self, clock: Clock | None) -> None:
        if not self.hall.waiting or not self.hall.free_desks():
            return
        spent, begun = 0.0, clock() if clock else 0.0
        for visit, desk in self.policy.calls(self.hall):
            spent += clock() - begun if clock else 0.0
            self._call(visit, desk)
            begun = clock() if clock else 0.0
        if clock:
            self.decisions.append(1000.0 * (spent + clock() - begun))

    def _call(self, visit: Visit, desk: DeskNow) -> None:
        hall, service = self.hall, desk.desk.service
        is_legal = visit in hall.waiting and hall.may_be_called(visit, service)
        if not is_legal or hall.t >= hall.close or not desk.may_start(hall.t):
            raise ValueError(f"visit {visit.number} cannot be called to desk {desk.number} now")
        for other in hall.overtaken_by(visit, service):
            other.overtaken += 1
        hall.waiting.remove(visit)
        desk.visit, desk.since = visit, hall.t
        if visit.stage is Stage.VANISHED:
            visit.stage = Stage.OUT
            desk.busy, minutes = Busy.VANISHED, NOBODY_CAME
        elif service in visit.misses:
            visit.misses.discard(service)
            visit.stage = Stage.AWAY
            desk.busy, minutes = Busy.MISSED, NOBODY_CAME
            self._at(hall.t + NOBODY_CAME + STEPPED_OUT, _Event.COMES_BACK, visit.number)
        else:
            desk.busy, minutes = Busy.SERVING, self._start(visit, service)
        desk.kept_minutes += minutes
        self._at(hall.t + minutes, _Event.STOP_ENDS, desk.number)

    def _start(self, visit: Visit, service: int) -> float:
        """Begin a stop; gives the minutes it will take, with the walk to it."""
        visit.stage = Stage.SERVED
        visit.round += 1
        visit.waits.append(visit.waited(self.hall.t))
        if service == visit.appointment[0]:
            visit.appointment_began = self.hall.t
        needs = list(visit.needs)
        needs.remove(service)
        visit.set_needs(needs)
        minutes = WALK + visit.minutes[service]
        if visit.handover and visit.handover.at == service:
            minutes += WALKED_OVER
        visit.help_minutes += minutes
        for one in self.hall.interpreters:
            if visit.coming.language and one.interpreter.language == visit.coming.language:
                one.until = self.hall.t + minutes
        return minutes
