"""A desk at a glance, as everybody in the hall sees it."""

from dataclasses import dataclass

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.queue import how_many_wait
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import Stage
from hub_app.core.waits import serving_minutes

LATE_MINUTES = 5  # nobody is called late who is looking for a place to park
_ORDER = {Presence.HERE: 0, Presence.BREAK: 0, Presence.EXPECTED: 1, Presence.GONE: 2}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk: what it offers (codes), whether it is here, whom it has, and how many wait for it.

    `expected_from`, `expected_until` (the rota's) and `leaving_at` (its own) are milliseconds.
    `late_minutes` say how long one that is expected is over its time, below nought before it;
    `leaving_minutes` how long one that is here stays, below nought once that is past.
    """

    desk: str
    name: str
    services: tuple[str, ...]
    presence: Presence
    ticket: str
    is_serving: bool
    serving_minutes: int
    waiting: int
    organisation: str = ""
    expected_from: int | None = None
    expected_until: int | None = None
    leaving_at: int | None = None
    late_minutes: int | None = None
    leaving_minutes: int | None = None
    has_come: bool = True

    @property
    def is_free(self) -> bool:
        """Whether it could call somebody now."""
        return self.presence is Presence.HERE and not self.ticket

    @property
    def is_late(self) -> bool:
        """Whether it is expected, and was to be here a while ago."""
        return self.late_minutes is not None and self.late_minutes >= LATE_MINUTES


def desk_row(session: Session, desk: Desk, now: int) -> DeskRow:
    """Give one desk as a row, `now` being stamp milliseconds."""
    visit = session.at_desk(desk.id)
    is_expected = desk.presence is Presence.EXPECTED
    is_around = desk.presence in (Presence.HERE, Presence.BREAK)
    return DeskRow(
        desk=desk.id,
        name=desk.name,
        services=desk.services,
        presence=desk.presence,
        ticket=visit.ticket if visit else "",
        is_serving=visit is not None and visit.stage is Stage.SERVING,
        serving_minutes=(serving_minutes(visit, now) or 0) if visit else 0,
        waiting=how_many_wait(session.here, desk),
        organisation=desk.organisation,
        expected_from=desk.expected_from,
        expected_until=desk.expected_until,
        leaving_at=desk.leaving_at,
        late_minutes=_minutes(desk.expected_from, now) if is_expected else None,
        leaving_minutes=_minutes(now, desk.leaving_at) if is_around else None,
        has_come=desk.has_come,
    )


def _minutes(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else (end - start) // MINUTE_MILLIS


def desk_rows(session: Session, now: int) -> tuple[DeskRow, ...]:
    """Give every desk: those here in the order they came, then who is expected, then the gone."""
    desks = sorted(session.desks.values(), key=_place)
    return tuple(desk_row(session, desk, now) for desk in desks)


def _place(desk: Desk) -> tuple[int, int]:
    is_expected = desk.presence is Presence.EXPECTED
    return (_ORDER[desk.presence], (desk.expected_from or 0) if is_expected else 0)
