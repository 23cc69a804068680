"""What leaves a hub: cut, let go by the gate, sealed into batches, and taken to the outbox."""

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from hub_app.core.hall_events import SessionOpened
from hub_app.core.leaving import PACKED_LIMIT, Batches, LoggedBatch, packed, unpacked
from hub_app.core.leaving import VISITS_LIMIT as MOST_VISITS
from hub_app.core.recurring import read_day
from hub_app.core.refusal import Refusal
from hub_app.core.session import Session, fold
from hub_app.hub import Hub
from hub_app.hub.leaving import MadeBatch
from hub_app.lan.keeper import Keeper
from hub_app.lan.sealing import Sealing
from hub_app.main import Tablet
from hub_app.store.retention import VISITS
from sync.anonymise import closing_of, fragments_of
from sync.departures import Departure, departures, last_kept, late, read_visits, visits_text
from sync.endpoint import Receipt, Result
from sync.gate import Leaving, Verdict, destroy_after, gate
from sync.outbox import OutboxRefusal
from sync.record import (
    DAY,
    KINDS,
    MONTH,
    QUARTER,
    Batch,
    Closing,
    Fragment,
    Load,
    Number,
    Reason,
    Sealed,
    field_of,
    is_over,
    period_of,
    read,
    seal,
)

LATE = "late"  # beside the kinds: destroyed visits that no closing count held
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cut:
    """A signed-off session, the fragments it was cut into, and of how many facts that was."""

    session: Session
    closing: Closing
    fragments: tuple[Fragment, ...]
    facts: int

    @property
    def is_final(self) -> bool:
        """Whether it is still signed off: late families open a session again."""
        return self.session.signed_off_at is not None


