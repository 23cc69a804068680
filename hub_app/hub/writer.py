"""The one way into the log: decide, append, fold, tell; and what everybody may read."""

import logging
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from hub_app.clocks import Clock
from hub_app.core import events as e
from hub_app.core.clock import TRUSTED_AHEAD_MILLIS, Stamp
from hub_app.core.house import House, HouseFold
from hub_app.core.house_events import HouseEvent
from hub_app.core.learn import Serving
from hub_app.core.pack import Pack
from hub_app.core.promised import Promised
from hub_app.core.refusal import Refusal
from hub_app.core.room import MINUTE, Hall, room_of
from hub_app.core.roster import Roster, roster_of
from hub_app.core.roster_events import RosterEvent
from hub_app.core.routing import Room
from hub_app.core.rules.undo import last_tap, too_late
from hub_app.core.servings import servings_of, stop_minutes
from hub_app.core.session import Fold, Session
from hub_app.core.sketching import Came, came_in
from hub_app.core.visit import Visit
from hub_app.hub.wish import Tap
from hub_app.store.cards import Cards, is_note, note_of
from hub_app.store.database import DiskFull
from hub_app.store.log import Fact, Log
from hub_app.store.retention import VISITS, Retention
from hub_app.store.shared import Shared

HOUSE: Final = "house"  # where the log keeps what holds from session to session
ROSTER: Final = "roster"  # and who is paired
LEAVING: Final = "leaving"  # and what leaves
JOINING: Final = "joining"  # the device this tablet was let in as, last
_log = logging.getLogger(__name__)


def is_leaving(fact: e.Entry) -> bool:
    """Say whether a fact is one of what leaves: visits are kept under a name of their own."""
    is_visits = fact.kind == "batch_visits" and fact.session.startswith(VISITS)
    return fact.session == LEAVING or is_visits


def current_fold(log: Log) -> Fold:
    """Give the fold of the session that stands: the latest open one, else the latest.

    One that is open again for families a cut-off tablet brought comes after any that is open.
    """
    known = log.sessions()
    signed = {session for _, session in log.signed_off_after(0)}
    likely = [session for session in known if session not in signed or session in known[-2:]]
    folds = list[Fold]()
    for session in likely:
        folds.append(Fold(session))
        folds[-1].add(log.session(session))
    is_open = [fold for fold in folds if fold.session.is_open]
    first = [fold for fold in is_open if not fold.session.is_reopened][-1:] + is_open
    return next(iter(first), folds[-1] if folds else Fold(""))


