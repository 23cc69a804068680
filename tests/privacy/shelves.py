"""What an attacker can lay hands on, as classes of identical rows; and who is behind each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sync.gate import Leaving
from sync.record import SENSITIVE
from tests.privacy.families import Come

Codes = tuple[str | None, ...]  # a code for each name, or None where an attacker knows none

FLAGS = ("lone", "minority", "disab", "under25", "baby", "three")
SECRETS = SENSITIVE | {f"is_{flag}" for flag in FLAGS}  # what nobody may learn about a visit


@dataclass(frozen=True)
class Visits:
    """What the test knows of every visit, and nobody else does."""

    of: Mapping[str, Come]

    def people(self, visits: Iterable[str]) -> frozenset[str]:
        return frozenset(self.of[visit].family.person for visit in visits)


@dataclass(frozen=True, eq=False)
class Class:
    """Rows that are all the same, and, for the test alone, the visits behind them."""

    codes: tuple[str, ...]
    visits: tuple[str, ...]
    people: frozenset[str]

    @property
    def n(self) -> int:
        return len(self.visits)


@dataclass(frozen=True)
class Match:
    """What a search comes to: who may be meant, and how each secret is split among the rows."""

    people: frozenset[str]
    n: int
    split: Mapping[str, Counter[str]]


@dataclass(frozen=True, eq=False)
class Shelf:
    """All rows of one hub, kind, period and step: an attacker who is told the step looks here."""

    hub: str
    kind: str
    period: str
    names: tuple[str, ...]
    classes: tuple[Class, ...]

    @cached_property
    def secrets(self) -> tuple[int, ...]:
        return tuple(i for i, name in enumerate(self.names) if name in SECRETS)

    def search(self, known: Codes) -> Match:
        """Give all rows that fit what is known."""
        if known not in self._found:
            fit = [each for each in self.classes if _fits(each.codes, known)]
            split: dict[str, Counter[str]] = {}
            for i in self.secrets:
                if known[i] is None:
                    split[self.names[i]] = Counter()
                    for each in fit:
                        split[self.names[i]][each.codes[i]] += each.n
            people = frozenset[str]().union(*(each.people for each in fit))
            self._found[known] = Match(people, sum(each.n for each in fit), split)
        return self._found[known]

    @cached_property
    def _found(self) -> dict[Codes, Match]:
        return {}


def _fits(codes: Sequence[str], known: Codes) -> bool:
    return all(told is None or told == code for code, told in zip(codes, known, strict=True))


def shelves_of(hub: str, leaving: Iterable[Leaving], visits: Visits) -> list[Shelf]:
    """Lay out what a hub let go: one shelf for each kind, period and step."""
    rows: dict[tuple[str, str, tuple[str, ...]], dict[tuple[str, ...], list[str]]] = {}
    for each in leaving:
        (_, period), *facts = each.row.facts
        key = (each.row.kind, period, tuple(name for name, _ in facts))
        codes = tuple(code for _, code in facts)
        rows.setdefault(key, {}).setdefault(codes, []).extend(each.visits)
    return [
        _shelf((hub, kind, period, names), classes, visits)
        for (kind, period, names), classes in rows.items()
    ]


def joined(
    comes: Iterable[Come], names: Sequence[str], visits: Visits, *, by_month: bool = False
) -> list[Shelf]:
    """Lay out whole visits, one row each, as the controls would send them."""
    rows: dict[tuple[str, str], dict[tuple[str, ...], list[str]]] = {}
    for come in comes:
        said = raw(come)
        day = come.day.isoformat()
        period = day[:7] if by_month else day
        codes = tuple(said[name] for name in names)
        rows.setdefault((come.hub, period), {}).setdefault(codes, []).append(come.visit)
    return [
        _shelf((hub, "joined", period, tuple(names)), classes, visits)
        for (hub, period), classes in rows.items()
    ]


def raw(come: Come) -> dict[str, str]:
    """Give one visit as one row, the way it would lie in a spreadsheet."""
    told, family = come.told, come.family
    return {
        "person": family.person,
        "postcode": family.postcode,
        "half_day": told.half_day,
        "visit_type": told.visit_type,
        "services": "+".join(sorted(told.services)),
        "need": "+".join(sorted(need for need, _ in told.needs)),
        "result": "+".join(sorted({result for _, result in told.needs})),
        "gain_band": "none" if told.gained is None else told.gained.band,
        "language": family.language,
        "area": told.area,
        "work": told.work,
        "referral": family.heard,
        **{f"is_{flag}": "yes" if flag in told.groups else "no" for flag in FLAGS},
    }


def _shelf(
    key: tuple[str, str, str, tuple[str, ...]],
    classes: Mapping[tuple[str, ...], Sequence[str]],
    visits: Visits,
) -> Shelf:
    found = tuple(Class(codes, tuple(here), visits.people(here)) for codes, here in classes.items())
    return Shelf(*key, found)
