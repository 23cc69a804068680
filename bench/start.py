"""Starting again: opening a hub whose session holds 3,200 events."""

import tempfile
from functools import partial
from pathlib import Path

from bench.ground import a_pack, a_tablet, live_through, timed
from hub_app.core.pack import Pack

EVENTS = 3_200


def _open_and_close(folder: Path, pack: Pack) -> None:
    tablet, _ = a_tablet(folder, pack)
    tablet.close()


def measure() -> list[str]:
    """Give the lines of this measurement."""
    pack = a_pack()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        tablet, clock = a_tablet(folder, pack)
        live_through(tablet.hub, clock, EVENTS)
        tablet.close()
        empty = timed(partial(_open_and_close, folder / "empty", pack), 9)
        full = timed(partial(_open_and_close, folder, pack), 9)
    return [
        f"start, no events            median {empty.median:.0f} ms",
        f"start, {EVENTS:,} events         median {full.median:.0f} ms  (aim: at most 500)",
        f"full / empty                {full.median / empty.median:.1f}",
    ]
