"""What a desk is told when it and another had called one family while tablets were cut off."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hub_app.core.session import Session
from hub_app.core.visit import AT_DESK, Clash, Stop, Visit


class Told(StrEnum):
    """What became of the family, as the desk that reads it is told."""

    SITS_THERE = "sits_there"  # they sat down at the other desk first, and are there still
    SAT_THERE = "sat_there"  # they sat down there first, and have moved on since
    CALLED_THERE = "called_there"  # the other desk had called them first
    HAD_GONE = "had_gone"  # they had gone home by then
    IS_OURS = "is_ours"  # this desk has them: the other one is told


@dataclass(frozen=True, slots=True)
class ClashRow:
    """One clash as a desk is told of it. `other` is the other desk's name, empty for none known.

    `at` (milliseconds) is when the family was taken first: by the other desk, or by going home.
    """

    told: Told
    other: str
    at: int


@dataclass(frozen=True, slots=True)
class ClashNotice:
    """All that a desk has to read of one family: it says *read* once for all of it."""

    visit: str
    ticket: str
    rows: tuple[ClashRow, ...]


def clash_notices(session: Session, desk: str) -> tuple[ClashNotice, ...]:
    """Give what a desk has still to read, the family whose clash is oldest first."""
    found: list[tuple[tuple[int, str], ClashNotice]] = []
    for visit in session.visits.values():
        clashes = sorted(_unread(visit, desk), key=_when)
        if clashes:
            rows = tuple(_row(session, visit, clash, desk) for clash in clashes)
            found.append(((clashes[0].at, visit.id), ClashNotice(visit.id, visit.ticket, rows)))
    return tuple(notice for _, notice in sorted(found, key=_oldest))


def _unread(visit: Visit, desk: str) -> Iterator[Clash]:
    return (clash for clash in visit.clashes if clash.is_for(desk))


def _when(clash: Clash) -> tuple[int, str, str]:
    return clash.at, clash.desk, clash.by


def _oldest(found: tuple[tuple[int, str], ClashNotice]) -> tuple[int, str]:
    return found[0]


def _row(session: Session, visit: Visit, clash: Clash, desk: str) -> ClashRow:
    if clash.desk != desk:
        return ClashRow(Told.IS_OURS, _name(session, clash.desk), clash.at)
    if not clash.by:
        return ClashRow(Told.HAD_GONE, "", clash.at)
    other, stop = _name(session, clash.by), _stop_at(visit, clash)
    is_there = visit.stage in AT_DESK and visit.desk == clash.by
    if stop is not None:
        told = Told.SITS_THERE if is_there and stop.ended_at is None else Told.SAT_THERE
        return ClashRow(told, other, stop.started_at)
    called_at = visit.called_at if is_there and visit.called_at is not None else clash.at
    return ClashRow(Told.CALLED_THERE, other, called_at)


def _stop_at(visit: Visit, clash: Clash) -> Stop | None:
    """Give the stop at the other desk on account of which this one's call does not hold."""
    begun = [stop for stop in visit.stops if stop.desk == clash.by]
    running = (s for s in begun if s.started_at <= clash.at <= (s.ended_at or clash.at))
    # A family that was only called when the clash came about may have sat down since.
    return next(running, next((s for s in begun if s.started_at > clash.at), None))


def _name(session: Session, desk: str) -> str:
    known = session.desks.get(desk)
    return known.name if known else ""
