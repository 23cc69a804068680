"""How a period, a set of facts and a hub become whole numbers of four bytes, and back."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final

from sync.periods import field_of, first_day, last_day
from sync.record import DAY, KINDS, LADDER, MONTH, QUARTER, VOCABULARY, Place, Row

# A period is 64 × its last month, counted from January 1970, and then the day, or one of these.
# So a month holds its days, a quarter its months, and SQL finds the month by a shift.
MONTH_BITS: Final = 6
WHOLE_MONTH: Final = 40
WHOLE_QUARTER: Final = 50
_BEGINS: Final = 1970

Facts = tuple[tuple[str, str], ...]


@lru_cache(maxsize=8192)
def period_number(period: str) -> int:
    """Give a period as a number; ValueError when the text is no period."""
    end = last_day(period)
    if end is None:
        raise ValueError("not a period")
    within = {DAY: end.day, MONTH: WHOLE_MONTH, QUARTER: WHOLE_QUARTER}[field_of(period) or DAY]
    return ((end.year - _BEGINS) * 12 + end.month - 1 << MONTH_BITS) + within


@lru_cache(maxsize=8192)
def period_text(number: int) -> str:
    """Give the period a number stands for, as the record writes it."""
    months, within = number >> MONTH_BITS, number & (1 << MONTH_BITS) - 1
    year, month = _BEGINS + months // 12, months % 12 + 1
    if within == WHOLE_QUARTER:
        return f"{year:04}-Q{month // 3}"
    return f"{year:04}-{month:02}" + ("" if within == WHOLE_MONTH else f"-{within:02}")


def span(period: str) -> tuple[int, int]:
    """Give the lowest and the highest number of what lies wholly within a period or a year.

    A year is four digits. ValueError when the text is neither.
    """
    if len(period) == 4 and period.isascii() and period.isdigit():
        begins, ends = span(f"{period}-Q1"), span(f"{period}-Q4")
        return begins[0], ends[1]
    begins = first_day(period)
    if begins is None:
        raise ValueError("neither a period nor a year")
    return period_number(begins.isoformat()), period_number(period)


def fact_number(kind: str, facts: Facts) -> int:
    """Give a kind and its facts without the period as a number that no other version renumbers."""
    return _hashed(json.dumps([kind, *facts], separators=(",", ":")))


def hub_number(place: Place, attempt: int = 0) -> int:
    """Give a hub’s number; the next `attempt` when another hub has that one already."""
    return _hashed(f"{place.council}/{place.hub}/{attempt}")


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def _all_facts() -> Iterator[tuple[str, Facts]]:
    for kind in KINDS:
        for names in dict.fromkeys(step[1:] for step in LADDER[kind]):
            for codes in product(*(VOCABULARY[name] for name in names)):
                yield kind, tuple(zip(names, codes, strict=True))


# Every set of facts that the record can name, by number, and back.
FACTS: Final[Mapping[int, tuple[str, Facts]]] = MappingProxyType(
    {fact_number(kind, facts): (kind, facts) for kind, facts in _all_facts()}
)
_NUMBERS: Final = {named: number for number, named in FACTS.items()}


def number_of(row: Row) -> int:
    """Give the number of a row’s kind and facts."""
    return _NUMBERS[row.kind, row.facts[1:]]


def row_of(period: int, fact: tuple[str, Facts], n: int) -> Row:
    """Give back a row from its numbers."""
    text = period_text(period)
    kind, facts = fact
    return Row(kind, ((field_of(text) or "", text), *facts), n)


def facts_text(facts: Facts) -> str:
    """Give facts as the JSON object that stands in the database, in ladder order."""
    return json.dumps(dict(facts), separators=(",", ":"))


def facts_from(text: str) -> Facts:
    """Give facts back from their JSON object."""
    found: dict[str, str] = json.loads(text)
    return tuple(found.items())
