"""What a coordinator sees of the house: who comes when, days off, agreements, promises."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hub_app.core.house import Agreement, House, RotaEntry
from hub_app.core.pack import Pack
from hub_app.core.pattern import Pattern, pattern_of
from hub_app.core.promised import Promised
from hub_app.core.recurring import read_day
from hub_app.core.rota import LOOK_AHEAD_DAYS, Expected, comes_on, expected_on, holiday

COMING = 6  # of each entry: enough to find the day somebody stays away
ENDS_SOON_DAYS = 30
CALL_BACK = "call_back"


@dataclass(frozen=True, slots=True)
class RotaRow:
    """Somebody on the rota. Minutes are after midnight by the hall's own clock.

    `coming` are the next days they are expected, today included; `away` and `also` the single
    days from today on. Who `is_over` comes no more within a year.
    """

    entry: str
    name: str
    services: tuple[str, ...]
    organisation: str
    pattern: Pattern
    first_day: date
    from_minute: int
    until_minute: int
    on_holidays: bool
    coming: tuple[date, ...]
    away: tuple[date, ...]
    also: tuple[date, ...]
    ended: date | None

    @property
    def is_over(self) -> bool:
        """Whether nobody is expected by it any more, as far as one can see."""
        return not self.coming


@dataclass(frozen=True, slots=True)
class ComingLine:
    """Somebody expected on one day: minutes after midnight by the hall's own clock."""

    entry: str
    name: str
    services: tuple[str, ...]
    from_minute: int
    until_minute: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A day to come on which somebody comes, or would: those expected, and those who stay away.

    `why` is what makes the day unlike others: the reason it is shut, or the holiday's name.
    """

    day: date
    lines: tuple[ComingLine, ...]
    away: tuple[str, ...]
    is_shut: bool
    why: str


class DayKind(StrEnum):
    """Of a day that is not like others: a public holiday, shut, or open after all."""

    HOLIDAY = "holiday"
    SHUT = "shut"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day to come that is not like others: why, and the names of those who come all the same."""

    day: date
    kind: DayKind
    why: str
    coming: tuple[str, ...]


