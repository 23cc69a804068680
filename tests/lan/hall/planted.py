"""Faults somebody might make in the code for tablets; the simulated halls must find each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from hub_app.core import events as e
from hub_app.core import session as folding
from hub_app.core import visit_fold
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Hub
from hub_app.lan import keeper, lease
from hub_app.lan import node as nodes
from hub_app.lan.calls import Calls
from hub_app.lan.exchange import Exchange
from hub_app.lan.standing import Standing
from hub_app.store import cards, learnt, shared
from hub_app.store import log as logs
from hub_app.store.log import Log
from hub_app.store.shared import Shared

Planted = Callable[[], Any]


@contextmanager
def instead(owner: Any, name: str, planted: Any) -> Iterator[None]:
    """Put a fault in the place of what the code does, for a while."""
    was = owner.__dict__[name]
    setattr(owner, name, planted)
    try:
        yield
    finally:
        setattr(owner, name, was)


# --- facts ---------------------------------------------------------------------------------------


def a_cursor_instead_of_a_vector() -> Any:
    """What was sent once is held to have come, whatever the peer says that it holds."""
    known: dict[tuple[int, str], dict[str, int]] = {}

    def hear_alive(self: Exchange, said: Any) -> Any:
        cursor = known.setdefault((id(self._shared), said.origin), {})
        for origin, n in said.vector.items():
            cursor[origin] = max(n, cursor.get(origin, 0))
        self._sent = cursor
        self.is_met, self.origin, self._sees = True, said.origin, frozenset(said.sees)
        self.theirs, self._target = dict(said.vector), dict(self._shared.vector)
        self._unanswered = 0
        return self.push()

    return instead(Exchange, "hear_alive", hear_alive)


def a_number_kept_in_memory() -> Any:
    """The number of the next fact is counted, not looked up: a commit that fails leaves a gap."""
    real = Log.append

    def append(self: Log, facts: Sequence, wall_millis: int, after: Any = None) -> Any:
        held: dict[str, int] = self.__dict__.setdefault("_counted", {})
        (found,) = self.db.conn.execute(
            "SELECT coalesce(max(n), 0) FROM event WHERE origin = ?", [self.origin]
        ).fetchone()
        gap = held.get(self.origin, found) - found
        held[self.origin] = found + gap + len(facts)
        if gap <= 0:
            return real(self, facts, wall_millis, after)
        inserted = Log.insert

        def insert(log: Log, entries: Any, *, is_ahead: bool = False) -> None:
            inserted(log, [replace(entry, n=entry.n + gap) for entry in entries], is_ahead=is_ahead)

        with instead(Log, "insert", insert):
            entries = real(self, facts, wall_millis, after)
        return tuple(replace(entry, n=entry.n + gap) for entry in entries)

    return instead(Log, "append", append)


def a_restored_tablet_that_goes_on_as_it_was() -> Any:
    """Neither marks nor peers make a restored database go on under another origin."""

    @contextmanager
    def both() -> Iterator[None]:
        with (
            instead(Hub.__mro__[_of(Hub, "go_on_as_new")], "go_on_as_new", lambda *_: None),
            instead(Log, "write_as", lambda *_: None),
        ):
            yield

    return both()


def _of(owner: type, name: str) -> int:
    return next(i for i, each in enumerate(owner.__mro__) if name in each.__dict__)


def a_fold_in_the_order_of_arrival() -> Any:
    """Facts are folded as they came, not by their stamps."""
    return instead(folding, "_order", lambda entry: (not isinstance(entry.event, e.Arrived),))


def any_stamp_is_believed() -> Any:
    """A peer’s stamp moves our own time however far ahead it is, for good."""

    @contextmanager
    def both() -> Iterator[None]:
        with (
            instead(shared, "is_plausible", lambda *_: True),
            instead(Log, "doubt", lambda *_: None),
        ):
            yield

    return both()


def said_to_be_kept_before_it_is() -> Any:
    """A tap is answered, and its facts are committed a moment later, with the next."""

    real = logs.atomic

    @contextmanager
    def lazily(db: Any) -> Iterator[None]:
        if db.conn.in_transaction:
            db.conn.execute("COMMIT")
        db.conn.execute("BEGIN IMMEDIATE")
        yield

    @contextmanager
    def after_what_waits(db: Any) -> Iterator[None]:
        if db.conn.in_transaction:
            db.conn.execute("COMMIT")
        with real(db):
            yield

    @contextmanager
    def everywhere() -> Iterator[None]:
        with (
            instead(logs, "atomic", lazily),
            instead(shared, "atomic", after_what_waits),
            instead(learnt, "atomic", after_what_waits),
            instead(cards, "atomic", after_what_waits),
        ):
            yield

    return everywhere()


def a_gap_that_is_not_noticed() -> Any:
    """What comes after a fact that is missing is kept, and the missing one never asked for."""
    real = Shared.receive

    def receive(self: Shared, rows: Sequence, wall_millis: int) -> Any:
        for row in rows:
            if row[1] > self._vector.get(row[0], 0) + 1:
                self._vector[row[0]] = row[1] - 1
        return real(self, rows, wall_millis)

    return instead(Shared, "receive", receive)


def facts_of_others_are_not_passed_on() -> Any:
    """A tablet sends what it wrote itself, and nothing else."""
    real = Exchange._wanted

    def wanted(self: Exchange) -> list[str]:
        return [origin for origin in real(self) if origin == self._shared.origin]

    return instead(Exchange, "_wanted", wanted)


def an_undo_by_number_alone() -> Any:
    """What is taken back is known by its number, whoever wrote it."""

    def standing(entries: Any) -> list[e.Entry]:
        known = sorted(entries, key=folding._order)
        undone = {
            target.rpartition(":")[2]
            for entry in known
            if isinstance(entry.event, e.Undone)
            for target in entry.event.targets
        }
        return [k for k in known if str(k.n) not in undone and not isinstance(k.event, e.Undone)]

    return instead(folding, "standing", standing)


def one_letter_for_every_tablet() -> Any:
    """Every tablet’s tickets begin with the same letter."""
    owner = Hub.__mro__[_of(Hub, "letters")]
    return instead(owner, "letters", property(lambda _self: 0))


# --- calls ---------------------------------------------------------------------------------------


def a_call_nobody_confirmed() -> Any:
    """The keeper answers as soon as it has written the call itself."""
    real = Calls._decide

    def decide(self: Calls, ask: Any, done: Any) -> None:
        real(self, ask, done)
        for called in tuple(self._called):
            self._called.remove(called)
            called.done(self._hub.session.visits[called.visit])

    return instead(Calls, "_decide", decide)


def a_keeper_without_a_majority() -> Any:
    """Whoever grants the lease is enough, however few they are."""

    def until(grants: Any, _members: Any) -> float:
        sent = [grant.sent for grant in grants.values()]
        return max(sent, default=float("-inf")) + lease.LEASE_SECONDS

    @contextmanager
    def both() -> Iterator[None]:
        with (
            instead(keeper, "is_majority", lambda some, _members: bool(some)),
            instead(keeper, "lease_until", until),
        ):
            yield

    return both()


def a_voter_who_promises_twice() -> Any:
    """A voter grants the lease to whoever asks, whomever it promised it to."""
    return instead(keeper.Keeper, "_may_grant", lambda *_args, **_named: True)


def a_lease_longer_than_the_promise() -> Any:
    """The keeper goes on although those who elected it are free to elect another."""
    return instead(lease, "LEASE_SECONDS", 20.0)


# --- when two had one family ---------------------------------------------------------------------


def a_clash_nobody_is_told_of() -> Any:
    """A desk whose start does not hold is told nothing."""
    return instead(visit_fold, "_lost", lambda *_: None)


def the_later_start_wins() -> Any:
    """Of two desks that began with one family the one that began last has it."""
    real = visit_fold._sat_down

    def sat_down(visit: Visit, desk: str, service: str | None, at: int) -> Visit | None:
        if visit.stage is Stage.SERVING and service is not None and visit.desk != desk:
            stops = visit_fold._end_stop(visit, at)
            visit = replace(visit, stage=Stage.WAITING, desk=None, stops=stops)
        return real(visit, desk, service, at)

    return instead(visit_fold, "_sat_down", sat_down)


# --- what the screens say ------------------------------------------------------------------------


def in_step_with_those_who_are_away() -> Any:
    """A tablet says that all are in step, though some of the session are not in reach."""
    return instead(Standing, "_are_all_here", lambda _self: True)


def a_removed_tablet_that_keeps_everything() -> Any:
    """A tablet that was removed does not wipe itself."""
    return instead(nodes.Node, "_wipe", lambda _self: None)


# What is seldom found by just any hall: the trouble that brings it out.
BROUGHT_OUT_BY: Mapping[str, Mapping[str, float]] = {
    "any_stamp_is_believed": {"clock": 1.0, "cut": 1.0},
    "a_call_nobody_confirmed": {"alone": 1.0},
    "a_clash_nobody_is_told_of": {"partition": 1.0},
    "the_later_start_wins": {"partition": 1.0},
}

PLANTED: Mapping[str, Planted] = {
    fault.__name__: fault
    for fault in (
        a_cursor_instead_of_a_vector,
        a_number_kept_in_memory,
        a_restored_tablet_that_goes_on_as_it_was,
        a_fold_in_the_order_of_arrival,
        any_stamp_is_believed,
        said_to_be_kept_before_it_is,
        a_gap_that_is_not_noticed,
        facts_of_others_are_not_passed_on,
        an_undo_by_number_alone,
        one_letter_for_every_tablet,
        a_call_nobody_confirmed,
        a_keeper_without_a_majority,
        a_voter_who_promises_twice,
        a_lease_longer_than_the_promise,
        a_clash_nobody_is_told_of,
        the_later_start_wins,
        in_step_with_those_who_are_away,
        a_removed_tablet_that_keeps_everything,
    )
}
