"""A tap: append, fold and view, against a bare transaction as durable; small log and large."""

import sqlite3
import tempfile
from pathlib import Path

from bench.ground import Figure, a_pack, a_tablet, live_through, timed
from hub_app.clocks import SetClock
from hub_app.core.refusal import Refusal
from hub_app.hub import Hub, Wish
from hub_app.view.desk import desk_view
from hub_app.view.front import front_view

TAPS = 400
SESSION_EVENTS = 3_200
BODY = '{"desk":"abcdefghijkl","service":"housing"}'


def bare(folder: Path) -> Figure:
    """Time a transaction of one row and nothing else, with the same durability."""
    conn = sqlite3.connect(folder / "bare.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")

    def one() -> None:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT INTO event (body) VALUES (?)", [BODY])
        conn.execute("COMMIT")

    timed(one, 50)
    figure = timed(one, TAPS)
    conn.close()
    return figure


def taps(hub: Hub, clock: SetClock) -> Figure:
    """Time calling, with what the desk and the front would then show."""
    desk = hub.open_desk("Money", ["money"])
    if isinstance(desk, Refusal):
        raise SystemExit(desk)
    for _ in range(30):
        hub.arrive(Wish(("debt_bills",)))

    def call() -> None:
        clock.set(clock.millis() + 1_000)
        hub.call_next(desk)
        desk_view(hub.session, desk, hub.names, hub.now())
        front_view(hub.session, hub.names, hub.now())

    seconds: list[float] = []
    for _ in range(TAPS):
        seconds.extend(timed(call, 1).seconds)
        here = hub.session.at_desk(desk)
        if here is not None:
            hub.start(desk, here.id)
            hub.finish(desk, here.id, "advice_given")
            hub.arrive(Wish(("debt_bills",)))
    return Figure(seconds)


def measure() -> list[str]:
    """Give the lines of this measurement."""
    pack = a_pack()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        floor = bare(folder)
        figures: dict[int, Figure] = {}
        for size in (1_000, 100_000):
            tablet, clock = a_tablet(folder / str(size), pack)
            hub, left = tablet.hub, size
            while left > SESSION_EVENTS:
                live_through(hub, clock, SESSION_EVENTS)
                hub.close_session()
                hub.sign_off()
                clock.set(clock.millis() + 7 * 24 * 3_600_000)
                left -= SESSION_EVENTS
            live_through(hub, clock, min(left, 1_000))
            figures[size] = taps(hub, clock)
            tablet.close()
    small, large = figures[1_000], figures[100_000]
    return [
        f"bare transaction            median {floor.median:.2f} ms",
        f"tap, 1,000 events           median {small.median:.2f} ms, p95 {small.p95:.2f} ms",
        f"tap, 100,000 events         median {large.median:.2f} ms, p95 {large.p95:.2f} ms",
        f"tap / bare transaction      {small.median / floor.median:.2f}  (aim: at most 3)",
        f"100,000 / 1,000 events      {large.median / small.median:.2f}  (aim: at most 1.5)",
        f"p95 of a tap                {max(small.p95, large.p95):.2f} ms  (aim: at most 20)",
    ]
