"""A batch is counted once, a later revision takes its whole place, and it is so on both engines."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from sync.centre.counts import Choice
from sync.centre.store import Store
from sync.endpoint import Result
from sync.manifest import period_sum
from sync.record import Batch, GainTotal, Load, Number, Place, seal
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
            load([visits(5 + revision), visits(5 + hub, "first_ever")], DAY, revision=revision),
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
