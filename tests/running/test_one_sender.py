"""One tablet sends for all, by the hall's clock; what a wiped tablet knew of sessions is gone."""

from pathlib import Path

import pytest

from hub_app import main
from hub_app.core.roster_events import DevicePaired
from hub_app.main import Tablet, open_tablet, where_everything_is
from hub_app.serving import Others, Work
from hub_app.view.chip import Chip, ChipKind, chip
from sync.record import is_over
from tests.running.test_leaving import PLACE, a_session, tablet
from tests.support.hall import YEAR, done, scotland

FOUNDER = "f" * 64
_ALL = 10_000


def joined(folder: Path, room: Tablet) -> tuple[Tablet, Work]:
    """Another tablet of the same hub, and what it does beside its screens."""
    opened = open_tablet(folder, scotland(), room.clock, PLACE)
    assert isinstance(opened, Tablet)
    work = Work(opened, None, Others("127.0.0.1", 0))
    device = work.tablets.node.me
    wanted = DevicePaired(device, "Office", "coordinator", 0)
    opened.hub.join_as(device)
    done(room.hub.pair_device(FOUNDER, "Door", ((), 0), wanted))
    return opened, work


async def test_a_tablet_that_joins_seals_nothing_of_what_has_gone_long_ago(tmp_path: Path):
    room, _ = tablet(tmp_path / "a")
    for _ in range(3):
        a_session(room, 6)
        done(room.hub.sign_off())
    other, work = joined(tmp_path / "b", room)
    while rows := room.hub.shared.after(other.hub.shared.vector, 20):
        other.hub.take_in(rows)
        work.look_round()
    assert other.outbox.totals().waiting == 0
    assert not other.hub.is_joining
    for each in (room, other):
        each.close()


async def test_a_tablet_that_does_not_send_never_says_what_has_gone(tmp_path: Path):
    room, _ = tablet(tmp_path / "a")
    other, work = joined(tmp_path / "b", room)
    other.hub.take_in(room.hub.shared.after({}, _ALL))
    a_session(other, 6)
    done(other.hub.sign_off())
    work.send_now()
    status = work.status()
    assert (status.sender, status.lines, status.held) == ("Door", (), 0)
    assert chip(status) == Chip(ChipKind.LEAVES_ELSEWHERE)
    again = Work(other, None, Others("127.0.0.1", 0))
    assert again.status() == status
    for each in (room, other):
        each.close()


async def test_what_a_wiped_tablet_knew_of_its_sessions_is_gone_from_its_memory_too(
    tmp_path: Path,
):
    room, _ = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    work = Work(room, None, Others("127.0.0.1", 0))
    assert any(line.visits for line in work.status().lines)
    work.tablets.wipe()
    assert not room.cut
    assert not any(line.visits for line in where_everything_is(room).lines)
    assert not any(line.visits for line in work.status().lines)
    await work.tablets.close()
    room.close()


def test_a_period_is_over_by_the_halls_clock_and_not_by_a_tablets_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    room, clock = tablet(tmp_path)
    clock.set(clock.millis() + YEAR)
    room.hub.correct_clock(-YEAR)
    asked = list[object]()

    def over(period: str, today: object) -> bool:
        asked.append(today)
        return is_over(period, today)  # type: ignore[arg-type]

    monkeypatch.setattr(main, "is_over", over)
    a_session(room, 6)
    done(room.hub.sign_off())
    main.depart(room)
    assert set(asked) == {room.hub.today()}
    assert room.hub.today().year == 2026
    room.close()
