"""A batch is counted once, a later revision takes its whole place, and it is so on both engines."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest

from sync.centre.counts import Choice
from sync.centre.store import Store
from sync.endpoint import Result
from sync.manifest import period_sum
from sync.record import Batch, GainTotal, Load, Number, Place, Row, seal
from tests.centre.builders import (
    DAY,
    H2,
    batch_of,
    closing,
    load,
    need,
    opened,
    sealed,
    visits,
)
from tests.centre.model import Model, ledger_of


def numbered(made: Load, n: int, epoch: int = 1, hub: Place = H2) -> Batch:
    return batch_of(seal(hub, Number(epoch, n), made))


def counted(store: Store) -> list[tuple[str, int]]:
    with store.reading() as reading:
        return [(each.place.hub, each.row.n) for each in reading.counted(Choice())]


def result_of(store: Store, batch: Batch) -> Result:
    return store.receive(batch, heard_at=0).result


def test_a_batch_is_counted_once_under_whatever_number_it_comes(store: Store):
    made = load([visits(6)], DAY, closing(dwp=4))
    results = [result_of(store, numbered(made, n)) for n in (1, 1, 2)]
    assert results == [Result.COUNTED, Result.ALREADY_COUNTED, Result.ALREADY_COUNTED]
    assert counted(store) == [("H2", 6)]


def test_batches_that_come_together_are_counted_as_if_each_came_alone(store: Store):
    day = numbered(load([visits(6)], DAY, closing(dwp=4)), 1)
    month = numbered(load([need(9, "food"), need(8, "debt")], "2026-11"), 2)
    quarter = numbered(load((), "2026-Q4", total=GainTotal("2026-Q4", 4_000, 12)), 3)
    later = numbered(load([visits(11)], DAY, closing(dwp=4), revision=2), 4)
    other = numbered(load([visits(7)], DAY, closing(dwp=4), revision=2), 5)

    def together(*batches: Batch) -> list[str]:
        return [each.result.value for each in store.receive_several(batches, heard_at=5)]

    assert together(day, month, quarter) == ["counted"] * 3
    assert together(day, month, quarter) == ["already_counted"] * 3
    assert together(later, other, month) == ["counted", "refused", "already_counted"]
    with store.reading() as reading:
        assert [each.row.n for each in reading.counted(Choice())] == [11, 8, 9]
        assert [each.closing for each in reading.sessions(Choice())] == [closing(dwp=4)]
        assert [each.total for each in reading.gain_totals(Choice())] == [quarter.gain_total]
        assert [each.heard_at for each in reading.hubs()] == [5]


def test_one_batch_twice_in_a_request_is_counted_once(store: Store):
    days = {n: f"2026-11-{n:02}" for n in (7, 14, 21)}
    made = [numbered(load([visits(n, day=day)], day), n) for n, day in days.items()]
    found = store.receive_several((*made, made[0]), heard_at=0)
    assert [each.result for each in found] == [*[Result.COUNTED] * 3, Result.ALREADY_COUNTED]
    assert sorted(n for _, n in counted(store)) == [7, 14, 21]


def test_two_revisions_of_a_period_in_a_request_leave_the_later_one(store: Store):
    first, second = (numbered(load([visits(6 * n)], revision=n), n) for n in (1, 2))
    other = numbered(load([visits(8, day="2026-11-14")], "2026-11-14"), 3)
    found = store.receive_several((second, first, other), heard_at=0)
    assert [each.result.value for each in found] == ["counted", "already_counted", "counted"]
    assert sorted(n for _, n in counted(store)) == [8, 12]


def test_what_was_counted_is_there_when_the_ledger_is_opened_again(where: str):
    first = opened(where)
    made = load([visits(6)], DAY, closing(dwp=4))
    first.receive(numbered(made, 1), heard_at=5)
    first.receive(numbered(load((), "2026-Q4", total=GainTotal("2026-Q4", 4_000, 12)), 2), 9)
    first.close()
    again = opened(where)
    with again.reading() as reading:
        [held] = reading.sessions(Choice())
        [gain] = reading.gain_totals(Choice(period="2026"))
        [hub] = reading.hubs()
        assert (held.closing, gain.total.contributors) == (closing(dwp=4), 12)
        assert (hub.place, hub.name, hub.heard_at) == (H2, "H2", 9)
        assert reading.periods(H2)[DAY] == period_sum(made)
        assert reading.quarters() == ("2026-Q4",)
    again.close()


def test_a_number_is_not_used_for_two_batches(store: Store):
    result_of(store, numbered(load([visits(6)]), 1))
    receipt = store.receive(numbered(load([need(9, "food")], "2026-11"), 1), heard_at=0)
    assert (receipt.result, receipt.reasons[0].where) == (Result.REFUSED, "n")
    assert result_of(store, numbered(load([need(9, "food")], "2026-11"), 1, epoch=2)) is (
        Result.COUNTED
    )


def test_a_revision_says_one_thing_for_ever(store: Store):
    result_of(store, numbered(load([visits(6)]), 1))
    receipt = store.receive(numbered(load([visits(7)]), 2), heard_at=0)
    assert (receipt.result, receipt.reasons[0].where) == (Result.REFUSED, "revision")
    assert counted(store) == [("H2", 6)]
    assert result_of(store, numbered(load([need(5, "food")], "2026-11"), 2)) is Result.COUNTED


def test_a_later_revision_takes_the_whole_place_of_an_earlier_one(store: Store):
    result_of(store, numbered(load([visits(6)], DAY, closing(6)), 1))
    store.roll_up()
    later = load([visits(6), visits(5, "first_ever")], DAY, closing(6), closing(9, 2), revision=3)
    assert result_of(store, numbered(later, 2)) is Result.COUNTED
    assert result_of(store, numbered(load([visits(50)], revision=2), 3)) is Result.ALREADY_COUNTED
    with store.reading() as reading:
        assert reading.periods(H2) == {DAY: period_sum(later)}
        assert sorted(row.n for row in reading.sums(Choice())) == [5, 6]


NOTHING_OF_FEW = {
    "the same again": load([visits(6)], DAY, closing(20, dwp=9)),
    "five more": load([visits(11)], DAY, closing(20, dwp=9)),
    "a row more": load([visits(6), visits(5, "first_ever")], DAY, closing(20, dwp=9)),
    "an opening more": load([visits(6)], DAY, closing(20, dwp=9), closing(3, 2)),
    "five came late": load([visits(6)], DAY, closing(25, dwp=14, sss=0)),
    "five came late and met nobody": load([visits(6)], DAY, closing(25, dwp=9)),
    "nobody was at a desk": load([visits(6)], DAY, closing(20, dwp=9, sss=0)),
}
OF_FEW = {
    "a row fewer": load((), DAY, closing(20, dwp=9)),
    "one fewer": load([visits(5)], DAY, closing(20, dwp=9)),
    "one more": load([visits(7)], DAY, closing(20, dwp=9)),
    "four more": load([visits(10), visits(9, "first_ever")], DAY, closing(20, dwp=9)),
    "no closing": load([visits(6)]),
    "another opening’s closing": load([visits(6)], DAY, closing(20, 2, dwp=9)),
    "four came late": load([visits(6)], DAY, closing(24, dwp=9)),
    "one came late to a desk": load([visits(6)], DAY, closing(25, dwp=10)),
    "one contact more": load([visits(6)], DAY, closing(20, dwp=10)),
    "five fewer": load([visits(6)], DAY, closing(15, dwp=9)),
    "no desk": load([visits(6)], DAY, closing(25)),
}


@pytest.mark.parametrize("later", NOTHING_OF_FEW.values(), ids=NOTHING_OF_FEW)
def test_a_later_revision_may_add_what_tells_of_five_or_more(embedded: Store, later: Load):
    result_of(embedded, numbered(load([visits(6)], DAY, closing(20, dwp=9)), 1))
    later = replace(later, revision=4)
    assert result_of(embedded, numbered(later, 2)) is Result.COUNTED
    assert ledger_of(embedded) == {(H2, DAY): batch_of(seal(H2, Number(1, 2), later)).load}


@pytest.mark.parametrize("later", OF_FEW.values(), ids=OF_FEW)
def test_a_later_revision_that_tells_of_few_is_refused(embedded: Store, later: Load):
    first = load([visits(6)], DAY, closing(20, dwp=9))
    result_of(embedded, numbered(first, 1))
    embedded.roll_up()
    for _ in range(2):
        receipt = embedded.receive(numbered(replace(later, revision=2), 2), heard_at=0)
        assert (receipt.result, len(receipt.reasons)) == (Result.REFUSED, 1)
    assert ledger_of(embedded) == {(H2, DAY): first}
    honest = replace(first, rows=(visits(11),), revision=3)
    assert result_of(embedded, numbered(honest, 2)) is Result.COUNTED


def test_what_a_later_revision_adds_has_company_of_its_own(embedded: Store):
    def month(advice: int, crisis: int, revision: int) -> Batch:
        counts = (
            *(("food", "advice_only", advice), ("food", "money_gained", crisis)),
            *(("debt", "advice_only", advice), ("debt", "money_gained", crisis)),
        )
        rows = [need(n, code, result) for code, result, n in counts]
        return numbered(load(rows, "2026-11", revision=revision), revision)

    result_of(embedded, month(10, 10, 1))
    receipt = embedded.receive(month(16, 10, 2), heard_at=0)
    assert (receipt.result, receipt.reasons[0].where) == (Result.REFUSED, "fragments.need")
    assert result_of(embedded, month(16, 15, 2)) is Result.COUNTED


def test_a_gain_total_stays_what_it_was_first(store: Store):
    total = GainTotal("2026-Q4", 1_000, 10)
    first = load((), "2026-Q4", total=total)
    result_of(store, numbered(first, 1))
    for other in (None, replace(total, contributors=15), replace(total, pounds_nearest_100=900)):
        later = replace(first, gain_total=other, revision=2)
        assert result_of(store, numbered(later, 2)) is Result.REFUSED
    area = Row("area", (("quarter", "2026-Q4"), ("area", "not_said")), 5)
    later = replace(first, rows=(area,), revision=2)
    assert result_of(store, numbered(later, 2)) is Result.COUNTED
    assert ledger_of(store) == {(H2, "2026-Q4"): later}


def test_a_total_may_come_after_the_rows_of_its_quarter(embedded: Store):
    result_of(embedded, numbered(load((), "2026-Q4"), 1))
    later = load((), "2026-Q4", revision=2, total=GainTotal("2026-Q4", 1_000, 10))
    assert result_of(embedded, numbered(later, 2)) is Result.COUNTED


def test_a_hub_put_back_from_an_old_copy_does_not_write_over_what_stands(store: Store):
    before = [numbered(load([visits(9)]), 1), numbered(load([visits(14)], revision=2), 2)]
    put_back = [
        numbered(load([visits(7)]), 1, epoch=2),
        numbered(load([visits(13)], revision=2), 2, epoch=2),
        numbered(load([visits(18)], revision=3), 3, epoch=2),
    ]
    assert [result_of(store, each) for each in before] == [Result.COUNTED] * 2
    assert [result_of(store, each) for each in put_back] == [Result.REFUSED] * 3
    assert counted(store) == [("H2", 14)]


def test_the_same_batch_again_puts_right_what_was_lost_here(store: Store):
    made = load([visits(6), visits(5, "first_ever")], DAY, closing(dwp=4))
    result_of(store, numbered(made, 1))
    store.roll_up()
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM counted WHERE n = 5")
        connection.exec_driver_sql("UPDATE closing SET visits = 3")
    assert result_of(store, numbered(made, 1)) is Result.ALREADY_COUNTED
    with store.reading() as reading:
        assert reading.periods(H2) == {DAY: period_sum(made)}
        assert sum(row.n for row in reading.sums(Choice())) == 11


def test_two_hubs_of_one_name_in_two_councils_are_two(store: Store):
    for council in ("S12000042", "S12000049"):
        result_of(store, batch_of(sealed([visits(6)], hub=Place(council, "H2"))))
    with store.reading() as reading:
        assert [row.n for row in reading.sums(Choice())] == [12]
        assert [row.n for row in reading.sums(Choice(council="S12000049"))] == [6]
        assert [each.row.n for each in reading.by_hub(Choice(hub="H2", period="2026"))] == [6, 6]


@pytest.mark.parametrize("seed", [1, 2])
def test_eight_workers_sending_everything_twice_in_any_order_make_one_table(where: str, seed: int):
    chance = Random(seed)
    batches = [
        numbered(
            load([visits(5 * revision), visits(5 + hub, "first_ever")], DAY, revision=revision),
            n=revision,
            hub=Place("S12000042", f"H{hub}"),
        )
        for hub in range(10)
        for revision in range(1, 6)
    ]
    sent = batches * 2
    chance.shuffle(sent)
    workers = [opened(where) for _ in range(1 if "://" not in where else 4)]
    with ThreadPoolExecutor(8) as crowd:
        jobs = [
            crowd.submit(workers[at % len(workers)].receive, batch, at)
            for at, batch in enumerate(sent)
        ]
        rolled = crowd.submit(workers[-1].roll_up)
        assert {job.result().result for job in jobs} <= {Result.COUNTED, Result.ALREADY_COUNTED}
        rolled.result()
    model = Model()
    for batch in batches:
        model.receive(batch)
    assert ledger_of(workers[0]) == model.ledger()
    for worker in workers:
        worker.close()
