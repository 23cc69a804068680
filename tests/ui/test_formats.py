"""Minutes, days and ranges as people say them."""

from datetime import date

import pytest

from hub_app.core.ranges import Range
from hub_app.ui.formats import about_minutes, in_steps, short_day


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (None, "we can’t say yet"),
        (Range(0, 0, 0), "in a few minutes"),
        (Range(0, 2, 4), "in a few minutes"),
        (Range(5, 9, 15), "about 5 to 15 minutes"),
        (Range(7, 8, 9), "about 7 to 9 minutes"),
        (Range(9, 9, 9), "about 9 minutes"),
        (Range(0, 6, 12), "up to about 15 minutes"),
        (Range(21, 30, 44), "about 20 to 45 minutes"),
        (Range(50, 70, 101), "about 50 minutes to 1 hour 45 min"),
        (Range(60, 60, 60), "about 1 hour"),
    ],
)
def test_a_wait_is_said_as_a_range_that_promises_nothing(wait, said):
    assert about_minutes(wait) == said


def test_a_day_fits_a_tile():
    assert short_day(date(2026, 11, 26)) == "Thu 26 Nov"


@pytest.mark.parametrize(
    ("low", "high", "said"), [(-2, 3, (0, 3)), (9, 10, (9, 10)), (9, 38, (5, 40)), (4, 11, (4, 15))]
)
def test_a_long_range_is_said_in_steps_outward(low, high, said):
    assert in_steps(low, high) == said
