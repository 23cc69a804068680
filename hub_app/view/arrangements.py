"""What a plan must respect, half entered: interpreter, access, must leave by, appointment."""

from dataclasses import dataclass, replace
from typing import Final

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.events import Arranged
from hub_app.core.visit import Arrangements
from hub_app.view.typed import LONGEST_TIME, LocalClock, time_to_come, time_today

TYPED: Final = "typed"
SCHOOL: Final = "school"
SCHOOL_RUN: Final = 14 * 60 + 45  # minutes after midnight
IN_MINUTES: Final = (15, 30, 45, 60)


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
    at = time_to_come(typed, clock)
    pick = TYPED if at else None
    return replace(arranging, leave_by=at, leave_pick=pick, leave_typed=typed[:LONGEST_TIME])


def meeting(arranging: Arranging, typed: str, clock: LocalClock) -> Arranging:
    """Give the arrangements with a typed time of their appointment: none while it is no time."""
    at = time_today(typed, clock)
    return replace(arranging, appointment_at=at, appointment_typed=typed[:LONGEST_TIME])


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
