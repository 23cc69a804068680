"""A simulated hall whose tablets seal what came, as main has them do, with made-up batches."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from hub_app.core.leaving import Batches, LoggedBatch, unpacked
from hub_app.core.refusal import Refusal
from hub_app.hub.leaving import MadeBatch
from tests.lan.hall.invariants import assert_that
from tests.lan.hall.plan import Plan
from tests.lan.hall.tablet import Tablet
from tests.lan.hall.world import World

UNTIL = "2027-01-14"
PERIODS = ("2026-11-20", "2026-11-21", "2026-11")  # what one tablet puts into a day may wait here
Outbox = dict[tuple[str, int], str]  # batch ids by period and revision: what has left a tablet


def visits_of(batch: LoggedBatch) -> list[str]:
    text = unpacked(batch.visits)
    assert text is not None
    return json.loads(text)


def made(period: str, known: LoggedBatch | None, new: Iterable[str]) -> MadeBatch:
    """The next batch of a period: what it held before, and these visits."""
    added = sorted(new)
    before = json.loads(unpacked(known.body) or b"[]") if known else []
    body = json.dumps(sorted((*before, *added))).encode()
    revision = known.revision + 1 if known else 1
    name = hashlib.sha256(f"{period} {revision} ".encode() + body).hexdigest()[:16]
    return MadeBatch(name, period, revision, body, json.dumps(added).encode(), UNTIL)


class SealingWorld(World):
    """Every visit is to leave once. What a tablet took out of the log has left for good."""

    def __init__(self, seed: int, plan: Plan) -> None:
        super().__init__(seed, plan)
        self.outboxes: dict[str, Outbox] = {}
        self.left: Outbox = {}
        self.sealed = 0

    def found(self) -> None:
        super().found()
        self.at(2.0, self._seal)

    def _seal(self) -> None:
        for tablet in self.tablets.values():
            if tablet.is_up and tablet.real.sealing.may_seal:
                self.on(tablet, lambda t=tablet: self._seal_at(t))
        self.at(self.t + self.chance.uniform(0.3, 1.2), self._seal)

    def _seal_at(self, tablet: Tablet) -> None:
        node, batches = tablet.real, tablet.real.hub.leaving
        gone = {visit for batch in batches.confirmed for visit in visits_of(batch)}
        new = sorted(set(node.hub.session.visits) - gone)
        if new:
            period = self.chance.choice(PERIODS)
            batch = made(period, batches.latest.get(period), new)
            self.sealed += not isinstance(node.sealing.seal([batch]), Refusal)

    def _committed(self, tablet: Tablet) -> None:
        super()._committed(tablet)
        assert tablet.hub is not None
        outbox = self.outboxes.setdefault(tablet.device, {})
        if not tablet.rows("LIMIT 1"):
            outbox.clear()  # it was wiped
        for batch in tablet.hub.leaving.confirmed:
            about = (batch.period, batch.revision)
            if outbox.get(about) != batch.batch:
                outbox[about] = batch.batch
                self._take_out(tablet, about, batch.batch)

    def _take_out(self, tablet: Tablet, about: tuple[str, int], batch: str) -> None:
        if self.left.setdefault(about, batch) != batch and self.plan.is_strict:
            self.fail(f"{tablet.name} sends another {about} than has left: two were confirmed")

    def _play(self) -> None:
        super()._play()
        there = [t for t in self.tablets.values() if t.is_let_in and not t.is_gone]
        first = there[0].real.hub.leaving
        for tablet in there:
            batches = tablet.real.hub.leaving
            assert_that(batches == first, f"{tablet.name} and {there[0].name} say another has left")
            assert_that(not batches.pending, f"{tablet.name} still waits to confirm")
            stands = {(b.period, b.revision): b.batch for b in batches.confirmed}
            outbox = self.outboxes[tablet.device]
            assert_that(outbox == stands, f"{tablet.name} has another outbox than it should")
        self._expect_once(first)

    def _expect_once(self, batches: Batches) -> None:
        visits = [visit for batch in batches.confirmed for visit in visits_of(batch)]
        assert_that(len(visits) == len(set(visits)), "a visit has left twice")
        names = [(batch.period, batch.revision) for batch in batches.confirmed]
        assert_that(len(names) == len(set(names)), "two batches of one revision stand")


def play(seed: int, plan: Plan) -> Any:
    """Play one hall that seals; gives the world as it is in the end."""
    world = SealingWorld(seed, plan)
    world.run()
    return world
