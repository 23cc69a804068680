"""A paired tablet that is broken, or means ill: whatever it says, the hall goes on."""

import random
from pathlib import Path
from typing import Any

import pytest

from hub_app.core.clock import MILLIS_LIMIT
from hub_app.core.roster_events import DevicePaired
from hub_app.hub import Hub, Wish
from hub_app.lan.messages import (
    MESSAGE_LIMIT,
    NUMBER_LIMIT,
    ORIGINS_LIMIT,
    Alive,
    Ask,
    Cards,
    Config,
    Facts,
    Have,
    LeaseAsked,
    LeaseDenied,
    LeaseGranted,
    Leaving,
    Message,
    Removed,
    Unreadable,
    from_text,
    to_text,
)
from hub_app.lan.node import Node
from hub_app.store.shared import ORIGINS_HELD, ORIGINS_TAKEN
from hub_app.view.tablets import Step
from tests.lan.rooms import pair, rooms, until
from tests.support.hall import Hall, counting, done, hall, need_for
from tests.support.second import meet, second_tablet

ADA, BEA, CY = ("a" * 64, "b" * 64, "c" * 64)
HOUSING = Wish((need_for("housing"),), name="Zoë")


def unknown(origin: str, n: int = 1, session: str = "x", body: str = "{}") -> tuple[Any, ...]:
    return (origin, n, 1, 0, session, None, "future", 1, body)


def node(hub: Hub, device: str, heard: list[Message] | None = None) -> Node:
    """One tablet with no lines; what it says goes into `heard`."""
    said = [] if heard is None else heard
    return Node(
        hub, device, lambda: 0.0, random.Random(1), lambda _to, message: said.append(message)
    )


def said_first(hub: Hub) -> Message:
    """What Ada's tablet says first on a new line."""
    heard = list[Message]()
    node(hub, ADA, heard).linked(BEA)
    return heard[0]


@pytest.fixture
def paired() -> tuple[Hall, Hub]:
    """Ada's tablet, which founded the hub, and Bea's at a desk; both hold the same."""
    a = hall(counting("a"))
    b = second_tablet(a.clock, counting("b"))
    done(a.hub.pair_device(ADA, "Office", ((), 0), DevicePaired(BEA, "Desk", "desk", 0)))
    meet(a.hub, b)
    b.take_origin(BEA)
    meet(a.hub, b)
    return a, b


# --- facts of databases that are none -----------------------------------------------------------


def test_no_flood_of_made_up_databases_makes_a_tablet_too_big_to_say_what_it_holds(
    paired: tuple[Hall, Hub],
):
    a, _ = paired
    a.hub.take_in([unknown(f"{n}-{'o' * 60}") for n in range(ORIGINS_LIMIT)])
    assert len(a.hub.shared.vector) == ORIGINS_TAKEN
    for n in range(ORIGINS_LIMIT):
        a.hub.take_in([unknown(f"{n}-{'r' * 60}", session="roster")])
    assert len(a.hub.shared.vector) == ORIGINS_HELD
    alive = said_first(a.hub)
    assert isinstance(from_text(to_text(alive)), Alive)


def test_behind_a_flood_a_tablet_that_joins_is_heard_all_the_same(paired: tuple[Hall, Hub]):
    a, _ = paired
    a.hub.take_in([unknown(f"o{n}") for n in range(ORIGINS_LIMIT)])
    new = second_tablet(a.clock, counting("n"))
    done(a.hub.pair_device(ADA, "Office", ((), 0), DevicePaired(CY, "Door", "greeter", 0)))
    new.take_in(a.hub.shared.after({}, 10_000))
    new.take_origin(CY)
    visit = done(new.arrive(HOUSING))
    a.hub.take_in(new.shared.after(a.hub.shared.vector, 10_000))
    assert visit.id in a.hub.session.visits


@pytest.mark.parametrize("name", ["o" * 65, "ö", "../o", "a b", "\n"])
def test_an_id_no_database_has_begins_nothing(paired: tuple[Hall, Hub], name: str):
    a, _ = paired
    before = dict(a.hub.shared.vector)
    a.hub.take_in([unknown(name)])
    assert a.hub.shared.vector == before


def test_a_desk_that_offers_nothing_is_set_aside(paired: tuple[Hall, Hub]):
    a, _ = paired
    body = '{"desk":"q","name":"Q","services":[]}'
    session = a.hub.session.id
    a.hub.take_in([("zz", 1, a.clock.millis(), 0, session, None, "desk_opened", 1, body)])
    assert "q" not in a.hub.session.desks
    assert a.hub.session.set_aside == 1


# --- removed, or said to be ---------------------------------------------------------------------


