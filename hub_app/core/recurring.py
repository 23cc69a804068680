"""Days that come again by a rule of RFC 5545: reading the rule, and giving the days it names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from hub_app.core.refusal import Refusal

FIRST_YEAR, LAST_YEAR = 2000, 2199
LONGEST_RULE = 300
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

# A rule that never comes true has the library look on until the year 9999. The calendar repeats
# every 400 years to the weekday, so it is asked about the same days of the last 400 years.
_LATE = 19 * 400
_WITHIN_DAYS = 4 * 366  # a rule that does not come true by then is a slip of the finger

_ONE_OF = "|".join(WEEKDAYS)
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TEXTS: Mapping[str, str] = {
    "FREQ": "|".join(_FREQUENCIES),
    "WKST": _ONE_OF,
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": rf"([+-]?[1-9]\d?)?({_ONE_OF})(,([+-]?[1-9]\d?)?({_ONE_OF}))*",
}
_NUMBERS: Mapping[str, tuple[int, int]] = {  # lists of whole numbers, and their limits
    "INTERVAL": (1, 366),
    "COUNT": (1, 1000),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
}
_PICKED_FROM = ("BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
_WEEKDAYS_IN = {"DAILY": 0, "WEEKLY": 0, "MONTHLY": 5, "YEARLY": 53}  # 5th Monday, 53rd Monday
_DAYS_IN = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_NOT_WITH: Mapping[str, tuple[str, ...]] = {  # RFC 5545, 3.3.10
    "DAILY": ("BYYEARDAY", "BYWEEKNO"),
    "WEEKLY": ("BYYEARDAY", "BYWEEKNO", "BYMONTHDAY"),
    "MONTHLY": ("BYYEARDAY", "BYWEEKNO"),
    "YEARLY": (),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule that was read and can be used; without any part it means once."""

    parts: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The rule as RFC 5545 writes it; empty for once."""
        return _joined(self.parts)

    def get(self, name: str, otherwise: str = "") -> str:
        """The value of a part, such as `WEEKLY` for `FREQ`."""
        return dict(self.parts).get(name, otherwise)


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts)


def read_day(text: str) -> date | None:
    """Give the day a text such as 2026-01-06 names, or None; from 2000 to 2199."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and FIRST_YEAR <= day.year <= LAST_YEAR else None


def read_moment(text: str) -> datetime | None:
    """Give the local moment a text such as 2026-01-06T10:00 names, or None; from 2000 to 2199."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    is_plain = moment.tzinfo is None and moment.isoformat(timespec="minutes") == text
    return moment if is_plain and FIRST_YEAR <= moment.year <= LAST_YEAR else None


def read_rule(text: str) -> Rule | Refusal:
    """Read a rule of RFC 5545; daily, weekly, monthly and yearly ones, with their day parts.

    The time of day is not the rule's: parts of an hour or smaller are refused, as are numbers out
    of their limits and parts that the RFC does not allow together.
    """
    if len(text) > LONGEST_RULE:
        return Refusal.BAD_RULE
    plain = text.strip().upper().removeprefix("RRULE:")
    if not plain:
        return Rule()
    pairs = tuple(piece.partition("=") for piece in plain.split(";"))
    parts = {name: value for name, _, value in pairs}
    is_sound = len(parts) == len(pairs) and all(map(_is_sound, parts, parts.values()))
    if not is_sound or not _fit_together(parts):
        return Refusal.BAD_RULE
    return Rule(tuple(parts.items()))


def _is_sound(name: str, value: str) -> bool:
    if name in _TEXTS:
        fits = re.fullmatch(_TEXTS[name], value, re.ASCII) is not None
        return fits and (name != "UNTIL" or _until(value) is not None)
    if name not in _NUMBERS:
        return False
    low, high = _NUMBERS[name]
    numbers = value.split(",")
    if name in ("INTERVAL", "COUNT") and len(numbers) > 1:
        return False
    return all(
        re.fullmatch(r"[+-]?\d{1,4}", n, re.ASCII) and int(n) and low <= int(n) <= high
        for n in numbers
    )


def _fit_together(parts: Mapping[str, str]) -> bool:
    often = parts.get("FREQ")
    if often is None or ("COUNT" in parts and "UNTIL" in parts):
        return False
    if "BYSETPOS" in parts and not any(name in parts for name in _PICKED_FROM):
        return False
    period = "MONTHLY" if often == "YEARLY" and "BYMONTH" in parts else often
    weekdays = parts.get("BYDAY", "")
    is_counted = any(one.isdigit() for one in weekdays)
    return (
        not any(name in parts for name in _NOT_WITH[often])
        and not (is_counted and "BYWEEKNO" in parts)
        and _highest(weekdays) <= _WEEKDAYS_IN[period]
        and _highest(parts.get("BYSETPOS", "")) <= _DAYS_IN[often]
    )


def _highest(numbers: str) -> int:
    return max((int(n) for n in re.findall(r"\d+", numbers)), default=0)


def _until(value: str) -> datetime | None:
    """Give the moment of an UNTIL: a day's last minute, a local moment, or one in UTC."""
    whole = value if "T" in value else f"{value}T235959"
    try:
        moment = datetime.fromisoformat(whole)
    except ValueError:
        return None
    return moment if moment.year >= FIRST_YEAR else None


def last_day(rule: Rule, starts: datetime, zone: str) -> date:
    """Give the last day a rule may name: one whose start is not after its UNTIL."""
    until = _until(rule.get("UNTIL"))
    if until is None or until.year > LAST_YEAR:
        return date(LAST_YEAR, 12, 31)
    if until.tzinfo is not None:
        until = until.astimezone(ZoneInfo(zone))
    is_before_start = until.time() < starts.time()
    return until.date() - timedelta(days=1) if is_before_start else until.date()


@lru_cache(maxsize=2048)
def days_in(year: int, rule: Rule, starts: datetime, zone: str) -> frozenset[date]:
    """Give the days of one year that a rule names, from the day of `starts` (local) on.

    `zone`, an IANA name, is only asked when the rule ends at a moment in UTC.
    """
    return _days(date(year, 1, 1), date(year, 12, 31), rule, (starts, zone))


def ever_comes(rule: Rule, starts: datetime, zone: str) -> bool:
    """Say whether a rule names a day in its first four years."""
    first = starts.date()
    return bool(_days(first, first + timedelta(days=_WITHIN_DAYS), rule, (starts, zone)))


def _days(first: date, last: date, rule: Rule, begins: tuple[datetime, str]) -> frozenset[date]:
    starts, zone = begins
    first, last = max(first, starts.date()), min(last, last_day(rule, starts, zone))
    if last < first:
        return frozenset()
    if not rule.parts:
        return frozenset({starts.date()} if first == starts.date() else ())
    endless = _joined(part for part in rule.parts if part[0] != "UNTIL")
    found = rrulestr(endless, dtstart=_late(starts.date()))
    return frozenset(
        day.date().replace(year=day.year - _LATE)
        for day in found.between(_late(first), _late(last), inc=True)
    )


def _late(day: date) -> datetime:
    return datetime.combine(day.replace(year=day.year + _LATE), time())
