"""Whether all that a hub counted has come: each session by name, each difference explained."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sync.labels import period_label
from sync.manifest import Manifest, PeriodSum, SessionTold, differences
from sync.periods import field_of, first_day, last_day, period_of
from sync.record import DAY, MONTH, QUARTER, Closing, Place, Row


@dataclass(frozen=True)
class HubSeen:
    """All the centre knows of one hub: what came, what it holds, and what the hub last told.

    `rows` are the visit rows alone: they count each family once. `told` is None when the hub has
    never told anything; its sessions are all that were ever told.
    """

    place: Place
    closings: tuple[Closing, ...]
    rows: tuple[Row, ...]
    periods: Mapping[str, PeriodSum]
    told: Manifest | None = None


class SessionState(StrEnum):
    """How a session stands."""

    RECEIVED = "received"
    NOTHING_RECEIVED = "nothing_received"  # the hub says it had it
    DIFFERS = "differs"  # the hub now has another count than the one that came


@dataclass(frozen=True)
class SessionCheck:
    """One session: its closing count as it came and as the hub tells it; None is not known."""

    day: date
    opening: int
    received: int | None
    told: int | None
    late: int
    state: SessionState

    @property
    def is_explained(self) -> bool:
        """Whether nothing is left to ask about it."""
        return self.state is SessionState.RECEIVED


class PeriodState(StrEnum):
    """How the sums of a period stand."""

    EQUAL = "equal"  # every visit has come
    LATER = "later"  # the rest is counted with its month or quarter, or waits there
    HELD = "held"  # the rest waits at the hub, or was destroyed there, as it says itself
    MISSING = "missing"  # a batch that the hub sealed is not here
    UNTOLD = "untold"  # the hub has not said what it holds since its last batch
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class PeriodCheck:
    """A day, month or quarter: visits at the hub, visits received, and where the others are.

    `waiting` and `destroyed` are None where the hub does not tell them: a hub tells quarters.
    `difference` is what remains when all that is known has been taken away. `missing` names the
    periods within this one of which a batch that the hub sealed is not here.
    """

    period: str
    visits: int
    late: int
    received: int
    waiting: int | None
    destroyed: int | None
    difference: int
    missing: tuple[str, ...]
    state: PeriodState

    @property
    def is_explained(self) -> bool:
        """Whether the difference is accounted for."""
        return self.state in {PeriodState.EQUAL, PeriodState.LATER, PeriodState.HELD}


@dataclass(frozen=True)
class HubReconciled:
    """How one hub stands: the latest first in each list; `missing` are periods sealed, not here."""

    place: Place
    sessions: tuple[SessionCheck, ...]
    days: tuple[PeriodCheck, ...]
    months: tuple[PeriodCheck, ...]
    quarters: tuple[PeriodCheck, ...]
    missing: tuple[str, ...]

    @property
    def is_explained(self) -> bool:
        """Whether everything that the hub counted is here, or is accounted for."""
        checks = (*self.sessions, *self.days, *self.months, *self.quarters)
        return not self.missing and all(each.is_explained for each in checks)


def reconciled(hub: HubSeen) -> HubReconciled:
    """Work out how a hub stands.

    Of each quarter: closing counts + families that came to light late - visits taken back = visit
    rows received + waiting at the hub + destroyed there.
    """
    apart = differences(hub.told or Manifest(hub.place, 0), hub.periods)
    again = apart.again if hub.told else ()
    since = apart.more if hub.told else ()
    sessions = tuple(sorted(_sessions(hub), key=_when, reverse=True))
    sums = _Sums(hub, sessions, again, since)
    return HubReconciled(
        hub.place,
        sessions,
        *(tuple(sums.checks(field)) for field in (DAY, MONTH, QUARTER)),
        missing=tuple(sorted(again)),
    )


def missed(reconciled: HubReconciled) -> tuple[SessionCheck, ...]:
    """Give the sessions that the hub had and of which nothing came."""
    return tuple(
        each for each in reconciled.sessions if each.state is SessionState.NOTHING_RECEIVED
    )


def sentence(name: str, check: SessionCheck | PeriodCheck, today: date) -> str:
    """Say how a session or a period of a hub stands: “Linlathen, 14 November: opened, nothing …”.

    The year of a session is said when it is not this one.
    """
    if isinstance(check, PeriodCheck):
        return f"{name}, {period_label(check.period)}: {_sums_said(check)}"
    day = period_label(check.day.isoformat())
    if check.day.year == today.year:
        day = day.rpartition(" ")[0]
    if check.opening > 1:
        day += f", opening {check.opening}"
    return f"{name}, {day}: {_session_said(check)}"


def _when(each: SessionCheck) -> tuple[date, int]:
    return each.day, each.opening


def _sessions(hub: HubSeen) -> Iterator[SessionCheck]:
    came = {(each.day, each.opening): each.visits for each in hub.closings}
    told = {(each.day, each.opening): each for each in (hub.told.sessions if hub.told else ())}
    for day, opening in came.keys() | told.keys():
        received = came.get((day, opening))
        ours = told.get((day, opening), SessionTold(day, opening, None))
        yield SessionCheck(
            day, opening, received, ours.visits, ours.late, _session_state(received, ours.visits)
        )


def _session_state(received: int | None, told: int | None) -> SessionState:
    if received is None:
        return SessionState.NOTHING_RECEIVED
    if told is not None and told != received:
        return SessionState.DIFFERS
    return SessionState.RECEIVED


class _Sums:
    """The sums of one hub by period, each added up once."""

    def __init__(
        self,
        hub: HubSeen,
        sessions: Iterable[SessionCheck],
        again: tuple[str, ...],
        since: tuple[str, ...],
    ) -> None:
        self._told = hub.told
        self._visits: dict[str, int] = {}
        self._late: dict[str, int] = {}
        self._received: dict[str, int] = {}
        for each in sessions:
            at_hub = each.told if each.told is not None else each.received
            for period in _periods_around(each.day.isoformat()):
                _add(self._visits, period, at_hub or 0)
                _add(self._late, period, each.late)
        for row in hub.rows:
            for period in _periods_around(row.period):
                _add(self._received, period, row.n)
        self._again = _by_period(again)
        self._since = _by_period(since)

    def checks(self, field: str) -> Iterator[PeriodCheck]:
        """Give the check of each day, month or quarter that anything is known of."""
        known = {*self._visits, *self._received, *self._again}
        for period in sorted((each for each in known if field_of(each) == field), reverse=True):
            yield self._check(period)

    def _check(self, period: str) -> PeriodCheck:
        visits, late = self._visits.get(period, 0), self._late.get(period, 0)
        received = self._received.get(period, 0)
        waiting = destroyed = None
        if self._told is not None and field_of(period) == QUARTER:
            waiting = (self._told.waiting or {}).get(period, 0)
            destroyed = (self._told.destroyed or {}).get(period, 0)
        difference = visits + late - received - (waiting or 0) - (destroyed or 0)
        check = PeriodCheck(
            period=period,
            visits=visits,
            late=late,
            received=received,
            waiting=waiting,
            destroyed=destroyed,
            difference=difference,
            missing=tuple(self._again.get(period, ())),
            state=PeriodState.EQUAL,
        )
        return replace(check, state=self._state(check))

    def _state(self, check: PeriodCheck) -> PeriodState:
        if check.missing:
            return PeriodState.MISSING
        if check.difference == 0:
            return PeriodState.HELD if check.waiting or check.destroyed else PeriodState.EQUAL
        if field_of(check.period) != QUARTER:
            return PeriodState.LATER if check.difference > 0 else PeriodState.UNEXPLAINED
        if self._told is None or check.period in self._since:
            return PeriodState.UNTOLD
        return PeriodState.UNEXPLAINED


def _add(sums: dict[str, int], period: str, n: int) -> None:
    sums[period] = sums.get(period, 0) + n


def _by_period(periods: Iterable[str]) -> Mapping[str, list[str]]:
    """Give for each period those that lie within it."""
    found: dict[str, list[str]] = {}
    for period in sorted(periods):
        for around in _periods_around(period):
            found.setdefault(around, []).append(period)
    return found


def _periods_around(period: str) -> tuple[str, ...]:
    """Give a period itself and the longer ones it lies in; () for what is no period."""
    begins, ends = first_day(period), last_day(period)
    if begins is None or ends is None:
        return ()
    fields = (DAY, MONTH, QUARTER)
    return tuple(
        period_of(each, begins) for each in fields[fields.index(field_of(period) or QUARTER) :]
    )


def _session_said(check: SessionCheck) -> str:
    match check.state:
        case SessionState.NOTHING_RECEIVED if check.told is None:
            return "opened, nothing received"
        case SessionState.NOTHING_RECEIVED:
            return f"opened, nothing received; the hub counted {_visits(check.told or 0)}"
        case SessionState.DIFFERS:
            came, told = check.received or 0, check.told or 0
            return f"{_visits(came)} received; the hub has since counted {told}"
        case SessionState.RECEIVED:
            return f"{_visits(check.received or 0)} received{_late_said(check.late)}"


def _late_said(late: int) -> str:
    if late < 0:
        were = "was" if late == -1 else "were"
        return f"; {-late} {were} taken back after the count"
    return f"; {late} more came to light later" if late else ""


def _sums_said(check: PeriodCheck) -> str:
    said = [f"{_visits(check.visits + check.late)}, {check.received} received"]
    if check.waiting:
        said.append(f"{check.waiting} waiting at the hub")
    if check.destroyed:
        said.append(f"{check.destroyed} never sent, too few alike")
    text = ", ".join(said)
    match check.state:
        case PeriodState.EQUAL | PeriodState.HELD:
            return text
        case PeriodState.LATER:
            return f"{text}, {check.difference} with the month or the quarter, or waiting"
        case PeriodState.MISSING:
            named = listed(tuple(period_label(each) for each in check.missing))
            return f"{text}; what the hub sealed for {named} has not come"
        case PeriodState.UNTOLD:
            return f"{text}; the hub has not said since where the others are"
        case PeriodState.UNEXPLAINED:
            n = abs(check.difference)
            more = "missing" if check.difference > 0 else "too many"
            return f"{text}; {n} {more}, not explained"


def _visits(n: int) -> str:
    return "1 visit" if n == 1 else f"{n} visits"


def listed(names: tuple[str, ...]) -> str:
    """Name several things in a sentence: “a, b and c”."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
