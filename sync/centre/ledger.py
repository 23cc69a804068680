"""How a batch goes into the ledger: once, wholly, over an earlier revision that it adds to."""

# This runs for every batch, so its SQL is ready-made and goes straight to the driver: ADR 15.

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import psycopg

from sync.centre.encoding import FACTS, hub_number, number_of, period_number, row_of
from sync.centre.schema import NOT_ROLLED, ROLLED
from sync.endpoint import Receipt, Result
from sync.record import Batch, Closing, GainTotal, Load, Place, Reason, last_day
from sync.revisions import why_not_after

Driver = sqlite3.Connection | psycopg.Connection[tuple[Any, ...]]
Values = dict[str, Any]

# Taken first: while one worker holds it, no other receives from the same hub. Batches of different
# hubs touch no row in common, so receivers never wait for each other in a ring.
_HEARD: Final = """
    UPDATE heard SET heard_at = CASE WHEN heard_at > :at THEN heard_at ELSE :at END
    WHERE hub_id = :hub_id
"""
_BATCH: Final = """
    INSERT INTO batch (hub_id, epoch, n, period, revision, batch_id)
    VALUES (:hub_id, :epoch, :n, :period, :revision, :batch_id)
    ON CONFLICT (hub_id, epoch, n) DO NOTHING
"""
_SAME_NUMBER: Final = """
    SELECT batch_id FROM batch WHERE hub_id = :hub_id AND epoch = :epoch AND n = :n
"""
_OTHER_CONTENT: Final = """
    SELECT n FROM batch
    WHERE hub_id = :hub_id AND period = :period AND revision = :revision AND batch_id <> :batch_id
    LIMIT 1
"""
_FIRST_LOAD: Final = """
    INSERT INTO load (hub_id, period, revision, rolled)
    VALUES (:hub_id, :period, :revision, :not_rolled)
    ON CONFLICT (hub_id, period) DO NOTHING
"""
_LOAD: Final = "SELECT revision, rolled FROM load WHERE hub_id = :hub_id AND period = :period"
_LATER_LOAD: Final = """
    UPDATE load SET revision = :revision, rolled = :not_rolled
    WHERE hub_id = :hub_id AND period = :period
"""
_OWE: Final = """
    INSERT INTO owed (hub_id, period, fact, n)
    SELECT hub_id, period, fact, n FROM counted WHERE hub_id = :hub_id AND period = :period
"""
_EMPTY: Final = tuple(
    f"DELETE FROM {table} WHERE hub_id = :hub_id AND period = :period"  # noqa: S608  our own names
    for table in ("counted", "closing", "gain_total")
)
_KEPT: Final = {
    table: f"SELECT {names} FROM {table} WHERE hub_id = :hub_id AND period = :period"  # noqa: S608
    for table, names in (
        ("counted", "fact, n"),
        ("closing", "opening, visits, contacts"),
        ("gain_total", "pounds_nearest_100, contributors"),
    )
}
_ROW: Final = "INSERT INTO counted (hub_id, period, fact, n) VALUES (?, ?, ?, ?)"
_COPY: Final = "COPY counted (hub_id, period, fact, n) FROM STDIN"
_CLOSING: Final = """
    INSERT INTO closing (hub_id, period, opening, visits, contacts)
    VALUES (:hub_id, :period, :opening, :visits, :contacts)
"""
_GAIN: Final = """
    INSERT INTO gain_total (hub_id, period, pounds_nearest_100, contributors)
    VALUES (:hub_id, :period, :pounds, :contributors)
"""
_TAKEN: Final = "SELECT council, hub FROM hub WHERE hub_id = :hub_id"
_HUB: Final = """
    INSERT INTO hub (hub_id, council, hub, name) VALUES (:hub_id, :council, :hub, :name)
    ON CONFLICT DO NOTHING
"""
_NEVER_HEARD: Final = """
    INSERT INTO heard (hub_id, heard_at) VALUES (:hub_id, NULL) ON CONFLICT (hub_id) DO NOTHING
"""

_NO_WORD: Final = ("", ())

_NAMED: Final = re.compile(r":(\w+)")


