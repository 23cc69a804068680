"""Who is expected on a day, and on which day somebody for a service comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.house import House, RotaEntry
from hub_app.core.recurring import days_in

LOOK_AHEAD_DAYS = 366


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody the rota expects on a day: from and until which moment, in wall milliseconds."""

    entry: str
    name: str
    services: tuple[str, ...]
    organisation: str
    from_at: int
    until_at: int


def expected_on(house: House, day: date, zone: str, country: str) -> tuple[Expected, ...]:
    """Give who is expected on a day, the earliest first; nobody when the hub is shut.

    `zone` is an IANA name, `country` an ISO 3166 code such as GB-SCT. The start is local time:
    10:00 stays 10:00 when the clocks change. A start that the clocks leap over is read with the
    offset from before the leap; one that comes twice is the first (RFC 5545, 3.3.5).
    """
    coming = (
        Expected(
            entry=entry.id,
            name=entry.name,
            services=entry.services,
            organisation=entry.organisation,
            from_at=(start := moment(day, entry.starts.time(), zone)),
            until_at=start + entry.minutes * MINUTE_MILLIS,
        )
        for entry in house.rota.values()
        if _is_expected(house, entry, day, zone, country)
    )
    return tuple(sorted(coming, key=lambda one: (one.from_at, one.name, one.entry)))


def next_date(house: House, service: str, after: date, zone: str, country: str) -> date | None:
    """Give the next day after `after` on which somebody for a service comes; within a year."""
    entries = tuple(entry for entry in house.rota.values() if service in entry.services)
    days = (after + timedelta(days=ahead) for ahead in range(1, LOOK_AHEAD_DAYS + 1))
    return next(
        (day for day in days if any(_is_expected(house, e, day, zone, country) for e in entries)),
        None,
    )


def comes_on(entry: RotaEntry, day: date, zone: str) -> bool:
    """Say whether an entry of the rota names a day, be the hub open or shut then."""
    if day in entry.without or (entry.ended is not None and day >= entry.ended):
        return False
    return day in entry.also or day in days_in(day.year, entry.rule, entry.starts, zone)


def _is_expected(house: House, entry: RotaEntry, day: date, zone: str, country: str) -> bool:
    if day in house.days_off or not comes_on(entry, day, zone):
        return False
    # Who names a single day means that day, also when it is a holiday.
    is_named = day in entry.also or not entry.rule.parts
    return is_named or entry.on_holidays or day in house.days_on or not holiday(day, country)


def moment(day: date, local: time, zone: str) -> int:
    """Give the wall milliseconds at which a hall's clock shows this time on this day."""
    return round(datetime.combine(day, local, ZoneInfo(zone)).timestamp() * 1000)


def holiday(day: date, country: str) -> str:
    """Give the public holiday's name (in the country's own language), or nothing on other days.

    `country` is an ISO 3166 code such as GB-SCT; of one the holidays library does not know, no day
    is a holiday. Local holidays are the hub's own days off.
    """
    return _holidays(country, day.year).get(day, "")


@lru_cache(maxsize=32)
def _holidays(country: str, year: int) -> Mapping[date, str]:
    # Costs a tenth of a second, so the first rota pays for it and not the start of the app.
    from holidays import country_holidays  # noqa: PLC0415

    state, _, part = country.partition("-")
    try:
        return MappingProxyType(dict(country_holidays(state, subdiv=part or None, years=year)))
    except NotImplementedError:
        return MappingProxyType({})
