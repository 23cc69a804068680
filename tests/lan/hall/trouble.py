"""What goes wrong in the simulated hall: crashes, cuts, clocks, copies, restores, removals."""

from typing import TYPE_CHECKING

from hub_app.core.roster import COORDINATOR
from tests.lan.hall.disk import copy_of
from tests.lan.hall.tablet import Tablet
from tests.support.hall import YEAR, KeyRing

if TYPE_CHECKING:
    from tests.lan.hall.world import World

HOUR = 3_600_000
_OFF = (YEAR, -YEAR, 24 * HOUR, -24 * HOUR, 2 * HOUR, -3 * HOUR)


class Trouble:
    """Draws a fault every few seconds, as often as the plan says, and puts all right in the end."""

    def __init__(self, world: "World") -> None:
        self._w = world
        self._every = 1.5 if world.plan.trouble else 1e9
        self._is_over = False
        self.is_marks_lost = False  # a restored tablet could not know it: forks may come of it

    def strike(self) -> None:
        """Let one thing go wrong, and draw when the next does."""
        w = self._w
        if self._is_over or not w.plan.trouble:
            return
        kinds = tuple(w.plan.trouble)
        kind = w.chance.choices(kinds, [w.plan.trouble[k] for k in kinds])[0]
        up = [t for t in w.tablets.values() if t.is_up and t.is_let_in and not t.is_gone]
        if up:
            tablet = w.chance.choice(up)
            w.note("trouble", kind, tablet.name)
            getattr(self, f"_{kind}")(tablet)
        w.at(w.t + w.chance.expovariate(1 / self._every), self.strike)

    def heal(self) -> None:
        """End all trouble: everybody runs, and everybody can be reached."""
        self._is_over = True
        w = self._w
        w.note("heal")
        w.net.set_blocked(set(), set())
        w.net.is_rough = w.net.is_slow = False
        w.net.allowed = lambda _a, _b: True
        for tablet in list(w.tablets.values()):
            tablet.disk.fails = ""
            w.at(max(w.t, tablet.not_before), lambda t=tablet: w.boot(t))

    def _saw(self, fault: str) -> None:
        self._w.count.saw(fault)

    # --- processes -------------------------------------------------------------------------------

    def _crash(self, tablet: Tablet) -> None:
        w = self._w
        how = w.chance.random()
        if how < 0.6:
            tablet.disk.fails = "before" if how < 0.4 else "after"
            tablet.disk.commits_until = w.chance.choice((0, 0, 0, 1, 2, 3))
        else:
            w.crash(tablet, "all of a sudden", is_silent=how < 0.8)

    def _quit(self, tablet: Tablet) -> None:
        w = self._w
        self._saw("quit")
        w.on(tablet, tablet.real.close)
        w.stop(tablet, "shut down")
        w.at(w.t + w.chance.choice((1.0, 4.0, 20.0)), lambda: w.boot(tablet))

    def _full(self, tablet: Tablet) -> None:
        self._saw("full")
        tablet.disk.fails, tablet.disk.commits_until = "full", self._w.chance.choice((0, 1))

    # --- lines -----------------------------------------------------------------------------------

    def _others(self, tablet: Tablet) -> list[Tablet]:
        return [t for t in self._w.tablets.values() if t is not tablet and not t.is_gone]

    def _cut(self, tablet: Tablet) -> None:
        """Cut one tablet off, or one line, for a while."""
        w = self._w
        self._saw("cut")
        others = self._others(tablet)
        if w.chance.random() < 0.4 and others:
            others = [w.chance.choice(others)]
        pairs = {frozenset((tablet.device, other.device)) for other in others}
        self._block(w.net.blocked | pairs)
        w.at(w.t + self._a_while(), lambda: self._unblock(pairs))

    def _alone(self, tablet: Tablet) -> None:
        """Cut off whoever decides on calls."""
        w = self._w
        self._saw("alone")
        known = tablet.real.keeper.known(tablet.monotonic())
        keeper = w.tablets.get(known or "", tablet)
        pairs = {frozenset((keeper.device, other.device)) for other in self._others(keeper)}
        self._block(pairs)
        w.at(w.t + self._a_while(), lambda: self._unblock(pairs))
        w.at(w.t + w.chance.uniform(0.0, 2.0), lambda: self._rush([keeper]))
        w.at(w.t + w.chance.uniform(3.0, 6.0), lambda: self._rush(self._others(keeper)))

    def _rush(self, tablets: list[Tablet]) -> None:
        w = self._w
        for tablet in tablets:
            if tablet.is_up and not self._is_over:
                w.on(tablet, lambda t=tablet: w.people.rush(t))

    def _partition(self, _tablet: Tablet) -> None:
        w = self._w
        self._saw("partition")
        side = {t.device for t in w.tablets.values() if w.chance.random() < 0.5}
        pairs = {
            frozenset((a, b)) for a in w.tablets for b in w.tablets if a in side and b not in side
        }
        self._block(pairs)
        w.at(w.t + self._a_while(), lambda: self._unblock(pairs))

    def _one_way(self, tablet: Tablet) -> None:
        w = self._w
        self._saw("one way")
        others = self._others(tablet)
        if others:
            way = (tablet.device, w.chance.choice(others).device)
            w.net.set_blocked(w.net.blocked, w.net.one_way | {way})
            w.at(w.t + self._a_while(), lambda: w.net.set_blocked(w.net.blocked, set()))

    def _a_while(self) -> float:
        return self._w.chance.choice((0.5, 2.0, 5.0, 8.0, 12.0, 20.0, 33.0))

    def _block(self, pairs: set[frozenset[str]]) -> None:
        w = self._w
        w.net.set_blocked(pairs, w.net.one_way)
        if w.chance.random() < 0.5:  # a cable or a Wi-Fi that is told to go is noticed soon
            for pair in sorted(tuple(sorted(pair)) for pair in pairs):
                for device, other in (pair, pair[::-1]):
                    at = w.t + w.chance.uniform(0.0, 1.0)
                    number = w.net.line(device, other).number
                    w.at(at, lambda d=device, o=other, n=number: self._notice(d, o, n))

    def _notice(self, device: str, other: str, number: int) -> None:
        line = self._w.net.line(device, other)
        if line.number == number and not self._w.net.can_reach(device, other):
            self._w.net.end(device, other)

    def _unblock(self, pairs: set[frozenset[str]]) -> None:
        if not self._is_over:
            self._w.net.set_blocked(self._w.net.blocked - pairs, self._w.net.one_way)

    # --- clocks ----------------------------------------------------------------------------------

    def _clock(self, tablet: Tablet) -> None:
        self._saw("clock")
        chance, clock = self._w.chance, tablet.clock
        is_wrong = abs(clock.off) > 120_000
        clock.off = chance.randint(-120_000, 120_000)
        if not is_wrong and chance.random() < 0.7:
            clock.off += chance.choice(_OFF)
        clock.moved_at = self._w.t

    # --- copies, restored and removed tablets ----------------------------------------------------

    def _clone(self, tablet: Tablet) -> None:
        """Copy a tablet's folder to another device, which is paired anew after a while."""
        w = self._w
        is_room = len([t for t in w.tablets.values() if not t.is_gone]) < 8
        if not is_room or not tablet.real.hub.roster.is_paired(tablet.device):
            return
        self._saw("clone")
        made = w.add()
        made.disk.close()
        made.disk, made.keys = copy_of(tablet.disk), KeyRing()
        made.keys.keys = dict(tablet.keys.keys)
        made.seq, made.is_restored = tablet.seq, True
        made.knock_at = w.t + w.chance.uniform(0.5, 4.0)
        w.boot(made)

    def _restore(self, tablet: Tablet) -> None:
        """Keep a backup; the next time, put the tablet back to it."""
        w = self._w
        assert tablet.hub is not None
        if tablet.backup is None:
            if tablet.hub.roster.is_paired(tablet.device):
                tablet.backup = copy_of(tablet.disk)
                w.at(w.t + w.chance.uniform(1.0, 15.0), lambda: self._restore_now(tablet))
            return
        self._restore_now(tablet)

    def _restore_now(self, tablet: Tablet) -> None:
        w = self._w
        backup = tablet.backup
        if backup is None or self._is_over or tablet.is_gone:
            return
        self._saw("restore")
        if tablet.is_up:
            w.stop(tablet, "to be restored")
        tablet.disk.close()
        tablet.disk, tablet.backup, tablet.is_restored = backup, None, True
        tablet.seq = backup.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
        w.forget_what_is_nowhere()
        if w.plan.marks_are_lost:
            tablet.is_restored = False
            self.is_marks_lost = True
        tablet.not_before = w.t + w.chance.uniform(4.0, 8.0)
        w.at(tablet.not_before, lambda: w.boot(tablet))

    def _remove(self, tablet: Tablet) -> None:
        w = self._w
        hub = tablet.hub
        assert hub is not None
        first = next(iter(w.tablets.values()))
        others = [
            t
            for t in self._others(tablet)
            if hub.roster.role_of(t.device) not in ("", COORDINATOR) and t is not first
        ]
        if others and hub.roster.role_of(tablet.device) == COORDINATOR:
            gone = w.chance.choice(others)
            self._saw("remove")
            w.note("remove", gone.name)
            w.tap(tablet, lambda: hub.remove_device(tablet.device, gone.device))

    def _reopen(self, tablet: Tablet) -> None:
        """Close the hall, everybody gone, and open it again: maybe by two at once."""
        w, hub = self._w, tablet.hub
        assert hub is not None
        if not w.plan.may_force and tablet.real.keeper.known(tablet.monotonic()) is None:
            return
        self._saw("reopen")
        for visit in hub.session.here:
            w.tap(tablet, lambda v=visit.id: hub.leave(v))
        w.tap(tablet, hub.close_session)
        w.at(w.t + w.chance.uniform(0.2, 6.0), lambda: self._open(tablet))

    def _open(self, tablet: Tablet) -> None:
        w = self._w
        for each in [tablet, *self._others(tablet)][: w.chance.choice((1, 2))]:
            hub = each.hub
            if hub is None or not each.is_let_in or not hub.shared.vector:
                continue
            if not w.plan.may_force and each.real.keeper.known(each.monotonic()) is None:
                w.at(w.t + 1.0, lambda: self._open(tablet))
                continue
            w.tap(each, hub.open_session)
