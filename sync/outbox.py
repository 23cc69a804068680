"""The outbox: sealed batches, packed once, kept for ever, and what the centre said of each."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Self

from sqlite_utils import Database

from sync.endpoint import Receipt, Result
from sync.envelope import Envelope, Signed, Unpackable, pack, signed, unpack
from sync.kept import (
    Refused,
    State,
    Totals,
    reasons_of,
    sum_from,
    text_of,
    text_of_sum,
    told_of,
)
from sync.manifest import Manifest, PeriodSum, manifest_body
from sync.outbox_file import OutboxRefusal, open_file, refusal_of
from sync.record import Place, Sealed, last_day
from sync.signing import BATCH, MANIFEST, Signer

__all__ = ["Outbox", "OutboxRefusal", "Refused", "Totals"]

_STATES: Final[Mapping[Result, State]] = {
    Result.COUNTED: State.SETTLED,
    Result.ALREADY_COUNTED: State.SETTLED,
    Result.REFUSED: State.REFUSED,
    Result.QUARANTINED: State.QUARANTINED,
}
_RESULTS: Final = {state: result for result, state in reversed(_STATES.items())}
_DAY_MONTH_QUARTER: Final = "last_day, length(period) DESC, period, id"  # the oldest goes first
# The batch that stands for its period: of the highest revision, and of two the later one taken.
_LATEST: Final = """SELECT id FROM (SELECT id, row_number() OVER (
    PARTITION BY place, period ORDER BY revision DESC, id DESC) AS nth
    FROM batch WHERE state != 'superseded') WHERE nth = 1"""
_BY_A_PERSON: Final = 2  # `is_asked_again`; 1 is by the centre

log = logging.getLogger(__name__)


class Outbox:
    """The one writer of outbox.db; it holds only what has passed the gate."""

    def __init__(self, db: Database, signer: Signer) -> None:
        self._db = db
        self._conn = db.conn
        self._signer = signer

    @classmethod
    def open(cls, path: Path | str, signer: Signer) -> Self | OutboxRefusal:
        """Open or make the outbox at a path, or say what is in the way; then nothing changed."""
        db = open_file(Path(path))
        return cls(db, signer) if isinstance(db, Database) else db

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def signer(self) -> Signer:
        """The key that what leaves from here is signed with."""
        return self._signer

    def begin_again(self, signer: Signer) -> OutboxRefusal | None:
        """Sign as another from here on, who stands by nothing that was not counted.

        What is taken in once more waits again.
        """
        self._signer = signer
        return self._write(self._begin_again)

    def take(self, sealed: Iterable[Sealed]) -> OutboxRefusal | None:
        """Take in sealed batches that may go, all or none; those it has it passes over.

        A higher revision of a period takes the place of the lower ones that were not counted.
        What is no batch at all is passed over, and logged.
        """
        return self._write(lambda: self._take(tuple(sealed)))

    def withdraw(self, batch_ids: Iterable[str]) -> OutboxRefusal | None:
        """Let go of batches that the hub no longer stands by; those that were counted stay.

        One that is taken in once more, where nothing else stands for its period, waits again.
        """
        return self._write(lambda: self._withdraw(tuple(batch_ids)))

    def settle(self, *receipts: Receipt) -> OutboxRefusal | None:
        """Note what the centre said of batches; once it has counted one, nothing else is true.

        A receipt of a batch that is not here, or without an id, changes nothing.
        """
        return self._write(lambda: self._settle(receipts))

    def hear(self, receipts: Iterable[Receipt]) -> OutboxRefusal | None:
        """Note what the centre said to other tablets; may be repeated.

        Of what the centre has since asked this tablet for again, nothing; of what a person has,
        nothing but that it is there. What was said before that is no answer to it.
        """
        return self._write(lambda: self._hear(tuple(receipts)))

    def again(self, periods: Iterable[str]) -> OutboxRefusal | None:
        """Let the batches the centre should have, and has not, wait once more.

        Those it refused or keeps in quarantine stay so: a person has to see to them.
        """
        return self._write(lambda: self._again(tuple(periods)))

    def try_again(self) -> OutboxRefusal | None:
        """Let what the centre refused wait once more: a person asks for it."""
        return self._write(self._try_again)

    def agree(self, place: Place, periods: Iterable[PeriodSum]) -> OutboxRefusal | None:
        """Note that the centre holds just what these sums say: a manifest is a receipt too."""
        return self._write(lambda: self._agree(_at(place), tuple(periods)))

    def waiting(self) -> tuple[Envelope, ...]:
        """Give the batches that no receipt has named yet, oldest period first, signed."""
        return tuple(self.envelope(each) for each in self.waiting_ids())

    def waiting_ids(self) -> tuple[str, ...]:
        """Give the ids of the batches that wait, oldest period first."""
        found = self._conn.execute(
            f"SELECT batch_id FROM batch WHERE state = ? ORDER BY {_DAY_MONTH_QUARTER}",  # noqa: S608
            (State.WAITING,),
        )
        return tuple(str(batch_id) for (batch_id,) in found.fetchall())

    def envelope(self, batch_id: str) -> Envelope:
        """Give a batch ready to travel. Ed25519 signs the same bytes alike; KeyError: not here."""
        found = self._conn.execute(
            "SELECT place, wire, period, revision FROM batch WHERE batch_id = ?", (batch_id,)
        ).fetchone()
        if found is None:
            raise KeyError(batch_id)
        at, wire, period, revision = found
        place, signer = Place(*str(at).split("/", 1)), self._signer
        signature = signer.sign(BATCH, place, wire)
        return Envelope(place, signer.key_id, signature, wire, batch_id, str(period), int(revision))

    def letter(self, manifest: Manifest) -> Signed:
        """Give a manifest packed and signed, ready to travel."""
        return signed(self._signer, MANIFEST, manifest.place, manifest_body(manifest))

    def batches(self) -> tuple[Sealed, ...]:
        """Give the batch that stands for each period, whatever its state, oldest period first."""
        found = self._conn.execute(
            f"""SELECT batch_id, period, revision, wire FROM batch WHERE id IN ({_LATEST})
            ORDER BY {_DAY_MONTH_QUARTER}"""  # noqa: S608
        ).fetchall()
        return tuple(Sealed(str(i), str(p), int(r), _body(wire)) for i, p, r, wire in found)

    def sums(self, place: Place) -> tuple[PeriodSum, ...]:
        """Give what a manifest of a hub says it sealed, oldest period first."""
        found = self._conn.execute(
            f"""SELECT period, revision, sums FROM batch WHERE id IN ({_LATEST})
            AND place = ? AND sums IS NOT NULL ORDER BY {_DAY_MONTH_QUARTER}""",  # noqa: S608
            (_at(place),),
        ).fetchall()
        return tuple(sum_from(str(p), int(r), str(sums)) for p, r, sums in found)

    def standing(self, place: Place) -> Mapping[str, str]:
        """Give the id of the batch that stands for each period of a hub."""
        found = self._conn.execute(
            f"SELECT period, batch_id FROM batch WHERE id IN ({_LATEST}) AND place = ?",  # noqa: S608
            (_at(place),),
        ).fetchall()
        return {str(period): str(batch_id) for period, batch_id in found}

    def arrived(self) -> Mapping[str, Result]:
        """Give what the centre said, by batch id, of each batch that it spoke of."""
        found = self._conn.execute("SELECT batch_id, state FROM batch ORDER BY id").fetchall()
        return {str(i): _RESULTS[State(state)] for i, state in found if state in _RESULTS}

    def refused(self) -> tuple[Refused, ...]:
        """Give what the centre has not counted, with its reasons, oldest period first."""
        found = self._conn.execute(
            f"""SELECT batch_id, period, revision, reasons, state FROM batch
            WHERE state IN (?, ?) ORDER BY {_DAY_MONTH_QUARTER}""",  # noqa: S608
            (State.REFUSED, State.QUARANTINED),
        ).fetchall()
        return tuple(
            Refused(str(i), str(p), int(r), reasons_of(reasons), state == State.QUARANTINED)
            for i, p, r, reasons, state in found
        )

    def totals(self) -> Totals:
        """Count the batches in each state."""
        found = self._conn.execute("SELECT state, count(*) FROM batch GROUP BY state").fetchall()
        return Totals(**{str(state): int(n) for state, n in found})

    def _write(self, change: Callable[[], None]) -> OutboxRefusal | None:
        try:
            with self._db.atomic():
                return change()
        except sqlite3.Error as fault:
            refusal = refusal_of(fault)
            if refusal is None:
                raise
            return refusal

    def _take(self, sealed: tuple[Sealed, ...]) -> None:
        found = self._conn.execute("SELECT batch_id, state FROM batch").fetchall()
        states = {str(batch_id): State(state) for batch_id, state in found}
        for each in sealed:
            if states.get(each.batch_id, State.SUPERSEDED) is not State.SUPERSEDED:
                continue
            place, sums = told_of(each)
            if place is None:
                log.warning("batch %s has no place in it; it is not taken", each.batch_id)
                continue
            if each.batch_id not in states:
                self._add(_at(place), each, sums)
                states[each.batch_id] = State.WAITING
            self._line_up(_at(place), each)

    def _add(self, place: str, sealed: Sealed, sums: str | None) -> None:
        end, wire = str(last_day(sealed.period)), pack(sealed.body)
        self._conn.execute(
            """INSERT INTO batch (batch_id, period, revision, place, last_day, wire, sums, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'superseded')""",
            (sealed.batch_id, sealed.period, sealed.revision, place, end, wire, sums),
        )

    def _line_up(self, place: str, sealed: Sealed) -> None:
        """Let a batch wait unless a higher revision stands; then let the lower ones go."""
        about = (place, sealed.period, sealed.revision)
        self._conn.execute(
            """UPDATE batch SET state = 'waiting' WHERE batch_id = ? AND NOT EXISTS (
                SELECT 1 FROM batch WHERE place = ? AND period = ? AND revision > ?
                AND state != 'superseded')""",
            (sealed.batch_id, *about),
        )
        self._conn.execute(
            """UPDATE batch SET state = 'superseded' WHERE place = ? AND period = ?
            AND revision < ? AND state IN ('waiting', 'refused', 'quarantined')""",
            about,
        )

    def _withdraw(self, batch_ids: tuple[str, ...]) -> None:
        self._conn.execute(
            """UPDATE batch SET state = 'superseded' WHERE state != 'settled'
            AND batch_id IN (SELECT value FROM json_each(?))""",
            (json.dumps(batch_ids),),
        )

    def _begin_again(self) -> None:
        self._conn.execute("UPDATE batch SET state = 'superseded' WHERE state != 'settled'")

    def _settle(self, receipts: Iterable[Receipt]) -> None:
        self._conn.executemany(
            """UPDATE batch SET state = ?, reasons = ?
            WHERE batch_id = ? AND (state = 'waiting' OR ? AND state != 'settled')""",
            [_settled(each) for each in receipts],
        )

    def _hear(self, receipts: tuple[Receipt, ...]) -> None:
        found = self._conn.execute(
            "SELECT batch_id, is_asked_again FROM batch WHERE is_asked_again AND state != 'settled'"
        )
        asked = {str(batch_id): int(by) for batch_id, by in found}

        def is_news(each: Receipt) -> bool:
            by, is_there = asked.get(each.batch_id or ""), _STATES[each.result] is State.SETTLED
            return by is None or (by == _BY_A_PERSON and is_there)

        self._settle(filter(is_news, receipts))

    def _again(self, periods: tuple[str, ...]) -> None:
        self._conn.execute(
            f"""UPDATE batch SET state = 'waiting', is_asked_again = 1 WHERE state = 'settled'
            AND period IN (SELECT value FROM json_each(?)) AND id IN ({_LATEST})""",  # noqa: S608
            (json.dumps(periods),),
        )

    def _try_again(self) -> None:
        self._conn.execute(
            f"""UPDATE batch SET state = 'waiting',
            is_asked_again = CASE is_asked_again WHEN 0 THEN ? ELSE is_asked_again END
            WHERE state = 'refused' AND id IN ({_LATEST})""",  # noqa: S608
            (_BY_A_PERSON,),
        )

    def _agree(self, place: str, periods: tuple[PeriodSum, ...]) -> None:
        self._conn.executemany(
            """UPDATE batch SET state = 'settled', reasons = '[]' WHERE place = ? AND period = ?
            AND revision = ? AND sums = ? AND state IN ('waiting', 'refused', 'quarantined')""",
            [(place, each.period, each.revision, text_of_sum(each)) for each in periods],
        )


def _settled(receipt: Receipt) -> tuple[str, str, str | None, bool]:
    """Give what a receipt changes: state, reasons, of which batch, and whether that is counted."""
    state = _STATES[receipt.result]
    is_there = state is State.SETTLED
    return state, text_of(() if is_there else receipt.reasons), receipt.batch_id, is_there


def _at(place: Place) -> str:
    return f"{place.council}/{place.hub}"


def _body(wire: bytes) -> bytes:
    body = unpack(wire)
    if isinstance(body, Unpackable):  # looked at when the file was opened
        raise ValueError(body.why)  # noqa: TRY004
    return body
