"""Builders for tests: a hall with the real hub on real SQLite, a clock that stands, plain words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import TypeVar
from weakref import finalize

from sqlite_utils import Database

from hub_app.clocks import SetClock
from hub_app.core.events import Answered
from hub_app.core.pack import Pack
from hub_app.core.queue import Choice, next_for, queue_for
from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.hub import Hub, Wish
from hub_app.store.cards import Cards, KeyFolder, Keys
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.log import Log, own_origin
from hub_app.store.packs import read_pack

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 21)
TEN = 10 * 60  # the doors open at ten
MINUTE = 60_000
YEAR = 365 * 24 * 60 * MINUTE


@cache
def scotland() -> Pack:
    """The real pack."""
    pack = read_pack(ROOT / "assets" / "packs" / "scotland")
    assert isinstance(pack, Pack), pack
    return pack


@cache
def need_for(service: str) -> str:
    """A need of the real pack that this service is the first to help with."""
    return next(n.id for n in scotland().needs if n.services[:1] == (service,) and not n.urgent)


def counting(prefix: str = "id") -> Callable[[], str]:
    """A mint whose ids are the same in every run."""
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers):05}"


class KeyRing:
    """Keys kept in memory, for halls that have no folder."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}

    def get(self, session: str) -> bytes | None:
        return self.keys.get(session)

    def make(self, session: str) -> bytes:
        return self.keys.setdefault(session, bytes(32))

    def destroy(self, *, keep: str | None) -> None:
        self.keys = {s: k for s, k in self.keys.items() if s == keep}


@dataclass
class Hall:
    """A hub and all it stands on. `folder` is None when everything is in memory."""

    hub: Hub
    log: Log
    db: Database
    keys: Keys
    clock: SetClock
    mint: Callable[[], str]
    folder: Path | None = None

    def desk(self, *services: str, name: str = "") -> str:
        """Open a desk for these services; gives its id."""
        return done(self.hub.open_desk(name or services[0].title(), services))

    def arrivals(self, *wanted: str | Sequence[str], urgent: str | None = None) -> list[Visit]:
        """Let one family in for each service (or list of services) wanted, a minute apart."""
        came: list[Visit] = []
        for services in wanted:
            self.minutes_pass(1)
            asked = (services,) if isinstance(services, str) else services
            wish = Wish(tuple(need_for(service) for service in asked), urgent)
            came.append(done(self.hub.arrive(wish)))
        return came

    def minutes_pass(self, minutes: float) -> None:
        """Let time go by (or back, when negative)."""
        self.clock.set(self.clock.millis() + round(minutes * MINUTE))

    def serve(self, desk: str, visit: Visit) -> Visit:
        """Call a family by name and begin serving them."""
        done(self.hub.call(desk, visit.id))
        return done(self.hub.start(desk, visit.id))

    def visit(self, visit: Visit) -> Visit:
        """A family as it stands now."""
        return self.hub.session.visits[visit.id]

    def restarted(self) -> "Hall":
        """The same hall after the app was started again."""
        if self.folder is None:
            log = Log(self.db, self.log.origin)
            hub = _hub(log, self.db, self.keys, self.clock, self.mint)
            return Hall(hub, log, self.db, self.keys, self.clock, self.mint)
        self.shut()
        return hall_in(self.folder, self.clock, self.mint)

    def shut(self) -> None:
        """Let go of the database."""
        self.db.conn.close()


def done(answer: T | Refusal) -> T:
    """What a tap gave, which was not a refusal."""
    assert not isinstance(answer, Refusal), answer
    return answer


def hall(mint: Callable[[], str] | None = None) -> Hall:
    """A hall in memory, its session open since ten."""
    return _open(None, SetClock("Europe/London"), mint or counting())


def hall_in(
    folder: Path, clock: SetClock | None = None, mint: Callable[[], str] | None = None
) -> Hall:
    """A hall with its files in a folder, its session open; picks up what is there."""
    return _open(folder, clock or SetClock("Europe/London"), mint or counting())


def _open(folder: Path | None, clock: SetClock, mint: Callable[[], str]) -> Hall:
    if clock.millis() == 0:
        clock.set(clock.at(DAY, TEN))
    db = open_database(None if folder is None else folder / "hub.db")
    assert not isinstance(db, DatabaseRefused), db
    finalize(db, db.conn.close)
    keys = KeyRing() if folder is None else KeyFolder(folder / "keys")
    log = Log(db, own_origin(db, mint))
    hub = _hub(log, db, keys, clock, mint)
    if not hub.session.id:
        done(hub.open_session())
    return Hall(hub, log, db, keys, clock, mint, folder)


def _hub(log: Log, db: Database, keys: Keys, clock: SetClock, mint: Callable[[], str]) -> Hub:
    return Hub(log, Cards(db, keys), scotland(), clock, mint)


def line(hub: Hub, desk: str) -> tuple[Visit, ...]:
    """Those waiting for a desk, in order."""
    return queue_for(hub.session.here, hub.session.desks[desk], hub.room, hub.now())


def chosen(hub: Hub, desk: str) -> Choice | None:
    """Whom a desk should call now."""
    return next_for(hub.session.here, hub.session.desks[desk], hub.room, hub.now())


def tickets(hub: Hub, desk: str) -> list[str]:
    """The tickets waiting for a desk, in order."""
    return [visit.ticket for visit in line(hub, desk)]


def said(area: str | None = None, adults: int | None = None) -> Answered:
    """What a family told at the door."""
    return Answered(area=area, adults=adults)
