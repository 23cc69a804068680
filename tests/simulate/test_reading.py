"""A file of days is read whole, and whatever is wrong with a line is said in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_app.simulate.generate import generate
from hub_app.simulate.instance import Instance
from hub_app.simulate.policies import POLICIES
from hub_app.simulate.reading import BadInstance, as_json, read_instance, read_instances
from hub_app.simulate.run import simulate

DAY = generate("small", 3)
TEXT = json.dumps(as_json(DAY))


def changed(change: Callable[[Any], object]) -> str:
    day = json.loads(TEXT)
    change(day)
    return json.dumps(day)


def said(text: str) -> str:
    found = read_instance(text)
    assert isinstance(found, BadInstance)
    return found.sentence


@pytest.mark.parametrize("size", ["small", "typical", "busy"])
def test_a_day_that_was_written_is_read_as_it_was(size: str):
    day = generate(size, 11)
    assert read_instance(json.dumps(as_json(day))) == day


def test_what_only_decides_how_it_turns_out_may_be_missing():
    def strip(day: Any) -> None:
        del day["size"], day["seed"], day["last_admission"]
        for family in day["parents"]:
            for key in ("id", "silent", "missed", "handover", "no_show", "crisis", "appt"):
                del family[key]

    found = read_instance(changed(strip))
    assert isinstance(found, Instance)
    assert (found.last_arrival, found.families[0].handover) == (found.close, None)


def test_keys_that_nobody_knows_are_passed_over():
    assert read_instance(changed(lambda day: day.update(weather="rain"))) == DAY


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.pop("close"), "key close: it is missing."),
        (lambda d: d.update(format="hub-instance/2"), "key format: we can read hub-instance/1."),
        (lambda d: d.update(greeters=0), "key greeters: 0 is not a number from 1 to 10000."),
        (lambda d: d.update(greeters=1.5), "key greeters: 1.5 is not a whole number."),
        (lambda d: d.update(close=True), "key close: true is not a number."),
        (lambda d: d["parents"][4].pop("needs"), "key parents.4.needs: it is missing."),
        (
            lambda d: d["parents"][4].update(needs=[99]),
            "key parents.4.needs.0: 99 is not a number from 0 to 3.",
        ),
        (
            lambda d: d["parents"][0].update(dur={}),
            f"key parents.0.dur: there are no minutes for service {DAY.families[0].needs[0]}.",
        ),
        (
            lambda d: d["parents"][2].update(silent=1),
            "key parents.2.silent: 1 is not true or false.",
        ),
        (
            lambda d: d["parents"][2].update(appt=[1]),
            "key parents.2.appt: [1] is not a list of two.",
        ),
        (
            lambda d: d["desks"][0].update(shifts=[[60, 0]]),
            "key desks.0.shifts.0: it ends before it begins.",
        ),
        (
            lambda d: d["services"][2].update(after=[2]),
            "key services: services 2 wait for each other.",
        ),
        (
            lambda d: d["services"][0].update(prior_mean=0),
            "key services.0.prior_mean: 0 is not above nought.",
        ),
        (lambda d: d.update(parents={}), "key parents: {} is not a list."),
        (lambda d: d["desks"].insert(0, "Anna"), 'key desks.0: "Anna" is not an object.'),
    ],
)
def test_what_is_wrong_is_said_with_its_key(change: Callable[[Any], object], sentence: str):
    assert said(changed(change)) == sentence


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "1e999"])
def test_a_time_is_a_number_of_minutes(number: str):
    text = TEXT.replace('"close": 180', f'"close": {number}')
    assert said(text).startswith("key close: ")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "day", "1" * 5000])
def test_what_is_no_json_is_said_to_be_none(text: str):
    assert said(text) == "this is not JSON."


def test_a_bad_line_is_named_and_the_others_are_read(tmp_path: Path):
    path = tmp_path / "days.jsonl"
    path.write_text(f"{TEXT}\n\n{{}}\n{TEXT}\n", encoding="utf-8")
    first, bad, last = read_instances(path)
    assert first == last == DAY
    assert bad == BadInstance(f"{path}, line 3, key format: it is missing.")


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path):
    path = tmp_path / "none.jsonl"
    assert [*read_instances(path)] == [
        BadInstance(f"{path} cannot be read (no such file or directory).")
    ]
    path.write_bytes(b"\xff\xfe\xff")
    assert [*read_instances(path)] == [BadInstance(f"{path}, line 1: this is not UTF-8 text.")]


STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 400),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(-5, 200), max_size=3),
    st.just(dict[str, object]()),
)


def put_somewhere(day: Any, value: object, chance: Random) -> None:
    """Put a value in the place of another, somewhere in a day."""
    while True:
        keys = list(day) if isinstance(day, dict) else list(range(len(day)))
        key = chance.choice(keys)
        if not day[key] or not isinstance(day[key], dict | list) or chance.random() < 0.2:
            day[key] = value
            return
        day = day[key]


@given(st.integers(0, 2**32), st.lists(STRANGE, min_size=1, max_size=3))
def test_any_file_is_read_or_refused_and_what_is_read_can_be_lived(seed: int, values: list[object]):
    def spoil(day: Any) -> None:
        for at, value in enumerate(values):
            put_somewhere(day, value, Random(seed + at))

    found = read_instance(changed(spoil))
    if isinstance(found, BadInstance):
        assert found.sentence.startswith("key ")
    else:
        policy = list(POLICIES)[seed % len(POLICIES)]
        assert simulate(found, policy)["n"] >= 0
