"""What leaves, as the log shows it: the batches that stand, and what is still to be confirmed."""

import base64
import binascii
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from hub_app.core import events as e
from hub_app.core import leaving_events as l
from hub_app.core.clock import Stamp
from hub_app.core.roster import Roster

PACKED_LIMIT: Final = 15_000  # characters: with what is around it a fact fits into a message
PART_LIMIT: Final = 12_000
PLAIN_LIMIT: Final = 1 << 20  # bytes a text may unpack to: nobody’s fact fills the memory
VISITS_LIMIT: Final = 1 << 23
COUNTED: Final = "counted"
ALREADY_COUNTED: Final = "already_counted"
_HAS_IT: Final = (COUNTED, ALREADY_COUNTED)

Rank = tuple[int, str]


def packed(text: bytes) -> str:
    """Give bytes as short plain text, the same for the same bytes."""
    return base64.b64encode(zlib.compress(text, 9)).decode()


def unpacked(text: str, limit: int = PLAIN_LIMIT) -> bytes | None:
    """Give the bytes of a packed text; None when it is none, or holds more than `limit`."""
    try:
        squeezed = base64.b64decode(text.encode(), validate=True)
        reader = zlib.decompressobj()
        plain = reader.decompress(squeezed, limit)
    except (ValueError, binascii.Error, zlib.error):
        return None
    return plain if reader.eof and not reader.unused_data else None


def in_parts(text: str) -> tuple[str, ...]:
    """Cut packed text into pieces that each fit into one fact."""
    return tuple(text[at : at + PART_LIMIT] for at in range(0, len(text), PART_LIMIT))


@dataclass(frozen=True, slots=True)
class LoggedBatch:
    """A batch as the log has it.

    `body` is packed; `visits` too, empty once they are destroyed or while a part is missing.
    `rank` is the term in which it was sealed, or upheld last, and whose that was.
    """

    seal: str
    batch: str
    period: str
    revision: int
    after: str
    body: str
    visits: str
    rank: Rank


@dataclass(frozen=True)
class Arrival:
    """What the centre answered to a batch, and its first reason."""

    result: str
    why: str = ""


@dataclass(frozen=True)
class Batches:
    """Every batch of the hub that stands, in order, and those that wait to be confirmed.

    Of each period and revision one stands at most. `pending` is what whoever decides next goes on
    with, in order. `astray` are ids of batches that were sealed and do not stand. `arrived` tells
    what the centre answered, by batch id; `sealed_by` how many batches each origin ever sealed.
    `tip` is the seal that the next one follows. `destroyed` tells, by session, what was destroyed
    before it could leave.
    """

    confirmed: tuple[LoggedBatch, ...] = ()
    pending: tuple[LoggedBatch, ...] = ()
    astray: frozenset[str] = frozenset()
    arrived: Mapping[str, Arrival] = field(default_factory=lambda: MappingProxyType({}))
    sealed_by: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    tip: str = ""
    destroyed: Mapping[str, l.SessionDestroyed] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def latest(self) -> Mapping[str, LoggedBatch]:
        """The batch of each period that stands now: the one with its highest revision."""
        best: dict[str, LoggedBatch] = {}
        for each in self.confirmed:
            known = best.get(each.period)
            if known is None or known.revision < each.revision:
                best[each.period] = each
        return best

    def has(self, batch: str) -> bool:
        """Say whether the centre is known to have a batch."""
        known = self.arrived.get(batch)
        return known is not None and known.result in _HAS_IT