def test_nobody_is_wiped_because_a_peer_says_so(paired: tuple[Hall, Hub]):
    a, b = paired
    done(a.hub.arrive(HOUSING))
    made_up = ("zz", 1, a.clock.millis(), 9, "roster", None, "device_removed", 1)
    for rows in ((), ("nonsense", None), ((*made_up, f'{{"device":"{ADA}"}}'),)):
        node(a.hub, ADA).receive(BEA, Removed(rows))
    assert not a.hub.is_blank
    own = b.shared.origin  # Bea's is no coordinator's, so its word does not count
    theirs = (own, 99, a.clock.millis(), 9, "roster", None, "device_removed", 1)
    node(a.hub, ADA).receive(BEA, Removed(((*theirs, f'{{"device":"{ADA}"}}'),)))
    assert not a.hub.is_blank
    assert a.hub.names


def test_no_peer_makes_itself_the_founder_to_have_another_wiped(paired: tuple[Hall, Hub]):
    a, _ = paired
    said = (
        ("origin_taken", f'{{"device":"{CY}","letters":5}}'),
        ("device_paired", f'{{"device":"{CY}","name":"Me","role":"coordinator","letters":5}}'),
        ("device_removed", f'{{"device":"{ADA}"}}'),
    )
    rows = tuple(("zz", n, 1, n, "roster", None, k, 1, b) for n, (k, b) in enumerate(said, 1))
    node(a.hub, ADA).receive(CY, Removed(rows))
    assert not a.hub.is_blank


def test_a_tablet_that_missed_its_removal_is_shown_it_and_wipes_itself(
    paired: tuple[Hall, Hub],
):
    a, b = paired
    done(a.hub.remove_device(ADA, BEA))
    rows = a.hub.removal_of(BEA)
    assert isinstance(from_text(to_text(Removed(rows))), Removed)
    node(b, BEA).receive(ADA, Removed(rows))
    assert b.is_blank


def test_a_removal_by_a_coordinator_it_never_heard_of_counts_too(paired: tuple[Hall, Hub]):
    a, b = paired
    done(a.hub.pair_device(ADA, "Office", ((), 0), DevicePaired(CY, "Cy", "coordinator", 0)))
    c = second_tablet(a.clock, counting("c"))
    c.take_in(a.hub.shared.after({}, 10_000))
    c.take_origin(CY)
    done(c.remove_device(CY, BEA))
    assert CY not in b.roster.devices
    node(b, BEA).receive(CY, Removed(c.removal_of(BEA)))
    assert b.is_blank


async def test_a_greeters_word_does_not_wipe_the_founder(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        await pair(a, b, "Door", "greeter")
        done(a.hub.open_session())
        await until(lambda: b.hub.session.is_open)
        b.tablets._send(a.tablets.node.me, Removed())
        done(b.hub.arrive(HOUSING))
        await until(lambda: a.hub.session.visits)
        assert a.hub.removed_at is None


# --- names and notes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "card",
    [
        ("nobody", 1, "n"),
        ("y" * 130_000, 1, "n"),
        ("", 1, "n"),
        ("note/nowhere/{visit}", 1, "n"),
        ("note//", 1, "n"),
        ("{visit}", (1 << 63) - 1, "n"),
        ("{visit}", 0, "n"),
        ("{visit}", -5, "n"),
    ],
)
def test_a_name_nobody_can_have_given_is_not_kept(
    paired: tuple[Hall, Hub], card: tuple[str, int, str]
):
    a, _ = paired
    visit = done(a.hub.arrive(HOUSING))
    key, revision, text = card
    a.hub.take_cards(a.hub.session.id, [(key.format(visit=visit.id), revision, text)])
    assert a.hub.names == {visit.id: "Zoë"}
    other = done(a.hub.arrive(Wish(name="Yuri")))
    assert a.hub.names == {visit.id: "Zoë", other.id: "Yuri"}


@pytest.mark.parametrize(("role", "is_shown_notes"), [("desk", True), ("greeter", False)])
def test_a_note_never_leaves_for_a_tablet_at_the_front(
    paired: tuple[Hall, Hub], role: str, is_shown_notes: bool
):
    a, _ = paired
    done(a.hub.pair_device(ADA, "Office", ((), 0), DevicePaired(CY, "New", role, 0)))
    desk = a.desk("money")
    visit = done(a.hub.arrive(HOUSING))
    a.hub.take_cards(a.hub.session.id, [(f"note/{desk}/{visit.id}", 1, "in confidence")])
    assert a.hub.notes
    heard = list[Message]()
    ours = node(a.hub, ADA, heard)
    ours.linked(CY)
    ours.receive(CY, Alive(origin="n", vector=dict(a.hub.shared.vector), cards={}))
    texts = {card[2] for said in heard if isinstance(said, Cards) for card in said.cards}
    assert texts == ({"Zoë", "in confidence"} if is_shown_notes else {"Zoë"})


