"""The log as tablets share it: what is held of each origin, what a peer lacks, what it brings."""

import hashlib
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from hub_app.core.clock import COUNTER_LIMIT, MILLIS_LIMIT, is_plausible
from hub_app.core.events import Entry
from hub_app.store.database import atomic
from hub_app.store.log import COLUMNS, Log, entry_of

BODY_LIMIT = 16 * 1024  # characters of one fact: one always fits into a message
WORD_LIMIT = 200  # of an id or a kind
_VERSION_LIMIT = 1 << 31
_N_LIMIT = 1 << 53
UNREADABLE = "unreadable"  # stands where a fact nobody could keep would have stood
GONE = "gone"  # stands where a fact of a destroyed session stood
_DIGEST_LENGTH = 16  # hex characters: enough to tell two facts of one number apart
# So that what is held always fits into one message: a hall has some dozens of databases. Beyond
# the first number only those are taken that begin with the roster, as every paired tablet's does.
ORIGINS_TAKEN = 200
ORIGINS_HELD = 320
_ORIGIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ROSTER = "roster"
_SINCE_LENGTH = 16  # digits of a number
_KIND = 6  # of the columns
_log = logging.getLogger(__name__)

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Received:
    """What came of facts a peer sent: those that were new here, and what was odd about others.

    `gap`: some could not be kept because others before them are missing. `forked` counts facts that
    differ from the one held here under the same number; `unreadable` those set aside.
    """

    entries: tuple[Entry, ...] = ()
    gap: bool = False
    forked: int = 0
    unreadable: int = 0


def digest(row: Row) -> str:
    """Give the short digest by which two facts of one number are told apart."""
    text = json.dumps(list(row), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_LENGTH]


