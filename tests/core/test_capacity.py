"""How full the hall is, said before a party is added."""

import pytest

from hub_app.core.capacity import Crowd, Level, crowd_of, fullness, with_party, with_them
from hub_app.core.house import Capacity
from hub_app.core.visit import Visit

HALL = Capacity(amber=6, red=8)


def visit(adults: int | None, children: int | None) -> Visit:
    return Visit("v", "A1", "t", 0, 0, adults=adults, children=children)


def test_a_party_nobody_told_us_of_counts_as_one_adult_and_is_said():
    crowd = crowd_of((visit(2, 3), visit(None, None), visit(None, 2), visit(1, None)))
    assert crowd == Crowd(adults=3, children=5, unknown=2)
    assert crowd.people == 10


def test_children_who_came_alone_are_counted_as_they_are():
    assert crowd_of((visit(0, 2),)) == Crowd(children=2)


@pytest.mark.parametrize(
    ("people", "level", "places"),
    [
        (0, Level.GREEN, 8),
        (5, Level.GREEN, 3),
        (6, Level.AMBER, 2),
        (7, Level.AMBER, 1),
        (8, Level.RED, 0),
        (9, Level.RED, 0),
    ],
)
def test_the_hall_warns_from_amber_and_is_full_from_red(people: int, level: Level, places: int):
    now = fullness(Crowd(adults=people), HALL)
    assert (now.level, now.places) == (level, places)


def test_a_warning_and_full_at_one_number_is_full():
    assert fullness(Crowd(adults=8), Capacity(8, 8)).level is Level.RED


def test_without_a_capacity_nothing_is_claimed():
    now = fullness(Crowd(adults=500), None)
    assert now.level is now.places is None


def test_what_one_more_party_would_make_it_is_known_before_they_are_added():
    here = (visit(2, 2), visit(None, None))
    assert fullness(crowd_of(here), HALL).level is Level.GREEN
    assert with_them(here, HALL, 1, 0).level is Level.AMBER
    then = with_them(here, HALL, 2, 2)
    assert (then.level, then.places, then.crowd.people) == (Level.RED, 0, 9)


def test_one_more_party_that_was_not_told_is_one_more_unknown():
    assert with_party(Crowd(2, 1), None, None) == Crowd(2, 1, unknown=1)
