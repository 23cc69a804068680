"""A session as it stands, and the fold that makes it from facts in any order of arrival."""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, reduce
from types import MappingProxyType

from hub_app.core import events as e
from hub_app.core import visit as visits
from hub_app.core import visit_fold
from hub_app.core.answers import Answers, answered
from hub_app.core.clock import Stamp
from hub_app.core.visit import Visit


class Presence(StrEnum):
    """Whether a desk is here."""

    EXPECTED = "expected"
    HERE = "here"
    BREAK = "break"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where people are served, and since when it has been here, on a break or gone.

    `expected_from` and `expected_until` are the rota's, `leaving_at` is what the desk itself said;
    `has_come` tells one that has gone from one that never came.
    """

    id: str
    name: str
    services: tuple[str, ...]
    presence: Presence
    since: int
    organisation: str = ""
    expected_from: int | None = None
    expected_until: int | None = None
    leaving_at: int | None = None
    has_come: bool = False


def _no_desks() -> Mapping[str, Desk]:
    return MappingProxyType({})


def _no_interpreters() -> Mapping[str, int]:
    return MappingProxyType({})


def _no_visits() -> Mapping[str, Visit]:
    return MappingProxyType({})


def _no_answers() -> Mapping[str, Answers]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Session:
    """One opening of the hub, folded from its facts. Times are stamp milliseconds.

    Visits come in order of arrival, on every tablet alike.
    """

    id: str
    day: str = ""
    opening: int = 1
    utc_offset_minutes: int = 0
    opened_at: int | None = None
    closed_at: int | None = None
    signed_off_at: int | None = None
    desks: Mapping[str, Desk] = field(default_factory=_no_desks)
    interpreters: Mapping[str, int] = field(default_factory=_no_interpreters)
    visits: Mapping[str, Visit] = field(default_factory=_no_visits)
    answers: Mapping[str, Answers] = field(default_factory=_no_answers)
    set_aside: int = 0
    is_reopened: bool = False  # it was closed, but a tablet that was cut off brought families

    @property
    def is_open(self) -> bool:
        """Whether people may still come in."""
        return self.opened_at is not None and self.closed_at is None

    @cached_property
    def here(self) -> tuple[Visit, ...]:
        """Every family in the hall, in order of arrival."""
        return tuple(visit for visit in self.visits.values() if not visit.is_ended)

    @cached_property
    def _at_desks(self) -> Mapping[str, Visit]:
        at_desks = (visit for visit in self.here if visit.stage in visits.AT_DESK)
        return {visit.desk: visit for visit in reversed(tuple(at_desks)) if visit.desk}

    def at_desk(self, desk: str) -> Visit | None:
        """Give the visit this desk has called or is serving: the first, should it have two."""
        return self._at_desks.get(desk)


@dataclass(frozen=True, slots=True)
class Folded:
    """One visit's fold: the visit, its answers, and which facts stand."""

    id: str
    visit: Visit | None = None
    answers: Answers = field(default_factory=Answers)
    set_aside: int = 0
    taken: tuple[e.Entry, ...] = ()


def _order(entry: e.Entry) -> tuple[bool, Stamp, int]:
    # `arrived` first whatever its stamp: a slow clock must not act on somebody before they came.
    return (not isinstance(entry.event, e.Arrived), entry.stamp, entry.n)


def _taken_back(known: Iterable[e.Entry]) -> set[str]:
    """Give the ids of facts that are taken back.

    The arrival of a family somebody sat down with is not: elsewhere it seemed that nobody had.
    """
    lots = [entry.event.targets for entry in known if isinstance(entry.event, e.Undone)]
    undone = {target for lot in lots for target in lot}
    sat = any(
        isinstance(k.event, e.Started | e.HandoverReceived) and k.id not in undone for k in known
    )
    came = {k.id for k in known if isinstance(k.event, e.Arrived)} if sat else set[str]()
    return {target for lot in lots if not came.intersection(lot) for target in lot}


