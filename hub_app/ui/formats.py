"""Minutes, times, days, money and lists, as people say them in the language spoken here."""

from collections.abc import Sequence
from datetime import date

from hub_app.core.ranges import Range
from hub_app.ui.strings import _, mark, ngettext, pgettext

_MINUTE_MILLIS = 60_000
_EXACT_UP_TO = 10  # minutes; a longer wait said to the minute would promise too much
_FEW_MINUTES, _STEP, _HOUR = 4, 5, 60
_DAY_MINUTES = 24 * 60
_WEEKDAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)
_MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)
_SHORT_WEEKDAYS = (
    mark("Mon"),
    mark("Tue"),
    mark("Wed"),
    mark("Thu"),
    mark("Fri"),
    mark("Sat"),
    mark("Sun"),
)
_SHORT_MONTHS = (
    mark("Jan"),
    mark("Feb"),
    mark("Mar"),
    mark("Apr"),
    mark("May"),
    mark("Jun"),
    mark("Jul"),
    mark("Aug"),
    mark("Sep"),
    mark("Oct"),
    mark("Nov"),
    mark("Dec"),
)


def minutes(n: float, *, is_short: bool = False) -> str:
    """A length of time: `12 minutes`, `1 hour 5 min`; short: `12 min`. Never negative."""
    whole = max(0, int(n))
    if whole == 0:
        return _("now") if is_short else _("less than a minute")
    if whole < 60:
        return _("{n} min", n=whole) if is_short else ngettext("{n} minute", "{n} minutes", whole)
    hours, rest = divmod(whole, 60)
    if is_short:
        return _("{hours} h {minutes} min", hours=hours, minutes=rest)
    said = ngettext("{n} hour", "{n} hours", hours)
    return _("{hours} {n} min", hours=said, n=rest) if rest else said


def about_minutes(wait: Range | None) -> str:
    """A wait as we may say it: `about 5 to 15 minutes`, `in a few minutes`, `we can’t say yet`.

    A sentence of its own, or the end of one, without a full stop. Never negative.
    """
    if wait is None:
        return _("we can’t say yet")
    low, high = in_steps(wait.low, wait.high)
    if high <= _FEW_MINUTES:
        return _("in a few minutes")
    if low == 0:
        return _("up to about {time}", time=minutes(high))
    if low == high:
        return _("about {time}", time=minutes(high))
    if high < _HOUR:
        return ngettext("about {low} to {n} minute", "about {low} to {n} minutes", high, low=low)
    return _("about {low} to {high}", low=minutes(low), high=minutes(high))


def in_steps(low: int, high: int) -> tuple[int, int]:
    """Give a range of minutes as it may be said: a long one in steps of five, never below nought.

    Outward, so that nobody is promised less.
    """
    low, high = max(0, low), max(0, high)
    if high <= _EXACT_UP_TO:
        return low, high
    return (low if low < _STEP else low - low % _STEP), -(-high // _STEP) * _STEP


def clock(at_millis: int, offset_minutes: int = 0) -> str:
    """A time of day such as `15:42`, from milliseconds since 1970 and the zone's offset."""
    minute = (at_millis // _MINUTE_MILLIS + offset_minutes) % _DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day(when: date) -> str:
    """A day such as `Sunday 22 November`."""
    weekday, month = _(_WEEKDAYS[when.weekday()]), _(_MONTHS[when.month - 1])
    return pgettext("a day", "{weekday} {day} {month}", weekday=weekday, day=when.day, month=month)


def short_day(when: date) -> str:
    """A day for tight places, such as `Thu 26 Nov`."""
    weekday, month = _(_SHORT_WEEKDAYS[when.weekday()]), _(_SHORT_MONTHS[when.month - 1])
    return pgettext("a day", "{weekday} {day} {month}", weekday=weekday, day=when.day, month=month)


def month(when: date) -> str:
    """A month such as `April 2026`."""
    return pgettext("a month", "{month} {year}", month=_(_MONTHS[when.month - 1]), year=when.year)


def full_day(when: date) -> str:
    """A day that may be in another year, such as `22 November 2026`."""
    return pgettext("a day", "{day} {month}", day=when.day, month=month(when))


def weekday(n: int) -> str:
    """A weekday's name: 0 is Monday."""
    return _(_WEEKDAYS[n])


def number(n: int) -> str:
    """A whole number with its thousands apart, such as `14,985`."""
    # Translators: what stands between thousands
    return f"{n:,}".replace(",", pgettext("between thousands", ","))


def pounds(n: int) -> str:
    """Whole pounds, such as `£1,858`."""
    # Translators: an amount of money in pounds
    return _("£{amount}", amount=number(n))


def listed(items: Sequence[str]) -> str:
    """Several things in one sentence, such as `Housing, Energy and DWP`."""
    if len(items) < 2:
        return items[0] if items else ""
    start = _(", ").join(items[:-1])
    return _("{start} and {last}", start=start, last=items[-1])
