"""What a service takes is learnt from past serving times, and not from what was left running."""

import math
import random
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_app.core.learn import learn

MINUTES = st.floats(0.0, 600.0)


def log_normal(mean: float, n: int) -> list[float]:
    """Give serving times spread as they are in a hall, without chance."""
    normal = NormalDist(math.log(mean) - 0.125, 0.5)
    return [math.exp(normal.inv_cdf((at + 0.5) / n)) for at in range(n)]


def test_before_anybody_was_served_the_pack_is_believed():
    serving = learn([], 20.0)
    assert serving.mean == pytest.approx(20.0)
    assert (serving.sigma, serving.n) == (0.5, 0)


def test_a_few_visits_move_it_a_little_and_many_move_it_all_the_way():
    few, many = learn(log_normal(30.0, 4), 15.0), learn(log_normal(30.0, 400), 15.0)
    assert 15.0 < few.mean < 25.0
    assert many.mean == pytest.approx(30.0, rel=0.03)


def test_somebody_who_forgets_to_say_they_have_finished_hardly_moves_it():
    right = log_normal(20.0, 100)
    forgotten = [minutes * 5 if at % 33 == 10 else minutes for at, minutes in enumerate(right)]
    assert learn(forgotten, 20.0).mean == pytest.approx(learn(right, 20.0).mean, rel=0.06)
    assert sum(forgotten) / sum(right) > 1.1


def test_a_tap_by_mistake_is_not_a_serving_time_of_nought():
    assert learn([0.0] * 3, 20.0) == learn([0.5] * 3, 20.0)


@settings(max_examples=50)
@given(st.lists(MINUTES, max_size=60), st.floats(1.0, 120.0), st.randoms(use_true_random=False))
def test_the_order_in_which_visits_came_makes_no_difference(
    history: list[float], prior: float, chance: random.Random
):
    mixed = list(history)
    chance.shuffle(mixed)
    assert learn(mixed, prior) == learn(history, prior)


@settings(max_examples=50)
@given(st.lists(MINUTES, max_size=60), st.floats(1.0, 120.0))
def test_it_is_always_a_number_of_minutes_that_can_be_waited(history: list[float], prior: float):
    serving = learn(history, prior)
    assert 0.0 < serving.mean < 20_000.0
    assert 0.0 < serving.sigma < 10.0
    assert serving.n == len(history)


@pytest.mark.parametrize("prior", [0.0, -5.0, math.nan])
def test_a_pack_cannot_say_that_a_service_takes_no_time(prior: float):
    with pytest.raises(ValueError, match="expected to take"):
        learn([10.0], prior)
