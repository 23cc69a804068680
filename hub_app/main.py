"""The composition root: opens a tablet's files, and is the one place that sees both packages."""

import logging
import os
import random
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hub_app.clocks import Clock
from hub_app.config import Files
from hub_app.core.leaving import unpacked
from hub_app.core.pack import Pack
from hub_app.core.session import Session, fold
from hub_app.hub import Hub
from hub_app.lan import identity
from hub_app.lan.lines import Means
from hub_app.store.cards import Cards, KeyFolder
from hub_app.store.database import DatabaseRefused, DiskFull, open_database
from hub_app.store.log import Log
from hub_app.store.packs import PackRefused, read_pack
from hub_app.store.starting import HUB, hub_of, is_copy, is_wiping, open_log, sealed_last
from sync.outbox import Outbox, OutboxRefusal
from sync.record import Batch, Place, read
from sync.signing import Signer, SigningRefused, open_signer, renewed

_log = logging.getLogger(__name__)


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

    @property
    def signer(self) -> Signer:
        """The key this device signs with, as of now."""
        return self.outbox.signer

    def lose_key(self) -> None:
        """Destroy the key this device signs with: it is being wiped, and goes on with another.

        What it had still to send the other tablets of its hub hold, and send.
        """
        _begin_again(self.outbox, renewed(self.files.signing))

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
    other = _of_another_hub(folder, place, hub_of(db), sealed_last(db))
    if other is not None:
        db.close()
        return other
    _for_their_owner_alone(files)
    is_wiped = is_wiping(db)
    is_another = is_wiped or is_copy(db, files.mark)
    outbox = _open_outbox(files, is_another=is_another)
    if isinstance(outbox, Unopened):
        db.close()
        return outbox
    if is_another:
        identity.wipe(files.identity)  # a copied folder is another device, to be paired like one
    if is_wiped:
        _begin_again(outbox, outbox.signer)
    try:
        log = open_log(db, files.mark, mint)
        log.learnt.set(HUB, f"{place.council}/{place.hub}")
    except DiskFull:
        db.close()
        outbox.close()
        return Unopened(f"The disk is full, so {files.hub} cannot be used. Please make some room.")
    hub = Hub(log, Cards(db, KeyFolder(files.keys)), pack, clock, mint)
    return Tablet(files, hub, log, outbox, pack, clock, place)


def _of_another_hub(folder: Path, place: Place, known: str | None, sealed: str) -> Unopened | None:
    """Say whose facts these are, if they are another hub's: they would be sealed for this one."""
    if known == "":  # from before it was written down
        batch = read(unpacked(sealed) or b"")
        known = f"{batch.place.council}/{batch.place.hub}" if isinstance(batch, Batch) else ""
    if not known or known == f"{place.council}/{place.hub}":
        return None
    council, _slash, hub = known.partition("/")
    whose = f"hub {hub}" if council == place.council else f"hub {hub} of another council"
    return Unopened(
        f"{folder} belongs to {whose}, and nothing in it was changed."
        f" Start it with --hub {hub}, or choose another folder with --data."
    )


def _for_their_owner_alone(files: Files) -> None:
    """Let nobody else read a tablet's files; what SQLite puts beside one is later as that is."""
    with suppress(OSError):  # where that can’t be, opening it says why
        os.close(os.open(files.outbox, os.O_RDWR | os.O_CREAT, 0o600))
    of_db = (each for db in (files.hub, files.outbox) for each in db.parent.glob(f"{db.name}*"))
    for each in (*of_db, files.mark, *files.keys.glob("*.key")):
        with suppress(OSError):
            if os.name == "posix" and each.stat().st_mode & 0o077:
                each.chmod(0o600)  # a copied folder may have come with wider rights


def _begin_again(outbox: Outbox, signer: Signer) -> None:
    refused = outbox.begin_again(signer)
    if refused is not None:
        _log.error("what a wiped tablet had still to send stays in its outbox: %s", refused.value)


def _open_outbox(files: Files, *, is_another: bool) -> Outbox | Unopened:
    signer = renewed(files.signing) if is_another else open_signer(files.signing)
    if isinstance(signer, SigningRefused):
        return Unopened(f"{files.signing}: {signer.value}")
    outbox = Outbox.open(files.outbox, signer)
    if isinstance(outbox, OutboxRefusal):
        return Unopened(f"{files.outbox}: {outbox.value}")
    return outbox


def means() -> Means:
    """Give the clock and the chance the lines to other tablets run on.

    The clock goes on while a tablet sleeps, where there is such a one: a promise given before it
    must not seem to hold after it.
    """
    return Means(_awake_or_asleep, random.random)


def _awake_or_asleep() -> float:
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