class _Facts:
    """The facts that count, sorted by what they are about."""

    def __init__(self, entries: Iterable[e.Entry], roster: Roster) -> None:
        self.sealed: dict[str, e.Entry] = {}
        self.visits: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        self.ranks: dict[str, Rank] = {}
        self.confirmed: dict[str, Stamp] = {}
        self.arrived: dict[str, Arrival] = {}
        self.sealed_by: dict[str, int] = defaultdict(int)
        self.destroyed: dict[str, l.SessionDestroyed] = {}
        for entry in sorted(entries, key=lambda each: (each.stamp, each.n)):
            self.sealed_by[entry.origin] += isinstance(entry.event, l.BatchSealed)
            if roster.counts(entry):
                self._take(entry, entry.event)

    def _take(self, entry: e.Entry, event: e.Event) -> None:
        match event:
            case l.BatchVisits():
                self.visits[entry.origin, event.seal].setdefault(event.part, event.visits)
            case l.BatchSealed():
                if event.revision > 0:
                    self.sealed.setdefault(event.seal, entry)
                self._rank(event.seal, (event.term, event.keeper))
            case l.BatchUpheld():
                self._rank(event.seal, (event.term, event.keeper))
            case l.BatchConfirmed():
                self.confirmed.setdefault(event.seal, entry.stamp)
            case l.BatchArrived():
                known = self.arrived.get(event.batch)
                if known is None or known.result not in _HAS_IT:
                    self.arrived[event.batch] = Arrival(event.result, event.why)
            case l.SessionDestroyed():
                self.destroyed.setdefault(event.session, event)
            case _:
                return

    def _rank(self, seal: str, rank: Rank) -> None:
        self.ranks[seal] = max(rank, self.ranks.get(seal, rank))

    def batches(self) -> Iterator[LoggedBatch]:
        for seal, entry in self.sealed.items():
            said = entry.event
            if isinstance(said, l.BatchSealed):
                parts = self.visits.get((entry.origin, seal), {})
                whole = sorted(parts) == list(range(len(parts)))
                visits = "".join(parts[part] for part in sorted(parts)) if whole else ""
                about = (said.batch, said.period, said.revision, said.after, said.body)
                yield LoggedBatch(seal, *about, visits, self.ranks[seal])


def batches_of(entries: Iterable[e.Entry], roster: Roster) -> Batches:
    """Fold the facts of what leaves. Never raises; the same for any order in which they came.

    Seals form one chain. Where two were confirmed after the same one, on two sides of a hall that
    a person let decide apart, that stands which the centre has counted, else the one that was
    confirmed first; of the other side stands besides only what the centre has counted as well.
    """
    facts = _Facts(entries, roster)
    known = {each.seal: each for each in facts.batches()}
    following: dict[str, list[LoggedBatch]] = defaultdict(list)
    for each in known.values():
        following[each.after].append(each)
    since = _confirmed_since(facts.confirmed, known)

    def order(each: LoggedBatch) -> tuple[int, Stamp, str]:
        arrival = facts.arrived.get(each.batch)
        answer = _HAS_IT.index(arrival.result) if arrival and arrival.result in _HAS_IT else 2
        return (answer, since[each.seal], each.seal)

    revisions: dict[str, int] = {}
    chain: list[LoggedBatch] = []
    tip = ""
    while here := [each for each in _next(following[tip], revisions) if each.seal in since]:
        chain.append(min(here, key=order))
        tip = chain[-1].seal
        revisions[chain[-1].period] = chain[-1].revision
    stands = {(each.period, each.revision): each for each in chain}
    for each in sorted((known[s] for s in since if s in known), key=order):
        arrival = facts.arrived.get(each.batch)
        if arrival is not None and arrival.result == COUNTED:
            stands.setdefault((each.period, each.revision), each)
    confirmed = (*chain, *(each for each in stands.values() if each not in chain))
    pending = tuple(_pending(following, tip, _highest(confirmed)))
    live = {each.batch for each in (*confirmed, *pending)}
    return Batches(
        confirmed=confirmed,
        pending=pending,
        astray=frozenset(each.batch for each in known.values()) - live,
        arrived=MappingProxyType(facts.arrived),
        sealed_by=MappingProxyType(dict(facts.sealed_by)),
        tip=tip,
        destroyed=MappingProxyType(facts.destroyed),
    )


def _confirmed_since(
    said: Mapping[str, Stamp], known: Mapping[str, LoggedBatch]
) -> Mapping[str, Stamp]:
    """Give when each seal was confirmed: by a fact of its own, or by one about what follows it."""
    since: dict[str, Stamp] = {}
    for seal, stamp in sorted(said.items(), key=lambda each: each[1]):
        at = seal
        while at in known and at not in since:
            since[at] = stamp
            at = known[at].after
    return since


def _next(here: Iterable[LoggedBatch], revisions: Mapping[str, int]) -> Iterator[LoggedBatch]:
    """Give those of some batches that go further than what stands of their period."""
    return (each for each in here if each.revision > revisions.get(each.period, 0))


def _highest(confirmed: Iterable[LoggedBatch]) -> dict[str, int]:
    best: dict[str, int] = {}
    for each in confirmed:
        best[each.period] = max(each.revision, best.get(each.period, 0))
    return best


def _pending(
    following: Mapping[str, list[LoggedBatch]], tip: str, revisions: dict[str, int]
) -> Iterator[LoggedBatch]:
    """Give what was sealed after the tip and is unconfirmed: of rivals the one of highest rank."""
    while here := list(_next(following.get(tip, ()), revisions)):
        best = max(here, key=lambda each: (each.rank, each.seal))
        yield best
        tip = best.seal
        revisions[best.period] = best.revision
