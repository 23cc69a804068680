"""What is kept no longer: destroyed on time, without a trace, and never brought back."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_app.core import events as e
from hub_app.core.hall_events import SessionOpened
from hub_app.core.leaving_events import BatchArrived, BatchVisits
from hub_app.core.promised import Promised
from hub_app.store.database import DatabaseRefused, DiskFull, open_database
from hub_app.store.log import Fact, Log, own_origin
from hub_app.store.retention import Retention
from hub_app.store.shared import GONE, Shared

NOON = 1_795_000_000_000  # 18 November 2026
OLD, NEW = "2026-08-14", "2026-11-18"
TODAY = date(2026, 11, 18)
CANARY = "canary7Q"


def last_day(day: date) -> date:
    """The end of the quarter and two weeks, as the gate has it for the quarters of 2026."""
    return {3: date(2026, 10, 14), 4: date(2027, 1, 14)}[(day.month + 2) // 3]


class Kept:
    """One tablet's log, and how long it is kept."""

    def __init__(self, origin: str, path: Path | None = None) -> None:
        db = open_database(path)
        assert not isinstance(db, DatabaseRefused)
        self.db = db
        self.log = Log(db, own_origin(db, lambda: origin))
        self.shared = Shared(self.log)
        self.retention = Retention(self.log)

    def write(self, session: str, *events: e.Event, visit: str | None = None) -> None:
        facts = [Fact(session, visit, event) for event in events]
        self.shared.wrote(self.log.append(facts, NOON))

    def open(self, session: str, day: str) -> None:
        self.write(session, SessionOpened(day))

    def destroy(self, session: str, *promises: Promised) -> None:
        self.retention.destroy(session, promises)
        self.shared.forget()

    def overdue(self, today: date = TODAY) -> tuple[str, ...]:
        return self.retention.overdue(today, last_day)

    def kinds(self) -> list[str]:
        return [row[6] for row in self.shared.after({}, 10_000)]


def bring(giver: Kept, taker: Kept) -> None:
    """Give one tablet what it lacks of another's facts, and let it look at the other's digests."""
    taker.shared.receive(giver.shared.after(taker.shared.vector, 10_000), NOON)
    for origin, tip in giver.shared.tips().items():
        assert not taker.shared.differs(origin, giver.shared.vector[origin], tip)


def test_a_session_is_overdue_on_the_day_after_its_last_and_not_before():
    here = Kept("a")
    here.open("old", OLD)
    here.open("new", NEW)
    here.write("house", e.Undone(("a:1",)))
    assert here.overdue(date(2026, 10, 14)) == ()
    assert here.overdue(date(2026, 10, 15)) == ("old",)
    assert here.overdue(date(2027, 1, 15)) == ("old", "new")


def test_facts_of_a_session_nobody_here_knows_the_opening_of_go_as_well():
    here = Kept("a")
    here.write("lost", e.Arrived("A1", "t"), visit="v1")
    assert here.overdue() == ()
    assert here.overdue(date(2027, 1, 15)) == ("lost",)


def test_nothing_of_a_destroyed_session_is_in_any_file(tmp_path: Path):
    here = Kept("a", tmp_path / "hub.db")
    here.open("old", OLD)
    for n in range(200):
        arrived = e.Arrived(f"A{n}", f"{CANARY}-token-{n}", area=CANARY)
        here.write("old", arrived, e.Called(CANARY, CANARY), visit=f"{CANARY}-{n}")
    here.write("visits.2026-10-14", BatchVisits("s1", 0, CANARY))
    theirs = ("a", 3, NOON, 0, "old", f"{CANARY}-9", "left", 1, "{}")
    assert here.shared.receive([theirs], NOON).forked == 1
    here.open("new", NEW)
    assert any(CANARY.encode() in path.read_bytes() for path in tmp_path.iterdir())
    for session in here.overdue():
        here.destroy(session)
    assert [path.name for path in tmp_path.iterdir() if CANARY.encode() in path.read_bytes()] == []
    here.db.conn.close()
    assert [path.name for path in tmp_path.iterdir() if CANARY.encode() in path.read_bytes()] == []


def test_what_stands_behind_rows_is_kept_until_the_day_it_names():
    here = Kept("a")
    here.write("leaving", BatchArrived("b1", "counted"))
    here.write("visits.2026-11-18", BatchVisits("s1", 0, "x"))
    here.write("visits.nobody knows", BatchVisits("s2", 0, "x"))
    assert here.overdue() == ("visits.nobody knows",)
    assert len(here.overdue(date(2026, 11, 19))) == 2
    for name in here.overdue(date(2027, 1, 15)):
        here.destroy(name)
    assert here.kinds() == ["batch_arrived", GONE, GONE]


def test_what_was_cut_off_is_destroyed_again_without_harm():
    here = Kept("a")
    here.open("old", OLD)
    promise = Promised(OLD, "A1", e.Referred("r1", "", "dwp", OLD, "rent"))
    for _ in range(2):
        here.destroy("old", promise)
    assert here.kinds() == [GONE]
    assert here.retention.promises() == (promise,)
    here.retention.let_go(["r1", "another"])
    assert here.retention.promises() == ()