class Shared:
    """One tablet's log, as its peers see it. Counts and digests are kept at hand, not in a file."""

    _vector: dict[str, int]
    _gone: dict[str, int]  # the last empty place of each origin
    _tips: dict[str, dict[int, list[str]]]  # by origin, then by what they begin behind

    def __init__(self, log: Log) -> None:
        """Stand on an open log."""
        self._log = log
        self._look()

    def _look(self) -> None:
        conn = self._log.db.conn
        rows = conn.execute("SELECT origin, max(n) FROM event GROUP BY origin")
        self._vector = {str(origin): int(n) for origin, n in rows}
        rows = conn.execute(
            f"SELECT origin, max(n) FROM event WHERE kind = '{GONE}' GROUP BY origin"  # noqa: S608 constant
        )
        self._gone = {str(origin): int(n) for origin, n in rows}
        self._destroyed = {
            str(session) for (session,) in conn.execute("SELECT session FROM destroyed")
        }
        self._tips = {}
        self._forks = self._count("SELECT count(*) FROM fork")
        self._unreadable = self._count(
            f"SELECT count(*) FROM event WHERE kind = '{UNREADABLE}'"  # noqa: S608 constant
        )

    def _count(self, sql: str) -> int:
        return int(self._log.db.conn.execute(sql).fetchone()[0])

    @property
    def origin(self) -> str:
        """The id this tablet's database writes as."""
        return self._log.origin

    @property
    def vector(self) -> Mapping[str, int]:
        """The highest n held without a gap, by origin."""
        return self._vector

    @property
    def forks(self) -> int:
        """How many facts a peer holds under a number that is another fact's here."""
        return self._forks

    @property
    def unreadable(self) -> int:
        """How many facts were set aside because nobody could keep them as they came."""
        return self._unreadable

    def forget(self) -> None:
        """Begin again, on a log from which something or everything is gone."""
        self._look()

    def wrote(self, entries: Sequence[Entry]) -> None:
        """Take notice of what this tablet itself appended."""
        for entry in entries:
            self._vector[entry.origin] = entry.n

    def tips(self) -> dict[str, str]:
        """Give the digest of each origin’s last fact and of all before it that stand.

        Of all: two facts of one number would else be hidden by equal ones that came after. It
        begins behind the last empty place, and says so: `number/digest`.
        """
        found: dict[str, str] = {}
        for origin, n in self._vector.items():
            since = self._gone.get(origin, 0)
            tip = self.digest_at(origin, n, since) or ""
            found[origin] = f"{since}/{tip}" if since and tip else tip
        return found

    def digest_at(self, origin: str, n: int, since: int = 0) -> str | None:
        """Give the digest of a fact and of all before it down to `since`.

        None when not all of them are held here: a digest of destroyed facts could be guessed at,
        so none is kept of them.
        """
        if not self._gone.get(origin, 0) <= since < n <= self._vector.get(origin, 0):
            return None
        chains = self._tips.setdefault(origin, {})
        if since not in chains:
            # Our own, and the latest that a peer who has destroyed more begins with.
            ours = self._gone.get(origin, 0)
            self._tips[origin] = chains = {ours: chains.get(ours, []), since: []}
        known = chains[since]
        if len(known) < n - since:
            rows = self._log.db.conn.execute(
                f"SELECT {COLUMNS} FROM event WHERE origin = ? AND n > ? AND n <= ? ORDER BY n",  # noqa: S608 constant
                [origin, since + len(known), n],
            ).fetchall()
            for row in rows:
                known.append(digest((*known[-1:], *row)))
        return known[n - since - 1] if len(known) >= n - since else None

    def _row(self, origin: str, n: int) -> Row | None:
        return cast(
            Row | None,
            self._log.db.conn.execute(
                f"SELECT {COLUMNS} FROM event WHERE origin = ? AND n = ?",  # noqa: S608 constant
                [origin, n],
            ).fetchone(),
        )

    def after(
        self, vector: Mapping[str, int], most: int, only: Sequence[str] | None = None
    ) -> tuple[tuple[Any, ...], ...]:
        """Give up to `most` facts that a holder of `vector` lacks, in order within each origin.

        `only` names the origins to look at. Facts come in the order this tablet came to hold them
        as far as that can be, so that what speaks of a visit comes after the visit.
        """
        lacking = [
            (origin, vector.get(origin, 0))
            for origin in sorted(self._vector if only is None else only)
            if self._vector.get(origin, 0) > vector.get(origin, 0)
        ]
        found: list[tuple[Any, ...]] = []
        for origin, held in lacking:
            found += self._log.db.conn.execute(
                f"SELECT seq, {COLUMNS} FROM event WHERE origin = ? AND n > ?"  # noqa: S608 constant
                " ORDER BY n LIMIT ?",
                [origin, held, most],
            ).fetchall()
        # By seq: n of one origin rises with it, for facts are only kept without a gap.
        return tuple(row[1:] for row in sorted(found)[:most])

    def receive(self, rows: Sequence[object], wall_millis: int) -> Received:
        """Keep what is new of facts a peer sent, in one durable transaction.

        What is held already changes nothing. A fact nobody could keep is set aside under its number
        so that those behind it are not held up; one of a destroyed session leaves an empty place.
        Raises DiskFull; then nothing of them is kept.
        """
        fresh: list[tuple[Entry, bool]] = []
        vector, gap, forks, unreadable = dict(self._vector), False, list[Row](), 0
        for raw in rows:
            place = _place(raw)
            if place is None:
                unreadable += 1
                continue
            origin, n = place
            held = vector.get(origin, 0)
            if n <= held:
                known = self._row(origin, n)
                if known is not None and _is_whole(raw) and _are_two(cast(Row, raw), known):
                    forks.append(cast(Row, raw))
                continue
            if not held and not _may_begin(origin, raw, len(vector)):
                _log.warning("facts of one more database are refused: %.16s", origin)
                continue
            if n > held + 1:
                gap = True
                continue
            entry = _read(raw, origin, n)
            if entry.kind == GONE or entry.session in self._destroyed:
                entry = _empty(origin, n, GONE)
            unreadable += entry.kind == UNREADABLE
            fresh.append((entry, not is_plausible(entry.stamp, wall_millis)))
            vector[origin] = n
        if fresh or forks:
            self._keep(fresh, forks)
        self._vector = vector
        self._gone |= {entry.origin: entry.n for entry, _ in fresh if entry.kind == GONE}
        self._forks += len(forks)
        self._unreadable += unreadable
        return Received(tuple(entry for entry, _ in fresh), gap, len(forks), unreadable)

    def _keep(self, fresh: Sequence[tuple[Entry, bool]], forks: Sequence[Row]) -> None:
        with atomic(self._log.db):
            for is_ahead in (False, True):
                self._log.insert((e for e, a in fresh if a is is_ahead), is_ahead=is_ahead)
            self._log.db.conn.executemany(
                "INSERT INTO fork (origin, n, theirs) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(row[0], row[1], json.dumps(list(row), ensure_ascii=False)) for row in forks],
            )
        self._log.adopt(entry.stamp for entry, is_ahead in fresh if not is_ahead)

    def differs(self, origin: str, n: int, tip: str) -> bool:
        """Say whether a peer's fact under this number is another than ours, and remember it.

        Of two tablets the one that has destroyed less can say so.
        """
        since, theirs = _since(tip)
        ours = self.digest_at(origin, n, since)
        if ours is None or not theirs or ours == theirs:
            return False
        with atomic(self._log.db):
            # Once for each origin: what comes after the two facts differs as well.
            made = self._log.db.conn.execute(
                "INSERT INTO fork (origin, n, theirs) SELECT ?1, ?2, ?3"
                " WHERE NOT EXISTS (SELECT 1 FROM fork WHERE origin = ?1)",
                [origin, n, tip],
            )
        self._forks += made.rowcount
        return True


