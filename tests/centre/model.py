"""The ledger in its plainest form, to hold the real one against."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from sync.centre.counts import Choice
from sync.centre.store import Store
from sync.endpoint import Result
from sync.record import K_MIN, Batch, Load, Place, Row

Sums = Counter[tuple[str, tuple[tuple[str, str], ...]]]
Part = TypeVar("Part")
_PERIODS = ("day", "month", "quarter", "year")
Held = dict[tuple[Place, str], Load]


@dataclass
class Model:
    """What stands of each period of each hub, and what every number was used for."""

    loads: Held = field(default_factory=dict)
    numbers: dict[tuple[Place, int, int], str] = field(default_factory=dict)
    contents: dict[tuple[Place, str, int], str] = field(default_factory=dict)

    def receive(self, batch: Batch) -> Result:
        number = (batch.place, batch.epoch, batch.n)
        content = (batch.place, batch.closed_period, batch.revision)
        if self.numbers.get(number, batch.batch_id) != batch.batch_id:
            return Result.REFUSED
        if self.contents.get(content, batch.batch_id) != batch.batch_id:
            return Result.REFUSED
        stands = self.loads.get((batch.place, batch.closed_period))
        is_late = stands is not None and stands.revision >= batch.revision
        if stands is not None and not is_late and tells_of_few(stands, batch.load):
            return Result.REFUSED
        self.numbers[number] = self.contents[content] = batch.batch_id
        if is_late:
            return Result.ALREADY_COUNTED
        self.loads[batch.place, batch.closed_period] = batch.load
        return Result.COUNTED

    def ledger(self) -> Held:
        return dict(self.loads)

    def sums(self) -> Sums:
        return added(row for load in self.loads.values() for row in load.rows)


def tells_of_few(before: Load, now: Load) -> bool:
    """Say whether two revisions of rows and one closing count differ by 1 to 4, or by fewer."""
    rows = Counter({each.facts: each.n for each in now.rows})
    rows.subtract({each.facts: each.n for each in before.rows})
    visits = sum(c.visits for c in now.closings) - sum(c.visits for c in before.closings)
    return any(n < 0 or 0 < n < K_MIN for n in (*rows.values(), visits))


def added(rows: Iterable[Row]) -> Sums:
    """Add rows up whatever their period; those of a sum have none."""
    total: Sums = Counter()
    for row in rows:
        total[row.kind, tuple(fact for fact in row.facts if fact[0] not in _PERIODS)] += row.n
    return total


def ledger_of(store: Store) -> Held:
    """Give everything the store holds, as loads."""
    with store.reading() as reading:
        everything = Choice()
        rows = _by_period(
            (each.place, each.row.period, each.row) for each in reading.counted(everything)
        )
        closings = _by_period(
            (each.place, each.closing.day.isoformat(), each.closing)
            for each in reversed(reading.sessions(everything))
        )
        totals = _by_period(
            (each.place, each.total.quarter, each.total) for each in reading.gain_totals(everything)
        )
        stands = {
            (hub.place, period): each.revision
            for hub in reading.hubs()
            for period, each in reading.periods(hub.place).items()
        }
    return {
        at: Load(
            at[1],
            revision,
            tuple(sorted(rows.get(at, ()))),
            tuple(closings.get(at, ())),
            next(iter(totals.get(at, ())), None),
        )
        for at, revision in stands.items()
    }


def _by_period(lines: Iterable[tuple[Place, str, Part]]) -> dict[tuple[Place, str], list[Part]]:
    found: dict[tuple[Place, str], list[Part]] = {}
    for place, period, part in lines:
        found.setdefault((place, period), []).append(part)
    return found
