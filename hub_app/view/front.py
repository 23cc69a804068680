"""What a greeter sees: who waits, who is being served, how long, and which desks are here."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_app.core.queue import in_order
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Session
from hub_app.core.visit import Stage
from hub_app.view.desks import DeskRow, desk_rows
from hub_app.view.people import PersonRow, people


@dataclass(frozen=True, slots=True)
class FrontView:
    """The hall now: families to triage, waiting, and with somebody; the desks; how many in all.

    `lately` are the families who went within the undo window, the last to go first.
    """

    untriaged: tuple[PersonRow, ...]
    waiting: tuple[PersonRow, ...]
    being_served: tuple[PersonRow, ...]
    desks: tuple[DeskRow, ...]
    ended: int
    adults: int
    children: int
    lately: tuple[PersonRow, ...]

    @property
    def here(self) -> int:
        """How many families are in the hall."""
        return len(self.untriaged) + len(self.waiting) + len(self.being_served)


def front_view(session: Session, names: Mapping[str, str], now: int) -> FrontView:
    """Give the front screen of a session, `now` being stamp milliseconds."""
    here = session.here
    untriaged = [v for v in here if v.stage is Stage.ARRIVED]
    waiting = [v for v in here if v.stage is Stage.WAITING]
    served = [v for v in here if v.stage in (Stage.CALLED, Stage.SERVING, Stage.WALKING)]
    gone = [v for v in session.visits.values() if v.ended_at is not None]
    lately = [v for v in gone if now - (v.ended_at or 0) <= UNDO_WINDOW_MILLIS]
    lately.sort(key=lambda v: -(v.ended_at or 0))
    return FrontView(
        untriaged=people(session, in_order(untriaged), names, now),
        waiting=people(session, in_order(waiting), names, now),
        being_served=people(session, in_order(served), names, now),
        desks=desk_rows(session, now),
        ended=len(session.visits) - len(here),
        adults=sum(v.adults or 0 for v in here),
        children=sum(v.children or 0 for v in here),
        lately=people(session, lately, names, now),
    )
