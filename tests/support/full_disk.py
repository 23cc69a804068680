"""A hub on a disk that fills up and is then made larger; run where a small disk may be mounted."""

import subprocess
import sys
from pathlib import Path

from hub_app.core.refusal import Refusal
from hub_app.hub import Wish
from tests.support.hall import Hall, done, hall_in, need_for, tickets


def _mount(folder: Path, *options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "none", folder], check=True)


def _let_in_all(there: Hall) -> list[str]:
    came: list[str] = []
    while True:
        visit = there.hub.arrive(Wish((need_for("housing"),), name="Zoë"))
        if isinstance(visit, Refusal):
            assert visit is Refusal.DISK_FULL
            return came
        came.append(visit.ticket)


def main(folder: Path) -> None:
    """Fill the disk, look whether all can be read, make room, look whether it goes on."""
    _mount(folder, "size=1200k")
    there = hall_in(folder)
    desk = there.desk("housing")
    came = _let_in_all(there)
    assert came
    assert tickets(there.hub, desk) == came
    again = there.restarted()  # while there is no room
    assert again.hub.session == there.hub.session
    assert again.hub.call_next(desk) is Refusal.DISK_FULL
    _mount(folder, "remount", "size=8m")
    assert done(again.hub.call_next(desk)).ticket == came[0]
    later = done(again.hub.arrive())
    assert later.ticket not in came
    numbers = [entry.n for entry in again.log.session(again.hub.session.id)]
    assert numbers == [*range(1, len(numbers) + 1)]
    again.shut()
    sys.stdout.write(f"{len(came)} came, all are there, and on it goes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
