"""Families that come to light when their day has been counted: what of them leaves, and how."""

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from hub_app.core import codec
from hub_app.core import events as e
from hub_app.core.clock import Stamp
from hub_app.core.hall_events import SignedOff
from hub_app.core.leaving import PACKED_LIMIT, packed
from hub_app.departing import depart, judge, last_day_kept, standing
from hub_app.destroying import DOUBT_SECONDS, destroy_overdue
from hub_app.hub.leaving import MadeBatch
from hub_app.main import Tablet, open_tablet
from hub_app.telling import manifest_of, where_everything_is
from sync.departures import visits_text
from sync.gate import Leaving
from sync.manifest import SessionTold, read_manifest
from sync.record import KINDS, LADDER, VOCABULARY, Batch, Load, Number, Place, Row, read, seal
from sync.wire import COUNT_MAX
from tests.running.test_leaving import PLACE, a_session, tablet
from tests.support.hall import TEN, done

DAY = date(2026, 11, 3)
SESSION = "2026-11-03.1"


def brought(room: Tablet, families: Sequence[str], origin: str = "away") -> None:
    """Another tablet, cut off all day, brings families, and that it signed the session off."""
    at = room.hub.now()
    said: list[tuple[str | None, e.Event]] = []
    for visit in families:
        said.append((visit, e.Arrived(f"Z{visit}", visit, visit_type="first_ever")))
        said.append((visit, e.Left()))
    said += [(None, e.SessionClosed()), (None, SignedOff())]
    first = room.hub.shared.vector.get(origin, 0) + 1
    rows = []
    for n, (visit, event) in enumerate(said, first):
        stamp = Stamp(at + n, 0, origin)
        kind, version, body = codec.encode(event)
        rows.append((origin, n, stamp.millis, 0, SESSION, visit, kind, version, body))
    room.hub.take_in(rows)


def day_of(room: Tablet) -> Batch:
    known = [batch for _, batch, _ in standing(room) if batch.closed_period == DAY.isoformat()]
    return known[-1]


def counted(room: Tablet) -> tuple[int, int, int]:
    """The revision of the day, the visits it has let go, and those its count holds."""
    batch = day_of(room)
    (closing,) = batch.closing_counts
    return batch.revision, sum(row.n for row in batch.of_kind("visit")), closing.visits


@pytest.fixture
def room(tmp_path: Path):
    made, _ = tablet(tmp_path)
    a_session(made, 6)
    done(made.hub.sign_off())
    assert depart(made) is None
    yield made
    made.close()


def test_two_late_families_wait_and_the_coordinator_is_told(room: Tablet):
    brought(room, ["late1", "late2"])
    assert depart(room) is None
    assert counted(room) == (1, 6, 6)
    left = where_everything_is(room)
    assert left.late == 2
    (line,) = [line for line in left.lines if line.kind == "visit"]
    assert (line.visits, line.sent, line.held) == (8, 6, 2)


def test_five_late_families_alike_go_as_an_addition_and_the_count_follows(room: Tablet):
    brought(room, [f"late{n}" for n in range(6)])
    assert depart(room) is None
    assert counted(room) == (2, 12, 12)
    assert where_everything_is(room).late == 0
    assert [each.period for each in room.outbox.batches()] == [DAY.isoformat()]
    before = room.outbox.batches()
    assert depart(room) is None
    assert room.outbox.batches() == before


def test_the_two_revisions_of_a_day_differ_by_rows_that_passed_alone(room: Tablet):
    first = day_of(room)
    brought(room, [f"late{n}" for n in range(6)])
    depart(room)
    then, now = ({(r.kind, r.facts): r.n for r in b.rows} for b in (first, day_of(room)))
    more = {row: n - then.get(row, 0) for row, n in now.items()}
    assert all(n == 0 or n >= 5 for n in more.values())
    assert then.keys() <= now.keys()


def test_a_restored_tablet_seals_nothing_again_that_its_log_shows(room: Tablet):
    before = room.outbox.batches()
    room.hub.go_on_as_new("")
    assert depart(room) is None
    assert room.outbox.batches() == before
    brought(room, [f"late{n}" for n in range(6)])
    assert depart(room) is None
    assert counted(room) == (2, 12, 12)
    assert day_of(room).n == 1
    assert day_of(room).epoch != read_epoch(before[0].body)


def read_epoch(body: bytes) -> int:
    batch = read(body)
    assert isinstance(batch, Batch)
    return batch.epoch


def test_what_the_centre_is_told_adds_up(room: Tablet):
    brought(room, ["late1", "late2"])
    depart(room)
    told = manifest_of(room)
    assert told.sessions == (SessionTold(DAY, 1, 6, 2),)
    assert told.waiting == {"2026-Q4": 2}
    assert told.destroyed == {}
    assert [(each.period, each.revision) for each in told.periods] == [(DAY.isoformat(), 1)]
    assert read_manifest(b"") != told


# --- what a batch of the log may be ---------------------------------------------------------------


