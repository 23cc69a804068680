"""Made-up visits let through the product’s own gate, hub by hub and time after time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sync.cutting import cut
from sync.gate import Leaving, destroy_after, gate
from sync.record import Fragment, is_over, period_of
from tests.privacy.families import Come
from tests.privacy.shelves import Shelf, Visits, shelves_of

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Look:
    """What the gate of one hub let go at one time."""

    hub: str
    day: date
    rows: tuple[Leaving, ...]


def by_hub(comes: Iterable[Come]) -> Mapping[str, list[Come]]:
    found: dict[str, list[Come]] = defaultdict(list)
    for come in comes:
        found[come.hub].append(come)
    return found


def after_every_session(comes: Iterable[Come]) -> tuple[date, ...]:
    """Give the mornings a tablet looks: after a session, a month, a quarter, and while it waits."""
    days = {come.day + A_DAY for come in comes}
    return tuple(sorted(days | set(after_every_month(comes))))


def after_every_month(comes: Iterable[Come]) -> tuple[date, ...]:
    ends = {_next_month(come.day) for come in comes}
    last = _next_month(max(ends))
    return tuple(sorted({*ends, last, _next_month(last)}))


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def known_late(comes: Iterable[Come], seed: int, share: float) -> Mapping[str, date]:
    """Say from when each visit is known: some sessions had a tablet that was found weeks after."""
    chance = Random(seed)
    lost: dict[tuple[str, date], timedelta | None] = {}
    known: dict[str, date] = {}
    for come in comes:
        session = (come.hub, come.day)
        if session not in lost:
            is_late = chance.random() < share
            lost[session] = timedelta(days=chance.randint(2, 45)) if is_late else None
        late = lost[session]
        on_it = late is not None and chance.random() < 0.3
        known[come.visit] = come.day + late if late is not None and on_it else come.day
    return known


def let_go(
    comes: Sequence[Come], mornings: Iterable[date], known: Mapping[str, date] | None = None
) -> tuple[Look, ...]:
    """Run the gate of every hub each morning over what its tablets hold and know by then."""
    found: list[Look] = []
    for hub, here in by_hub(comes).items():
        cuts = [(come, cut(come.told), _kept_until(come.day)) for come in here]
        gone: list[Leaving] = []
        kept_until = {come.visit: until for come, _, until in cuts}
        for morning in mornings:
            fragments: list[Fragment] = []
            for come, its, until in cuts:
                since = come.day if known is None else known[come.visit]
                if since < morning <= until:
                    fragments.extend(its)
            gone = [each for each in gone if morning <= kept_until[each.visits[0]]]
            rows = gate(fragments, lambda period, now=morning: is_over(period, now), gone).rows
            gone.extend(rows)
            found.append(Look(hub, morning, rows))
    return tuple(found)


def _kept_until(day: date) -> date:
    return max(destroy_after(kind, day) for kind in ("visit", "gain"))


def shelved(looks: Iterable[Look], visits: Visits) -> list[Shelf]:
    """Lay out all that went, the revisions of a period together as they stand at the centre."""
    rows: dict[str, list[Leaving]] = defaultdict(list)
    for look in looks:
        rows[look.hub].extend(look.rows)
    return [shelf for hub, here in rows.items() for shelf in shelves_of(hub, here, visits)]


def additions(looks: Iterable[Look], visits: Visits) -> list[list[Shelf]]:
    """Give each difference of two revisions of a period: what one run added to what had left."""
    seen: set[tuple[str, str]] = set()
    found: list[list[Shelf]] = []
    for look in looks:
        rows = [each for each in look.rows if (look.hub, each.row.period) in seen]
        seen.update((look.hub, each.row.period) for each in look.rows)
        if rows:
            found.append(shelves_of(look.hub, rows, visits))
    return found


def quarter_alone(comes: Iterable[Come], quarter: str) -> tuple[Come, ...]:
    return tuple(come for come in comes if period_of("quarter", come.day) == quarter)