@dataclass(frozen=True)
class Pen:
    """Writes to either engine in the words of its driver."""

    driver: Driver

    def write(self, sql: str, values: Values) -> int:
        """Run a statement with named values; give how many rows it touched."""
        return self._run(sql, values).rowcount

    def look(self, sql: str, values: Values) -> tuple[Any, ...] | None:
        """Give the first row a query finds."""
        return self._run(sql, values).fetchone()

    def look_at_all(self, sql: str, values: Values) -> list[tuple[Any, ...]]:
        """Give every row a query finds."""
        return self._run(sql, values).fetchall()

    def look_to_write(self, sql: str, values: Values) -> tuple[Any, ...] | None:
        """Give the first row, held until the end; SQLite’s one writer holds the file anyway."""
        return self.look(f"{sql} FOR UPDATE" if self._is_postgres else sql, values)

    def write_each(self, sql: str, each: Sequence[Values]) -> int:
        """Run a statement with each of several values; give how many rows they touched in all."""
        if isinstance(self.driver, psycopg.Connection):
            with self.driver.cursor() as cursor:
                cursor.executemany(_for_psycopg(sql), each)
                return cursor.rowcount
        return self.driver.executemany(sql, each).rowcount

    def add_rows(self, rows: list[tuple[int, int, int, int]]) -> None:
        """Add to `counted`: hub, period, fact, n."""
        if not isinstance(self.driver, psycopg.Connection):
            self.driver.executemany(_ROW, rows)
            return
        with self.driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write("".join(f"{h}\t{p}\t{f}\t{n}\n" for h, p, f, n in rows))

    @property
    def _is_postgres(self) -> bool:
        return isinstance(self.driver, psycopg.Connection)

    def _run(self, sql: str, values: Values) -> Any:
        if isinstance(self.driver, psycopg.Connection):
            return self.driver.execute(_for_psycopg(sql), values)
        return self.driver.execute(sql, values)


@cache
def _for_psycopg(sql: str) -> bytes:
    return _NAMED.sub(r"%(\1)s", sql).encode()


def enter(pen: Pen, batch: Batch, heard_at: int, hub_id: int) -> Receipt:
    """Count a batch within the transaction the pen writes in; a refusal asks to roll it back.

    `heard_at` is in milliseconds since 1970. A later revision is held against what stands, and
    refused when the two differ by what tells of few (sync.revisions). An earlier one that comes
    after it is counted already, whatever it holds: nothing of it is written.
    """
    values = _about(batch, hub_id)
    values["hub_id"] = hub_id = _hold(pen, batch.place, heard_at, hub_id)
    if not pen.write(_BATCH, values):
        return _met_before(pen, batch, values)
    if not pen.write(_FIRST_LOAD, values):
        if pen.look(_OTHER_CONTENT, values):
            why = "This revision of the period has been counted already, with other content."
            return _refused(batch, "revision", why)
        stands = pen.look_to_write(_LOAD, values)
        if stands is None or stands[0] >= batch.revision:
            _put_right(pen, batch, values)
            return Receipt(batch.batch_id, Result.ALREADY_COUNTED)
        reason = why_not_after(batch.load, _standing(pen, batch, values))
        if reason is not None:
            return Receipt(batch.batch_id, Result.REFUSED, (reason,))
        _make_way(pen, values, is_rolled=stands[1] == ROLLED)
    _add(pen, batch, values)
    return Receipt(batch.batch_id, Result.COUNTED)


def enter_new(
    pen: Pen, batches: Sequence[Batch], heard_at: int, hub_id: int
) -> tuple[Receipt, ...] | None:
    """Count batches of one hub in as few statements as if they were one, where all are new.

    None when a number or a period of them has been heard of before: then nothing is written.
    """
    hub_id = _hold(pen, batches[0].place, heard_at, hub_id)
    pen.write("SAVEPOINT new", {})
    told = [_about(batch, hub_id) for batch in batches]
    if not all(pen.write_each(sql, told) == len(told) for sql in (_BATCH, _FIRST_LOAD)):
        pen.write("ROLLBACK TO SAVEPOINT new", {})
        return None
    _add_each(pen, batches, told)
    return tuple(Receipt(batch.batch_id, Result.COUNTED) for batch in batches)


def _about(batch: Batch, hub_id: int) -> Values:
    """Give what the tables say of a batch besides its rows."""
    return {
        "hub_id": hub_id,
        "epoch": batch.epoch,
        "n": batch.n,
        "period": period_number(batch.closed_period),
        "revision": batch.revision,
        "not_rolled": NOT_ROLLED,
        "batch_id": bytes.fromhex(batch.batch_id.replace("-", "")),
    }


def _hold(pen: Pen, place: Place, heard_at: int, hub_id: int) -> int:
    """Take hold of a hub until the transaction ends; give its number, which may not be `hub_id`."""
    if pen.write(_HEARD, {"hub_id": hub_id, "at": heard_at}):
        return hub_id
    hub_id = hub_of(pen, place)
    pen.write(_HEARD, {"hub_id": hub_id, "at": heard_at})
    return hub_id


