"""Times and days as a hurried person types them."""

from datetime import date

import pytest

from hub_app.view.typed import day_typed, moment_typed
from tests.support.hall import MINUTE

HALF_PAST_ONE = (13 * 60 + 30) * MINUTE
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("14:45", 75), ("1445", 75), ("14.45", 75), ("14 45", 75), (" 14h45 ", 75), ("2:45", 75),
        ("3", 90), ("15", 90), ("13:30", 0), ("1:30", 0), ("12:59", None), ("0:15", 645),
        ("24:00", None), ("14:60", None), ("soon", None), ("", None), ("-3", None), ("²", None),
    ],
)  # fmt: skip
def test_a_time_is_the_next_one_it_can_mean(text: str, minutes: int | None):
    expected = None if minutes is None else HALF_PAST_ONE + minutes * MINUTE
    assert moment_typed(text, HALF_PAST_ONE + 59_000, 0) == expected


def test_a_time_is_by_the_halls_own_clock():
    assert moment_typed("14:45", HALF_PAST_ONE, 60) == HALF_PAST_ONE + 15 * MINUTE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24/12", date(2026, 12, 24)), ("24.12", date(2026, 12, 24)), ("22/11", TODAY),
        ("21/11", date(2027, 11, 21)), ("31/2", None), ("29/2", None), ("12", None), ("x", None),
    ],
)  # fmt: skip
def test_a_day_is_the_next_one_it_can_mean(text: str, day: date | None):
    assert day_typed(text, TODAY) == day