def entry_in(raw: object) -> Entry | None:
    """Give the fact a row stands for that came outside the log's order; None when it is no fact."""
    return entry_of(cast(Row, raw)) if _place(raw) is not None and _is_whole(raw) else None


def _place(raw: object) -> tuple[str, int] | None:
    """Give origin and number of what came, or None when not even these can be read."""
    if not isinstance(raw, list | tuple) or len(cast(Row, raw)) < 2:
        return None
    origin, n = cast(Row, raw)[:2]
    is_known = _is_word(origin) and bool(origin) and type(n) is int and 0 < n < _N_LIMIT
    return (cast(str, origin), cast(int, n)) if is_known else None


def _may_begin(origin: str, raw: object, held: int) -> bool:
    """Say whether a database never heard of may be taken in beside so many others."""
    if held >= ORIGINS_TAKEN and not (
        held < ORIGINS_HELD and _is_whole(raw) and cast(Row, raw)[4] == _ROSTER
    ):
        return False
    return _ORIGIN.fullmatch(origin) is not None


def _is_word(value: object, limit: int = WORD_LIMIT) -> bool:
    if not isinstance(value, str) or len(value) > limit:
        return False
    try:
        value.encode()  # half a surrogate pair could never be written
    except UnicodeEncodeError:
        return False
    return True


def _is_below(value: object, limit: int) -> bool:
    return type(value) is int and 0 <= value < limit


def _is_whole(raw: object) -> bool:
    """Say whether a row can be kept as it came; what its kind and body mean is not asked."""
    row = cast(Row, raw)
    if len(row) != len(COLUMNS.split(",")):
        return False
    _origin, _n, millis, counter, session, visit, kind, version, body = row
    return (
        _is_below(millis, MILLIS_LIMIT)
        and _is_below(counter, COUNTER_LIMIT)
        and _is_word(session)
        and (visit is None or _is_word(visit))
        and _is_word(kind)
        and _is_below(version, _VERSION_LIMIT)
        and _is_word(body, BODY_LIMIT)
    )


def _read(raw: object, origin: str, n: int) -> Entry:
    if _is_whole(raw):
        return entry_of(cast(Row, raw))
    return _empty(origin, n, UNREADABLE)


def _empty(origin: str, n: int, kind: str) -> Entry:
    # The same wherever something was set aside or destroyed, so that logs are equal in the end.
    return entry_of((origin, n, 0, 0, "", None, kind, 0, "{}"))


def _are_two(theirs: Row, ours: Row) -> bool:
    """Say whether two rows of one number are two facts; what is destroyed was the same once."""
    return tuple(theirs) != tuple(ours) and GONE not in (theirs[_KIND], ours[_KIND])


def _since(tip: str) -> tuple[int, str]:
    """Give the number a peer’s digest begins behind, and the digest; an empty one for nonsense."""
    since, slash, theirs = tip.rpartition("/")
    if not slash:
        return 0, theirs
    is_number = since.isascii() and since.isdecimal() and len(since) <= _SINCE_LENGTH
    return (int(since), theirs) if is_number else (0, "")
