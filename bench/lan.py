"""Many tablets: a tap to its row elsewhere, catching up, calls and idling, beside PouchDB."""

# Every tablet is a process of its own on this machine, with its own files; each commit on each of
# them is durable (synchronous=FULL), each line TLS 1.3. They share one disk and these few cores,
# which tablets of a hall do not.

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.ground import Figure
from bench.lan_disk import Disk
from bench.lan_driven import Driven, used
from bench.lan_hall import (
    Tap,
    all_have,
    another_than_the_keeper,
    close_all,
    hall,
    seconds_to,
    tablet,
)
from bench.lan_pouch import PLAIN, SYNCED, Following, fetched

PAUSE = 0.06  # seconds between taps, half as much to half as much again: one at a time
PER_SECOND = 20.0  # taps in a hall of many, in all
BATCH = 500  # of ours; PouchDB's own is 100


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int = 5  # ours and theirs in turn
    taps: int = 60  # in a round
    calls: int = 100
    events: int = 3_200
    many: int = 12
    seconds: float = 30.0  # of the taps of many, and of idling


WHOLE = Size()


@dataclass(frozen=True, slots=True)
class _Theirs:
    """PouchDB in one of two ways; `batch` 0 is its own."""

    name: str
    kind: str
    batch: int


_WAYS = (
    _Theirs("as it comes (not synced to disk)", PLAIN, 0),
    _Theirs(f"synced to disk, batches of {BATCH}", SYNCED, BATCH),
)


def _said(what: str, figure: Figure, aim: str = "") -> str:
    return f"{what:<45} p50 {figure.median:6.1f} ms   p95 {figure.p95:6.1f} ms{aim}"


def _seconds_said(what: str, figure: Figure) -> str:
    return f"{what:<45} median {figure.median / 1000:5.2f} s"


# --- catching up ---------------------------------------------------------------------------------


def _catch_up(folder: Path, rows: Path, size: Size, ways: Sequence[_Theirs]) -> list[str]:
    ours, theirs = list[float](), {way: list[float]() for way in ways}
    tablets = hall(folder / "ours", size.rounds + 1)
    first, away = tablets[0], [folder / "ours" / f"tablet{n}" for n in range(1, size.rounds + 1)]
    close_all(tablets[1:])
    with ExitStack() as stack:
        stack.callback(first.close)
        first.ask("fill", events=size.events)
        held = first.ask("rows", file=str(rows))
        served = dict[_Theirs, Following]()
        for way in ways:
            served[way] = stack.enter_context(closing(Following(folder / way.kind, way.kind)))
            served[way].served.ask("fill", file=str(rows), **{"from": 0, "to": held})
        for place in away:
            with closing(tablet(place)) as back:
                back.ask("have", vector=first.ask("vector"))
                ours.append(max(at for _, _, at in back.ask("folded")) - back.ask("linked"))
            for way in ways:
                follower, begun = served[way].follow(way.batch)
                theirs[way].append(follower.ask("until", count=held) - begun)
                served[way].drop()
    figure = Figure(ours)
    lines = [
        _seconds_said(f"{held:,} facts, from linked to folded", figure)
        + f"  slowest {max(ours):.2f} s  (aim: at most 1)"
    ]
    for way, seconds in theirs.items():
        beside = Figure(seconds)
        times = beside.median / figure.median
        lines.append(f"{_seconds_said(f'  PouchDB {way.name}', beside)}  {times:.1f} × ours")
    return lines


# --- two tablets ---------------------------------------------------------------------------------


