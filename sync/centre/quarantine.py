"""The shelf for what a hub the centre knows has sent, and the centre cannot read."""

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from sync.centre.putting import put_once
from sync.centre.schema import BIG, TABLE_OPTIONS, TABLES
from sync.envelope import Signed
from sync.record import Place

QUOTA: Final = 50  # for each hub: what one broken tablet sends may not fill the disk
WHY_MAX: Final = 300
REASON_MAX: Final = 300

QUARANTINE: Final = Table(
    "quarantine",
    TABLES,
    Column("council", Text, primary_key=True),
    Column("hub", Text, primary_key=True),
    Column("id", Text, primary_key=True),  # of the hub and the bytes as they came
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("wire", LargeBinary),  # NULL once it was discarded
    Column("size", BIG, nullable=False),
    Column("why", Text, nullable=False),
    Column("came_at", BIG, nullable=False),  # milliseconds since 1970
    Column("discarded_at", BIG),
    Column("discarded_by", Text),
    Column("reason", Text),
    **TABLE_OPTIONS,
)


@dataclass(frozen=True)
class Kept:
    """Something in quarantine: from which hub, when (ms since 1970), why, and how many bytes."""

    id: str
    place: Place
    came_at: int
    why: str
    size: int


@dataclass(frozen=True)
class Discarded:
    """Who discarded something, why, and when (ms since 1970)."""

    by: str
    why: str
    at: int


@dataclass(frozen=True)
class NotKept:
    """Why something is not in quarantine: a sentence; `is_final` when it will never be."""

    why: str
    is_final: bool


_FULL: Final = NotKept(
    f"The centre keeps at most {QUOTA} batches of one hub that it cannot read, and has as many."
    " A person at the centre must look at them first.",
    is_final=False,
)
_DISCARDED: Final = NotKept(
    "Somebody at the centre has looked at this batch, and discarded it.", is_final=True
)


def id_of(signed: Signed) -> str:
    """Give the name under which bytes of a hub are kept: the same bytes again have the same."""
    place = f"{signed.place.council}/{signed.place.hub}\n"
    return hashlib.sha256(place.encode() + signed.wire).hexdigest()


# Inside one transaction of whoever calls.


def keep(connection: Connection, signed: Signed, why: str, at: int) -> NotKept | None:
    """Put something on the shelf, once; None when it is there now. `at` is in ms since 1970."""
    named = id_of(signed)
    seen = connection.execute(
        select(QUARANTINE.c.discarded_at).where(*_is(signed.place, named))
    ).first()
    if seen is not None:
        return None if seen.discarded_at is None else _DISCARDED
    if _count(connection, signed.place) >= QUOTA:
        return _FULL
    row = {
        "council": signed.place.council,
        "hub": signed.place.hub,
        "id": named,
        "key_id": signed.key_id,
        "signature": signed.signature,
        "wire": signed.wire,
        "size": len(signed.wire),
        "why": why[:WHY_MAX],
        "came_at": at,
    }
    put_once(connection, QUARANTINE, row)
    return None


def kept(connection: Connection) -> tuple[Kept, ...]:
    """Give everything on the shelf, the latest first."""
    table = QUARANTINE.c
    found = connection.execute(
        select(table.id, table.council, table.hub, table.came_at, table.why, table.size)
        .where(table.discarded_at.is_(None))
        .order_by(table.came_at.desc(), table.id)
    )
    return tuple(
        Kept(each.id, Place(each.council, each.hub), each.came_at, each.why, each.size)
        for each in found
    )


def bytes_of(connection: Connection, named: str) -> Signed | None:
    """Give what is kept under that name as it came, or None when nothing is."""
    table = QUARANTINE.c
    found = connection.execute(
        select(table.council, table.hub, table.key_id, table.signature, table.wire)
        .where(table.id == named, table.discarded_at.is_(None))
        .limit(1)
    ).first()
    if found is None:
        return None
    place = Place(found.council, found.hub)
    return Signed(place, found.key_id, found.signature, bytes(found.wire))


def let_go(connection: Connection, place: Place, named: str) -> None:
    """Take from the shelf what could be read after all, and has been counted."""
    connection.execute(delete(QUARANTINE).where(*_is(place, named)))


def discard(connection: Connection, named: str, discarded: Discarded) -> bool:
    """Destroy the bytes; who did it and why is kept. False when nothing of that name is there."""
    table = QUARANTINE.c
    done = connection.execute(
        update(QUARANTINE)
        .where(table.id == named, table.discarded_at.is_(None))
        .values(
            wire=None,
            discarded_at=discarded.at,
            discarded_by=discarded.by,
            reason=discarded.why[:REASON_MAX],
        )
    )
    return done.rowcount > 0


def count(connection: Connection) -> int:
    """Give how many are on the shelf."""
    kept_now = QUARANTINE.c.discarded_at.is_(None)
    return connection.execute(select(func.count()).where(kept_now)).scalar_one()


def _count(connection: Connection, place: Place) -> int:
    table = QUARANTINE.c
    return connection.execute(
        select(func.count()).where(
            table.council == place.council, table.hub == place.hub, table.discarded_at.is_(None)
        )
    ).scalar_one()


def _is(place: Place, named: str) -> tuple[ColumnElement[bool], ...]:
    table = QUARANTINE.c
    return (table.council == place.council, table.hub == place.hub, table.id == named)
