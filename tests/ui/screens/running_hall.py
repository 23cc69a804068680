"""A hall as the screens see it: a real hub in memory, the real pack, and changes told to pages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from weakref import finalize

import flet as ft

from hub_app.clocks import SetClock
from hub_app.core.session import Session
from hub_app.core.visit import Visit
from hub_app.hub import Hub, Wish
from hub_app.store.cards import Cards
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.log import Log, own_origin
from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.running import Running
from hub_app.ui.strings import strings_in
from hub_app.view.carry import Brought, Unread
from hub_app.view.chip import SyncStatus
from tests.support.alone import Alone
from tests.support.hall import Hall, KeyRing, counting, done, scotland

PACK = scotland()
DAY = date(2026, 11, 22)
HALF_PAST_ONE = 13.5 * 60  # minutes after midnight


class Carried:
    """What can be carried, as a test wants it; remembers what was brought back."""

    def __init__(self) -> None:
        self.texts: tuple[str, ...] = ()
        self.brought: list[str] = []
        self.answer: Brought | Unread = Brought(1)

    def pieces(self) -> tuple[str, ...]:
        """Give the texts of the pictures."""
        return self.texts

    def file(self) -> bytes:
        """Give all of it as a file."""
        return "\n".join(self.texts).encode()

    def is_receipt(self, text: str) -> bool:
        """Say whether a text is a receipt."""
        return text.startswith("RECEIPT")

    def take_receipt(self, text: str) -> Brought | Unread:
        """Take a receipt."""
        self.brought.append(text)
        return self.answer


class RunningHall:
    """One session, open since half past one. Open pages hear of every change."""

    def __init__(self, _folder: Path | None = None) -> None:
        db, keys, mint = open_database(None), KeyRing(), counting("v")
        assert not isinstance(db, DatabaseRefused)
        finalize(db, db.conn.close)
        self.clock = SetClock(PACK.zone)
        self.clock.set(self.clock.at(DAY, HALF_PAST_ONE))
        log = Log(db, own_origin(db, mint))
        self.hub = Hub(log, Cards(db, keys), PACK, self.clock, mint)
        done(self.hub.open_session())
        self._hall = Hall(self.hub, log, db, keys, self.clock, mint)
        self.feed, self.status, self.sendings = Feed(), SyncStatus(), 0
        self.hub.listen(self.feed.changed)
        self.tablets = Alone(self.hub)
        self.carry = Carried()
        self.running = Running(
            self.hub,
            self.feed,
            lambda: self.status,
            self._send,
            self.tablets,
            carry=self.carry,
        )

    def _send(self) -> None:
        self.sendings += 1

    @property
    def session(self) -> Session:
        """The session now."""
        return self.hub.session

    def pass_minutes(self, minutes: float) -> None:
        """Let time pass, and let open pages see it."""
        self._hall.minutes_pass(minutes)
        self.feed.changed()

    def desk(self, name: str, *services: str) -> str:
        """Open a desk; gives its id."""
        return self._hall.desk(*services, name=name)

    def family(self, *needs: str, name: str = "", urgent: str | None = None) -> Visit:
        """Let a family in; gives their visit."""
        return done(self.hub.arrive(Wish(needs, urgent, name=name)))

    def serving(self, desk: str, *needs: str) -> Visit:
        """Let a family in who sits down at a desk at once; gives their visit."""
        return self._hall.serve(desk, self.family(*needs))

    def visit(self, known: Visit) -> Visit:
        """Give a visit as it stands now."""
        return self._hall.visit(known)

    def screen(
        self, draw: Callable[..., ft.Control], *given: object, language: str = "en"
    ) -> Callable[[ft.Page], Any]:
        """Give the `main` of a page that shows one screen of this hall."""

        @component
        def Screen() -> ft.Control:
            return draw(self.running, *given)

        def main(page: ft.Page) -> None:
            open_page(page, self.feed, Screen, strings_in(language))

        return main
