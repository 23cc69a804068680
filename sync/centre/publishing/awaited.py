"""What has not come of a period that is over, from hubs that held sessions in it, in sentences."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sync.centre.reading import Reading
from sync.centre.reconcile import HubSeen, SessionCheck, listed, reconciled
from sync.centre.seen import hub_seen
from sync.codes import DAY, MONTH, PERIOD_FIELDS, QUARTER
from sync.labels import period_label
from sync.manifest import Manifest
from sync.periods import field_of, first_day, last_day, period_of


def awaited(reading: Reading, council: str, period: str, hub: str | None = None) -> tuple[str, ...]:
    """Say which hubs of a council, or whether one of them, have yet to send what of a period."""
    lacking: dict[str, list[str]] = {}
    for each in reading.hubs():
        if each.place.council == council and hub in (None, each.place.hub):
            seen = hub_seen(reading, each.place, period)
            for lack in not_come(seen, period):
                lacking.setdefault(lack, []).append(each.name)
    return tuple(_said(lacking[lack], lack) for lack in sorted(lacking, key=_order))


def not_come(hub: HubSeen, period: str) -> tuple[str, ...]:
    """Give the days, months and quarters within a period that a hub has yet to send.

    It need not send a month or a quarter of which it says, once that is over, that it has sealed
    nothing.
    """
    whole, begins, ends = hub.told, first_day(period), last_day(period)
    if begins is None or ends is None:
        raise ValueError(f"{period} is not a period")
    if whole is not None:
        sessions = tuple(each for each in whole.sessions if begins <= each.day <= ends)
        sealed = tuple(
            each
            for each in whole.periods
            if begins <= (first_day(each.period) or date.min)
            and (last_day(each.period) or date.max) <= ends
        )
        hub = replace(hub, told=replace(whole, sessions=sessions, periods=sealed))
    found = reconciled(hub)
    days = {each.day.isoformat() for each in found.sessions if each.received is None}
    fields = (MONTH, QUARTER) if field_of(period) == QUARTER else (MONTH,)
    wanted = {
        period_of(field, each.day) for each in found.sessions if _came(each) for field in fields
    }
    is_open = {
        period_of(field, each.day)
        for each in found.sessions
        if each.received is None and each.told is None
        for field in fields
    }
    unsent = {
        each
        for each in wanted - hub.periods.keys()
        if each in is_open or not _is_told_after(whole, each)
    }
    return tuple(sorted({*days, *unsent, *found.missing}))


def _came(session: SessionCheck) -> bool:
    """Say whether anybody came to a session, as far as is known."""
    seen = (session.received, session.told)
    return seen == (None, None) or any(seen) or session.late > 0


def _is_told_after(told: Manifest | None, period: str) -> bool:
    """Say whether a hub told what it has sealed when a period was over for it.

    That shows by what it has done since: sealed a later day, or destroyed what no quarter could
    tell. The moment it came shows nothing: a hub has a day of its own, and a file is carried.
    """
    end = last_day(period)
    if told is None or end is None:
        return False
    sealed = (last_day(each.period) for each in told.periods)
    destroyed = (last_day(quarter) for quarter in told.destroyed)
    return any(day is not None and day > end for day in sealed) or any(
        day is not None and day >= end for day in destroyed
    )


def _order(period: str) -> tuple[int, str]:
    """Put days first, then months, then the quarter."""
    return PERIOD_FIELDS.index(field_of(period) or QUARTER), period


def _said(hubs: Sequence[str], period: str) -> str:
    have = f"{listed(tuple(hubs))} {'has' if len(hubs) == 1 else 'have'} not sent"
    what = {
        DAY: "what was counted on {}",
        MONTH: "{}’s counts by month",
        QUARTER: "the counts of {} by quarter",
    }[field_of(period) or QUARTER]
    return f"{have} {what.format(period_label(period))} yet."
