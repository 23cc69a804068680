"""How long families are likely to wait: drawn beside the work, a future at a time."""

import asyncio
import json
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Final

from hub_app.core import ranges
from hub_app.core.forecast import future
from hub_app.core.forecast_outlook import Chance, Outlook
from hub_app.core.forecast_quick import Guess, quick
from hub_app.core.forecast_sketch import Sketch
from hub_app.core.forecast_tally import Tally
from hub_app.core.ranges import STILL, About, Nudge, Range
from hub_app.core.room import MINUTE
from hub_app.core.sketching import sketch_of
from hub_app.core.visit import AT_DESK, Stage, Visit
from hub_app.hub import Hub
from hub_app.store.database import DiskFull

FUTURES: Final = 40
EVERY_SECONDS: Final = 30.0
_SETTLE_SECONDS: Final = 1.0  # taps come in bursts: look when they have ended

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Look:
    """What one look ahead came to: at which millisecond, from how many futures."""

    at: int
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class _Told:
    """The first range a family could see for this wait, and when it was told (milliseconds)."""

    shown: Range
    at: int


class Foresight:
    """Keeps a forecast of the hall fresh and answers from it; learns from every call."""

    def __init__(self, hub: Hub, chance: Chance, changed: Callable[[], None]) -> None:
        """Look ahead for a hub; `changed` is called when answers may be others than before."""
        self._hub, self._chance, self._changed = hub, chance, changed
        self._look: _Look | None = None
        self._guesses: dict[str, Guess] = {}
        self._guessed_for: object = None
        self._told: dict[str, _Told] = {}
        self._nudges = {about: self._kept(about) for about in About}
        self._has_learnt = False
        self._wake = asyncio.Event()
        hub.listen(self._heard)

    def wait(self, visit: str) -> Range | None:
        """Give how long until a family's next call, in minutes from now; None: can't say yet."""
        known = self._hub.session.visits.get(visit)
        if known is None or known.stage not in (Stage.WAITING, Stage.WALKING):
            return None
        return self._from_look(About.NEXT_CALL, visit) or self._at_a_glance(visit)

    def stay(self, visit: str) -> Range | None:
        """Give how long until a family has all it came for; None: can't say yet."""
        known = self._hub.session.visits.get(visit)
        if known is None or known.is_ended:
            return None
        return self._from_look(About.ALL_DONE, visit)

    def nudge(self, about: About) -> Nudge:
        """Give how far this hall is from what holds in halls in general."""
        return self._nudges[about]

    def about(self, visit: str) -> tuple[int, int] | None:
        """Give the ends of a family's wait, in minutes from now; None: can't say yet."""
        found = self.wait(visit)
        return None if found is None else (found.low, found.high)

    async def run(self) -> None:
        """Look ahead after every change, and every half minute, until cancelled."""
        while True:
            self._wake.clear()
            try:
                if self._hub.session.is_open:
                    await self._draw()
            except Exception:  # noqa: BLE001 one look less; without the next nobody is told any more
                _log.exception("a look ahead stumbled; the next one comes")
            try:
                await asyncio.wait_for(self._wake.wait(), EVERY_SECONDS)
                await asyncio.sleep(_SETTLE_SECONDS)
            except TimeoutError:
                continue

    async def _draw(self) -> None:
        """Draw the futures one at a time, so that a tap never waits for more than one of them."""
        look = _Look(self._hub.now())
        outlook = Outlook(self._sketch())
        for _ in range(FUTURES):
            look.tally.add(future(outlook, self._chance))
            await asyncio.sleep(0)
        self._look = look
        if self._has_learnt:
            self._keep()
        for visit in self._hub.session.here:
            shown = self.wait(visit.id)
            if shown is not None and visit.id not in self._told:
                self._told[visit.id] = _Told(shown, look.at)
        self._changed()

    def _sketch(self) -> Sketch:
        return sketch_of(self._hub.hall, self._hub.servings, self._hub.came)

    def _from_look(self, about: About, visit: str) -> Range | None:
        if self._look is None:
            return None
        tally, nudge = self._look.tally, self._nudges[about]
        if about is About.NEXT_CALL:
            found = ranges.next_call(tally, visit, nudge)
        else:
            found = ranges.all_done(tally, visit, nudge)
        return None if found is None else _later(found, self._hub.now() - self._look.at)

    def _at_a_glance(self, visit: str) -> Range | None:
        """Answer for who came after the last look, at once and less exactly."""
        if self._guessed_for is not self._hub.session:
            self._guesses = quick(self._sketch())
            self._guessed_for = self._hub.session
        return ranges.at_a_glance(self._guesses.get(visit))

    def _heard(self) -> None:
        """Compare what was told with what came, and look again soon."""
        for visit_id, told in tuple(self._told.items()):
            visit = self._hub.session.visits.get(visit_id)
            if visit is None or visit.is_ended or visit.is_on_hold:
                del self._told[visit_id]
            elif visit.stage in AT_DESK:
                del self._told[visit_id]
                self._learn(visit, told)
        self._wake.set()

    def _learn(self, visit: Visit, told: _Told) -> None:
        called = visit.called_at if visit.called_at is not None else self._hub.now()
        minutes = max(0.0, (called - told.at) / MINUTE)
        about = About.NEXT_CALL
        self._nudges[about] = ranges.answered(self._nudges[about], told.shown, minutes)
        self._has_learnt = True  # kept at the next look: a tap does not wait for it

    def _keep(self) -> None:
        try:
            for about, nudge in self._nudges.items():
                self._hub.remember(f"nudge_{about}", json.dumps(asdict(nudge)))
            self._has_learnt = False
        except DiskFull:
            _log.warning("what a wait taught was not kept: the disk is full")

    def _kept(self, about: About) -> Nudge:
        kept = self._hub.remembered(f"nudge_{about}")
        try:
            found = STILL if kept is None else Nudge(**json.loads(kept))
            return found if math.isfinite(found.early + found.late) else STILL
        except (TypeError, ValueError):
            return STILL


def _later(found: Range, millis: int) -> Range:
    """Give a range as it is after some time has gone by: never below nought."""
    gone = max(0, millis) // MINUTE
    return Range(max(0, found.low - gone), max(0, found.likely - gone), max(0, found.high - gone))
