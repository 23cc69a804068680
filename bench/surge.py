"""The busiest recorded day, lived through the real hub without waiting."""

import tempfile
from datetime import date
from pathlib import Path

from bench.ground import a_pack, a_tablet, timed
from hub_app.departing import depart
from hub_app.replay.play import Player, set_at
from hub_app.replay.recorded import BadDay, read_day

DAY = Path(__file__).parents[1] / "tests" / "data" / "hub_day_surge_seed1000.csv"


def measure() -> list[str]:
    """Give the lines of this measurement."""
    pack = a_pack()
    recorded = read_day(DAY, pack)
    if isinstance(recorded, BadDay):
        raise SystemExit(recorded.sentence)
    events = 0

    def live() -> None:
        nonlocal events
        with tempfile.TemporaryDirectory() as place:
            tablet, clock = a_tablet(Path(place), pack)
            clock.set(0)
            player = Player(tablet.hub, clock, set_at(recorded, date(2026, 1, 6), clock))
            player.open()
            for _ in player.play():
                pass
            player.close()
            depart(tablet)
            events = len(tablet.log.session(tablet.hub.session.id))
            tablet.close()

    figure = timed(live, 5)
    per_event = figure.median / events
    return [
        f"replay of the surge day     median {figure.median / 1000:.2f} s for {events} events",
        f"per event                   {per_event:.2f} ms, commit and gate included",
    ]
