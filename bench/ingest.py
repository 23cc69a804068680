"""The same rows from a hub to its centre, durable at both ends: by us, by PouchDB, by Datasette."""

import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench import lan_pouch
from bench.ingest_datasette import Datasette
from bench.lan_driven import Driven
from sync.codes import DAY, LADDER, PERIOD_FIELDS, VOCABULARY
from sync.company import alone
from sync.courier import Courier, Means
from sync.endpoint import HUB, KEY, SEVERAL, Result
from sync.envelope import SEVERAL_MOST, several_body, signed
from sync.http import HttpEndpoint
from sync.outbox import Outbox, OutboxRefusal
from sync.periods import field_of
from sync.record import KINDS, Load, Number, Place, Row, Sealed, seal
from sync.signing import BATCH, Signer, SigningRefused, open_signer
from tests.support.postgres import server_of_this_run

ROWS = 10_000
ROUNDS = 3
FIRST_YEAR = 2023  # whatever is sent is of a period that is over
PLACE = Place("S12000042", "BENCH")
HERE = Path(__file__).parent / "pouch"
DEFAULT, LARGE = 0, 500


def measure() -> Iterator[str]:
    """Say the figures, one line after another."""
    batches = made_batches(ROWS)
    rows = [row for load in batches for row in load.rows]
    yield f"{len(rows):,} rows in {len(batches)} batches; medians of {ROUNDS}, rows a second"
    with TemporaryDirectory(prefix="ingest") as folder:
        ours: dict[str, float] = {}
        for engine, where in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
            figures = [_ours(Path(folder), where, batches, f"{engine}{n}") for n in range(ROUNDS)]
            ours[engine] = statistics.median(drained for drained, _ in figures)
            whole = statistics.median(whole for _, whole in figures)
            yield f"ours → {engine}: {ours[engine]:,.0f}; from before the outbox {whole:,.0f}"
            for workers, hubs in ((1, 1), (2, 4)) if engine == "PostgreSQL" else ((1, 1),):
                place = Path(folder) / f"{engine}-{workers}"
                alone = [
                    _alone(place / f"{n}", where, batches, workers, hubs) for n in range(ROUNDS)
                ]
                said = f"our centre alone, workers: {workers}, hubs at once: {hubs} → {engine}"
                yield f"{said}: {statistics.median(alone):,.0f}"
        documents = [_document(row) for row in rows]
        yield from _beside(Path(folder), documents, ours)


def made_batches(n: int) -> list[Load]:
    """Give batches of days, months and quarters like a busy hub’s, of about so many rows in all."""
    chance = random.Random(1)
    found: list[Load] = []
    for day in range(1000):
        year, rest = divmod(day, 48)
        month, week = divmod(rest, 4)
        period = f"{FIRST_YEAR + year}-{month + 1:02}-{week * 7 + 1:02}"
        ends = [period] + ([period[:7]] if week == 3 else [])
        for each in ends:
            if n <= 0:
                return found
            load = _load(each, chance)
            n -= len(load.rows)
            found.append(load)
    return found


def _load(period: str, chance: random.Random) -> Load:
    """Give the rows of a period: every combination the record allows, as often as at a busy hub."""
    field = field_of(period) or DAY
    rows: list[Row] = []
    for kind in KINDS:
        step = next((step for step in LADDER[kind] if step[0] == field), None)
        if step is None:
            continue
        names = [name for name in step if name not in PERIOD_FIELDS]
        for codes in product(*(VOCABULARY[name] for name in names)):
            if chance.random() < 0.6:
                facts = ((field, period), *zip(names, codes, strict=True))
                rows.append(Row(kind, facts, chance.randint(5, 90)))
    lonely = {kind for kind, _ in alone(rows)}  # no gate lets these go, and no centre takes them
    return Load(period, 1, tuple(sorted(row for row in rows if row.kind not in lonely)))


def _document(row: Row) -> dict[str, str | int]:
    facts = dict(row.facts)
    name = "/".join((row.kind, *facts.values()))
    return {
        "_id": name,
        "council": PLACE.council,
        "hub": PLACE.hub,
        "kind": row.kind,
        **facts,
        "n": row.n,
    }


# --- ours ----------------------------------------------------------------------------------


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield str(folder / "centre.db")


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    with server_of_this_run(folder, fsync="on") as server, server.database() as url:
        yield url


def _ours(
    folder: Path, where: Callable[[Path], object], batches: Sequence[Load], name: str
) -> tuple[float, float]:
    """Drain an outbox into a centre that is a process of its own; gives rows a second.

    First from an outbox that is full, as what is measured beside it starts; then with the time in
    which it was filled.
    """
    place = folder / name
    signer = _signer(place)
    sealed = [seal(PLACE, Number(1, n), load) for n, load in enumerate(batches, 1)]
    with where(place) as data, _centre(data, {PLACE: signer}) as address:  # type: ignore[attr-defined]
        filling, draining = asyncio.run(_drained(place, signer, sealed, address))
        answer = httpx.get(f"{address}v1/counts").json()["rows"]
    rows = sum(len(load.rows) for load in batches)
    assert len(answer) == rows, (len(answer), rows)
    return rows / draining, rows / (filling + draining)


def _alone(
    place: Path,
    where: Callable[[Path], object],
    batches: Sequence[Load],
    workers: int,
    at_once: int,
) -> float:
    """Send requests that are ready-made to a centre of so many workers; gives rows a second.

    So many hubs send at once, each over a connection of its own, and one request after another.
    """
    hubs = [Place(PLACE.council, f"{PLACE.hub}{n}") for n in range(at_once)]
    signers = {hub: _signer(place / hub.hub) for hub in hubs}
    bodies = [_bodies(signer, hub, batches) for hub, signer in signers.items()]
    with (
        where(place) as data,  # type: ignore[attr-defined]
        _centre(data, signers, workers) as address,
        ThreadPoolExecutor(at_once) as pool,
    ):
        lines = [_line(address, signer, hub) for hub, signer in signers.items()]
        begun = time.perf_counter()
        told = [each for part in pool.map(_sent, lines, bodies) for each in part]
        seconds = time.perf_counter() - begun
    assert told == [Result.COUNTED] * len(batches) * at_once, told
    return sum(len(load.rows) for load in batches) * at_once / seconds


