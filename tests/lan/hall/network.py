"""Lines between tablets: they come up, carry text in order, go silent, and are noticed late."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from hub_app.lan.lines import Pace
from hub_app.lan.messages import MESSAGE_LIMIT, Message, Removed, Unreadable, from_text, to_text
from tests.lan.hall.tablet import Tablet


class Around(Protocol):
    """What lines need of the world."""

    t: float
    chance: Random
    tablets: dict[str, Tablet]

    def at(self, t: float, what: Callable[[], None]) -> None: ...
    def on(self, tablet: Tablet, what: Callable[[], object]) -> None: ...
    def note(self, *words: object) -> None: ...
    def fail(self, why: str) -> None: ...


@dataclass
class Line:
    """What lies between two tablets. `ends` are the devices that believe it is up."""

    pair: tuple[str, str]
    number: int = 0  # which connection this is
    ends: set[str] = field(default_factory=set)
    held: dict[str, list[str]] = field(default_factory=dict)  # what waits to be sent again, to whom
    heard: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    up_since: float = -1.0  # when both ends came to believe in it

    def other(self, device: str) -> str:
        return self.pair[1] if device == self.pair[0] else self.pair[0]


class Network:
    """Every line of the hall: in order, and losing nothing while they are up, unless rough."""

    def __init__(self, around: Around, *, is_rough: bool, is_slow: bool) -> None:
        self._w = around
        self.is_rough, self.is_slow = is_rough, is_slow
        self.lines: dict[frozenset[str], Line] = {}
        self.allowed: Callable[[str, str], bool] = lambda _a, _b: True
        self.blocked: set[frozenset[str]] = set()
        self.one_way: set[tuple[str, str]] = set()  # what the first says the second does not hear
        self.changed_at: dict[frozenset[str], float] = {}
        self.sent = 0

    def line(self, a: str, b: str) -> Line:
        pair = frozenset((a, b))
        if pair not in self.lines:
            first, second = sorted(pair)
            self.lines[pair] = Line((first, second))
        return self.lines[pair]

    def can_reach(self, a: str, b: str) -> bool:
        """Say whether what one says can come to the other just now."""
        pair = frozenset((a, b))
        return self.allowed(a, b) and pair not in self.blocked and (a, b) not in self.one_way

    def is_sound(self, a: str, b: str, for_seconds: float) -> bool:
        """Say whether a line has been up, and good both ways, for so long."""
        line = self.line(a, b)
        good = self.can_reach(a, b) and self.can_reach(b, a) and len(line.ends) == 2
        since = max(line.up_since, self.changed_at.get(frozenset((a, b)), -100.0))
        return good and self._w.t - since >= for_seconds

    def set_blocked(self, pairs: set[frozenset[str]], one_way: set[tuple[str, str]]) -> None:
        """Block these, and nothing else, from here on."""
        for pair in self.blocked ^ pairs:
            self.changed_at[pair] = self._w.t
        for a, b in self.one_way ^ one_way:
            self.changed_at[frozenset((a, b))] = self._w.t
        self.blocked, self.one_way = set(pairs), set(one_way)

    # --- connections ---------------------------------------------------------------------------

    def dial(self, a: Tablet, b: Tablet) -> None:
        """Bring a line up, if both run, can reach each other, and each lets the other in."""
        line = self.line(a.device, b.device)
        if len(line.ends) == 2 or not (a.is_up and b.is_up) or a.is_gone or b.is_gone:
            return
        if not (self.can_reach(a.device, b.device) and self.can_reach(b.device, a.device)):
            return
        for stale in tuple(line.ends):  # whoever is dialled by it knows that the old line is gone
            self.end(stale, line.other(stale))
        for one, other in ((a, b), (b, a)):
            if _says_removed(one, other) and _trusts(other, one):
                self._tell_removed(one, other)
                return
        if not (_trusts(a, b) and _trusts(b, a)):
            return
        line.number += 1
        line.ends, line.last, line.up_since = set(), {}, self._w.t
        line.heard = dict.fromkeys(line.pair, self._w.t)
        line.held = {a.device: [], b.device: []}
        for one, other in ((a, b), (b, a)):
            self._link(line, one, other)

    def _link(self, line: Line, one: Tablet, other: Tablet) -> None:
        number, linked = line.number, self._w.t + self._w.chance.uniform(0.0, 0.05)
        line.last[one.device] = linked  # what it hears comes after
        self._w.at(linked, lambda: self._linked(line, number, one, other))

    def _linked(self, line: Line, number: int, one: Tablet, other: Tablet) -> None:
        if line.number != number or not one.is_up or one.device in line.ends:
            return
        line.ends.add(one.device)
        line.up_since = self._w.t
        self._w.note("linked", one.name, other.name)
        self._w.on(one, lambda: one.real.linked(other.device))

    def _tell_removed(self, knows: Tablet, removed: Tablet) -> None:
        self._w.note("told removed", removed.name)
        said = Removed(knows.real.hub.removal_of(removed.device))
        self._w.on(removed, lambda: removed.real.receive(knows.device, said))

    def end(self, device: str, other: str, *, is_silent: bool = False) -> None:
        """Take notice at one end that a line is gone; the other end notices by and by.

        Silent: nothing is said to the other end, as by a tablet without power.
        """
        line = self.line(device, other)
        if device not in line.ends:
            return
        line.ends.discard(device)
        tablet, number = self._w.tablets[device], line.number
        if tablet.is_up:
            self._w.note("unlinked", tablet.name, self._w.tablets[other].name)
            self._w.on(tablet, lambda: tablet.real.unlinked(other))
        if self.can_reach(device, other) and not is_silent:
            at = self._w.t + self._w.chance.uniform(0.005, 0.4)
            self._w.at(at, lambda: self._hear_end(line, number, other))

    def _hear_end(self, line: Line, number: int, device: str) -> None:
        if line.number == number:
            self.end(device, line.other(device))

    def end_all(self, device: str, *, is_silent: bool) -> None:
        for line in list(self.lines.values()):
            if device in line.ends:
                self.end(device, line.other(device), is_silent=is_silent)

    def look_for_silence(self, tablet: Tablet) -> None:
        """Give up what this tablet has not heard anything on for long."""
        for line in list(self.lines.values()):
            if (
                tablet.device in line.ends
                and self._w.t - line.heard[tablet.device] > Pace().silence
            ):
                self.end(tablet.device, line.other(tablet.device))

    # --- what is said --------------------------------------------------------------------------

    def send(self, device: str, other: str, message: Message) -> None:
        """Carry a message to the other end, as text."""
        line = self.line(device, other)
        if device not in line.ends:
            return
        text = to_text(message)
        if len(text.encode()) > MESSAGE_LIMIT:
            self._w.fail(f"a {type(message).__name__} of {len(text)} characters")
        self.sent += 1
        self._w.note("said", device, other, text)
        chance = self._w.chance
        times, number = 1, line.number
        if self.is_rough:
            times = chance.choice((0, 1, 1, 1, 1, 1, 1, 1, 1, 2))
        for _ in range(times):
            arrives = self._w.t + self._delay()
            if not self.is_rough:
                arrives = max(arrives, line.last.get(other, 0.0) + 1e-6)
                line.last[other] = arrives
            self._w.at(arrives, lambda: self._arrive(line, number, other, text))

    def _delay(self) -> float:
        chance = self._w.chance
        if self.is_slow:
            return chance.uniform(0.05, 0.7)
        if self.is_rough:
            return chance.uniform(0.001, 0.4)
        return chance.uniform(0.001, 0.03) if chance.random() < 0.97 else chance.uniform(0.03, 0.3)

    def _arrive(self, line: Line, number: int, to: str, text: str) -> None:
        sender = line.other(to)
        tablet = self._w.tablets[to]
        if line.number != number or to not in line.ends or not tablet.is_up:
            return
        if self.can_reach(sender, to) and not line.held[to]:
            self._hear(tablet, line, text)
        elif not self.is_rough:
            line.held[to].append(text)  # it is sent again until it comes through
            if len(line.held[to]) == 1:
                self._send_again(line, number, to)

    def _send_again(self, line: Line, number: int, to: str) -> None:
        tablet = self._w.tablets[to]
        if self.can_reach(line.other(to), to):
            held, line.held[to] = line.held[to], []
            for text in held:
                if line.number == number and to in line.ends and tablet.is_up:
                    self._hear(tablet, line, text)
        elif line.number == number and to in line.ends:
            self._w.at(self._w.t + 0.2, lambda: self._send_again(line, number, to))

    def _hear(self, tablet: Tablet, line: Line, text: str) -> None:
        line.heard[tablet.device] = self._w.t
        message = from_text(text)
        if isinstance(message, Unreadable):
            self._w.fail(f"unreadable: {message.why}: {text[:300]}")
            return
        sender = line.other(tablet.device)
        self._w.note("heard", tablet.name, sender, len(text))
        self._w.on(tablet, lambda: tablet.real.receive(sender, message))


def _trusts(one: Tablet, other: Tablet) -> bool:
    """Say whether a tablet lets another in: one of its roster, or who invited it."""
    assert one.hub is not None
    roster = one.hub.roster
    if roster.is_paired(other.device):
        return True
    return other.device == one.inviter and other.device not in roster.devices


def _says_removed(one: Tablet, other: Tablet) -> bool:
    assert one.hub is not None
    known = one.hub.roster.devices.get(other.device)
    return known is not None and known.is_removed
