"""How a visit is cut into rows that can’t be joined again: the same cut, wherever it is from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sync.codes import NOBODY_SEEN
from sync.record import Fragment

NO_SERVICE: Final = "no_service_today"  # the result of a need that nobody took up
_WAIT_BANDS: Final = ((10, "0-10"), (20, "11-20"), (40, "21-40"))
_GAIN_BANDS: Final = ((499, "1-499"), (1999, "500-1999"))


@dataclass(frozen=True)
class Gained:
    """What a visit gained: its band, where from, and the pounds; 0 when only the band is known."""

    band: str
    source: str = "any"
    pounds: int = 0


@dataclass(frozen=True)
class VisitInCodes:
    """One visit as it is cut: every answer a code of the record’s lists; None is *not asked*.

    `needs` are pairs of need and result, `unmet` pairs of need and reason. `visit` is a local
    key; no row tells it.
    """

    visit: str
    day: date
    half_day: str
    visit_type: str = "not_said"
    wait_minutes: int | None = None
    needs: tuple[tuple[str, str], ...] = ()
    unmet: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    gained: Gained | None = None
    groups: tuple[str, ...] = ("not_asked",)
    language: str | None = None
    referral: str | None = None
    area: str = "not_said"
    work: str = "not_said"


def cut(visit: VisitInCodes) -> tuple[Fragment, ...]:
    """Cut one visit into its fragments: each says one thing of it, and nothing twice."""
    is_first = visit.visit_type == "first_ever"
    pounds = 0 if visit.gained is None else visit.gained.pounds
    return tuple(
        Fragment(kind, visit.visit, visit.day, is_first, facts, pounds if kind == "gain" else 0)
        for kind, facts in _rows(visit)
    )


def gained(pounds: int, source: str = "any") -> Gained | None:
    """Put pounds into their band; None when nothing was gained."""
    return Gained(_band(_GAIN_BANDS, pounds, "2000+"), source, pounds) if pounds > 0 else None


def half_day(hour: int) -> str:
    """Give the half of the day an hour is in, from 0 to 23 by the hall’s own clock."""
    return "am" if hour < 12 else "pm"


def _band(bands: tuple[tuple[int, str], ...], amount: int, above: str) -> str:
    return next((name for top, name in bands if amount <= top), above)


def _rows(visit: VisitInCodes) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "visit", {"half_day": visit.half_day, "visit_type": visit.visit_type}
    if visit.wait_minutes is not None:
        yield "wait", {"wait_band": _band(_WAIT_BANDS, visit.wait_minutes, "41+")}
    yield from _needs(visit)
    for service in dict.fromkeys(visit.services or (NOBODY_SEEN,)):
        yield "service", {"service": service}
    if visit.gained is not None:
        yield "gain", {"gain_band": visit.gained.band, "gain_source": visit.gained.source}
    if visit.language is not None:
        yield "language", {"language": visit.language}
    if visit.referral is not None:
        yield "referral", {"referral": visit.referral}
    yield "area", {"area": visit.area}
    if visit.visit_type.startswith("first"):  # counted once a year: on the first visit of it
        yield "work_status", {"work": visit.work}


def _needs(visit: VisitInCodes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Cut the needs: with their results, beside each group, beside why they were not met."""
    for need, result in dict.fromkeys(visit.needs):
        yield "need", {"need": need, "result": result}
    for group in dict.fromkeys(visit.groups):
        for need in dict.fromkeys(need for need, _ in visit.needs):
            yield "priority_need", {"group": group, "need": need}
        for result in dict.fromkeys(result for _, result in visit.needs):
            yield "priority_result", {"group": group, "result": result}
    for need, reason in dict.fromkeys(visit.unmet):
        yield "unmet", {"need": need, "reason": reason}
