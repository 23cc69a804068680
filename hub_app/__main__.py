"""Lets the commands run as `python -m hub_app` and as `hub-app`."""

from hub_app.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
