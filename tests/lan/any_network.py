"""A made-up hall for the keeper: any network, any clocks, crashes, and a judge; from one seed."""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from hub_app.lan.keeper import Keeper, Kept
from hub_app.lan.messages import Config, KeeperMessage

TICK_SECONDS = 0.25
ANSWER_SECONDS = 2.5

Vector = dict[str, int]


@dataclass(frozen=True)
class Facts:
    """What one log holds, all at once; the other side answers with what it holds then."""

    vector: Vector
    is_answer: bool = False


@dataclass
class Tablet:
    """One device: its clock, what its disk keeps, and its keeper while it runs."""

    me: str
    rate: float
    shift: float
    paired: frozenset[str]
    kept: Kept | None = None
    log: Vector = field(default_factory=dict)
    keeper: Keeper | None = None
    life: int = 0
    calls: list[tuple[int, object, float, set[str]]] = field(default_factory=list)

    def save(self, kept: Kept) -> None:
        self.kept = kept


@dataclass
class Network:
    """How messages fare for a while, and which lines are up."""

    lines: frozenset[frozenset[str]]
    loss: float = 0.0
    slowest: float = 0.01
    doubles: float = 0.0
    talk: float = 0.5  # how often a log is handed on
    late: str = ""  # whom everything reaches late, though its own words are quick


class Broken(AssertionError):
    """Something happened that never may."""


