"""The command `hub-app`: so small that Ctrl-C is answered while the rest is still loading."""

from collections.abc import Sequence

from hub_app.console import say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code: 0, 1 with a sentence why not, or 130 after Ctrl-C."""
    try:
        from hub_app.cli import main as run  # noqa: PLC0415

        return run(arguments)
    except KeyboardInterrupt:
        say("Stopped. Everything is kept.")
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
