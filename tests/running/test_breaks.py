"""A tablet that starts again after a long break, or under a wrong date: nothing is lost unsaid."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_app.clocks import SetClock
from hub_app.core import codec, events
from hub_app.core.clock import Stamp
from hub_app.departing import depart, due, judge, note_arrival
from hub_app.destroying import DOUBT_SECONDS, SEALING_SECONDS, destroy_overdue
from hub_app.hub import Wish
from hub_app.main import Tablet
from hub_app.sending import Sending
from hub_app.serving import Others, Work
from hub_app.telling import manifest_of, where_everything_is
from hub_app.ui.parts.kinds import held_words
from hub_app.view.chip import Why
from sync.endpoint import Receipt, Result
from sync.manifest import Manifest, SessionTold, manifest_body, read_manifest
from sync.record import Batch, read
from tests.running.test_late_families import SESSION, brought
from tests.running.test_leaving import a_session, tablet
from tests.running.test_one_sender import hear, joined
from tests.support.hall import TEN, done

LAST, QUARTER = date(2026, 12, 18), "2026-Q4"
TWENTY = 20


def before_the_break(folder: Path, *, is_signed_off: bool = True, families: int = TWENTY) -> None:
    room, clock = tablet(folder)
    clock.set(clock.at(LAST, TEN))
    a_session(room, families)
    if is_signed_off:
        done(room.hub.sign_off())
        depart(room)
    room.close()


def started(folder: Path, day: date) -> tuple[Tablet, SetClock, Work]:
    room, clock = tablet(folder)
    clock.set(clock.at(day, TEN))
    return room, clock, Work(room, Others("127.0.0.1", 0))


def rows(room: Tablet, kind: str) -> int:
    batches = (read(each.body) for each in room.outbox.batches())
    return sum(r.n for b in batches if isinstance(b, Batch) for r in b.of_kind(kind))


def numbers(room: Tablet) -> dict[str, tuple[int, int]]:
    """Visits held and destroyed, by kind."""
    return {line.kind: (line.held, line.destroyed) for line in where_everything_is(room).lines}


@pytest.mark.parametrize("day", [date(2027, 1, 10), date(2027, 1, 15), date(2027, 2, 10)])
@pytest.mark.parametrize("is_signed_off", [True, False])
async def test_what_passes_after_a_break_is_sealed_before_the_rest_is_destroyed(
    tmp_path: Path, day: date, is_signed_off: bool
):
    before_the_break(tmp_path, is_signed_off=is_signed_off)
    room, _, work = started(tmp_path, day)
    work.look_round()
    assert {e.period for e in room.outbox.waiting()} == {"2026-12-18", "2026-12", QUARTER}
    for kind in ("visit", "area", "work_status"):
        assert rows(room, kind) == TWENTY
    known = numbers(room)
    for kind in ("visit", "area", "need", "service"):
        assert known.get(kind, (0, 0)) == (0, 0)
    assert sum(known["priority_need"]) == TWENTY  # all are alike, so none may ever go
    told = manifest_of(room)
    assert told.sessions == (SessionTold(LAST, 1, TWENTY),)
    assert told.destroyed.get(QUARTER, 0) == told.waiting.get(QUARTER, 0) == 0
    assert (room.hub.session.id == "") == (day > date(2027, 1, 14))
    assert all(line.adds_up for line in where_everything_is(room).lines)
    room.close()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    away=st.integers(0, 58),
    families=st.integers(1, 14),
    is_signed_off=st.booleans(),
    may_seal=st.booleans(),
)
def test_whenever_it_starts_every_visit_is_sent_or_held_or_destroyed(
    away: int, families: int, is_signed_off: bool, may_seal: bool
):
    with TemporaryDirectory() as folder:
        before_the_break(Path(folder), is_signed_off=is_signed_off, families=families)
        room, clock = tablet(Path(folder))
        clock.set(clock.at(LAST + timedelta(days=away), TEN + 60))
        if may_seal:
            room.hub.sign_off_when_due()
            depart(room)
        assert destroy_overdue(room) == 0
        is_counted = is_signed_off or may_seal or not room.hub.session.id
        known = numbers(room)
        for kind in ("visit", "area", "work_status"):  # one of each visit
            ready = sum(r.row.n for r in judge(room).verdict.rows if r.row.kind == kind)
            total = rows(room, kind) + sum(known.get(kind, (0, 0))) + ready
            assert total == (families if is_counted else 0)
        assert all(line.adds_up for line in where_everything_is(room).lines)
        room.close()


def test_what_passes_and_could_not_be_sealed_counts_as_destroyed(tmp_path: Path):
    before_the_break(tmp_path)
    room, clock = tablet(tmp_path)
    clock.set(clock.at(date(2027, 1, 15), TEN))
    assert judge(room).verdict.rows
    assert destroy_overdue(room) == 0
    assert numbers(room)["area"] == (0, TWENTY)
    assert "visit" not in {kind for kind, n in numbers(room).items() if any(n)}
    room.close()


def test_a_session_nobody_signed_off_is_told_when_it_is_destroyed(tmp_path: Path):
    before_the_break(tmp_path, is_signed_off=False)
    room, clock = tablet(tmp_path)
    clock.set(clock.at(date(2027, 1, 15), TEN))
    assert destroy_overdue(room) == 0
    told = manifest_of(room)
    assert told.sessions == (SessionTold(LAST, 1, TWENTY),)
    assert told.destroyed == {QUARTER: TWENTY}
    assert numbers(room)["visit"] == numbers(room)["area"] == (0, TWENTY)
    room.close()


async def test_where_all_is_sealed_nobody_waits(tmp_path: Path):
    before_the_break(tmp_path / "a")
    room, clock = tablet(tmp_path / "a")
    clock.set(clock.at(date(2027, 1, 10), TEN))
    depart(room)
    other, work = joined(tmp_path / "b", room)
    hear(other, room)
    clock.set(clock.at(date(2027, 1, 15), TEN))
    Sending(other, lambda: work.tablets.node, lambda: 1000.0, lambda: None)
    assert other.hub.session.id == ""
    assert numbers(other).get("area", (0, 0)) == (0, 0)
    room.close()
    other.close()


@pytest.mark.parametrize("is_signed_off", [True, False])
async def test_where_nobody_may_seal_it_waits_ten_minutes_and_is_destroyed_and_counted(
    tmp_path: Path, is_signed_off: bool
):
    before_the_break(tmp_path / "a", is_signed_off=is_signed_off)
    room, clock = tablet(tmp_path / "a")
    clock.set(clock.at(LAST, TEN + 300))
    other, work = joined(tmp_path / "b", room)
    hear(other, room)
    clock.set(clock.at(date(2027, 1, 15), TEN))
    seconds = 1000.0
    alone = Sending(other, lambda: work.tablets.node, lambda: seconds, lambda: None)
    seconds += SEALING_SECONDS - 1
    alone.look()
    assert other.hub.session.id != ""
    seconds += 1
    alone.look()
    assert other.hub.session.id == ""
    assert numbers(other)["area"] == (0, TWENTY)
    assert manifest_of(other).sessions == (SessionTold(LAST, 1, TWENTY),)
    room.close()
    other.close()


def test_what_another_tablet_has_destroyed_is_not_let_go_again(tmp_path: Path):
    before_the_break(tmp_path / "a")
    room, clock = tablet(tmp_path / "a")
    clock.set(clock.at(LAST, TEN + 300))
    other, there = tablet(tmp_path / "b")
    hear(other, room)  # and it was off while the others sealed the rest, and destroyed it
    clock.set(clock.at(date(2027, 1, 15), TEN))
    there.set(clock.millis())
    depart(room)
    assert destroy_overdue(room) == 0
    facts = room.hub.shared.after(other.hub.shared.vector, 10_000)
    for fact in facts:  # wherever the line breaks
        other.hub.take_in([fact])
        if len(other.hub.leaving.confirmed) == len(room.hub.leaving.confirmed):
            assert due(other) == ()
    depart(other)
    assert other.outbox.batches() == room.outbox.batches()
    assert destroy_overdue(other) == 0
    assert where_everything_is(other) == where_everything_is(room)
    for each in (room, other):
        each.close()


# --- a clock that is wrong ------------------------------------------------------------------------


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[tuple[Tablet, SetClock]]:
    room, clock = tablet(tmp_path)
    a_session(room, TWENTY)
    done(room.hub.sign_off())
    depart(room)
    done(room.hub.open_session())
    done(room.hub.arrive(Wish(("housing_rent",))))
    yield room, clock
    room.close()


@pytest.mark.parametrize("days", [73, 365])
def test_a_clock_far_ahead_destroys_nothing(hall: tuple[Tablet, SetClock], days: int):
    room, clock = hall
    today, before = room.hub.today(), numbers(room)
    clock.set(clock.at(today + timedelta(days=days), TEN))
    assert destroy_overdue(room) == 0
    assert len(room.hub.session.visits) == 1
    clock.set(clock.at(today, TEN))
    assert numbers(room) == before
    assert rows(room, "visit") == TWENTY


def test_the_hall_that_is_open_is_spared_for_a_day_and_not_for_ever(tmp_path: Path):
    room, clock = tablet(tmp_path)
    clock.set(clock.at(LAST, TEN))
    done(room.hub.open_session())
    done(room.hub.arrive(Wish(("housing_rent",))))
    clock.set(clock.at(date(2027, 1, 20), TEN))
    assert destroy_overdue(room) == 0
    assert len(room.hub.session.visits) == 1
    assert destroy_overdue(room, DOUBT_SECONDS) == 0
    assert room.hub.session.id == ""
    assert manifest_of(room).sessions == (SessionTold(LAST, 1, 1),)
    room.close()


def test_after_a_very_long_break_the_date_counts_once_a_session_was_opened(tmp_path: Path):
    before_the_break(tmp_path)
    room, clock = tablet(tmp_path)
    clock.set(clock.at(date(2027, 4, 20), TEN))
    depart(room)
    assert destroy_overdue(room) == 0
    assert len(room.log.sessions()) == 1
    done(room.hub.open_session())
    assert destroy_overdue(room) == 0
    assert room.log.sessions() == ("2027-04-20.1",)
    room.close()


async def test_a_tablet_in_doubt_of_its_date_destroys_when_it_has_run_for_a_day(tmp_path: Path):
    before_the_break(tmp_path)
    room, clock, work = started(tmp_path, date(2027, 4, 20))
    seconds = 0.0
    sending = Sending(room, lambda: work.tablets.node, lambda: seconds, lambda: None)
    assert room.hub.session.id != ""
    seconds = DOUBT_SECONDS - 1
    sending.look()
    assert room.hub.session.id != ""
    seconds = DOUBT_SECONDS
    sending.look()
    assert room.hub.session.id == ""
    assert rows(room, "area") == TWENTY
    assert clock.millis() == room.hub.now()
    room.close()


# --- what the centre refused, and what was taken back ---------------------------------------------


def test_nothing_is_built_on_what_the_centre_refused(tmp_path: Path):
    room, _ = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    (batch,) = room.outbox.waiting()
    note_arrival(room, Receipt(batch.batch_id, Result.REFUSED))
    brought(room, [f"late{n}" for n in range(6)])
    assert depart(room) is None
    (stands,) = room.outbox.batches()
    assert stands.revision == 1
    left = where_everything_is(room)
    (line,) = [line for line in left.lines if line.kind == "visit"]
    assert (line.visits, line.sent, line.held) == (12, 6, 6)
    assert {h.why for h in left.held if h.kind == "visit"} == {Why.NOT_TAKEN}
    room.close()


def taken_back(room: Tablet, visits: Iterator[str]) -> None:
    """A tablet that comes home brings that these visits were taken back before the count."""
    told = room.log.session(SESSION)
    at = room.hub.now() - 1000
    facts = []
    for n, visit in enumerate(visits, 1):
        undone = events.Undone(tuple(fact.id for fact in told if fact.visit == visit))
        kind, version, body = codec.encode(undone)
        stamp = Stamp(at + n, 0, "home")
        facts.append(("home", n, stamp.millis, 0, SESSION, visit, kind, version, body))
    room.hub.take_in(facts)


def test_visits_taken_back_after_the_count_are_told(tmp_path: Path):
    room, clock = tablet(tmp_path)
    hub = room.hub
    done(hub.open_session())
    desk = done(hub.open_desk("Housing", ["housing"]))
    for n in range(11):
        told = events.Answered(visit_type="first_ever" if n < 9 else "returning")
        visit = done(hub.arrive(Wish(("housing_rent",), answers=told)))
        done(hub.call(desk, visit.id))
        done(hub.start(desk, visit.id))
        done(hub.finish(desk, visit.id, "advice_given"))
    families = list(hub.session.visits)
    done(hub.close_session())
    done(hub.sign_off())
    depart(room)
    assert manifest_of(room).waiting == {QUARTER: 2}
    taken_back(room, iter([*families[-2:], families[0]]))  # of the first, the row has left
    depart(room)
    told = manifest_of(room)
    assert told.sessions == (SessionTold(date(2026, 11, 3), 1, 11, -2),)
    assert (told.waiting, rows(room, "visit")) == ({}, 9)
    assert where_everything_is(room).taken_back == 2
    again = read_manifest(manifest_body(told))
    assert isinstance(again, Manifest)
    assert again.sessions == told.sessions
    clock.set(clock.at(date(2027, 1, 15), TEN))
    depart(room)
    assert destroy_overdue(room, DOUBT_SECONDS) == 0
    assert manifest_of(room).sessions == told.sessions
    assert Counter(manifest_of(room).destroyed)[QUARTER] == 0
    room.close()


def test_the_session_that_keeps_everything_here_is_named(tmp_path: Path):
    room, clock = tablet(tmp_path)
    a_session(room, TWENTY)
    done(room.hub.sign_off())
    clock.set(clock.at(date(2026, 11, 24), TEN))
    done(room.hub.open_session())
    depart(room)
    assert {line.waits_for for line in where_everything_is(room).held} == {None}
    clock.set(clock.at(date(2026, 12, 2), TEN))
    depart(room)
    waiting = {line.kind: line for line in where_everything_is(room).held}
    assert waiting["area"].waits_for == "2026-11-24"
    assert "the session of Tuesday 24 November" in held_words(waiting["area"])
    room.close()
