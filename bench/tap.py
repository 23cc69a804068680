"""A tap: append, fold and view, against a bare transaction as durable; small log and large."""

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.ground import Figure, a_pack, a_tablet, live_through, timed
from hub_app.clocks import SetClock
from hub_app.core.refusal import Refusal
from hub_app.hub import Hub, Wish
from hub_app.view.desk import desk_view
from hub_app.view.front import front_view

TAPS = 400
WAITING = 30
SESSION_EVENTS = 3_200
BODY = '{"desk":"abcdefghijkl","service":"housing"}'


def _bare(folder: Path) -> Callable[[], None]:
    """Give a transaction of one row and nothing else, with the same durability."""
    conn = sqlite3.connect(folder / "bare.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")

    def one() -> None:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT INTO event (body) VALUES (?)", [BODY])
        conn.execute("COMMIT")

    return one


def _taps(hub: Hub, clock: SetClock, bare: Callable[[], None]) -> tuple[Figure, Figure, Figure]:
    """Time, in turn: the bare transaction; a call with its desk's view; the front's view."""
    desk = hub.open_desk("Money", ["money"])
    if isinstance(desk, Refusal):
        raise SystemExit(desk)
    for _ in range(WAITING):
        hub.arrive(Wish(("debt_bills",)))

    def call() -> None:
        hub.call_next(desk)
        desk_view(hub.hall, desk, hub.names)

    def front() -> None:
        front_view(hub.hall, hub.names)

    seconds: tuple[list[float], ...] = ([], [], [])
    for _ in range(TAPS):
        clock.set(clock.millis() + 60_000)
        for act, kept in zip((bare, call, front), seconds, strict=True):
            kept.extend(timed(act, 1).seconds)
        here = hub.session.at_desk(desk)
        if here is not None:
            hub.start(desk, here.id)
            hub.finish(desk, here.id, "advice_given")
            hub.arrive(Wish(("debt_bills",)))
    return Figure(seconds[0]), Figure(seconds[1]), Figure(seconds[2])


def measure() -> list[str]:
    """Give the lines of this measurement."""
    pack = a_pack()
    lines: list[str] = []
    medians: list[float] = []
    for size in (1_000, 100_000):
        with tempfile.TemporaryDirectory() as place:
            tablet, clock = a_tablet(Path(place) / "hub", pack)
            hub, left = tablet.hub, size
            while left > SESSION_EVENTS:
                live_through(hub, clock, SESSION_EVENTS)
                hub.close_session()
                hub.sign_off()
                clock.set(clock.millis() + 7 * 24 * 3_600_000)
                left -= SESSION_EVENTS
            live_through(hub, clock, min(left, 1_000))
            bare, tap, front = _taps(hub, clock, _bare(Path(place)))
            tablet.close()
        ratio = tap.median / bare.median
        medians.append(tap.median)
        lines += [
            f"{size:>7,} events: bare transaction  median {bare.median:.2f} ms",
            f"{'':>15} tap               median {tap.median:.2f} ms",
            f"{'':>15} tap               p95    {tap.p95:.2f} ms  (aim: at most 20)",
            f"{'':>15} tap / bare        {ratio:.2f}  (aim: at most 3)",
            f"{'':>15} the front's view  median {front.median:.2f} ms beside it",
        ]
    return [*lines, f"100,000 / 1,000 events  {medians[1] / medians[0]:.2f}  (aim: at most 1.5)"]
