"""The command `hub-centre`: so small that Ctrl-C is answered while the rest is still loading."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; give the exit code: 130 after Ctrl-C, but 0 where a centre ran."""
    try:
        from sync.centre.cli import main as do  # noqa: PLC0415

        return do(arguments)
    except KeyboardInterrupt:
        print("Stopped. Everything is kept.", flush=True)
        return 130


if __name__ == "__main__":
    sys.exit(main())