class Standing(StrEnum):
    """Of an agreement: it holds, it runs out within 30 days, it begins later, it is over."""

    SOON = "soon"
    HOLDS = "holds"
    LATER = "later"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement of the register; `days_left` counts its last day, and is nought when over."""

    agreement: str
    parties: tuple[str, ...]
    scope: tuple[str, ...]
    from_day: date
    until_day: date
    ended: date | None
    standing: Standing
    days_left: int


@dataclass(frozen=True, slots=True)
class PromisedRow:
    """A referral or call-back, never with a name: the ticket, whom it went to (a code), by when.

    `due` is None when nobody here can read the day that was written down.
    """

    referral: str
    ticket: str
    day: date | None
    to: str
    due: date | None
    need: str
    is_call_back: bool


@dataclass(frozen=True, slots=True)
class PromisedView:
    """What was promised: not yet acknowledged by when it is due, then what somebody has."""

    overdue: tuple[PromisedRow, ...] = ()
    today: tuple[PromisedRow, ...] = ()
    later: tuple[PromisedRow, ...] = ()
    acknowledged: tuple[PromisedRow, ...] = ()

    @property
    def open(self) -> tuple[PromisedRow, ...]:
        """All that nobody has said they have, the longest overdue first."""
        return (*self.overdue, *self.today, *self.later)


# --- the rota ------------------------------------------------------------------------------------


def rota_rows(house: House, pack: Pack, today: date) -> tuple[RotaRow, ...]:
    """Give everybody on the rota: whoever comes soonest first, those who come no more last."""
    rows = [_rota_row(house, entry, pack, today) for entry in house.rota.values()]
    return tuple(sorted(rows, key=lambda row: (*_soonest(row), row.from_minute, row.name)))


def _soonest(row: RotaRow) -> tuple[bool, date]:
    return (row.is_over, row.coming[0] if row.coming else row.first_day)


def _rota_row(house: House, entry: RotaEntry, pack: Pack, today: date) -> RotaRow:
    begins = entry.starts.hour * 60 + entry.starts.minute
    return RotaRow(
        entry=entry.id,
        name=entry.name,
        services=entry.services,
        organisation=entry.organisation,
        pattern=pattern_of(entry.rule, entry.starts, pack.zone),
        first_day=entry.starts.date(),
        from_minute=begins,
        until_minute=(begins + entry.minutes) % (24 * 60),
        on_holidays=entry.on_holidays,
        coming=_coming(house, entry, pack, today),
        away=tuple(sorted(day for day in entry.without if day >= today)),
        also=tuple(sorted(day for day in entry.also if day >= today)),
        ended=entry.ended,
    )


def _coming(house: House, entry: RotaEntry, pack: Pack, today: date) -> tuple[date, ...]:
    alone = replace(house, rota={entry.id: entry})
    begins = max(today, min((entry.starts.date(), *entry.also)))
    found: list[date] = []
    for day in _days_from(begins):
        if expected_on(alone, day, pack.zone, pack.country):
            found.append(day)
        if len(found) == COMING:
            break
    return tuple(found)


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))


def sessions_ahead(house: House, pack: Pack, today: date, most: int = 6) -> tuple[SessionRow, ...]:
    """Give the next days on which somebody comes, or would if the hub were not shut that day."""
    found: list[SessionRow] = []
    for day in _days_from(today) if house.rota else ():
        meant = [entry for entry in house.rota.values() if comes_on(entry, day, pack.zone)]
        away = tuple(entry.name for entry in house.rota.values() if day in entry.without)
        if meant:
            found.append(_session_row(house, pack, day, away))
        if len(found) == most:
            break
    return tuple(found)


def _session_row(house: House, pack: Pack, day: date, away: tuple[str, ...]) -> SessionRow:
    coming = expected_on(house, day, pack.zone, pack.country)
    return SessionRow(
        day=day,
        lines=tuple(_line(one, pack.zone) for one in coming),
        away=away,
        is_shut=not coming,
        why=house.days_off.get(day) or holiday(day, pack.country),
    )


def _line(one: Expected, zone: str) -> ComingLine:
    begins, ends = _minute(one.from_at, zone), _minute(one.until_at, zone)
    return ComingLine(one.entry, one.name, one.services, begins, ends)


def _minute(at: int, zone: str) -> int:
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    return local.hour * 60 + local.minute


# --- days off ------------------------------------------------------------------------------------


def days_ahead(house: House, pack: Pack, today: date) -> tuple[DayRow, ...]:
    """Give the days of the coming year that are not like others, and later ones somebody named."""
    last = today + timedelta(days=LOOK_AHEAD_DAYS)
    holidays = {day for day in _days_from(today) if holiday(day, pack.country)}
    opened = {day for day in house.days_on if day > last and holiday(day, pack.country)}
    named = {day for day in (*house.days_off, *opened) if day >= today}
    return tuple(_day_row(house, pack, day) for day in sorted(holidays | named))


def _day_row(house: House, pack: Pack, day: date) -> DayRow:
    kind, name = DayKind.HOLIDAY, holiday(day, pack.country)
    if day in house.days_off:
        kind = DayKind.SHUT
    elif day in house.days_on:
        kind = DayKind.OPEN
    coming = tuple(one.name for one in expected_on(house, day, pack.zone, pack.country))
    return DayRow(day, kind, house.days_off.get(day) or name, coming)


# --- agreements ----------------------------------------------------------------------------------

_PLACES = tuple(Standing)


def agreement_rows(house: House, today: date) -> tuple[AgreementRow, ...]:
    """Give the register: what runs out soon first, what is over last."""
    rows = [_agreement_row(one, today) for one in house.agreements.values()]
    return tuple(
        sorted(rows, key=lambda row: (_PLACES.index(row.standing), row.until_day, row.agreement))
    )


def _agreement_row(one: Agreement, today: date) -> AgreementRow:
    left = (one.until_day - today).days + 1
    is_over = left <= 0 or (one.ended is not None and one.ended <= today)
    if is_over:
        stands = Standing.OVER
    elif one.from_day > today:
        stands = Standing.LATER
    else:
        stands = Standing.SOON if left <= ENDS_SOON_DAYS else Standing.HOLDS
    return AgreementRow(
        agreement=one.id,
        parties=tuple(sorted(one.parties)),
        scope=tuple(sorted(one.scope)),
        from_day=one.from_day,
        until_day=one.until_day,
        ended=one.ended,
        standing=stands,
        days_left=0 if is_over else left,
    )


# --- what was promised ---------------------------------------------------------------------------


def promised_view(promised: Iterable[Promised], today: date) -> PromisedView:
    """Give what was promised to families by when it is due; order within each is kept."""
    rows = [(one.is_acknowledged, _promised_row(one)) for one in promised]
    waiting = [row for is_done, row in rows if not is_done]
    return PromisedView(
        overdue=tuple(row for row in waiting if row.due is None or row.due < today),
        today=tuple(row for row in waiting if row.due == today),
        later=tuple(row for row in waiting if row.due is not None and row.due > today),
        acknowledged=tuple(row for is_done, row in rows if is_done),
    )


def _promised_row(one: Promised) -> PromisedRow:
    told = one.referred
    is_call_back = told.kind == CALL_BACK
    day, due = read_day(one.day), read_day(told.due)
    return PromisedRow(told.referral, one.ticket, day, told.to, due, told.need, is_call_back)


def to_pass_on(view: PromisedView, day: date) -> tuple[PromisedRow, ...]:
    """Give the call-backs to pass on before closing: agreed in that day's session, or due by it."""
    return tuple(
        row
        for row in view.open
        if row.is_call_back and (row.day == day or row.due is None or row.due <= day)
    )
