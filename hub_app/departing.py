"""What leaves a hub: cut, let go by the gate, sealed into batches, and taken to the outbox."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
from sync.anonymise import closing_of, fragments_of
from sync.departures import (
    Departure,
    departures,
    kept_back,
    last_kept,
    late,
    read_visits,
    visits_text,
)
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

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cut:
    """A session, the fragments it was cut into, and of how many facts that was.

    `named` are all visits that its facts speak of, also those that were taken back.
    """

    session: Session
    closing: Closing
    fragments: tuple[Fragment, ...]
    facts: int
    named: frozenset[str]

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
    """What the gate says of all signed-off sessions, as the hub is now; `gone` is what has left.

    `late`: visits by which a count that has left is short; fewer than none were taken back since.
    """

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


def last_day_kept(day: date) -> date:
    """Give the last day on which the facts of a session of that day may be kept."""
    return max(destroy_after(kind, day) for kind in KINDS)


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
            cut = cut_of(tablet, session_id, facts)
        if cut is not None:
            signed[session_id] = cut
    _memory(tablet).cut = signed
    return tuple(cut for cut in signed.values() if cut.is_final)


def cut_of(tablet: Tablet, session_id: str, facts: int = 0) -> Cut | None:
    """Cut one session; None where no day that could be counted is known of it."""
    entries = tablet.log.session(session_id)
    session = fold(session_id, entries)
    if read_day(session.day) is None:
        return None  # no hub of ours writes such a day, and nothing can be counted on it
    closing = closing_of(session, tablet.pack)
    named = frozenset(entry.visit for entry in entries if entry.visit is not None)
    return Cut(session, closing, fragments_of(session, tablet.pack), facts, named)


def opened(tablet: Tablet) -> Mapping[str, tuple[date, int]]:
    """Give the day and the opening of every session that the log knows."""
    said = ((entry.session, entry.event) for entry in tablet.log.openings())
    days = {
        session: (read_day(event.day), event.opening)
        for session, event in said
        if isinstance(event, SessionOpened)
    }
    return {session: (day, n) for session, (day, n) in days.items() if day is not None}


def unfinished(tablet: Tablet, cuts: Iterable[Cut]) -> tuple[date, ...]:
    """Give the days of the sessions that nobody has signed off, oldest first; `cuts` are others."""
    final = {cut.session.id for cut in cuts}
    return tuple(sorted(day for each, (day, _) in opened(tablet).items() if each not in final))


def _over(tablet: Tablet, cuts: Iterable[Cut]) -> Callable[[str], bool]:
    """Give the test of a period: it is past, and all its sessions are signed off.

    A day is over as soon as its sessions are.
    """
    days, today = unfinished(tablet, cuts), tablet.hub.today()
    around = {period_of(step, day) for day in days for step in (DAY, MONTH, QUARTER)}
    return lambda period: (
        period not in around and (field_of(period) == DAY or is_over(period, today))
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


def on_the_way(tablet: Tablet) -> frozenset[tuple[str, str]]:
    """Give kind and visit of the rows that are sealed and not confirmed yet."""
    found = (_read(tablet, each) for each in tablet.hub.leaving.pending)
    rows = (each for batch in found if batch is not None for each in batch[1])
    return frozenset((each.row.kind, visit) for each in rows for visit in each.visits)


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
    batches = (left, _refused(tablet), frozenset(tablet.hub.leaving.destroyed))
    known = (facts, frozenset(opened(tablet)), batches, tablet.hub.today())
    if memory.judged is None or memory.judged[0] != known:
        memory.judged = (known, _judged(tablet, cuts))
    return memory.judged[1]


def _judged(tablet: Tablet, cuts: tuple[Cut, ...]) -> Judged:
    gone = _gone(tablet)
    totals = frozenset(q for q, load in gone.loads.items() if load.gain_total is not None)
    fragments = [each for cut in cuts if not _is_blind(tablet, cut) for each in cut.fragments]
    verdict = gate(fragments, _over(tablet, cuts), gone.rows, totals)
    refused = _refused(tablet)
    counted = tablet.hub.leaving.destroyed
    lost = {visit for cut in cuts if cut.session.id in counted for visit in cut.session.visits}

    def stays(each: Leaving) -> bool:
        return each.row.period in refused or not lost.isdisjoint(each.visits)

    verdict = kept_back(verdict, fragments, stays)
    left = frozenset(
        visit for each in gone.rows if each.row.kind == "visit" for visit in each.visits
    )
    after = late((_with_gone(cut, left) for cut in cuts), gone.loads)
    return Judged(cuts, verdict, gone, {(each.day, each.opening): each.visits for each in after})


def _refused(tablet: Tablet) -> frozenset[str]:
    """Give the periods of which the centre refused what stands: nothing is built on top of that.

    So it is after a restore, when the centre has had other batches of them from this hub.
    """
    batches = tablet.hub.leaving
    said = ((period, batches.arrived.get(each.batch)) for period, each in batches.latest.items())
    return frozenset(
        period for period, answer in said if answer and answer.result == Result.REFUSED.value
    )


def _is_blind(tablet: Tablet, cut: Cut) -> bool:
    """Say whether it is forgotten which visits of an overdue session have left.

    Another tablet has destroyed that already; what is here still must not be let go again.
    """
    day = cut.closing.day
    around = {period_of(step, day) for step in (DAY, MONTH, QUARTER)}
    return last_day_kept(day) < tablet.hub.today() and any(
        each.period in around and not each.visits for each in tablet.hub.leaving.confirmed
    )


def _with_gone(cut: Cut, left: frozenset[str]) -> Closing:
    """Give the count of a session as it is now, with the visits taken back whose rows have left."""
    back = (cut.named & left) - cut.session.visits.keys()
    return replace(cut.closing, visits=cut.closing.visits + len(back))


# --- sealing -----------------------------------------------------------------------------------


def alone(tablet: Tablet) -> Sealing:
    """Give what a tablet seals by that is the only one of its hub, and has no lines."""
    keeper = Keeper("", 0.0, lambda: 0.0, None, lambda _: None)
    return Sealing(tablet.hub, keeper, {}, lambda: 0.0)


def depart(tablet: Tablet, sealing: Sealing | None = None) -> Refusal | OutboxRefusal | None:
    """Seal all that may leave now, and take what stands to the outbox.

    Safe to repeat, and to be cut off at any point. Where this tablet may not seal, nothing is.
    """
    by = alone(tablet) if sealing is None else sealing
    by.settle()  # what was left half-way goes first
    if by.may_seal:
        made = _made(tablet, due(tablet))
        refused = by.seal(made) if made else None
        if refused is not None:
            return refused
    return take_out(tablet)


def due(tablet: Tablet) -> tuple[Departure, ...]:
    """Give what may leave now and is not sealed: none of a period that the centre refused."""
    judged, refused = judge(tablet), _refused(tablet)
    over = _over(tablet, judged.cuts)
    closings = (cut.closing for cut in judged.cuts if over(cut.closing.day.isoformat()))
    found = departures(judged.verdict, closings, judged.gone.loads)
    return tuple(each for each in found if each.load.period not in refused)


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
    """Write down what the centre answered, so that no other tablet need send that batch.

    A tablet that was wiped meanwhile writes nothing: it would be blank no more.
    """
    if receipt.batch_id is not None and not tablet.hub.is_blank:
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