def standing(entries: Iterable[e.Entry]) -> list[e.Entry]:
    """Give the entries that are not taken back, in the order of the fold, without the undoing."""
    known = sorted(entries, key=_order)
    undone = _taken_back(known)
    return [k for k in known if k.id not in undone and not isinstance(k.event, e.Undone)]


_APART = e.GroupsTicked | e.EntitlementsChecked


def fold_visit(visit_id: str, entries: Iterable[e.Entry]) -> Folded:
    """Fold one visit's facts. Never raises: what does not apply is kept aside and counted."""
    return reduce(_step, standing(entries), Folded(visit_id))


def _step(folded: Folded, entry: e.Entry) -> Folded:
    """Give a fold after one more fact, the latest of its visit so far."""
    event, visit = entry.event, folded.visit
    if isinstance(event, e.Arrived):
        after = visit_fold.arrive(folded.id, event, entry.stamp) if visit is None else None
    elif isinstance(event, _APART):
        after = visit
    else:
        after = None if visit is None else visit_fold.apply(visit, event, entry.stamp.millis)
    if after is None:
        return replace(folded, set_aside=folded.set_aside + 1)
    answers = answered(folded.answers, event)
    return replace(folded, visit=after, answers=answers, taken=(*folded.taken, entry))


_PRESENCE: Mapping[type, Presence] = {
    e.DeskOnBreak: Presence.BREAK,
    e.DeskBack: Presence.HERE,
    e.DeskClosed: Presence.GONE,
}


def _expected(known: Desk | None, event: e.DeskExpected) -> Desk:
    """Give a desk as the rota expects it; one that has come before the rota was read stays."""
    when = (event.from_at, event.until_at)
    if known is not None:
        return replace(known, expected_from=when[0], expected_until=when[1])
    who = (event.desk, event.name, event.services, Presence.EXPECTED, event.from_at)
    return Desk(*who, event.organisation, *when)


def _opened(known: Desk | None, event: e.DeskOpened, at: int) -> Desk:
    expected = (None, None) if known is None else (known.expected_from, known.expected_until)
    who = (event.desk, event.name, event.services, Presence.HERE, at)
    return Desk(*who, event.organisation, *expected, event.leaving_at, has_come=True)


def _desk(desks: dict[str, Desk], entry: e.Entry) -> bool:
    """Apply a desk's fact to `desks`; say whether it applied."""
    event, at = entry.event, entry.stamp.millis
    match event:
        case e.DeskExpected() | e.DeskOpened() if not event.services:
            return False  # nobody's turn would ever come there
        case e.DeskExpected():
            desks[event.desk] = _expected(desks.get(event.desk), event)
        case e.DeskOpened():
            desks[event.desk] = _opened(desks.get(event.desk), event, at)
        case e.DeskLeaving() if event.desk in desks:
            desks[event.desk] = replace(desks[event.desk], leaving_at=event.at)
        case e.DeskOnBreak() | e.DeskBack() | e.DeskClosed() if event.desk in desks:
            presence = _PRESENCE[type(event)]
            desks[event.desk] = replace(desks[event.desk], presence=presence, since=at)
        case _:
            return False
    return True


def _fold_header(blank: Session, entries: Iterable[e.Entry]) -> Session:
    """Fold what belongs to the session itself: its opening, closing and desks."""
    desks: dict[str, Desk] = {}
    interpreters: dict[str, int] = {}
    head, aside = blank, 0
    for entry in standing(entries):
        at = entry.stamp.millis
        match entry.event:
            case e.SessionOpened() as opened:
                if head.opened_at is None:
                    head = replace(
                        head,
                        day=opened.day,
                        opening=opened.opening,
                        utc_offset_minutes=opened.utc_offset_minutes,
                        opened_at=at,
                    )
            case e.SessionClosed():
                head = replace(head, closed_at=at if head.closed_at is None else head.closed_at)
            case e.SignedOff() if head.closed_at is not None:
                # Of a close that was taken back nothing stands, nor a sign-off that came of it.
                off = head.signed_off_at
                head = replace(head, signed_off_at=at if off is None else off)
            case e.InterpretersHere() as here:
                interpreters[here.language] = max(0, here.number)
            case _:
                aside += not _desk(desks, entry)
    return replace(
        head,
        desks=MappingProxyType(desks),
        interpreters=MappingProxyType(interpreters),
        set_aside=aside,
    )


