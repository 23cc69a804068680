"""A tablet at work: looking round is not a reason to bother a centre that is away."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from hub_app.departing import depart
from hub_app.serving import Others, Work
from sync.courier import Courier, Means
from sync.endpoint import Answer, ManifestAnswer, Receipt, Unreachable
from sync.envelope import Envelope, Signed
from tests.running.test_leaving import a_session, tablet
from tests.support.hall import done


class Away:
    """A line on which nobody answers; it counts how often it was tried."""

    def __init__(self) -> None:
        self.tried = 0

    async def deliver(self, envelope: Envelope) -> Answer:
        self.tried += 1
        return Unreachable()

    async def deliver_several(self, envelopes: Sequence[Envelope]) -> tuple[Receipt, ...]:
        return ()

    async def tell(self, manifest: Signed) -> ManifestAnswer:
        return Unreachable()


async def _turns() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


async def _for_ever(_seconds: float) -> None:
    await asyncio.Event().wait()


async def test_only_something_new_or_a_person_wakes_a_courier_that_backs_off(
    tmp_path: Path,
) -> None:
    room, _ = tablet(tmp_path)
    a_session(room, 6)
    done(room.hub.sign_off())
    depart(room)
    line = Away()
    work = Work(room, Others())
    means = Means(room.clock.millis, _for_ever, lambda: 0.5)
    courier = Courier(room.outbox, line, means, work.sending.terms)
    work.sending.employ(courier)
    work.look_round()
    delivering = asyncio.create_task(courier.run())
    await _turns()
    assert line.tried == 1
    for _ in range(5):
        work.look_round()
        await _turns()
    assert line.tried == 1
    work.send_now()
    await _turns()
    assert line.tried == 2
    a_session(room, 6)
    done(room.hub.sign_off())
    await _turns()
    assert line.tried == 3
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)
    room.close()


async def test_a_look_round_that_stumbles_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _ = tablet(tmp_path)
    work, looks = Work(room, Others()), list[int]()

    def stumble() -> None:
        looks.append(1)
        raise RuntimeError("a look")

    monkeypatch.setattr(work, "look_round", stumble)
    monkeypatch.setattr("hub_app.serving.LOOK_SECONDS", 0.0)
    looking = asyncio.create_task(work.look())
    await _turns()
    assert len(looks) > 1
    assert not looking.done()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    room.close()
