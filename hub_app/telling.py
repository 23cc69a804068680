"""What is told of what leaves: to the coordinator on every screen, and to the centre."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from hub_app.core.recurring import read_day
from hub_app.departing import Judged, epoch_of, judge, opened, unfinished
from hub_app.destroying import COUNT, LATE, TAKEN_BACK, destroyed, destroyed_sessions
from hub_app.hub.writer import LEAVING
from hub_app.main import Tablet
from hub_app.store.database import DiskFull
from hub_app.view.chip import HeldLine, KindLine, Reach, SyncStatus, Why
from sync import courier as couriers
from sync.envelope import Signed
from sync.gate import Held, HeldWhy, sums
from sync.manifest import Manifest, SessionTold
from sync.record import DAY, KINDS, MONTH, QUARTER, field_of, last_day, period_of

_TOLD = "manifests_told"
_VISIT = "visit"  # the kind of which every visit has exactly one
_WHY: Mapping[HeldWhy, Why] = {
    HeldWhy.TOO_FEW: Why.TOO_FEW,
    HeldWhy.GIVES_A_FACT_AWAY: Why.GIVES_AWAY,
    HeldWhy.PERIOD_STILL_OPEN: Why.NOT_OVER,
    HeldWhy.NOT_NAMED: Why.NOT_NAMED,
    HeldWhy.NOT_TAKEN: Why.NOT_TAKEN,
}
_log = logging.getLogger(__name__)
_REACH: Mapping[str, Reach] = {
    "never": Reach.UNTRIED,
    "reached": Reach.REACHED,
    "unreachable": Reach.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class Left:
    """Where the signed-off sessions’ visits are, by kind and why, and how many wait in part.

    `late` counts families that came to light after the count of their session had gone;
    `taken_back` visits that such a count holds and that were taken back since.
    """

    lines: tuple[KindLine, ...]
    held: tuple[HeldLine, ...]
    waiting_visits: int
    late: int
    taken_back: int


def where_everything_is(tablet: Tablet) -> Left:
    """Say for each kind how many visits have wholly left, wait, or were destroyed."""
    judged = judge(tablet)
    gone = Counter[str]()
    for numbers in destroyed(tablet).values():
        gone.update({kind: n for kind, n in numbers.items() if kind in KINDS})
    held = judged.verdict.held
    by_kind = sums(judged.fragments, held, gone)
    lines = (
        KindLine(kind, by.visits, by.sent, by.held, by.destroyed)
        for kind, by in sorted(by_kind.items())
    )
    waiting = {each.fragment.visit for each in held}
    after = judged.late.values()
    late, back = sum(n for n in after if n > 0), -sum(n for n in after if n < 0)
    open_still = unfinished(tablet, judged.cuts)
    return Left(
        tuple(lines), _held_lines(held, tablet.hub.today(), open_still), len(waiting), late, back
    )


def _held_lines(
    held: Iterable[Held], today: date, unsigned: tuple[date, ...]
) -> tuple[HeldLine, ...]:
    """Put each visit of a kind into one line: by the fragment of it that goes last.

    `unsigned` are the days of sessions that nobody has signed off.
    """
    last: dict[tuple[str, str], Held] = {}
    for each in held:
        about = (each.fragment.kind, each.fragment.visit)
        if about not in last or _until(last[about]) < _until(each):
            last[about] = each
    numbers = Counter(
        (kind, _WHY[each.why], each.until, _waits_for(each, today, unsigned))
        for (kind, _), each in last.items()
    )
    order = sorted(
        numbers, key=lambda line: (line[0], line[2] or date.max, line[1], line[3] or date.max)
    )
    return tuple(
        HeldLine(
            kind, why, numbers[kind, why, until, session], _text(until), waits_for=_text(session)
        )
        for kind, why, until, session in order
    )


def _waits_for(held: Held, today: date, unsigned: tuple[date, ...]) -> date | None:
    """Give the day of the first session that keeps a period open that is past; None for none."""
    day, until = held.fragment.day, held.until
    if until is None or until >= today:
        return None
    steps = [step for step in (DAY, MONTH, QUARTER) if last_day(period_of(step, day)) == until]
    periods = {period_of(step, day) for step in steps}
    return next(
        (each for each in unsigned if any(period_of(step, each) in periods for step in steps)), None
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _until(held: Held) -> date:
    return held.until or date.max


def status_of(
    tablet: Tablet, courier: couriers.CourierStatus | None, left: Left, undestroyed: int = 0
) -> SyncStatus:
    """Give what every screen’s chip is told, as one frozen value."""
    totals = tablet.outbox.totals()
    return SyncStatus(
        reach=Reach.NO_CENTRE if courier is None else _REACH.get(courier.reach, Reach.UNREACHABLE),
        waiting=totals.waiting,
        refused=totals.refused,
        settled=totals.settled,
        held=left.waiting_visits,
        settled_at=None if courier is None else courier.settled_at_ms,
        lines=left.lines,
        held_lines=left.held,
        late=left.late,
        taken_back=left.taken_back,
        quarantined=totals.quarantined,
        undestroyed=undestroyed,
        unknown_key=tablet.signer.public if courier is not None and courier.is_paused else "",
    )


def next_manifest(tablet: Tablet) -> Manifest:
    """Give what to tell the centre now: numbered after all that this database told before."""
    manifest = manifest_of(tablet)
    manifest = replace(manifest, n=manifest.n + 1)
    try:
        tablet.hub.remember(_TOLD, str(manifest.n))
    except DiskFull:
        _log.warning("disk full: the centre may take what it is told for something old")
    return manifest


def letter(tablet: Tablet) -> Signed | None:
    """Give what to tell the centre, signed, to be carried; None before this tablet has joined."""
    return None if tablet.hub.is_joining else tablet.outbox.letter(next_manifest(tablet))


def manifest_of(tablet: Tablet) -> Manifest:
    """Give what this hub says it has: sessions, what it sealed, what it holds and has destroyed."""
    judged = judge(tablet)
    return Manifest(
        place=tablet.place,
        epoch=epoch_of(tablet.hub.shared.origin),
        sessions=_sessions(tablet, judged),
        periods=tablet.outbox.sums(tablet.place),
        waiting=_waiting(judged),
        destroyed={
            quarter: by.get(_VISIT, 0)
            for quarter, by in destroyed(tablet).items()
            if field_of(quarter) == QUARTER
        },
        n=int(tablet.hub.remembered(_TOLD) or 0),
        knows=_knows(tablet),
    )


def _knows(tablet: Tablet) -> Mapping[int, int]:
    """Count the facts of what leaves, by who of all that wrote anything wrote them; and our own."""
    shared = tablet.hub.shared
    facts = Counter(dict.fromkeys((shared.origin, *shared.vector), 0))
    facts.update(fact.origin for fact in tablet.log.session(LEAVING))
    return {epoch_of(origin): n for origin, n in facts.items()}


def _sessions(tablet: Tablet, judged: Judged) -> tuple[SessionTold, ...]:
    """Give every session that the log knows, or of which a count has left or was destroyed."""
    counted: dict[tuple[date, int], int] = {}
    late = dict(judged.late)
    for session, numbers in destroyed_sessions(tablet).items():
        about = _named(session)
        if about is not None:
            late[about] = numbers.get(LATE, 0) - numbers.get(TAKEN_BACK, 0)
            if COUNT in numbers:
                counted[about] = numbers[COUNT]
    counted |= {
        (closing.day, closing.opening): closing.visits
        for load in judged.gone.loads.values()
        for closing in load.closings
    }
    known = sorted({*counted, *opened(tablet).values()})
    return tuple(
        SessionTold(day, n, counted.get((day, n)), late.get((day, n), 0)) for day, n in known
    )


def _named(session: str) -> tuple[date, int] | None:
    """Give the day and the opening that a session is named by; None for another name."""
    text, _, opening = session.rpartition(".")
    day = read_day(text)
    return (day, int(opening)) if day is not None and opening.isdecimal() else None


def _waiting(judged: Judged) -> Mapping[str, int]:
    """Count, by quarter, the visits still held of those that a count which has left holds."""
    gone = {(c.day, c.opening) for load in judged.gone.loads.values() for c in load.closings}
    counted = {
        visit
        for cut in judged.cuts
        if (cut.closing.day, cut.closing.opening) in gone
        for visit in cut.session.visits
    }
    found: dict[str, set[str]] = defaultdict(set)
    for each in judged.verdict.held:
        fragment = each.fragment
        if fragment.kind == _VISIT and fragment.visit in counted:
            found[period_of(QUARTER, fragment.day)].add(fragment.visit)
    return {quarter: len(visits) for quarter, visits in found.items()}
