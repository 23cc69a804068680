"""How often somebody comes, between what a person taps or is told and a rule of RFC 5545."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub_app.core.recurring import WEEKDAYS, Rule, last_day, read_rule
from hub_app.core.refusal import Refusal

NTHS = (1, 2, 3, 4, 5, -1)  # which of a month's Tuesdays; -1 is the last
_WORDED = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYSETPOS"})


class Shape(StrEnum):
    """The patterns a person can tap and be told in a sentence; anything else is OTHER."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often somebody comes, as values a screen can put into words.

    WEEKLY: every so many weeks on these weekdays (0 is Monday). MONTHLY: every so many months on
    the `nth` (1 to 5, -1 the last) of its one weekday. `last_day` or `times` may end it.
    """

    shape: Shape
    every: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int = 0
    last_day: date | None = None
    times: int | None = None


def rule_text(pattern: Pattern) -> str | Refusal:
    """Give the rule of a tapped pattern, empty for once; refuses one that says too little."""
    if pattern.shape is Shape.ONCE:
        return ""
    days = sorted(set(pattern.weekdays))
    if pattern.shape is Shape.OTHER or not days or not set(days) <= set(range(7)):
        return Refusal.BAD_RULE
    nth = ""
    if pattern.shape is Shape.MONTHLY:
        if pattern.nth not in NTHS or len(days) > 1:
            return Refusal.BAD_RULE
        nth = str(pattern.nth)
    parts = [("FREQ", pattern.shape.upper())]
    if pattern.every != 1:
        parts.append(("INTERVAL", str(pattern.every)))
    parts.append(("BYDAY", ",".join(nth + WEEKDAYS[day] for day in days)))
    if pattern.last_day is not None:
        parts.append(("UNTIL", f"{pattern.last_day:%Y%m%d}T235959"))
    if pattern.times is not None:
        parts.append(("COUNT", str(pattern.times)))
    rule = read_rule(Rule(tuple(parts)).text)
    return rule if isinstance(rule, Refusal) else rule.text


def pattern_of(rule: Rule, starts: datetime, zone: str) -> Pattern:
    """Give the pattern a rule means; OTHER, with its end, when no short sentence says it.

    `starts` is local, in `zone`: a weekly rule without weekdays means the weekday it starts on.
    """
    if not rule.parts:
        return Pattern(Shape.ONCE)
    every = int(rule.get("INTERVAL", "1"))
    other = Pattern(
        Shape.OTHER,
        last_day=last_day(rule, starts, zone) if rule.get("UNTIL") else None,
        times=int(rule.get("COUNT")) if rule.get("COUNT") else None,
    )
    shape, weekdays, nth = _shape(rule, starts, every)
    if shape is Shape.OTHER or not {name for name, _ in rule.parts} <= _WORDED:
        return other
    return Pattern(shape, every, weekdays, nth, other.last_day, other.times)


def _shape(rule: Rule, starts: datetime, every: int) -> tuple[Shape, tuple[int, ...], int]:
    named = tuple(filter(None, rule.get("BYDAY").split(",")))
    weekdays = tuple(sorted({WEEKDAYS.index(one[-2:]) for one in named}))
    nths = {one[:-2] for one in named}
    other = Shape.OTHER, (), 0
    is_split = rule.get("WKST", "MO") != "MO" and every > 1 and len(weekdays) > 1
    match rule.get("FREQ"):
        case "DAILY" if every == 1 and not rule.get("BYSETPOS"):
            return Shape.WEEKLY, weekdays or tuple(range(7)), 0
        case "WEEKLY" if not is_split and not rule.get("BYSETPOS"):
            return Shape.WEEKLY, weekdays or (starts.weekday(),), 0
        case "MONTHLY" if len(named) == 1:
            said = [*filter(None, nths), *filter(None, [rule.get("BYSETPOS")])]
            nth = int(said[0]) if len(said) == 1 and "," not in said[0] else 0
            return (Shape.MONTHLY, weekdays, nth) if nth in NTHS else other
        case _:
            return other
