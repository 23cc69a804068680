"""Calls between two tablets whose facts are slower than their questions and answers."""

from collections.abc import Callable
from itertools import permutations
from random import Random

import pytest

from hub_app.core.refusal import Refusal
from hub_app.core.roster_events import DevicePaired
from hub_app.core.visit import Stage, Visit
from hub_app.lan.exchange import WINDOW
from hub_app.lan.messages import Answer, Message
from hub_app.lan.node import Node
from tests.support.hall import Hall, counting, done, hall

STEP_SECONDS = 0.25
FRONT, DESK, THIRD = "f" * 64, "d" * 64, "c" * 64


class Three:
    """Three paired tablets, and all that is on the lines between them."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.halls = {me: hall(counting(me[0])) for me in (FRONT, DESK, THIRD)}
        self.on_lines: list[tuple[str, str, Message]] = []  # from whom, to whom, what
        self.nodes = {
            me: Node(kept.hub, me, lambda: self.seconds, Random(1), self._from(me))
            for me, kept in self.halls.items()
        }
        for me in (DESK, THIRD):
            coming = DevicePaired(me, me[0], "desk", 0)
            done(self.front.hub.pair_device(FRONT, "Front", ((), 0), coming))
        for me, other in permutations(self.nodes, 2):
            self.nodes[me].linked(other)
        for _ in range(60):
            self.pass_on()
            self.seconds += STEP_SECONDS
            for node in self.nodes.values():
                node.tick()
        self.pass_on()
        assert len(self.nodes[FRONT].keeper.members) == 3
        assert self.nodes[DESK].status().keeper == FRONT

    def _from(self, me: str) -> Callable[[str, Message], None]:
        return lambda device, message: self.on_lines.append((me, device, message))

    @property
    def front(self) -> Hall:
        """The tablet that decides on calls."""
        return self.halls[FRONT]

    @property
    def desk(self) -> Hall:
        """The tablet a desk sits at."""
        return self.halls[DESK]

    def pass_on(self, to: str = "") -> None:
        """Deliver what is on the lines, in order; perhaps only to one."""
        while found := [each for each in self.on_lines if to in ("", each[1])]:
            for each in found:
                self.on_lines.remove(each)
                sender, receiver, message = each
                self.nodes[receiver].receive(sender, message)

    def time_passes(self, seconds: float) -> None:
        """Let everybody do what time brings about; what nobody is there to hear is lost."""
        for _ in range(int(seconds / STEP_SECONDS)):
            self.seconds += STEP_SECONDS
            for me, node in self.nodes.items():
                self.halls[me].clock.set(self.halls[me].clock.millis() + round(1000 * STEP_SECONDS))
                node.tick()
            self.on_lines = [each for each in self.on_lines if each[1] in self.nodes]
            self.pass_on()

    def front_dies(self) -> None:
        """End the tablet that decides at once, with all that it was about to say."""
        self.on_lines.clear()
        self.nodes.pop(FRONT)
        for node in self.nodes.values():
            node.unlinked(FRONT)

    def front_is_back(self, sees: str) -> None:
        """Start it again on its files, with a line to only one other at first."""
        self.halls[FRONT] = self.front.restarted()
        hub, seconds = self.front.hub, lambda: self.seconds
        self.nodes[FRONT] = Node(hub, FRONT, seconds, Random(2), self._from(FRONT))
        self.nodes[FRONT].linked(sees)
        self.nodes[sees].linked(FRONT)
        self.pass_on()

    def call(self, desk: str) -> list[Visit | Refusal]:
        """Have the desk ask for the next family; what it is answered comes into the list."""
        came: list[Visit | Refusal] = []
        self.nodes[DESK].call(desk, None, came.append)
        return came


@pytest.fixture
def three() -> Three:
    return Three()


def test_a_desk_that_has_just_finished_is_not_told_that_it_is_busy(three: Three):
    desk = three.desk.desk("housing")
    three.desk.arrivals("housing", "housing")
    three.pass_on()
    came = three.call(desk)
    three.pass_on()
    first = came[0]
    assert isinstance(first, Visit), first
    three.desk.hub.start(desk, first.id)
    for _ in range(WINDOW + 1):  # so much that the rest has to wait
        three.desk.arrivals("money")
    three.desk.hub.finish(desk, first.id, "advice_given")
    came = three.call(desk)
    three.pass_on(FRONT)
    assert came == []
    three.pass_on()
    assert isinstance(came[0], Visit), came


def test_a_desk_is_told_of_a_family_once_it_can_begin_with_them(three: Three):
    desk = three.desk.desk("housing")
    three.front.arrivals("housing")
    three.pass_on()
    for _ in range(WINDOW + 1):
        three.front.arrivals("money")
    came = three.call(desk)
    three.pass_on(FRONT)
    for _ in range(2 * WINDOW):  # the call is with the third, but not yet with the desk
        three.pass_on(THIRD)
        three.pass_on(FRONT)
    assert any(isinstance(message, Answer) for _, _, message in three.on_lines)
    three.pass_on(DESK)
    assert came == []
    three.pass_on()
    called = came[0]
    assert isinstance(called, Visit), called
    assert (called.stage, called.desk) == (Stage.CALLED, desk)
    assert isinstance(three.desk.hub.start(desk, called.id), Visit)


def test_a_stale_call_that_comes_to_light_doubles_nobody_else(three: Three):
    desk, other = three.desk.desk("housing"), three.halls[THIRD].desk("housing")
    three.front.arrivals("housing")
    three.pass_on()
    three.call(desk)
    three.pass_on(FRONT)  # it calls A1, and nobody hears of it
    three.front_dies()
    three.halls[THIRD].arrivals("housing", urgent="no_food")
    three.time_passes(12)
    told = three.halls[THIRD].hub.session.at_desk(desk)
    assert told is not None
    keeper = three.nodes[DESK].status().keeper
    assert keeper in (DESK, THIRD)
    three.front_is_back(keeper)
    came: list[Visit | Refusal] = []
    three.nodes[THIRD].call(other, told.id, came.append)
    three.time_passes(2)
    assert came == [Refusal.ALREADY_CALLED]
    assert three.halls[THIRD].visit(told).clashes == ()
