"""Forecasts on simulated days: measured against what came, told nothing that only the day knows."""

from dataclasses import replace

import pytest

from hub_app.core.forecast_sketch import Running, Sketch, Where
from hub_app.core.ranges import Range
from hub_app.simulate.day import Day
from hub_app.simulate.foresee import Answer, Asked, Said, figures, foresee, summary
from hub_app.simulate.generate import WORLDS, generate
from hub_app.simulate.hall import Hall
from hub_app.simulate.instance import Instance
from hub_app.simulate.run import live
from hub_app.simulate.sketching import Memory, sketch_of, usual
from hub_app.simulate.state import code


def sketches(instance: Instance, until: float = 1e9) -> list[Sketch]:
    memory, found = Memory(instance), list[Sketch]()

    def look(day: Day, t: float) -> None:
        memory.look(day.hall)
        if t < until:
            found.append(sketch_of(day.hall, memory))

    live(instance, "ours", watch=look)
    return found


def answer(shown: Range | None, minutes: float | None, asked: Asked = Asked.NEXT_CALL) -> Answer:
    return Answer(Said(asked, 0, 10.0, True, None, shown), "small", 1, minutes)


def test_figures_are_over_what_was_said_and_came():
    said = [
        answer(Range(5, 7, 10), 6.0),
        answer(Range(5, 7, 10), 12.0),
        answer(Range(0, 1, 3), 0.0),
        answer(Range(0, 1, 3), None),
        answer(None, 4.0),
    ]
    found = figures(said)
    assert found["coverage80"] == pytest.approx(2 / 3)
    assert found["width"] == pytest.approx(13 / 3)
    assert found["error"] == pytest.approx((1 + 5 + 1) / 3)
    assert found["answers"] == 3
    assert found["unsaid"] == pytest.approx(1 / 4)
    assert figures([answer(None, 4.0)]) == {"answers": 0.0, "unsaid": 1.0}


def test_a_day_is_asked_about_and_summed_up_by_what_was_asked():
    answers = foresee([generate("small", 7)], looks=6, futures=20)
    assert answers == foresee([generate("small", 7)], looks=6, futures=20)
    assert all(one.minutes is None or one.minutes > 0 for one in answers)
    found = summary(answers)
    assert list(found) == ["next_call", "all_done", "at_a_glance"]
    assert {"coverage80", "width", "error"} <= set(found["next_call"])
    assert {one.said.asked for one in answers if one.said.is_first} == set(Asked)


def test_nothing_that_only_the_day_will_tell_is_in_a_sketch():
    instance = generate("small", 3)
    first = min(instance.families, key=lambda one: one.arrive)
    told = sketches(instance, first.arrive + first.triage + 1)
    otherwise = replace(
        instance,
        services=tuple(replace(one, mean=99.0, spread=0.1) for one in instance.services),
        families=tuple(
            replace(
                one,
                minutes=dict.fromkeys(one.minutes, 77.0),
                patience=500.0,
                is_silent=not one.is_silent,
                handover=None,
            )
            for one in instance.families
        ),
    )
    for one, other in zip(told, sketches(otherwise), strict=False):
        assert (one.now, one.present, one.desks) == (other.now, other.present, other.desks)
        assert (one.serving, one.arrivals) == (other.serving, other.arrivals)


def test_a_call_that_will_be_missed_looks_like_any_other_at_first():
    instance = generate("small", 3)
    missing = replace(
        instance,
        families=tuple(replace(one, misses=frozenset(one.needs)) for one in instance.families),
    )

    def first_call(day: Instance) -> Sketch:
        return next(one for one in sketches(day) if any(desk.running for desk in one.desks))

    one, other = first_call(instance), first_call(missing)
    assert one.desks == other.desks
    (called,) = [desk.running for desk in other.desks if desk.running]
    assert isinstance(called, Running)
    who = {present.family.id: present.where for present in other.present}
    assert called.family is not None
    assert who[called.family] is Where.SERVING
    later = [desk.running for sketch in sketches(missing) for desk in sketch.desks if desk.running]
    assert any(running.family is None for running in later)


def test_a_language_nobody_interprets_is_never_talked():
    instance = generate("typical", 4)
    alone = replace(
        instance,
        interpreters=(),
        families=tuple(replace(one, language="ar") for one in instance.families),
    )
    assert sketch_of(Hall(alone), Memory(alone)).interpreters == {"ar": ()}


def test_served_minutes_are_learnt_through_the_day_as_if_nobody_interpreted():
    instance = generate("small", 7)
    last = sketches(instance)[-1].serving
    first = Memory(instance).serving()
    assert all(last[service].n >= first[service].n for service in first)
    assert sum(last[service].n - first[service].n for service in first) > 20
    every = [code(at) for at in range(len(instance.services))]
    assert sorted(last) == every


def test_other_days_of_the_same_size_are_known_and_another_hall_goes_by_its_desks():
    typical = generate("typical", 1)
    known = usual(typical)
    assert sum(known.slots) == pytest.approx(WORLDS["typical"].families, rel=0.05)
    odd = replace(typical, size="elsewhere")
    guessed = usual(odd)
    assert all(len(newcomer.services) == 1 for newcomer, _ in guessed.like)
    stops = sum(len(family.needs) for family in typical.families)
    assert sum(guessed.slots) == pytest.approx(stops, rel=0.4)
    assert foresee([odd], looks=12, futures=20)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "days"), [("small", 20), ("typical", 8), ("busy", 4)])
def test_ranges_hold_about_four_times_in_five_on_days_nobody_has_seen(size: str, days: int):
    found = summary(foresee([generate(size, seed) for seed in range(940_001, 940_001 + days)]))
    assert 0.66 <= found["next_call"]["coverage80"] <= 0.92
    assert found["next_call"]["width"] <= 20
    assert found["next_call"]["error"] <= 7
    assert 0.65 <= found["all_done"]["coverage80"] <= 0.94
    assert found["next_call"]["unsaid"] < 0.08
