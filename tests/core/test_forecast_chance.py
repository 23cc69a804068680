"""What futures are drawn from: who comes in, and how long a stop lasts that already runs."""

import math
from random import Random
from statistics import fmean

import pytest

from hub_app.core.forecast_chance import Lasting
from hub_app.core.forecast_door import Door
from hub_app.core.forecast_sketch import Arrivals, Newcomer, todays_ratio


def test_families_come_as_often_as_the_profile_says():
    arrivals = Arrivals((3.0, 1.0, 8.0, 0.0), ((Newcomer(("energy",)), 1.0),), ratio=1.5)
    door, chance = Door(arrivals, 7.5, 45.0), Random(1)
    days = [door.minutes(chance) for _ in range(2000)]
    early = fmean(sum(minute < 15 for minute in day) for day in days)
    late = fmean(sum(minute >= 30 for minute in day) for day in days)
    assert early == pytest.approx(1.5 * 1.5, rel=0.06)
    assert late == pytest.approx(8 * 1.5, rel=0.06)
    assert all(7.5 <= minute <= 45 for day in days for minute in day)


def test_who_comes_for_what_is_closing_is_told_no():
    arrivals = Arrivals((1.0,), ((Newcomer(("energy", "housing"), leaves_after=40.0), 1.0),))
    family = Door(arrivals, 0.0, 15.0).family(100.0, {"energy": 110.0, "housing": 200.0}, Random(1))
    assert family.services == ("housing",)
    assert family.leave_by == 140.0


def test_today_counts_little_while_few_have_come():
    usual = Arrivals((8.0, 8.0), ())
    assert todays_ratio(usual, 0.0, 0) == 1.0
    assert todays_ratio(usual, 15.0, 16) == pytest.approx(1.5)
    assert todays_ratio(usual, 300.0, 16) == 1.0


@pytest.mark.parametrize("age", [0.0, 4.0, 15.0, 30.0])
def test_a_stop_that_has_run_for_a_while_lasts_as_long_as_such_stops_do(age: float):
    lasting, chance = Lasting(math.log(12), 0.5, age), Random(2)
    lengths = [lasting.drawn(chance) for _ in range(4000)]
    rejected = [
        x for x in (math.exp(chance.gauss(math.log(12), 0.5)) for _ in range(60_000)) if x > age
    ]
    assert min(lengths) > age
    assert fmean(lengths) == pytest.approx(fmean(rejected), rel=0.05)
    assert lasting.mean() == pytest.approx(fmean(rejected), rel=0.05)


def test_a_stop_somebody_forgot_to_end_may_end_soon():
    lasting = Lasting(math.log(12), 0.5, 600.0)
    lengths = [lasting.drawn(Random(seed)) for seed in range(50)]
    assert all(600 < length <= 810 for length in lengths)
    assert 600 < lasting.mean() < 810
