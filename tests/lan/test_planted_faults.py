"""The simulated halls would notice: each of these faults, planted in the real code, is found."""

import pytest

from tests.lan.hall.invariants import Broken
from tests.lan.hall.plan import dire
from tests.lan.hall.planted import BROUGHT_OUT_BY, PLANTED
from tests.lan.hall.world import World

SEEDS = 60
SOON = 3  # seeds: found by the first few, so that it can be tried every time


def _found_by(fault: str, seeds: int) -> int | None:
    """The first seed whose hall breaks, None if all hold together."""
    with PLANTED[fault]():
        for seed in range(seeds):
            try:
                _play(fault, seed)
            except Broken:
                return seed
    return None


def _play(fault: str, seed: int) -> None:
    trouble = BROUGHT_OUT_BY.get(fault)
    World(seed, None if trouble is None else dire(seed, **trouble)).run()


@pytest.mark.parametrize(
    "fault",
    [
        "a_fold_in_the_order_of_arrival",
        "said_to_be_kept_before_it_is",
        "one_letter_for_every_tablet",
        "in_step_with_those_who_are_away",
    ],
)
def test_a_planted_fault_is_found_at_once(fault: str) -> None:
    assert _found_by(fault, SOON) is not None


@pytest.mark.slow
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found_in_some_hall(fault: str) -> None:
    assert _found_by(fault, SEEDS) is not None
