"""A batch in words: every row of it, why it may leave, and never a claim that does not hold."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from sync.explain import explain, may_leave
from sync.labels import CODE_LABELS, FACT_LABELS, KIND_LABELS
from sync.record import (
    KINDS,
    VOCABULARY,
    Batch,
    Closing,
    GainTotal,
    Load,
    Number,
    Place,
    Row,
    read,
    seal,
)
from tests.sync.made_up_halls import AFTER_ALL, Hall, halls, runs_of
from tests.sync.test_gate_sealed import loads

HUB = Place("S12000042", "H2")
MONTH = Load(
    "2026-11",
    1,
    tuple(
        Row("need", (("month", "2026-11"), ("need", need), ("result", result)), n)
        for need in ("food", "debt")
        for result, n in (("advice_only", 20), ("money_gained", 5))
    ),
)


def batch_of(load: Load) -> Batch:
    batch = read(seal(HUB, Number(7, 3), load).body)
    assert isinstance(batch, Batch), batch
    return batch


def told(load: Load) -> str:
    return "\n".join(explain(batch_of(load)))


def test_every_code_has_words():
    assert set(KIND_LABELS) == set(KINDS)
    assert set(FACT_LABELS) == set(CODE_LABELS) == set(VOCABULARY)
    assert {name: set(words) for name, words in CODE_LABELS.items()} == {
        name: set(codes) for name, codes in VOCABULARY.items()
    }


def test_a_month_says_where_it_is_from_every_row_and_why():
    said = told(MONTH)
    assert "Dundee City, hub H2, about November 2026" in said
    assert "number 3 of those that this hub sealed from database 7" in said
    assert "      20  Food; Advice given" in said
    assert "Step 1 of 4: by month, need, what came of it" in said
    assert "“What came of it” beside “Need”: at worst 2 answers, one with 80%" in said
    assert "Why its 4 rows may leave:" in said
    assert "the worst stands under its table." in said
    assert "the smallest counts 5." in said


def test_where_no_fact_has_another_beside_it_nothing_is_said_of_the_worst():
    rows = (Row("wait", (("month", "2026-11"), ("wait_band", "0-10")), 9),)
    said = told(replace(MONTH, rows=rows))
    assert "at worst" not in said
    assert "the worst" not in said
    assert "company  no row here" in said


def test_a_later_revision_says_what_it_takes_the_place_of():
    assert "first of its period" in told(MONTH)
    assert "revision 2 of its period: it takes the place" in told(replace(MONTH, revision=2))


def test_a_day_shows_its_closing_counts_and_a_quarter_its_gains():
    closing = Closing(date(2026, 11, 7), 2, 90, {"housing": 4, "dwp": 20})
    said = told(Load("2026-11-07", 1, (), (closing,)))
    assert "Closing count of session 2: 90 visits" in said
    assert "DWP and Jobcentre Plus 20, Council housing 4" in said
    assert "It has no rows." in said
    said = told(Load("2026-Q4", 1, (), (), GainTotal("2026-Q4", 12_300, 11)))
    assert "about £12,300 by 11 visits" in said


def test_a_batch_with_too_little_company_is_never_said_to_be_well():
    alone = replace(MONTH, rows=MONTH.rows[:2])
    assert may_leave(batch_of(MONTH))
    assert not may_leave(batch_of(alone))
    assert "TOO LITTLE COMPANY" in told(alone)
    assert "It may NOT leave" in told(alone)
    assert "rows may leave" not in told(alone)


@pytest.mark.slow
@given(halls)
def test_whatever_the_gate_lets_through_is_said_to_be_well_and_every_row_is_shown(hall: Hall):
    verdict = runs_of(hall, [AFTER_ALL], 1)[0].verdict
    for load in loads(verdict.rows, verdict.gain_totals):
        batch = batch_of(load)
        assert may_leave(batch)
        counts = [f"  {row.n:6}  " for row in batch.rows]
        shown = [line[:10] for line in explain(batch) if line[:10] in counts]
        assert sorted(shown) == sorted(counts)
