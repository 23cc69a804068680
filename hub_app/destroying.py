"""Destroys on time what may be kept no longer, once all of it that may leave has been sealed."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from hub_app.core.refusal import Refusal
from hub_app.departing import Cut, Judged, cut_of, due, judge, last_day_kept, on_the_way, opened
from hub_app.main import Tablet
from hub_app.store.retention import VISITS
from sync.record import QUARTER, period_of

LATE = "late"  # beside the kinds: destroyed visits that no closing count held
TAKEN_BACK = "taken_back"  # and visits that a count which has left holds, and the session does not
COUNT = "count"  # and the closing count of a session that could not leave
SEALING_SECONDS = 600.0  # so long it waits for whoever may seal
DOUBT_SECONDS = 24 * 3600.0
_DOUBT = timedelta(days=60)

Numbers = Mapping[str, int]


def is_overdue(tablet: Tablet) -> bool:
    """Say whether anything is here that may be kept no longer."""
    return bool(tablet.hub.overdue(last_day_kept))


def is_in_doubt(tablet: Tablet) -> bool:
    """Say whether the date may be wrong: no session was opened in the sixty days before it.

    Opening one under a date settles it: the screen shows that date to whoever opens.
    """
    today = tablet.hub.today()
    days = [day for day, _ in opened(tablet).values() if day <= today]
    return bool(days) and today - max(days) > _DOUBT


def is_all_sealed(tablet: Tablet) -> bool:
    """Say whether all that may leave stands, and no session waits to be signed off."""
    session = tablet.hub.session
    is_unsigned = session.closed_at is not None and session.signed_off_at is None
    return not (is_unsigned or tablet.hub.leaving.pending or due(tablet))


def destroy_overdue(tablet: Tablet, waited: float = 0.0) -> int:
    """Destroy what may be kept no longer; gives how many sessions are left for want of room.

    Of what never left only numbers are kept: visits by quarter and kind. A clock may be wrong, so
    for the first 24 hours that a tablet has run since it found something overdue (`waited`,
    seconds), the session that is open now is spared, and everything is while `is_in_doubt`.
    """
    overdue, is_early = tablet.hub.overdue(last_day_kept), waited < DOUBT_SECONDS
    if not overdue or (is_early and is_in_doubt(tablet)):
        return 0
    spared = tablet.hub.session.id if is_early and tablet.hub.session.is_open else ""
    numbers, days, left = _by_session(tablet, judge(tablet)), opened(tablet), 0
    # Who stands behind what has left goes last: without it their rows might be let go again.
    for session in sorted(overdue, key=lambda name: name.startswith(VISITS)):
        if session.startswith(VISITS) and (left or spared in overdue):
            break
        if session != spared:
            left += not _destroy(tablet, session, days.get(session), numbers)
    return left


def destroyed(tablet: Tablet) -> Mapping[str, Numbers]:
    """Give how many visits were destroyed before all of them had left, by quarter, then by kind.

    What is said of a session that is still here does not count yet.
    """
    found = defaultdict[str, Counter[str]](Counter)
    for session, held in destroyed_sessions(tablet).items():
        found[tablet.hub.leaving.destroyed[session].quarter].update(held)
    return found


def destroyed_sessions(tablet: Tablet) -> Mapping[str, Numbers]:
    """Give the numbers that are kept of each session that is no longer here."""
    here = opened(tablet)
    return {
        session: {each.kind: max(0, each.visits) for each in said.held}
        for session, said in tablet.hub.leaving.destroyed.items()
        if session not in here
    }


def _destroy(
    tablet: Tablet, session: str, day: tuple[date, int] | None, numbers: Mapping[str, Numbers]
) -> bool:
    """Destroy a session, with a fact of how much of it never left; gives whether that is done."""
    if day is not None:
        quarter = period_of(QUARTER, day[0])
        held = numbers[session] if session in numbers else _unsigned(tablet, session)
        if isinstance(tablet.hub.count_destroyed(session, quarter, held), Refusal):
            return False
    return tablet.hub.destroy(session) is None


def _by_session(tablet: Tablet, judged: Judged) -> Mapping[str, Numbers]:
    """Count the visits of each signed-off session of which something has not left, by kind."""
    whose = {visit: cut.session.id for cut in judged.cuts for visit in cut.session.visits}
    sealed = on_the_way(tablet)
    staying = {(each.fragment.kind, each.fragment.visit) for each in judged.verdict.held}
    staying |= {(row.row.kind, visit) for row in judged.verdict.rows for visit in row.visits}
    found: dict[str, Counter[str]] = {cut.session.id: Counter() for cut in judged.cuts}
    for kind, visit in staying - sealed:
        found[whose[visit]][kind] += 1
    for cut in judged.cuts:
        found[cut.session.id].update(_of_the_count(cut, judged))
    return found


def _unsigned(tablet: Tablet, session: str) -> Numbers:
    """Count the visits of a session nobody signed off: what has left of it, left before."""
    cut, judged = cut_of(tablet, session), judge(tablet)
    if cut is None:
        return {}
    gone = {(each.row.kind, visit) for each in judged.gone.rows for visit in each.visits}
    here = {(each.kind, each.visit) for each in cut.fragments}
    return Counter(kind for kind, _ in here - gone) + _of_the_count(cut, judged)


def _of_the_count(cut: Cut, judged: Judged) -> Counter[str]:
    """Give the closing count, where it has not left; else by how much it is wrong by now."""
    here = (cut.closing.day, cut.closing.opening)
    gone = {
        (c.day, c.opening): c.visits for load in judged.gone.loads.values() for c in load.closings
    }
    if here not in gone:
        return Counter({COUNT: cut.closing.visits})
    late = judged.late.get(here, 0)
    return Counter({LATE: max(0, late), TAKEN_BACK: max(0, -late)})
