"""The centre at scale: what it takes in a second, a nation’s month, and a count over five years."""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.ground import timed
from sync.centre.counts import Choice
from sync.centre.encoding import hub_number, number_of, period_number
from sync.centre.store import Store, open_store
from sync.centre.upkeep import migrate
from sync.codes import DAY, LADDER, MONTH, PERIOD_FIELDS, VOCABULARY
from sync.envelope import Signed, signed, unpack
from sync.periods import period_of
from sync.record import Batch, Load, Number, Place, Row, read, seal
from sync.signing import BATCH, is_signed, signer_of
from tests.support.postgres import Server, server_of_this_run

HUBS = int(os.environ.get("BENCH_CENTRE_HUBS", "200"))
YEARS = int(os.environ.get("BENCH_CENTRE_YEARS", "5"))
WORKERS = int(os.environ.get("BENCH_CENTRE_WORKERS", "2"))
FIRST = date(2026, 1, 5)  # a Monday; a hub opens once a week
COUNCILS = 32
ROWS_OF = {DAY: 18, MONTH: 120, "quarter": 40}  # of a busy hub; what a period has at most
SIGNER = signer_of(Ed25519PrivateKey.from_private_bytes(bytes(32)))
_MEMORY = {"shared_buffers": "1GB", "effective_cache_size": "4GB", "max_wal_size": "4GB"}


def measure() -> Iterator[str]:
    """Say the figures, one line after another."""
    yield f"{HUBS:,} hubs, {YEARS} years, {WORKERS} workers; every commit durable"
    with TemporaryDirectory(prefix="centre") as name, TemporaryDirectory(prefix="run") as run:
        month = _a_month(HUBS)
        rows = sum(each.rows for each in month)
        with server_of_this_run(Path(run), fsync="on", **_MEMORY) as server:
            for engine, where in (
                ("SQLite, one process", str(Path(name) / "centre.db")),
                (f"PostgreSQL, {WORKERS} processes", _new(server, "month")),
            ):
                seconds = _drained(where, month)
                yield (
                    f"{engine}: {rows:,} rows in {len(month):,} signed batches, a month of all"
                    f" hubs, in {seconds:.1f} s: {rows / seconds:,.0f} rows a second"
                )
            yield f"disk, SQLite: {_size(Path(name)) / rows:.0f} bytes a row, everything counted"
            yield from _years(_new(server, "years"))


def _new(server: Server, name: str) -> str:
    server.run(f"CREATE DATABASE {name}")
    done = migrate(server.url(name))
    assert isinstance(done, str), done
    return server.url(name)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


# ------------------------------------------------------------------------------ what hubs send


@dataclass(frozen=True)
class Sent:
    """A signed batch, and how many rows are in it."""

    signed: Signed
    rows: int


def hub(n: int) -> Place:
    """Give the n-th hub."""
    return Place(f"S12{n % COUNCILS:06}", f"H{n}")


def periods(years: int) -> Iterator[tuple[str, str]]:
    """Give every period of a hub that opens once a week, with its field, as they end."""
    day, last = FIRST, FIRST.replace(year=FIRST.year + years)
    while day < last:
        yield DAY, period_of(DAY, day)
        after = day + timedelta(7)
        for field in PERIOD_FIELDS[1:]:
            if period_of(field, after) != period_of(field, day):
                yield field, period_of(field, day)
        day = after


def rows_of(field: str, period: str, chance: Random) -> tuple[Row, ...]:
    """Give the rows a hub has of a period: of what the ladder names, as many as a busy hub."""
    every = [
        (kind, ((field, period), *zip(step[1:], codes, strict=True)))
        for kind, steps in LADDER.items()
        for step in steps[:2]
        if step[0] == field
        for codes in product(*(VOCABULARY[name] for name in step[1:]))
    ]
    chosen = chance.sample(every, min(len(every), ROWS_OF[field]))
    return tuple(sorted(Row(kind, facts, chance.randint(5, 40)) for kind, facts in chosen))


def _a_month(hubs: int) -> list[Sent]:
    """Seal and sign what all hubs send in a month: that is theirs to do, and is not measured."""
    parts = [range(first, hubs, WORKERS) for first in range(WORKERS)]
    with ProcessPoolExecutor(WORKERS) as pool:
        found = [each for part in pool.map(_sealed, parts) for each in part]
    Random(1).shuffle(found)
    return found


def _sealed(hubs: Iterable[int]) -> list[Sent]:
    months = [each for each in periods(1) if each[1].startswith(("2026-01", "2026-Q1"))]
    found: list[Sent] = []
    for n in hubs:
        for number, (field, period) in enumerate(months, 1):
            rows = rows_of(field, period, Random(f"{n}/{period}"))
            body = seal(hub(n), Number(n, number), Load(period, 1, rows)).body
            found.append(Sent(signed(SIGNER, BATCH, hub(n), body), len(rows)))
    return found


# --------------------------------------------------------------------------- what the centre does


def _drained(where: str, batches: Sequence[Sent]) -> float:
    """Let the centre take every batch, its doors apart; gives seconds until all is durable."""
    if "://" not in where:
        store = _opened(where)
        begun = time.perf_counter()
        with ThreadPoolExecutor(WORKERS) as threads:
            list(threads.map(lambda sent: _take(store, sent), batches))
        seconds = time.perf_counter() - begun
        store.close()
        return seconds
    parts = [(where, batches[first::WORKERS]) for first in range(WORKERS)]
    with ProcessPoolExecutor(WORKERS) as pool:
        list(pool.map(_opened_and_closed, [where] * WORKERS))  # every worker is up and warm
        begun = time.perf_counter()
        list(pool.map(_take_all, parts))
        return time.perf_counter() - begun


