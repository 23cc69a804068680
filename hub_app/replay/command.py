"""`hub-app replay`: recorded days, a session a week, through the real hub and to the centre."""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hub_app.clocks import SetClock
from hub_app.config import pack_folder
from hub_app.console import fail, say
from hub_app.core.pack import Pack
from hub_app.core.session import Session
from hub_app.departing import depart
from hub_app.destroying import destroy_overdue
from hub_app.line import centre_agrees, drain_once, enrol, how_to_enrol
from hub_app.main import Tablet, Unopened, load_pack, open_tablet
from hub_app.replay.play import Day, Player, Stopped, holds_this_day, set_at
from hub_app.replay.recorded import BadDay, RecordedDay, read_day
from hub_app.replay.report import kinds_of, session_line, table
from hub_app.telling import where_everything_is
from sync.labels import period_label
from sync.outbox import OutboxRefusal
from sync.record import Place

FIRST_DAY = date(2026, 1, 6)
HUB = "REPLAY"
WEEK = timedelta(days=7)
NO_ROOM = "This device has no room left, so nothing was sealed. Make some room and run this again."


HELP = "play recorded days through the real hub"
DESCRIPTION = (
    "Play recorded days through the real hub, each file one session, close and sign off each, and"
    " send what may leave. Playing on after a break goes on where the log ends; playing twice"
    " changes nothing."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of this command."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recorded day (CSV)")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the hub's folder")
    parser.add_argument("--centre", metavar="URL", help="the centre to send to (default: none)")
    parser.add_argument(
        "--centre-data",
        metavar="FILE",
        help="where a centre on this machine keeps its counts: the hub is enrolled there first",
    )
    parser.add_argument(
        "--speed",
        default="max",
        metavar="N|max",
        help="how many times faster than life (default: max, without any waiting)",
    )
    parser.add_argument(
        "--from",
        dest="first",
        type=_date,
        default=FIRST_DAY,
        metavar="DATE",
        help=f"the date of the first session; each next one is a week on (default: {FIRST_DAY})",
    )
    parser.add_argument("--hub", default=HUB, help=f"the hub's short code (default: {HUB})")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.set_defaults(run=run)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a date is written as 2026-01-06") from None


def _speed(text: str) -> float | None:
    """Give the factor, 0 for no waiting, or None when it is neither a number nor `max`."""
    if text == "max":
        return 0.0
    try:
        speed = float(text)
    except ValueError:
        return None
    return speed if 0 < speed < float("inf") else None


def run(asked: argparse.Namespace) -> int:
    """Play, close, send and report; gives the exit code."""
    began = time.monotonic()
    speed = _speed(asked.speed)
    if speed is None:
        return fail(f"--speed is a number above 0, or max; not {asked.speed!r}.")
    pack = load_pack(pack_folder())
    if isinstance(pack, Unopened):
        return fail(pack)
    days = _days(asked.files, pack)
    if isinstance(days, BadDay):
        return fail(days.sentence)
    clock = SetClock(pack.zone)
    tablet = _open(asked, pack, clock)
    if isinstance(tablet, Unopened):
        return fail(tablet)
    set_days = [set_at(day, asked.first + i * WEEK, clock) for i, day in enumerate(days)]
    try:
        sessions = _play_all(tablet, clock, set_days, speed)
        result, is_stranger = asyncio.run(_result(tablet, asked.centre, set_days, sessions))
    except Stopped as stopped:
        return fail(str(stopped))
    finally:
        tablet.close()
    result["seconds"] = round(time.monotonic() - began, 3)
    say(json.dumps(result, ensure_ascii=False) if asked.json else table(result))
    if result["centre"] is None or result["centre"]["equal"]:
        return 0
    return fail(
        f"The centre does not know this hub yet. There: {how_to_enrol(tablet.place, tablet.signer)}"
        if is_stranger
        else "Not everything reached the centre. It is kept here; run this again to send it."
    )


def _days(files: Sequence[Path], pack: Pack) -> list[RecordedDay] | BadDay:
    days: list[RecordedDay] = []
    for path in files:
        day = read_day(path, pack)
        if isinstance(day, BadDay):
            return day
        days.append(day)
    return days


def _open(asked: argparse.Namespace, pack: Pack, clock: SetClock) -> Tablet | Unopened:
    """Open the hub’s tablet, and have a centre on this machine know it, if that is asked for."""
    place = _place(pack.council, asked.hub)
    if place is None:
        return Unopened("--hub is 2 to 12 capital letters, digits or dashes.")
    tablet = open_tablet(asked.data, pack, clock, place)
    if isinstance(tablet, Unopened) or asked.centre_data is None:
        return tablet
    sentence = enrol(tablet, asked.centre_data)
    if sentence is None:
        return tablet
    tablet.close()
    return Unopened(sentence)


