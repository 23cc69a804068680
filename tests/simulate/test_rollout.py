"""The reference that looks ahead: a real day under it, the same each time, and what it may know."""

from dataclasses import replace

from bench.rollout import Effort, Rollout, ratio
from bench.rollout_luck import Future, Ground
from bench.rollout_play import Play
from bench.rollout_start import start_of
from hub_app.simulate.day import Day
from hub_app.simulate.generate import generate
from hub_app.simulate.hall import Hall
from hub_app.simulate.instance import Instance
from hub_app.simulate.metrics import metrics
from hub_app.simulate.policies import Ours

A_LITTLE = Effort(moves=3, futures=2, more=2, ahead=30.0, drawn=4)


def a_small_day() -> Instance:
    return generate("small", 50_001)


def test_the_reference_lives_a_day_the_same_each_time_and_not_as_our_rule_does():
    lived: list[dict[str, float]] = []
    for policy in (Rollout(A_LITTLE, "one"), Rollout(A_LITTLE, "one"), Ours()):
        day = Day(a_small_day(), policy)
        day.live()
        lived.append(metrics(day))
    assert lived[0] == lived[1]
    assert lived[0]["n"] == lived[2]["n"]
    assert lived[0] != lived[2]


def test_a_future_knows_nothing_that_only_the_day_will_tell():
    day = a_small_day()
    other = replace(
        day,
        families=tuple(
            replace(
                one,
                minutes=dict.fromkeys(one.minutes, 88.0),
                patience=99.0,
                is_silent=not one.is_silent,
                misses=frozenset(),
                handover=None,
            )
            for one in day.families
        ),
    )
    found: list[float] = []
    for instance in (day, other):
        costs: list[float] = []

        class Asks(Ours):
            def calls(self, hall: Hall, costs: list[float] = costs):
                for visit, desk in super().calls(hall):
                    if not costs:
                        future = Future(Ground(hall), "seed")
                        start, makers = start_of(hall, future, {})
                        guests = {number: make() for number, make in makers.items()}
                        move = visit.number, desk.desk.service, desk.number
                        costs.append(Play(future, guests, start).costs(move, hall.t + 60, 45.0))
                    yield visit, desk

        Day(instance, Asks()).live()
        found += costs
    assert found[0] == found[1] > 0


def test_the_ratio_is_of_the_means_and_paired():
    found, half = ratio([(66.0, 60.0), (110.0, 100.0), (88.0, 80.0)])
    assert round(found, 6) == 1.1
    assert half < 1e-9
    assert ratio([(66.0, 60.0), (99.0, 100.0)])[1] > 0.05
