"""Times and days as a hurried person types them."""

from datetime import date

import pytest

from hub_app.view.typed import LocalClock, day_typed, time_to_come, time_today
from tests.support.hall import DAY, MINUTE, hall

CLOCK = hall().clock
NOW = LocalClock(CLOCK.at(DAY, 13 * 60 + 30), 0)
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("14:45", 885), ("1445", 885), ("14.45", 885), ("14 45", 885), (" 14h45 ", 885),
        ("2:45", 885), ("245", 885), ("2:45 pm", 885), ("3", 900), ("3pm", 900), ("7", 1140),
        ("8", 480), ("8 pm", 1200), ("10:00", 600), ("10 PM", 1320), ("0:30", 30), ("12", 720),
        ("12am", 0), ("12pm", 720), ("2am", 120), ("23:59", 1439),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it_and_nobody_means_the_night(typed: str, minute: int):
    assert time_today(typed, NOW) == CLOCK.at(DAY, minute)


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "24:00", "14:60", "1:2:3", "-3", "²", "13pm", "0am", "9" * 999, "14:45 o’clock"],
)
def test_what_is_no_time_is_none(typed: str):
    assert time_today(typed, NOW) is None
    assert time_to_come(typed, NOW) is None


@pytest.mark.parametrize(
    ("typed", "now", "minute"),
    [
        ("10:00", 10 * 60 + 20, None), ("10:00", 9 * 60, 600), ("9", 13 * 60, None),
        ("1:30", 13 * 60 + 30, None), ("1:31", 13 * 60 + 30, 811), ("0:15", 23 * 60, None),
    ],
)  # fmt: skip
def test_a_time_that_is_past_is_never_taken_for_one_to_come(
    typed: str, now: int, minute: int | None
):
    expected = None if minute is None else CLOCK.at(DAY, minute)
    assert time_to_come(typed, LocalClock(CLOCK.at(DAY, now), 0)) == expected


def test_times_are_by_the_halls_own_clock_in_summer_too():
    july = date(2026, 7, 21)
    summer = LocalClock(CLOCK.at(july, 13 * 60), 60)
    assert time_today("14:45", summer) == CLOCK.at(july, 14 * 60 + 45)
    assert summer.shown(CLOCK.at(july, 14 * 60 + 45)) == "14:45"
    assert time_to_come("14:45", LocalClock(NOW.now, 60)) == NOW.now + 15 * MINUTE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24/12", date(2026, 12, 24)), ("24.12", date(2026, 12, 24)), ("22/11", TODAY),
        ("21/11", date(2027, 11, 21)), ("31/2", None), ("29/2", None), ("12", None), ("x", None),
    ],
)  # fmt: skip
def test_a_day_is_the_next_one_it_can_mean(text: str, day: date | None):
    assert day_typed(text, TODAY) == day