def _taps_of_two(there_and_back: Sequence[Driven], size: Size) -> list[float]:
    """Tap on one, then on the other; one tap at a time."""
    found = list[float]()
    for here, there in (there_and_back, there_and_back[::-1]):
        taps: list[Tap] = here.ask("tap", count=size.taps // 2, pause=PAUSE)
        all_have(there_and_back)
        found += seconds_to(taps, there)
        here.ask("folded")
    return found


def _their_taps(
    pair: tuple[Driven, Driven], rows: Path, first: int, size: Size
) -> tuple[list[float], list[float]]:
    """Tap on the one that is served, then on the one that follows; apart, for they differ."""
    found = list[list[float]]()
    half = size.taps // 2
    for number, (here, there) in enumerate((pair, pair[::-1])):
        begin = first + number * half
        span = {"from": begin, "to": begin + half}
        taps = here.ask("tap", file=str(rows), pause=PAUSE, **span)
        there.ask("until", count=begin + half)  # whoever tapped: both have all
        seen = dict(there.ask("seen"))
        found.append([seen[name] - begun for name, begun, _ in taps])
    return found[0], found[1]


def _of_two(folder: Path, rows: Path, size: Size, ways: Sequence[_Theirs]) -> list[str]:
    with ExitStack() as stack:
        tablets = hall(folder / "two", 2)
        stack.callback(close_all, tablets)
        tablets[0].ask("open")
        beside = {
            way: stack.enter_context(closing(Following(folder / f"two-{way.kind}", way.kind)))
            for way in ways
        }
        pairs = {way: (each.served, each.follow()[0]) for way, each in beside.items()}
        ours = list[float]()
        down = {way: list[float]() for way in ways}
        up = {way: list[float]() for way in ways}
        disk = stack.enter_context(closing(Disk(folder)))
        for number in range(size.rounds):
            disk.commit(size.taps // 2)
            ours += _taps_of_two(tablets, size)
            for way, pair in pairs.items():
                came = _their_taps(pair, rows, number * size.taps, size)
                down[way] += came[0]
                up[way] += came[1]
        caller = another_than_the_keeper(tablets)
        calls = caller.ask("call", desk=caller.ask("desk"), count=size.calls, pause=PAUSE)
        everybody = [*tablets, *(process for pair in pairs.values() for process in pair)]
        shares = used(everybody, partial(time.sleep, size.seconds))
    figure = Figure(ours)
    bare = Figure(disk.seconds)
    lines = [
        _said("2 tablets, a tap at a time", figure, "   (aim: 15 and 50)"),
        _said(
            "  a bare durable transaction", bare, f"   {figure.median / bare.median:.1f} in a tap"
        ),
    ]
    for way in ways:
        both = Figure([*down[way], *up[way]])
        lines += [
            _said(f"  PouchDB {way.name}", both, f"   {both.median / figure.median:.1f} × ours"),
            _said("    to the one that follows", Figure(down[way])),
            _said("    to the one that is served", Figure(up[way])),
        ]
    lines.append(_said("2 tablets, a call through the other one", Figure(calls)))
    lines.append(
        f"{'idle, of one core, the busier one':<45} {max(shares[:2]):.2f} %  (aim: at most 1)"
    )
    for way, at in zip(ways, range(2, len(shares), 2), strict=True):
        lines.append(f"{f'  PouchDB {way.name}':<45} {max(shares[at : at + 2]):.2f} %")
    return lines


# --- many tablets --------------------------------------------------------------------------------


def _taps_of_many(
    tablets: Sequence[Driven], size: Size, name: str, disk: Disk
) -> tuple[list[float], float]:
    """Let all tap, each in its own time.

    Gives the seconds to each of the others, and what the busiest used of one core, in per cent.
    """
    pause = len(tablets) / PER_SECOND
    for each in tablets:
        each.ask("folded")
    taps = list[list[Tap]]()

    def tap() -> None:
        for each in tablets:
            each.begin("tap", count=round(size.seconds / pause), pause=pause, name=name)
        disk.commit(round(size.seconds), 0.9)
        taps.extend(each.end() for each in tablets)
        all_have(tablets)

    shares = used(tablets, tap)
    found = list[float]()
    for number, each in enumerate(tablets):
        others = [tap for at, own in enumerate(taps) if at != number for tap in own]
        found += seconds_to(others, each)
    return found, max(shares)


def _of_many(folder: Path, size: Size) -> list[str]:
    tablets = hall(folder / "many", size.many)
    place = folder / "many"
    try:
        with closing(Disk(place)) as disk:
            tablets[0].ask("open")
            all_have(tablets)
            plain, plain_share = _taps_of_many(tablets, size, "", disk)
            named, named_share = _taps_of_many(tablets, size, "Maria", disk)
        caller = another_than_the_keeper(tablets)
        calls = caller.ask("call", desk=caller.ask("desk"), count=size.calls, pause=PAUSE)
        shares = used(tablets, partial(time.sleep, size.seconds))
    finally:
        close_all(tablets)
    every = Figure(plain)
    many = f"{size.many} tablets, "
    slowest = max(every.seconds) * 1000
    return [
        _said(f"{many}{PER_SECOND:.0f} taps a second", every, "   (aim: 15 and 50)"),
        f"  {len(every.seconds)} ways from one to another, the slowest {slowest:.0f} ms",
        _said("  the same, each family with a name", Figure(named)),
        f"  of one core, the busiest tablet: {plain_share:.0f} %, with names {named_share:.0f} %",
        _said("  a bare durable transaction beside it", Figure(disk.seconds)),
        _said(f"{many}a call through another one", Figure(calls)),
        f"{f'idle, each of {size.many}, of one core, the busiest':<45} {max(shares):.2f} %",
    ]


def measure(size: Size = WHOLE) -> list[str]:
    """Give the lines of this measurement."""
    cannot = fetched()
    ways = () if cannot else _WAYS
    busy, cores = os.getloadavg()[0], os.cpu_count()
    with tempfile.TemporaryDirectory() as place:
        folder, rows = Path(place), Path(place) / "rows.json"
        return [
            f"load of the machine before: {busy:.1f} on {cores} cores",
            *([cannot] if cannot else _ABOUT),
            *_catch_up(folder, rows, size, ways),
            *_of_two(folder, rows, size, ways),
            *_of_many(folder, size),
        ]


_ABOUT = (
    "PouchDB: two processes, live sync both ways; one document a fact; plain HTTP, no roster, no",
    "keeper, nothing folded; timed from the start of its sync. As it comes nothing is synced to",
    "disk: what it answered can be lost in a power cut.",
)
