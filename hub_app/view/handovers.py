"""Hand-overs in person as the desks at both ends see them: how far they are, what may go along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from hub_app.core.clock import whole_minutes
from hub_app.core.queue import service_for
from hub_app.core.session import Desk, Session
from hub_app.core.visit import Stage, Stop, Visit
from hub_app.view.arranged import NOTHING, ArrangedRow, arranged_row
from hub_app.view.people import PersonRow, person

RECEIVED_SHOWN_MINUTES: Final = 5
LATE_MINUTES: Final = 3  # so long after the offer both desks are told that nobody came
_SECOND = 1000


class Step(StrEnum):
    """How far a hand-over in person has come."""

    OFFERED = "offered"
    WALKING = "walking"
    RECEIVED = "received"


def _nobody_agreed(_desk: str, _to: str) -> bool:
    return False


@dataclass(frozen=True, eq=False)
class Sharing:
    """What may travel with a hand-over: notes by visit and receiving desk, and between which desks.

    Without an agreement it is the ticket, the needs and what was arranged at the door: no name,
    no note, and not what came of it elsewhere.
    """

    notes: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    may_carry: Callable[[str, str], bool] = _nobody_agreed


@dataclass(frozen=True, eq=False)
class Seen:
    """What every row of one desk's look is made from."""

    session: Session
    desk: Desk
    names: Mapping[str, str]
    now: int
    sharing: Sharing

    def name_of(self, desk: str) -> str:
        """Give a desk's name, empty when it is not of this session."""
        known = self.session.desks.get(desk)
        return known.name if known else ""

    def person(self, visit: Visit, *, is_named: bool = True) -> PersonRow:
        """Give a family as a row, with its name or without."""
        return person(self.session, visit, self.names if is_named else {}, self.now)


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A family walked from one desk to another, by the desks' names; `service` is a code.

    `needs` are what it is about. `can_call` says whether the desk that looks could call them
    itself, `minutes` counts since the offer, `is_late` that nobody received them for too long;
    `seconds` is how long it took until they were received. `note` is for the receiving desk only.
    """

    row: PersonRow
    from_desk: str
    to_desk: str
    service: str
    step: Step
    can_call: bool
    needs: tuple[str, ...] = ()
    minutes: int = 0
    is_late: bool = False
    seconds: int | None = None
    note: str = ""
    arranged: ArrangedRow = NOTHING


def walking_row(seen: Seen, visit: Visit) -> HandoverRow | None:
    """Give a hand-over on its way that this desk is one end of, or could step into."""
    handover = visit.handover
    if visit.stage is not Stage.WALKING or handover is None:
        return None
    is_mine = handover.to == seen.desk.id
    is_shared = seen.sharing.may_carry(handover.desk, handover.to)
    minutes = whole_minutes(handover.offered_at, seen.now)
    may_read = is_mine and is_shared and handover.has_note
    return HandoverRow(
        row=seen.person(visit, is_named=is_shared or not is_mine),
        from_desk=seen.name_of(handover.desk),
        to_desk=seen.name_of(handover.to),
        service=handover.service,
        step=Step.OFFERED if handover.walking_at is None else Step.WALKING,
        can_call=service_for(visit, seen.desk) is not None,
        needs=tuple(n.code for n in visit.open_needs if n.service == handover.service),
        minutes=minutes,
        is_late=minutes >= LATE_MINUTES,
        note=seen.sharing.notes.get((visit.id, seen.desk.id), "") if may_read else "",
        arranged=arranged_row(seen.session, visit),
    )


def received_row(seen: Seen, visit: Visit) -> HandoverRow | None:
    """Give a hand-over from here that arrived in the last minutes, as a good end to see."""
    if visit.stage is not Stage.SERVING or len(visit.stops) < 2:
        return None
    before, stop = visit.stops[-2:]
    is_fresh = whole_minutes(stop.started_at, seen.now) < RECEIVED_SHOWN_MINUTES
    if stop.offered_at is None or before.desk != seen.desk.id or not is_fresh:
        return None
    return HandoverRow(
        row=seen.person(visit),
        from_desk=seen.desk.name,
        to_desk=seen.name_of(stop.desk),
        service=stop.service,
        step=Step.RECEIVED,
        can_call=False,
        seconds=max(0, stop.started_at - stop.offered_at) // _SECOND,
    )


def _came_with(visit: Visit, desk: str) -> tuple[str, Stop] | None:
    """Give the desk a family was walked from and the stop that began so, unless it is over.

    A family that stepped out for a while and was called again is still the same stop to a reader.
    """
    for place in range(len(visit.stops) - 1, 0, -1):
        stop = visit.stops[place]
        if stop.desk != desk or stop.outcome is not None:
            return None
        if stop.offered_at is not None:
            return visit.stops[place - 1].desk, stop
    return None


def came_unshared(seen: Seen, visit: Visit) -> bool:
    """Say whether this desk had them walked over by one it has no agreement with."""
    came = _came_with(visit, seen.desk.id)
    return came is not None and not seen.sharing.may_carry(came[0], seen.desk.id)


def note_for(seen: Seen, visit: Visit) -> str:
    """Give the note that came with the family this desk has, until it finishes with them."""
    came = _came_with(visit, seen.desk.id)
    if came is None or not came[1].has_note or not seen.sharing.may_carry(came[0], seen.desk.id):
        return ""
    return seen.sharing.notes.get((visit.id, seen.desk.id), "")
