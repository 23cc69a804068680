"""The composition root: opens a tablet's files, and is the one place that sees both packages."""

import random
import secrets
import time
from dataclasses import dataclass
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
from sync.outbox import Outbox, OutboxRefusal
from sync.record import Place
from sync.signing import Signer, SigningRefused, open_signer


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
    signer: Signer

    def close(self) -> None:
        """Let go of the tablet's files."""
        self.log.close()
        self.outbox.close()

    def sessions(self) -> tuple[Session, ...]:
        """Give every session in the log, oldest first."""
        return tuple(fold(known, self.log.session(known)) for known in self.log.sessions())


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
    outbox = _open_outbox(files)
    if isinstance(outbox, Unopened):
        db.close()
        return outbox
    outbox, signer = outbox
    try:
        log, found = open_log(db, files.mark, mint)
    except DiskFull:
        db.close()
        outbox.close()
        return Unopened(f"The disk is full, so {files.hub} cannot be used. Please make some room.")
    if found.is_copy:
        identity.wipe(files.identity)  # a copied folder is another device, to be paired like one
    hub = Hub(log, Cards(db, KeyFolder(files.keys)), pack, clock, mint)
    return Tablet(files, hub, log, outbox, pack, clock, place, signer)


def _open_outbox(files: Files) -> tuple[Outbox, Signer] | Unopened:
    signer = open_signer(files.signing)
    if isinstance(signer, SigningRefused):
        return Unopened(f"{files.signing}: {signer.value}")
    outbox = Outbox.open(files.outbox, signer)
    if isinstance(outbox, OutboxRefusal):
        return Unopened(f"{files.outbox}: {outbox.value}")
    return outbox, signer


def means() -> Means:
    """Give the clock and the chance the lines to other tablets run on.

    The clock goes on while a tablet sleeps, where there is such a one: a promise given before it
    must not seem to hold after it.
    """
    return Means(_awake_or_asleep, random.random)


def _awake_or_asleep() -> float:
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
