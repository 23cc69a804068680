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
from sync.endpoint import Result
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
    """Anything a hub could be made to send; few are what a hub that keeps the rules would."""
    period = draw(st.sampled_from(sorted(PERIODS)))
    field, facts = PERIODS[period]
    rows = [
        Row("visit", ((field, period), *fact), draw(st.integers(5, 15)))
        for fact in draw(st.lists(st.sampled_from(facts), unique=True))
    ]
    closed = [closing(draw(st.integers(0, 7)), 1, period)] if field == "day" else []
    made = load(rows, period, *closed, revision=draw(st.integers(1, 4)))
    number = Number(draw(st.integers(1, 2)), draw(st.integers(1, 6)))
    return batch_of(seal(draw(st.sampled_from([H2, H3])), number, made))


@st.composite
def honest(draw: st.DrawFn):
    """Every revision of some periods, each the one before with five or more added to some rows."""
    made: list[Batch] = []
    for period in draw(st.lists(st.sampled_from(sorted(PERIODS)), min_size=1, unique=True)):
        field, facts = PERIODS[period]
        counts = dict.fromkeys(facts, 0)
        closed = [closing(draw(st.integers(0, 9)), 1, period)] if field == "day" else []
        for revision in range(1, draw(st.integers(1, 5)) + 1):
            for fact in draw(st.lists(st.sampled_from(facts), unique=True)):
                counts[fact] += draw(st.integers(5, 9))
            rows = [Row("visit", ((field, period), *each), n) for each, n in counts.items() if n]
            if field == "day" and draw(st.booleans()):
                closed = [*closed, closing(draw(st.integers(0, 9)), revision + 1, period)]
            made.append(
                batch_of(
                    seal(
                        H2, Number(1, len(made) + 1), load(rows, period, *closed, revision=revision)
                    )
                )
            )
    return made


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


@settings(max_examples=40, suppress_health_check=QUIET)
@given(made=honest(), data=st.data())
def test_what_honest_hubs_send_ends_in_one_table_in_any_order(
    embedded: Store, made: list[Batch], data: st.DataObject
):
    emptied(embedded)
    sent = data.draw(st.permutations([*made, *made]))
    received = [embedded.receive(each, heard_at=0).result for each in sent]
    assert set(received) <= {Result.COUNTED, Result.ALREADY_COUNTED}
    latest = {(each.place, each.closed_period): each.load for each in made}
    assert ledger_of(embedded) == latest


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
