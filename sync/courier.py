"""The courier: takes batches to the centre, oldest first, and again what it turns out to lack."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sync.endpoint import Endpoint, NotAllowed, Receipt, Result, Unreachable
from sync.envelope import SEVERAL_MOST, SEVERAL_WIRE_MAX, Envelope
from sync.manifest import Differences, Manifest
from sync.outbox import Outbox, OutboxRefusal

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 300.0
LONGEST_ASKED_SECONDS: Final = 3_600.0  # a centre may ask for an hour; not for a year
PACE_SECONDS: Final = 0.5  # between batches after a silence: all the hubs may come back at once
TELL_SECONDS: Final = 3_600.0  # from one manifest to the next when nothing happens
AGAIN_HOURS: Final = 24  # a batch the centre says it has and has not goes again once a day

_THERE: Final = frozenset({Result.COUNTED, Result.ALREADY_COUNTED})

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
    `more`: periods the centre knows more of than this hub does.
    `outbox_refusal`: the outbox could not be written, with the sentence that says so.
    """

    waiting: int
    refused: int
    settled_at_ms: int | None = None
    reach: Reach = Reach.NEVER
    is_paused: bool = False
    outbox_refusal: OutboxRefusal | None = None
    quarantined: int = 0
    more: tuple[str, ...] = ()


Listener = Callable[[CourierStatus], None]


@dataclass(frozen=True)
class Means:
    """The clock (milliseconds), sleep (seconds) and chance (in [0, 1)) a courier runs on."""

    now_ms: Callable[[], int]
    sleep: Callable[[float], Awaitable[object]]
    random: Callable[[], float]


@dataclass(frozen=True)
class Terms:
    """What the hub lays down for its courier.

    `manifest` gives what to tell the centre, or None when that is not for this tablet to do now;
    `may_send` says by its id whether a batch is this tablet’s to send now; `heard` is told of
    each receipt that has been written down.
    """

    manifest: Callable[[], Manifest | None] = lambda: None
    may_send: Callable[[str], bool] = lambda _: True
    heard: Callable[[Receipt], object] = lambda _: None


