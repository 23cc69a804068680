"""Whatever the gate lets through the centre can read; a batch changed anywhere it can’t."""

import copy
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.gate import Leaving
from sync.record import (
    KINDS,
    LADDER,
    VOCABULARY,
    Batch,
    GainTotal,
    Load,
    Number,
    Place,
    Row,
    Unreadable,
    read,
    seal,
)
from sync.record import _id_of as id_of  # pyright: ignore[reportPrivateUsage]
from tests.sync.made_up_halls import AFTER_ALL, Hall, halls, made_up, runs_of, todays

HUB = Place("S12000042", "H2")
Raw = dict[str, Any]


def loads(rows: Iterable[Leaving], totals: Iterable[GainTotal]) -> list[Load]:
    """Give a load a period, with all that has left of it: additions of one row together."""
    counted: dict[str, dict[Row, int]] = defaultdict(lambda: defaultdict(int))
    for each in rows:
        counted[each.row.period][Row(each.row.kind, each.row.facts, 0)] += each.row.n
    by_quarter = {each.quarter: each for each in totals}
    return [
        Load(
            period,
            1,
            tuple(Row(row.kind, row.facts, n) for row, n in counted[period].items()),
            gain_total=by_quarter.get(period),
        )
        for period in sorted(counted.keys() | by_quarter.keys())
    ]


@pytest.mark.slow
@given(halls, st.lists(todays, min_size=1, max_size=3), st.integers(0, 2**32))
def test_whatever_the_gate_lets_through_validates(hall: Hall, days: list[date], seed: int):
    runs = runs_of(hall, [*days, AFTER_ALL], seed)
    rows = [row for run in runs for row in run.verdict.rows]
    totals = [total for run in runs for total in run.verdict.gain_totals]
    for n, load in enumerate(loads(rows, totals), 1):
        batch = read(seal(HUB, Number(7, n), load).body)
        assert isinstance(batch, Batch), batch
        assert set(batch.rows) == set(load.rows)
        assert batch.gain_total == load.gain_total


# ---------------------------------------------------------------------- and nothing else does


def some_batches() -> list[Raw]:
    """Give real batches of quarters and months, as JSON."""
    run = runs_of(made_up(5, 60, 13), [AFTER_ALL], 1)[0]
    found = loads(run.verdict.rows, run.verdict.gain_totals)
    return [json.loads(seal(HUB, Number(7, 1), load).body) for load in found]


BATCHES = some_batches()


def a_row(raw: Raw, chance: Random) -> tuple[str, Raw]:
    kind = chance.choice([kind for kind in raw["fragments"] if kind in KINDS])
    return kind, chance.choice(raw["fragments"][kind])


def a_fact(row: Raw, chance: Random) -> str:
    return chance.choice(sorted(row.keys() - {"n"}))


def too_few(raw: Raw, chance: Random) -> None:
    a_row(raw, chance)[1]["n"] = chance.choice((-5, 0, 1, 4, True, 5.0, "5", None, 10**7, [5]))


def unknown_code(raw: Raw, chance: Random) -> None:
    row = a_row(raw, chance)[1]
    row[a_fact(row, chance)] = chance.choice(("Zoë", "", "EH1 1AA", None, 7, ["am"], "FIRST_EVER"))


def other_period(raw: Raw, chance: Random) -> None:
    row = a_row(raw, chance)[1]
    name = next(iter(row.keys() & {"day", "month", "quarter"}))
    row[name] = chance.choice(("2027-01-01", "2027-01", "2027-Q1", "2026-13", "2026-W47"))


def fact_lost(raw: Raw, chance: Random) -> None:
    row = a_row(raw, chance)[1]
    del row[chance.choice(sorted(row.keys() & {"n", "day", "month", "quarter"}))]


def fact_too_many(raw: Raw, chance: Random) -> None:
    kind, row = a_row(raw, chance)
    can_be = {name for step in LADDER[kind] for name in step}
    name = chance.choice(sorted(VOCABULARY.keys() - can_be))
    row[name] = chance.choice(VOCABULARY[name])


def trace(raw: Raw, chance: Random) -> None:
    a_row(raw, chance)[1][chance.choice(("visits", "visit", "person", "minute", "ids"))] = ["v1"]


def twice(raw: Raw, chance: Random) -> None:
    kind, row = a_row(raw, chance)
    raw["fragments"][kind].append(copy.deepcopy(row))


def other_kind(raw: Raw, chance: Random) -> None:
    kind, row = a_row(raw, chance)
    names = set(row) - {"n"}
    others = [k for k in KINDS if names not in [set(step) for step in LADDER[k]]]
    raw["fragments"].setdefault(chance.choice(others), []).append(row)
    assert kind not in others


def looser_gate(raw: Raw, chance: Random) -> None:
    name, loose = chance.choice((("k", 4), ("k", 0), ("alpha", 0.81), ("l", 1), ("version", "0.1")))
    raw["gate"][name] = loose


def more_to_tell(raw: Raw, chance: Random) -> None:
    inside = chance.choice((raw, raw["gate"], raw["fragments"]))
    inside[chance.choice(("note", "visits", "sealed_at", "device", "held"))] = chance.choice(
        (1, [])
    )


def something_lost(raw: Raw, chance: Random) -> None:
    needed = ("batch_id", "council", "hub", "epoch", "n", "closed_period", "revision", "gate")
    del raw[chance.choice((*needed, "schema_version", "fragments"))]


def other_head(raw: Raw, chance: Random) -> None:
    name, value = chance.choice(
        (
            ("council", "S92000003"),
            ("hub", "h2"),
            ("epoch", -1),
            ("n", 0),
            ("revision", 0),
            ("closed_period", "2027-Q1"),
            ("schema_version", "0.1"),
        )
    )
    raw[name] = value


CHANGES: list[Callable[[Raw, Random], None]] = [
    *(too_few, unknown_code, other_period, fact_lost, fact_too_many, trace, twice, other_kind),
    *(looser_gate, more_to_tell, something_lost, other_head),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@given(st.sampled_from(BATCHES), st.integers(0, 2**32))
def test_a_batch_changed_anywhere_is_not_read_though_its_id_is_made_anew(
    change: Callable[[Raw, Random], None], batch: Raw, seed: int
):
    raw = copy.deepcopy(batch)
    assert isinstance(read(json.dumps(raw).encode()), Batch)
    change(raw, Random(seed))
    if "batch_id" in raw and {"council", "hub", "closed_period", "fragments"} <= raw.keys():
        raw["batch_id"] = id_of(raw)
    assert isinstance(read(json.dumps(raw).encode()), Unreadable), raw


@given(st.sampled_from(BATCHES), st.integers(0, 2**32), st.integers(5, 10_000))
def test_a_count_changed_without_a_new_id_is_not_read(batch: Raw, seed: int, n: int):
    raw = copy.deepcopy(batch)
    row = a_row(raw, Random(seed))[1]
    row["n"] = n if n != row["n"] else n + 1
    assert isinstance(read(json.dumps(raw).encode()), Unreadable)
