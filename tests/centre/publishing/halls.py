"""Made-up counts of a council’s quarter, and a centre that has received them."""

from collections.abc import Iterable, Mapping
from datetime import date
from random import Random

from sync.centre.publishing.tables import (
    NOT_BROKEN_DOWN,
    SHAPES,
    Exact,
    Scope,
    Where,
    months_of,
    places_in,
)
from sync.centre.store import Store
from sync.codes import K_MIN
from sync.record import Batch, Closing, GainTotal, Load, Number, Place, Row, read, seal

COUNCIL = "S12000042"
QUARTER = "2026-Q3"
SCOPE = Scope(COUNCIL, QUARTER)
H2 = Place(COUNCIL, "H2")
ONCE = ("visits", "waits", "areas", "languages", "referrals")


def exact_of(
    cells: Mapping[str, Mapping[Where, int]], visits: Mapping[str, int] | None = None
) -> Exact:
    return Exact({shape.code: dict(cells.get(shape.code, {})) for shape in SHAPES}, visits or {})


def made_up(seed: int, visits: int, *, nothing_held: bool = True) -> Exact:
    """A quarter whose counts are few large and many small, none of them from one to four."""
    chance = Random(seed)
    cells = {shape.code: _table(chance, places_in(shape, QUARTER), visits) for shape in SHAPES}
    came = max(sum(cells[code].values()) for code in (*ONCE, "gains", "paid_work"))
    for code in ONCE if nothing_held else ():
        most = max(cells[code], key=lambda where: cells[code][where])
        cells[code][most] += came - sum(cells[code].values())
    by_month = dict.fromkeys(months_of(QUARTER), 0)
    for where, n in cells["visits"].items():
        by_month[where[0] if where[0] != NOT_BROKEN_DOWN else months_of(QUARTER)[0]] += n
    by_month[months_of(QUARTER)[1]] += came - sum(by_month.values())
    return Exact(cells, by_month, 100 * visits)


def _table(chance: Random, places: Iterable[Where], visits: int) -> dict[Where, int]:
    weights = {where: chance.paretovariate(0.8) for where in places}
    shares = {where: round(visits * w / sum(weights.values())) for where, w in weights.items()}
    return {where: n for where, n in shares.items() if n >= K_MIN} or {next(iter(weights)): K_MIN}


class Hub:
    """A hub that sends its batches to a centre, each sealed as a tablet would."""

    def __init__(self, store: Store, place: Place = H2) -> None:
        self.store, self.place = store, place
        self._sent = 0
        self._loads: dict[str, Load] = {}

    def sends(
        self,
        period: str,
        *rows: Row,
        closings: tuple[Closing, ...] = (),
        total: GainTotal | None = None,
    ) -> None:
        """Send what has left of a period, or all of it again with more."""
        before = self._loads.get(period)
        revision = before.revision + 1 if before else 1
        load = Load(period, revision, rows, closings, total)
        self._loads[period] = load
        self._sent += 1
        batch = read(seal(self.place, Number(1, self._sent), load).body)
        assert isinstance(batch, Batch)
        receipt = self.store.receive(batch, 0)
        assert receipt.result.value == "counted", receipt


def visits(day: str, half_day: str, visit_type: str, n: int) -> Row:
    return Row("visit", (("day", day), ("half_day", half_day), ("visit_type", visit_type)), n)


def row(kind: str, n: int, **facts: str) -> Row:
    return Row(kind, tuple(facts.items()), n)


def closed(day: str, n: int, **contacts: int) -> Closing:
    return Closing(date.fromisoformat(day), 1, n, contacts)


def send_a_quarter(hub: Hub) -> None:
    """Three Saturdays, 140 visits in all; what came of them by month and by quarter."""
    for day, n in (("2026-07-04", 50), ("2026-08-01", 40), ("2026-09-05", 50)):
        hub.sends(
            day,
            visits(day, "am", "returning", n - 16),
            visits(day, "pm", "first_ever", 10),
            row("visit", 6, day=day, visit_type="first_this_year"),
            row("wait", n - 5, day=day, wait_band="0-10"),
            row("wait", 5, day=day, wait_band="41+"),
            row("service", 20, day=day, service="dwp"),
            closings=(closed(day, n, dwp=20, energy=3),),
        )
    for month, n in (("2026-07", 50), ("2026-08", 40), ("2026-09", 50)):
        hub.sends(
            month,
            *(row("need", n - 20, month=month, need="food", result="advice_only"),),
            *(row("need", 14, month=month, need="food", result="crisis_help_given"),),
            *(row("need", 6, month=month, need="debt"),),
            *(row("priority_need", 20, month=month, group="lone", need="food"),),
            *(row("priority_need", 9, month=month, group="baby", need="debt"),),
            *(row("language", n - 5, month=month, language="en"),),
            *(row("language", 5, month=month, language="pl"),),
            *(row("unmet", 7, month=month, need="food", reason="not_here_today"),),
        )
    hub.sends(
        QUARTER,
        row("need", 8, quarter=QUARTER, need="housing"),
        row("gain", 12, quarter=QUARTER, gain_band="1-499"),
        row("gain", 6, quarter=QUARTER, gain_source="uk"),
        total=GainTotal(QUARTER, 4_200, 18),
    )
