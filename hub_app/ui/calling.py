"""A page's calls: asked of whoever decides, said on the page meanwhile, never two at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import flet as ft

from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.ui.hooks import PULSE
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.tablets import Tablets

WHOEVER_IS_NEXT = ""
LATELY_MILLIS = 15_000  # so long an answer that nobody can be asked is believed
_Answer = Visit | Refusal


@dataclass(frozen=True)
class Asked:
    """What a part of a page has asked: a visit's id, WHOEVER_IS_NEXT, or None for nothing now.

    `cut_off_at` is the page's time (milliseconds) when the last answer was that nobody who
    decides can be reached; None once a call was answered.
    """

    what: str | None = None
    cut_off_at: int | None = None

    @property
    def is_on_its_way(self) -> bool:
        """Whether an answer is still waited for."""
        return self.what is not None

    @property
    def is_lately_cut_off(self) -> bool:
        """Whether the last answer was, a moment ago, that nobody can be reached."""
        return self.cut_off_at is not None and PULSE.now_millis - self.cut_off_at < LATELY_MILLIS


NOTHING_ASKED = Asked()


class Calling:
    """Asks for calls, one at a time: a second tap while an answer is on its way does nothing.

    A refusal is told to whoever tapped; that nobody can be reached only if `tells_cut_off`.
    """

    def __init__(
        self, tablets: Tablets, show: Callable[[Asked], object], *, tells_cut_off: bool
    ) -> None:
        self._tablets, self._show, self._tells_cut_off = tablets, show, tells_cut_off
        self._asked = NOTHING_ASKED

    async def next(self, desk: str) -> None:
        """Call whoever is next for a desk."""
        await self._ask(WHOEVER_IS_NEXT, lambda: self._tablets.call_next(desk))

    async def named(self, desk: str, visit: str) -> None:
        """Call a family by name for a desk."""
        await self._ask(visit, lambda: self._tablets.call(desk, visit))

    async def _ask(self, what: str, ask: Callable[[], Awaitable[_Answer]]) -> None:
        if self._asked.is_on_its_way:  # looked at here, for the page may not be drawn again yet
            return
        self._say(replace(self._asked, what=what))
        cut_off_at = None
        try:
            answer = await ask()
            if answer is Refusal.CUT_OFF:
                cut_off_at = PULSE.now_millis
            if answer is not Refusal.CUT_OFF or self._tells_cut_off:
                done(answer)
        finally:
            self._say(Asked(None, cut_off_at))

    def _say(self, asked: Asked) -> None:
        self._asked = asked
        self._show(asked)


def use_calling(running: Running, *, tells_cut_off: bool) -> tuple[Asked, Calling]:
    """Give what this part of the page has asked, and what asks. A hook: call it at every render.

    The second stays the same from render to render, so that rows given it keep their memo.
    """
    asked, show = ft.use_state(NOTHING_ASKED)

    def begin() -> Calling:
        return Calling(running.tablets, show, tells_cut_off=tells_cut_off)

    return asked, ft.use_memo(begin, [running])
