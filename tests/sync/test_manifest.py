"""The hub's sums and the centre's sums agree exactly when what they hold does."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.manifest import (
    EPOCHS_MAX,
    PERIODS_MAX,
    SESSIONS_MAX,
    Differences,
    Manifest,
    PeriodSum,
    RowsSum,
    SessionTold,
    differences,
    manifest_body,
    period_sum,
    read_manifest,
    rows_sum,
)
from sync.record import Closing, GainTotal, Load, Place, Row, Unreadable

HUB = Place("S12000042", "H2")
DAY = date(2026, 11, 7)
ROWS = tuple(
    Row("wait", (("day", str(DAY)), ("wait_band", band)), n)
    for band in ("0-10", "11-20", "21-40")
    for n in (5, 6)
)
NONE = RowsSum(0, 0, 0)
rows = st.lists(st.sampled_from(ROWS), max_size=8)


@given(rows, rows)
def test_two_sums_are_the_same_when_the_rows_are_in_any_order(one: list[Row], other: list[Row]):
    assert (rows_sum(one) == rows_sum(other)) == (sorted(one) == sorted(other))


def test_a_swap_and_a_doubled_pair_are_found():
    a, b, c, d = ROWS[:4]
    assert rows_sum((a, b)).rows == rows_sum((a, c)).rows
    assert rows_sum((a, b)) != rows_sum((a, c))
    assert rows_sum((a, b, b)).xor == rows_sum((a, c, c)).xor
    assert rows_sum((a, b, b)) != rows_sum((a, c, c))
    assert rows_sum((a, d)) != rows_sum((a, d._replace(n=9)))


def test_the_sum_is_as_it_is_written_down():
    """Sixty-four bits of the SHA-256 of each row as canonical JSON: anybody can make it again."""
    texts = [f'["wait",{{"day":"2026-11-07","wait_band":"0-10"}},{n}]' for n in (5, 6)]
    one, other = (int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) for text in texts)
    assert rows_sum(ROWS[:2]) == RowsSum(2, one ^ other, (one + other) % 2**64)


def test_closing_counts_and_gain_totals_are_part_of_the_sum():
    closing, total = Closing(DAY, 1, 12, {"dwp": 7}), GainTotal("2026-Q4", 1600, 12)
    day = Load(str(DAY), 2, ROWS[:1], (closing,))
    seen = period_sum(day)
    assert (seen.period, seen.revision, seen.sum.rows) == (str(DAY), 2, 2)
    assert seen != period_sum(replace(day, closings=(replace(closing, visits=13),)))
    assert seen != period_sum(replace(day, closings=(replace(closing, contacts={"sss": 7}),)))
    quarter = Load("2026-Q4", 1, (), (), total)
    changed = replace(quarter, gain_total=replace(total, contributors=13))
    assert period_sum(quarter) != period_sum(changed)


def told(*periods: PeriodSum) -> Manifest:
    return Manifest(HUB, 7, periods=periods)


def test_what_the_centre_lacks_or_has_otherwise_is_sent_again():
    one, two = PeriodSum("2026-11-07", 2, rows_sum(ROWS)), PeriodSum("2026-11", 1, NONE)
    held = {each.period: each for each in (one, two)}
    assert differences(told(one, two), held) == Differences()
    assert differences(told(one, two), {}) == Differences(again=("2026-11", "2026-11-07"))
    lower = {**held, one.period: replace(one, revision=1)}
    assert differences(told(one, two), lower) == Differences(again=("2026-11-07",))
    spoilt = {**held, one.period: replace(one, sum=NONE)}
    assert differences(told(one, two), spoilt) == Differences(again=("2026-11-07",))


def test_what_the_centre_knows_more_of_is_named_and_never_sent_over():
    one = PeriodSum("2026-11-07", 2, NONE)
    held = {one.period: replace(one, revision=3), "2026-10": PeriodSum("2026-10", 1, NONE)}
    assert differences(told(one), held) == Differences(more=("2026-10", "2026-11-07"))


counts = st.integers(0, 10**6)
hashes = st.integers(0, 2**64 - 1)
quarters = st.dictionaries(st.sampled_from(["2026-Q3", "2026-Q4"]), counts)
manifests = st.builds(
    Manifest,
    st.just(HUB),
    st.integers(0, 2**53 - 1),
    st.lists(
        st.builds(SessionTold, st.dates(), st.integers(1, 9), st.none() | counts, counts),
        unique_by=lambda each: (each.day, each.opening),
        max_size=4,
    ).map(lambda found: tuple(sorted(found, key=lambda each: (each.day, each.opening)))),
    st.lists(
        st.builds(
            PeriodSum,
            st.sampled_from(["2026-11-07", "2026-11", "2026-Q4"]),
            st.integers(1, 999),
            st.builds(RowsSum, counts, hashes, hashes),
        ),
        unique_by=lambda each: each.period,
    ).map(lambda found: tuple(sorted(found, key=lambda each: each.period))),
    quarters,
    quarters,
    st.integers(0, 2**53 - 1),
    st.dictionaries(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), max_size=3),
)


@given(manifests)
def test_what_is_told_reads_back_as_it_was(manifest: Manifest):
    body = manifest_body(manifest)
    assert read_manifest(body) == manifest
    assert max((n for n in numbers(json.loads(body))), default=0) < 2**53


def numbers(value: Any) -> list[int]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if type(value) is int else []
    return own + [n for each in inner for n in numbers(each)]


def test_of_more_than_fits_the_latest_is_told():
    days = [date.fromordinal(735_000 + i) for i in range(PERIODS_MAX + 1)]
    manifest = Manifest(
        HUB,
        1,
        tuple(SessionTold(day, 1, None) for day in days),
        tuple(PeriodSum(str(day), 1, NONE) for day in days),
    )
    seen = read_manifest(manifest_body(manifest))
    assert isinstance(seen, Manifest)
    assert [each.day for each in seen.sessions] == days[-SESSIONS_MAX:]
    assert [each.period for each in seen.periods] == [str(day) for day in days[1:]]


GOOD: dict[str, Any] = json.loads(
    manifest_body(Manifest(HUB, 7, (SessionTold(DAY, 1, 12),), (PeriodSum("2026-11", 1, NONE),)))
)
SESSION, PERIOD = GOOD["sessions"][0], GOOD["periods"][0]


@pytest.mark.parametrize(
    "changed",
    [
        {"manifest": "2"},
        {"hub": "Mary"},
        {"epoch": -1},
        {"Mary": 1},
        {"sessions": [{**SESSION, "day": "2026-02-30"}]},
        {"sessions": [{**SESSION, "visits": True}]},
        {"sessions": [{**SESSION, "opening": 10}]},
        {"sessions": [SESSION] * 2},
        {"sessions": [SESSION] * (SESSIONS_MAX + 1)},
        {"periods": [PERIOD] * 2},
        {"periods": [{**PERIOD, "period": "2026-13"}]},
        {"periods": [{**PERIOD, "xor": "XYZ"}]},
        {"periods": [{**PERIOD, "sum": 5}]},
        {"waiting": {"2026-11": 5}},
        {"destroyed": {"Mary": 5}},
        {"destroyed": {"2026-Q4": -5}},
        {"n": -1},
        {"n": True},
        {"knows": {"Mary": 5}},
        {"knows": {"5": -5}},
        {"knows": {str(epoch): 1 for epoch in range(EPOCHS_MAX + 1)}},
    ],
)
def test_what_no_hub_would_tell_is_refused_and_never_repeated(changed: dict[str, Any]):
    seen = read_manifest(json.dumps({**GOOD, **changed}).encode())
    assert isinstance(seen, Unreadable)
    assert seen.reasons
    assert "Mary" not in repr(seen)


def test_what_an_older_version_tells_is_read():
    older = {name: value for name, value in GOOD.items() if name not in {"n", "knows"}}
    seen = read_manifest(json.dumps(older).encode())
    assert isinstance(seen, Manifest)
    assert (seen.n, seen.knows) == (0, {})


counts_by = st.dictionaries(st.integers(0, 3), st.integers(0, 3), max_size=4)


@given(counts_by, counts_by, counts_by)
def test_of_two_that_know_one_at_most_knows_less(
    one: dict[int, int], other: dict[int, int], third: dict[int, int]
):
    """So no two can keep each other out, and no circle of them can."""
    first, second, last = ({0: 0, **each} for each in (one, other, third))
    is_less = Manifest(HUB, 0, knows=first).knows_less(second)
    assert not (is_less and Manifest(HUB, 0, knows=second).knows_less(first))
    if is_less and Manifest(HUB, 0, knows=second).knows_less(last):
        assert Manifest(HUB, 0, knows=first).knows_less(last)


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_whatever_break_the_reader(body: bytes):
    assert isinstance(read_manifest(body), Unreadable)
