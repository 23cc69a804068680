"""Rules for the house: rota, days off, capacity, agreements, acknowledged referrals."""

from dataclasses import replace
from datetime import date

from hub_app.core import house_events as h
from hub_app.core.house import (
    SCOPES,
    House,
    RotaEntry,
    read_agreement,
    read_capacity,
    read_entry,
)
from hub_app.core.recurring import ever_comes, read_day
from hub_app.core.refusal import Refusal


def set_rota(wanted: h.RotaSet, zone: str) -> h.RotaSet | Refusal:
    """Put somebody on the rota, or change their entry; refuses what would never bring them."""
    entry = read_entry(wanted)
    if isinstance(entry, Refusal):
        return entry
    days = entry.also - entry.without
    if not days and not ever_comes(entry.rule, entry.starts, zone):
        return Refusal.NEVER_COMES
    return replace(wanted, services=entry.services)


def leave_out(house: House, entry_id: str, day: str) -> tuple[h.HouseEvent, ...] | Refusal:
    """Say that somebody stays away on one day; the rest of their entry stays."""
    entry, when = house.rota.get(entry_id), read_day(day)
    if entry is None:
        return Refusal.NOT_ON_ROTA
    if when is None:
        return Refusal.BAD_DAY
    changed = replace(entry, without=entry.without | {when}, also=entry.also - {when})
    return _facts(changed)


def come_also(house: House, entry_id: str, day: str) -> tuple[h.HouseEvent, ...] | Refusal:
    """Say that somebody comes on one day more, or after all; the rest of their entry stays."""
    entry, when = house.rota.get(entry_id), read_day(day)
    if entry is None:
        return Refusal.NOT_ON_ROTA
    if when is None:
        return Refusal.BAD_DAY
    return _facts(replace(entry, also=entry.also | {when}, without=entry.without - {when}))


def _facts(entry: RotaEntry) -> tuple[h.HouseEvent, ...] | Refusal:
    """Give the facts that set an entry as it is, its end too; refuses too many single days."""
    fact = h.RotaSet(
        entry=entry.id,
        name=entry.name,
        services=entry.services,
        starts=entry.starts.isoformat(timespec="minutes"),
        minutes=entry.minutes,
        rule=entry.rule.text,
        organisation=entry.organisation,
        without=_texts(entry.without),
        also=_texts(entry.also),
        on_holidays=entry.on_holidays,
    )
    read = read_entry(fact)
    if isinstance(read, Refusal):
        return read
    return (fact,) if entry.ended is None else (fact, h.RotaEnded(entry.id, str(entry.ended)))


def _texts(days: frozenset[date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days))


def end_rota(house: House, entry_id: str, day: str) -> h.RotaEnded | Refusal:
    """Take somebody off the rota from a day on."""
    if entry_id not in house.rota:
        return Refusal.NOT_ON_ROTA
    return Refusal.BAD_DAY if read_day(day) is None else h.RotaEnded(entry_id, day)


def shut_on(day: str, name: str = "") -> h.DayOff | Refusal:
    """Say that the hub stays shut on a day."""
    return Refusal.BAD_DAY if read_day(day) is None else h.DayOff(day, name)


def open_on(day: str) -> h.DayOn | Refusal:
    """Say that the hub opens on a day after all, also when it is a holiday."""
    return Refusal.BAD_DAY if read_day(day) is None else h.DayOn(day)


def set_capacity(amber: int, red: int) -> h.CapacitySet | Refusal:
    """Set from how many people the hall warns and is full; twice nought takes the limit away."""
    wanted = h.CapacitySet(amber, red)
    capacity = read_capacity(wanted)
    return capacity if isinstance(capacity, Refusal) else wanted


def make_agreement(wanted: h.AgreementMade) -> h.AgreementMade | Refusal:
    """Write down what organisations agreed may travel; the same id renews an agreement."""
    agreement = read_agreement(wanted)
    if isinstance(agreement, Refusal):
        return agreement
    if not agreement.scope <= frozenset(SCOPES):
        return Refusal.NOTHING_AGREED
    parties, scope = tuple(sorted(agreement.parties)), tuple(sorted(agreement.scope))
    return replace(wanted, parties=parties, scope=scope)


def end_agreement(house: House, agreement: str, day: str) -> h.AgreementEnded | Refusal:
    """End an agreement from a day on, before its last day."""
    if agreement not in house.agreements:
        return Refusal.NO_SUCH_AGREEMENT
    return Refusal.BAD_DAY if read_day(day) is None else h.AgreementEnded(agreement, day)


def acknowledge(house: House, referral: str) -> h.ReferralAcknowledged | Refusal:
    """Say that whoever a family was referred to has it."""
    if referral in house.acknowledged:
        return Refusal.ALREADY_ACKNOWLEDGED
    return h.ReferralAcknowledged(referral)
