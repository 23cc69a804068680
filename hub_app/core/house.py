"""What holds from session to session: rota, days off, capacity, agreements, folded from facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from hub_app.core import events as e
from hub_app.core import house_events as h
from hub_app.core.clock import Stamp
from hub_app.core.recurring import Rule, read_day, read_moment, read_rule
from hub_app.core.refusal import Refusal
from hub_app.core.session import standing

DAY_MINUTES = 24 * 60
MOST_DAYS = 400  # single days an entry may name or leave out
MOST_PEOPLE = 10_000
HANDOVER_NOTE = "handover_note"
SCOPES = (HANDOVER_NOTE,)


@dataclass(frozen=True, slots=True)
class RotaEntry:
    """Somebody who is expected: from `starts` (local) on, for `minutes`, by a rule.

    `without` are days they stay away, `also` days they come besides; `ended` the first day they
    come no more. Without a rule they come once.
    """

    id: str
    name: str
    services: tuple[str, ...]
    starts: datetime
    minutes: int
    rule: Rule = field(default_factory=Rule)
    organisation: str = ""
    without: frozenset[date] = frozenset()
    also: frozenset[date] = frozenset()
    on_holidays: bool = False
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many people the hall takes: a warning from `amber`, full from `red`."""

    amber: int
    red: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What organisations let travel between their desks, and on which days.

    Its last day is `until_day`; `ended` is the first day it holds no more, when it was ended early.
    """

    id: str
    parties: frozenset[str]
    scope: frozenset[str]
    from_day: date
    until_day: date
    ended: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        is_ended = self.ended is not None and day >= self.ended
        return self.from_day <= day <= self.until_day and not is_ended


@dataclass(frozen=True)
class House:
    """What holds from session to session. Mappings keep the order in which things were first set.

    `days_off` are the days the hub said it is shut, with the reason's name; `days_on` those it
    opens after all. `set_aside` counts facts that nobody here can read or that fit nothing.
    """

    rota: Mapping[str, RotaEntry] = field(default_factory=lambda: MappingProxyType({}))
    days_off: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    days_on: frozenset[date] = frozenset()
    capacity: Capacity | None = None
    agreements: Mapping[str, Agreement] = field(default_factory=lambda: MappingProxyType({}))
    acknowledged: frozenset[str] = frozenset()
    set_aside: int = 0


def agreement_between(
    house: House, a: str, b: str, day: date, scope: str = HANDOVER_NOTE
) -> Agreement | None:
    """Give the agreement that lets this travel between two organisations on a day, or None.

    Of several the one that lasts longest. On the day after its last it is None again.
    """
    fitting = (
        one
        for one in house.agreements.values()
        if {a, b} <= one.parties and scope in one.scope and one.holds_on(day)
    )
    return max(fitting, key=lambda one: (one.until_day, one.id), default=None)


def may_carry_note(house: House, a: str, b: str, day: date) -> bool:
    """Say whether a note the parent agreed to may travel from a desk of `a` to one of `b`.

    Two desks of one organisation need no agreement: it is one controller of the data, so nothing
    is shared with anybody. An organisation nobody has named (empty) has agreed to nothing.
    """
    if not a or not b:
        return False
    return a == b or agreement_between(house, a, b, day) is not None


# --- reading facts: what the rules refuse, the fold sets aside ---------------------------------


def _read_days(texts: tuple[str, ...]) -> frozenset[date] | None:
    days = [read_day(text) for text in texts[: MOST_DAYS + 1]]
    known = frozenset(day for day in days if day is not None)
    return known if len(days) <= MOST_DAYS and None not in days else None


def read_entry(fact: h.RotaSet) -> RotaEntry | Refusal:
    """Give the rota's entry a fact describes; refuses one without name, services, times or rule."""
    services = tuple(dict.fromkeys(filter(None, fact.services)))
    if not fact.entry or not fact.name.strip() or not services:
        return Refusal.DESK_OFFERS_NOTHING
    starts, rule = read_moment(fact.starts), read_rule(fact.rule)
    without, also = _read_days(fact.without), _read_days(fact.also)
    if starts is None or not 0 < fact.minutes <= DAY_MINUTES:
        return Refusal.BAD_TIME
    if isinstance(rule, Refusal):
        return rule
    if without is None or also is None:
        return Refusal.BAD_DAY
    return RotaEntry(
        id=fact.entry,
        name=fact.name,
        services=services,
        starts=starts,
        minutes=fact.minutes,
        rule=rule,
        organisation=fact.organisation,
        without=without,
        also=also,
        on_holidays=fact.on_holidays,
    )


