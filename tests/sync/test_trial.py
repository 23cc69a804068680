"""A trial of the gate says what would leave by the end, exactly as the hub’s own gate does."""

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from sync.cutting import cut
from sync.gate import Leaving, gate
from sync.record import K_MIN, KINDS, Row, is_over, last_day, period_of
from sync.trial import as_json, try_visits
from tests.sync.made_up_visits import made_up_lines, read_well

MANY = 400
A_DAY = timedelta(days=1)


def told(lines: list[bytes], *, with_trace: bool = False, on: date | None = None) -> dict[str, Any]:
    return json.loads(as_json(try_visits(read_well(lines).by_hub, on), with_trace=with_trace))


def test_every_kind_is_told_and_adds_up():
    found = told(made_up_lines(1, MANY), with_trace=True)
    assert list(found["kinds"]) == list(KINDS)
    assert (found["hubs"], found["visits"], found["period_end"]) == (
        ["H2", "H3"],
        MANY,
        "2027-03-31",
    )
    for each in found["kinds"].values():
        assert each["visits"] == each["sent"] + each["held"]["visits"] + each["destroyed"]
        assert sum(each["held"]["why"].values()) == each["held"]["fragments"]
        assert len(each["held"]["visit_ids"]) == each["held"]["visits"]
        for row in each["rows"]:
            assert row["n"] == len(row["visits"]) >= K_MIN
    assert {"hub", "quarter", "pounds_nearest_100", "contributors"} == set(found["gain_totals"][0])


def test_without_a_trace_no_visit_is_named():
    lines = made_up_lines(2, MANY)
    text = json.dumps(told(lines))
    assert not any(f'"v{i}"' in text for i in range(MANY))
    assert json.loads(text) == json.loads(
        json.dumps(told(lines, with_trace=True)), object_hook=_without_trace
    )


def _without_trace(told: dict[str, Any]) -> dict[str, Any]:
    is_trace = {"visit_ids"} if "visit_ids" in told else {"visits"} if "n" in told else set()
    return {name: each for name, each in told.items() if name not in is_trace}


def test_the_person_makes_no_difference_whatever():
    lines = made_up_lines(3, MANY)
    everybody = [json.dumps({**json.loads(line), "person": "one"}).encode() for line in lines]
    nobody = [
        json.dumps({k: v for k, v in json.loads(line).items() if k != "person"}).encode()
        for line in lines
    ]
    assert told(lines, with_trace=True) == told(everybody, with_trace=True)
    assert told(lines, with_trace=True) == told(nobody, with_trace=True)


def test_the_order_of_lines_makes_no_difference():
    lines = made_up_lines(4, MANY)
    assert told(lines, with_trace=True) == told(lines[::-1], with_trace=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_what_leaves_by_the_end_is_what_left_day_by_day(seed: int):
    by_hub = read_well(made_up_lines(seed, 400, ("H2",))).by_hub
    fragments = [each for visit in by_hub["H2"] for each in cut(visit)]
    fields = ("day", "month", "quarter")
    ends = {last_day(period_of(name, each.day)) for each in fragments for name in fields}
    gone: list[Leaving] = []
    for end in sorted(each for each in ends if each is not None):
        known = [each for each in fragments if each.day <= end]
        gone += gate(known, lambda period, end=end: is_over(period, end + A_DAY), gone).rows
    (trial,) = try_visits(by_hub).hubs
    assert sorted(gone, key=lambda each: each.row) == list(trial.leaving)


def test_each_hub_is_judged_by_itself():
    lines = made_up_lines(5, MANY)
    alone = told([line for line in lines if b'"H2"' in line])
    both = told(lines)
    for kind in KINDS:
        of_h2 = [row for row in both["kinds"][kind]["rows"] if row["hub"] == "H2"]
        assert of_h2 == alone["kinds"][kind]["rows"]


def test_on_a_day_in_between_what_is_held_says_until_when_and_what_is_old_is_destroyed():
    lines = made_up_lines(6, MANY)
    early, late = told(lines, on=date(2026, 11, 20)), told(lines, on=date(2027, 3, 30))
    assert early["kinds"]["need"]["held"]["until"] == "2026-11-30"
    assert early["kinds"]["need"]["held"]["why"].keys() <= {
        "too few",
        "period still open",
        "gives a fact away",
    }
    kept, then = told(lines, on=date(2027, 1, 14)), told(lines, on=date(2027, 1, 15))
    for before in (early, kept):
        assert not any(each["destroyed"] for each in before["kinds"].values())
    for after in (then, late):
        assert any(each["destroyed"] for each in after["kinds"].values())
    assert early["visits"] < late["visits"] == MANY


def test_no_visits_are_no_rows():
    found = told([])
    assert (found["period_end"], found["visits"], found["hubs"]) == (None, 0, [])
    assert all(each["rows"] == [] and each["visits"] == 0 for each in found["kinds"].values())


def test_the_ids_of_a_trace_are_those_of_the_file():
    lines = [
        json.dumps({**json.loads(line), "visit": i if i % 2 else str(i)}).encode()
        for i, line in enumerate(made_up_lines(7, 300, ("H2",)))
    ]
    found = told(lines, with_trace=True)["kinds"]["area"]
    ids = Counter(repr(each) for row in found["rows"] for each in row["visits"])
    ids.update(map(repr, found["held"]["visit_ids"]))
    assert ids == Counter(repr(i if i % 2 else str(i)) for i in range(300))


def test_a_trace_is_nothing_that_a_row_has_room_for():
    (trial, *_) = try_visits(read_well(made_up_lines(8, MANY)).by_hub).hubs
    assert all(isinstance(each.row, Row) for each in trial.leaving)
    assert Row._fields == ("kind", "facts", "n")
