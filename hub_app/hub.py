"""The hub in its running form, the only writer of the log: it decides, appends, folds, tells."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hub_app.clocks import Clock
from hub_app.core import events as e
from hub_app.core import tickets
from hub_app.core.pack import Pack
from hub_app.core.refusal import Refusal
from hub_app.core.rules import desk as desks
from hub_app.core.rules import family, hall
from hub_app.core.rules.desk import Ending
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS, last_tap, too_late, undo
from hub_app.core.session import Fold, Session
from hub_app.core.text import clean_name
from hub_app.core.triage import suggest
from hub_app.core.visit import Visit
from hub_app.store.cards import Cards
from hub_app.store.database import DiskFull
from hub_app.store.log import Fact, Log

_log = logging.getLogger(__name__)
_NONE = Session("")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a greeter records of an arrival. Everything but the needs is optional."""

    needs: tuple[str, ...] = ()
    urgent: str | None = None
    plan: tuple[str, ...] = ()
    name: str = ""
    answers: e.Answered = field(default_factory=e.Answered)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a stop beside its outcome: money, or the reason that nobody could help."""

    gains: tuple[e.Gain, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """The last tap on a visit that an undo would take back, while there is time.

    `kind` is the first fact of the tap, `desk` the desk (id) that made it, empty if none did.
    """

    visit: str
    ticket: str
    kind: str
    at: int
    desk: str = ""


class Hub:
    """One running hub on one tablet. Every method either writes facts or gives a refusal."""

    def __init__(
        self, log: Log, cards: Cards, pack: Pack, clock: Clock, mint: Callable[[], str]
    ) -> None:
        """Stand on an open log; pick up the last session as it was left.

        `mint` gives a fresh opaque id each time. Names of sessions that ended are purged here,
        before anything is shown.
        """
        self.pack = pack
        self._log_file, self._cards, self._clock, self._mint = log, cards, clock, mint
        self._listeners: list[Callable[[], None]] = []
        self._letters = tickets.letter(0)
        known = log.sessions()
        self._fold = Fold(known[-1] if known else "")
        if known:
            self._fold.add(log.session(known[-1]))
        cards.purge(keep=self.session.id if self.session.is_open else None)
        self._names = cards.names(self.session.id)

    # --- reading -----------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session as it stands; a blank one (`id` empty) before the first."""
        return self._fold.session

    @property
    def names(self) -> Mapping[str, str]:
        """The names families gave to be called by, by visit; empty once the session closed."""
        return self._names

    def now(self) -> int:
        """Give the hub's wall clock in milliseconds."""
        return self._clock.millis()

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Be told after every commit; gives the way to stop listening."""
        self._listeners.append(heard)
        return lambda: self._listeners.remove(heard) if heard in self._listeners else None

    def taps(self) -> tuple[Tap, ...]:
        """Give each visit's last tap that may still be undone, newest first."""
        now, found = self.now(), list[Tap]()
        for visit in self.session.visits.values():
            tap = last_tap(self._fold.standing(visit.id))
            if too_late(self.session, tap, now) is None:
                desk = getattr(tap[0].event, "desk", "")
                at = tap[-1].stamp.millis
                found.append(Tap(visit.id, visit.ticket, tap[0].kind, at, desk))
        return tuple(sorted(found, key=lambda t: -t.at))

    # --- the hall ----------------------------------------------------------------------------

    def open_session(self) -> Session | Refusal:
        """Open the hall for today."""
        if self.session.closed_at is not None and self.session.signed_off_at is None:
            signed = self.sign_off()
            if isinstance(signed, Refusal):
                return signed
        local = self._clock.local(self.now())
        offset = local.utcoffset()
        minutes = 0 if offset is None else round(offset.total_seconds() / 60)
        day = local.date().isoformat()
        event = hall.open_session(self.session, day, self._openings(day) + 1, minutes)
        refused = self._write(None, event, Fold(self._mint()))
        if refused is None:
            self._names = {}
        return refused or self.session

    def _openings(self, day: str) -> int:
        opened = (entry.event for entry in self._log_file.openings())
        return sum(isinstance(event, e.SessionOpened) and event.day == day for event in opened)

    def close_session(self) -> Session | Refusal:
        """Close the hall; the names people gave are destroyed at once."""
        refused = self._write(None, hall.close_session(self.session))
        if refused is None:
            self._cards.purge()
            self._names = {}
        return refused or self.session

    def sign_off(self) -> Session | Refusal:
        """Stand by the closing counts, so that what may leave can go."""
        return self._write(None, hall.sign_off(self.session)) or self.session

    def sign_off_when_due(self) -> None:
        """Sign off a closed session once its undo window is over."""
        closed = self.session.closed_at
        is_due = closed is not None and self.now() - closed > UNDO_WINDOW_MILLIS
        if is_due and self.session.signed_off_at is None:
            self.sign_off()

    def open_desk(self, name: str, services: Sequence[str], desk: str = "") -> str | Refusal:
        """Say that a desk is here; gives its id, which is new unless one is named."""
        desk_id = desk or self._mint()
        name = clean_name(name)
        event = hall.open_desk(self.session, desk_id, name, services)
        return self._write(None, event) or desk_id

    def take_break(self, desk: str) -> Session | Refusal:
        """Let a desk go on a break."""
        return self._write(None, hall.take_break(self.session, desk)) or self.session

    def come_back(self, desk: str) -> Session | Refusal:
        """Bring a desk back from its break."""
        return self._write(None, hall.come_back(self.session, desk)) or self.session

    def close_desk(self, desk: str) -> Session | Refusal:
        """Let a desk go for today."""
        return self._write(None, hall.close_desk(self.session, desk)) or self.session

    # --- a family ----------------------------------------------------------------------------

    def arrive(self, wish: Wish | None = None) -> Visit | Refusal:
        """Let a family in, with what they came for when that is known; gives their visit."""
        wish = wish or Wish()
        visit, given = self._mint(), wish.answers
        arrived = e.Arrived(
            tickets.ticket(self._letters, self._arrivals() + 1),
            self._mint(),
            *(given.adults, given.children, given.language),
            *(given.area, given.visit_type, given.heard),
        )
        event = family.arrive(self.session, arrived)
        if isinstance(event, Refusal):
            return event
        facts: list[e.Event] = [event]
        if wish.needs:
            facts.append(self._triaged(wish))
        refused = self._write(visit, facts)
        if refused is not None:
            return refused
        if clean_name(wish.name):
            self.rename(visit, wish.name)
        return self.session.visits[visit]

    def _arrivals(self) -> int:
        """Count every ticket this tablet gave, taken back or not: none is given twice."""
        return self._log_file.count_of("arrived", self.session.id)

    def _triaged(self, wish: Wish) -> e.Triaged:
        plan = suggest(self.pack, self.session, wish.needs)
        return e.Triaged(plan.lines, wish.plan or plan.services, wish.urgent)

    def rename(self, visit: str, name: str) -> Visit | Refusal:
        """Keep the name a family wants to be called by, sealed, until the session closes."""
        known = family.present(self.session, visit)
        if isinstance(known, Refusal):
            return known
        try:
            self._cards.keep(self.session.id, visit, clean_name(name))
        except (DiskFull, OSError):
            _log.warning("card of visit %s not kept", visit)
            return Refusal.DISK_FULL
        self._names = self._cards.names(self.session.id)
        self._tell()
        return known

    def triage(self, visit: str, wish: Wish) -> Visit | Refusal:
        """Write down what a family came for; gives the visit."""
        event = family.triage(self.session, visit, self._triaged(wish))
        return self._write(visit, event) or self.session.visits[visit]

    def add_need(self, visit: str, need: str, service: str = "") -> Visit | Refusal:
        """Open one more need, for a named service or the one that suits."""
        chosen = service or suggest(self.pack, self.session, [need]).lines[0].service
        event = family.add_need(self.session, visit, need, chosen)
        return self._write(visit, event) or self.session.visits[visit]

    def unmet(self, visit: str, needs: Iterable[str], reason: str) -> Visit | Refusal:
        """Say that nobody here could help with these needs today."""
        events = family.unmet(self.session, visit, tuple(needs), reason)
        return self._write(visit, events) or self.session.visits[visit]

    def leave(self, visit: str) -> Visit | Refusal:
        """Say that a family went away."""
        event = family.leave(self.session, visit)
        return self._write(visit, event) or self.session.visits[visit]

    def close_visit(self, visit: str) -> Visit | Refusal:
        """Close a visit with nothing open."""
        event = family.close_visit(self.session, visit)
        return self._write(visit, event) or self.session.visits[visit]

    def answer(self, visit: str, given: e.Answered) -> Visit | Refusal:
        """Add optional answers to a visit."""
        event = family.answer(self.session, visit, given)
        return self._write(visit, event) or self.session.visits[visit]

    def tick_groups(self, visit: str, ticked: e.GroupsTicked) -> Visit | Refusal:
        """Keep what the parent ticked about their family."""
        event = family.tick_groups(self.session, visit, ticked)
        return self._write(visit, event) or self.session.visits[visit]

    # --- a desk ------------------------------------------------------------------------------

    def call_next(self, desk: str) -> Visit | Refusal:
        """Call whoever is next for this desk; gives their visit."""
        chosen = desks.call_next(self.session, desk)
        if isinstance(chosen, Refusal):
            return chosen
        visit, event = chosen
        return self._write(visit, event) or self.session.visits[visit]

    def call(self, desk: str, visit: str) -> Visit | Refusal:
        """Call a named family."""
        event = desks.call(self.session, desk, visit)
        return self._write(visit, event) or self.session.visits[visit]

    def start(self, desk: str, visit: str) -> Visit | Refusal:
        """Begin serving a called family."""
        event = desks.start(self.session, desk, visit)
        return self._write(visit, event) or self.session.visits[visit]

    def no_show(self, desk: str, visit: str) -> Visit | Refusal:
        """Say that a called family did not come."""
        event = desks.no_show(self.session, desk, visit)
        return self._write(visit, event) or self.session.visits[visit]

    def hold(self, desk: str, visit: str) -> Visit | Refusal:
        """Let a family step aside with their place kept."""
        event = desks.hold(self.session, desk, visit)
        return self._write(visit, event) or self.session.visits[visit]

    def resume(self, visit: str) -> Visit | Refusal:
        """Take a family off hold."""
        return self._write(visit, desks.resume(self.session, visit)) or self.session.visits[visit]

    def finish(
        self, desk: str, visit: str, outcome: str, came: Came | None = None
    ) -> Visit | Refusal:
        """End this desk's stop with an outcome, and what came of it."""
        events = desks.finish(self.session, desk, visit, self._ending(outcome, came))
        return self._write(visit, events) or self.session.visits[visit]

    def _ending(self, outcome: str, came: Came | None) -> Ending:
        came = came or Came()
        return Ending(outcome, self.pack.outcome(outcome).settles, came.gains, came.reason)

    def hand_over(
        self, desk: str, visit: str, to: str, outcome: str, came: Came | None = None
    ) -> Visit | Refusal:
        """End this desk's stop and offer the family to another desk, in person."""
        ending = self._ending(outcome, came)
        events = desks.offer_handover(self.session, desk, visit, to, ending)
        return self._write(visit, events) or self.session.visits[visit]

    def walk(self, visit: str) -> Visit | Refusal:
        """Say that somebody is walking the family over."""
        return self._write(visit, desks.walk(self.session, visit)) or self.session.visits[visit]

    def receive(self, desk: str, visit: str) -> Visit | Refusal:
        """Take a family that was offered to this desk."""
        event = desks.receive(self.session, desk, visit)
        return self._write(visit, event) or self.session.visits[visit]

    # --- undo --------------------------------------------------------------------------------

    def undo_visit(self, visit: str) -> Session | Refusal:
        """Take back the last tap on a visit."""
        standing = self._fold.standing(visit)
        restored = self._fold.without(visit, (entry.id for entry in last_tap(standing)))
        event = undo(self.session, standing, restored, self.now())
        return self._write(visit, event) or self.session

    def undo_desk(self, desk: str) -> Session | Refusal:
        """Take back the last change of a desk's own presence."""
        standing = self._fold.standing_of_desk(desk)
        return self._write(None, undo(self.session, standing, None, self.now())) or self.session

    def undo_close(self) -> Session | Refusal:
        """Open the hall again after a close by mistake."""
        standing = self._fold.standing_of_session()
        return self._write(None, undo(self.session, standing, None, self.now())) or self.session

    # --- the one way in ----------------------------------------------------------------------

    def _write(
        self,
        visit: str | None,
        decided: e.Event | Sequence[e.Event] | Refusal,
        fresh: Fold | None = None,
    ) -> Refusal | None:
        """Append what a rule decided, fold it, tell everybody; or pass its refusal on.

        `fresh` is the fold of a session that begins with this.
        """
        if isinstance(decided, Refusal):
            return decided
        fold = fresh or self._fold
        events = decided if isinstance(decided, Sequence) else (decided,)
        facts = [Fact(fold.session.id, visit, event) for event in events]
        try:
            entries = self._log_file.append(facts, self.now())
        except DiskFull:
            _log.error("disk full: %s facts not kept", len(facts))
            return Refusal.DISK_FULL
        fold.add(entries)
        self._fold = fold
        self._tell()
        return None

    def _tell(self) -> None:
        for heard in tuple(self._listeners):
            heard()
