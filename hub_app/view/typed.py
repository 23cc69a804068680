"""Times and days as a hurried person types them."""

import re
from datetime import date

from hub_app.core.clock import MINUTE_MILLIS

_TIME = re.compile(r"(\d{1,2})(?:[:.h ]?([0-5]\d))?")
_DAY = re.compile(r"(\d{1,2})[./\- ](\d{1,2})")
_HALF_DAY, _DAY_MINUTES = 12 * 60, 24 * 60


def moment_typed(text: str, now: int, utc_offset_minutes: int) -> int | None:
    """Give the next moment (milliseconds) that a typed time such as `14:45`, `1445` or `3` means.

    Before noon may mean after noon, whichever comes next; None when it is no time, or more than
    twelve hours away.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    minute = int(found[1]) * 60 + int(found[2] or 0)
    if minute >= _DAY_MINUTES:
        return None
    here = now // MINUTE_MILLIS + utc_offset_minutes
    every = _HALF_DAY if 60 <= minute < _HALF_DAY else _DAY_MINUTES
    ahead = (minute - here) % every
    return None if ahead > _HALF_DAY else (now // MINUTE_MILLIS + ahead) * MINUTE_MILLIS


def day_typed(text: str, today: date) -> date | None:
    """Give the next day that a typed day and month such as `24/12` means; None when it is none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    for year in (today.year, today.year + 1):
        try:
            day = date(year, int(found[2]), int(found[1]))
        except ValueError:
            continue
        if day >= today:
            return day
    return None
