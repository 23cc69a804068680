"""What a plan must respect, half entered: interpreter, access, must leave by, appointment."""

import re
from dataclasses import dataclass, replace
from typing import Final

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.events import Arranged
from hub_app.core.visit import Arrangements

TYPED: Final = "typed"
SCHOOL: Final = "school"
SCHOOL_RUN: Final = 14 * 60 + 45  # minutes after midnight
IN_MINUTES: Final = (15, 30, 45, 60)
_DAY_MILLIS: Final = 24 * 60 * MINUTE_MILLIS
_LAST_NIGHT_HOUR: Final = 7  # nobody comes at night: 2:45 is in the afternoon
_LONGEST_TIME = 12
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*(am|pm)?")


@dataclass(frozen=True, slots=True)
class Arranging:
    """Arrangements as a greeter enters them. Times are wall milliseconds.

    `leave_pick` says which of the quick picks was tapped; the typed texts are kept as typed.
    """

    interpreter: str | None = None
    access: tuple[str, ...] = ()
    leave_by: int | None = None
    leave_pick: str | None = None
    leave_typed: str = ""
    appointment_service: str | None = None
    appointment_at: int | None = None
    appointment_typed: str = ""


NOTHING_YET: Final = Arranging()


@dataclass(frozen=True, slots=True)
class LocalClock:
    """The hall's clock now: wall milliseconds, and how far local time is ahead of UTC."""

    now: int
    offset_minutes: int

    def at(self, minute: int) -> int:
        """Give when it is so many minutes after midnight today."""
        offset = self.offset_minutes * MINUTE_MILLIS
        midnight = (self.now + offset) // _DAY_MILLIS * _DAY_MILLIS - offset
        return midnight + minute * MINUTE_MILLIS

    def shown(self, at: int) -> str:
        """Give a moment as it is typed: `14:45`."""
        minute = (at // MINUTE_MILLIS + self.offset_minutes) % (24 * 60)
        return f"{minute // 60:02d}:{minute % 60:02d}"


def read_time(typed: str, clock: LocalClock) -> int | None:
    """Read a time of today: `14:45`, `1445`, `2.45`, `3 pm`; None when it is none.

    An hour that could be at night is taken for the afternoon.
    """
    found = _TIME.fullmatch(typed.strip().lower()[:_LONGEST_TIME])
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour < 12 and (found[3] == "pm" or (not found[3] and 0 < hour <= _LAST_NIGHT_HOUR)):
        hour += 12
    return clock.at(hour * 60 + minute) if hour < 24 and minute < 60 else None


def quick_times(clock: LocalClock) -> tuple[tuple[str, int], ...]:
    """Give the leave-by times at one tap, as (code, milliseconds): in so many minutes, and school.

    The school run is left out when it is over.
    """
    soon = [(str(n), clock.now + n * MINUTE_MILLIS) for n in IN_MINUTES]
    school = clock.at(SCHOOL_RUN)
    return (*soon, (SCHOOL, school)) if school > clock.now else tuple(soon)


def picked(arranging: Arranging, pick: str | None, clock: LocalClock) -> Arranging:
    """Give the arrangements with a quick pick of when they must leave; None takes it back."""
    at = dict(quick_times(clock)).get(pick or "")
    return replace(arranging, leave_by=at, leave_pick=pick if at else None, leave_typed="")


def leaving(arranging: Arranging, typed: str, clock: LocalClock) -> Arranging:
    """Give the arrangements with a typed time they must leave by: none, unless it is to come."""
    at = read_time(typed, clock)
    at = None if at is None or at <= clock.now else at
    pick = TYPED if at else None
    return replace(arranging, leave_by=at, leave_pick=pick, leave_typed=typed[:_LONGEST_TIME])


def meeting(arranging: Arranging, typed: str, clock: LocalClock) -> Arranging:
    """Give the arrangements with a typed time of their appointment: none while it is no time."""
    at = read_time(typed, clock)
    return replace(arranging, appointment_at=at, appointment_typed=typed[:_LONGEST_TIME])


def with_access(arranging: Arranging, code: str) -> Arranging:
    """Give the arrangements with an access need, or without it when it was chosen."""
    chosen = arranging.access
    access = tuple(c for c in chosen if c != code) if code in chosen else (*chosen, code)
    return replace(arranging, access=access)


def arranging_of(known: Arrangements, clock: LocalClock) -> Arranging:
    """Give what stands arranged for a family as it may be changed."""
    leave_by, appointment_at = known.leave_by, known.appointment_at
    return Arranging(
        known.interpreter,
        known.access,
        leave_by,
        None if leave_by is None else TYPED,
        "" if leave_by is None else clock.shown(leave_by),
        known.appointment_service,
        appointment_at,
        "" if appointment_at is None else clock.shown(appointment_at),
    )


def arranged(arranging: Arranging) -> Arranged:
    """Give what is to be written down; half an appointment is none."""
    service, at = arranging.appointment_service, arranging.appointment_at
    is_whole = service is not None and at is not None
    return Arranged(
        arranging.interpreter,
        arranging.access,
        arranging.leave_by,
        service if is_whole else None,
        at if is_whole else None,
    )