def _signer(folder: Path) -> Signer:
    folder.mkdir(parents=True)
    signer = open_signer(folder / "signing.pem")
    assert not isinstance(signer, SigningRefused), signer
    return signer


def _bodies(signer: Signer, hub: Place, batches: Sequence[Load]) -> list[bytes]:
    sealed = [seal(hub, Number(1, n), load) for n, load in enumerate(batches, 1)]
    packed = [signed(signer, BATCH, hub, each.body) for each in sealed]
    parts = [packed[i : i + SEVERAL_MOST] for i in range(0, len(packed), SEVERAL_MOST)]
    return [several_body(part) for part in parts]


def _line(address: str, signer: Signer, hub: Place) -> httpx.Client:
    headers = {"content-type": "application/json", KEY: signer.key_id}
    headers[HUB] = f"{hub.council}/{hub.hub}"
    line = httpx.Client(base_url=address, headers=headers, timeout=60)
    line.get("v1/health").raise_for_status()
    return line


def _sent(line: httpx.Client, bodies: Sequence[bytes]) -> list[str]:
    with closing(line):
        answers = [line.post(SEVERAL, content=body) for body in bodies]
    return [each["result"] for answer in answers for each in answer.json()["receipts"]]


@contextmanager
def _centre(data: str, signers: Mapping[Place, Signer], workers: int = 1) -> Iterator[str]:
    command = [sys.executable, "-m", "sync.centre", "--data", data]
    for each, signer in signers.items():
        hub = ["--council", each.council, "--hub", each.hub, "--name", "Bench"]
        enrol = [*command, "enrol-hub", *hub, "--key", signer.public]
        subprocess.run(enrol, check=True, stdout=subprocess.DEVNULL)
    run = ["run", "--port", "0", "--hub-pace", "0", "--workers", str(workers)]
    running = subprocess.Popen(
        [*command, *run, "--stop-with-input"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    try:
        yield next(line.split()[-1] for line in running.stdout if "http://" in line)
    finally:
        running.stdin.close()
        running.wait(20)
        running.stdout.close()


async def _drained(
    folder: Path, signer: Signer, sealed: Sequence[Sealed], address: str
) -> tuple[float, float]:
    """Give the seconds from sealed batches to a full outbox, and then to their last receipt."""
    outbox = Outbox.open(folder / "outbox.db", signer)
    endpoint = HttpEndpoint.at(address)
    assert isinstance(outbox, Outbox)
    assert isinstance(endpoint, HttpEndpoint)
    async with endpoint:
        means = Means(lambda: time.time_ns() // 1_000_000, asyncio.sleep, random.random)
        courier = Courier(outbox, endpoint, means)
        begun = time.perf_counter()
        refused = outbox.take(sealed)
        assert not isinstance(refused, OutboxRefusal), refused
        filled = time.perf_counter()
        status = await courier.drain()
        drained = time.perf_counter()
        assert status.waiting == 0, status
    outbox.close()
    return filled - begun, drained - filled


# --- beside it -----------------------------------------------------------------------------


def _beside(
    folder: Path, documents: list[dict[str, str | int]], ours: dict[str, float]
) -> Iterator[str]:
    file = folder / "documents.json"
    file.write_text(json.dumps(documents))
    why = lan_pouch.fetched()
    if why is not None:
        yield why
    else:
        for kept, size, said in (
            ("plain", DEFAULT, "PouchDB → its server, as they come (batches of 100)"),
            ("durable", DEFAULT, "the same, each write synced to disk"),
            ("plain", LARGE, "PouchDB → its server, batches of 500"),
        ):
            figure = _pouch(folder / f"{kept}{size}", file, len(documents), kept, size)
            ratios = ", ".join(f"{name} {each / figure:.1f} ×" for name, each in ours.items())
            yield f"{said}: {figure:,.0f}; ours {ratios}"
    beside = Datasette.at_hand()
    if isinstance(beside, str):
        yield beside
        return
    for size in (100, 500):
        figures = [
            beside.rate(folder / f"datasette{size}-{n}", documents, size) for n in range(ROUNDS)
        ]
        figure = statistics.median(figures)
        ratios = ", ".join(f"{name} {each / figure:.1f} ×" for name, each in ours.items())
        yield f"Datasette’s insert API, batches of {size}: {figure:,.0f}; ours {ratios}"


def _pouch(folder: Path, file: Path, n: int, kept: str, size: int) -> float:
    figures: list[float] = []
    for each in range(ROUNDS):
        place = folder / str(each)
        ends = [_database(place / end, kept) for end in ("served", "filled")]
        try:
            port = ends[0].ask("serve")
            assert ends[1].ask("fill", file=str(file)) == n
            seconds = ends[1].ask("drain", port=port, batch_size=size)
            assert ends[0].ask("count") == n
        finally:
            for end in ends:
                end.close()
        shutil.rmtree(place)
        figures.append(n / seconds)
    return statistics.median(figures)


def _database(folder: Path, kept: str) -> Driven:
    folder.mkdir(parents=True)
    modules = str(lan_pouch.KEPT / "node_modules")
    env = {**os.environ, "NODE_PATH": modules, "NODE_NO_WARNINGS": "1"}
    return Driven(["node", HERE / "records.js", folder, kept], env)