def _by_arrival(visit: Visit) -> tuple[int, tuple[int, str], str]:
    return (visit.arrived_at, visit.turn, visit.id)


def _reopened(head: Session, now: Mapping[str, Visit]) -> Session:
    """Give the session as open while anybody is in the hall.

    A tablet that was cut off may bring families after another one closed: they are seen through.
    """
    if head.closed_at is None or all(visit.is_ended for visit in now.values()):
        return head
    return replace(head, closed_at=None, signed_off_at=None, is_reopened=True)


class Fold:
    """Keeps one session folded as facts come in, refolding only what a fact belongs to."""

    def __init__(self, session_id: str) -> None:
        """Begin with no facts."""
        self._header: list[e.Entry] = []
        self._by_visit: dict[str, list[e.Entry]] = {}
        self._folded: dict[str, Folded] = {}
        self._undone: set[str] = set()
        self._claims: dict[str, set[str]] = {}
        self._at: dict[str, str] = {}  # the desk at which a visit is, as its own facts have it
        self._head = Session(session_id)
        self.session = self._head

    def add(self, entries: Iterable[e.Entry]) -> Session:
        """Take in facts of this session, each given once, and give the session as it now stands."""
        touched: dict[str, bool] = {}
        header = False
        for entry in entries:
            if entry.visit is None:
                insort(self._header, entry, key=_order)
                header = True
            else:
                touched[entry.visit] = self._take(entry.visit, entry) or touched.get(
                    entry.visit, False
                )
        if header:
            self._head = _fold_header(Session(self._head.id), self._header)
        for visit_id, is_out_of_order in touched.items():
            if is_out_of_order:
                self._folded[visit_id] = fold_visit(visit_id, self._by_visit[visit_id])
        self.session = self._stand(self._folded if header else touched)
        return self.session

    def _take(self, visit_id: str, entry: e.Entry) -> bool:
        """Keep a fact of a visit; say whether all of that visit must be folded again.

        A fact later than all others of its visit is one more step, unless anything was undone.
        """
        facts = self._by_visit.setdefault(visit_id, [])
        is_latest = not facts or _order(facts[-1]) < _order(entry)
        insort(facts, entry, key=_order)
        if isinstance(entry.event, e.Undone):
            self._undone.add(visit_id)
        if not is_latest or visit_id in self._undone:
            return True
        self._folded[visit_id] = _step(self._folded.get(visit_id) or Folded(visit_id), entry)
        return False

    def _stand(self, changed: Iterable[str]) -> Session:
        """Give the session after these visits, or the desks, have changed."""
        changed = self._and_rivals(changed)
        now, answers = dict(self.session.visits), dict(self.session.answers)
        came = {visit_id: _by_arrival(now[visit_id]) for visit_id in changed if visit_id in now}
        for visit_id in changed:
            folded = self._folded[visit_id]
            if folded.visit is None:
                now.pop(visit_id, None)
                answers.pop(visit_id, None)
            else:
                now[visit_id] = self._in_the_hall(folded.visit)
                answers[visit_id] = folded.answers
        if any(_by_arrival(now[v]) != came.get(v) for v in changed if v in now):
            now = {visit.id: visit for visit in sorted(now.values(), key=_by_arrival)}
            answers = {visit_id: answers[visit_id] for visit_id in now}
        return replace(
            _reopened(self._head, now),
            visits=MappingProxyType(now),
            answers=MappingProxyType(answers),
            set_aside=self._head.set_aside + sum(f.set_aside for f in self._folded.values()),
        )

    def _and_rivals(self, changed: Iterable[str]) -> tuple[str, ...]:
        """Give these visits, and whoever else a desk of theirs has: one desk has one family."""
        found = dict.fromkeys(changed)
        for visit_id in tuple(found):
            visit = self._folded[visit_id].visit
            # What is shown may be at no desk where the facts have it at one: they are gone by.
            was, is_there = self._at.pop(visit_id, None), visit and visit.stage in visits.AT_DESK
            now = visit.desk if visit and is_there else None
            for desk in dict.fromkeys(each for each in (was, now) if each):
                claims = self._claims.setdefault(desk, set())
                claims.discard(visit_id)
                found.update(dict.fromkeys(sorted(claims)))
            if now:
                self._claims[now].add(visit_id)
                self._at[visit_id] = now
        return tuple(found)

    def _in_the_hall(self, visit: Visit) -> Visit:
        """Give a visit as it stands among these desks and the other families.

        Nobody walks to a desk that is not there; and of two that one desk has, called at tablets
        that were cut off, the one not yet with it waits again.
        """
        if visit.stage is visits.Stage.CALLED and visit.desk:
            rivals = (self._folded[v].visit for v in self._claims.get(visit.desk, ()))
            if any(r is not None and visit_fold.has_right_over(r, visit) for r in rivals):
                return replace(
                    visit, stage=visits.Stage.WAITING, desk=None, service=None, called_at=None
                )
        if visit.handover is None or visit.is_ended:
            return visit
        to = self._head.desks.get(visit.handover.to)
        if to is not None and to.presence is Presence.HERE:
            return visit
        return replace(visit, stage=visits.Stage.WAITING, handover=None)

    def latest(self, visit_id: str | None) -> Stamp | None:
        """Give the latest stamp of what is known of a visit, or with None of the hall itself."""
        facts = self._header if visit_id is None else self._by_visit.get(visit_id, ())
        return max((fact.stamp for fact in (*facts[:1], *facts[-1:])), default=None)

    def standing(self, visit_id: str) -> tuple[e.Entry, ...]:
        """Give the facts of a visit that stand and applied, in order."""
        folded = self._folded.get(visit_id)
        return () if folded is None else folded.taken

    def void_call(self, visit_id: str) -> e.Entry | None:
        """Give the call of a family that waits all the same, because its desk has another one."""
        folded, shown = self._folded.get(visit_id), self.session.visits.get(visit_id)
        if folded is None or folded.visit is None or shown is None:
            return None
        if folded.visit.stage is not visits.Stage.CALLED or shown.stage is visits.Stage.CALLED:
            return None
        return next((k for k in reversed(folded.taken) if isinstance(k.event, e.Called)), None)

    def without(self, visit_id: str, gone: Iterable[str]) -> Visit | None:
        """Give a visit as it would stand if these facts of it (ids) were taken back."""
        left_out = frozenset(gone)
        facts = (k for k in self._by_visit.get(visit_id, ()) if k.id not in left_out)
        return fold_visit(visit_id, facts).visit

    def standing_of_desk(self, desk: str) -> tuple[e.Entry, ...]:
        """Give the standing facts about a desk's own presence, in order."""
        return tuple(k for k in standing(self._header) if getattr(k.event, "desk", None) == desk)

    def standing_of_session(self) -> tuple[e.Entry, ...]:
        """Give the standing facts that open, close or sign off the session, in order."""
        kinds = e.SessionOpened | e.SessionClosed | e.SignedOff
        return tuple(k for k in standing(self._header) if isinstance(k.event, kinds))


def fold(session_id: str, entries: Iterable[e.Entry]) -> Session:
    """Fold a whole session at once."""
    return Fold(session_id).add(entries)
