"""The log as peers see it: what is new is kept in order, and nothing odd stops the rest."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from hub_app.core import events as e
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.log import Fact, Log, own_origin
from hub_app.store.shared import BODY_LIMIT, UNREADABLE, Shared

NOON = 1_795_000_000_000
Rows = tuple[tuple[Any, ...], ...]
Make = Callable[[str], "Kept"]


class Kept:
    """One tablet's log, with nobody around it."""

    def __init__(self, origin: str) -> None:
        db = open_database(None)
        assert not isinstance(db, DatabaseRefused)
        self.db: Database = db
        self.log = Log(db, own_origin(db, lambda: origin))
        self.shared = Shared(self.log)

    def write(self, *tickets: str, at: int = NOON) -> None:
        for ticket in tickets:
            fact = Fact("s", ticket, e.Arrived(ticket, "t"))
            self.shared.wrote(self.log.append([fact], at))

    def rows(self) -> Rows:
        return self.shared.after({}, 10_000)


@pytest.fixture
def make() -> Make:
    return Kept


def table(kept: Kept) -> list[tuple[Any, ...]]:
    return sorted(kept.rows())


def test_what_a_peer_lacks_is_given_in_order_and_taken_once(make: Make):
    here, there = make("a"), make("b")
    here.write("A1", "A2", "A3")
    there.shared.receive(here.rows()[:2], NOON)
    more = here.shared.after(there.shared.vector, 100)
    assert [row[1] for row in more] == [3]
    assert [entry.n for entry in there.shared.receive(here.rows(), NOON).entries] == [3]
    assert there.shared.receive(here.rows(), NOON).entries == ()
    assert table(there) == table(here)
    assert there.shared.vector == {"a": 3}


def test_facts_behind_a_gap_wait_until_it_is_filled(make: Make):
    here, there = make("a"), make("b")
    here.write("A1", "A2", "A3")
    first, second, third = here.rows()
    came = there.shared.receive([first, third], NOON)
    assert came.gap
    assert there.shared.vector == {"a": 1}
    assert not there.shared.receive([second, third], NOON).gap
    assert table(there) == table(here)


def test_a_third_tablet_passes_on_what_it_never_wrote(make: Make):
    here, between, there = make("a"), make("b"), make("c")
    here.write("A1", "A2")
    between.write("B1")
    between.shared.receive(here.rows(), NOON)
    there.shared.receive(between.rows(), NOON)
    assert there.shared.vector == {"a": 2, "b": 1}


def test_a_kind_nobody_here_knows_is_kept_and_passed_on_as_it_came(make: Make):
    there, third = make("b"), make("c")
    row = ("a", 1, NOON, 0, "s", "v1", "danced", 7, '{"with":"whom"}')
    there.shared.receive([row], NOON)
    third.shared.receive(there.rows(), NOON)
    assert table(third) == [row]


@pytest.mark.parametrize(
    "bad",
    [
        ["a", 2, -1, 0, "s", "v", "left", 1, "{}"],
        ["a", 2, 1 << 60, 0, "s", "v", "left", 1, "{}"],
        ["a", 2, NOON, "x", "s", "v", "left", 1, "{}"],
        ["a", 2, NOON, 0, "s", "v", "left", 1, "x" * (BODY_LIMIT + 1)],
        ["a", 2, NOON, 0, "\ud800", "v", "left", 1, "{}"],
        ["a", 2, NOON, 0, "s", "v", "left", True, "{}"],
        ["a", 2],
    ],
)
def test_a_fact_nobody_could_keep_is_set_aside_and_those_behind_it_come_through(
    make: Make, bad: list[object]
):
    there, third = make("b"), make("c")
    good = [("a", n, NOON, n, "s", "v", "left", 1, "{}") for n in (1, 3)]
    came = there.shared.receive([good[0], bad, good[1]], NOON)
    assert [entry.kind for entry in came.entries] == ["left", UNREADABLE, "left"]
    assert came.unreadable == there.shared.unreadable == 1
    third.shared.receive(there.rows(), NOON)
    assert table(third) == table(there)


def test_what_has_not_even_a_number_is_left_out(make: Make):
    there = make("b")
    good = ("a", 1, NOON, 0, "s", "v", "left", 1, "{}")
    came = there.shared.receive([None, [], ["", 1], ["a", 0], ["a", 1.5], [3, 1], good], NOON)
    assert [entry.n for entry in came.entries] == [1]
    assert came.unreadable == 6


def test_two_facts_of_one_number_are_noticed_and_neither_is_overwritten(make: Make):
    here, there = make("a"), make("b")
    here.write("A1")
    there.shared.receive(here.rows(), NOON)
    other = ("a", 1, NOON, 0, "s", "A9", "left", 1, "{}")
    assert there.shared.receive([other], NOON).forked == 1
    assert table(there) == table(here)
    assert there.shared.forks == 1
    assert here.shared.differs("a", 1, "another")
    assert not here.shared.differs("a", 1, here.shared.tips()["a"])
    assert Shared(there.log).forks == 1  # and after a restart it is still known


def test_a_stamp_far_ahead_is_kept_but_does_not_move_our_own(make: Make):
    here, there = make("a"), make("b")
    here.write("A1", at=NOON + 365 * 86_400_000)
    there.shared.receive(here.rows(), NOON)
    there.write("B1")
    assert there.log.latest_millis == NOON
    again = Log(there.db, "b")  # nor after a restart
    assert again.latest_millis == NOON


def test_what_follows_a_fact_from_far_ahead_comes_after_it_all_the_same(make: Make):
    here, there = make("a"), make("b")
    here.write("A1", at=NOON + 365 * 86_400_000)
    (ahead,) = there.shared.receive(here.rows(), NOON).entries
    (left,) = there.log.append([Fact("s", "A1", e.Left())], NOON, ahead.stamp)
    assert left.stamp > ahead.stamp
    (other,) = there.log.append([Fact("s", "B1", e.Arrived("B1", "t"))], NOON)
    assert other.stamp.millis == NOON


def test_a_stamp_a_little_ahead_is_adopted(make: Make):
    here, there = make("a"), make("b")
    here.write("A1", at=NOON + 60_000)
    there.shared.receive(here.rows(), NOON)
    there.write("B1")
    assert there.log.latest_millis == NOON + 60_000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 11), max_size=40), st.randoms(use_true_random=False))
def test_whatever_order_and_however_often_facts_come_nothing_is_lost_or_doubled(
    picks: list[int], chance: Any
):
    origins = [Kept("a"), Kept("b"), Kept("c")]
    for origin in origins:
        origin.write("x1", "x2", "x3", "x4")
    rows = [row for origin in origins for row in origin.rows()]
    there = Kept("d")
    for pick in picks:
        there.shared.receive([rows[pick]], NOON)
        for origin, n in there.shared.vector.items():
            held = [row[1] for row in there.rows() if row[0] == origin]
            assert held == list(range(1, n + 1))
    for _ in range(4):
        chance.shuffle(rows)
        there.shared.receive(rows, NOON)
    assert table(there) == sorted(rows)