def hub_of(pen: Pen, place: Place, name: str | None = None) -> int:
    """Give a hub’s number; a hub nobody has met yet gets one first, named by its short code."""
    values: Values = {"council": place.council, "hub": place.hub, "name": name or place.hub}
    for attempt in range(64):  # two hubs in a thousand million would share their first
        values["hub_id"] = hub_number(place, attempt)
        if pen.write(_HUB, values) or pen.look(_TAKEN, values) == (place.council, place.hub):
            pen.write(_NEVER_HEARD, values)
            return values["hub_id"]
    raise RuntimeError("no number is free for this hub")


def note_heard(pen: Pen, place: Place, at: int) -> None:
    """Note when a hub was heard, in milliseconds since 1970; never an earlier moment."""
    pen.write(_HEARD, {"hub_id": hub_of(pen, place), "at": at})


def _met_before(pen: Pen, batch: Batch, values: Values) -> Receipt:
    """Answer a number that was used: the same batch again, or something that must not be."""
    found = pen.look(_SAME_NUMBER, values)
    if found and bytes(found[0]) == values["batch_id"]:
        _put_right(pen, batch, values)
        return Receipt(batch.batch_id, Result.ALREADY_COUNTED)
    return _refused(batch, "n", "This number of the hub has been used already, by another batch.")


def _standing(pen: Pen, batch: Batch, values: Values) -> Load:
    """Give what stands of a batch’s period; of a row this version has no word for, only how many.

    Such a row is in no batch that this version reads, so none can take its place.
    """
    number = values["period"]
    kept = {table: pen.look_at_all(sql, values) for table, sql in _KEPT.items()}
    day = last_day(batch.closed_period) or date.max
    totals = (GainTotal(batch.closed_period, *each) for each in kept["gain_total"])
    return Load(
        batch.closed_period,
        values["revision"],
        tuple(row_of(number, FACTS.get(fact, _NO_WORD), n) for fact, n in kept["counted"]),
        tuple(
            Closing(day, opening, visits, json.loads(contacts))
            for opening, visits, contacts in kept["closing"]
        ),
        next(totals, None),
    )


def _make_way(pen: Pen, values: Values, *, is_rolled: bool) -> None:
    """Take away what an earlier revision left."""
    if is_rolled:
        pen.write(_OWE, values)
    for statement in _EMPTY:
        pen.write(statement, values)
    pen.write(_LATER_LOAD, values)


def _put_right(pen: Pen, batch: Batch, values: Values) -> None:
    """Write what stands of this very batch again where rows of it were lost or altered since.

    A hub sends a batch again when our sum of it is not the hub’s. The roll-up has it as it came.
    """
    stands = pen.look_to_write(_LOAD, values)
    if stands is None or stands[0] != values["revision"]:
        return
    kept = {table: sorted(pen.look_at_all(sql, values)) for table, sql in _KEPT.items()}
    total = batch.gain_total
    meant = {
        "counted": sorted((number_of(row), row.n) for row in batch.rows),
        "closing": sorted((c["opening"], c["visits"], c["contacts"]) for c in _closings(batch)),
        "gain_total": [(total.pounds_nearest_100, total.contributors)] if total else [],
    }
    if kept != meant:
        for statement in _EMPTY:
            pen.write(statement, values)
        _add(pen, batch, values)


def _add(pen: Pen, batch: Batch, values: Values) -> None:
    _add_each(pen, (batch,), (values,))


def _add_each(pen: Pen, batches: Sequence[Batch], told: Sequence[Values]) -> None:
    """Add all that batches of one hub carry; `told` is what `_about` gives of each."""
    rows: list[tuple[int, int, int, int]] = []
    closings: list[Values] = []
    totals: list[Values] = []
    for batch, values in zip(batches, told, strict=True):
        hub_id, period = values["hub_id"], values["period"]
        rows += [(hub_id, period, number_of(row), row.n) for row in batch.rows]
        closings += [{**values, **closing} for closing in _closings(batch)]
        if (total := batch.gain_total) is not None:
            gain = {"pounds": total.pounds_nearest_100, "contributors": total.contributors}
            totals.append({**values, **gain})
    if rows:
        pen.add_rows(rows)
    for sql, each in ((_CLOSING, closings), (_GAIN, totals)):
        if each:
            pen.write_each(sql, each)


def _closings(batch: Batch) -> Iterator[Values]:
    for seen in batch.closing_counts:
        contacts = dict(sorted(seen.contacts.items()))  # noughts too: they are part of its sum
        text = json.dumps(contacts, separators=(",", ":"))
        yield {"opening": seen.opening, "visits": seen.visits, "contacts": text}


def _refused(batch: Batch, where: str, why: str) -> Receipt:
    return Receipt(batch.batch_id, Result.REFUSED, (Reason(where, why),))
