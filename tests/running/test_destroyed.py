"""When a session’s time is over: no trace of its families in any file, and sums that add up."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hub_app.core.events import GroupsTicked
from hub_app.departing import depart
from hub_app.destroying import DOUBT_SECONDS, destroy_overdue
from hub_app.hub import Wish
from hub_app.main import Tablet
from hub_app.telling import where_everything_is
from hub_app.view.chip import KindLine
from tests.running.test_leaving import tablet
from tests.support.hall import TEN, done

LAST_DAY, DAY_AFTER = date(2027, 1, 14), date(2027, 1, 15)


def _a_day_of(room: Tablet) -> set[bytes]:
    """Six families like each other in some ways only; gives what nobody may find of them again."""
    hub, canaries = room.hub, set[bytes]()
    done(hub.open_session())
    desk = done(hub.open_desk("Housing", ["housing"]))
    for n in range(6):
        visit = done(hub.arrive(Wish(("housing_rent",), name=f"Canary Person {n}")))
        done(hub.call(desk, visit.id))
        done(hub.start(desk, visit.id))
        groups = ("lone",) if n % 2 else ("minority",)
        done(hub.tick_groups(visit.id, GroupsTicked("ticked", groups)))
        done(hub.finish(desk, visit.id, "advice_given"))
        canaries |= {visit.id.encode(), visit.token.encode(), f"Canary Person {n}".encode()}
    done(hub.close_session())
    done(hub.sign_off())
    depart(room)
    return canaries


def _found(folder: Path, canaries: set[bytes]) -> Iterator[str]:
    for path in folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        yield from (f"{canary!r} in {path.name}" for canary in canaries if canary in held)


def test_a_missed_purge_is_made_up_for_and_leaves_only_numbers(tmp_path: Path) -> None:
    room, clock = tablet(tmp_path)
    canaries = _a_day_of(room)
    assert len(canaries) == 18
    clock.set(clock.at(LAST_DAY, TEN))
    depart(room)
    assert destroy_overdue(room) == 0
    before = {line.kind: line for line in where_everything_is(room).lines}
    assert before["need"].visits == 6
    room.close()
    assert any(_found(tmp_path, canaries))
    room, clock = tablet(tmp_path)  # it was off on the day itself
    clock.set(clock.at(DAY_AFTER, TEN))
    assert destroy_overdue(room, DOUBT_SECONDS) == 0
    assert list(_found(tmp_path, canaries)) == []
    assert room.log.of_kind("batch_visits") == ()
    assert room.hub.session.id == ""
    left = {line.kind: line for line in where_everything_is(room).lines}
    assert all(line.adds_up for line in left.values())
    for kind, line in before.items():
        assert left[kind] == KindLine(kind, line.held, 0, 0, line.held)
    assert sum(line.destroyed for line in left.values()) > 0
    assert room.outbox.waiting()  # rows that passed the gate stay until the centre has them
    room.close()
    assert list(_found(tmp_path, canaries)) == []
