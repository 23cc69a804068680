"""Runs every measurement, or those named; `lan` and `rollout` only when named: they are slow."""

import importlib
import platform
import sys

ALL = ("tap", "start", "surge", "memory", "routing", "forecast")
# `lan` takes some minutes, and fetches by npm what it measures beside; `rollout` a quarter of an
# hour.
SLOW = ("lan", "rollout")


def main(names: list[str]) -> int:
    """Measure and say; gives the exit code."""
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


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
