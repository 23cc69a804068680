"""Whatever network and clocks do: one keeper at a time, who knows every call, and soon one."""

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hub_app.lan import keeper as keeper_file
from hub_app.lan import lease
from hub_app.lan.keeper import Keeper, Kept
from hub_app.lan.messages import LeaseAsked, LeaseDenied, LeaseGranted
from tests.lan.any_network import Broken, Hall

FAST, SLOW, FOUND_WITHIN = range(40), range(40, 240), range(400)


def any_hall(seed: int, kind: type[Keeper] = Keeper) -> Hall:
    chance = random.Random(seed)
    count = chance.choice((3, 3, 4, 5, 5, 6, 7, 8))
    return Hall(seed, count, kind, chance.choice((2, count, count, count)))


def one_keeper_at_a_time(seed: int) -> None:
    hall = any_hall(seed)
    if seed % 5 == 0:
        hall.coups(2)
    else:
        hall.troubles(40)
    hall.heal()
    hall.run(8)
    assert hall.held, f"seed {seed}: nobody decides, eight seconds after all is well"


def one_in_the_end(seed: int) -> None:
    hall = any_hall(seed)
    hall.is_forced = True
    hall.troubles(40)
    hall.heal()
    hall.run(40)
    hall.is_forced = False
    (keeper,) = hall.holders()
    for tablet in hall.tablets.values():
        assert tablet.keeper is not None
        assert tablet.keeper.known(hall.clock(tablet)) == keeper.me
        assert tablet.keeper.members == frozenset(hall.names)
    hall.run(2)  # and the judge forbids a second one


def test_there_is_one_keeper_at_a_time_whatever_the_network_does():
    for seed in FAST:
        one_keeper_at_a_time(seed)


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(10))
def test_there_is_one_keeper_at_a_time_in_many_more_halls(tenth: int):
    for seed in SLOW[tenth::10]:
        one_keeper_at_a_time(seed)


def test_people_who_take_over_on_both_sides_end_up_with_one_keeper():
    for seed in range(6):
        one_in_the_end(seed)


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(10))
def test_people_who_take_over_end_up_with_one_keeper_in_many_more_halls(tenth: int):
    for seed in range(6 + tenth, 100, 10):
        one_in_the_end(seed)


@pytest.mark.parametrize("is_noticed", [True, False])
def test_when_the_keeper_is_killed_another_decides_within_six_seconds(is_noticed: bool):
    for seed in range(40):
        hall = any_hall(seed)
        hall.network = replace(hall.network, slowest=0.05)
        hall.run(6 + hall.rng.random())
        (keeper,) = hall.holders()
        if is_noticed:
            lines = frozenset(line for line in hall.network.lines if keeper.me not in line)
            hall.network = replace(hall.network, lines=lines)
        hall.crash(keeper)
        assert keeper.kept is not None
        if len(keeper.kept.config.members) > 2:
            hall.held.clear()
            hall.run(6)
            assert hall.held, f"seed {seed}"


# --- broken on purpose: each of these is found by some seed -----------------------------------


class Forgets(Keeper):
    """Grants at once after a restart, whatever it promised before."""

    def __init__(self, me, now, chance, kept, save):
        super().__init__(me, now, chance, kept, save)
        self._silent_until = now


class KeepsNothing(Keeper):
    """Loses config and terms in a restart."""

    def _keep(self, config, highest):
        self._kept = Kept(config, max(highest, self._kept.highest))


class CountsFromTheAnswer(Keeper):
    """Holds the lease from when it was granted, not from when it was asked for."""

    def _granted(self, now, sender, said: LeaseGranted):
        super()._granted(now, sender, replace(said, sent=now))


class ChangesUnsettled(Keeper):
    """Changes the members before a majority holds the last change."""

    def _is_settled(self):
        return True


class GrantsTwo(Keeper):
    """Grants to a second one while the first still counts on it."""

    def _bound_to(self, now):
        return None


class KnowsNoCalls(Keeper):
    """Decides before it holds what its voters hold."""

    def holds(self, now, vector):
        return self._has_lease(now) or super().holds(now, vector)


class TakesOldConfigs(Keeper):
    """Grants to who wants the majority of members that were since replaced."""

    def _may_grant(self, now, sender, asked: LeaseAsked, *, is_elected):
        config = max(asked.config, self.config, key=lambda config: config.id)
        said = replace(asked, config=config)
        return super()._may_grant(now, sender, said, is_elected=is_elected)


class FreesWhomItStillNeeds(Keeper):
    """Says its own term while it still lives on it, as if it were given up."""

    def _denial(self, asked: LeaseAsked):
        return LeaseDenied(self._kept.highest, self.config)


def half_will_do(patch: pytest.MonkeyPatch) -> None:
    def half(some, members):
        return len(frozenset(some) & frozenset(members)) * 2 >= len(members) > 0

    patch.setattr(keeper_file, "is_majority", half)


def lease_outlives_the_promise(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lease, "LEASE_SECONDS", 3.3)


def is_found(kind: type[Keeper]) -> bool:
    for seed in FOUND_WITHIN:
        try:
            any_hall(seed, kind).coups(4)
        except Broken:
            return True
    return False


@pytest.mark.parametrize("kind", [Forgets, ChangesUnsettled])
def test_a_broken_keeper_is_found_by_some_seed(kind: type[Keeper]):
    assert is_found(kind)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        KeepsNothing,
        KnowsNoCalls,
        CountsFromTheAnswer,
        GrantsTwo,
        TakesOldConfigs,
        FreesWhomItStillNeeds,
    ],
)
def test_a_keeper_broken_more_subtly_is_found_too(kind: type[Keeper]):
    assert is_found(kind)


@pytest.mark.slow
@pytest.mark.parametrize("broken", [half_will_do, lease_outlives_the_promise])
def test_broken_arithmetic_is_found(
    broken: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
):
    broken(monkeypatch)
    assert is_found(Keeper)


# --- the same seed is the same hall -----------------------------------------------------------


def diary(seed: int) -> str:
    hall = any_hall(seed)
    hall.troubles(15)
    kept = [repr((t.me, t.kept, sorted(t.log.items()))) for t in hall.tablets.values()]
    return hashlib.sha256(repr((hall.order, hall.held, kept)).encode()).hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "7"])
def test_a_seed_replays_exactly_whatever_the_hash_seed(hash_seed: str):
    there = "from tests.lan import test_keeper_any_network as t; print(t.diary(5))"
    ran = subprocess.run(
        [sys.executable, "-c", there],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == diary(5)
