"""What the wall board and a family's own page may show: ticket codes, desks' names, numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest

from hub_app.core.clock import whole_minutes
from hub_app.core.pack import Pack
from hub_app.core.session import Session
from hub_app.core.visit import Stage, Visit
from hub_app.view.triage import is_private

CALL_MINUTES = 10  # a call older than this is no longer news: nobody pressed *start*
LATELY_SHOWN = 6
GOODBYE_MINUTES = 10  # as long as the last tap may be undone, a family's page stays their own

Waits = Callable[[str], tuple[int, int] | None]


def nothing_known(_visit: str) -> None:
    """Give no wait at all: *we can't say yet* is an answer."""


# --- the wall board ------------------------------------------------------------------------------


class Way(StrEnum):
    """How a family gets to the desk: they were called, or somebody walks them over."""

    CALLED = "called"
    WALKED = "walked"


@dataclass(frozen=True, slots=True)
class CallRow:
    """One ticket and the desk it should go to, by name; no name: the welcome desk shows the way.

    `is_again` says that they were called before and not seen. `at` is stamp milliseconds.
    """

    ticket: str
    desk: str
    way: Way
    at: int
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class BoardView:
    """The wall board: calls that stand, newest first; those just answered; how many wait.

    Both `is_open` and `has_closed` are false before the first opening.
    """

    is_open: bool
    has_closed: bool
    calls: tuple[CallRow, ...] = ()
    lately: tuple[CallRow, ...] = ()
    waiting: int = 0


def board_view(pack: Pack, session: Session, now: int) -> BoardView:
    """Give the wall board of a session, `now` being stamp milliseconds.

    Nothing here says who a family is or why they came, so no need, no urgency, no language; a desk
    whose very name would say why is not named (`is_telling`).
    """
    if not session.is_open:
        return BoardView(is_open=False, has_closed=session.closed_at is not None)
    rows = sorted(_calls(pack, session), key=lambda row: (-row.at, row.ticket))
    answered = sorted(_answered(pack, session), key=lambda row: (-row.at, row.ticket))
    fresh = tuple(row for row in rows if whole_minutes(row.at, now) < CALL_MINUTES)
    stood_long = tuple(row for row in rows if row not in fresh)
    just = tuple(row for row in answered if whole_minutes(row.at, now) < CALL_MINUTES)
    return BoardView(
        is_open=True,
        has_closed=False,
        calls=fresh,
        lately=(*stood_long, *just)[:LATELY_SHOWN],
        waiting=sum(visit.stage in (Stage.ARRIVED, Stage.WAITING) for visit in session.here),
    )


def _calls(pack: Pack, session: Session) -> Iterator[CallRow]:
    for visit in session.here:
        desk = _public_name(pack, session, _desk_of(visit))
        if visit.stage is Stage.CALLED:
            at, missed = visit.called_at or 0, visit.no_shows > 0
            yield CallRow(visit.ticket, desk, Way.CALLED, at, is_again=missed)
        elif visit.stage is Stage.WALKING and visit.handover is not None and desk:
            yield CallRow(visit.ticket, desk, Way.WALKED, visit.handover.offered_at)


def _answered(pack: Pack, session: Session) -> Iterator[CallRow]:
    for visit in session.here:
        desk = _public_name(pack, session, _desk_of(visit))
        if visit.stage is Stage.SERVING and desk:
            at = visit.stops[-1].started_at
            yield CallRow(visit.ticket, desk, Way.CALLED, at)


def is_telling(pack: Pack, services: tuple[str, ...]) -> bool:
    """Say whether sitting at a desk with these services would itself say why somebody came.

    So it is when no need it could help with may be named in front of others.
    """
    needs = (need for service in services for need in pack.needs_for(service))
    return all(is_private(pack, need.id) for need in needs)


def _public_name(pack: Pack, session: Session, desk_id: str | None) -> str:
    desk = session.desks.get(desk_id or "")
    return "" if desk is None or is_telling(pack, desk.services) else desk.name


def _desk_of(visit: Visit) -> str | None:
    return visit.handover.to if visit.handover is not None else visit.desk


# --- one family's page ---------------------------------------------------------------------------


class Where(StrEnum):
    """Where a family is now. NOTHING: no such page (any more). GOODBYE: the session has closed."""

    NOTHING = "nothing"
    GOODBYE = "goodbye"
    TO_BE_ASKED = "to_be_asked"
    QUEUE = "queue"
    ASIDE = "aside"
    CALLED = "called"
    WITH = "with"
    OFFERED = "offered"
    WALKED = "walked"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class FamilyView:
    """One family's page. It never holds a name, a need, or what makes a visit urgent.

    `desk` is the desk they are at or go to, by name, empty when its name would tell; `stops_left`
    counts those after it. `wait_minutes` is a range, when one can be given. `language` is theirs.
    `may_change` says whether it is worth looking again.
    """

    where: Where
    ticket: str = ""
    desk: str = ""
    stops_left: int = 0
    has_missed: bool = False
    wait_minutes: tuple[int, int] | None = None
    language: str | None = None
    may_change: bool = True


def family_view(
    pack: Pack, session: Session, token: str, now: int, waits: Waits = nothing_known
) -> FamilyView:
    """Give the page behind a token, `now` being stamp milliseconds.

    A token nobody has and one whose visit ended a while ago give the very same value, and once
    the session has closed every token does. Looking takes as long whichever visit it is.
    """
    mine = [visit for visit in session.visits.values() if _is_same(visit.token, token)]
    if session.closed_at is not None:
        return FamilyView(Where.GOODBYE, may_change=session.signed_off_at is None)
    if not mine or _is_long_over(mine[0], now):
        return FamilyView(Where.NOTHING, may_change=False)
    visit = mine[0]
    where = _where(visit)
    at_desk = visit.handover.service if visit.handover is not None else visit.service
    left = {need.service for need in visit.open_needs} - {at_desk}
    return FamilyView(
        where=where,
        ticket=visit.ticket,
        desk=_public_name(pack, session, _desk_of(visit)),
        stops_left=len(left),
        has_missed=visit.no_shows > 0,
        wait_minutes=_range(waits(visit.id)) if where is Where.QUEUE else None,
        language=visit.language,
    )


def _is_same(token: str, given: str) -> bool:
    return compare_digest(token.encode(), given.encode(errors="replace"))


def _is_long_over(visit: Visit, now: int) -> bool:
    return visit.ended_at is not None and whole_minutes(visit.ended_at, now) >= GOODBYE_MINUTES


def _range(wait: tuple[int, int] | None) -> tuple[int, int] | None:
    """Give the range in order and never below nought."""
    if wait is None:
        return None
    low, high = sorted(max(0, minutes) for minutes in wait)
    return low, high


def _where(visit: Visit) -> Where:
    match visit.stage:
        case Stage.ARRIVED:
            return Where.TO_BE_ASKED
        case Stage.WAITING:
            return Where.ASIDE if visit.is_on_hold else Where.QUEUE
        case Stage.CALLED:
            return Where.CALLED
        case Stage.SERVING:
            return Where.WITH
        case Stage.WALKING:
            is_walking = visit.handover is not None and visit.handover.walking_at is not None
            return Where.WALKED if is_walking else Where.OFFERED
        case Stage.CLOSED | Stage.LEFT:
            return Where.DONE
