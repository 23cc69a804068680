"""The gate over one hub's year, beside a bare group-by of the same fragments."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from bench.ground import Figure, timed
from sync.cutting import VisitInCodes, cut, gained
from sync.gate import gate
from sync.record import VOCABULARY, Fragment

SESSIONS = 50
VISITS = (60, 120)  # of one session
TIMES = 7
AIM = 1_000  # milliseconds


def _chosen(chance: Random, field: str, times: int = 1) -> tuple[str, ...]:
    """Give codes of a list, the first ones oftenest, as in a hall."""
    codes = VOCABULARY[field]
    weights = [1 / (i + 1) for i in range(len(codes))]
    return tuple(dict.fromkeys(chance.choices(codes, weights, k=times)))


def _visit(chance: Random, name: str, day: date) -> VisitInCodes:
    needs = _chosen(chance, "need", chance.choice((1, 1, 2, 3)))
    return VisitInCodes(
        visit=name,
        day=day,
        half_day=chance.choice(("am", "pm")),
        visit_type=_chosen(chance, "visit_type")[0],
        wait_minutes=chance.randrange(60),
        needs=tuple((need, _chosen(chance, "result")[0]) for need in needs),
        unmet=tuple(
            (need, _chosen(chance, "reason")[0]) for need in needs if chance.random() < 0.1
        ),
        services=_chosen(chance, "service", 2),
        gained=gained(chance.choice((0, 0, 120, 900, 2600))),
        groups=_chosen(chance, "group", chance.choice((1, 1, 2))),
        language=_chosen(chance, "language")[0],
        referral=_chosen(chance, "referral")[0],
        area=_chosen(chance, "area")[0],
        work=_chosen(chance, "work")[0],
    )


def _year() -> tuple[Fragment, ...]:
    chance = Random(50)
    first = date(2026, 1, 6)
    return tuple(
        each
        for week in range(SESSIONS)
        for i in range(chance.randint(*VISITS))
        for each in cut(_visit(chance, f"{week}-{i}", first + timedelta(weeks=week)))
    )


def measure() -> list[str]:
    """Give the lines of this measurement."""
    year = _year()
    gone = gate(year, lambda _: True).rows

    def bare() -> object:
        return Counter((each.kind, each.day, tuple(each.facts.items())) for each in year)

    grouped = timed(bare, TIMES)
    whole = timed(lambda: gate(year, lambda _: True), TIMES)
    again = timed(lambda: gate(year, lambda _: True, gone), TIMES)
    visits = len({each.visit for each in year})

    def line(name: str, figure: Figure) -> str:
        times = figure.median / grouped.median
        return f"{name:16}{figure.median:7.1f} ms  {times:.1f} times the group-by"

    return [
        f"{SESSIONS} sessions, {visits:,} visits, {len(year):,} fragments: {len(gone):,} rows",
        line("bare group-by", grouped),
        line("gate", whole),
        line("all gone before", again),
        f"aim: at most {AIM} ms: {'met' if whole.median <= AIM else 'NOT met'}",
    ]
