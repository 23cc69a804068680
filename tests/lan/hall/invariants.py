"""What must hold in the hall, looked at while it runs and when all trouble is over."""

from collections.abc import Collection, Sequence
from random import Random
from typing import TYPE_CHECKING

from hub_app.core.refusal import Refusal
from hub_app.core.session import Fold, Presence, Session
from hub_app.core.visit import AT_DESK, Stage, Visit
from hub_app.lan.calls import CONFIRM_SECONDS, PATIENCE_SECONDS
from hub_app.store.log import entry_of
from hub_app.view.tablets import Step
from tests.lan.hall.tablet import BASE_MILLIS, Tablet

if TYPE_CHECKING:
    from tests.lan.hall.world import World

GOOD_MILLIS = 120_000  # clocks that are right differ by no more from the true time
NEAR_MILLIS = 5 * 60_000 + 2 * GOOD_MILLIS
SETTLED_SECONDS = 6.0
REACH_SECONDS = 7.0  # six without a sign, and the moments until it is looked
AGREE_SECONDS = 2.0


class Broken(AssertionError):
    """Something that must hold did not."""


def expect_sound(session: Session, desks: Collection[str] | None = None) -> None:
    """Nobody is in two places, a desk serves one visit, no wait is negative.

    `desks` are those of the tablet that looks: of another's desk it may know already that a family
    came, and not yet that the one before has left.
    """
    at: dict[str, str] = {}
    for visit in session.visits.values():
        running = [stop for stop in visit.stops if stop.ended_at is None]
        is_served = visit.stage is Stage.SERVING
        assert len(running) == int(is_served), f"{visit.ticket} sits at {len(running)} desks"
        assert not is_served or running[0].desk == visit.desk, f"{visit.ticket} sits elsewhere"
        if visit.stage in AT_DESK:
            assert visit.desk, f"{visit.ticket} is at no desk"
            is_free = visit.desk not in at or (desks is not None and visit.desk not in desks)
            assert is_free, f"desk {visit.desk} has {at.get(visit.desk)}, {visit.ticket}"
            at[visit.desk] = visit.ticket
        _expect_no_negative_wait(visit)


def _expect_no_negative_wait(visit: Visit) -> None:
    for stop in visit.stops:
        assert stop.started_at >= visit.arrived_at, f"{visit.ticket} was served before it came"
        assert stop.ended_at is None or stop.ended_at >= stop.started_at, f"{visit.ticket} negative"
    assert visit.called_at is None or visit.called_at >= visit.arrived_at, "called before it came"


