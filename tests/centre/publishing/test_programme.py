"""What can be worked out is worked out exactly, against trying every whole number there is."""

from collections.abc import Iterable, Mapping
from itertools import product
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.centre.publishing.programme import (
    Figure,
    Known,
    Name,
    _parts,
    _possible_in,
    too_narrow,
)


def possible_values(known: Known, protected: Iterable[Name]) -> Mapping[Name, frozenset[int]]:
    """Give for each protected count every value, within its bounds, that it may really have."""
    asked, found = frozenset(protected), dict[Name, frozenset[int]]()
    for part in _parts(known):
        found.update(_possible_in(part, asked, inf))
    return found


@st.composite
def puzzles(draw: st.DrawFn) -> Known:
    """A few unknowns, and figures about sums that are true of some whole numbers."""
    truth = draw(st.lists(st.integers(0, 6), min_size=1, max_size=4))
    bounds: dict[Name, tuple[int, int]] = {
        i: (max(n - draw(st.integers(0, 3)), 0), n + draw(st.integers(0, 3)))
        for i, n in enumerate(truth)
    }
    figures: list[Figure] = []
    for _ in range(draw(st.integers(0, 3))):
        signs = draw(
            st.dictionaries(
                st.sampled_from(range(len(truth))), st.sampled_from((1, -1)), min_size=1
            )
        )
        true = sum(sign * truth[i] for i, sign in signs.items())
        slack = draw(st.integers(0, 2))
        figures.append(Figure(tuple(signs.items()), true - slack, true + slack))
    return Known(bounds, tuple(figures))


def by_trying(known: Known) -> dict[object, set[int]]:
    found: dict[object, set[int]] = {name: set() for name in known.bounds}
    for values in product(*(range(low, high + 1) for low, high in known.bounds.values())):
        tried = dict(zip(known.bounds, values, strict=True))
        sums = ((f, sum(sign * tried[name] for name, sign in f.terms)) for f in known.figures)
        if all(figure.low <= came <= figure.high for figure, came in sums):
            for name, value in tried.items():
                found[name].add(value)
    return found


@settings(max_examples=60, deadline=None)
@given(puzzles())
def test_possible_values_are_those_that_trying_finds(known: Known):
    assert possible_values(known, known.bounds) == by_trying(known)


def test_a_total_gives_the_hidden_count_away_and_only_when_it_is_asked_about():
    known = Known(
        {"hidden": (1, 6), "shown": (20, 20), "elsewhere": (1, 2)},
        (Figure((("hidden", 1), ("shown", 1)), 23, 23),),
    )
    every = ("hidden", "elsewhere")
    assert too_narrow(known, every, ["shown"]) == {"hidden": {3}}
    assert too_narrow(known, every, ["elsewhere"]) == {"elsewhere": {1, 2}}
