"""Paired tablets in processes of their own, and what their notes say."""

import sys
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.lan_driven import Driven

Tap = tuple[str, int, float, float]  # origin, n, begun, committed


def tablet(folder: Path) -> Driven:
    """Start a tablet in a folder."""
    return Driven([sys.executable, "-m", "bench.lan_tablet", folder])


def close_all(processes: Iterable[Driven]) -> None:
    """End them, one after the other."""
    for process in processes:
        process.close()


def hall(folder: Path, count: int) -> list[Driven]:
    """Start so many tablets and pair them, as people would; all are in step."""
    tablets = [tablet(folder / f"tablet{number}") for number in range(count)]
    first, *others = tablets
    for number, other in enumerate(others, 2):
        other.ask("join", said=first.ask("invite", name=f"Tablet {number}"))
    meet(tablets)
    return tablets


def meet(tablets: Sequence[Driven]) -> None:
    """Wait until all of them are in step."""
    for each in tablets:
        each.begin("meet", others=len(tablets) - 1)
    for each in tablets:
        each.end()


def all_have(tablets: Sequence[Driven]) -> None:
    """Wait until each has folded what any has committed."""
    vectors = [each.ask("vector") for each in tablets]
    for each in tablets:
        for vector in vectors:
            each.ask("have", vector=vector)


def seconds_to(taps: Sequence[Tap], there: Driven) -> list[float]:
    """Give the seconds from the beginning of each tap to when that tablet had folded it."""
    folded: dict[str, list[tuple[int, float]]] = {}
    for origin, n, at in there.ask("folded"):
        folded.setdefault(origin, []).append((n, at))
    found = list[float]()
    for origin, n, begun, _ in taps:
        notes = folded[origin]
        found.append(notes[bisect_left(notes, (n, 0.0))][1] - begun)
    return found


def another_than_the_keeper(tablets: Sequence[Driven]) -> Driven:
    """Give a tablet that has to ask another one for its calls."""
    return next(each for each in tablets if not each.ask("is_keeper"))
