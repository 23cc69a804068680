"""Living a recorded day again: people come, wait, are served or leave, through the real hub."""

# What happens next is read from the session each time, never from a memory of our own, so that a
# day cut off anywhere goes on where its log ends.

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TypeVar

from hub_app.clocks import SetClock
from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.core.session import Session
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Came, Hub, Wish
from hub_app.replay.recorded import RecordedDay, RecordedVisit

OPENS_MINUTES = 10 * 60  # the doors open at ten in the morning
_MINUTE = 60_000
_Done = TypeVar("_Done")


class _Step(IntEnum):
    """What can happen to a family, in the order it does at one moment."""

    FINISH = 0
    ARRIVE = 1
    TRIAGE = 2
    LEAVE = 3


@dataclass(frozen=True, slots=True)
class _Due:
    """Something bound to happen at a moment, to one line of the day."""

    moment: int
    step: _Step
    row: int


class Stopped(Exception):
    """A day could not go on: the sentence says why. What was played is safe in the log."""


@dataclass(frozen=True, slots=True)
class Day:
    """A recorded day set at a date: `start` is the opening in milliseconds."""

    recorded: RecordedDay
    date: date
    start: int

    def arrives_at(self, row: int) -> int:
        """Give when a line of the day comes in, in milliseconds."""
        return self.start + round(self.recorded.visits[row].arrive * _MINUTE)


def set_at(recorded: RecordedDay, day: date, clock: SetClock) -> Day:
    """Set a recorded day at a date, opening at ten by the hall's clock."""
    return Day(recorded, day, clock.at(day, OPENS_MINUTES))


def _must(result: _Done | Refusal) -> _Done:
    if isinstance(result, Refusal):
        raise Stopped(
            f"The hub refused a step of the day ({result.value.replace('_', ' ')})."
            " Everything before it is kept; start the same command again to go on."
        )
    return result


def holds_this_day(session: Session, day: RecordedDay) -> bool:
    """Say whether a session's people came for what this day's did, as far as it goes."""
    return len(session.visits) <= len(day.visits) and all(
        visit.stage is Stage.ARRIVED or _needs(visit) == {line.need for line in row.lines}
        for visit, row in zip(session.visits.values(), day.visits, strict=False)
    )


def _needs(visit: Visit) -> set[str]:
    return {need.code for need in visit.needs}