def test_without_room_nothing_is_destroyed_and_it_can_be_tried_again(tmp_path: Path):
    here = Kept("a", tmp_path / "hub.db")
    here.open("old", OLD)
    here.write("old", e.Arrived("A1", "t"), visit="v1")
    before = here.shared.after({}, 10)
    (pages,) = here.db.conn.execute("PRAGMA page_count").fetchone()
    here.db.conn.execute(f"PRAGMA max_page_count = {pages}")
    lots = [Promised(OLD, "A1", e.Referred(f"r{n:04}", "", "dwp", OLD)) for n in range(300)]
    with pytest.raises(DiskFull):
        here.destroy("old", *lots)
    assert here.shared.after({}, 10) == before
    assert here.overdue() == ("old",)
    here.db.conn.execute("PRAGMA max_page_count = 100000")
    here.destroy("old", *lots)
    assert here.kinds() == [GONE, GONE]
    assert here.overdue() == ()


def test_what_a_peer_still_holds_of_a_destroyed_session_does_not_come_back():
    here, there = Kept("a"), Kept("b")
    here.open("old", OLD)
    bring(here, there)
    there.write("old", e.Arrived("B1", "t"), visit="v2")  # while nobody could hear it
    here.destroy("old")
    bring(there, here)
    bring(here, there)
    assert here.kinds() == [GONE, GONE]
    assert here.shared.forks == there.shared.forks == 0
    assert here.shared.vector == there.shared.vector == {"a": 1, "b": 1}
    assert there.kinds() == ["session_opened", "arrived"]  # until its own day comes
    there.destroy("old")
    assert there.shared.after({}, 10) == here.shared.after({}, 10)


def test_what_was_on_its_way_twice_is_no_second_fact_where_one_of_them_is_destroyed():
    here, there = Kept("a"), Kept("b")
    here.open("old", OLD)
    full = here.shared.after({}, 10)
    bring(here, there)
    here.destroy("old")
    empty = here.shared.after({}, 10)
    assert here.shared.receive(full, NOON).forked == 0
    assert there.shared.receive(empty, NOON).forked == 0
    assert here.shared.after({}, 10) == empty
    assert there.shared.after({}, 10) == full


def test_two_facts_of_one_number_are_still_noticed_behind_what_is_destroyed():
    here, there = Kept("a"), Kept("b")
    here.open("old", OLD)
    bring(here, there)
    here.write("new", e.Arrived("A1", "t"), visit="v1")
    other = ("a", 2, NOON, 0, "new", "v9", "left", 1, "{}")
    there.shared.receive([other], NOON)
    here.destroy("old")
    assert there.shared.differs("a", 2, here.shared.tips()["a"])
    there.destroy("old")
    assert here.shared.differs("a", 2, there.shared.tips()["a"])


@pytest.mark.parametrize("tip", ["x/abc", "/", "9999999999999999999999/abc", "1/", "²/abc"])
def test_a_digest_that_is_nonsense_accuses_nobody(tip: str):
    here = Kept("a")
    here.open("old", OLD)
    assert not here.shared.differs("a", 1, tip)


_TABLETS = st.integers(0, 2)
_STEPS = st.one_of(
    st.tuples(st.just("write"), _TABLETS, st.sampled_from(("s0", "s1", "s2"))),
    st.tuples(st.just("house"), _TABLETS, st.just("")),
    st.tuples(st.just("bring"), _TABLETS, st.sampled_from(("0", "1", "2"))),
    st.tuples(st.just("destroy"), _TABLETS, st.sampled_from(("s0", "s1"))),
)


def _step(tablets: list[Kept], step: tuple[str, int, str]) -> None:
    what, at, about = step
    here = tablets[at]
    steps: dict[str, Callable[[], None]] = {
        "write": lambda: here.write(about, e.Left(), visit=f"v{at}"),
        "house": lambda: here.write("house", e.Undone(("x:1",))),
        "bring": lambda: bring(tablets[int(about)], here),
        "destroy": lambda: here.destroy(about),
    }
    steps[what]()


@settings(max_examples=60, deadline=None)
@given(st.lists(_STEPS, max_size=40))
def test_whenever_each_tablet_destroys_they_agree_in_the_end_and_nobody_is_called_a_copy(
    steps: list[tuple[str, int, str]],
):
    tablets = [Kept("a"), Kept("b"), Kept("c")]
    for session in ("s0", "s1", "s2"):
        tablets[0].open(session, OLD)
    for step in steps:
        _step(tablets, step)
    kept = [len([k for k in t.log.session("house") if k.origin == t.log.origin]) for t in tablets]
    for tablet in tablets:
        tablet.destroy("s0")
        tablet.destroy("s1")
    for _ in range(2):
        for giver in tablets:
            for taker in tablets:
                bring(giver, taker)
    first = sorted(tablets[0].shared.after({}, 10_000))
    for tablet in tablets:
        assert sorted(tablet.shared.after({}, 10_000)) == first
        assert tablet.shared.forks == 0
        assert not [row for row in first if row[4] in ("s0", "s1")]
        assert len(tablet.log.session("house")) == sum(kept)
        again = Shared(tablet.log)  # and after a restart they say the same
        assert (again.vector, again.tips()) == (tablet.shared.vector, tablet.shared.tips())
    for tablet in tablets:
        tablet.db.conn.close()
