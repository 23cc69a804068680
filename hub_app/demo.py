"""`hub-app demo`: a hub with a morning already under way, and a centre, on this machine."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hub_app.clocks import SetClock, SystemClock
from hub_app.config import assets
from hub_app.core.pack import Pack
from hub_app.core.refusal import Refusal
from hub_app.main import Tablet, Unopened, open_tablet
from hub_app.replay.play import Day, Player, Stopped
from hub_app.replay.recorded import BadDay, read_day
from sync.record import Place

HUB = "DEMO"
UNDER_WAY_MINUTES = 35
CENTRE_STOPS_SECONDS = 5.0
WELCOME = ("greeter", "lead")
ALSO_HERE = ("council_money", "welfare")


def open_demo(folder: Path, pack: Pack) -> Tablet | Unopened:
    """Open the demo hub; the first time, with the first half hour of a recorded day behind it."""
    place = Place(pack.council, HUB)
    clock = SystemClock(pack.zone)
    before = SetClock(pack.zone, clock.millis() - UNDER_WAY_MINUTES * 60_000)
    tablet = open_tablet(folder, pack, before, place)
    if isinstance(tablet, Unopened):
        return tablet
    try:
        if not tablet.log.sessions():
            sentence = _begin(tablet, before, clock.millis())
            if sentence is not None:
                return Unopened(sentence)
    finally:
        tablet.close()
    return open_tablet(folder, pack, clock, place)


def _begin(tablet: Tablet, clock: SetClock, now: int) -> str | None:
    recorded = read_day(assets() / "demo" / "hub_day.csv", tablet.pack)
    if isinstance(recorded, BadDay):
        return recorded.sentence
    start = clock.millis()
    player = Player(tablet.hub, clock, Day(recorded, clock.local(start).date(), start))
    try:
        player.open()
        for services in (WELCOME, *((service,) for service in ALSO_HERE)):
            name = tablet.pack.service(services[0]).short
            if isinstance(tablet.hub.open_desk(name, services), Refusal):
                return "The demo’s desks could not be opened. Start again with an empty folder."
        for _ in player.play(until=now):
            pass
    except Stopped as stopped:
        return str(stopped)
    return None


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8").splitlines()
    said = lines[-1] if lines else "The centre stopped as soon as it had started."
    return said.replace("--port", "--centre-port")  # which is what it is called here


@contextmanager
def centre_beside(folder: Path, port: int) -> Generator[str | Unopened]:
    """Run a centre on this machine for as long as the block lasts; gives its address.

    What it has to say goes to `centre.log` in the folder; port 0 takes any.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        yield Unopened(f"{folder} cannot be made or is not a folder. Choose another with --data.")
        return
    log = folder / "centre.log"
    command = [sys.executable, "-m", "sync.centre", "--stop-with-input", "--port", str(port)]
    with log.open("w", encoding="utf-8") as complaints:
        process = subprocess.Popen(  # noqa: S603 our own program, with a number and a path of ours
            [*command, "--data", str(folder / "centre.db")],
            stdin=subprocess.PIPE,  # it ends when this does, should we be killed
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,  # Ctrl-C is for us; we stop it after the hub
        )
    try:
        first = process.stdout.readline() if process.stdout else ""
        yield first.split()[-1].rstrip("/") if first else Unopened(_last_line(log))
    finally:
        process.terminate()
        try:
            process.communicate(timeout=CENTRE_STOPS_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
