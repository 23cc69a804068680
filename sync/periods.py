"""The periods a count may be about: a day, a month or a quarter, as the record writes them."""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Final

from sync.codes import DAY, MONTH, QUARTER

_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER: Final = re.compile(r"([0-9]{4})-Q([1-4])")
_LONGEST: Final = len("2026-11-22")


def period_of(field: str, day: date) -> str:
    """Give the period of that field a day falls in: “2026-11-22”, “2026-11” or “2026-Q4”."""
    if field == DAY:
        return day.isoformat()
    if field == MONTH:
        return f"{day.year:04}-{day.month:02}"
    if field == QUARTER:
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    raise ValueError(f"{field} is not a day, month or quarter")


def last_day(period: str) -> date | None:
    """Give the last day of a period, or None when the text is no real period."""
    return _last_day(period) if len(period) <= _LONGEST else None  # nothing long is remembered


@lru_cache(maxsize=4096)
def _last_day(period: str) -> date | None:
    try:
        if found := _DAY.fullmatch(period):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _MONTH.fullmatch(period):
            return _end_of_month(int(found[1]), int(found[2]))
        if found := _QUARTER.fullmatch(period):
            return _end_of_month(int(found[1]), int(found[2]) * 3)
    except ValueError:  # the thirteenth month, the thirty-first of February, the year nought
        return None
    return None


def first_day(period: str) -> date | None:
    """Give the first day of a period, or None when the text is no real period."""
    end = last_day(period)
    if end is None or field_of(period) == DAY:
        return end
    months = 3 if field_of(period) == QUARTER else 1
    return date(end.year, end.month - months + 1, 1)


def field_of(period: str) -> str | None:
    """Say what a text is written as: day, month or quarter; None when it is no real period."""
    return _field_of(period) if len(period) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _field_of(period: str) -> str | None:
    if last_day(period) is None:
        return None
    if "Q" in period:
        return QUARTER
    return DAY if period.count("-") == 2 else MONTH


def is_over(period: str, today: date) -> bool:
    """Say whether a period’s last day is before today; a fault when it is no period."""
    end = last_day(period)
    if end is None:
        raise ValueError(f"{period} is not a period")
    return end < today


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