class Watch:
    """Looks at the hall while it runs, and at the end."""

    def __init__(self, world: "World") -> None:
        self._w = world
        self._held: list[tuple[float, dict[str, dict[str, int]]]] = []
        self._right_since: dict[str, float] = {}
        self._answers: dict[str, Visit | Refusal | None] = {}

    # --- while it runs ---------------------------------------------------------------------------

    def ticked(self) -> None:
        """No two tablets decide on calls at one time."""
        if not self._w.plan.is_strict:
            return
        holders = [t.name for t in self._w.tablets.values() if _decides(t)]
        if len(holders) > 1:
            self._w.fail(f"two decide on calls: {', '.join(holders)}")

    def folded(self, tablet: Tablet) -> None:
        """Look at a tablet’s session after each commit."""
        assert tablet.hub is not None
        try:
            expect_sound(tablet.hub.session, tablet.desks)
        except AssertionError as wrong:
            self._w.fail(f"{tablet.name}: {wrong}")

    def wrote(self, tablet: Tablet, row: Sequence) -> None:
        """A tablet that sees a majority of right clocks stamps nothing with a wrong time."""
        assert tablet.hub is not None
        if row[0] != tablet.hub.shared.origin or row[6] != "arrived":
            return
        if tablet.is_up and self._is_settled(tablet):
            self._expect_near(tablet, row[2], "stamps an arrival")

    def answered(self, tablet: Tablet, seconds: float, came: Visit | Refusal) -> None:
        """Whoever asks for a call has an answer in time."""
        if seconds > PATIENCE_SECONDS + CONFIRM_SECONDS + 0.6:
            self._w.fail(f"{tablet.name} had an answer after {seconds:.1f} s")
        if tablet.device in self._answers:
            self._answers[tablet.device] = came

    def look(self) -> None:
        """Look at what the tablets say of themselves, twice a second."""
        w = self._w
        up = [t for t in w.tablets.values() if t.is_up and not t.is_gone]
        self._held.append((w.t, {t.device: dict(t.real.hub.shared.vector) for t in up}))
        del self._held[:-16]
        for tablet in up:
            self._look_at_time(tablet)
            status = tablet.real.status()
            if status.step is Step.IN_STEP:
                here = [row.device for row in status.tablets if row.is_in_session and not row.is_me]
                self._expect_in_step(tablet, here)

    def _is_settled(self, tablet: Tablet) -> bool:
        """Say whether a tablet has seen, for a while, more right clocks than wrong ones."""
        w, node = self._w, tablet.real
        peers = [
            w.tablets[device]
            for device, peer in node.peers.items()
            if peer.clock_ahead_ms is not None
        ]
        if not all(w.net.is_sound(tablet.device, t.device, SETTLED_SECONDS) for t in peers):
            return False
        seen = [tablet, *peers]
        right = [t for t in seen if abs(t.clock.off) <= GOOD_MILLIS]
        if not peers or 2 * len(right) <= len(seen):
            self._right_since.pop(tablet.device, None)
            return False
        moved = max(t.clock.moved_at for t in seen)
        since = max(moved, self._right_since.setdefault(tablet.device, w.t))
        return w.t - since >= SETTLED_SECONDS * (3 if w.plan.is_rough else 1)

    def _look_at_time(self, tablet: Tablet) -> None:
        if self._is_settled(tablet):
            self._expect_near(tablet, tablet.real.hub.now(), "goes by")

    def _expect_near(self, tablet: Tablet, millis: int, what: str) -> None:
        off = millis - (BASE_MILLIS + round(self._w.t * 1000))
        if abs(off) > NEAR_MILLIS:
            self._w.fail(f"{tablet.name} {what} a time that is {off / 60_000:.0f} minutes off")

    def _expect_in_step(self, tablet: Tablet, session: list[str]) -> None:
        w, mine = self._w, tablet.real.hub.shared.vector
        by_then = [held for t, held in self._held if w.t - t >= AGREE_SECONDS + 0.5]
        for device in session:
            other = w.tablets[device]
            is_down = not other.is_up and w.t - other.down_since > REACH_SECONDS
            if is_down or self._is_unreachable(tablet, other):
                w.fail(f"{tablet.name} says in step, and {other.name} is out of reach")
            if w.plan.is_rough or not by_then or not other.is_up:
                continue
            if not w.net.is_sound(tablet.device, device, REACH_SECONDS):
                continue
            for had, has in (
                (by_then[-1].get(device, {}), mine),
                (by_then[-1].get(tablet.device, {}), other.real.hub.shared.vector),
            ):
                if any(has.get(origin, 0) < n for origin, n in had.items()):
                    w.fail(f"{tablet.name} says in step, and {other.name} does not hold the same")

    def _is_unreachable(self, one: Tablet, other: Tablet) -> bool:
        net = self._w.net
        is_cut = not (
            net.can_reach(one.device, other.device) and net.can_reach(other.device, one.device)
        )
        since = net.changed_at.get(frozenset((one.device, other.device)), 0.0)
        return is_cut and self._w.t - since > REACH_SECONDS

    # --- when all trouble is over ----------------------------------------------------------------

    def _there(self) -> list[Tablet]:
        return [t for t in self._w.tablets.values() if t.is_let_in and not t.is_gone]

    def expect_answers(self) -> None:
        """Ask for a call at every tablet with a desk: each must be answered."""
        for tablet in self._there():
            assert tablet.is_up, f"{tablet.name} did not come back"
            session = tablet.real.hub.session
            for desk in tablet.desks:
                known = session.desks.get(desk)
                if known is None or known.presence is not Presence.HERE or not session.is_open:
                    continue
                if self._w.people.waiting.get(desk) == tablet.runs:
                    continue
                self._answers[tablet.device] = None
                self._w.on(tablet, lambda t=tablet, d=desk: self._w.people.call(t, d))
                break

    def at_the_end(self) -> None:
        """Look at everything once more."""
        w = self._w
        there = self._there()
        w.count.clashes = _count_clashes(there[0])
        for device, came in self._answers.items():
            name = w.tablets[device].name
            assert_that(came is not None, f"{name} was never answered")
            assert_that(came is not Refusal.CUT_OFF, f"{name} can still not call")
        is_forked = w.trouble.is_marks_lost and any(t.real.status().forked for t in there)
        for tablet in () if is_forked else there:  # who is paired may have been forked as well
            step = tablet.real.status().step
            wanted = Step.IN_STEP if len(there) > 1 else Step.ALONE
            assert_that(step is wanted, f"{tablet.name} stands {step} at the end")
        self._expect_same(there)
        for gone in (t for t in w.tablets.values() if t.is_gone):
            assert_that(not gone.rows(), f"{gone.name} was removed and holds facts")
        known = there[0].real.hub.roster.devices
        for tablet in there:
            is_wiped = known[tablet.device].is_removed
            assert_that(not is_wiped, f"{tablet.name} was removed and goes on")

    def _expect_same(self, there: list[Tablet]) -> None:
        w = self._w
        first = there[0]
        rows = sorted(first.rows())
        for tablet in there[1:]:
            others = sorted(tablet.rows())
            if others == rows:
                continue
            if w.trouble.is_marks_lost:  # two facts of one number: shown, never papered over
                shown = any(t.real.status().forked for t in there)
                assert_that(shown, "two facts of one number, and nobody says so")
                return
            odd = sorted(set(rows) ^ set(others))[:3]
            raise Broken(f"{first.name} and {tablet.name} do not hold the same: {odd}")
        held = set(rows)
        lost = [row for row in w.acked.values() if row not in held]
        assert_that(not lost or w.trouble.is_marks_lost, f"lost: {lost[:3]}")
        self._expect_same_sessions(there, rows)

    def _expect_same_sessions(self, there: list[Tablet], rows: list) -> None:
        sessions = [tablet.real.hub.session for tablet in there]
        for tablet, session in zip(there, sessions, strict=True):
            is_same = session == sessions[0] and [*session.visits] == [*sessions[0].visits]
            assert_that(is_same, f"{tablet.name} and {there[0].name} show another hall")
        entries = [entry_of(row) for row in rows]
        named = {entry.session for entry in entries if _is_of_families(entry.session)}
        for name in sorted(named):
            facts = [entry for entry in entries if entry.session == name]
            self._expect_of_session(name, facts, sessions[0])

    def _expect_of_session(self, name: str, facts: list, shown: Session) -> None:
        Random(name).shuffle(facts)
        session = Fold(name).add(facts)
        if name == shown.id:
            assert_that(session == shown, "the order in which facts came changes the fold")
        expect_sound(session)
        tickets = [visit.ticket for visit in session.visits.values()]
        double = sorted({each for each in tickets if tickets.count(each) > 1})
        assert_that(not double, f"two families bear {double}")
        undone = {t for fact in facts if fact.kind == "undone" for t in fact.event.targets}
        for fact in facts:
            if fact.kind == "arrived" and fact.id not in undone:
                assert_that(fact.visit in session.visits, f"nobody shows {fact.event.ticket}")
        for visit in session.visits:
            _expect_earlier_start_won(
                name, [f for f in facts if f.visit == visit and f.id not in undone]
            )


