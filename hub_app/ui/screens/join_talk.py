"""One try to join a hub, as a page keeps it: it goes on while its screen comes and goes."""

from enum import StrEnum

import flet as ft

from hub_app.ui.feed import Feed
from hub_app.ui.page import kept_values
from hub_app.ui.running import Running
from hub_app.ui.strings import _
from hub_app.view.tablet_rows import is_scan, last_scan
from hub_app.view.tablets import Joined

_KEPT = "join-talk"


class Stage(StrEnum):
    """How far a try has come."""

    ASKED = "asked"  # for what to join by
    JOINING = "joining"
    COMPARING = "comparing"
    ARRIVING = "arriving"


class JoinTalk:
    """What was scanned, pasted or typed, and what came of it.

    What is typed is kept here and drawn by nobody: a scanner writes faster than a page is drawn.
    `tries` changes whenever the field is to begin empty again.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self.feed = Feed()
        self._begin()
        self.failed = ""
        self.tries = 0

    def _begin(self) -> None:
        self.stage = Stage.ASKED
        self.said, self.address = "", ""
        self.joined: Joined | None = None
        self._removed_at = self._running.hub.removed_at

    def type(self, said: str) -> None:
        """Keep what is in the field."""
        self.said = said

    def type_address(self, address: str) -> None:
        """Keep where the other tablet is said to be."""
        self.address = address

    async def send(self) -> None:
        """Join by what is in the field."""
        await self.join(self.said)

    async def join(self, said: str) -> None:
        """Join by this; while one try is on its way, another is not begun."""
        if self.stage is not Stage.ASKED:
            return
        wanted = last_scan(said)
        if not wanted:
            self._fail(_("Scan the picture on the other tablet, or type the code beside it."))
            return
        self.stage, self.failed = Stage.JOINING, ""
        self.feed.changed()
        try:
            answer = await self._running.tablets.join(wanted, self.address.strip())
        except BaseException:
            self.stage = Stage.ASKED
            self.feed.changed()
            raise
        if isinstance(answer, str):
            self.stage = Stage.ASKED
            # Another scan would be written behind this one; a code is easier corrected than typed.
            self.said = "" if is_scan(wanted) else wanted
            self._fail(answer)
            return
        self.joined, self.stage = answer, Stage.COMPARING
        self.feed.changed()

    def _fail(self, sentence: str) -> None:
        self.failed = sentence
        self.tries += 1
        self.feed.changed()

    def same(self) -> None:
        """The word is the same on both screens."""
        self.stage = Stage.ARRIVING
        self.feed.changed()

    def other(self) -> None:
        """The words differ: this tablet is in a hub it does not belong to, and leaves it."""
        self._running.tablets.wipe()
        self._begin()
        self._fail(
            _(
                "This tablet has left that hub again, and holds nothing of it. Ask for a new"
                " invitation, and scan it from the tablet you mean."
            )
        )

    @property
    def is_put_out(self) -> bool:
        """Whether the hub that was joined has removed this tablet again."""
        is_in = self.stage in (Stage.COMPARING, Stage.ARRIVING)
        at = self._running.hub.removed_at
        return is_in and at is not None and at != self._removed_at

    def begin_again(self) -> None:
        """Forget what was joined, and ask for another invitation."""
        self._begin()
        self.failed = ""
        self.tries += 1
        self.feed.changed()

    def end(self) -> None:
        """Forget this try: the tablet has arrived, or does something else."""
        kept_values(ft.context.page).pop(_KEPT, None)


def talk_of(running: Running) -> JoinTalk:
    """Give the try of the page that is being drawn, begun if need be."""
    kept = kept_values(ft.context.page)
    if _KEPT not in kept:
        kept[_KEPT] = JoinTalk(running)
    talk: JoinTalk = kept[_KEPT]
    return talk
