"""Whatever goes wrong between tablets, no visit leaves twice and all agree on what has left."""

from dataclasses import replace
from typing import Any

import pytest

from hub_app.lan import sealing
from tests.lan.hall.invariants import Broken
from tests.lan.hall.plan import Plan, dire
from tests.lan.hall.planted import instead
from tests.lan.hall.sealers import play

FEW, MANY, BATCH = 2, 30, 7
TROUBLE = {"crash": 3.0, "alone": 2.0, "partition": 2.0, "cut": 2.0, "quit": 0.7, "remove": 0.4}


def a_plan(seed: int, **more: float) -> Plan:
    return replace(dire(seed, **TROUBLE, **more), tablets=3 + seed % 3, seconds=20.0, taps=4.0)


@pytest.mark.parametrize("seed", range(FEW))
def test_a_keeper_may_die_half_way_and_nothing_leaves_twice(seed: int) -> None:
    assert play(seed, a_plan(seed)).left


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FEW, MANY, BATCH))
def test_dozens_of_halls_with_crashes_and_partitions_seal_each_visit_once(first: int) -> None:
    halls = [play(seed, a_plan(seed)) for seed in range(first, first + BATCH)]
    assert sum(hall.sealed for hall in halls) > BATCH * 3
    assert sum(row[6] == "batch_upheld" for hall in halls for row in hall.facts)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 14, BATCH))
def test_halls_with_restored_and_copied_tablets_agree_in_the_end(first: int) -> None:
    halls = [
        play(seed, a_plan(seed, restore=1.0, clone=0.7)) for seed in range(first, first + BATCH)
    ]
    assert sum(hall.sealed for hall in halls) > BATCH * 3


def a_seal_nobody_confirmed() -> Any:
    """A fault somebody might make: the keeper confirms as soon as it has sealed."""
    return instead(sealing, "is_held", lambda *_: True)


@pytest.mark.slow
def test_the_halls_would_notice_a_seal_that_nobody_confirmed() -> None:
    with a_seal_nobody_confirmed():
        assert any(_breaks(seed) for seed in range(40))


def _breaks(seed: int) -> bool:
    try:
        play(seed, a_plan(seed))
    except Broken:
        return True
    return False
