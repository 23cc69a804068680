"""Two or three real tablets, paired over real lines."""

from pathlib import Path

from hub_app.core.refusal import Refusal
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Wish
from hub_app.view.tablets import Step
from tests.lan.rooms import pair, rooms, until
from tests.support.hall import done, need_for


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
        was = b.tablets.node.me
        assert a.tablets.remove(was) is None
        await until(lambda: b.hub.is_blank, "it is empty")
        assert b.hub.removed_at is not None
        assert b.tablets.node.me != was
        assert not b.hub.names