def _place(council: str, hub: str) -> Place | None:
    plain = hub.replace("-", "")
    sound = 2 <= len(hub) <= 12 and plain.isascii() and plain.isalnum() and hub == hub.upper()
    return Place(council, hub) if sound else None


def _known_session(tablet: Tablet, day: Day) -> Session | None:
    for session in tablet.sessions():
        if session.day != day.date.isoformat():
            continue
        if not holds_this_day(session, day.recorded):
            raise Stopped(
                f"{tablet.files.folder} already holds another session for {session.day}, so"
                f" {day.recorded.name} was not played. Choose another --data folder or --from date."
            )
        return session
    return None


def _play_all(
    tablet: Tablet, clock: SetClock, days: Sequence[Day], speed: float
) -> tuple[Session, ...]:
    """Play every day that was not played before; seal what may leave after each."""
    known = [_known_session(tablet, day) for day in days]
    _refuse_what_is_past(tablet, days, known)
    clock.set(max(clock.millis(), tablet.log.latest_millis))
    total = sum(len(day.recorded.visits) for day in days)
    with tqdm(total=total, unit="visit", disable=None, leave=False) as bar:
        for day, session in zip(days, known, strict=True):
            bar.set_description(day.recorded.name)
            if session is None or session.signed_off_at is None:
                _play(tablet, clock, day, _Pace(speed, bar))
            refusal = depart(tablet)
            if refusal is not None:
                raise Stopped(refusal.value if isinstance(refusal, OutboxRefusal) else NO_ROOM)
            destroy_overdue(tablet)
            bar.update(len(day.recorded.visits) - (bar.n - _before(days, day)))
    played = {session.day: session for session in tablet.sessions()}
    return tuple(played[day.date.isoformat()] for day in days)


def _refuse_what_is_past(
    tablet: Tablet, days: Sequence[Day], known: Sequence[Session | None]
) -> None:
    """Stop before anything is played if a day to play lies before one the log has come to."""
    sessions = [session.day for session in tablet.sessions()]
    what, last = "a later session", max(sessions, default="")
    told = tablet.clock.local(tablet.log.latest_millis).date().isoformat()
    if told > last:
        what, last = "something later", told
    for day, session in zip(days, known, strict=True):
        is_to_play = session is None or session.signed_off_at is None
        if is_to_play and day.date.isoformat() < last:
            raise Stopped(
                f"{tablet.files.folder} already holds {what} ({period_label(last)}), so"
                f" {period_label(day.date.isoformat())} cannot be played. Choose another --data"
                " folder or a later --from."
            )


def _before(days: Sequence[Day], day: Day) -> int:
    return sum(len(each.recorded.visits) for each in days[: days.index(day)])


class _Pace:
    """Waits between moments as life would, so many times faster; and moves the bar."""

    def __init__(self, speed: float, bar: "tqdm[Any]") -> None:
        self._speed, self._bar, self._ended = speed, bar, 0

    def wait(self, millis: int) -> None:
        if self._speed:
            time.sleep(max(0, millis) / 1000 / self._speed)

    def ended(self, count: int) -> None:
        self._bar.update(count - self._ended)
        self._ended = count


def _play(tablet: Tablet, clock: SetClock, day: Day, pace: _Pace) -> None:
    other = tablet.hub.session
    is_other = other.is_open and other.day != day.date.isoformat()
    if is_other:
        raise Stopped(
            f"The session of {other.day} in {tablet.files.folder} is still open, so"
            f" {day.recorded.name} was not played. Play that day to its end first."
        )
    player = Player(tablet.hub, clock, day)
    player.open()
    for moment in player.play():
        pace.wait(moment - clock.millis())
        pace.ended(player.ended)
    player.close()
    pace.ended(player.ended)


async def _result(
    tablet: Tablet, centre: str | None, days: Sequence[Day], sessions: Sequence[Session]
) -> tuple[dict[str, Any], bool]:
    """Give what a replay says at the end, and whether the centre does not know this hub."""
    taken, is_stranger = None, False
    if centre is not None:
        status = await drain_once(tablet, centre)
        if isinstance(status, str):
            raise Stopped(status)
        totals, is_stranger = tablet.outbox.totals(), status.is_paused
        is_through = not (totals.waiting or totals.refused or totals.quarantined)
        equal = is_through and await centre_agrees(tablet, centre)
        taken = {"accepted": totals.settled, "refused": totals.refused, "equal": equal}
    names = [day.recorded.name for day in days]
    lines = [
        session_line(name, session, tablet.pack)
        for name, session in zip(names, sessions, strict=True)
    ]
    fragments = kinds_of(where_everything_is(tablet).lines)
    return {"sessions": lines, "fragments": fragments, "centre": taken}, is_stranger
