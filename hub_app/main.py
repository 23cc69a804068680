"""The composition root: opens a tablet's files, and is the one place that sees both packages."""

import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub_app.clocks import Clock
from hub_app.config import Files
from hub_app.core.pack import Pack
from hub_app.core.session import Session, fold
from hub_app.hub import Hub
from hub_app.lan import identity
from hub_app.lan.lines import Means
from hub_app.store.cards import Cards, KeyFolder
from hub_app.store.database import DatabaseRefused, DiskFull, open_database
from hub_app.store.log import Log
from hub_app.store.packs import PackRefused, read_pack
from hub_app.store.starting import open_log
from hub_app.view.chip import KindLine, Reach, SyncStatus
from sync import courier as couriers
from sync.anonymise import closing_of, fragments_of
from sync.departures import Departures
from sync.gate import Verdict, gate, sums
from sync.outbox import Outbox, OutboxRefusal
from sync.record import Fragment, Place, is_over

DAY_LENGTH = len("2026-11-22")


@dataclass(frozen=True, slots=True)
class Cut:
    """A signed-off session, the fragments it was cut into, and of how many facts that was."""

    session: Session
    fragments: tuple[Fragment, ...]
    facts: int

    @property
    def is_final(self) -> bool:
        """Whether it is still signed off: late families open a session again."""
        return self.session.signed_off_at is not None


class Unopened(str):
    """Why a tablet could not be opened: a sentence for the person who started it."""

    __slots__ = ()


def chance() -> random.Random:
    """Give luck to draw forecasts with; nothing secret hangs on it."""
    return random.Random()  # noqa: S311 a forecast, not a key


def mint() -> str:
    """Give a fresh opaque id: 96 random bits in letters a URL may carry."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True, slots=True)
class Tablet:
    """One tablet, opened: its hub, its log, and what may leave it."""

    files: Files
    hub: Hub
    log: Log
    outbox: Outbox
    pack: Pack
    clock: Clock
    place: Place
    cut: dict[str, Cut] = field(default_factory=dict[str, Cut])

    def close(self) -> None:
        """Let go of the tablet's files."""
        self.log.close()
        self.outbox.close()

    def sessions(self) -> tuple[Session, ...]:
        """Give every session in the log, oldest first."""
        return tuple(fold(known, self.log.session(known)) for known in self.log.sessions())


@dataclass(frozen=True, slots=True)
class Left:
    """Where the signed-off sessions' fragments are, by kind, and how many visits wait in part."""

    lines: tuple[KindLine, ...]
    waiting_visits: int


def load_pack(folder: Path) -> Pack | Unopened:
    """Read a content pack, or say in a few sentences what is wrong with it."""
    pack = read_pack(folder)
    if isinstance(pack, PackRefused):
        return Unopened("\n".join(pack.reasons))
    return pack


def open_tablet(folder: Path, pack: Pack, clock: Clock, place: Place) -> Tablet | Unopened:
    """Open (or make) a tablet's files in a folder, or say what is in the way and change nothing."""
    files = Files(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Unopened(f"{folder} cannot be made or is not a folder. Choose another with --data.")
    db = open_database(files.hub)
    if isinstance(db, DatabaseRefused):
        return Unopened(db.sentence)
    outbox = Outbox.open(files.outbox)
    if isinstance(outbox, OutboxRefusal):
        db.close()
        return Unopened(f"{files.outbox}: {outbox.value}")
    try:
        log, found = open_log(db, files.mark, mint)
    except DiskFull:
        db.close()
        outbox.close()
        return Unopened(f"The disk is full, so {files.hub} cannot be used. Please make some room.")
    if found.is_copy:
        identity.wipe(files.identity)  # a copied folder is another device, to be paired like one
    hub = Hub(log, Cards(db, KeyFolder(files.keys)), pack, clock, mint)
    tablet = Tablet(files, hub, log, outbox, pack, clock, place)
    hub.listen(lambda: tablet.cut.clear() if hub.is_blank else None)  # wiped: nothing is kept
    return tablet


def means() -> Means:
    """Give the clock and the chance the lines to other tablets run on.

    The clock goes on while a tablet sleeps, where there is such a one: a promise given before it
    must not seem to hold after it.
    """
    return Means(_awake_or_asleep, random.random)


def _awake_or_asleep() -> float:
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def signed_off(tablet: Tablet) -> tuple[Session, ...]:
    """Give every session whose counts somebody stands by, oldest first.

    It is folded and cut once, and again when a tablet that was cut off brought more of it.
    """
    for _, session_id in tablet.log.signed_off_after(0):
        known = tablet.log.facts_in(session_id)
        if session_id in tablet.cut and tablet.cut[session_id].facts == known:
            continue
        session = fold(session_id, tablet.log.session(session_id))
        tablet.cut[session_id] = Cut(session, fragments_of(session, tablet.pack), known)
    return tuple(cut.session for cut in tablet.cut.values() if cut.is_final)


def _fragments(tablet: Tablet) -> tuple[Fragment, ...]:
    return tuple(f for cut in tablet.cut.values() if cut.is_final for f in cut.fragments)


def _may_seal(tablet: Tablet) -> Callable[[str], bool]:
    """Give the test of a period: over (a day: its sessions signed off), and never sealed before."""
    sealed = tablet.outbox.sealed_periods()
    today = tablet.hub.today()
    return lambda period: (
        period not in sealed and (len(period) == DAY_LENGTH or is_over(period, today))
    )


def _verdict(tablet: Tablet) -> Verdict:
    return gate(_fragments(tablet), _may_seal(tablet), tablet.outbox.gone())


def depart(tablet: Tablet) -> OutboxRefusal | None:
    """Seal all that may leave now; safe to repeat, and to be cut off at any point."""
    sessions = signed_off(tablet)
    marks = tablet.log.signed_off_after(0)
    if not marks:
        return None
    verdict = _verdict(tablet)
    closings = tuple(closing_of(session, tablet.pack) for session in sessions)
    leaving = Departures(verdict.rows, closings, verdict.gain_totals)
    filled = tablet.outbox.fill(tablet.place, leaving, marks[-1][0])
    return filled if isinstance(filled, OutboxRefusal) else None


def where_everything_is(tablet: Tablet) -> Left:
    """Say for each kind how many visits have wholly left, and how many wait."""
    signed_off(tablet)
    fragments, held = _fragments(tablet), _verdict(tablet).held
    by_kind = sums(fragments, held)
    lines = tuple(
        KindLine(kind, by.visits, by.sent, by.held) for kind, by in sorted(by_kind.items())
    )
    waiting = {each.fragment.visit for each in held}
    return Left(lines, len(waiting))


_REACH: Mapping[str, Reach] = {
    "never": Reach.UNTRIED,
    "reached": Reach.REACHED,
    "unreachable": Reach.UNREACHABLE,
}


def status_of(tablet: Tablet, courier: couriers.CourierStatus | None, left: Left) -> SyncStatus:
    """Give what every screen's chip is told, as one frozen value."""
    totals = tablet.outbox.totals()
    return SyncStatus(
        reach=Reach.NO_CENTRE if courier is None else _REACH.get(courier.reach, Reach.UNREACHABLE),
        waiting=totals.waiting,
        refused=totals.refused,
        settled=totals.settled,
        held=left.waiting_visits,
        settled_at=None if courier is None else courier.settled_at_ms,
        lines=left.lines,
    )