def alien(period: str, place: Place = PLACE, body: bytes | None = None) -> MadeBatch:
    facts = (("day", period), ("half_day", "am"), ("visit_type", "not_said"))
    row = Row("visit", facts, 7)
    sealed = seal(place, Number(1, 1), Load(period, 1, (row,)))
    visits = visits_text([Leaving(row, tuple("abcdefg"))])
    return MadeBatch(sealed.batch_id, period, 1, body or sealed.body, visits, "2027-01-14")


@pytest.mark.parametrize(
    "made",
    [
        alien("2026-11-02", Place("S12000042", "H3")),
        alien("2026-11-02", body=b"[]"),
        alien("2026-11-02", body=b"\xff"),
    ],
)
def test_what_is_no_batch_of_this_hub_never_leaves_and_counts_for_nothing(
    made: MadeBatch, room: Tablet, caplog: pytest.LogCaptureFixture
):
    (sealed,) = done(room.hub.seal([made], (0, "")))
    done(room.hub.confirm([getattr(sealed.event, "seal", "")]))
    with caplog.at_level(logging.ERROR):
        assert depart(room) is None
    assert "none of this hub’s" in caplog.text
    assert [each.period for each in room.outbox.batches()] == [DAY.isoformat()]
    assert len(judge(room).gone.loads) == 1


def test_the_fullest_batch_that_can_be_is_still_a_fact():
    rows = []
    for kind in KINDS:
        for step in LADDER[kind]:
            if step[0] != "month":
                continue
            classes = [(("month", "2026-11"),)]
            for name in step[1:]:
                classes = [(*facts, (name, code)) for facts in classes for code in VOCABULARY[name]]
            rows += [
                Row(kind, facts, 5 + (n * 7919) % COUNT_MAX) for n, facts in enumerate(classes)
            ]
    sealed = seal(PLACE, Number(2**48 - 1, 999), Load("2026-11", 9, tuple(dict.fromkeys(rows))))
    assert len(packed(sealed.body)) < PACKED_LIMIT


def test_a_session_of_three_hundred_visits_is_sealed_in_facts_other_tablets_take(tmp_path: Path):
    there, _ = tablet(tmp_path / "a")
    done(there.hub.open_session())
    done(there.hub.close_session())
    done(there.hub.sign_off())
    families = [f"{n:03d}{'x' * 13}" for n in range(300)]
    brought(there, families)
    assert depart(there) is None
    assert counted(there)[1] == 300
    rows = there.hub.shared.after({}, 100_000)
    assert max(len(row[8]) for row in rows) < 16 * 1024
    other, _ = tablet(tmp_path / "b")
    assert other.hub.take_in(rows).unreadable == 0
    depart(other)
    assert other.outbox.batches() == there.outbox.batches()
    for each in (there, other):
        each.close()


# --- destroyed on time ----------------------------------------------------------------------------


def test_when_the_sessions_go_so_does_what_tells_whose_rows_have_left(room: Tablet):
    brought(room, ["late1", "late2"])
    depart(room)
    clock = room.clock
    last = last_day_kept(DAY)
    assert last == date(2027, 1, 14)
    clock.set(clock.at(date(2027, 1, 1), TEN))  # type: ignore[attr-defined]
    assert depart(room) is None
    clock.set(clock.at(date(2027, 1, 15), TEN))  # type: ignore[attr-defined]
    before = room.outbox.batches()
    assert destroy_overdue(room, DOUBT_SECONDS) == 0
    assert destroy_overdue(room, DOUBT_SECONDS) == 0
    assert not any(added for _, _, added in standing(room))
    assert depart(room) is None
    assert room.outbox.batches() == before
    (line,) = [line for line in where_everything_is(room).lines if line.kind == "visit"]
    assert line.adds_up
    assert line.held == 0
    told = manifest_of(room)
    (session,) = told.sessions
    rows = sum(r.n for each in room.outbox.batches() for r in batch_of(each.body).of_kind("visit"))
    assert session.visits == rows + told.destroyed.get("2026-Q4", 0) - session.late


def batch_of(body: bytes) -> Batch:
    batch = read(body)
    assert isinstance(batch, Batch)
    return batch


def test_a_tablet_that_joins_afterwards_tells_the_same_of_what_was_destroyed(
    room: Tablet, tmp_path: Path
):
    brought(room, ["late1", "late2"])
    clock = room.clock
    clock.set(clock.at(date(2027, 1, 15), TEN))  # type: ignore[attr-defined]
    assert depart(room) is None
    assert destroy_overdue(room, DOUBT_SECONDS) == 0
    other = open_tablet(tmp_path / "other", room.pack, clock, PLACE)
    assert isinstance(other, Tablet)
    other.hub.take_in(room.hub.shared.after({}, 100_000))
    assert depart(other) is None
    assert where_everything_is(other) == where_everything_is(room)
    assert manifest_of(other).destroyed == manifest_of(room).destroyed
    assert manifest_of(other).sessions == manifest_of(room).sessions
    other.close()
