"""Ranges: whole minutes that hold four times in five, or an honest “we can't say yet”."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_app.core import ranges
from hub_app.core.forecast import Future
from hub_app.core.forecast_quick import Guess
from hub_app.core.forecast_tally import Spread, Tally
from hub_app.core.ranges import (
    STILL,
    About,
    Correction,
    Factory,
    Nudge,
    Range,
    answered,
    at_a_glance,
    factory_for,
    fit,
    ranged,
)

AS_IT_IS = Factory((), (Correction(0.0, 0.0, 0.0),))

minutes = st.floats(0, 600)
spreads = st.tuples(minutes, minutes, minutes).map(lambda three: Spread(*sorted(three)))
corrections = st.builds(Correction, *[st.floats(-2, 2)] * 3)
nudges = st.builds(Nudge, st.floats(-0.3, 1), st.floats(-0.3, 1))


def tally(*calls: float, done: float | None = None) -> Tally:
    found = Tally()
    for at in calls:
        found.add(Future({("v", "energy"): at}, {} if done is None else {"v": done}))
    return found


@given(spreads, corrections, nudges)
def test_a_range_is_never_negative_and_never_upside_down(
    spread: Spread, correction: Correction, nudge: Nudge
):
    found = ranged(spread, Factory((), (correction,)), nudge)
    assert found is not None
    assert 0 <= found.low <= found.likely <= found.high


@given(spreads)
def test_minutes_are_rounded_outward(spread: Spread):
    found = ranged(spread, AS_IT_IS)
    assert found == Range(
        min(math.floor(spread.early + 1e-6), round(spread.middle)),
        round(spread.middle),
        max(math.ceil(spread.late - 1e-6), round(spread.middle)),
    )


def test_whole_minutes_stay_as_they_are():
    for whole in range(200):
        assert ranged(Spread(whole, whole, whole), AS_IT_IS) == Range(whole, whole, whole)


@pytest.mark.parametrize("wrong", [(-1, 2, 3), (3, 2, 4), (1, 5, 4)])
def test_nonsense_is_no_range(wrong: tuple[int, int, int]):
    with pytest.raises(ValueError, match="not a range"):
        Range(*wrong)


def test_what_holds():
    assert [Range(5, 7, 10).holds(x) for x in (4.9, 5.0, 10.0, 10.1)] == [False, True, True, False]


def test_we_cannot_say_yet():
    assert ranged(None, AS_IT_IS) is None
    assert ranged(Spread(1, 2, 3), None) is None
    assert at_a_glance(None) is None
    assert ranges.next_call(tally(*[5.0] * 19), "v") is None
    assert ranges.next_call(tally(*[5.0] * 40), "somebody else") is None
    assert ranges.all_done(tally(*[5.0] * 40), "v") is None


def test_a_family_that_could_be_called_now_is_told_about_nought():
    now = ranges.next_call(tally(*[0.0] * 40), "v")
    assert now is not None
    assert (now.low, now.likely) == (0, 0)
    assert now.high <= 2
    glance = at_a_glance(Guess(0.0, "energy"))
    assert glance is not None
    assert (glance.low, glance.likely) == (0, 0)
    assert glance.high <= 3


def test_a_wait_and_a_stay_have_corrections_of_their_own():
    known = tally(*[12.0 + at / 10 for at in range(40)], done=60.0)
    wait, stay = ranges.next_call(known, "v"), ranges.all_done(known, "v")
    assert wait is not None
    assert stay is not None
    assert wait.high < stay.low
    assert at_a_glance(Guess(30.0, "energy")) != ranged(ranges.as_spread(30.0), AS_IT_IS)


def test_fewer_futures_have_a_correction_of_their_own():
    assert factory_for(About.NEXT_CALL, 19) is None
    fewer, more = factory_for(About.NEXT_CALL, 39), factory_for(About.NEXT_CALL, 400)
    assert fewer is not None
    assert more is not None
    assert fewer == factory_for(About.NEXT_CALL, 20) != more


@pytest.mark.parametrize("about", About)
@pytest.mark.parametrize("futures", [20, 40])
def test_the_factory_has_a_correction_for_every_wait(about: About, futures: int):
    factory = factory_for(about, futures)
    assert factory is not None
    assert len(factory.corrections) == len(factory.edges) + 1
    assert list(factory.edges) == sorted(factory.edges)
    assert factory.bin_of(0.0) == 0
    assert factory.bin_of(factory.edges[0]) == 1
    assert factory.bin_of(1e6) == len(factory.edges)


# ---------------------------------------------------------------------------- learning from answers


def waits(seed: int, count: int, slower: float = 1.0) -> list[tuple[Spread, float]]:
    """Give spreads that are too sure of themselves, each with what came."""
    chance, found = Random(seed), list[tuple[Spread, float]]()
    for _ in range(count):
        middle = math.exp(chance.gauss(2.3, 0.7))
        came = slower * middle * math.exp(chance.gauss(0.0, 0.6))
        found.append((Spread(middle * 0.8, middle, middle * 1.2), came))
    return found


def held(answers: list[tuple[Spread, float]], factory: Factory) -> float:
    shown = [(ranged(spread, factory), came) for spread, came in answers]
    return sum(found is not None and found.holds(came) for found, came in shown) / len(shown)


def test_fitted_ranges_hold_four_times_in_five_where_raw_ones_do_not():
    factory = fit(waits(1, 4000), (5.0, 15.0))
    fresh = waits(2, 4000)
    assert held(fresh, AS_IT_IS) < 0.5
    assert held(fresh, factory) == pytest.approx(0.8, abs=0.025)
    for at in range(3):
        part = [one for one in fresh if factory.bin_of(one[0].middle) == at]
        assert held(part, factory) == pytest.approx(0.8, abs=0.05)


def test_a_fit_wants_answers_in_every_bin():
    with pytest.raises(ValueError, match="no answers"):
        fit([(Spread(1, 2, 3), 2.0)], (5.0,))


def test_a_late_call_stretches_the_late_end_and_a_kept_one_gives_back_a_little():
    late = answered(STILL, Range(5, 8, 12), 20.0)
    assert late.late == pytest.approx(0.018)
    assert late.early == pytest.approx(-0.002)
    kept = answered(late, Range(5, 8, 12), 9.0)
    assert kept.late == pytest.approx(0.016)
    early = answered(STILL, Range(5, 8, 12), 2.0)
    assert early.early == pytest.approx(0.018)
    assert early.late == pytest.approx(-0.002)
    assert ranged(Spread(5, 8, 12), AS_IT_IS, Nudge(0.5, 0.5)) == Range(1, 8, 22)


def test_a_range_from_nought_says_nothing_of_its_early_end():
    assert answered(STILL, Range(0, 2, 5), 1.0).early == 0.0
    assert answered(Nudge(0.4, 0.0), Range(0, 2, 5), 1.0).early == pytest.approx(0.398)
    assert answered(Nudge(-0.2, 0.0), Range(0, 2, 5), 1.0).early == -0.2
    assert answered(STILL, Range(0, 2, 5), 1.0).late == pytest.approx(-0.004)


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 500)), max_size=200))
def test_a_nudge_stays_in_its_bounds(answers: list[tuple[int, float]]):
    nudge = STILL
    for low, came in answers:
        nudge = answered(nudge, Range(low, low + 3, low + 9), came)
        assert -0.3 <= nudge.early <= 1
        assert -0.3 <= nudge.late <= 1


@pytest.mark.parametrize("slower", [0.75, 1.0, 1.6])
def test_in_a_hall_unlike_the_factory_ranges_come_to_hold_four_times_in_five(slower: float):
    factory, nudge = fit(waits(1, 4000), (5.0, 15.0)), STILL
    kept: list[bool] = []
    for spread, came in waits(3, 3000, slower):
        found = ranged(spread, factory, nudge)
        assert found is not None
        kept.append(found.holds(came))
        nudge = answered(nudge, found, came)
    assert sum(kept[1000:]) / 2000 == pytest.approx(0.8, abs=0.03)
