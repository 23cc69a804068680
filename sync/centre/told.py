"""What hubs tell of themselves, as the centre keeps it: a session once told is never forgotten."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import Column, Connection, Integer, Select, Table, Text, select, update

from sync.centre.putting import Cells, put
from sync.centre.schema import BIG, TABLE_OPTIONS, TABLES
from sync.manifest import Manifest, PeriodSum, RowsSum, SessionTold
from sync.record import Place

TOLD: Final = Table(
    "told",
    TABLES,
    Column("council", Text, primary_key=True),
    Column("hub", Text, primary_key=True),
    Column("epoch", BIG, nullable=False),
    Column("told_at", BIG, nullable=False),  # milliseconds since 1970
    Column("periods", Text, nullable=False),  # JSON: [period, revision, rows, xor, sum], …
    Column("waiting", Text, nullable=False),  # JSON: quarter, visits
    Column("destroyed", Text, nullable=False),
    Column("knows", Text, nullable=False),  # JSON: epoch, facts; of what is kept here
    Column("numbers", Text, nullable=False),  # JSON: epoch, the highest n heard of it
    **TABLE_OPTIONS,
)
TOLD_SESSION: Final = Table(
    "told_session",
    TABLES,
    Column("council", Text, primary_key=True),
    Column("hub", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("opening", Integer, primary_key=True, autoincrement=False),
    Column("visits", Integer),  # NULL until its count was sealed
    Column("late", Integer, nullable=False),
    **TABLE_OPTIONS,
)


# Inside one transaction of whoever calls.


def keep(connection: Connection, manifest: Manifest, at: int) -> None:
    """Keep what a hub tells in place of what it told before. `at` is in ms since 1970.

    An old manifest that is sent again changes nothing. One by a tablet that knows less than what is
    kept, and nothing besides, adds the sessions that nobody told of, and changes nothing else.
    Only sessions that differ are written: most manifests tell what the last one told.
    """
    place = manifest.place
    kept = connection.execute(_told_by(place).with_for_update()).first()
    numbers = {} if kept is None else _by_epoch(kept.numbers)
    if 0 < numbers.get(manifest.epoch, 0) >= manifest.n:
        return
    numbers[manifest.epoch] = manifest.n
    is_behind = kept is not None and manifest.knows_less(_by_epoch(kept.knows))
    known = {(each.day, each.opening): each for each in _sessions(connection, place)}
    for each in manifest.sessions:
        seen = known.get((each.day, each.opening))
        if seen is None or (not is_behind and _latest(seen, each) != seen):
            put(connection, TOLD_SESSION, _row(place, each))
    about = {"council": place.council, "hub": place.hub, "numbers": json.dumps(numbers)}
    if is_behind:
        where = (TOLD.c.council == place.council, TOLD.c.hub == place.hub)
        connection.execute(update(TOLD).where(*where).values(numbers=about["numbers"]))
        return
    row = {
        **about,
        "epoch": manifest.epoch,
        "told_at": at,
        "periods": json.dumps([_cells(each) for each in manifest.periods], separators=(",", ":")),
        "waiting": json.dumps(dict(manifest.waiting or {})),
        "destroyed": json.dumps(dict(manifest.destroyed or {})),
        "knows": json.dumps(dict(manifest.knows)),
    }
    put(connection, TOLD, row)


def of(connection: Connection, place: Place) -> Manifest | None:
    """Give what a hub last told, with every session it ever told; None when it never told any."""
    found = connection.execute(_told_by(place)).first()
    if found is None:
        return None
    return Manifest(
        place,
        found.epoch,
        tuple(sorted(_sessions(connection, place))),
        tuple(_periods(found.periods)),
        _by_quarter(found.waiting),
        _by_quarter(found.destroyed),
    )


def _told_by(place: Place) -> Select[Any]:
    return select(TOLD).where(TOLD.c.council == place.council, TOLD.c.hub == place.hub)


def _latest(seen: SessionTold, now: SessionTold) -> SessionTold:
    """A tablet that lacks the seal of a session does not unmake its count."""
    return seen if now.visits is None else now


def _sessions(connection: Connection, place: Place) -> Iterable[SessionTold]:
    table = TOLD_SESSION.c
    found = connection.execute(
        select(table.day, table.opening, table.visits, table.late).where(
            table.council == place.council, table.hub == place.hub
        )
    )
    return [SessionTold(date.fromisoformat(day), *rest) for day, *rest in found]


def _row(place: Place, told: SessionTold) -> Cells:
    return {
        "council": place.council,
        "hub": place.hub,
        "day": told.day.isoformat(),
        "opening": told.opening,
        "visits": told.visits,
        "late": told.late,
    }


def _cells(each: PeriodSum) -> list[str | int]:
    # As text: no JSON reader need hold 64 bits.
    return [each.period, each.revision, each.sum.rows, str(each.sum.xor), str(each.sum.sum)]


def _periods(text: str) -> Iterable[PeriodSum]:
    for period, revision, rows, xor, total in json.loads(text):
        yield PeriodSum(period, revision, RowsSum(rows, int(xor), int(total)))


def _by_epoch(text: str) -> dict[int, int]:
    return {int(epoch): n for epoch, n in json.loads(text).items()}


def _by_quarter(text: str) -> Mapping[str, int]:
    return cast("dict[str, int]", json.loads(text))
