"""Four tablets, eight desks, and a network that is pulled apart: `python -m tests.lan.namespaces`.

Families come and are called all the while; every answer anybody was given is kept and at the end
set against the four logs. The last line is what was measured, as JSON.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.lan.apart import apart
from tests.lan.apart_story import TABLETS, Story
from tests.support.hall import ROOT

AGAIN_SECONDS = 10.0  # what the project promises to those with a majority
_INSIDE = "TABLETS_ARE_APART"


async def run(folder: Path, calls: int, seed: int, family_limit: int) -> dict[str, object]:
    """Run one story; gives what was measured. Raises AssertionError where a promise was broken."""
    story = Story(folder, calls, seed, family_limit)
    feeding: list[asyncio.Task[None]] = []
    try:
        began = time.monotonic()
        await story.begin()
        feeding += [asyncio.create_task(story.feed(n)) for n in range(TABLETS)]
        opened = time.monotonic()
        await story.tell(max(1, calls // 5000))
        working = time.monotonic() - opened
        settled = await story.settle()
    finally:
        for task in feeding:
            task.cancel()
        await asyncio.gather(*feeding, return_exceptions=True)
        for tablet in story.tablets:
            if tablet.is_up:
                await tablet.kill()
        story.hall.close()
    heard = story.heard
    return {
        "seed": seed,
        "calls": len(heard.calls),
        "called_as_here": heard.here,
        "arrived": len(heard.arrived),
        "sessions": story.sessions,
        "cut_off_answers": heard.cut_off,
        "odd": dict(heard.odd),
        "seconds": round(time.monotonic() - began, 1),
        "calls_per_second": round(len(heard.calls) / working, 1),
        "cpu_seconds": round(story.cpu_seconds, 1),
        "equal_after": round(settled, 2),
        "slow_calls": story.slow_calls,
        "call_ms_median": round(statistics.median(1000 * (at - a) for a, at, _ in heard.calls)),
        "again_seconds": {
            what: {"median": round(statistics.median(s), 2), "max": round(max(s), 2)}
            for what, s in story.again.items()
        },
        **story.judge(),
    }


def main() -> int:
    """Run it as a command, in a namespace of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=3000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--families", type=int, default=800, help="in one session, about")
    asked = options.parse_args()
    if _INSIDE not in os.environ:
        command = [*apart(), sys.executable, "-m", "tests.lan.namespaces", *sys.argv[1:]]
        inside = {**os.environ, _INSIDE: "1"}
        return subprocess.run(command, cwd=ROOT, env=inside, check=False).returncode
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(Path(folder), asked.calls, asked.seed, asked.families))
    print(json.dumps(found))  # noqa: T201 what it is for
    return 0


if __name__ == "__main__":
    sys.exit(main())