def _decides(tablet: Tablet) -> bool:
    """Say whether a tablet of the hall holds that it decides on calls just now."""
    if tablet.node is None:
        return False
    keeper, hub = tablet.node.keeper, tablet.node.hub
    may = keeper.term is not None or not keeper.config.members
    return (
        may
        and hub.roster.is_paired(tablet.device)
        and keeper.holds(tablet.monotonic(), hub.shared.vector)
    )


def _is_of_families(session: str) -> bool:
    return session not in {"", "house", "roster", "leaving"} and not session.startswith("visits.")


def assert_that(holds: bool, why: str) -> None:
    """Raise Broken unless it holds."""
    if not holds:
        raise Broken(why)


_SITS = ("started", "handover_received")
_MOVES = frozenset(
    (
        "no_show",
        "held",
        "finished",
        "handover_offered",
        "handover_taken_back",
        "left",
        "visit_closed",
    )
)


def _expect_earlier_start_won(session: str, facts: list) -> None:
    """Of two desks that began with one family, the earlier has it and the other is told."""
    in_order = sorted(facts, key=lambda f: (f.kind != "arrived", f.stamp, f.n))
    for i, later in enumerate(in_order):
        if later.kind != "started":
            continue
        before = in_order[:i]
        begun = next((n for n in range(i - 1, -1, -1) if before[n].kind in _SITS), None)
        if begun is None or any(f.kind in _MOVES for f in before[begun:]):
            continue
        visit = Fold(session).add(before[: begun + 1]).visits.get(later.visit)
        if visit is None:
            continue  # that they came at all was taken back
        earlier = before[begun].event.desk
        if visit.stage is not Stage.SERVING or visit.desk != earlier or later.event.desk == earlier:
            continue
        after = Fold(session).add([*before, later]).visits[later.visit]
        assert_that(after.desk == earlier, f"the later start has {after.ticket}")
        told = any(c.desk == later.event.desk and c.by == earlier for c in after.clashes)
        seen = any(f.kind == "clash_seen" for f in before)
        assert_that(
            told or seen, f"desk {later.event.desk} is not told that {after.ticket} is not theirs"
        )


def _count_clashes(tablet: Tablet) -> int:
    rows = tablet.rows("WHERE kind = 'clash_seen'")
    session = tablet.real.hub.session
    return len(rows) + sum(len(visit.clashes) for visit in session.visits.values())
