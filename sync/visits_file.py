"""Made-up visits, one JSON object a line, read into the record’s codes: strict in every code."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Never

from sync.cutting import NO_SERVICE, Gained, VisitInCodes, gained, half_day
from sync.record import VOCABULARY
from sync.text import NotJson, as_list, as_object, canonical, parse

FIELDS: Final = frozenset(
    {
        *("visit", "person", "hub", "date", "minute", "half_day", "visit_type", "wait_minutes"),
        *("needs", "services", "result", "results", "unmet", "gain", "gain_source", "groups"),
        *("language", "referral", "area", "work_status"),
    }
)
_FIXED_GROUPS: Final = frozenset({"none_of_these", "rather_not_say", "not_asked"})
_DAY: Final = re.compile(r"(?!9999)[0-9]{4}-[0-9]{2}-[0-9]{2}")  # with days to come after it
_LAST_MINUTE: Final = 24 * 60 - 1
_NO_GAIN: Final = frozenset({"", "none"})
_PRIVATE_NEEDS: Final = frozenset(
    {"safety", "immigration", "family", "drink_or_drugs"}
)  # privacy.md §1
_POUNDS_MAX: Final = 1_000_000_000
_ID_MAX: Final = 100  # letters

Raw = Mapping[str, object]


@dataclass(frozen=True)
class BadLine:
    """A line that is no visit: its number, from 1, and a sentence why."""

    line: int
    why: str


@dataclass(frozen=True)
class MadeUpVisits:
    """The visits of a file by hub, and the names in it that are not read.

    A visit’s key is the canonical JSON of its id in the file, so 1 and "1" are two visits.
    """

    by_hub: Mapping[str, tuple[VisitInCodes, ...]]
    not_read: tuple[str, ...] = ()


class _BadLineError(ValueError):
    """Stops the reading of one line; never leaves this file."""


def read_visits(lines: Iterable[bytes]) -> MadeUpVisits | tuple[BadLine, ...]:
    """Read visits, or name every line that is not one; empty lines are passed over.

    `person` is never looked at. A visit has its id once in its hub.
    """
    by_hub: dict[str, dict[str, VisitInCodes]] = {}
    bad: list[BadLine] = []
    names: set[str] = set()
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        try:
            raw = _object(text)
            hub, visit = _name(raw, "hub"), _visit(raw)
            if visit.visit in by_hub.setdefault(hub, {}):
                _stop(f"visit {visit.visit} of hub {hub} is given twice")
        except _BadLineError as stop:
            bad.append(BadLine(number, str(stop)))
        else:
            by_hub[hub][visit.visit] = visit
            names |= raw.keys()
    if bad:
        return tuple(bad)
    visits = {hub: tuple(by_hub[hub].values()) for hub in sorted(by_hub)}
    return MadeUpVisits(visits, tuple(sorted(names - FIELDS)))


def _stop(why: str) -> Never:
    raise _BadLineError(why + ".")


def _object(text: bytes) -> dict[str, object]:
    value = parse(text)
    if isinstance(value, NotJson):
        raise _BadLineError(value.why)
    raw = as_object(value)
    return _stop("a visit is a JSON object") if raw is None else raw


def _visit(raw: Raw) -> VisitInCodes:
    visit_type = _code("visit_type", raw.get("visit_type"), "visit_type")
    work = _code("work", raw.get("work_status"), "work_status")
    return VisitInCodes(
        visit=_key(raw),
        day=_day(raw),
        half_day=_half_day(raw),
        visit_type=visit_type or "not_said",
        wait_minutes=_whole(raw, "wait_minutes", 10**6),
        needs=_needs(raw),
        unmet=_unmet(raw),
        services=tuple(_coded("service", each, "services") for each in _several(raw, "services")),
        gained=_gain(raw),
        groups=_groups(raw),
        language=_code("language", raw.get("language"), "language"),
        referral=_code("referral", raw.get("referral"), "referral"),
        area=_code("area", raw.get("area"), "area") or "not_said",
        work=work or "not_said",
    )


def _name(raw: Raw, field: str) -> str:
    value = raw.get(field)
    if type(value) is int:
        return str(value)
    if isinstance(value, str) and 0 < len(value) <= _ID_MAX and value.isprintable():
        return value
    return _stop(f"{field} is a short text or a whole number")


def _key(raw: Raw) -> str:
    _name(raw, "visit")
    return canonical(raw["visit"]).decode()


def _day(raw: Raw) -> date:
    value = raw.get("date")
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return _stop("date is no day in the calendar")
    return _stop("date is a day written as 2026-11-22")


def _half_day(raw: Raw) -> str:
    minute = _whole(raw, "minute", _LAST_MINUTE)
    if minute is not None:
        return half_day(minute // 60)
    said = _code("half_day", raw.get("half_day"), "half_day")
    return said or _stop("minute is the minute of the day they came, from 0 to 1439")


def _whole(raw: Raw, field: str, top: int) -> int | None:
    """Give a number’s whole part; None when there is none."""
    value = raw.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _stop(f"{field} is a number")
    if not 0 <= value <= top or not math.isfinite(value):
        return _stop(f"{field} is from 0 to {top}")
    return int(value)


def _code(listed: str, value: object, field: str) -> str | None:
    """Give a code of the record’s list, or None when nothing was said."""
    if value is None:
        return None
    if isinstance(value, str) and value in VOCABULARY[listed]:
        return value
    return _stop(f"{field} is one of: {', '.join(VOCABULARY[listed])}")


def _coded(listed: str, value: object, field: str) -> str:
    return _code(listed, value, field) or _stop(f"{field} has a null among its codes")


def _several(raw: Raw, field: str) -> list[object]:
    """Give the members of a list; nothing is none, and a text stands for itself."""
    value = raw.get(field)
    members = as_list(value)
    if value is None or isinstance(value, list):
        return members
    return [value] if isinstance(value, str) else _stop(f"{field} is a list")


def _pairs(raw: Raw, field: str, second: str) -> list[tuple[str, str | None]]:
    """Read needs, each alone or with a second fact: as a code, an object or a list of two."""
    listed = as_object(raw.get(field))
    members = _several(raw, field) if listed is None else [list(each) for each in listed.items()]
    found: list[tuple[str, str | None]] = []
    for each in members:
        named, both = as_object(each), as_list(each)
        if named is not None:
            need, other = named.get("need"), named.get(second)
            if unknown := named.keys() - {"need", second}:
                _stop(f"{field} has objects of need and {second} alone, not {min(unknown)}")
        elif len(both) == 2:
            need, other = both
        else:
            need, other = each, None
        need = "other" if need in _PRIVATE_NEEDS else need
        found.append((_coded("need", need, field), _code(second, other, f"{second} in {field}")))
    return found


def _needs(raw: Raw) -> tuple[tuple[str, str], ...]:
    """Put each need beside its result: its own, or the one of the whole visit."""
    pairs = _pairs(raw, "needs", "result")
    field = "results" if raw.get("results") is not None else "result"
    told = raw.get(field)
    in_order = as_list(told)
    if isinstance(told, list) and all(isinstance(each, str | None) for each in in_order):
        if len(in_order) != len(pairs):
            _stop(f"{field} are as many as needs, in the same order")
        results = [_code("result", each, field) for each in in_order]
        both = zip(pairs, results, strict=True)
        return tuple((need, own or each or NO_SERVICE) for (need, own), each in both)
    if isinstance(told, list | dict):
        by_need, whole = dict(_pairs(raw, field, "result")), None
        if strange := by_need.keys() - {need for need, _ in pairs}:
            _stop(f"{field} tells of {min(strange)}, which is not among the needs")
    else:
        by_need, whole = {}, _code("result", told, field)
    return tuple((need, own or by_need.get(need) or whole or NO_SERVICE) for need, own in pairs)


def _unmet(raw: Raw) -> tuple[tuple[str, str], ...]:
    return tuple((need, reason or "other") for need, reason in _pairs(raw, "unmet", "reason"))


def _gain(raw: Raw) -> Gained | None:
    """Read pounds, a band, or an object with `pounds` or `band`, and `source`."""
    told = as_object(raw.get("gain"))
    parts: Raw = {"pounds": raw.get("gain")} if told is None else told
    if unknown := parts.keys() - {"pounds", "band", "source"}:
        _stop(f"gain has pounds, band and source alone, not {min(unknown)}")
    source = _code("gain_source", parts.get("source"), "source of gain")
    source = source or _code("gain_source", raw.get("gain_source"), "gain_source") or "any"
    amount, band = parts.get("pounds"), parts.get("band")
    if isinstance(amount, str):
        if amount.isascii() and amount.isdigit():
            amount = int(amount[:12])
        elif amount in _NO_GAIN:
            amount = None
        else:
            amount, band = None, amount
    pounds = _whole({"gain": amount}, "gain", _POUNDS_MAX)
    if pounds is not None:
        return gained(pounds, source)
    named = _code("gain_band", band, "gain")
    return None if named is None else Gained(named, source)


def _groups(raw: Raw) -> tuple[str, ...]:
    """Read what was ticked: null is *not asked*, an empty list is *none of these*."""
    if raw.get("groups") is None:
        return ("not_asked",)
    ticked = tuple(_coded("group", each, "groups") for each in _several(raw, "groups"))
    if len(ticked) > 1 and _FIXED_GROUPS & set(ticked):
        return _stop("groups has an answer that stands alone beside others")
    return ticked or ("none_of_these",)
