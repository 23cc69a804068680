"""A published count tells a band, never one number, and a small one least of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.centre.publishing.rounding import POSSIBLE_MIN, Rule, headline, rule_sentences, shown

counts = st.integers(0, 100_000)
rules = st.sampled_from(Rule)


@pytest.mark.parametrize(
    ("rule", "n", "text"),
    [
        (Rule.MIDPOINT_6, 0, "0"),
        (Rule.MIDPOINT_6, 1, "1 to 6"),
        (Rule.MIDPOINT_6, 6, "1 to 6"),
        (Rule.MIDPOINT_6, 7, "9"),
        (Rule.MIDPOINT_6, 12, "9"),
        (Rule.MIDPOINT_6, 13, "15"),
        (Rule.HIDE_7_ROUND_5, 0, "0"),
        (Rule.HIDE_7_ROUND_5, 7, "7 or fewer"),
        (Rule.HIDE_7_ROUND_5, 8, "10"),
        (Rule.HIDE_7_ROUND_5, 12, "10"),
        (Rule.HIDE_7_ROUND_5, 13, "15"),
    ],
)
def test_a_count_is_shown_by_its_rule(rule: Rule, n: int, text: str):
    assert shown(rule, n).text == text


@given(rules, counts)
def test_every_count_in_a_band_is_shown_alike_and_none_beside_it(rule: Rule, n: int):
    cell = shown(rule, n)
    assert cell.low <= n <= cell.high
    assert n == 0 or cell.high - cell.low + 1 >= POSSIBLE_MIN
    assert {shown(rule, m) for m in range(cell.low, cell.high + 1)} == {cell}
    assert cell not in {shown(rule, cell.high + 1), shown(rule, cell.low - 1) if cell.low else None}


@given(rules, counts, counts)
def test_a_larger_count_is_never_shown_as_smaller(rule: Rule, one: int, other: int):
    low, high = sorted((one, other))
    assert shown(rule, low).value <= shown(rule, high).value


@given(rules, st.integers(1, 100_000))
def test_what_is_shown_is_near_what_is_true(rule: Rule, n: int):
    assert abs(shown(rule, n).value - n) <= 3


def test_no_count_is_below_nought():
    with pytest.raises(ValueError, match="no count"):
        shown(Rule.MIDPOINT_6, -1)


@pytest.mark.parametrize(("visits", "about"), [(99, None), (100, 100), (102, 100), (103, 105)])
def test_many_visits_are_told_to_the_nearest_five(visits: int, about: int | None):
    assert headline(visits) == about


@pytest.mark.parametrize("rule", Rule)
def test_a_rule_can_be_read_as_sentences(rule: Rule):
    assert all(sentence.endswith(".") for sentence in rule_sentences(rule))
