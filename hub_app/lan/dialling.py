"""Reaching one device of the roster: at all its addresses, again and again, with patience."""

import asyncio
import contextlib
from collections.abc import Iterable

from hub_app.lan.identity import Identity, pinned_context
from hub_app.lan.lines import LET_IN, Address, Line, Means, Quiet, race
from hub_app.lan.messages import Removed, from_text
from hub_app.lan.pairing_proofs import prove
from hub_app.lan.pairing_texts import Challenge, to_text
from hub_app.lan.pairing_texts import from_text as opening_from


class Dialler:
    """The tries to reach one device, and the pauses between them."""

    def __init__(self, me: Identity, device: str, means: Means) -> None:
        """Dial for `me`, and speak to nobody but `device`."""
        self._me, self._device, self._means = me, device, means
        self._context = pinned_context(device)
        self._woken = asyncio.Event()
        self._failures = 0

    def wake(self) -> None:
        """Cut a pause short: something is new, and it is worth trying at once."""
        self._woken.set()

    async def woken(self) -> None:
        """Wait for a wake. One that came while nobody waited counts."""
        await self._woken.wait()
        self._woken.clear()
        self._failures = 0

    async def pause(self) -> None:
        """Wait until the next try is due, or for a wake."""
        seconds = self._pause_seconds()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.woken()

    def _pause_seconds(self) -> float:
        pace = self._means.pace
        if self._failures:
            longest = min(pace.longest_pause, pace.first_pause * 2 ** min(self._failures, 16))
            return self._means.chance() * longest
        # Both sides dial. Of two lines the smaller id’s is kept, so that one has a head start.
        return 0 if self._me.device < self._device else pace.first_pause

    async def reach(self, addresses: Iterable[Address]) -> Line | Removed | None:
        """Try all addresses at once; give a line on which we are welcome.

        None: nobody there, or no line is wanted now. Removed: they say that we are.
        """
        self._failures += 1  # until it is none, whatever ends the try
        line = await race(addresses, self._context, self._means)
        met = None if line is None else await self._opened(line)
        if isinstance(met, Line):
            self._failures = 0
        return met

    async def _opened(self, line: Line) -> Line | Removed | None:
        met: Line | Removed | None = None
        try:
            async with asyncio.timeout(self._means.pace.prove):
                met = await self._proven(line)
        except (TimeoutError, Quiet):
            return None
        finally:
            if met is not line:
                line.cut()
        return met

    async def _proven(self, line: Line) -> Line | Removed | None:
        asked = opening_from(await line.hear(self._means.pace.prove))
        if not isinstance(asked, Challenge):
            return None
        line.say(to_text(prove(self._me, self._device, asked.nonce)))
        said = await line.hear(self._means.pace.prove)
        if said.startswith(LET_IN):
            return line
        told = from_text(said)
        return told if isinstance(told, Removed) else None