class Writer:
    """The log, the session it folds to, and the one way in. Writes facts or gives a refusal."""

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
        self._room: tuple[Session, int, Room] | None = None
        self._correction = 0
        self._known_servings: Mapping[str, Serving] | None = None
        self._ended = Session("")
        self._learnt_from = ""
        self._before: tuple[str, tuple[Promised, ...]] | None = None  # promised in other sessions
        self.shared = Shared(log)
        self._retention = Retention(log)
        self._names: Mapping[str, str] = {}
        self._notes: Mapping[tuple[str, str], str] = {}
        self._read_all()

    def _read_all(self) -> None:
        """Read the log anew, from nothing."""
        log = self._log_file
        self._fold = current_fold(log)
        self._cards.purge(keep=self.session.id if self.session.is_open else None)
        self._read_cards()
        self._house = HouseFold()
        self.house: House = self._house.add(log.session(HOUSE))
        self._roster_facts = list(log.session(ROSTER))
        self.roster: Roster = roster_of(self._roster_facts)
        self._leaving_facts = self._leaving_in(log)
        self.came: Came = log.learnt.came()
        self._look_back()

    @staticmethod
    def _leaving_in(log: Log) -> list[e.Entry]:
        """Give the facts of what leaves: those that last, and the visits behind them."""
        visits = filter(is_leaving, log.of_kind("batch_visits"))
        return [*log.session(LEAVING), *(fact for fact in visits if fact.session != LEAVING)]

    def _look_back(self) -> None:
        """Read what earlier sessions taught of serving times; this one's own come on top."""
        self._past = self._log_file.learnt.history(but=self.session.id)
        self._known_servings = None

    def _learn(self, session: Session) -> None:
        """Keep a session's serving times, and how families came to it, for later sessions."""
        try:
            self._log_file.learnt.note(session.id, stop_minutes(session), came_in(session))
        except DiskFull:
            _log.warning("serving times of a session not kept: the disk is full")
        self.came = self._log_file.learnt.came()

    def _keep_card(self, key: str, text: str) -> None:
        """Keep a name or a note, sealed; of two tablets that do, the later wins everywhere."""
        at = (self.now(), zlib.crc32(self.shared.origin.encode()))
        self._cards.keep(self.session.id, key, text, at)

    def _settle(self, *, was_open: bool) -> None:
        """Do what the end of a session brings about: names go, serving times are learnt."""
        session = self.session
        if was_open and not session.is_open:
            self._cards.purge()
            self._read_cards()
            self._ended = session
            self._stand_on(current_fold(self._log_file))
        if session.signed_off_at is not None and session.id != self._learnt_from:
            self._learnt_from = session.id
            self._learn(session)

    def _as_it_stands(self, visit: str) -> Visit:
        """Give a visit after a tap on it, also when that was the last of a session."""
        return self.session.visits.get(visit) or self._ended.visits[visit]

    def _stand_on(self, fold: Fold) -> None:
        """Go on with another session than before, should that be the one that stands now."""
        if fold.session.id != self.session.id:
            self._fold = fold
            self._cards.purge(keep=fold.session.id if fold.session.is_open else None)
            self._read_cards()
            self._look_back()

    def _read_cards(self) -> None:
        """Read the names and notes of this session, which are sealed apart from the log."""
        cards = self._cards.names(self.session.id)
        self._names = {visit: text for visit, text in cards.items() if not is_note(visit)}
        self._notes = {note_of(key): text for key, text in cards.items() if is_note(key)}

    # --- reading -----------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session as it stands; a blank one (`id` empty) before the first."""
        return self._fold.session

    @property
    def names(self) -> Mapping[str, str]:
        """The names families gave to be called by, by visit; empty once the session closed."""
        return self._names

    @property
    def notes(self) -> Mapping[tuple[str, str], str]:
        """The notes that go with hand-overs, by visit and receiving desk; gone at the close."""
        return self._notes

    @property
    def room(self) -> Room:
        """What a decision needs to know of the hall beside the families, as it is now."""
        minute = self.now() // MINUTE
        if self._room is None or self._room[0] is not self.session or self._room[1] != minute:
            minutes = {service: serving.mean for service, serving in self.servings.items()}
            room = room_of(self.pack, self.session, minutes, minute * MINUTE)
            self._room = (self.session, minute, room)
        return self._room[2]

    @property
    def hall(self) -> Hall:
        """Everything a plan or a call is decided from, at this moment."""
        return Hall(self.pack, self.session, self.room, self.now())

    @property
    def servings(self) -> Mapping[str, Serving]:
        """How long each service takes here: learnt, from the pack's guess on."""
        if self._known_servings is None:  # worked out when asked, not at every fact that comes
            self._known_servings = servings_of(self.pack, self._past, self.session)
        return self._known_servings

    @property
    def letters(self) -> int:
        """The index of the letters this tablet's tickets bear."""
        origin, roster = self.shared.origin, self.roster
        if origin in roster.letters or not roster.devices:
            return roster.letters.get(origin, 0)
        return roster.letters_for("", origin)  # not in the roster yet: never the founder’s

    @property
    def is_joining(self) -> bool:
        """Whether this tablet was let in by another and has not heard all that goes before that.

        It writes nothing until then: it would open sessions and give tickets that there are.
        """
        device = self.remembered(JOINING)
        return device is not None and device not in self.roster.devices

    def remember(self, name: str, value: str) -> None:
        """Keep a small value that outlives sessions. Raises DiskFull."""
        self._log_file.learnt.set(name, value)

    def remembered(self, name: str) -> str | None:
        """Give a small value kept before, or None."""
        return self._log_file.learnt.setting(name)

    def today(self) -> date:
        """Give the day by the hall's own clock."""
        return self._clock.local(self.now()).date()

    def now(self) -> int:
        """Give the hub's wall clock in milliseconds, as corrected by the other tablets."""
        return self._clock.millis() + self._correction

    def wall(self) -> int:
        """Give this tablet's own wall clock in milliseconds, right or wrong."""
        return self._clock.millis()

    def correct_clock(self, millis: int) -> None:
        """Go by the other tablets' clocks from here on: this much ahead of our own."""
        now = self.wall() + millis
        if self._log_file.latest_millis > now + TRUSTED_AHEAD_MILLIS:
            self._log_file.doubt(now)  # also where a wrong clock of our own was put right since
        if millis != self._correction:
            self._correction = millis
            self._tell()

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
                over = self.session.visits.get(getattr(tap[0].event, "instead_of", None) or "")
                at, instead = tap[-1].stamp.millis, over.ticket if over else ""
                found.append(Tap(visit.id, visit.ticket, tap[0].kind, at, desk, instead))
        return tuple(sorted(found, key=lambda t: -t.at))

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
        if self.is_joining:
            return Refusal.STILL_JOINING
        fold = fresh or self._fold
        events = decided if isinstance(decided, Sequence) else (decided,)
        facts = (Fact(fold.session.id, visit, event) for event in events)
        entries = self._append(facts, fold.latest(visit))
        if isinstance(entries, Refusal):
            return entries
        was_open = fold.session.is_open
        fold.add(entries)
        self._fold = fold
        self._settle(was_open=was_open)
        if any(isinstance(event, e.Finished | e.Undone) for event in events):
            self._known_servings = None
        self._tell()
        return None

    def _write_house(
        self, decided: HouseEvent | e.Undone | Sequence[HouseEvent] | Refusal
    ) -> House | Refusal:
        """Append what a rule about the house decided, fold it, tell everybody; or its refusal."""
        if isinstance(decided, Refusal):
            return decided
        if self.is_joining:
            return Refusal.STILL_JOINING
        events = decided if isinstance(decided, Sequence) else (decided,)
        entries = self._append((Fact(HOUSE, None, event) for event in events), self._house.latest)
        if isinstance(entries, Refusal):
            return entries
        self.house = self._house.add(entries)
        self._tell()
        return self.house

    def _write_roster(
        self, decided: RosterEvent | Sequence[RosterEvent] | Refusal
    ) -> Roster | Refusal:
        """Append what a rule about the roster decided, fold it, tell everybody; or its refusal."""
        if isinstance(decided, Refusal):
            return decided
        events = decided if isinstance(decided, Sequence) else (decided,)
        last = max((fact.stamp for fact in self._roster_facts), default=None)
        entries = self._append((Fact(ROSTER, None, event) for event in events), last)
        if isinstance(entries, Refusal):
            return entries
        self._roster_facts.extend(entries)
        self.roster = roster_of(self._roster_facts)
        self._tell()
        return self.roster

    def _append(self, facts: Iterable[Fact], after: Stamp | None) -> tuple[e.Entry, ...] | Refusal:
        try:
            entries = self._log_file.append(tuple(facts), self.now(), after)
        except DiskFull:
            _log.error("disk full: a tap was not kept")
            return Refusal.DISK_FULL
        self.shared.wrote(entries)
        return entries

    def _tell(self) -> None:
        for heard in tuple(self._listeners):
            try:
                heard()
            except Exception:  # noqa: BLE001 the fact is kept: neither tap nor others may suffer
                _log.exception("a listener stumbled; the others go on")
