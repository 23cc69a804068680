"""A desk at a glance, as everybody in the hall sees it."""

from dataclasses import dataclass

from hub_app.core.queue import how_many_wait
from hub_app.core.session import Desk, Presence, Session
from hub_app.core.visit import Stage
from hub_app.core.waits import serving_minutes


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk: what it offers (codes), whether it is here, whom it has, and how many wait for it."""

    desk: str
    name: str
    services: tuple[str, ...]
    presence: Presence
    ticket: str
    is_serving: bool
    serving_minutes: int
    waiting: int

    @property
    def is_free(self) -> bool:
        """Whether it could call somebody now."""
        return self.presence is Presence.HERE and not self.ticket


def desk_row(session: Session, desk: Desk, now: int) -> DeskRow:
    """Give one desk as a row, `now` being stamp milliseconds."""
    visit = session.at_desk(desk.id)
    return DeskRow(
        desk=desk.id,
        name=desk.name,
        services=desk.services,
        presence=desk.presence,
        ticket=visit.ticket if visit else "",
        is_serving=visit is not None and visit.stage is Stage.SERVING,
        serving_minutes=(serving_minutes(visit, now) or 0) if visit else 0,
        waiting=how_many_wait(session.here, desk),
    )


def desk_rows(session: Session, now: int) -> tuple[DeskRow, ...]:
    """Give every desk, those that have gone last, else in the order they came."""
    desks = sorted(session.desks.values(), key=lambda d: d.presence is Presence.GONE)
    return tuple(desk_row(session, desk, now) for desk in desks)
