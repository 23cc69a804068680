"""Two or three real tablets, paired over real lines."""

from pathlib import Path

from hub_app.core.refusal import Refusal
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Wish
from hub_app.lan.pairing_refused import PairRefused
from hub_app.view.tablets import Joined, Step
from tests.lan.rooms import Room, pair, rooms, until
from tests.support.hall import done, need_for, scotland


def same(*hubs: object) -> bool:
    return len({str(sorted(hub.shared.vector.items())) for hub in hubs}) == 1  # type: ignore[attr-defined]


async def test_two_tablets_pair_by_qr_and_hold_the_same(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        joined = await pair(a, b, "Desk 1")
        assert (joined.name, joined.role) == ("Desk 1", "desk")
        done(a.hub.open_session())
        visit = done(a.hub.arrive())
        await until(lambda: visit.id in b.hub.session.visits, "the arrival is at the other")
        other = done(b.hub.arrive())
        await until(lambda: other.id in a.hub.session.visits, "and the other's here")
        assert {visit.ticket[0], other.ticket[0]} == {"A", "B"}
        await until(lambda: a.tablets.status().step is Step.IN_STEP, "in step")
        await until(lambda: same(a.hub, b.hub), "the logs are equal")


async def test_a_call_is_decided_by_one_tablet_for_both(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        await pair(a, b, "Desk 1")
        done(a.hub.open_session())
        first = done(a.hub.arrive(Wish((need_for("housing"),))))
        await until(lambda: first.id in b.hub.session.visits)
        one = done(a.hub.open_desk("One", ("housing",)))
        two = done(b.hub.open_desk("Two", ("housing",)))
        await until(lambda: a.tablets.status().keeper and b.tablets.status().keeper, "a keeper")
        called = await b.tablets.call_next(two)
        assert isinstance(called, Visit), called
        assert (called.stage, called.desk) == (Stage.CALLED, two)
        assert await a.tablets.call_next(one) is Refusal.NOBODY_WAITING


async def test_a_removed_tablet_empties_itself(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        await pair(a, b, "Desk 1")
        done(a.hub.open_session())
        visit = done(a.hub.arrive())
        await until(lambda: visit.id in b.hub.session.visits)
        done(a.hub.rename(visit.id, "Zoë"))
        await until(lambda: b.hub.names.get(visit.id) == "Zoë", "the name is at the desk")
        was, key = b.tablets.node.me, b.tablet.signer
        assert a.tablets.remove(was) is None
        await until(lambda: b.hub.is_blank, "it is empty")
        assert b.hub.removed_at is not None
        assert b.tablets.node.me != was
        assert b.tablet.signer != key  # it can sign in that hub's name no more
        assert not b.hub.names


async def test_a_wrong_code_is_known_where_it_was_given_out_and_the_picture_still_lets_in(
    tmp_path: Path,
):
    async with rooms(tmp_path, "a", "b") as (a, b):
        shown = done(await a.tablets.invite("Desk 1", "desk"))
        assert a.tablets.invitation() is not None
        assert not shown.is_code_spent
        wrong = "2222-2222" if shown.code != "2222-2222" else "3333-3333"
        assert await b.tablets.join(wrong, shown.address) == PairRefused.WRONG_CODE
        held = a.tablets.invitation()
        assert held is not None
        assert held.is_code_spent
        assert isinstance(await b.tablets.join(shown.qr), Joined)
        used = a.tablets.invitation()
        assert used is not None
        assert used.joined == "Desk 1"


async def test_a_tablet_of_another_hub_is_not_let_in_and_the_invitation_stays(tmp_path: Path):
    async with rooms(tmp_path, "a", "b") as (a, b):
        other = Room(tmp_path / "other", scotland(), "H2")
        shown = done(await a.tablets.invite("Desk 1", "desk"))
        assert await other.tablets.join(shown.qr) == PairRefused.ANOTHER_HUB
        assert await other.tablets.join(shown.code, shown.address) == PairRefused.ANOTHER_HUB
        assert other.hub.is_blank
        await other.close()
        assert isinstance(await b.tablets.join(shown.code, shown.address), Joined)
