"""Made-up halls for the gate, and another way than the gate’s to see what it did."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from sync.gate import Leaving, Verdict, gate
from sync.record import (
    KINDS,
    LADDER,
    PERIOD_FIELDS,
    VOCABULARY,
    Fragment,
    is_over,
    period_of,
)

FIRST_DAY = date(2026, 10, 3)
AFTER_ALL = date(2027, 1, 1)
ABOUT_FAMILIES = {
    "group",
    "area",
    "language",
    "work",
    "referral",
    "need",
    "result",
    "gain_band",
    "reason",
}


class Hall(NamedTuple):
    """Made-up visits, and what no tablet knows: whose each visit was."""

    fragments: tuple[Fragment, ...]
    person: dict[str, int]


def named(kind: str) -> list[str]:
    return sorted({name for step in LADDER[kind] for name in step} - set(PERIOD_FIELDS))


def choose(chance: Random, codes: Sequence[str]) -> str:
    return chance.choices(codes, range(len(codes), 0, -1))[0]


def made_up(seed: int, people: int, sessions: int, *, codes: int = 3) -> Hall:
    """People who come back or not, some as their first time ever, with few codes and many alike."""
    chance = Random(seed)
    fragments: list[Fragment] = []
    person: dict[str, int] = {}
    for who in range(people):
        days = sorted(chance.sample(range(sessions), chance.randint(1, min(3, sessions))))
        says_first = chance.random() < 0.5
        for i, week in enumerate(days):
            visit = f"v{chance.getrandbits(48):x}"
            person[visit] = who
            day = FIRST_DAY + timedelta(weeks=week)
            for kind in KINDS:
                often = 2 if kind in {"need", "priority_need", "service"} else 1
                for _ in range(chance.randint(0, often)):
                    facts = {name: choose(chance, VOCABULARY[name][:codes]) for name in named(kind)}
                    pounds = chance.choice((0, 120, 800, 5000)) if kind == "gain" else 0
                    first = says_first and i == 0
                    fragments.append(Fragment(kind, visit, day, first, facts, pounds))
    chance.shuffle(fragments)
    return Hall(tuple(fragments), person)


halls = st.builds(
    made_up,
    st.integers(0, 2**32),
    people=st.integers(1, 60),
    sessions=st.integers(1, 14),
    codes=st.integers(1, 4),
)
todays = st.integers(0, 130).map(lambda days: FIRST_DAY + timedelta(days=days))


def over(today: date) -> Callable[[str], bool]:
    return lambda period: is_over(period, today)


class Run(NamedTuple):
    """One run of the gate: the day it was run, what was known then, and what it let go."""

    today: date
    known: tuple[Fragment, ...]
    verdict: Verdict


def runs_of(hall: Hall, days: Iterable[date], seed: int) -> list[Run]:
    """Run the gate on each day, as visits come late: each visit is known from some run on."""
    chance, days = Random(seed), sorted(days)
    late = {visit: max(0, chance.randint(-4, len(days) - 1)) for visit in sorted(hall.person)}
    runs: list[Run] = []
    for i, today in enumerate(days):
        known = tuple(each for each in hall.fragments if late[each.visit] <= i)
        gone = [row for run in runs for row in run.verdict.rows]
        totals = frozenset(t.quarter for run in runs for t in run.verdict.gain_totals)
        chance.shuffle(gone)
        runs.append(Run(today, known, gate(known, over(today), gone, totals)))
    return runs


def cut(fragment: Fragment, step: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, period_of(name, fragment.day) if name in PERIOD_FIELDS else fragment.facts[name])
        for name in step
    )


def behind(known: Iterable[Fragment], row: Leaving) -> list[Fragment]:
    """Give the fragments that a row can have been made of, seen without the gate’s help."""
    facts = row.row.facts
    step = [name for name, _ in facts]
    counted = set(row.visits)
    return [
        each
        for each in known
        if each.kind == row.row.kind and each.visit in counted and cut(each, step) == facts
    ]


def visit(day: date, name: str, *, first_ever: bool = False, half_day: str = "am") -> Fragment:
    kind = "first_ever" if first_ever else "returning"
    return Fragment("visit", name, day, first_ever, {"half_day": half_day, "visit_type": kind})


def need(name: str, code: str, result: str, day: date = FIRST_DAY) -> Fragment:
    return Fragment("need", name, day, first_ever=False, facts={"need": code, "result": result})


def gains(*pounds: int, day: date = FIRST_DAY) -> list[Fragment]:
    facts = {"gain_band": "1-499", "gain_source": "uk"}
    return [
        Fragment("gain", f"g{day}{i}", day, first_ever=False, facts=facts, pounds=each)
        for i, each in enumerate(pounds)
    ]