@dataclass(frozen=True, slots=True)
class Gone:
    """What has left, by the batches that stand: all of each period, and the visits behind it."""

    loads: Mapping[str, Load]
    rows: tuple[Leaving, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate says of all signed-off sessions, as the hub is now; `gone` is what has left."""

    cuts: tuple[Cut, ...]
    verdict: Verdict
    gone: Gone
    late: Mapping[tuple[date, int], int]

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """Everything that was cut."""
        return tuple(each for cut in self.cuts for each in cut.fragments)


@dataclass(slots=True)
class _Memory:
    """What was worked out lately; all of it can be worked out again."""

    cut: dict[str, Cut] = field(default_factory=dict[str, Cut])
    read: dict[LoggedBatch, tuple[Batch, tuple[Leaving, ...]] | None] = field(
        default_factory=dict[LoggedBatch, tuple[Batch, tuple[Leaving, ...]] | None]
    )
    judged: tuple[object, Judged] | None = None


_MEMORIES: WeakKeyDictionary[Hub, _Memory] = WeakKeyDictionary()


def _memory(tablet: Tablet) -> _Memory:
    return _MEMORIES.setdefault(tablet.hub, _Memory())


# --- cutting -----------------------------------------------------------------------------------


def signed_off(tablet: Tablet) -> tuple[Cut, ...]:
    """Give every session whose counts somebody stands by, cut, oldest first.

    It is folded and cut once, and again when a tablet that was cut off brought more of it.
    """
    known, signed = _memory(tablet).cut, dict[str, Cut]()
    for _, session_id in tablet.log.signed_off_after(0):
        facts = tablet.log.facts_in(session_id)
        cut = known.get(session_id)
        if cut is None or cut.facts != facts:
            cut = _cut(tablet, session_id, facts)
        if cut is not None:
            signed[session_id] = cut
    _memory(tablet).cut = signed
    return tuple(cut for cut in signed.values() if cut.is_final)


def _cut(tablet: Tablet, session_id: str, facts: int) -> Cut | None:
    session = fold(session_id, tablet.log.session(session_id))
    if read_day(session.day) is None:
        return None  # no hub of ours writes such a day, and nothing can be counted on it
    closing = closing_of(session, tablet.pack)
    return Cut(session, closing, fragments_of(session, tablet.pack), facts)


def opened(tablet: Tablet) -> Mapping[str, tuple[date, int]]:
    """Give the day and the opening of every session that the log knows."""
    said = ((entry.session, entry.event) for entry in tablet.log.openings())
    days = {
        session: (read_day(event.day), event.opening)
        for session, event in said
        if isinstance(event, SessionOpened)
    }
    return {session: (day, n) for session, (day, n) in days.items() if day is not None}


def _over(tablet: Tablet, cuts: Iterable[Cut]) -> Callable[[str], bool]:
    """Give the test of a period: it is past, and all its sessions are signed off.

    A day is over as soon as its sessions are.
    """
    final, today = {cut.session.id for cut in cuts}, tablet.hub.today()
    days = [day for session, (day, _) in opened(tablet).items() if session not in final]
    unfinished = {period_of(step, day) for day in days for step in (DAY, MONTH, QUARTER)}
    return lambda period: (
        period not in unfinished and (field_of(period) == DAY or is_over(period, today))
    )


# --- what has left -----------------------------------------------------------------------------


def standing(tablet: Tablet) -> Iterator[tuple[LoggedBatch, Batch, tuple[Leaving, ...]]]:
    """Give the batches that stand, in order, with the rows that were new in each.

    What can't be read as a batch of this very hub and period is passed over: it never leaves, and
    nothing of it counts.
    """
    memory, batches = _memory(tablet), tablet.hub.leaving
    known = {each: memory.read.get(each, ...) for each in batches.confirmed}
    memory.read = {
        each: _read(tablet, each) if found is ... else found for each, found in known.items()
    }
    for each, found in memory.read.items():
        if found is not None:
            yield (each, *found)


def _read(tablet: Tablet, logged: LoggedBatch) -> tuple[Batch, tuple[Leaving, ...]] | None:
    body = unpacked(logged.body)
    batch = None if body is None else read(body)
    about = (logged.batch, logged.period, logged.revision)
    if not isinstance(batch, Batch) or (
        batch.batch_id,
        batch.closed_period,
        batch.revision,
        batch.place,
    ) != (*about, tablet.place):
        _log.error("batch %.40s of the log is none of this hub’s; it does not leave", logged.batch)
        return None
    text = unpacked(logged.visits, MOST_VISITS) if logged.visits else None
    added = None if text is None else read_visits(text)
    if logged.visits and added is None:
        _log.error("who stands behind batch %.40s of the log cannot be read", logged.batch)
    return batch, added or ()


def _gone(tablet: Tablet) -> Gone:
    loads: dict[str, Load] = {}
    rows: list[Leaving] = []
    for _, batch, added in standing(tablet):
        known = loads.get(batch.closed_period)
        if known is None or known.revision < batch.revision:
            loads[batch.closed_period] = batch.load
        rows.extend(added)
    return Gone(loads, tuple(rows))


def judge(tablet: Tablet) -> Judged:
    """Have the gate look at everything that is here; anew only when something has changed."""
    cuts, memory = signed_off(tablet), _memory(tablet)
    facts = tuple((cut.session.id, cut.facts) for cut in cuts)
    left = tuple((each.seal, each.visits != "") for each in tablet.hub.leaving.confirmed)
    known = (facts, frozenset(opened(tablet)), left, tablet.hub.today())
    if memory.judged is None or memory.judged[0] != known:
        memory.judged = (known, _judged(tablet, cuts))
    return memory.judged[1]


def _judged(tablet: Tablet, cuts: tuple[Cut, ...]) -> Judged:
    gone = _gone(tablet)
    totals = frozenset(q for q, load in gone.loads.items() if load.gain_total is not None)
    fragments = [each for cut in cuts for each in cut.fragments]
    verdict = gate(fragments, _over(tablet, cuts), gone.rows, totals)
    after = late((cut.closing for cut in cuts), gone.loads)
    return Judged(cuts, verdict, gone, {(each.day, each.opening): each.visits for each in after})


# --- sealing -----------------------------------------------------------------------------------


def alone(tablet: Tablet) -> Sealing:
    """Give what a tablet seals by that is the only one of its hub, and has no lines."""
    keeper = Keeper("", 0.0, lambda: 0.0, None, lambda _: None)
    return Sealing(tablet.hub, keeper, {}, lambda: 0.0)


def depart(tablet: Tablet, sealing: Sealing | None = None) -> Refusal | OutboxRefusal | None:
    """Seal all that may leave now, and take what stands to the outbox.

    Safe to repeat, and to be cut off at any point. Where this tablet may not seal, nothing is.
    """
    by, today = alone(tablet) if sealing is None else sealing, tablet.hub.today()
    is_overdue = any(last_day_kept(cut.closing.day) < today for cut in signed_off(tablet))
    if is_overdue and destroy_overdue(tablet):
        return Refusal.DISK_FULL  # who stands behind what has left may be gone, and they not yet
    by.settle()  # what was left half-way goes first
    if by.may_seal:
        judged = judge(tablet)
        over = _over(tablet, judged.cuts)
        closings = (c.closing for c in judged.cuts if over(c.closing.day.isoformat()))
        made = _made(tablet, departures(judged.verdict, closings, judged.gone.loads))
        refused = by.seal(made) if made else None
        if refused is not None:
            return refused
    return take_out(tablet)


def _made(tablet: Tablet, leaving: Iterable[Departure]) -> tuple[MadeBatch, ...]:
    epoch, n = epoch_of(tablet.hub.shared.origin), tablet.hub.sealed_here
    found: list[MadeBatch] = []
    for each in leaving:
        sealed = seal(tablet.place, Number(epoch, n + 1), each.load)
        if len(packed(sealed.body)) > PACKED_LIMIT:
            _log.error("the batch of %s is too large to be a fact; it stays", sealed.period)
            continue
        until = last_kept(sealed.period).isoformat()
        about = (sealed.batch_id, sealed.period, sealed.revision, sealed.body)
        found.append(MadeBatch(*about, visits_text(each.added), until))
        n += 1
    return tuple(found)


def epoch_of(origin: str) -> int:
    """Give the epoch of a database: a whole number of 48 bits, made of the name it writes under."""
    return int.from_bytes(hashlib.sha256(f"epoch/{origin}".encode()).digest()[:6])


def take_out(tablet: Tablet) -> OutboxRefusal | None:
    """Take the batches that stand to the outbox, with what the centre said of them elsewhere."""
    batches = tablet.hub.leaving
    sealed = tuple(
        Sealed(each.batch, each.period, each.revision, unpacked(each.body) or b"")
        for each, _, _ in standing(tablet)
    )
    outbox = tablet.outbox
    return outbox.take(sealed) or outbox.withdraw(batches.astray) or outbox.hear(_receipts(batches))


def _receipts(batches: Batches) -> tuple[Receipt, ...]:
    known = {result.value for result in Result}
    return tuple(
        Receipt(batch, Result(said.result), (Reason("", said.why),) if said.why else ())
        for batch, said in batches.arrived.items()
        if said.result in known
    )


def note_arrival(tablet: Tablet, receipt: Receipt) -> None:
    """Write down what the centre answered, so that no other tablet need send that batch."""
    if receipt.batch_id is not None:
        why = receipt.reasons[0].why if receipt.reasons else ""
        tablet.hub.arrived(receipt.batch_id, receipt.result.value, why)


def note_arrivals(tablet: Tablet) -> None:
    """Write down what the outbox heard in another way: by a receipt that was carried back."""
    batches = tablet.hub.leaving
    known = {each.batch for each in batches.confirmed}
    for batch, result in tablet.outbox.arrived().items():
        is_there = result in {Result.COUNTED, Result.ALREADY_COUNTED}
        if batch in known and not batches.has(batch) and (is_there or batch not in batches.arrived):
            tablet.hub.arrived(batch, result.value)


# --- destroying on time ------------------------------------------------------------------------


def last_day_kept(day: date) -> date:
    """Give the last day on which the facts of a session of that day may be kept."""
    return max(destroy_after(kind, day) for kind in KINDS)


def destroy_overdue(tablet: Tablet) -> int:
    """Destroy the sessions that may be kept no longer; gives how many are left to be tried again.

    Of what never left only numbers are kept: visits by quarter and kind.
    """
    overdue = tablet.hub.overdue(last_day_kept)
    if not overdue:
        return 0
    held, days, left = _held_by_session(judge(tablet)), opened(tablet), 0
    # Who stands behind what has left goes last: without it their rows might be let go again.
    for session in sorted(overdue, key=lambda name: name.startswith(VISITS)):
        if left and session.startswith(VISITS):
            break
        left += not _destroy(tablet, session, days.get(session), held.get(session, {}))
    return left


def _destroy(
    tablet: Tablet, session: str, day: tuple[date, int] | None, held: Mapping[str, int]
) -> bool:
    """Destroy a session, with a fact of how much of it never left; gives whether that is done."""
    quarter = "" if day is None else period_of(QUARTER, day[0])
    if day is not None and isinstance(tablet.hub.count_destroyed(session, quarter, held), Refusal):
        return False
    return tablet.hub.destroy(session) is None


def destroyed(tablet: Tablet) -> Mapping[str, Mapping[str, int]]:
    """Give how many visits were destroyed before all of them had left, by quarter, then by kind.

    What is said of a session that is still here does not count yet.
    """
    here, found = opened(tablet), defaultdict[str, Counter[str]](Counter)
    for session, said in tablet.hub.leaving.destroyed.items():
        if session not in here:
            found[said.quarter].update({each.kind: max(0, each.visits) for each in said.held})
    return found


def _held_by_session(judged: Judged) -> Mapping[str, Mapping[str, int]]:
    """Count the visits still held of each session, by kind; `late` those no count ever held."""
    whose = {visit: cut for cut in judged.cuts for visit in cut.session.visits}
    visits: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in judged.verdict.held:
        visits[whose[each.fragment.visit].session.id][each.fragment.kind].add(each.fragment.visit)
    found = {s: {kind: len(held) for kind, held in by.items()} for s, by in visits.items()}
    for cut in judged.cuts:
        after = judged.late.get((cut.closing.day, cut.closing.opening), 0)
        if after:
            found.setdefault(cut.session.id, {})[LATE] = after
    return found
