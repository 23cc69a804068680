"""Who is not here for a need: since when, until when, and what can be offered instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hub_app.core.room import Hall
from hub_app.core.triage import GREETER, expected_from, is_absent

NOT_HERE_TODAY: Final = "not_here_today"  # the reason that is logged
NEXT_DATE: Final = "next_date"
SIGNPOST: Final = "signpost"
CALL_BACK: Final = "call_back"
KEEP: Final = "keep"  # nothing is logged: they stay in case somebody comes
CALL_BACK_WITHIN_DAYS: Final = 7

Offers = tuple[tuple[str, str], ...]  # (need, what was offered), each need once


@dataclass(frozen=True, slots=True)
class Absence:
    """A need nobody in the hall can help with now.

    `from_at` is when somebody is expected later today (milliseconds). When nobody is, `service`
    is the one that comes soonest, and `next_day` when that is, if anybody knows.
    """

    need: str
    service: str
    next_day: date | None = None
    from_at: int | None = None

    @property
    def is_for_today(self) -> bool:
        """Whether nobody will come for it today."""
        return self.from_at is None


def absent_services(hall: Hall) -> tuple[str, ...]:
    """Give the pack's services that nobody is here for today."""
    return tuple(service.id for service in hall.pack.services if is_absent(hall, service.id))


def absences(hall: Hall, next_days: Mapping[str, date | None]) -> Mapping[str, Absence]:
    """Give the absence of every need that cannot be helped with now, by the need's code.

    `next_days` says for a service when somebody comes next.
    """
    services = {service for need in hall.pack.needs for service in need.services} | {GREETER}
    gone = {service for service in services if is_absent(hall, service)}
    later = {service: at for service in services if (at := expected_from(hall, service))}
    found: dict[str, Absence] = {}
    for need in hall.pack.needs:
        wanted = need.services or (GREETER,)
        if any(service not in gone and service not in later for service in wanted):
            continue
        coming = [(later[service], service) for service in wanted if service in later]
        if coming:
            at, service = min(coming)
            found[need.id] = Absence(need.id, service, from_at=at)
        else:
            found[need.id] = _not_today(need.id, wanted, next_days)
    return found


def _not_today(need: str, services: Iterable[str], next_days: Mapping[str, date | None]) -> Absence:
    known = [(service, next_days.get(service)) for service in services]
    service, day = min(known, key=lambda each: each[1] or date.max)
    return Absence(need, service, day)


def offer_for(offers: Offers, need: str) -> str | None:
    """Give what is offered for a need, None while nothing is."""
    return dict(offers).get(need)


def offering(offers: Offers, needs: Iterable[str], offer: str | None) -> Offers:
    """Give the offers with one more for these needs; None takes theirs back."""
    changed = frozenset(needs)
    kept = tuple(each for each in offers if each[0] not in changed)
    return kept if offer is None else (*kept, *((need, offer) for need in sorted(changed)))


def call_back_on(absence: Absence, today: date) -> date:
    """Give by when they are to be called back: when somebody comes next, else within a week."""
    return absence.next_day or today + timedelta(days=CALL_BACK_WITHIN_DAYS)
