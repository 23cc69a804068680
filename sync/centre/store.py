"""The centre’s database, embedded or PostgreSQL, behind one set of verbs."""

import base64
import hashlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import count
from threading import Lock
from typing import Any, Final, TypeVar

import psycopg
import sqlalchemy as sa

from sync.centre.counts import Reading
from sync.centre.engines import Engines, Unopened, prepare, reach, unopened
from sync.centre.faults import FAULTS, is_worth_repeating
from sync.centre.ledger import Pen, enter, enter_new, hub_of, note_heard
from sync.centre.migrate import Standing, standing
from sync.centre.roll_up import CHUNK, roll_some
from sync.centre.schema import HUB, HUB_KEY
from sync.endpoint import Receipt, Result
from sync.record import Batch, Place

__all__ = ["Store", "Unopened", "open_store"]

ATTEMPTS: Final = 12  # of one transaction that the database asks us to repeat
_Given = TypeVar("_Given")


class Store:
    """The only writer of the centre’s database in this process; made by `open_store`.

    Any number of threads may use it. On PostgreSQL any number of processes may each have one.
    Faults of the database are raised as they are (faults.FAULTS): then nothing was written.
    """

    def __init__(self, engines: Engines) -> None:
        self.where = engines.where
        self.path = engines.path
        self._engines = engines
        # SQLite lets one write at a time; waiting here is fairer than trying again and again.
        self._one_at_a_time = Lock() if engines.path is not None else nullcontext()
        self._known: dict[Place, int] = {}
        self._received = count(1)

    @property
    def is_embedded(self) -> bool:
        """Whether it is a SQLite file, which has one process and no other."""
        return self.path is not None

    def receive(self, batch: Batch, heard_at: int) -> Receipt:
        """Count a batch wholly or not at all; `heard_at` is in milliseconds since 1970.

        The same batch, again and from anywhere, is counted once; a later revision takes the place
        of an earlier one of its period wholly, in whatever order they come.
        """
        (receipt,) = self.receive_several((batch,), heard_at)
        return receipt

    def receive_several(self, batches: Sequence[Batch], heard_at: int) -> tuple[Receipt, ...]:
        """Count batches of one hub in one transaction; each by itself when one is refused."""
        receipts = self._repeating(lambda: self._receive_once(batches, heard_at))
        if len(batches) > 1 and any(each.result is Result.REFUSED for each in receipts):
            return tuple(self.receive(each, heard_at) for each in batches)
        for each in receipts:
            if each.result is Result.COUNTED and next(self._received) % CHUNK == 0:
                self.roll_up(1)
        return receipts

    def roll_up(self, chunks: int = 1_000_000) -> int:
        """Take what was received into the sums over all hubs; give how many loads were taken.

        Counts are right without it, and slower. A Store does it by itself every CHUNK batches.
        """
        taken = 0
        for _ in range(chunks):
            some = self._repeating(self._roll_some)
            taken += some
            if some < CHUNK:
                break
        return taken

    @contextmanager
    def reading(self) -> Generator[Reading]:
        """Give one unchanging view of the ledger; it waits for no writer."""
        with self._engines.reading.connect() as connection, connection.begin():
            yield Reading(connection)

    @contextmanager
    def writing(self) -> Generator[sa.Connection]:
        """Give a transaction: kept when the block ends, given up when it raises."""
        with self._one_at_a_time, self._engines.writing.begin() as connection:
            yield connection

    def enrol(self, place: Place, name: str, public: str | None = None) -> str | None:
        """Make a hub known by name, with a tablet’s public key if given: base64 of 32 bytes.

        Gives the key’s id: the first 16 hex digits of the SHA-256 of its bytes. A key that was
        revoked stays so. ValueError when it is no such key.
        """
        key_id = _key_id(public) if public is not None else None

        def write() -> None:
            with self.writing() as connection:
                hub_id = hub_of(_pen(connection), place)
                named = HUB.update().where(HUB.c.hub_id == hub_id).values(name=name)
                connection.execute(named)
                kept = sa.select(HUB_KEY.c.key_id).where(
                    HUB_KEY.c.hub_id == hub_id, HUB_KEY.c.key_id == key_id
                )
                if key_id is not None and connection.scalar(kept) is None:
                    key = {"hub_id": hub_id, "key_id": key_id, "public": public, "is_revoked": 0}
                    connection.execute(HUB_KEY.insert(), key)

        self._repeating(write)
        return key_id

    def revoke(self, place: Place, key_id: str) -> bool:
        """Take no more from the tablet with this key; False when the hub has no such key."""

        def write() -> bool:
            hub = sa.select(HUB.c.hub_id).where(
                HUB.c.council == place.council, HUB.c.hub == place.hub
            )
            with self.writing() as connection:
                revoked = connection.execute(
                    HUB_KEY.update()
                    .where(HUB_KEY.c.hub_id.in_(hub), HUB_KEY.c.key_id == key_id)
                    .values(is_revoked=1)
                )
            return revoked.rowcount > 0

        return self._repeating(write)

    def heard(self, place: Place, at: int) -> None:
        """Note that a hub was heard at a moment, in milliseconds since 1970, without a batch."""

        def write() -> None:
            with self.writing() as connection:
                note_heard(_pen(connection), place, at)

        self._repeating(write)

    def is_ready(self) -> str | None:
        """Give None when the database answers and is as we need it; else a sentence why not."""
        try:
            with self._engines.reading.connect() as connection, connection.begin():
                found = standing(connection)
        except FAULTS as fault:
            return unopened(self.where, fault).why
        match found:
            case Standing.CURRENT:
                return None
            case Standing.NEWER:
                return "The database was brought up by a newer version. Update this centre."
            case Standing.EMPTY | Standing.BEHIND:
                return "The database lacks tables this version needs. Run hub-centre migrate."

    def close(self) -> None:
        """Finish with the database."""
        with self._one_at_a_time:
            self._engines.close()

    def _receive_once(self, batches: Sequence[Batch], heard_at: int) -> tuple[Receipt, ...]:
        """Count batches of one hub, all or none; none when one of them is refused."""
        place = batches[0].place
        with self._one_at_a_time, self._engines.writing.connect() as connection:
            transaction = connection.begin()
            try:
                pen = _pen(connection)
                hub_id = self._known.get(place)
                if hub_id is None:
                    hub_id = hub_of(pen, place)
                receipts = enter_new(pen, batches, heard_at, hub_id) if len(batches) > 1 else None
                if receipts is None:
                    receipts = tuple(enter(pen, each, heard_at, hub_id) for each in batches)
                if any(each.result is Result.REFUSED for each in receipts):
                    transaction.rollback()
                    return receipts
                transaction.commit()
            except psycopg.OperationalError:
                if not _is_open(connection):
                    connection.invalidate()  # the line broke: the pool makes another
                raise
            finally:
                transaction.close()
        self._known[place] = hub_id
        return receipts

    def _roll_some(self) -> int:
        with self.writing() as connection:
            return roll_some(connection)

    def _repeating(self, once: Callable[[], _Given]) -> _Given:
        """Do a transaction again when the database asks for it: each is wholly or not at all."""
        for _ in range(ATTEMPTS - 1):
            try:
                return once()
            except FAULTS as fault:
                if not is_worth_repeating(fault):
                    raise
        return once()


def open_store(where: str) -> Store | Unopened:
    """Open the centre’s database by its path, or as sqlite:///… or postgresql://….

    An embedded file is made when it is not there, and brought to the newest tables. PostgreSQL has
    to be brought up before, by `hub-centre migrate`: many workers may be running on it.
    """
    engines = reach(where)
    if isinstance(engines, Unopened):
        return engines
    refusal = prepare(engines, may_upgrade=False)
    if refusal is not None:
        engines.close()
        return refusal
    return Store(engines)


def _pen(connection: sa.Connection) -> Pen:
    driver: Any = connection.connection.driver_connection
    return Pen(driver)


def _is_open(connection: sa.Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return isinstance(driver, psycopg.Connection) and not driver.closed


def _key_id(public: str) -> str:
    raw = base64.b64decode(public, validate=True)
    if len(raw) != 32:
        raise ValueError("a public key has 32 bytes")
    return hashlib.sha256(raw).hexdigest()[:16]
