"""Times and days as a hurried person types them."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from hub_app.core.clock import MINUTE_MILLIS

LONGEST_TIME: Final = 12  # letters
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]?\s*([0-5]\d))?\s*(am|pm)?")
_DAY = re.compile(r"(\d{1,2})[./\- ](\d{1,2})")
_LAST_NIGHT_HOUR = 7  # no hall is open at night: 2:45 is in the afternoon
_DAY_MILLIS = 24 * 60 * MINUTE_MILLIS


@dataclass(frozen=True, slots=True)
class LocalClock:
    """The hall's clock now: wall milliseconds, and how far local time is ahead of UTC."""

    now: int
    offset_minutes: int

    def at(self, minute: int) -> int:
        """Give when it is so many minutes after midnight today."""
        offset = self.offset_minutes * MINUTE_MILLIS
        midnight = (self.now + offset) // _DAY_MILLIS * _DAY_MILLIS - offset
        return midnight + minute * MINUTE_MILLIS

    def shown(self, at: int) -> str:
        """Give a moment as it is typed: `14:45`."""
        minute = (at // MINUTE_MILLIS + self.offset_minutes) % (24 * 60)
        return f"{minute // 60:02d}:{minute % 60:02d}"


def time_today(typed: str, clock: LocalClock) -> int | None:
    """Give the moment today that is meant: `14:45`, `1445`, `2.45`, `3 pm`; None when it is none.

    From one to seven is taken for the afternoon, any other hour is the hour it says.
    """
    text = typed.strip().lower()
    found = _TIME.fullmatch(text) if len(text) <= LONGEST_TIME else None
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 0 < hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif 0 < hour <= _LAST_NIGHT_HOUR:
        hour += 12
    return clock.at(hour * 60 + minute) if hour < 24 else None


def time_to_come(typed: str, clock: LocalClock) -> int | None:
    """Give the moment that `time_today` gives while it is still to come; None when it is past."""
    at = time_today(typed, clock)
    return None if at is None or at <= clock.now else at


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
