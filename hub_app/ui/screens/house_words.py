"""The sentences of the house's screens: how often somebody comes, when, and what was promised."""

from collections.abc import Iterable
from datetime import date, timedelta

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.pattern import Pattern, Shape
from hub_app.ui.formats import clock, day, full_day, listed, weekday
from hub_app.ui.page import kept_values
from hub_app.ui.routes import go
from hub_app.ui.screens.phrases import needs_in_words
from hub_app.ui.strings import _, ngettext
from hub_app.view.house import PromisedRow, RotaRow

_FAR_DAYS = 300  # from here on a day is said with its year
_MINUTE_MILLIS = 60_000
_EVERY_DAY = tuple(range(7))


def time_words(minute: int) -> str:
    """Give a time of day, such as `10:00`, from minutes after midnight."""
    return clock(minute * _MINUTE_MILLIS)


def span_words(from_minute: int, until_minute: int) -> str:
    """Give a time of day until another, such as `10:00–13:00`."""
    return _("{start}–{end}", start=time_words(from_minute), end=time_words(until_minute))


def day_words(when: date, today: date) -> str:
    """Give a day as it is said from today: `today`, `tomorrow`, `Tuesday 24 November`."""
    if when == today:
        return _("today")
    if when == today + timedelta(days=1):
        return _("tomorrow")
    return day(when) if abs((when - today).days) < _FAR_DAYS else full_day(when)


def nth_words(nth: int) -> str:
    """Say which of a month's Tuesdays: first to fifth, or last."""
    words = {
        1: _("first"),
        2: _("second"),
        3: _("third"),
        4: _("fourth"),
        5: _("fifth"),
        -1: _("last"),
    }
    return words.get(nth, str(nth))


def _often_words(pattern: Pattern, first: date) -> str:
    days, every = listed([weekday(n) for n in pattern.weekdays]), pattern.every
    match pattern.shape:
        case Shape.ONCE:
            return _("Once, {day}", day=full_day(first))
        case Shape.WEEKLY if every == 1:
            everyday = pattern.weekdays == _EVERY_DAY
            return _("Every day") if everyday else _("Every {days}", days=days)
        case Shape.WEEKLY if every == 2:
            return _("Every second week, on {days}", days=days)
        case Shape.WEEKLY:
            return ngettext(
                "Every {n} week, on {days}", "Every {n} weeks, on {days}", every, days=days
            )
        case Shape.MONTHLY:
            which = _("{nth} {day}", nth=nth_words(pattern.nth), day=days)
            if every == 1:
                return _("On the {which} of the month", which=which)
            return ngettext(
                "On the {which} of every {n} month",
                "On the {which} of every {n} months",
                every,
                which=which,
            )
        case _:
            return _("On days of their own")


def pattern_words(pattern: Pattern, first: date) -> str:
    """Say how often somebody comes: `Every Tuesday`, `On the first Thursday of the month`."""
    said = _often_words(pattern, first)
    if pattern.last_day is not None:
        return _("{often}, until {day}", often=said, day=full_day(pattern.last_day))
    if pattern.times is not None:
        return ngettext("{often}, {n} time", "{often}, {n} times", pattern.times, often=said)
    return said


def row_words(row: RotaRow) -> str:
    """Say how often and from when until when somebody comes: `Every Tuesday, 10:00–13:00`."""
    often = pattern_words(row.pattern, row.first_day)
    return _("{often}, {span}", often=often, span=span_words(row.from_minute, row.until_minute))


def next_words(row: RotaRow, today: date) -> str:
    """Say when somebody on the rota comes next."""
    if row.coming:
        return _("Next: {day}", day=day_words(row.coming[0], today))
    if row.ended is not None:
        return _("Taken off the rota from {day} on", day=day_words(row.ended, today))
    return _("Comes no more")


def organisations_words(pack: Pack, codes: Iterable[str]) -> str:
    """List organisations."""
    return listed([pack.organisation(code).short for code in codes])


def to_words(pack: Pack, code: str) -> str:
    """Name whom a family was referred to: a service that is here on other days, or a body."""
    services = {service.id: service.short for service in pack.services}
    return services.get(code) or pack.organisation(code).short


def promised_words(pack: Pack, row: PromisedRow) -> str:
    """Say whom it went to and what about, in words a bystander may read."""
    to = to_words(pack, row.to)
    said = _("{to} will call back", to=to) if row.is_call_back else _("Referred to {to}", to=to)
    about = needs_in_words(pack, (row.need,)) if row.need else ""
    return _("{what} about {need}", what=said, need=about) if about else said


async def go_from(here: str, there: str) -> None:
    """Go to an address, and remember that its way back leads here."""
    kept_values(ft.context.page)[f"from-{there}"] = here
    await go(there)


def way_back(there: str, otherwise: str) -> str:
    """Give the address one came from, by `go_from`."""
    return str(kept_values(ft.context.page).get(f"from-{there}", otherwise))
