"""The one way into the log: decide, append, fold, tell; and what everybody may read."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from hub_app.clocks import Clock
from hub_app.core import events as e
from hub_app.core.house import House, HouseFold
from hub_app.core.house_events import HouseEvent
from hub_app.core.learn import Serving
from hub_app.core.pack import Pack
from hub_app.core.refusal import Refusal
from hub_app.core.room import MINUTE, Hall, room_of
from hub_app.core.routing import Room
from hub_app.core.rules.undo import last_tap, too_late
from hub_app.core.servings import servings_of
from hub_app.core.session import Fold, Session
from hub_app.core.sketching import Came
from hub_app.hub.wish import Tap
from hub_app.store.cards import Cards, is_note, note_of
from hub_app.store.database import DiskFull
from hub_app.store.log import Fact, Log

HOUSE: Final = "house"  # where the log keeps what holds from session to session
_log = logging.getLogger(__name__)


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
        known = log.sessions()
        self._fold = Fold(known[-1] if known else "")
        if known:
            self._fold.add(log.session(known[-1]))
        cards.purge(keep=self.session.id if self.session.is_open else None)
        self._names: Mapping[str, str] = {}
        self._notes: Mapping[tuple[str, str], str] = {}
        self._read_cards()
        self._house = HouseFold()
        self.house: House = self._house.add(log.session(HOUSE))
        self.came: Came = log.learnt.came()
        self._look_back()

    def _look_back(self) -> None:
        """Read what earlier sessions taught of serving times; this one's own come on top."""
        self._past = self._log_file.learnt.history(but=self.session.id)
        self._servings = servings_of(self.pack, self._past, self.session)

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
            minutes = {service: serving.mean for service, serving in self._servings.items()}
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
        return self._servings

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
        fold = fresh or self._fold
        events = decided if isinstance(decided, Sequence) else (decided,)
        entries = self._append(Fact(fold.session.id, visit, event) for event in events)
        if isinstance(entries, Refusal):
            return entries
        fold.add(entries)
        self._fold = fold
        if any(isinstance(event, e.Finished | e.Undone) for event in events):
            self._servings = servings_of(self.pack, self._past, self.session)
        self._tell()
        return None

    def _write_house(
        self, decided: HouseEvent | e.Undone | Sequence[HouseEvent] | Refusal
    ) -> House | Refusal:
        """Append what a rule about the house decided, fold it, tell everybody; or its refusal."""
        if isinstance(decided, Refusal):
            return decided
        events = decided if isinstance(decided, Sequence) else (decided,)
        entries = self._append(Fact(HOUSE, None, event) for event in events)
        if isinstance(entries, Refusal):
            return entries
        self.house = self._house.add(entries)
        self._tell()
        return self.house

    def _append(self, facts: Iterable[Fact]) -> tuple[e.Entry, ...] | Refusal:
        try:
            return self._log_file.append(tuple(facts), self.now())
        except DiskFull:
            _log.error("disk full: a tap was not kept")
            return Refusal.DISK_FULL

    def _tell(self) -> None:
        for heard in tuple(self._listeners):
            try:
                heard()
            except Exception:  # noqa: BLE001 the fact is kept: neither tap nor others may suffer
                _log.exception("a listener stumbled; the others go on")
