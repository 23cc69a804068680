"""An entry of the rota while somebody taps it together: from a few answers to a fact, and back."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hub_app.core import house_events as h
from hub_app.core.house import House, RotaEntry
from hub_app.core.pack import Pack
from hub_app.core.pattern import Pattern, Shape, pattern_of, rule_text
from hub_app.core.recurring import Rule, days_in, read_rule
from hub_app.core.refusal import Refusal

QUARTER, HOUR, DAY = 15, 60, 24 * 60
_OPENS, _SHUTS = 10 * HOUR, 13 * HOUR
_SHOWN = 3  # first days to choose from


class Often(StrEnum):
    """How often, as it is tapped; AS_IT_IS keeps a rule that these taps cannot say."""

    WEEKLY = "weekly"
    SECOND_WEEK = "second_week"
    MONTHLY = "monthly"
    ONCE = "once"
    AS_IT_IS = "as_it_is"


_SHAPES = {
    Often.WEEKLY: (Shape.WEEKLY, 1),
    Often.SECOND_WEEK: (Shape.WEEKLY, 2),
    Often.MONTHLY: (Shape.MONTHLY, 1),
    Often.ONCE: (Shape.ONCE, 1),
}


@dataclass(frozen=True)
class RotaDraft:
    """What is tapped so far. `typed` is None while the name is that of the first service.

    `first` is None while nobody chose a first day; minutes are after midnight, `until_minute`
    counting on past it. `known` is the entry that is changed.
    """

    typed: str | None = None
    services: tuple[str, ...] = ()
    organisation: str | None = None
    often: Often = Often.WEEKLY
    weekdays: tuple[int, ...] = ()
    nth: int = 1
    first: date | None = None
    from_minute: int = _OPENS
    until_minute: int = _SHUTS
    last_day: date | None = None
    on_holidays: bool = False
    known: RotaEntry | None = None

    @property
    def pattern(self) -> Pattern:
        """How often, as a pattern; of a rule kept as it is, that one is to be asked."""
        shape, every = _SHAPES.get(self.often, (Shape.OTHER, 1))
        if shape is Shape.ONCE:
            return Pattern(Shape.ONCE)
        days = self.weekdays[:1] if shape is Shape.MONTHLY else self.weekdays
        return Pattern(shape, every, days, self.nth, self.last_day)


def new_draft(house: House, today: date) -> RotaDraft:
    """Give a draft with the day and times most of the rota has; else today, ten to one."""
    entries = [entry for entry in house.rota.values() if entry.ended is None]
    days = Counter(entry.starts.weekday() for entry in entries)
    spans = Counter((entry.starts.time(), entry.minutes) for entry in entries)
    weekday = days.most_common(1)[0][0] if days else today.weekday()
    begins, minutes = spans.most_common(1)[0][0] if spans else (time(10), _SHUTS - _OPENS)
    start = begins.hour * HOUR + begins.minute
    return RotaDraft(weekdays=(weekday,), from_minute=start, until_minute=start + minutes)


def draft_of(entry: RotaEntry, zone: str) -> RotaDraft:
    """Give the draft that would make this entry again."""
    pattern = pattern_of(entry.rule, entry.starts, zone)
    said = ((one, shape) for one, shape in _SHAPES.items() if pattern.times is None)
    kinds = [one for one, shape in said if shape == (pattern.shape, pattern.every)]
    start = entry.starts.hour * HOUR + entry.starts.minute
    return RotaDraft(
        typed=entry.name,
        services=entry.services,
        organisation=entry.organisation or None,
        often=kinds[0] if kinds else Often.AS_IT_IS,
        weekdays=pattern.weekdays or (entry.starts.weekday(),),
        nth=pattern.nth or 1,
        first=entry.starts.date(),
        from_minute=start,
        until_minute=start + entry.minutes,
        last_day=pattern.last_day,
        on_holidays=entry.on_holidays,
        known=entry,
    )


def first_days(draft: RotaDraft, pack: Pack, today: date) -> tuple[date, ...]:
    """Give the first days to choose from: the next that fit what is tapped, today included.

    Of every second week those of both weeks, so that the right one can be chosen; of once, none.
    """
    pattern = replace(draft.pattern, every=1, last_day=None)
    text = rule_text(pattern)
    if isinstance(text, Refusal) or not text:
        return ()
    rule = read_rule(text)
    if not isinstance(rule, Rule):
        return ()
    begins = datetime.combine(today, time())
    years = (today.year, today.year + 1)
    days = sorted(day for year in years for day in days_in(year, rule, begins, pack.zone))
    if draft.often is Often.SECOND_WEEK:
        return tuple(day for day in days if day < today + timedelta(weeks=2))
    return tuple(days[:_SHOWN])


def first_day(draft: RotaDraft, pack: Pack, today: date) -> date | None:
    """Give the first day: the one chosen, else the next that fits."""
    return draft.first or next(iter(first_days(draft, pack, today)), None)


def name_of(draft: RotaDraft, pack: Pack) -> str:
    """Give the name as typed, else that of the first service."""
    if draft.typed is not None:
        return draft.typed
    return pack.service(draft.services[0]).short if draft.services else ""


def fact_of(draft: RotaDraft, pack: Pack, today: date) -> h.RotaSet | Refusal:
    """Give the fact a draft asks for; the rules of the rota then say whether it can be."""
    first, known = first_day(draft, pack, today), draft.known
    rule = rule_text(draft.pattern)
    if draft.often is Often.AS_IT_IS and known is not None:
        rule = known.rule.text
    if isinstance(rule, Refusal):
        return rule
    if first is None:
        return Refusal.BAD_DAY
    hours, minutes = divmod(draft.from_minute, HOUR)
    return h.RotaSet(
        entry=known.id if known else "",
        name=name_of(draft, pack),
        services=draft.services,
        starts=f"{first.isoformat()}T{hours:02d}:{minutes:02d}",
        minutes=draft.until_minute - draft.from_minute,
        rule=rule,
        organisation=draft.organisation or "",
        without=_texts(known.without if known else ()),
        also=_texts(known.also if known else ()),
        on_holidays=draft.on_holidays,
    )


def _texts(days: frozenset[date] | tuple[date, ...]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days))


def begin_at(draft: RotaDraft, minute: int) -> RotaDraft:
    """Give the draft with another start; how long they stay remains."""
    start = min(max(minute, 0), DAY - QUARTER)
    return replace(draft, from_minute=start, until_minute=start + _length(draft))


def end_at(draft: RotaDraft, minute: int) -> RotaDraft:
    """Give the draft with another end: a quarter of an hour after the start, or later."""
    least, most = draft.from_minute + QUARTER, draft.from_minute + DAY
    return replace(draft, until_minute=min(max(minute, least), most))


def _length(draft: RotaDraft) -> int:
    return draft.until_minute - draft.from_minute
