"""What a tablet writes of what leaves the hub, and how that stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub_app.core import events as e
from hub_app.core import leaving_events as l
from hub_app.core.leaving import Batches, batches_of, in_parts, packed
from hub_app.core.refusal import Refusal
from hub_app.core.roster import Roster
from hub_app.hub.writer import LEAVING, Writer
from hub_app.store.log import Fact
from hub_app.store.retention import VISITS

Term = tuple[int, str]


@dataclass(frozen=True, slots=True)
class MadeBatch:
    """A batch as it was made, not in the log yet: its id, what it is about, and its bytes.

    `visits` say which visits stand behind its new rows; they are kept here only, until the day
    `until` is over (2026-12-31).
    """

    batch: str
    period: str
    revision: int
    body: bytes
    visits: bytes
    until: str


class LeavingBatches(Writer):
    """What may be written of batches. Whether it may be now, `lan` decides."""

    _known_batches: tuple[int, Roster, Batches] | None = None

    @property
    def leaving(self) -> Batches:
        """The batches of this hub, as the log shows them."""
        known, roster = self._known_batches, self.roster
        if known is None or known[0] != len(self._leaving_facts) or known[1] is not roster:
            batches = batches_of(self._leaving_facts, roster)
            known = self._known_batches = (len(self._leaving_facts), roster, batches)
        return known[2]

    @property
    def sealed_here(self) -> int:
        """How many batches this database, under the origin it writes as, has sealed."""
        return self.leaving.sealed_by.get(self.shared.origin, 0)

    def seal(self, made: Sequence[MadeBatch], term: Term) -> tuple[e.Entry, ...] | Refusal:
        """Write batches as sealed in a term, each after the one before, all or none of them.

        Gives the facts that seal them.
        """
        after, facts = self.leaving.tip, list[Fact]()
        for each in made:
            seal, parts = self._mint(), in_parts(packed(each.visits))
            visits = (l.BatchVisits(seal, n, text) for n, text in enumerate(parts))
            facts += [Fact(VISITS + each.until, None, part) for part in visits]
            about = (each.batch, each.period, each.revision, after, *term)
            facts.append(Fact(LEAVING, None, l.BatchSealed(seal, *about, packed(each.body))))
            after = seal
        written = self._write_leaving(facts)
        if isinstance(written, Refusal):
            return written
        return tuple(entry for entry in written if isinstance(entry.event, l.BatchSealed))

    def uphold(self, seals: Sequence[str], term: Term) -> tuple[e.Entry, ...] | Refusal:
        """Go on in this term with what was sealed in an earlier one; gives the facts that do."""
        return self._write_leaving(_lasting(l.BatchUpheld(seal, *term) for seal in seals))

    def confirm(self, seals: Sequence[str]) -> tuple[e.Entry, ...] | Refusal:
        """Write that these seals stand."""
        return self._write_leaving(_lasting(l.BatchConfirmed(seal) for seal in seals))

    def arrived(self, batch: str, result: str, why: str = "") -> tuple[e.Entry, ...] | Refusal:
        """Write what the centre answered to a batch, unless it is known to have it."""
        known = self.leaving.arrived.get(batch)
        if self.leaving.has(batch) or (known is not None and known.result == result):
            return ()
        return self._write_leaving(_lasting((l.BatchArrived(batch, result, why),)))

    def count_destroyed(
        self, session: str, quarter: str, held: Mapping[str, int]
    ) -> tuple[e.Entry, ...] | Refusal:
        """Write how many visits of a session are destroyed before they could leave, by kind."""
        if session in self.leaving.destroyed:
            return ()
        numbers = tuple(l.HeldVisits(kind, n) for kind, n in sorted(held.items()) if n > 0)
        return self._write_leaving(_lasting((l.SessionDestroyed(session, quarter, numbers),)))

    def _write_leaving(self, facts: Sequence[Fact]) -> tuple[e.Entry, ...] | Refusal:
        if self.is_joining:
            return Refusal.STILL_JOINING
        last = max((fact.stamp for fact in self._leaving_facts), default=None)
        entries = self._append(facts, last)
        if isinstance(entries, Refusal):
            return entries
        self._leaving_facts.extend(entries)
        self._tell()
        return entries


def _lasting(events: Iterable[l.LeavingEvent]) -> tuple[Fact, ...]:
    return tuple(Fact(LEAVING, None, event) for event in events)
