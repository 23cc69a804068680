"""Runs every measurement, or those named; those that are slow only when they are named."""

import importlib
import os
import platform
import sys

ALL = ("tap", "start", "surge", "memory", "routing", "forecast", "gate")
# `lan` and `ingest` take some minutes, and fetch by npm and pip what they measure beside; `rollout`
# takes a quarter of an hour; `centre` as long as the hubs and years it is asked for: options are
# handed on by the environment, so that `centre --hubs 2000` is BENCH_CENTRE_HUBS=2000.
SLOW = ("lan", "rollout", "ingest", "centre")


def main(asked: list[str]) -> int:
    """Measure and say; gives the exit code."""
    names = _names(asked)
    unknown = [name for name in names if name not in ALL + SLOW]
    if unknown:
        print(f"There is no measurement called {unknown[0]}. There are: {', '.join(ALL + SLOW)}.")
        return 1
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in names or ALL:
        module = importlib.import_module(f"bench.{name}")
        print(f"\n{(module.__doc__ or name).strip()}")
        for line in module.measure():
            print(f"  {line}")
    return 0


def _names(asked: list[str]) -> list[str]:
    """Give what is to be measured; `--option value` after a name is that one’s."""
    names: list[str] = []
    words = iter(asked)
    for word in words:
        if word.startswith("--") and names:
            os.environ[f"BENCH_{names[-1]}_{word[2:]}".upper()] = next(words, "")
        else:
            names.append(word)
    return names


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
