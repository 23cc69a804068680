"""From a signed-off session to the outbox: once, by the rules of periods, and never twice."""

from datetime import date
from pathlib import Path

from hub_app.clocks import SetClock
from hub_app.core.events import Answered
from hub_app.departing import depart, signed_off
from hub_app.hub import Wish
from hub_app.main import Tablet, open_tablet
from hub_app.telling import status_of, where_everything_is
from hub_app.view.chip import ChipKind, Reach, chip
from sync.endpoint import Receipt, Result
from sync.record import Batch, Place, read
from tests.support.hall import TEN, done, scotland

PLACE = Place("S12000042", "H2")


def tablet(folder: Path) -> tuple[Tablet, SetClock]:
    clock = SetClock("Europe/London")
    clock.set(clock.at(date(2026, 11, 3), TEN))
    opened = open_tablet(folder, scotland(), clock, PLACE)
    assert isinstance(opened, Tablet), opened
    return opened, clock


def a_session(room: Tablet, families: int, visit_type: str = "first_ever") -> None:
    hub = room.hub
    done(hub.open_session())
    desk = done(hub.open_desk("Housing", ["housing"]))
    for _ in range(families):
        told = Answered(visit_type=visit_type, area="from_this_area")
        visit = done(hub.arrive(Wish(("housing_rent",), answers=told)))
        done(hub.call(desk, visit.id))
        done(hub.start(desk, visit.id))
        done(hub.finish(desk, visit.id, "advice_given"))
    done(hub.close_session())


def test_nothing_leaves_before_the_session_is_signed_off(tmp_path: Path) -> None:
    room, _ = tablet(tmp_path)
    a_session(room, 6)
    assert depart(room) is None
    assert room.outbox.waiting() == ()
    assert signed_off(room) == ()
    done(room.hub.sign_off())
    assert depart(room) is None
    (batch,) = room.outbox.waiting()
    assert batch.period == "2026-11-03"
    room.close()


def test_a_session_nobody_signs_off_is_signed_off_when_undo_is_over(tmp_path: Path) -> None:
    room, clock = tablet(tmp_path)
    a_session(room, 1)
    room.hub.sign_off_when_due()
    assert room.hub.session.signed_off_at is None
    clock.set(clock.millis() + 10 * 60_000 + 1)
    room.hub.sign_off_when_due()
    assert room.hub.session.signed_off_at is not None
    room.close()


def test_departing_again_and_after_a_restart_seals_nothing_new(tmp_path: Path) -> None:
    room, clock = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    before = room.outbox.waiting()
    depart(room)
    room.close()
    again = open_tablet(tmp_path, scotland(), clock, PLACE)
    assert isinstance(again, Tablet)
    depart(again)
    assert again.outbox.waiting() == before
    again.close()


def test_two_sessions_on_one_day_send_two_closing_counts_and_day_rows_once(tmp_path: Path) -> None:
    room, clock = tablet(tmp_path)
    for _ in range(2):
        a_session(room, 6)
        done(room.hub.sign_off())
        depart(room)
        clock.set(clock.millis() + 3_600_000)
    (sealed,) = room.outbox.batches()
    batch = read(sealed.body)
    assert isinstance(batch, Batch)
    assert (batch.revision, batch.n) == (2, 2)
    assert [closing.visits for closing in batch.closing_counts] == [6, 6]
    assert [row.n for row in batch.of_kind("visit")] == [12]
    (line,) = [line for line in where_everything_is(room).lines if line.kind == "visit"]
    assert (line.visits, line.sent, line.held) == (12, 12, 0)
    assert [each.batch_id for each in room.outbox.waiting()] == [batch.batch_id]
    room.close()


def test_month_rows_leave_when_the_month_is_over(tmp_path: Path) -> None:
    room, clock = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    lines = {line.kind: line for line in where_everything_is(room).lines}
    assert (lines["area"].sent, lines["area"].held) == (0, 6)
    clock.set(clock.at(date(2026, 12, 1), TEN))
    depart(room)
    lines = {line.kind: line for line in where_everything_is(room).lines}
    assert (lines["area"].sent, lines["area"].held) == (6, 0)
    assert [batch.period for batch in room.outbox.waiting()] == ["2026-11-03", "2026-11"]
    room.close()


def test_after_a_restart_what_the_centre_has_is_still_known(tmp_path: Path) -> None:
    room, _ = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    (batch,) = room.outbox.waiting()
    room.outbox.settle(Receipt(batch.batch_id, Result.COUNTED))
    said = chip(status_of(room, None, where_everything_is(room)))
    assert (said.kind, said.at) == (ChipKind.ALL_HERE, None)
    room.close()


def test_the_status_tells_what_waits_and_what_is_held(tmp_path: Path) -> None:
    room, _ = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    status = status_of(room, None, where_everything_is(room))
    assert (status.reach, status.waiting, status.refused) == (Reach.NO_CENTRE, 1, 0)
    assert status.held == 6  # their needs wait for the month
    room.close()