class Courier:
    """One loop for one outbox. Time, sleep and chance are handed in."""

    def __init__(
        self, outbox: Outbox, endpoint: Endpoint, means: Means, terms: Terms | None = None
    ) -> None:
        self._outbox = outbox
        self._endpoint = endpoint
        self._means = means
        self._terms = terms or Terms()
        self._draining = asyncio.Lock()
        self._nudged = asyncio.Event()
        self._failures = 0
        self._asked_seconds = 0.0
        self._stumbled: set[str] = set()
        self._is_to_tell = True
        self._hours = 0
        self._sent_again: dict[str, int] = {}  # by batch, the hour; of those it still says it lacks
        self._listeners: list[Listener] = []
        totals = outbox.totals()
        self._status = CourierStatus(totals.waiting, totals.refused, quarantined=totals.quarantined)

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

    def opened(self) -> None:
        """Say that a session has opened: the centre is told of it."""
        self._is_to_tell = True
        self.nudge()

    async def run(self) -> None:
        """Deliver whatever comes, and tell the centre what there is, until cancelled."""
        while True:
            self._nudged.clear()  # before the round: a nudge during it is not lost
            await self.round()
            is_unfinished = bool(self._sendable()) or self._is_to_tell
            if is_unfinished and not self._status.is_paused:
                await self._rest(self._pause_seconds())
            elif await self._rest(TELL_SECONDS):
                self._hours += 1
                self._is_to_tell = True

    async def round(self) -> CourierStatus:
        """Offer everything that waits, then tell the centre what there is, if that is due.

        What it turns out to lack goes at once, and is told of again; a batch that it says it has
        counted before, and names as lacking all the same, goes no more than once a day.
        """
        while True:
            await self.drain()
            is_due = self._is_to_tell and not self._sendable()
            if not is_due or not await self._tell_centre():
                return self._status

    async def drain(self) -> CourierStatus:
        """Offer everything that waits, once through, stopping where the centre can’t be reached.

        One drain at a time: a second one waits for the first.
        """
        async with self._draining:
            is_after_silence = self._failures > 0
            is_first = True
            if not is_after_silence:
                await self._deliver_together()
            while (batch_id := self._oldest()) is not None:
                if is_after_silence and not is_first:
                    await self._means.sleep(PACE_SECONDS)
                is_first = False
                if not await self._deliver(batch_id):
                    break
            return self._status

    def _sendable(self) -> tuple[str, ...]:
        return tuple(each for each in self._outbox.waiting_ids() if self._terms.may_send(each))

    def _oldest(self) -> str | None:
        """Give the oldest batch; one the centre stumbled over goes behind, to block nobody."""
        waiting = self._sendable()
        self._tell(self._status)
        self._stumbled &= set(waiting)
        if len(self._stumbled) == len(waiting):
            self._stumbled.clear()
        return next((each for each in waiting if each not in self._stumbled), None)

    async def _deliver(self, batch_id: str) -> bool:
        """Offer one batch, and note the answer; gives whether it is worth going on."""
        match await self._endpoint.deliver(self._outbox.envelope(batch_id)):
            case Receipt() as receipt:
                # A refusal may come without an id: it is about what we have just sent.
                return self._note(replace(receipt, batch_id=batch_id))
            case NotAllowed():
                self._pause(f"before batch {batch_id}")
            case Unreachable() as nothing:
                self._note_silence(nothing)
                if nothing.is_answered:
                    self._stumbled.add(batch_id)
        return False

    async def _deliver_together(self) -> None:
        """Offer what waits in as few requests as it takes, while each has its receipt.

        What is left after that goes one by one, as always.
        """
        while len(together := self._together()) > 1:
            receipts = await self._endpoint.deliver_several(together)
            if not receipts or not self._note(*receipts) or len(receipts) < len(together):
                return

    def _together(self) -> list[Envelope]:
        """Give the oldest batches that one request may hold: of one hub, and not too large."""
        found: list[Envelope] = []
        room = SEVERAL_WIRE_MAX
        for batch_id in self._sendable()[:SEVERAL_MOST]:
            envelope = self._outbox.envelope(batch_id)
            room -= len(envelope.wire)
            if room < 0 or (found and envelope.place != found[0].place):
                break
            found.append(envelope)
        return found

    def _note(self, *receipts: Receipt) -> bool:
        for each in receipts:
            if each.result not in _THERE:
                count = len(each.reasons)
                log.warning("batch %s: %s, %s reasons", each.batch_id, each.result, count)
        refusal = self._outbox.settle(*receipts)
        reached = replace(
            self._status, reach=Reach.REACHED, is_paused=False, outbox_refusal=refusal
        )
        if refusal is not None:  # not written down, so offered again; the centre counts once
            self._failures += 1
            self._tell(reached)
            return False
        self._failures, self._asked_seconds = 0, 0.0
        self._is_to_tell = True
        for each in receipts:
            if each.result is Result.COUNTED:  # it lacked it indeed: it may come to lack it again
                self._sent_again.pop(each.batch_id or "", None)
        if any(each.result in _THERE for each in receipts):
            reached = replace(reached, settled_at_ms=self._means.now_ms())
        self._tell(reached)
        for each in receipts:
            self._terms.heard(each)
        return True

    async def _tell_centre(self) -> bool:
        """Tell the centre what there is; gives whether something is to go again."""
        manifest = self._terms.manifest()
        self._is_to_tell = False
        if manifest is None:
            return False
        match await self._endpoint.tell(self._outbox.letter(manifest)):
            case Differences() as found:
                return self._note_differences(manifest, found)
            case NotAllowed():
                self._pause("when it was told what is here")
            case Unreachable() as nothing:
                self._note_silence(nothing)
                # An answer that is none, as of a centre too old for this, is asked for hourly.
                self._is_to_tell = self._is_to_tell or not nothing.is_answered
        return False

    def _note_differences(self, manifest: Manifest, found: Differences) -> bool:
        told = {each.period: each for each in manifest.periods}
        unlike = {*found.again, *found.more}
        alike = [each for period, each in told.items() if period not in unlike]
        standing = self._outbox.standing(manifest.place)
        lacking = {standing[each]: each for each in found.again if each in standing}
        sent = {each: hour for each, hour in self._sent_again.items() if each in lacking}
        due = [
            each for each in lacking if self._hours - sent.get(each, -AGAIN_HOURS) >= AGAIN_HOURS
        ]
        refusal = self._outbox.agree(manifest.place, alike) or self._outbox.again(
            [lacking[each] for each in due]
        )
        if refusal is None:
            self._failures, self._asked_seconds = 0, 0.0
            self._sent_again = sent | dict.fromkeys(due, self._hours)
        else:
            self._failures += 1
            self._is_to_tell = True
        if due:
            log.warning("the centre lacks %s periods; %s go again", len(lacking), len(due))
        self._tell(
            replace(
                self._status,
                reach=Reach.REACHED,
                is_paused=False,
                more=found.more,
                outbox_refusal=refusal,
            )
        )
        return refusal is None and bool(self._sendable())

    def _pause(self, when: str) -> None:
        log.warning("not allowed at the centre; paused %s", when)
        self._tell(replace(self._status, reach=Reach.REACHED, is_paused=True))

    def _note_silence(self, nothing: Unreachable) -> None:
        self._failures += 1
        self._asked_seconds = nothing.retry_after or 0.0
        self._tell(replace(self._status, reach=Reach.UNREACHABLE, is_paused=False))

    def _pause_seconds(self) -> float:
        """Give the pause before the next try: exponential with full jitter, capped.

        What the centre asked for comes first, and the jitter on top, or all would be back at once.
        """
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures, 30))
        asked = min(self._asked_seconds, LONGEST_ASKED_SECONDS)
        return asked + self._means.random() * longest

    async def _rest(self, seconds: float) -> bool:
        """Sleep, or until somebody says that it is worth trying now; gives whether nobody did."""
        rest = asyncio.ensure_future(self._means.sleep(seconds))
        nudge = asyncio.ensure_future(self._nudged.wait())
        try:
            await asyncio.wait((rest, nudge), return_when=asyncio.FIRST_COMPLETED)
            return not self._nudged.is_set()
        finally:
            rest.cancel()
            nudge.cancel()

    def _tell(self, status: CourierStatus) -> None:
        totals = self._outbox.totals()
        status = replace(
            status,
            waiting=totals.waiting,
            refused=totals.refused,
            quarantined=totals.quarantined,
        )
        if status == self._status:
            return
        self._status = status
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.call_soon(listener, status)
