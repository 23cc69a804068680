"""The simulated hall: one seed, one run, with everything in it in the order of one true time."""

import hashlib
import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hub_app.core import roster_events as r
from hub_app.core.refusal import Refusal
from hub_app.core.roster import COORDINATOR, DESK, GREETER
from hub_app.core.visit import Visit
from hub_app.lan.standing import is_stranger
from tests.lan.hall.claims import Claims
from tests.lan.hall.disk import Crashed
from tests.lan.hall.invariants import Broken, Watch
from tests.lan.hall.network import Network
from tests.lan.hall.people import People
from tests.lan.hall.plan import Plan, plan_of
from tests.lan.hall.tablet import Row, Tablet
from tests.lan.hall.trouble import Trouble

HEAL_SECONDS = 10.0  # so soon after the last fault calls must work again
ANSWER_SECONDS = 5.0


@dataclass
class Count:
    """What happened in a run."""

    facts: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    clashes: int = 0
    forced: int = 0
    trace: str = ""

    def saw(self, fault: str) -> None:
        self.faults[fault] = self.faults.get(fault, 0) + 1


class World:
    """All tablets, all lines, and the one true time."""

    def __init__(self, seed: int, plan: Plan | None = None) -> None:
        self.seed, self.chance = seed, Random(seed)
        self.plan = plan_of(self.chance) if plan is None else plan
        self.t = 0.0
        self.count = Count()
        self.tablets: dict[str, Tablet] = {}
        self.acked: dict[tuple[str, int], Row] = {}
        self.facts = set[Row]()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0
        self._trace = hashlib.sha256()
        self.lines: list[str] | None = None  # the trace in words, when somebody wants to read it
        self._failed = ""
        self.is_healing = False
        self.net = Network(self, is_rough=self.plan.is_rough, is_slow=self.plan.is_slow)
        self.claims = Claims(self._claimed_twice)
        self.people = People(self.chance, self._asked)
        self.people.may_force = self.plan.may_force
        self.watch = Watch(self)
        self.trouble = Trouble(self)

    # --- time ------------------------------------------------------------------------------------

    def at(self, t: float, what: Callable[[], None]) -> None:
        self._serial += 1
        heapq.heappush(self._due, (t, self._serial, what))

    def run_until(self, t: float) -> None:
        """Let everything happen that is due by then."""
        while self._due and self._due[0][0] <= t:
            self.t, _, what = heapq.heappop(self._due)
            what()
            if self._failed:
                raise Broken(self._failed)
        self.t = t

    def on(self, tablet: Tablet, what: Callable[[], object]) -> None:
        """Let a tablet's process do something; it may end over it."""
        if not tablet.is_up:
            return
        try:
            what()
        except Crashed as cut:
            self.crash(tablet, f"at a commit, {cut}")

    def note(self, *words: object) -> None:
        text = f"{self.t:.6f} " + " ".join(map(str, words))
        self._trace.update(text.encode())
        if self.lines is not None:
            self.lines.append(text)

    def fail(self, why: str) -> None:
        self._failed = self._failed or f"at {self.t:.2f} s: {why}"

    def _claimed_twice(self, why: str) -> None:
        if self.plan.is_strict:
            self.fail(why)

    # --- tablets ---------------------------------------------------------------------------------

    def add(self) -> Tablet:
        tablet = Tablet(
            f"t{len(self.tablets)}", Random(self.chance.getrandbits(64)), lambda: self.t
        )
        self.tablets[tablet.device] = tablet
        return tablet

    def boot(self, tablet: Tablet) -> None:
        """Start a tablet's process, as main does: marks are looked at before anything else."""
        if tablet.is_gone or tablet.is_up or self.t < tablet.not_before:
            return

        def send(device: str, message: Any) -> None:
            if tablet.runs == run:
                self.net.send(tablet.device, device, message)

        self.note("boot", tablet.name)
        run = tablet.runs + 1
        try:
            tablet.start(lambda: self._committed(tablet))
            self._committed(tablet)
            node = tablet.join(send)
        except Crashed:
            tablet.end(self.t)
            self.at(self.t + 1.0, lambda: self.boot(tablet))
            return
        node.drop = lambda device: self.net.end(tablet.device, device)
        node.wiped = lambda: self._wiped(tablet)
        self.at(self.t + self.chance.random() * self.plan.tick, lambda: self._tick(tablet, run))

    def _tick(self, tablet: Tablet, run: int) -> None:
        if tablet.runs != run or not tablet.is_up:
            return
        self.net.look_for_silence(tablet)
        self.on(tablet, tablet.real.tick)
        self.at(self.t + self.plan.tick, lambda: self._tick(tablet, run))
        self.watch.ticked()

    def crash(self, tablet: Tablet, how: str, *, is_silent: bool = False) -> None:
        """End a tablet's process at once; it comes back after a while."""
        self.count.saw("crash")
        self.stop(tablet, how, is_silent=is_silent)
        self.at(self.t + self.chance.choice((0.5, 2.0, 8.0, 35.0)), lambda: self.boot(tablet))

    def stop(self, tablet: Tablet, how: str, *, is_silent: bool = False) -> None:
        self.note("stop", tablet.name, how)
        tablet.end(self.t)
        self.net.end_all(tablet.device, is_silent=is_silent)

    def _wiped(self, tablet: Tablet) -> None:
        self.note("wiped", tablet.name)
        tablet.is_gone = True
        self.at(self.t, lambda: self._put_away(tablet))

    def _put_away(self, tablet: Tablet) -> None:
        self.stop(tablet, "wiped")
        self.forget_what_is_nowhere()

    def forget_what_is_nowhere(self) -> None:
        """Let go of facts that were only on a tablet that was wiped or restored."""
        held = {row[:2] for tablet in self.tablets.values() for row in tablet.rows()}
        self.acked = {place: row for place, row in self.acked.items() if place in held}

    # --- facts -----------------------------------------------------------------------------------

    def _committed(self, tablet: Tablet) -> None:
        assert tablet.hub is not None
        known = dict(tablet.hub.shared.vector)
        for row in tablet.fresh_rows():
            if row not in self.facts:
                self.facts.add(row)
                self.count.facts += 1
                self.claims.wrote(row, known)
                self.watch.wrote(tablet, row)
        self.watch.folded(tablet)

    def acknowledge(self, tablet: Tablet, before: int) -> None:
        """Keep in mind what people were told is kept: all this database wrote after that number."""
        assert tablet.hub is not None
        origin = tablet.hub.shared.origin
        for row in tablet.rows("WHERE origin = ? AND n > ?", origin, before):
            self.acked[row[0], row[1]] = row

    def tap(self, tablet: Tablet, what: Callable[[], Any]) -> None:
        """Let somebody tap; what is not refused, and did not end in a crash, is kept in mind."""
        hub = tablet.hub
        if hub is None:
            return
        before, came = self._highest(tablet), list[Any]()
        self.on(tablet, lambda: came.append(what()))
        if came and tablet.is_up and not isinstance(came[0], Refusal):
            self.acknowledge(tablet, before)

    @staticmethod
    def _highest(tablet: Tablet) -> int:
        assert tablet.hub is not None
        shared = tablet.hub.shared
        return shared.vector.get(shared.origin, 0)

    # --- calls -----------------------------------------------------------------------------------

    def _asked(self, tablet: Tablet, desk: str) -> Callable[[Tablet, str, Visit | Refusal], None]:
        run, began = tablet.runs, self.t

        def said(_tablet: Tablet, _desk: str, came: Visit | Refusal) -> None:
            if tablet.runs != run or not tablet.is_up:
                return
            self.note("answer", tablet.name, desk, getattr(came, "id", came))
            self.watch.answered(tablet, self.t - began, came)
            if isinstance(came, Visit):
                self.count.calls += 1
                self.claims.tell(desk, came.id)

        return said

    # --- one run ---------------------------------------------------------------------------------

    def found(self) -> None:
        """Make the hall: the first tablet pairs all others but those who come late."""
        plan, first = self.plan, self.add()
        first.is_let_in = True
        self.boot(first)
        if plan.is_opened_first:
            self.tap(first, lambda: first.hub and first.hub.open_session())
        for _ in range(plan.tablets - 1 - plan.late):
            self._come()
        self._invite()
        self.at(4.0, self._draw_edges)
        if not plan.is_opened_first:
            self.at(1.5, lambda: self.tap(first, lambda: first.hub and first.hub.open_session()))
        for n in range(plan.late):
            self.at(5.0 + 10.0 * n, self._come)

    def _come(self) -> None:
        self.boot(self.add())

    def _invite(self) -> None:
        """Pair whoever stands at the door, at a coordinator’s, until it is done."""
        for tablet in self.tablets.values():
            may = [t for t in self.tablets.values() if t.is_let_in and self._may_invite(t)]
            known = [t for t in may if t.hub and tablet.device in t.hub.roster.devices]
            if may and not known and not tablet.is_gone and tablet.knock_at <= self.t:
                self._let_in(self.chance.choice(may), tablet)
        self.at(self.t + 1.5, self._invite)

    def _may_invite(self, tablet: Tablet) -> bool:
        # One coordinator at one time: two that are cut off would give two devices one letter.
        is_first = tablet is next(iter(self.tablets.values()))
        return is_first and tablet.hub is not None

    def _draw_edges(self) -> None:
        order = {device: n for n, device in enumerate(self.tablets)}

        def allowed(a: str, b: str) -> bool:
            x, y = order.get(a), order.get(b)
            if x is None or y is None:
                return True
            return abs(x - y) == 1 if self.plan.edges == "chain" else 0 in (x, y)

        if self.plan.edges != "mesh" and not self.is_healing:
            self.net.allowed = allowed
            for pair in self.net.lines:
                self.net.changed_at[pair] = self.t

    def _let_in(self, by: Tablet, other: Tablet) -> None:
        hub = by.hub
        if hub is None or by is other:
            return
        role = self.chance.choice((GREETER, DESK, DESK, COORDINATOR))
        wanted = r.DevicePaired(other.device, other.name, role, 0)
        self.tap(by, lambda: hub.pair_device(by.device, by.name, ((), 0), wanted))
        other.inviter, other.is_let_in = by.device, True

    def _dial(self) -> None:
        tablets = list(self.tablets.values())
        for n, one in enumerate(tablets):
            for other in tablets[n + 1 :]:
                if self.chance.random() < 0.5:
                    self.net.dial(one, other)
        self.at(self.t + 0.5, self._dial)

    def _take_over(self) -> None:
        """Let a person decide where nobody else can, now that there is no more trouble."""
        for tablet in self.tablets.values():
            if tablet.is_up and tablet.real.status().may_take_over:
                self.count.saw("take-over in the end")
                self.on(tablet, tablet.real.take_over)
                break

    def _people(self) -> None:
        if self.is_healing:
            return
        up = [t for t in self.tablets.values() if t.is_up and t.is_let_in and not t.is_gone]
        tablet = self.chance.choice(up) if up else None
        if tablet is not None and not is_stranger(tablet.real.hub, tablet.device):
            self.tap(tablet, lambda: self.people.tap(tablet))
        self.at(self.t + self.chance.expovariate(self.plan.taps), self._people)

    def _look(self) -> None:
        self.watch.look()
        self.at(self.t + 1.5, self._look)

    def run(self) -> Count:
        """Play it through; raises Broken when anything that must hold does not."""
        heard = _Stumbles()
        log = logging.getLogger("hub_app")
        log.addHandler(heard)
        was, log.propagate = log.propagate, False
        try:
            self._play()
            assert not heard.said, f"logged: {heard.said[0]}"
        except Exception as fault:
            why = fault if isinstance(fault, AssertionError) else f"at {self.t:.2f} s: {fault!r}"
            raise Broken(f"seed {self.seed}: {why}; {self.plan}") from fault
        finally:
            log.propagate = was
            log.removeHandler(heard)
            for tablet in self.tablets.values():
                tablet.disk.close()
        self.count.trace = self._trace.hexdigest()
        return self.count

    def _play(self) -> None:
        self.found()
        self.at(0.1, self._dial)
        self.at(2.5, self._people)
        self.at(0.5, self._look)
        self.at(3.0, self.trouble.strike)
        self.run_until(self.plan.seconds)
        self.is_healing = True
        self.trouble.heal()
        self.at(self.t + 6.5, self._take_over)
        self.run_until(self.t + HEAL_SECONDS)
        self.watch.expect_answers()
        self.run_until(self.t + ANSWER_SECONDS)
        self.people.may_force = False
        self.count.forced = self.people.forced
        self.watch.at_the_end()


class _Stumbles(logging.Handler):
    """Hears what the code says went wrong inside it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None:
            self.said.append(f"{record.getMessage()}: {fault!r}")


def run(seed: int) -> Count:
    """Play one seed."""
    return World(seed).run()