class Player:
    """Plays one day on a hub whose clock it moves."""

    def __init__(self, hub: Hub, clock: SetClock, day: Day) -> None:
        """Take a hub, the clock it runs on, and the day to play."""
        self._hub, self._clock, self._day = hub, clock, day

    @property
    def ended(self) -> int:
        """How many of the day's visits have ended."""
        visits = self._hub.session.visits.values()
        return sum(visit.is_ended for visit in visits)

    def open(self) -> None:
        """Open the session and a desk for every service, unless that was done before."""
        session = self._hub.session
        if session.day == self._day.date.isoformat() and session.closed_at is not None:
            return  # cut off between its close and its sign-off
        self._clock.set(max(self._clock.millis(), self._day.start))
        if not self._hub.session.is_open:
            _must(self._hub.open_session())
        here = {s for desk in self._hub.session.desks.values() for s in desk.services}
        for service in self._day.recorded.services:
            if service not in here:
                _must(self._hub.open_desk(self._hub.pack.service(service).short, [service]))

    def play(self, until: int | None = None) -> Iterator[int]:
        """Play from where the log ends; gives each moment (milliseconds) before it is lived.

        Stops after the last visit has ended, or before the first moment past `until`.
        """
        if until is None or self._clock.millis() <= until:
            self._live(self._clock.millis())  # a moment cut off half-way is first lived to its end
        while True:
            moments = [due.moment for due in self._due()]
            if not moments or (until is not None and min(moments) > until):
                return
            moment = max(min(moments), self._clock.millis())
            yield moment
            self._clock.set(moment)
            self._live(moment)

    def close(self) -> None:
        """Close the session and sign it off, unless that was done before."""
        if self._hub.session.closed_at is None:
            _must(self._hub.close_session())
        if self._hub.session.signed_off_at is None:
            _must(self._hub.sign_off())

    def _rows(self) -> Iterator[tuple[RecordedVisit, Visit]]:
        # Visits stand in order of arrival, and so do the lines of the day.
        return zip(self._day.recorded.visits, self._hub.session.visits.values(), strict=False)

    def _due(self) -> Iterator[_Due]:
        """Give what is bound to happen next: to each family one thing, and the next arrival."""
        row = -1
        for row, (recorded, visit) in enumerate(self._rows()):
            match visit.stage:
                case Stage.SERVING:
                    yield _Due(_ends_at(recorded, visit), _Step.FINISH, row)
                case Stage.ARRIVED:
                    triaged = visit.arrived_at + round(recorded.triage * _MINUTE)
                    yield _Due(triaged, _Step.TRIAGE, row)
                case Stage.WAITING:
                    yield _Due(_patient_until(recorded, visit), _Step.LEAVE, row)
                case _:
                    pass
        if row + 1 < len(self._day.recorded.visits):
            yield _Due(self._day.arrives_at(row + 1), _Step.ARRIVE, row + 1)

    def _live(self, moment: int) -> None:
        """Let everything due at a moment happen; desks call before anybody's patience runs out."""
        while due := [each for each in self._due() if each.moment <= moment]:
            step = min(due, key=lambda each: (each.step, each.row))
            if step.step is _Step.LEAVE and self._call():
                continue
            self._do(step)
        self._call()

    def _do(self, due: _Due) -> None:
        recorded = self._day.recorded.visits[due.row]
        if due.step is _Step.ARRIVE:
            given = e.Answered(
                area=recorded.area, visit_type=recorded.visit_type, language=recorded.language
            )
            _must(self._hub.arrive(Wish(answers=given)))
            return
        visit = tuple(self._hub.session.visits.values())[due.row]
        match due.step:
            case _Step.FINISH:
                outcome, gains = _came_of_it(recorded, visit)
                _must(self._hub.finish(visit.desk or "", visit.id, outcome, Came(gains)))
            case _Step.TRIAGE:
                self._triage(recorded, visit)
            case _:
                _must(self._hub.leave(visit.id))

    def _triage(self, recorded: RecordedVisit, visit: Visit) -> None:
        """Ask what they came for; groups are ticked first, so that no answer is ever missing."""
        answers = self._hub.session.answers.get(visit.id)
        if answers is None or answers.groups_answer is None:
            answer = "ticked" if recorded.groups else "none"
            _must(self._hub.tick_groups(visit.id, e.GroupsTicked(answer, recorded.groups)))
        _must(self._hub.triage(visit.id, Wish(tuple(line.need for line in recorded.lines))))

    def _call(self) -> bool:
        """Let every free desk call whoever is next; say whether any did."""
        called = False
        for desk in self._hub.session.desks:
            here = self._hub.session.at_desk(desk)
            if here is None:
                chosen = self._hub.call_next(desk)
                here = None if isinstance(chosen, Refusal) else chosen
            if here is not None and here.stage is Stage.CALLED:
                _must(self._hub.start(desk, here.id))
                called = True
        return called


def _ends_at(recorded: RecordedVisit, visit: Visit) -> int:
    services = [line.service for line in recorded.lines]
    minutes = recorded.minutes[services.index(visit.service or "")]
    return visit.stops[-1].started_at + round(minutes * _MINUTE)


def _patient_until(recorded: RecordedVisit, visit: Visit) -> int:
    """Give when a family goes away: its patience after arrival, or after it was last served."""
    since = visit.stops[-1].ended_at if visit.stops else None
    return (since or visit.arrived_at) + round(recorded.patience * _MINUTE)


def _came_of_it(recorded: RecordedVisit, visit: Visit) -> tuple[str, tuple[e.Gain, ...]]:
    """Give the outcome and money of a stop: money is recorded by family, so their first has it."""
    if len(visit.stops) > 1:
        return "advice_given", ()
    money = ((recorded.gain, "other"), (recorded.fuel, "energy"))
    gains = tuple(e.Gain(pounds, source) for pounds, source in money if pounds)
    if recorded.gain:
        return "money_gained", gains
    return ("crisis_help" if gains else "advice_given"), gains
