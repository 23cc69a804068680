"""What a coordinator sees at the end: who is still here, what is missing, what it adds up to."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_app.core.counts import Counts, count
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Presence, Session
from hub_app.core.visit import AT_DESK
from hub_app.view.desks import DeskRow, desk_row
from hub_app.view.people import PersonRow, people


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many families were not asked each optional question, and whose party is not known."""

    party: tuple[PersonRow, ...]
    visit_type: int
    area: int
    groups: int
    heard: int
    language: int


@dataclass(frozen=True, slots=True)
class CloseView:
    """The closing screen. Times are stamp milliseconds, None until it has happened.

    `desks` are those here or on a break; `only_waiting` the families here no desk has with it.
    """

    desks: tuple[DeskRow, ...]
    only_waiting: tuple[PersonRow, ...]
    still_here: tuple[PersonRow, ...]
    gaps: Gaps
    counts: Counts
    closed_at: int | None
    signed_off_at: int | None
    undo_until: int | None

    @property
    def adds_up(self) -> bool:
        """Whether every sum that must be zero is."""
        by_service = self.counts.needs_by_service.values()
        return not (
            self.counts.difference
            or self.counts.needs.difference
            or any(sums.difference for sums in by_service)
        )


def close_view(session: Session, names: Mapping[str, str], now: int) -> CloseView:
    """Give the closing screen, `now` being stamp milliseconds."""
    answers = session.answers.values()
    unknown = [v for v in session.visits.values() if v.adults is None]
    closed = session.closed_at
    is_undoable = closed is not None and session.signed_off_at is None
    waiting = [visit for visit in session.here if visit.stage not in AT_DESK]
    return CloseView(
        desks=tuple(
            desk_row(session, desk, now)
            for desk in session.desks.values()
            if desk.presence in (Presence.HERE, Presence.BREAK)
        ),
        only_waiting=people(session, waiting, names, now),
        still_here=people(session, session.here, names, now),
        gaps=Gaps(
            party=people(session, unknown, names, now),
            visit_type=sum(a.visit_type is None for a in answers),
            area=sum(a.area is None for a in answers),
            groups=sum(a.groups_answer is None for a in answers),
            heard=sum(a.heard is None for a in answers),
            language=sum(a.language is None for a in answers),
        ),
        counts=count(session),
        closed_at=closed,
        signed_off_at=session.signed_off_at,
        undo_until=closed + UNDO_WINDOW_MILLIS if closed is not None and is_undoable else None,
    )