def test_names_in_any_number_leave_room_to_say_which_are_held(paired: tuple[Hall, Hub]):
    a, _ = paired
    desk = "d" * 150
    body = f'{{"desk":"{desk}","name":"Q","services":["housing"]}}'
    session, now = a.hub.session.id, a.clock.millis()
    a.hub.take_in([("zz", 1, now, 0, session, None, "desk_opened", 1, body)])
    came = [
        ("zz", n, now, n, session, f"v{n}", "arrived", 1, f'{{"ticket":"Z{n}","token":"t{n}"}}')
        for n in range(2, 2002)
    ]
    a.hub.take_in(came)
    a.hub.take_cards(session, [(f"note/{desk}/v{n}", 1, "n") for n in range(2, 2002)])
    assert a.hub.notes
    alive = said_first(a.hub)
    assert len(to_text(alive).encode()) < MESSAGE_LIMIT
    assert isinstance(from_text(to_text(alive)), Alive)


def test_a_name_that_cannot_be_kept_does_not_undo_an_arrival(
    paired: tuple[Hall, Hub], monkeypatch: pytest.MonkeyPatch
):
    a, _ = paired

    def full(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(a.hub, "_keep_card", full)
    visit = done(a.hub.arrive(HOUSING))
    assert visit.id in a.hub.session.visits


# --- numbers that are none ----------------------------------------------------------------------

TERM = (1, ADA)
CONFIG = Config(TERM, 0, (ADA,))


@pytest.mark.parametrize(
    "message",
    [
        Alive("o", {}, millis=MILLIS_LIMIT),
        Alive("o", {}, millis=-1),
        Alive("o", {"o": NUMBER_LIMIT}),
        Alive("o", {"o": -1}),
        Alive("o", {}, cards={"v": 1 << 63}),
        Have({"o": NUMBER_LIMIT}),
        Cards("s", (("v", 1 << 70, "n"),)),
        Ask("i", "d", None, ("o", -1)),
        LeaseAsked((10**4000, BEA), CONFIG, 0.0),
        LeaseAsked((-1, BEA), CONFIG, 0.0),
        LeaseAsked(TERM, Config((NUMBER_LIMIT, BEA), 0, (ADA,)), 0.0),
        LeaseAsked(TERM, CONFIG, float("nan")),
        LeaseAsked(TERM, CONFIG, float("inf")),
        LeaseAsked(TERM, Config(TERM, 0, ("m" * 201,)), 0.0),
        LeaseGranted(TERM, (TERM, 1 << 60), 0.0, {}),
        LeaseGranted(TERM, (TERM, 0), float("inf"), {}),
        LeaseDenied((1 << 60, BEA), CONFIG),
        Removed(tuple(unknown("o") for _ in range(501))),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_number_no_tablet_could_mean_is_not_heard(message: Message):
    assert isinstance(from_text(to_text(message)), Unreadable)


async def test_a_clock_from_beyond_all_time_takes_nobodys_day_away(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        await pair(a, b, "B")
        done(a.hub.open_session())
        await until(lambda: b.hub.session.is_open)
        shared = a.hub.shared
        said = Alive(shared.origin, dict(shared.vector), millis=2**70)
        a.tablets._send(b.tablets.node.me, said)
        a.tablets._send(b.tablets.node.me, Facts((unknown("last"),)))
        await until(lambda: "last" in b.hub.shared.vector)
        assert b.hub.today() == a.hub.today()
        done(b.hub.arrive(HOUSING))


# --- never in step when it is not so ------------------------------------------------------------


def status_of(tablet: Node) -> dict[str, bool]:
    return {row.device: row.is_in_session for row in tablet.status().tablets}


def test_a_tablet_that_wrote_in_this_session_counts_after_a_restart_until_it_says_goodbye(
    paired: tuple[Hall, Hub],
):
    a, b = paired
    assert status_of(node(a.hub, ADA)) == {ADA: True, BEA: False}
    done(b.arrive(HOUSING))
    meet(a.hub, b)
    again = node(a.hub, ADA)
    assert status_of(again) == {ADA: True, BEA: True}
    again.linked(BEA)
    again.receive(BEA, Leaving())
    assert status_of(again) == {ADA: True, BEA: False}
    again.unlinked(BEA)
    visit = done(b.arrive(HOUSING))
    again.linked(CY)
    again.receive(CY, Facts(b.shared.after(a.hub.shared.vector, 100)))
    assert visit.id in a.hub.session.visits
    assert status_of(again) == {ADA: True, BEA: True}


def test_who_wrote_in_a_session_that_is_signed_off_is_not_waited_for(paired: tuple[Hall, Hub]):
    a, b = paired
    visit = done(b.arrive(HOUSING))
    done(b.leave(visit.id))
    meet(a.hub, b)
    done(a.hub.close_session())
    done(a.hub.sign_off())
    assert status_of(node(a.hub, ADA)) == {ADA: True, BEA: False}


async def test_two_facts_of_one_number_are_never_in_step(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        a.hub.shared.receive([unknown("zz", body="1")], a.hub.now())
        await pair(a, b, "B")
        await until(lambda: a.tablets.status().step is Step.IN_STEP)
        b.hub.take_in([unknown("zz", body="2")])
        assert b.hub.shared.forks == 1
        assert b.tablets.status().step is not Step.IN_STEP
        done(b.hub.open_session())
        await until(lambda: a.hub.session.is_open)
        await until(lambda: b.tablets.status().step is Step.BEHIND)
