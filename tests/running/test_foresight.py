"""How long families are likely to wait, from a running hub: asked, told, and learnt from."""

import asyncio
import random
from contextlib import suppress

import pytest

from hub_app.core.forecast_sketch import Sketch
from hub_app.core.ranges import STILL, About, Range
from hub_app.foresight import Foresight
from tests.support.hall import Hall, done, hall


def foresight(there: Hall) -> tuple[Foresight, asyncio.Event]:
    told = asyncio.Event()
    return Foresight(there.hub, random.Random(7), told.set), told


async def look(ahead: Foresight, told: asyncio.Event) -> None:
    """Let it look ahead once."""
    told.clear()
    task = asyncio.create_task(ahead.run())
    await told.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_who_just_came_is_told_at_once_and_a_free_desk_means_no_wait():
    there = hall()
    there.desk("housing")
    (family,) = there.arrivals("housing")
    ahead, _ = foresight(there)
    found = ahead.wait(family.id)
    assert isinstance(found, Range)
    assert found.low == 0
    assert ahead.stay(family.id) is None


async def test_a_look_ahead_knows_that_the_second_in_line_waits_longer():
    there = hall()
    desk = there.desk("housing")
    first, second, third = there.arrivals("housing", "housing", "housing")
    there.serve(desk, first)
    ahead, told = foresight(there)
    await look(ahead, told)
    one, two = ahead.wait(second.id), ahead.wait(third.id)
    assert one is not None
    assert two is not None
    assert one.likely < two.likely
    assert ahead.wait(first.id) is None
    stay = ahead.stay(first.id)
    assert stay is not None
    assert stay.likely > 0


async def test_nobody_can_say_how_long_for_a_desk_that_is_not_here():
    there = hall()
    there.desk("housing")
    (family,) = there.arrivals("legal")
    ahead, told = foresight(there)
    assert ahead.wait(family.id) is None
    await look(ahead, told)
    assert ahead.wait(family.id) is None


async def test_a_range_gets_shorter_as_time_goes_by_and_never_falls_below_nought():
    there = hall()
    desk = there.desk("housing")
    first, second = there.arrivals("housing", "housing")
    there.serve(desk, first)
    ahead, told = foresight(there)
    await look(ahead, told)
    before = ahead.wait(second.id)
    there.minutes_pass(3)
    after = ahead.wait(second.id)
    assert before is not None
    assert after is not None
    assert after == Range(
        max(0, before.low - 3), max(0, before.likely - 3), max(0, before.high - 3)
    )
    there.minutes_pass(600)
    assert ahead.wait(second.id) == Range(0, 0, 0)


async def test_a_call_that_came_late_widens_what_is_said_next_and_is_kept():
    there = hall()
    desk = there.desk("housing")
    first, second = there.arrivals("housing", "housing")
    there.serve(desk, first)
    ahead, told = foresight(there)
    await look(ahead, told)
    there.minutes_pass(400)
    done(there.hub.finish(desk, first.id, "advice_given"))
    done(there.hub.call(desk, second.id))
    await look(ahead, told)
    kept = there.hub.remembered(f"nudge_{About.NEXT_CALL}")
    assert kept is not None
    again, _ = foresight(there.restarted())
    assert again.nudge(About.NEXT_CALL).late > STILL.late


@pytest.mark.parametrize("kept", ["", "[]", '{"early": 1}x', "null", '{"wide": 3}'])
def test_a_damaged_memory_is_begun_anew(kept: str):
    there = hall()
    there.hub.remember(f"nudge_{About.NEXT_CALL}", kept)
    ahead, _ = foresight(there)
    assert ahead.nudge(About.NEXT_CALL) == STILL


@pytest.mark.parametrize("kept", ['{"early": NaN, "late": 0}', '{"early": "a", "late": "b"}'])
def test_a_memory_that_is_no_number_is_begun_anew(kept: str):
    there = hall()
    there.hub.remember(f"nudge_{About.NEXT_CALL}", kept)
    ahead, _ = foresight(there)
    assert ahead.nudge(About.NEXT_CALL) == STILL


async def test_a_look_that_stumbles_is_followed_by_another(monkeypatch: pytest.MonkeyPatch):
    there = hall()
    there.desk("housing")
    there.arrivals("housing")
    ahead, told = foresight(there)
    sketch, tried = ahead._sketch, list[int]()

    def stumble_once() -> Sketch:
        tried.append(1)
        if len(tried) == 1:
            raise RuntimeError("once")
        return sketch()

    monkeypatch.setattr(ahead, "_sketch", stumble_once)
    monkeypatch.setattr("hub_app.foresight.EVERY_SECONDS", 0.01)
    await look(ahead, told)
    assert len(tried) == 2