def read_capacity(fact: h.CapacitySet) -> Capacity | Refusal | None:
    """Give the capacity a fact sets, None for twice nought, which is no limit.

    Refuses numbers out of reach, and red below amber.
    """
    if fact.amber == fact.red == 0:
        return None
    if not (1 <= fact.amber <= MOST_PEOPLE and 1 <= fact.red <= MOST_PEOPLE):
        return Refusal.BAD_NUMBER
    if fact.red < fact.amber:
        return Refusal.RED_BELOW_AMBER
    return Capacity(fact.amber, fact.red)


def read_agreement(fact: h.AgreementMade) -> Agreement | Refusal:
    """Give the agreement of a fact; refuses fewer than two parties, no scope, and wrong days.

    A scope that only a newer tablet knows is kept, and opens nothing here.
    """
    parties, scope = frozenset(filter(None, fact.parties)), frozenset(filter(None, fact.scope))
    if not fact.agreement or len(parties) < 2:
        return Refusal.TOO_FEW_PARTIES
    if not scope:
        return Refusal.NOTHING_AGREED
    from_day, until_day = read_day(fact.from_day), read_day(fact.until_day)
    if from_day is None or until_day is None:
        return Refusal.BAD_DAY
    if until_day < from_day:
        return Refusal.UNTIL_BEFORE_FROM
    return Agreement(fact.agreement, parties, scope, from_day, until_day)


# --- the fold ----------------------------------------------------------------------------------


class _Open:
    """The house while its facts are taken in, the earliest first."""

    def __init__(self) -> None:
        self.rota: dict[str, RotaEntry] = {}
        self.days: dict[date, str | None] = {}  # None: open after all
        self.capacity: Capacity | None = None
        self.agreements: dict[str, Agreement] = {}
        self.acknowledged: set[str] = set()

    def take(self, event: e.Event) -> bool:
        """Take in one fact; say whether it applied."""
        match event:
            case h.RotaSet() | h.CapacitySet() | h.AgreementMade():
                return self._set(event)
            case h.RotaEnded() | h.AgreementEnded():
                return self._end(event)
            case h.DayOff() | h.DayOn():
                day = read_day(event.day)
                if day is not None:
                    self.days[day] = event.name if isinstance(event, h.DayOff) else None
                return day is not None
            case h.ReferralAcknowledged():
                self.acknowledged.add(event.referral)
                return True
            case _:
                return False

    def _set(self, fact: h.RotaSet | h.CapacitySet | h.AgreementMade) -> bool:
        match fact:
            case h.RotaSet():
                read = read_entry(fact)
            case h.CapacitySet():
                read = read_capacity(fact)
            case h.AgreementMade():
                read = read_agreement(fact)
        match read:
            case RotaEntry():
                self.rota[read.id] = read
            case Capacity() | None:
                self.capacity = read
            case Agreement():
                self.agreements[read.id] = read
            case Refusal():
                return False
        return True

    def _end(self, fact: h.RotaEnded | h.AgreementEnded) -> bool:
        day = read_day(fact.day)
        if day is None:
            return False
        if isinstance(fact, h.RotaEnded):
            if fact.entry not in self.rota:
                return False
            self.rota[fact.entry] = replace(self.rota[fact.entry], ended=day)
            return True
        if fact.agreement not in self.agreements:
            return False
        self.agreements[fact.agreement] = replace(self.agreements[fact.agreement], ended=day)
        return True


def fold_house(entries: Iterable[e.Entry]) -> House:
    """Fold the house's facts, in any order: the later stamp wins. Never raises."""
    opened, aside = _Open(), 0
    for entry in standing(entries):
        aside += not opened.take(entry.event)
    return House(
        rota=MappingProxyType(opened.rota),
        days_off=MappingProxyType({d: n for d, n in opened.days.items() if n is not None}),
        days_on=frozenset(day for day, name in opened.days.items() if name is None),
        capacity=opened.capacity,
        agreements=MappingProxyType(opened.agreements),
        acknowledged=frozenset(opened.acknowledged),
        set_aside=aside,
    )


class HouseFold:
    """Keeps the house folded as facts come in; they are few, so each lot folds it anew."""

    def __init__(self) -> None:
        """Begin with no facts."""
        self._facts: list[e.Entry] = []
        self.house = House()

    def add(self, entries: Iterable[e.Entry]) -> House:
        """Take in facts of the house, each given once, and give the house as it now stands."""
        self._facts.extend(entries)
        self.house = fold_house(self._facts)
        return self.house

    @property
    def latest(self) -> Stamp | None:
        """The latest stamp of what is known of the house."""
        return max((fact.stamp for fact in self._facts), default=None)
