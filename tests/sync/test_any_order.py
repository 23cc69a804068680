"""Whatever is lost, doubled, late or put back from an older copy: in the end both hold the same."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.courier import AGAIN_HOURS, Courier
from sync.endpoint import Answer, ManifestAnswer, Receipt, Result, Unreachable
from sync.envelope import Envelope, Signed, unpack
from sync.manifest import Manifest, differences, period_sum, read_manifest
from sync.record import Batch, Sealed
from tests.sync.nights import Night, courier_of, telling
from tests.sync.outboxes import HUB, a_batch, inside, opened, said, taken

PERIODS = ("2026-10-03", "2026-10", "2026-Q4")
faults = st.lists(st.sampled_from(["lost", "answer lost", "twice", ""]), max_size=6)


@dataclass
class Centre:
    """A centre that counts by period and revision, on a line that loses and doubles."""

    held: dict[str, Batch] = field(default_factory=dict[str, Batch])
    known: frozenset[str] = frozenset()
    faults: list[str] = field(default_factory=list[str])
    asked: int = 0

    def count(self, wire: bytes) -> Receipt:
        batch = inside(whole(wire))
        result = Result.ALREADY_COUNTED if batch.batch_id in self.known else Result.COUNTED
        before = self.held.get(batch.closed_period)
        if before is None or before.revision < batch.revision:
            self.held[batch.closed_period] = batch
        self.known |= {batch.batch_id}
        return Receipt(batch.batch_id, result)

    async def deliver_several(self, envelopes: Sequence[Envelope]) -> tuple[Receipt, ...]:
        answers = [await self.deliver(each) for each in envelopes]
        return tuple(each for each in answers if isinstance(each, Receipt))

    async def deliver(self, envelope: Envelope) -> Answer:
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost":
            return Unreachable()
        receipt = self.count(envelope.wire)
        if fault == "twice":
            return self.count(envelope.wire)
        return Unreachable() if fault == "answer lost" else receipt

    async def tell(self, manifest: Signed) -> ManifestAnswer:
        self.asked += 1
        if self.faults and self.faults.pop(0) != "twice":
            return Unreachable()
        told = read_manifest(whole(manifest.wire))
        assert isinstance(told, Manifest)
        return differences(told, {p: period_sum(batch.load) for p, batch in self.held.items()})


def whole(wire: bytes) -> bytes:
    body = unpack(wire)
    assert isinstance(body, bytes)
    return body


class AnyOrder(RuleBasedStateMachine):
    """A tablet, its log, the courier, and a centre; both ends may fall back to older copies."""

    def __init__(self) -> None:
        super().__init__()
        self.centre = Centre()
        self.log: list[Sealed] = []
        self.sent: list[bytes] = []
        self.wake()
        self.centre_copy = (dict(self.centre.held), self.centre.known)
        self.tablet_copy: tuple[tuple[Sealed, ...], dict[str, Result]] = ((), {})

    def teardown(self) -> None:
        self.in_the_end_both_hold_the_same()
        self.outbox.close()

    def wake(self) -> None:
        """Start the tablet: the outbox is empty until something is put into it."""
        self.outbox = opened()
        self.courier: Courier = courier_of(
            self.outbox, self.centre, Night(most=10**6), telling(self.outbox)
        )

    def go_round(self) -> None:
        self.sent += [each.wire for each in self.outbox.waiting()]
        asyncio.run(self.courier.round())

    @initialize()
    def begin(self) -> None:
        self.seal(PERIODS[0])

    @rule(period=st.sampled_from(PERIODS))
    def seal(self, period: str) -> None:
        latest = max((each.revision for each in self.log if each.period == period), default=0)
        if latest < 4:
            self.log.append(a_batch(period, latest + 1))
            taken(self.outbox, *self.log)

    @rule(trouble=faults)
    def send(self, trouble: list[str]) -> None:
        self.centre.faults = trouble
        self.go_round()
        self.centre.faults = []

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), is_heard=st.booleans())
    def an_old_one_comes_late_or_from_another_tablet(
        self, data: st.DataObject, is_heard: bool
    ) -> None:
        receipt = self.centre.count(data.draw(st.sampled_from(self.sent)))
        if is_heard:
            self.outbox.hear([receipt])

    @rule()
    def back_up_the_centre(self) -> None:
        self.centre_copy = (dict(self.centre.held), self.centre.known)

    @rule()
    def restore_the_centre(self) -> None:
        self.centre.held, self.centre.known = dict(self.centre_copy[0]), self.centre_copy[1]

    @rule()
    def copy_the_tablet(self) -> None:
        self.tablet_copy = (tuple(self.log), dict(self.outbox.arrived()))

    @rule()
    def restore_the_tablet(self) -> None:
        """Its log comes back from the other tablets, but for what comes only later."""
        self.outbox.close()
        self.wake()
        sealed, arrived = self.tablet_copy
        taken(self.outbox, *sealed)
        for each in sealed:
            if each.batch_id in arrived:
                self.outbox.settle(said(each, arrived[each.batch_id]))

    @rule()
    def open_a_session(self) -> None:
        asyncio.run(_later(self.courier))

    @invariant()
    def the_centre_holds_what_was_sealed_and_nothing_else(self) -> None:
        sealed = {each.batch_id for each in self.log}
        assert {batch.batch_id for batch in self.centre.held.values()} <= sealed

    @invariant()
    def a_round_is_bounded(self) -> None:
        assert self.centre.asked <= 40
        self.centre.asked = 0

    def in_the_end_both_hold_the_same(self) -> None:
        """The line is good again, the tablets have met, and a day has gone by."""
        taken(self.outbox, *self.log)
        self.courier._hours += AGAIN_HOURS
        asyncio.run(_later(self.courier))
        self.go_round()
        latest = {each.period: each.batch_id for each in self.log}
        assert {p: batch.batch_id for p, batch in self.centre.held.items()} == latest
        assert self.outbox.standing(HUB) == latest
        assert (self.outbox.waiting(), self.courier.status.more) == ((), ())


async def _later(courier: Courier) -> None:
    courier.opened()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
