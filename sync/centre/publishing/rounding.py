"""How a count is shown, so that a small one keeps at least five values it may really have."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

POSSIBLE_MIN: Final = 5  # values a small count must be able to have (privacy.md §4.5)
HEADLINE_MIN: Final = 100  # from so many visits on their number is told to the nearest five

_WIDTH: Final = 6
_HIDDEN_MAX: Final = 7
_BASE: Final = 5


class Rule(StrEnum):
    """The two ways to show a count; a council chooses one for a period."""

    MIDPOINT_6 = "midpoint-6"
    HIDE_7_ROUND_5 = "hide-7-round-5"


@dataclass(frozen=True)
class Shown:
    """A published count: its value for sums, its words, and what the true count may be."""

    value: int
    text: str
    low: int
    high: int
    is_small: bool


def shown(rule: Rule, n: int) -> Shown:
    """Give how a true count of 0 or more is published; it depends on that count alone."""
    if n < 0:
        raise ValueError(f"{n} is no count")
    if n == 0:
        return Shown(0, "0", 0, 0, is_small=False)
    match rule:
        case Rule.MIDPOINT_6:
            return _midpoint(n)
        case Rule.HIDE_7_ROUND_5:
            return _hidden_or_rounded(n)
        case _:
            assert_never(rule)


def headline(visits: int) -> int | None:
    """Give a number of visits to the nearest five, or None when there are fewer than 100."""
    return None if visits < HEADLINE_MIN else (visits + 2) // _BASE * _BASE


def rule_sentences(rule: Rule) -> tuple[str, ...]:
    """Say in sentences how to read a table that was made by this rule."""
    match rule:
        case Rule.MIDPOINT_6:
            how = (
                "A count from 1 to 6 is shown as “1 to 6”. A larger one is shown as the middle of"
                " its band of six: 9 stands for 7 to 12, 15 for 13 to 18, and so on."
            )
            in_sums = "In sums, “1 to 6” counts as 3."
        case Rule.HIDE_7_ROUND_5:
            how = (
                "A count from 1 to 7 is hidden and shown as “7 or fewer”. A larger one is shown to"
                " the nearest 5."
            )
            in_sums = "In sums, “7 or fewer” counts as 4."
        case _:
            assert_never(rule)
    return (how, f"Every sum adds the counts as they are shown, so it is about right. {in_sums}")


def _midpoint(n: int) -> Shown:
    high = -(-n // _WIDTH) * _WIDTH
    low = high - _WIDTH + 1
    if n <= _WIDTH:
        return Shown(high - 3, f"{low} to {high}", low, high, is_small=True)
    return Shown(high - 3, str(high - 3), low, high, is_small=False)


def _hidden_or_rounded(n: int) -> Shown:
    if n <= _HIDDEN_MAX:
        return Shown(4, f"{_HIDDEN_MAX} or fewer", 1, _HIDDEN_MAX, is_small=True)
    value = (n + 2) // _BASE * _BASE
    return Shown(value, str(value), value - 2, value + 2, is_small=False)
