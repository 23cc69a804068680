"""Whatever is sent, in whatever order, the ledger is what a few lines of Python say it is."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.centre.counts import Choice, Reading
from sync.centre.encoding import FACTS, number_of, period_number, period_text, span
from sync.centre.schema import TABLES
from sync.centre.store import Store
from sync.periods import first_day, last_day, period_of
from sync.record import DAY, KINDS, LADDER, MONTH, QUARTER, VOCABULARY, Batch, Number, Row, seal
from tests.centre.builders import H2, H3, batch_of, closing, load
from tests.centre.model import Model, added, ledger_of

LATER = frozenset({"hub", "heard", "fact", "turn"})  # what stays when the ledger is emptied
RETURNING = (("visit_type", "returning"),)
PERIODS = {
    "2026-11-21": ("day", [RETURNING, (("visit_type", "first_ever"),)]),
    "2026-11": ("month", [RETURNING, ()]),
    "2026-Q4": ("quarter", [()]),
    "2027-01-02": ("day", [(("half_day", "am"), *RETURNING), ()]),
}

rolls = st.just("roll up")


@st.composite
def batches(draw: st.DrawFn):
    period = draw(st.sampled_from(sorted(PERIODS)))
    field, facts = PERIODS[period]
    rows = [
        Row("visit", ((field, period), *fact), draw(st.integers(5, 9)))
        for fact in draw(st.lists(st.sampled_from(facts), unique=True))
    ]
    closed = [closing(draw(st.integers(0, 2)), 1, period)] if field == "day" else []
    made = load(rows, period, *closed, revision=draw(st.integers(1, 4)))
    number = Number(draw(st.integers(1, 2)), draw(st.integers(1, 6)))
    return batch_of(seal(draw(st.sampled_from([H2, H3])), number, made))


def emptied(store: Store) -> None:
    with store.writing() as connection:
        for table in TABLES.tables.values():
            if table.name not in LATER:
                connection.execute(table.delete())


def plain(reading: Reading, choice: Choice) -> Iterable[Row]:
    return (each.row for each in reading.counted(choice))


def held_to_the_model(store: Store, steps: Iterable[Batch | str]) -> None:
    emptied(store)
    model = Model()
    for step in steps:
        if isinstance(step, str):
            store.roll_up(1)
        else:
            assert store.receive(step, heard_at=0).result is model.receive(step)
    assert ledger_of(store) == model.ledger()
    with store.reading() as reading:
        assert added(reading.sums(Choice())) == model.sums()
        for choice in (Choice(period="2026"), Choice(period="2026-11"), Choice(kind="visit")):
            assert added(reading.sums(choice)) == added(plain(reading, choice))
            assert added(reading.monthly(choice)) == added(plain(reading, choice))
            assert added(each.row for each in reading.by_hub(choice)) == added(
                plain(reading, choice)
            )


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=40, suppress_health_check=QUIET)
@given(steps=st.lists(batches() | rolls, max_size=12))
def test_an_embedded_ledger_is_what_the_model_says(embedded: Store, steps: list[Batch | str]):
    held_to_the_model(embedded, steps)


@settings(max_examples=8, suppress_health_check=QUIET)
@given(steps=st.lists(batches() | rolls, max_size=12))
def test_a_ledger_on_postgresql_is_what_the_model_says(
    on_postgres: Store, steps: list[Batch | str]
):
    held_to_the_model(on_postgres, steps)


@given(day=st.dates(date(1971, 1, 1), date(2400, 12, 31)))
def test_a_period_is_a_number_and_holds_what_lies_in_it(day: date):
    periods = [period_of(field, day) for field in (DAY, MONTH, QUARTER)]
    for at, period in enumerate(periods):
        assert period_text(period_number(period)) == period
        low, high = span(period)
        held = [each for each in periods if low <= period_number(each) <= high]
        assert held == periods[: at + 1]
        begins, ends = first_day(period), last_day(period)
        for outside, step in ((begins, timedelta(-1)), (ends, timedelta(1))):
            assert outside is not None
            assert not low <= period_number((outside + step).isoformat()) <= high
    low, high = span(f"{day.year}")
    assert {low <= period_number(period) <= high for period in periods} == {True}


def test_every_set_of_facts_has_a_number_of_its_own_that_never_changes():
    named = {
        (kind, facts) for kind in KINDS for step in LADDER[kind] for facts in _all_of(step[1:])
    }
    assert set(FACTS.values()) == named
    row = Row("visit", (("day", "2026-11-21"), ("visit_type", "returning")), 5)
    assert FACTS[number_of(row)] == ("visit", (("visit_type", "returning"),))
    assert (
        number_of(row) == 70315717
    )  # written into every database: another number loses what it holds


def _all_of(names: tuple[str, ...]) -> Iterable[tuple[tuple[str, str], ...]]:
    return (
        tuple(zip(names, codes, strict=True))
        for codes in product(*(VOCABULARY[name] for name in names))
    )
