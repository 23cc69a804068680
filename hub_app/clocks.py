"""The clocks a hub can run on: the tablet's own, or one that a replay moves."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """What the hub asks of time."""

    def millis(self) -> int:
        """Give the wall clock in milliseconds since 1970."""
        ...

    def local(self, millis: int) -> datetime:
        """Give that moment as the hall's own clock shows it."""
        ...


class SystemClock:
    """The tablet's clock, shown in the hall's time zone."""

    def __init__(self, zone: str) -> None:
        """Use a zone by its IANA name, such as Europe/London."""
        self._zone = ZoneInfo(zone)

    def millis(self) -> int:
        """Give the wall clock in milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def local(self, millis: int) -> datetime:
        """Give that moment as the hall's own clock shows it."""
        return datetime.fromtimestamp(millis / 1000, self._zone)


class SetClock:
    """A clock that stands where it is put: recorded days and tests move it themselves."""

    def __init__(self, zone: str, now: int = 0) -> None:
        """Stand at `now` milliseconds, shown in an IANA zone."""
        self._zone = ZoneInfo(zone)
        self._now = now

    def millis(self) -> int:
        """Give where the clock stands."""
        return self._now

    def local(self, millis: int) -> datetime:
        """Give that moment as the hall's own clock shows it."""
        return datetime.fromtimestamp(millis / 1000, self._zone)

    def set(self, millis: int) -> None:
        """Put the clock at a moment."""
        self._now = millis

    def at(self, day: date, minutes: float) -> int:
        """Give the moment `minutes` after midnight of a day in the hall, in milliseconds."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        start = midnight.astimezone(UTC) + timedelta(minutes=minutes)
        return round(start.timestamp() * 1000)
