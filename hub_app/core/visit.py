"""A visit: one family's time here in one session, as it stands."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from hub_app.core import events as e
from hub_app.core.routing import Family

MINUTE = 60_000


class Stage(StrEnum):
    """Where a visit stands. CLOSED and LEFT are ends."""

    ARRIVED = "arrived"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    WALKING = "walking"
    CLOSED = "closed"
    LEFT = "left"


OPEN = "open"
LEFT = "left"
UNMET = "unmet"
SETTLED_AS = ("met", "booked", "referred", LEFT, UNMET)
AT_DESK = frozenset({Stage.CALLED, Stage.SERVING})
ENDED = frozenset({Stage.CLOSED, Stage.LEFT})


@dataclass(frozen=True, slots=True)
class Need:
    """What they came for, who is to help, and how it was settled (`open` until then).

    `offered` is what they were offered when nobody here could help.
    """

    code: str
    service: str
    opened_at: int
    settled: str = OPEN
    outcome: str | None = None
    reason: str | None = None
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """One service within the visit, begun or ended at a desk. Times are stamp milliseconds.

    `offered_at` is when the hand-over that led here was offered, if one did; `has_note`: with a
    note that the parent agreed to.
    """

    service: str
    desk: str
    started_at: int
    ended_at: int | None = None
    outcome: str | None = None
    gains: tuple[e.Gain, ...] = ()
    offered_at: int | None = None
    has_note: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over in person on its way between two named desks."""

    desk: str
    to: str
    service: str
    offered_at: int
    walking_at: int | None = None
    has_note: bool = False


@dataclass(frozen=True, slots=True)
class Arrangements:
    """What a plan must respect: interpreter (a language), access, leave-by and appointment."""

    interpreter: str | None = None
    access: tuple[str, ...] = ()
    leave_by: int | None = None
    appointment_service: str | None = None
    appointment_at: int | None = None


NOTHING_ARRANGED = Arrangements()


@dataclass(frozen=True, slots=True)
class Clash:
    """A desk's call or start that does not hold: another desk had the family, or they had gone.

    `by` is the desk that has them (the earlier start wins), empty when they had gone. `seen` are
    the desks that have read it.
    """

    desk: str
    by: str
    at: int
    seen: tuple[str, ...] = ()

    def is_for(self, desk: str) -> bool:
        """Say whether a desk has still to be told."""
        return desk in (self.desk, self.by) and desk not in self.seen


@dataclass(frozen=True)
class Visit:
    """One family's time here. Groups, area and how they heard are deliberately not part of it.

    `turn` orders those who came in the same millisecond: the rest of the arrival's stamp.
    """

    id: str
    ticket: str
    token: str
    arrived_at: int
    place_at: int
    turn: tuple[int, str] = (0, "")
    stage: Stage = Stage.ARRIVED
    adults: int | None = None
    children: int | None = None
    language: str | None = None
    urgent: str | None = None
    urgent_at: int | None = None
    arrangements: Arrangements = NOTHING_ARRANGED
    needs: tuple[Need, ...] = ()
    plan: tuple[str, ...] = ()
    is_plan_by_person: bool = False
    referrals: tuple[e.Referred, ...] = ()
    stops: tuple[Stop, ...] = ()
    desk: str | None = None
    service: str | None = None
    called_at: int | None = None
    handover: Handover | None = None
    is_on_hold: bool = False
    no_shows: int = 0
    clashes: tuple[Clash, ...] = ()
    ended_at: int | None = None

    @cached_property
    def open_needs(self) -> tuple[Need, ...]:
        """The needs nobody has settled yet."""
        return tuple(n for n in self.needs if n.settled == OPEN)

    @cached_property
    def open_services(self) -> tuple[str, ...]:
        """The services still needed, each once, in the order they came up."""
        return tuple(dict.fromkeys(need.service for need in self.open_needs))

    @cached_property
    def family(self) -> Family:
        """The visit as routing sees it: times in minutes, and nothing told for the counts."""
        arranged = self.arrangements
        appointment = None
        if arranged.appointment_service is not None and arranged.appointment_at is not None:
            appointment = (arranged.appointment_service, arranged.appointment_at / MINUTE)
        return Family(
            id=self.id,
            arrived=self.place_at / MINUTE,
            services=self.open_services,
            turn=(self.place_at, self.arrived_at, *self.turn),
            is_urgent=self.urgent is not None,
            leave_by=None if arranged.leave_by is None else arranged.leave_by / MINUTE,
            appointment=appointment,
            interpreter=arranged.interpreter,
        )

    @cached_property
    def wants(self) -> frozenset[str]:
        """The services still needed, to be asked of every desk at every tap."""
        return frozenset(self.open_services)

    @property
    def is_ended(self) -> bool:
        """Whether the family has gone."""
        return self.stage in ENDED

    @property
    def first_started_at(self) -> int | None:
        """When they first sat down with somebody, if they did."""
        return min((stop.started_at for stop in self.stops), default=None)
