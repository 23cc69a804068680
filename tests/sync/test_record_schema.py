"""The record as code and the record as a JSON Schema say the same."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sync.record import (
    KINDS,
    LADDER,
    PERIOD_FIELDS,
    VOCABULARY,
    Batch,
    Closing,
    GainTotal,
    Load,
    Number,
    Place,
    Row,
    Sealed,
    Unreadable,
    _id_of,
    period_of,
    read,
    seal,
)

DATA = Path(__file__).parents[1] / "data"
SCHEMA: dict[str, Any] = json.loads((DATA / "batch_schema.json").read_bytes())
FRAGMENTS: dict[str, Any] = SCHEMA["properties"]["fragments"]["properties"]
VALID = Draft202012Validator(SCHEMA)

numbers = st.builds(Number, st.integers(0, 2**53 - 1), st.integers(1, 2**53 - 1))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
places = st.builds(Place, st.from_regex(r"\AS12[0-9]{6}\Z"), st.from_regex(r"\A[A-Z0-9-]{2,12}\Z"))


def rows_of_the_schema(draw: st.DrawFn, field: str, period: str) -> list[Row]:
    """Rows drawn from the schema’s own forms, knowing nothing of our ladder but its order."""
    found: dict[tuple[str, frozenset[tuple[str, str]]], Row] = {}
    for kind in draw(st.sets(st.sampled_from(sorted(set(FRAGMENTS) - {"gain_total"})), max_size=4)):
        forms = [form for form in FRAGMENTS[kind]["items"]["oneOf"] if field in form["required"]]
        for form in draw(st.lists(st.sampled_from(forms), max_size=4)) if forms else []:
            facts = {
                name: period if name == field else draw(st.sampled_from(said["enum"]))
                for name, said in form["properties"].items()
                if name != "n"
            }
            step = next(step for step in LADDER[kind] if set(step) == set(facts))
            row = Row(
                kind, tuple((name, facts[name]) for name in step), draw(st.integers(5, 10**6))
            )
            found[kind, frozenset(facts.items())] = row
    return list(found.values())


@st.composite
def sealed_batches(draw: st.DrawFn) -> tuple[list[Row], Sealed]:
    day = draw(days)
    field = draw(st.sampled_from(PERIOD_FIELDS))
    period = period_of(field, day)
    rows = rows_of_the_schema(draw, field, period)
    closings, total = (), None
    if field == "day":
        openings = draw(st.sets(st.integers(1, 9), max_size=3))
        closings = tuple(Closing(day, i, draw(st.integers(0, 500)), {"dwp": 3}) for i in openings)
    if field == "quarter":
        pounds = 100 * draw(st.integers(0, 10_000))
        total = GainTotal(period, pounds, draw(st.integers(10, 500)))
    load = Load(period, draw(st.integers(1, 999)), tuple(rows), closings, total)
    return rows, seal(draw(places), draw(numbers), load)


@given(sealed_batches())
def test_rows_the_schema_allows_are_sealed_read_and_still_allowed(made: tuple[list[Row], Sealed]):
    rows, sealed = made
    batch = read(sealed.body)
    assert isinstance(batch, Batch)
    assert sorted(batch.rows) == sorted(rows)
    VALID.validate(json.loads(sealed.body))


FINITE = st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text() | st.sampled_from(KINDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def changed_batches(draw: st.DrawFn) -> bytes:
    """A sealed batch with one value changed, taken out or added, and its id made anew."""
    raw = json.loads(draw(sealed_batches())[1].body)
    spot: Any = raw
    while isinstance(spot, (dict, list)) and spot:
        keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        key = draw(st.sampled_from(keys))
        if draw(st.booleans()) or not isinstance(spot[key], (dict, list)) or not spot[key]:
            change = draw(st.sampled_from(["set", "drop", "add"]))
            if change == "drop":
                del spot[key]
            elif change == "set" or isinstance(spot, list):
                spot[key] = draw(anything)
            else:
                spot[draw(st.text(max_size=5))] = draw(anything)
            break
        spot = spot[key]
    if {"council", "hub", "closed_period", "fragments"} <= set(raw):
        raw["batch_id"] = _id_of(raw)
    return json.dumps(raw).encode()


@given(changed_batches())
def test_whatever_is_read_as_a_batch_the_schema_allows(body: bytes):
    if isinstance(read(body), Batch):
        VALID.validate(json.loads(body))


@given(st.binary() | st.text().map(str.encode) | anything.map(json.dumps).map(str.encode))
def test_no_bytes_whatever_break_the_reader(body: bytes):
    seen = read(body)
    assert isinstance(seen, Unreadable)
    assert all(reason.why.endswith(".") for reason in seen.reasons)


def test_our_ladder_is_the_schemas_own():
    theirs = {
        kind: [tuple(form["required"][1:]) for form in said["items"]["oneOf"]]
        for kind, said in FRAGMENTS.items()
        if kind != "gain_total"
    }
    assert theirs == {kind: list(steps) for kind, steps in LADDER.items()}


def test_our_vocabulary_is_the_schemas_own():
    theirs = {
        name: tuple(fact["enum"])
        for said in FRAGMENTS.values()
        for form in said["items"].get("oneOf", [])
        for name, fact in form["properties"].items()
        if "enum" in fact
    }
    assert theirs == dict(VOCABULARY)


@pytest.mark.parametrize("day", [date(2026, 1, 1) + timedelta(days=30 * n) for n in range(12)])
def test_a_day_lies_in_its_month_and_its_quarter(day: date):
    quarter = period_of("quarter", day)
    assert quarter.startswith(str(day.year))
    assert (int(quarter[-1]) - 1) * 3 < day.month <= int(quarter[-1]) * 3


def test_the_drafts_sample_is_allowed_by_the_schema_once_it_is_numbered():
    raw = json.loads((DATA / "sample_batch.json").read_bytes())
    raw["gate"]["version"] = "0.2"
    VALID.validate({**raw, "schema_version": "0.2", "epoch": 1, "n": 1, "revision": 1})
