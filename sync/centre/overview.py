"""What the first page and a hub’s own page show: who was heard when, and whether all has come."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sync.centre.counts import HubKnown, SessionHeld
from sync.centre.reconcile import (
    HubReconciled,
    PeriodCheck,
    SessionCheck,
    SessionState,
    missed,
    sentence,
)
from sync.centre.summary import name_of
from sync.labels import code_label, council_label, period_label, short_day
from sync.record import Place

LATEST_SESSIONS: Final = 8
LATEST_DAYS: Final = 40
CHECKED_HUBS: Final = 60  # with more, one council is chosen before each hub is looked into
QUIET_AFTER: Final = timedelta(days=10)  # hubs open once a week: this one has missed a turn


@dataclass(frozen=True)
class HubLine:
    """A hub, when it was last heard, what its sessions came to, and whether all is explained."""

    name: str
    code: str
    council: str
    heard: str
    heard_machine: str
    is_quiet: bool
    sessions: int
    visits: int
    concerns: int


@dataclass(frozen=True)
class SessionLine:
    """A session: the address of its page, its day, its hub and what anybody there could count."""

    path: str
    day: str
    day_machine: str
    hub: str
    visits: int
    contacts: int


@dataclass(frozen=True)
class Overview:
    """Everything the first page shows."""

    hubs: tuple[HubLine, ...]
    sessions: tuple[SessionLine, ...]
    concerns: tuple[str, ...]
    all_is_well: str
    sessions_in_all: int
    visits_in_all: int
    contacts_in_all: int


def overview(
    hubs: Iterable[HubKnown],
    held: Iterable[SessionHeld],
    checked: Mapping[Place, HubReconciled],
    now: datetime,
) -> Overview:
    """Give the first page of some hubs; `held` are their sessions, latest first."""
    sessions, known = tuple(held), tuple(hubs)
    count = Counter(each.place for each in sessions)
    visits: Counter[Place] = Counter()
    for each in sessions:
        visits[each.place] += each.closing.visits
    concerns = {
        place: concerns_of(name_of(place, known), each, now.date())
        for place, each in checked.items()
    }
    return Overview(
        hubs=tuple(
            _hub_line(each, count[each.place], visits[each.place], concerns, now) for each in known
        ),
        sessions=tuple(session_line(each, known) for each in sessions[:LATEST_SESSIONS]),
        concerns=tuple(said for every in concerns.values() for said in every),
        all_is_well=_all_is_well(known),
        sessions_in_all=len(sessions),
        visits_in_all=sum(visits.values()),
        contacts_in_all=sum(sum(each.closing.contacts.values()) for each in sessions),
    )


def _all_is_well(hubs: tuple[HubKnown, ...]) -> str:
    """Say that nothing is to be asked about; of a hub that was never heard nobody knows that."""
    never = sum(each.heard_at is None for each in hubs)
    if not never:
        return "Everything these hubs counted is here, or accounted for."
    if never == len(hubs):
        every = "This hub has never" if never == 1 else f"None of these {never} hubs has ever"
        return f"{every} been heard."
    others = "1 hub has" if never == 1 else f"{never} hubs have"
    return (
        "Everything is here, or accounted for, that the hubs heard from counted."
        f" {others} never been heard."
    )


def concerns_of(name: str, hub: HubReconciled, today: date) -> tuple[str, ...]:
    """Say what a person should ask that hub about; nothing when every difference is explained.

    A session of today may still be going on.
    """
    gone = (each for each in missed(hub) if each.day < today)
    unlike = (each for each in hub.sessions if each.state is SessionState.DIFFERS)
    sums = (each for each in (*hub.quarters, *hub.months, *hub.days) if not each.is_explained)
    checks: tuple[SessionCheck | PeriodCheck, ...] = (*gone, *unlike, *sums)
    return tuple(sentence(name, each, today) for each in checks)


def _hub_line(
    hub: HubKnown,
    sessions: int,
    visits: int,
    concerns: Mapping[Place, tuple[str, ...]],
    now: datetime,
) -> HubLine:
    at = None if hub.heard_at is None else datetime.fromtimestamp(hub.heard_at / 1000, now.tzinfo)
    return HubLine(
        name=hub.name or hub.place.hub,
        code=f"{hub.place.council}/{hub.place.hub}",
        council=council_label(hub.place.council),
        heard="never" if at is None else f"{short_day(at.date())}, {at:%H:%M}",
        heard_machine="" if at is None else at.isoformat(timespec="seconds"),
        is_quiet=at is not None and now - at > QUIET_AFTER,
        sessions=sessions,
        visits=visits,
        concerns=len(concerns.get(hub.place, ())),
    )


def session_line(held: SessionHeld, hubs: Iterable[HubKnown]) -> SessionLine:
    """Give a session received as one line of a table."""
    closing = held.closing
    again = f", opening {closing.opening}" if closing.opening > 1 else ""
    return SessionLine(
        path=session_path(held.place, closing.day, closing.opening),
        day=short_day(closing.day) + again,
        day_machine=closing.day.isoformat(),
        hub=name_of(held.place, hubs),
        visits=closing.visits,
        contacts=sum(closing.contacts.values()),
    )


def session_path(place: Place, day: date, opening: int) -> str:
    """Give the address of the page of one session."""
    return f"/session?hub={place.council}/{place.hub}&period={day}&opening={opening}"


@dataclass(frozen=True)
class CheckLine:
    """A session or a period in words, whether it is explained, and the address of its page."""

    said: str
    is_explained: bool
    path: str = ""


@dataclass(frozen=True)
class HubPage:
    """Everything a hub’s own page shows: what is to be asked first, then all of it."""

    name: str
    code: str
    heard: str
    concerns: tuple[str, ...]
    all_is_well: str
    sessions: tuple[CheckLine, ...]
    periods: tuple[CheckLine, ...]


def hub_page(hub: HubKnown, found: HubReconciled, now: datetime) -> HubPage:
    """Give the page of one hub."""
    name, today = hub.name or hub.place.hub, now.date()
    line = _hub_line(hub, 0, 0, {}, now)
    return HubPage(
        name=name_of(hub.place, (hub,)),
        code=line.code,
        heard=line.heard,
        concerns=concerns_of(name, found, today),
        all_is_well=(
            "This hub has never been heard."
            if hub.heard_at is None
            else "Everything this hub counted is here, or accounted for."
        ),
        sessions=tuple(
            CheckLine(
                sentence(name, each, today),
                each.is_explained,
                session_path(hub.place, each.day, each.opening),
            )
            for each in found.sessions[:LATEST_DAYS]
        ),
        periods=tuple(
            CheckLine(sentence(name, each, today), each.is_explained)
            for each in (*found.quarters, *found.months)
        ),
    )


@dataclass(frozen=True)
class SessionPage:
    """One session: its day in words, what was counted at the doors, what came, what is to ask."""

    hub: str
    day: str
    said: str
    is_explained: bool
    sums: str
    contacts: tuple[tuple[str, int], ...]


def session_page(
    hub: HubKnown, found: HubReconciled, held: Iterable[SessionHeld], which: tuple[date, int]
) -> SessionPage | None:
    """Give the page of one session of a hub: (day, opening); None when nobody knows of it."""
    day, opening = which
    check = next((each for each in found.sessions if (each.day, each.opening) == which), None)
    if check is None:
        return None
    name = hub.name or hub.place.hub
    sums = next((each for each in found.days if each.period == day.isoformat()), None)
    closing = next(
        (each.closing for each in held if (each.closing.day, each.closing.opening) == which), None
    )
    contacts = dict[str, int]() if closing is None else closing.contacts
    return SessionPage(
        hub=name_of(hub.place, (hub,)),
        day=period_label(day.isoformat()) + (f", opening {opening}" if opening > 1 else ""),
        said=sentence(name, check, day),
        is_explained=check.is_explained and (sums is None or sums.is_explained),
        sums="" if sums is None else sentence(name, sums, day),
        contacts=tuple((code_label("service", each), n) for each, n in sorted(contacts.items())),
    )
