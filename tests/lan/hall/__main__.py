"""`python -m tests.lan.hall --seeds 3000`: play many halls, or one of them again."""

import argparse
import sys
import time

from tests.lan.hall.invariants import Broken
from tests.lan.hall.world import World


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=300)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--seed", type=int, help="play this one only, and tell what happens")
    asked.add_argument("--keep-going", action="store_true")
    given = asked.parse_args()
    if given.seed is not None:
        tell(given.seed)
        return
    play_all(range(given.first, given.first + given.seeds), keep_going=given.keep_going)


def tell(seed: int) -> None:
    world = World(seed)
    world.lines = []
    try:
        count = world.run()
        end = f"all holds; trace {count.trace}"
    except Broken as broken:
        end = f"BROKEN {broken}"
    sys.stdout.write("\n".join((*world.lines, end, "")))


def play_all(seeds: range, *, keep_going: bool) -> None:
    began, total, broken = (
        time.process_time(),
        {"facts": 0, "calls": 0, "clashes": 0, "take-overs": 0},
        0,
    )
    for seed in seeds:
        try:
            count = World(seed).run()
        except Broken as why:
            broken += 1
            sys.stdout.write(f"BROKEN {why}\n  again: python -m tests.lan.hall --seed {seed}\n")
            sys.stdout.flush()
            if keep_going:
                continue
            sys.exit(1)
        total["facts"] += count.facts
        total["calls"] += count.calls
        total["clashes"] += count.clashes
        total["take-overs"] += count.forced
        for fault, often in count.faults.items():
            total[fault] = total.get(fault, 0) + often
    took = time.process_time() - began
    said = ", ".join(f"{n} {what}" for what, n in total.items())
    sys.stdout.write(
        f"{len(seeds)} halls, {broken} broken: {said};"
        f" {took:.0f} s, {took / len(seeds) * 1000:.0f} ms each\n"
    )
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
