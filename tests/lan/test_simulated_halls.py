"""Whatever goes wrong between tablets, nobody is lost or called twice; any seed replays."""

import os
import subprocess
import sys

import pytest

from tests.lan.hall.plan import Plan
from tests.lan.hall.world import World, run
from tests.support.hall import ROOT

FEW, MANY, BATCH = 8, 204, 28
_TRACE = "from tests.lan.hall.world import run; print(run({seed}).trace)"


def test_a_calm_hall_calls_and_stays_in_step() -> None:
    count = World(1, Plan(3, 0, 15.0, "mesh", {}, False, False, False, False, False)).run()
    assert count.calls > 3
    assert not count.faults
    assert not count.clashes


def test_a_few_halls_with_everything_that_can_go_wrong_hold_together() -> None:
    halls = [run(seed) for seed in range(FEW)]
    assert sum(hall.facts for hall in halls) > FEW * 40
    assert {"crash", "cut", "partition", "clock"} <= {f for hall in halls for f in hall.faults}


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FEW, MANY, BATCH))
def test_hundreds_of_halls_with_everything_that_can_go_wrong_hold_together(first: int) -> None:
    halls = [run(seed) for seed in range(first, first + BATCH)]
    seen = {fault for hall in halls for fault in hall.faults}
    assert {"crash", "cut", "alone", "partition", "clock", "full", "one way", "quit"} <= seen
    assert seen & {"clone", "restore", "remove", "reopen"}
    assert sum(hall.calls for hall in halls) > BATCH


def test_a_seed_plays_the_same_hall_whatever_the_order_of_hashes() -> None:
    traces = {
        subprocess.run(
            [sys.executable, "-c", _TRACE.format(seed=7)],
            env={**os.environ, "PYTHONHASHSEED": order},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for order in ("1", "2")
    }
    assert traces == {f"{run(7).trace}\n"}