class Hall:
    """Tablets and a network, moved on event by event."""

    def __init__(self, seed: int, count: int, kind: type[Keeper] = Keeper, members: int = 0):
        self.rng = random.Random(seed)
        self.kind, self.now, self.order = kind, 0.0, 0
        names = [f"{n}" * 4 for n in range(count)]
        self.names = names
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.confirmed: Vector = {}
        self.terms: dict[object, tuple[str, int]] = {}
        self.network = self.all_up()
        self.is_forced = False
        self.counts_any_ack = False
        self.held: list[tuple[float, str]] = []
        first = Config((1, names[0]), 0, tuple(sorted(names[: members or count])))
        self.tablets: dict[str, Tablet] = {}
        for name in names:
            tablet = Tablet(name, self.rng.uniform(0.98, 1.02), 0.0, frozenset(names))
            tablet.kept = Kept(first, first.term) if name in first.members else None
            self.tablets[name] = tablet
        for tablet in self.tablets.values():
            self.start(tablet)

    # --- time --------------------------------------------------------------------------------

    def at(self, when: float, what: Callable[[], None]) -> None:
        self.order += 1
        heapq.heappush(self.events, (when, self.order, what))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.events and self.events[0][0] <= end:
            self.now, _, what = heapq.heappop(self.events)
            what()
        self.now = end

    def clock(self, tablet: Tablet) -> float:
        return tablet.shift + self.now * tablet.rate

    # --- what tablets do ---------------------------------------------------------------------

    def start(self, tablet: Tablet) -> None:
        tablet.life += 1
        tablet.shift = self.rng.uniform(-1000, 1000)
        tablet.calls = []
        now, rng = self.clock(tablet), random.Random(self.rng.random())
        tablet.keeper = self.kind(tablet.me, now, rng.random, tablet.kept, tablet.save)
        self.send(tablet, tablet.keeper.tick(now, self.linked(tablet.me), tablet.paired))
        self.judge(tablet)
        self.tick_later(tablet)

    def crash(self, tablet: Tablet) -> None:
        tablet.keeper = None

    def tick_later(self, tablet: Tablet) -> None:
        life, wait = tablet.life, TICK_SECONDS * self.rng.uniform(0.8, 1.3)
        self.at(self.now + wait, lambda: self.tick(tablet, life))

    def linked(self, me: str) -> frozenset[str]:
        return frozenset(
            other for line in self.network.lines if me in line for other in line - {me}
        )

    def tick(self, tablet: Tablet, life: int) -> None:
        keeper = tablet.keeper
        if keeper is None or tablet.life != life:
            return
        now, linked = self.clock(tablet), self.linked(tablet.me)
        said = keeper.tick(now, linked, tablet.paired)
        if self.is_forced and self.rng.random() < 0.1 and keeper.may_take_over(now, linked):
            said += keeper.take_over(now, linked)
        self.judge(tablet)
        self.send(tablet, said)
        if self.rng.random() < 0.15:
            tablet.log[tablet.me] = tablet.log.get(tablet.me, 0) + 1  # an arrival
        if keeper.holds(now, tablet.log) and self.rng.random() < 0.4:
            n = tablet.log[tablet.me] = tablet.log.get(tablet.me, 0) + 1
            tablet.calls.append((n, keeper.term, now, {tablet.me}))
            for other in sorted(linked):
                if self.rng.random() < 0.6:
                    self.post(tablet.me, other, Facts(dict(tablet.log)))
            self.confirm(tablet)
        for other in sorted(linked):
            if self.rng.random() < self.network.talk:
                self.post(tablet.me, other, Facts(dict(tablet.log)))
        self.tick_later(tablet)

    def send(self, tablet: Tablet, said: list[tuple[str, KeeperMessage]]) -> None:
        for to, message in said:
            self.post(tablet.me, to, message)

    def post(self, sender: str, to: str, message: KeeperMessage | Facts) -> None:
        net = self.network
        if frozenset((sender, to)) not in net.lines or self.rng.random() < net.loss:
            return
        for _ in range(2 if self.rng.random() < net.doubles else 1):
            slowest = 2.0 if to == net.late else net.slowest
            delay = slowest * self.rng.random() + 0.001
            self.at(self.now + delay, lambda: self.arrive(sender, to, message))

    def arrive(self, sender: str, to: str, message: KeeperMessage | Facts) -> None:
        tablet = self.tablets[to]
        keeper, now = tablet.keeper, self.clock(tablet)
        if keeper is None:
            return
        if not isinstance(message, Facts):
            self.send(tablet, keeper.receive(now, sender, message, tablet.log))
            self.judge(tablet)
            return
        for origin, n in message.vector.items():
            tablet.log[origin] = max(n, tablet.log.get(origin, 0))
        if message.is_answer:
            for n, _, _, holders in tablet.calls:
                if message.vector.get(to, 0) >= n:
                    holders.add(sender)
            self.confirm(tablet)
        else:
            self.post(to, sender, Facts(dict(tablet.log), is_answer=True))
        self.judge(tablet)

    def confirm(self, tablet: Tablet) -> None:
        """Confirm calls that a majority of members holds, all of them bound to this keeper."""
        keeper, now = tablet.keeper, self.clock(tablet)
        assert keeper is not None
        bound = keeper.members if self.counts_any_ack else keeper.bound(now)
        is_keeper, waiting = keeper.holds(now, tablet.log), tablet.calls
        tablet.calls = []
        for call in waiting:
            n, term, at, holders = call
            if not is_keeper or keeper.term != term or now - at > ANSWER_SECONDS:
                continue  # taken back
            if len(holders & bound & keeper.members) * 2 > len(keeper.members):
                self.confirmed[tablet.me] = max(n, self.confirmed.get(tablet.me, 0))
            else:
                tablet.calls.append(call)

    # --- the judge ---------------------------------------------------------------------------

    def holders(self) -> Iterator[Tablet]:
        for name in self.names:
            tablet = self.tablets[name]
            if tablet.keeper and tablet.keeper.holds(self.clock(tablet), tablet.log):
                yield tablet

    def judge(self, tablet: Tablet) -> None:
        """Look after each event: only the tablet it happened to can have become keeper."""
        keeper = tablet.keeper
        if keeper is None or not keeper.holds(self.clock(tablet), tablet.log):
            return
        if not self.held or self.held[-1][1] != tablet.me:
            self.held.append((self.now, tablet.me))
        who = (tablet.me, tablet.life)
        if self.terms.setdefault(keeper.term, who) != who:
            raise Broken(f"two keepers in term {keeper.term}")
        if self.is_forced:
            return
        if (others := [t.me for t in self.holders()]) != [tablet.me]:
            raise Broken(f"at {self.now:.2f} {others} all hold the lease")
        for origin, n in self.confirmed.items():
            if tablet.log.get(origin, 0) < n:
                raise Broken(f"at {self.now:.2f} {tablet.me} does not know call {n} of {origin}")

    # --- what happens to a hall --------------------------------------------------------------

    def all_up(self) -> Network:
        pairs = {frozenset((a, b)) for a in self.names for b in self.names if a < b}
        return Network(frozenset(pairs))

    def any_network(self) -> Network:
        rng, pairs = self.rng, [(a, b) for a in self.names for b in self.names if a < b]
        kind = rng.randrange(4)
        if kind == 0:  # groups that see only each other
            side = {name: rng.randrange(2) for name in self.names}
            pairs = [(a, b) for a, b in pairs if side[a] == side[b]]
        elif kind == 1:
            pairs = [pair for pair in pairs if rng.random() < 0.7]
        elif kind == 2:  # one is cut off
            alone = rng.choice(self.names)
            pairs = [pair for pair in pairs if alone not in pair]
        loss = rng.choice((0.0, 0.0, 0.1, 0.4))
        slowest = rng.choice((0.01, 0.1, 2.0))
        lines, talk = frozenset(map(frozenset, pairs)), rng.choice((0.5, 0.1, 0.02))
        return Network(lines, loss, slowest, rng.choice((0.0, 0.2)), talk)

    def trouble(self) -> None:
        """Let one thing go wrong, or get well again."""
        rng = self.rng
        tablet = self.tablets[rng.choice(self.names)]
        if rng.random() < 0.4:
            tablet = next(self.holders(), tablet)
        kinds = (self.weather, self.weather, self.well, self.blink, self.leave, self.roster)
        rng.choice((*kinds, self.coup, self.odd))(tablet)

    def weather(self, _: Tablet) -> None:
        self.network = self.any_network()

    def well(self, tablet: Tablet) -> None:
        """See each other again; half of those that were off are switched on."""
        talk, slowest = self.rng.choice((0.5, 0.1, 0.02)), self.rng.choice((0.01, 0.01, 2.0))
        late = next(self.holders(), tablet).me if self.rng.random() < 0.4 else ""
        self.network = replace(self.all_up(), talk=talk, slowest=slowest, late=late)
        for name in self.names:
            if self.rng.random() < 0.5:
                self.restart(self.tablets[name])

    def leave(self, tablet: Tablet) -> None:
        if tablet.keeper is not None:
            self.send(tablet, tablet.keeper.leave(self.clock(tablet)))
            self.at(self.now + self.rng.uniform(0, 0.5), lambda: self.blink(tablet))

    def roster(self, _: Tablet) -> None:
        """Take somebody out of the roster, or in again; everybody hears of it by and by."""
        roster = frozenset(self.names) - {self.rng.choice(self.names)}
        for other in self.names:
            self.at(self.now + self.rng.uniform(0, 3), self.hears(other, roster))

    def odd(self, tablet: Tablet) -> None:
        """Leave one with a roster nobody else has."""
        others = [name for name in self.names if name != tablet.me]
        tablet.paired = frozenset(self.rng.sample(others, self.rng.randint(1, len(others))))

    def coup(self, tablet: Tablet) -> None:
        """Cut one off, with few; it may think the others removed, and many of them restart."""
        rng = self.rng
        side = {name for name in self.names if name != tablet.me and rng.random() < 0.7}
        lines = frozenset(d for d in self.all_up().lines if d <= side or not d & side)
        self.network = replace(self.network, lines=lines, slowest=rng.choice((0.01, 2.0)))
        rest = frozenset(self.names) - side
        if rng.random() < 0.5 and len(rest) > 1:
            tablet.paired = rest
        restarts = rng.choice((0.0, 0.5, 1.0))
        for name in sorted(side):
            if rng.random() < restarts:
                self.blink(self.tablets[name])

    def coups(self, times: int) -> None:
        """Let things settle and be overthrown, again and again."""
        for _ in range(times):
            self.heal()
            self.well(self.tablets[self.names[0]])
            self.run(self.rng.choice((1.5, 4.0, 5.0)))
            for _ in range(self.rng.randint(1, 3)):
                self.coup(next(self.holders(), self.tablets[self.rng.choice(self.names)]))
                self.run(self.rng.choice((0.3, 1.0, 3.0)))

    def blink(self, tablet: Tablet) -> None:
        """Crash, and mostly be back before anybody noticed."""
        self.crash(tablet)
        if self.rng.random() < 0.8:
            wait = self.rng.choice((0.05, 0.5, 3.0))
            self.at(self.now + wait, lambda: self.restart(tablet))

    def restart(self, tablet: Tablet) -> None:
        if tablet.keeper is None:
            self.start(tablet)

    def hears(self, name: str, roster: frozenset[str]) -> Callable[[], None]:
        def heard() -> None:
            self.tablets[name].paired = roster

        return heard

    def troubles(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.run(self.rng.choice((0.1, 0.3, 1.0, 3.0, 6.0)))
            self.trouble()

    def heal(self) -> None:
        """Make everything well: everybody runs, is paired, and sees everybody."""
        self.run(3.1)  # what was decided about the roster reaches everybody
        self.network = self.all_up()
        for name in self.names:
            self.tablets[name].paired = frozenset(self.names)
            self.restart(self.tablets[name])
        self.held.clear()
