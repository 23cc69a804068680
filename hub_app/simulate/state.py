"""What changes during a simulated day: each visit, each desk, each interpreter."""

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from hub_app.core.routing import LAST_MINUTES, Family
from hub_app.simulate.instance import Coming, Desk, Handover, Interpreter, Window


class Stage(Enum):
    """Where a visit is. VANISHED has gone without a word: the app still sees it waiting."""

    NOT_HERE = auto()
    AT_DOOR = auto()
    TRIAGE = auto()
    WAITING = auto()
    SERVED = auto()
    AWAY = auto()
    VANISHED = auto()
    OUT = auto()


class Busy(Enum):
    """What keeps a desk: serving, or a call that nobody answers."""

    SERVING = auto()
    MISSED = auto()
    VANISHED = auto()


class Reason(Enum):
    """Why a visit ended."""

    DONE = auto()
    CLOSED = auto()
    LOST_PATIENCE = auto()
    HAD_TO_LEAVE = auto()


def code(number: int) -> str:
    """Give a service, desk or visit the name the rule knows it by; names sort as numbers do."""
    return f"{number:06d}"


def is_within(windows: tuple[Window, ...], t: float, but_last: float = 0.0) -> bool:
    """Say whether a minute lies in one of the windows, or in all but the last minutes of one."""
    for begins, ends in windows:  # noqa: SIM110 asked half a million times a day
        if begins <= t < ends - but_last:
            return True
    return False


@dataclass(eq=False)
class Visit:
    """One family during the day. `ready` is when they began to wait for the next stop.

    `needs` are the services still to do, `dropped` counts those whose desk went home first. The
    rest is counted for the metrics; all times are minutes.
    """

    number: int
    coming: Coming
    needs: list[int]
    minutes: dict[int, float]
    misses: set[int]
    handover: Handover | None
    stage: Stage = Stage.NOT_HERE
    ready: float = 0.0
    triage_began: float | None = None
    triaged: float | None = None
    round: int = 0  # counts up at every change, so that an old promise to leave is void
    served: int = 0
    dropped: int = 0
    unmet: int = 0
    wait: float = 0.0
    longest_wait: float = 0.0
    waits: list[float] = field(default_factory=list[float])
    help_minutes: float = 0.0
    overtaken: int = 0
    appointment_began: float | None = None
    left_at: float | None = None
    why_left: Reason | None = None
    _family: Family | None = None

    @classmethod
    def of(cls, number: int, coming: Coming) -> "Visit":
        """Give the visit of a family that has yet to come."""
        needs, misses = list(coming.needs), set(coming.misses)
        return cls(number, coming, needs, dict(coming.minutes), misses, coming.handover)

    @cached_property
    def is_ordinary(self) -> bool:
        """Whether nothing but its arrival should weigh: for these, overtaking is counted."""
        one = self.coming
        return not (one.is_urgent or one.leave_by is not None or one.appointment or one.language)

    @cached_property
    def appointment(self) -> tuple[int, float]:
        """The appointment's service and minute; service −1 when there is none."""
        return self.coming.appointment or (-1, 0.0)

    def set_needs(self, needs: list[int]) -> None:
        """Change what is still to do."""
        self.needs, self._family = needs, None

    def waited(self, t: float) -> float:
        """Count the wait that ends now, and give it."""
        wait = t - self.ready
        self.wait += wait
        self.longest_wait = max(self.longest_wait, wait)
        return wait

    def as_family(self) -> Family:
        """Give all that the rule may know of this visit."""
        if self._family is None:
            one, due = self.coming, self.coming.appointment
            self._family = Family(
                id=code(self.number),
                arrived=one.arrive,
                services=tuple(code(service) for service in self.needs),
                is_urgent=one.is_urgent,
                leave_by=one.leave_by,
                appointment=due and (code(due[0]), due[1]),
                interpreter=one.language or None,
            )
        return self._family


@dataclass(eq=False)
class DeskNow:
    """One desk during the day: who has it since when, and how many minutes it was kept."""

    number: int
    desk: Desk
    visit: Visit | None = None
    busy: Busy | None = None
    since: float = 0.0
    kept_minutes: float = 0.0

    def is_on_duty(self, t: float) -> bool:
        """Say whether somebody is at it."""
        return is_within(self.desk.windows, t)

    def may_start(self, t: float) -> bool:
        """Say whether it is free and far enough from going home."""
        return self.busy is None and is_within(self.desk.windows, t, LAST_MINUTES)


@dataclass(eq=False)
class InterpreterNow:
    """One interpreter during the day."""

    interpreter: Interpreter
    until: float = -1.0

    def is_free(self, t: float) -> bool:
        """Say whether they are here and with nobody."""
        return self.until <= t and is_within(self.interpreter.windows, t)