def _opened(where: str) -> Store:
    store = open_store(where)
    assert isinstance(store, Store), store
    return store


def _opened_and_closed(where: str) -> None:
    _opened(where).close()


def _take_all(part: tuple[str, Sequence[Sent]]) -> None:
    where, batches = part
    store = _opened(where)
    for sent in batches:
        _take(store, sent)
    store.close()


def _take(store: Store, sent: Sent) -> None:
    """Do all that a worker does with a batch but for HTTP."""
    one = sent.signed
    assert is_signed(SIGNER.public, BATCH, one.place, one.wire, one.signature)
    body = unpack(one.wire)
    assert isinstance(body, bytes)
    batch = read(body)
    assert isinstance(batch, Batch), batch
    receipt = store.receive(batch, heard_at=0)
    assert receipt.result == "counted", receipt


# ----------------------------------------------------------------------------------- five years


def _years(where: str) -> Iterator[str]:
    begun = time.perf_counter()
    rows = _filled(where)
    yield f"{rows:,} rows of {YEARS} years written by COPY in {time.perf_counter() - begun:.0f} s"
    size = _disk(where)
    yield f"disk, PostgreSQL: {size / rows:.0f} bytes a row with its index, batches and loads"
    store = _opened(where)
    yield f"  a count over all of it, added up plainly: {_ask(store, Choice(), 1)}"
    begun = time.perf_counter()
    loads = store.roll_up()
    seconds = time.perf_counter() - begun
    yield f"rolled up: {rows / seconds:,.0f} rows a second ({loads:,} loads in {seconds:.0f} s)"
    _newest_not_rolled(where)
    for about, choice in (
        ("every hub, every year, a day’s batches of every hub not rolled up", Choice()),
        ("the same, one kind", Choice(kind="need")),
        ("every hub, one year", Choice(period=f"{FIRST.year + YEARS - 1}")),
        ("one council, every year", Choice(council=hub(0).council)),
        ("one hub, every year", Choice(hub=hub(0).hub)),
    ):
        yield f"  {about}: {_ask(store, choice, 9)}"
    with store.reading() as reading:
        monthly = timed(lambda: reading.monthly(Choice()), 5)
        by_hub = timed(lambda: reading.by_hub(Choice(period="2026-Q2", kind="need")), 5)
    yield f"  every month apart, for the trends: {monthly.median:.0f} ms"
    yield f"  every hub apart, one quarter and kind: {by_hub.median:.0f} ms"
    store.close()


def _ask(store: Store, choice: Choice, times: int) -> str:
    def ask() -> None:
        with store.reading() as reading:
            reading.sums(choice)

    figure = timed(ask, times)
    return f"{figure.median:.0f} ms" + (f" (p95 {figure.p95:.0f})" if times > 1 else "")


def _filled(where: str) -> int:
    """Write every hub’s years as they would have come: period by period, hub after hub."""
    chance = Random(2)
    numbers = [hub_number(hub(n)) for n in range(HUBS)]
    made = 0
    with psycopg.connect(where) as connection, connection.cursor() as cursor:
        lines = "".join(
            f"{i}\t{hub(n).council}\t{hub(n).hub}\tHub\n" for n, i in enumerate(numbers)
        )
        _copy(cursor, "hub (hub_id, council, hub, name)", lines)
        _copy(cursor, "heard (hub_id, heard_at)", "".join(f"{i}\t0\n" for i in numbers))
        for at, (field, period) in enumerate(periods(YEARS), 1):
            number = period_number(period)
            tails = [_tails(rows_of(field, period, chance)) for _ in range(20)]
            chosen = [(i, chance.choice(tails)) for i in numbers]
            text = "".join(f"{i}\t{number}\t{tail}" for i, rows in chosen for tail in rows)
            _copy(cursor, "counted (hub_id, period, fact, n)", text)
            _copy(
                cursor,
                "load (hub_id, period, revision, rolled)",
                "".join(f"{i}\t{number}\t1\t0\n" for i in numbers),
            )
            _copy(
                cursor,
                "batch (hub_id, epoch, n, period, revision, batch_id)",
                "".join(
                    f"{i}\t{i}\t{at}\t{number}\t1\t\\\\x{chance.getrandbits(128):032x}\n"
                    for i in numbers
                ),
            )
            made += sum(len(rows) for _, rows in chosen)
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return made


def _tails(rows: Iterable[Row]) -> list[str]:
    return [f"{number_of(row)}\t{row.n}\n" for row in rows]


def _copy(cursor: psycopg.Cursor, into: str, text: str) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy:
        copy.write(text)


def _disk(where: str) -> int:
    """Give the bytes of everything that grows with the rows, indexes too."""
    with psycopg.connect(where) as connection:
        found = connection.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
            " AND (relname LIKE 'counted_%' OR relname IN ('load', 'batch'))"
        ).fetchone()
    assert found
    return int(found[0])


_NEWEST = (
    """
    UPDATE load SET rolled = 0
    WHERE period = (SELECT max(period) FROM load WHERE (period & 63) < 40)
    """,
    """
    INSERT INTO owed (hub_id, period, fact, n)
    SELECT c.hub_id, c.period, c.fact, c.n FROM counted c JOIN load USING (hub_id, period)
    WHERE rolled = 0
    """,
)


def _newest_not_rolled(where: str) -> None:
    """Make a day’s batches of every hub as if they had just come: owed, so that sums stand."""
    with psycopg.connect(where) as connection:
        for statement in _NEWEST:
            connection.execute(statement.encode())
