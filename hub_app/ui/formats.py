"""Minutes, times, days, money and lists, as people say them in the language spoken here."""

from collections.abc import Sequence
from datetime import date

from hub_app.ui.strings import _, mark, ngettext, pgettext

_MINUTE_MILLIS = 60_000
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


def clock(at_millis: int, offset_minutes: int = 0) -> str:
    """A time of day such as `15:42`, from milliseconds since 1970 and the zone's offset."""
    minute = (at_millis // _MINUTE_MILLIS + offset_minutes) % _DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day(when: date) -> str:
    """A day such as `Sunday 22 November`."""
    weekday, month = _(_WEEKDAYS[when.weekday()]), _(_MONTHS[when.month - 1])
    return pgettext("a day", "{weekday} {day} {month}", weekday=weekday, day=when.day, month=month)


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
