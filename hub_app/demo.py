"""`hub-app demo`: a hub with a morning already under way, and a centre, on this machine."""

import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from hub_app.clocks import SetClock, SystemClock
from hub_app.config import assets
from hub_app.core.events import Referred
from hub_app.core.house import HANDOVER_NOTE
from hub_app.core.house_events import RotaSet
from hub_app.core.pack import Pack
from hub_app.core.pattern import Pattern, Shape, rule_text
from hub_app.core.refusal import Refusal
from hub_app.core.rota import holiday
from hub_app.core.session import Presence
from hub_app.hub import Hub
from hub_app.main import Tablet, Unopened, open_tablet
from hub_app.replay.play import Day, Player, Stopped
from hub_app.replay.recorded import BadDay, read_day
from sync.record import Place

HUB = "DEMO"
UNDER_WAY_MINUTES = 35
CENTRE_STOPS_SECONDS = 5.0
CENTRE_FILE = "centre.db"
WELCOME = ("greeter", "lead")
ALSO_HERE = ("council_money", "welfare")
LATE, LEAVES_SOON, STAYS_AWAY = "legal", "health", "dwp"
LATE_MINUTES, SOON_MINUTES, STAY_MINUTES = 15, 75, 180
CAPACITY = (60, 75)
_QUARTER = 15
_REFUSED = "The demo could not be set up. Start again with an empty folder."


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
    today = (WELCOME, *((service,) for service in (*recorded.services, *ALSO_HERE, LATE)))
    try:
        is_set = _set_house(tablet.hub, clock.local(start), today) and _open_desks(tablet.hub)
        if not is_set:
            return _REFUSED
        player.open()
        for _ in player.play(until=now):
            pass
    except Stopped as stopped:
        return str(stopped)
    return None if _promise(tablet.hub) else _REFUSED


def _all_done(*answers: object) -> bool:
    return not any(isinstance(answer, Refusal) for answer in answers)


def _set_house(hub: Hub, opens: datetime, today: tuple[tuple[str, ...], ...]) -> bool:
    """Set rota, a day off, how many people fit and two agreements; say whether all was taken."""
    day = opens.date()
    on_rota = [hub.set_rota(entry) for entry in _rota(hub.pack, opens, today)]
    away = next(e.id for e in hub.house.rota.values() if e.services == (STAYS_AWAY,))
    is_holiday = bool(holiday(day, hub.pack.country))
    return _all_done(
        *on_rota,
        hub.leave_out(away, _on(day, 7)),
        hub.shut_on(_on(day, 14), "The hall is not free"),
        *([hub.open_on(day.isoformat())] if is_holiday else ()),
        hub.set_capacity(*CAPACITY),
        hub.make_agreement(
            ("council", "advice_charity"), (HANDOVER_NOTE,), _on(day, -40), _on(day, 325)
        ),
        hub.make_agreement(
            ("advice_charity", "energy_charity"), (HANDOVER_NOTE,), _on(day, -345), _on(day, 20)
        ),
    )


def _on(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()


def _rota(pack: Pack, opens: datetime, today: tuple[tuple[str, ...], ...]) -> Iterator[RotaSet]:
    """Give who comes every week on this weekday, and a few who come at other times."""
    begins = opens.replace(minute=opens.minute - opens.minute % _QUARTER, second=0, microsecond=0)
    weekly = _weekly(begins.date())
    for services in today:
        stays = SOON_MINUTES if LEAVES_SOON in services else STAY_MINUTES
        wait = timedelta(minutes=LATE_MINUTES if LATE in services else 0)
        yield _entry(pack, services, begins + wait, stays, weekly)
    other = (begins + timedelta(days=2)).replace(hour=10, minute=0)
    for service in ("housing", "money"):
        yield _entry(pack, (service,), other, STAY_MINUTES, _weekly(other.date()))
    weekday = other.weekday()
    first = rule_text(Pattern(Shape.MONTHLY, weekdays=(weekday,), nth=1))
    yield _entry(pack, ("energy",), other, STAY_MINUTES, str(first))
    visit = other + timedelta(days=7)
    yield _entry(pack, ("work",), visit, 2 * 60, "")


def _weekly(day: date) -> str:
    return str(rule_text(Pattern(Shape.WEEKLY, weekdays=(day.weekday(),))))


def _entry(
    pack: Pack, services: tuple[str, ...], starts: datetime, minutes: int, rule: str
) -> RotaSet:
    name = pack.service(services[0]).short
    return RotaSet("", name, services, starts.strftime("%Y-%m-%dT%H:%M"), minutes, rule)


def _open_desks(hub: Hub) -> bool:
    """Open the session and every desk the rota expects but one; one says when it leaves."""
    opened = hub.open_session()
    if isinstance(opened, Refusal):
        return False
    answers: list[object] = []
    for desk in opened.desks.values():
        if desk.presence is Presence.EXPECTED and LATE not in desk.services:
            answers.append(hub.open_desk(desk.name, desk.services, desk.id))
        if LEAVES_SOON in desk.services:
            answers.append(hub.leaving_at(desk.id, desk.expected_until))
    return _all_done(*answers)


def _promise(hub: Hub) -> bool:
    """Let two families be told that somebody will act: a call-back today, a referral in a week."""
    seen = [visit for visit in hub.session.visits.values() if visit.stops]
    day = hub.today()
    kinds = (("call_back", LATE, day.isoformat()), ("referral", "legal_charity", _on(day, 7)))
    return _all_done(
        *(
            hub.refer(
                visit.id,
                Referred("", visit.stops[0].desk, to, due, visit.needs[0].code, kind),
            )
            for visit, (kind, to, due) in zip(seen, kinds, strict=False)
        )
    )


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
            [*command, "--data", str(folder / CENTRE_FILE)],
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
