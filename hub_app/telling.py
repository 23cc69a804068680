"""What is told of what leaves: to the coordinator on every screen, and to the centre."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hub_app.departing import LATE, Judged, destroyed, epoch_of, judge, opened
from hub_app.main import Tablet
from hub_app.view.chip import HeldLine, KindLine, Reach, SyncStatus, Why
from sync import courier as couriers
from sync.gate import Held, HeldWhy, sums
from sync.manifest import Manifest, SessionTold
from sync.record import KINDS, QUARTER, field_of, period_of

_VISIT = "visit"  # the kind of which every visit has exactly one
_WHY: Mapping[HeldWhy, Why] = {
    HeldWhy.TOO_FEW: Why.TOO_FEW,
    HeldWhy.GIVES_A_FACT_AWAY: Why.GIVES_AWAY,
    HeldWhy.PERIOD_STILL_OPEN: Why.NOT_OVER,
    HeldWhy.NOT_NAMED: Why.NOT_NAMED,
}
_REACH: Mapping[str, Reach] = {
    "never": Reach.UNTRIED,
    "reached": Reach.REACHED,
    "unreachable": Reach.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class Left:
    """Where the signed-off sessions’ visits are, by kind and why, and how many wait in part.

    `late` counts families that came to light after the count of their session had gone.
    """

    lines: tuple[KindLine, ...]
    held: tuple[HeldLine, ...]
    waiting_visits: int
    late: int


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
    return Left(tuple(lines), _held_lines(held), len(waiting), sum(judged.late.values()))


def _held_lines(held: Iterable[Held]) -> tuple[HeldLine, ...]:
    """Put each visit of a kind into one line: by the fragment of it that goes last."""
    last: dict[tuple[str, str], Held] = {}
    for each in held:
        about = (each.fragment.kind, each.fragment.visit)
        if about not in last or _until(last[about]) < _until(each):
            last[about] = each
    numbers = Counter((kind, _WHY[each.why], each.until) for (kind, _), each in last.items())
    order = sorted(numbers, key=lambda line: (line[0], line[2] or date.max, line[1]))
    return tuple(
        HeldLine(kind, why, numbers[kind, why, until], until.isoformat() if until else None)
        for kind, why, until in order
    )


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
        quarantined=totals.quarantined,
        undestroyed=undestroyed,
    )


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
            quarter: max(0, by.get(_VISIT, 0) - by.get(LATE, 0))
            for quarter, by in destroyed(tablet).items()
            if field_of(quarter) == QUARTER
        },
    )


def _sessions(tablet: Tablet, judged: Judged) -> tuple[SessionTold, ...]:
    """Give every session that the log knows, or of which a count has left."""
    counted = {
        (closing.day, closing.opening): closing.visits
        for load in judged.gone.loads.values()
        for closing in load.closings
    }
    known = sorted({*counted, *opened(tablet).values()})
    return tuple(
        SessionTold(day, n, counted.get((day, n)), judged.late.get((day, n), 0)) for day, n in known
    )


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
