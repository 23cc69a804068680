"""A tablet that is cut off or switched off in the midst of joining a hub, or of being removed."""

import random
from collections.abc import Sequence
from pathlib import Path

from hub_app.core.refusal import Refusal
from hub_app.core.roster_events import DevicePaired
from hub_app.core.visit import Visit
from hub_app.hub import Hub, Wish
from hub_app.lan.messages import Answer, Ask, Message
from hub_app.lan.node import Node
from hub_app.store.shared import Received
from hub_app.view.tablets import Joined, Step
from tests.lan.rooms import Room, pair, rooms, until
from tests.support.hall import Hall, counting, done, hall, need_for, scotland
from tests.support.second import meet, second_tablet

ADA, BEA = ("a" * 64, "b" * 64)
HOUSING = Wish((need_for("housing"),))
_ALL = 10_000


def half_joined() -> tuple[Hall, Hub, str]:
    """Ada's tablet, and one that was let in and has heard all but the last few facts."""
    a = hall(counting("a"))
    desk = done(a.hub.open_desk("H", ("housing",)))
    done(a.hub.arrive(HOUSING))
    b = second_tablet(a.clock, counting("b"))
    done(a.hub.pair_device(ADA, "Office", ((), 0), DevicePaired(BEA, "Desk", "desk", 0)))
    b.join_as(BEA)
    b.take_in(a.hub.shared.after({}, sum(a.hub.shared.vector.values()) - 1))
    return a, b, desk


def test_until_the_roster_has_come_a_tablet_that_joins_writes_nothing():
    a, b, desk = half_joined()
    assert b.session.is_open
    before = dict(b.shared.vector)
    assert b.arrive(HOUSING) is Refusal.STILL_JOINING
    assert b.call_next(desk) is Refusal.STILL_JOINING
    assert b.set_capacity(5, 9) is Refusal.STILL_JOINING
    b.take_origin(BEA)
    assert b.shared.vector == before
    meet(a.hub, b)
    b.take_origin(BEA)
    assert done(b.arrive(HOUSING)).ticket[0] != done(a.hub.arrive(HOUSING)).ticket[0]


def test_a_blank_tablet_that_joins_opens_no_session_of_its_own():
    b = second_tablet(hall().clock)
    b.join_as(BEA)
    assert b.open_session() is Refusal.STILL_JOINING
    assert b.is_blank


def test_a_tablet_that_joins_decides_on_no_calls_and_says_that_it_is_catching_up():
    _, b, desk = half_joined()
    said = list[Message]()
    node = Node(b, BEA, lambda: 0.0, random.Random(1), lambda _to, message: said.append(message))
    node.linked(ADA)
    answers = list[Visit | Refusal]()
    for _ in range(3):
        node.tick()
        node.take_over()
        node.call(desk, None, answers.append)
    assert answers == [Refusal.STILL_JOINING] * 3
    node.receive(ADA, Ask("ask", desk))
    assert said[-1] == Answer("ask", refusal="cut_off")
    assert node.status().step is Step.CATCHING_UP


async def test_a_tablet_cut_off_while_it_joins_goes_on_where_it_was(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        done(a.hub.open_session())
        desk = done(a.hub.open_desk("H", ("housing",)))
        for _ in range(260):
            done(a.hub.arrive(HOUSING))
        real = b.hub.take_in

        def lost(_rows: object) -> Received:
            raise OSError  # stands for a line on which nothing more comes

        def half(rows: Sequence[object]) -> Received:
            b.hub.take_in = lost  # type: ignore[method-assign]
            return real(rows)

        b.hub.take_in = half  # type: ignore[method-assign]
        shown = done(await a.tablets.invite("Desk", "desk"))
        assert isinstance(await b.tablets.join(shown.qr), Joined)
        assert b.hub.session.is_open
        assert b.tablets.status().step is Step.CATCHING_UP
        assert await b.tablets.call_next(desk) is Refusal.STILL_JOINING
        assert b.hub.arrive(HOUSING) is Refusal.STILL_JOINING
        b.hub.take_in = real  # type: ignore[method-assign]
        await until(lambda: b.hub.roster.is_paired(b.tablets.node.me))
        await until(lambda: b.hub.session == a.hub.session)
        assert done(b.hub.arrive(HOUSING)).ticket not in {
            visit.ticket for visit in a.hub.session.visits.values()
        }


async def test_a_desk_that_waits_when_its_tablet_is_wiped_is_answered(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        await pair(a, b, "Desk")
        answers = list[Visit | Refusal]()
        b.tablets.node.calls.ask("desk", None, answers.append)
        b.tablets.wipe()
        assert answers == [Refusal.CUT_OFF]


async def test_a_wipe_that_was_cut_short_is_finished_by_the_next_start(tmp_path: Path):
    async with rooms(tmp_path, "a") as (a,):
        b = Room(tmp_path / "b", scotland())
        await pair(a, b, "Desk")
        was = b.tablets.node.me
        b.tablets._wiping()  # and then the power fails
        await b.close()
        b = Room(tmp_path / "b", scotland())
        assert b.hub.is_blank
        assert b.tablets.node.me != was
        await b.close()


async def test_a_removed_device_that_is_still_what_it_was_is_told_why_it_is_not_let_in(
    tmp_path: Path,
):
    async with rooms(tmp_path, "a", "b") as (a, b):
        await pair(a, b, "Desk")
        was = b.tablets.node.me
        b.tablets._wiping = b.tablets.node.wiping = lambda: None  # as before a power cut
        b.tablets.node.wiped = lambda: None
        assert a.tablets.remove(was) is None
        await until(lambda: b.hub.is_blank)
        assert b.tablets.node.me == was
        shown = done(await a.tablets.invite("B again", "desk"))
        assert await b.tablets.join(shown.qr) == "was_removed"
        assert not a.hub.roster.is_paired(was)
