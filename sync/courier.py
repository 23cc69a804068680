"""The courier: takes batches to the centre, oldest first, for as long as it takes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sync.endpoint import Endpoint, NotAllowed, Receipt, Result, Unreachable
from sync.outbox import Outbox, OutboxRefusal
from sync.record import Sealed

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 300.0
LONGEST_ASKED_SECONDS: Final = 3_600.0  # a centre may ask for an hour; not for a year
PACE_SECONDS: Final = 0.5  # between batches after a silence: all the hubs may come back at once

log = logging.getLogger(__name__)


class Reach(StrEnum):
    """Whether the centre answered the last time we tried."""

    NEVER = "never"
    REACHED = "reached"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class CourierStatus:
    """What a person may want to know of the courier.

    `is_paused`: the centre does not know this hub, and a person must see to it.
    `outbox_refusal`: the outbox could not be written, with the sentence that says so.
    """

    waiting: int
    refused: int
    settled_at_ms: int | None = None
    reach: Reach = Reach.NEVER
    is_paused: bool = False
    outbox_refusal: OutboxRefusal | None = None


Listener = Callable[[CourierStatus], None]


class Courier:
    """One loop for one outbox. Time, sleep and chance are handed in."""

    def __init__(
        self,
        outbox: Outbox,
        endpoint: Endpoint,
        now_ms: Callable[[], int],
        sleep: Callable[[float], Awaitable[object]],
        random: Callable[[], float],
    ) -> None:
        self._outbox = outbox
        self._endpoint = endpoint
        self._now_ms = now_ms
        self._sleep = sleep
        self._random = random  # in [0, 1)
        self._draining = asyncio.Lock()
        self._nudged = asyncio.Event()
        self._failures = 0
        self._asked_seconds = 0.0
        self._stumbled: set[str] = set()
        self._listeners: list[Listener] = []
        totals = outbox.totals()
        self._status = CourierStatus(totals.waiting, totals.refused)

    @property
    def status(self) -> CourierStatus:
        """The status as of now."""
        return self._status

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell a listener of each new status, on the loop; gives what ends it.

        A listener that raises is the loop’s to report, and never stops the courier.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def nudge(self) -> None:
        """Say that there is something new, or that it is worth trying now."""
        self._tell(self._status)
        self._nudged.set()

    async def run(self) -> None:
        """Deliver whatever comes, until cancelled."""
        while True:
            self._nudged.clear()  # before the drain: a nudge during it is not lost
            await self.drain()
            if self._status.is_paused or not self._status.waiting:
                await self._nudged.wait()
            else:
                await self._rest(self._pause_seconds())

    async def drain(self) -> CourierStatus:
        """Offer everything that waits, once through, stopping where the centre can’t be reached.

        One drain at a time: a second one waits for the first.
        """
        async with self._draining:
            is_after_silence = self._failures > 0
            is_first = True
            while (sealed := self._oldest()) is not None:
                if is_after_silence and not is_first:
                    await self._sleep(PACE_SECONDS)
                is_first = False
                if not await self._deliver(sealed):
                    break
            return self._status

    def _oldest(self) -> Sealed | None:
        """Give the oldest batch; one the centre stumbled over goes behind, to block nobody."""
        waiting = self._outbox.waiting()
        self._tell(self._status)
        self._stumbled &= {sealed.batch_id for sealed in waiting}
        if len(self._stumbled) == len(waiting):
            self._stumbled.clear()
        return next((each for each in waiting if each.batch_id not in self._stumbled), None)

    async def _deliver(self, sealed: Sealed) -> bool:
        """Offer one batch and note the answer; say whether it is worth going on."""
        match await self._endpoint.deliver(sealed):
            case Receipt() as receipt:
                return self._note(sealed, receipt)
            case NotAllowed():
                log.warning("not allowed at the centre; paused before batch %s", sealed.batch_id)
                self._tell(replace(self._status, reach=Reach.REACHED, is_paused=True))
            case Unreachable(retry_after, is_answered):
                self._failures += 1
                self._asked_seconds = retry_after or 0.0
                if is_answered:
                    self._stumbled.add(sealed.batch_id)
                self._tell(replace(self._status, reach=Reach.UNREACHABLE, is_paused=False))
        return False

    def _note(self, sealed: Sealed, receipt: Receipt) -> bool:
        if receipt.result is Result.REFUSED:
            log.warning("batch %s refused for %s reasons", sealed.batch_id, len(receipt.reasons))
        # A refusal may come without an id: it is about what we have just sent.
        refusal = self._outbox.settle(replace(receipt, batch_id=sealed.batch_id))
        reached = replace(
            self._status, reach=Reach.REACHED, is_paused=False, outbox_refusal=refusal
        )
        if refusal is not None:  # not written down, so offered again; the centre counts once
            self._failures += 1
            self._tell(reached)
            return False
        self._failures, self._asked_seconds = 0, 0.0
        if receipt.result is not Result.REFUSED:
            reached = replace(reached, settled_at_ms=self._now_ms())
        self._tell(reached)
        return True

    def _pause_seconds(self) -> float:
        """Give the pause before the next try: exponential with full jitter, capped.

        What the centre asked for comes first, and the jitter on top, or all would be back at once.
        """
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures, 30))
        return min(self._asked_seconds, LONGEST_ASKED_SECONDS) + self._random() * longest

    async def _rest(self, seconds: float) -> None:
        """Sleep, or until somebody says that it is worth trying now."""
        rest = asyncio.ensure_future(self._sleep(seconds))
        nudge = asyncio.ensure_future(self._nudged.wait())
        try:
            await asyncio.wait((rest, nudge), return_when=asyncio.FIRST_COMPLETED)
        finally:
            rest.cancel()
            nudge.cancel()

    def _tell(self, status: CourierStatus) -> None:
        totals = self._outbox.totals()
        status = replace(status, waiting=totals.waiting, refused=totals.refused)
        if status == self._status:
            return
        self._status = status
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.call_soon(listener, status)
