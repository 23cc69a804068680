"""Taps about the hall: its session, its desks and who interprets."""

from collections.abc import Sequence

from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.core.rota import expected_on
from hub_app.core.rules import hall
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Fold, Session
from hub_app.core.text import clean_name
from hub_app.hub.writer import Writer


class Halls(Writer):
    """What a coordinator, and a desk about its own presence, may write."""

    def open_session(self) -> Session | Refusal:
        """Open the hall for today."""
        if self.session.closed_at is not None and self.session.signed_off_at is None:
            signed = self.sign_off()
            if isinstance(signed, Refusal):
                return signed
        local = self._clock.local(self.now())
        offset = local.utcoffset()
        minutes = 0 if offset is None else round(offset.total_seconds() / 60)
        day = local.date().isoformat()
        opening = self._openings(day) + 1
        event = hall.open_session(self.session, day, opening, minutes)
        if isinstance(event, Refusal):
            return event
        # Its name is what it is: two tablets that open it while cut off open one session.
        named = Fold(f"{day}.{opening}")
        refused = self._write(None, (event, *self._expected()), named)
        if refused is not None:
            return refused
        self._read_cards()
        self._look_back()
        return self.session

    def _expected(self) -> list[e.Event]:
        """Give the desks the rota expects today, as facts of the session."""
        pack, today = self.pack, self.today()
        return [
            e.DeskExpected(
                who.entry, who.name, who.services, who.from_at, who.until_at, who.organisation
            )
            for who in expected_on(self.house, today, pack.zone, pack.country)
        ]

    def _openings(self, day: str) -> int:
        opened = (entry.event for entry in self._log_file.openings())
        known = (o.opening for o in opened if isinstance(o, e.SessionOpened) and o.day == day)
        return max(known, default=0)

    def close_session(self) -> Session | Refusal:
        """Close the hall; the names people gave are destroyed at once."""
        return self._write(None, hall.close_session(self.session)) or self.session

    def sign_off(self) -> Session | Refusal:
        """Stand by the closing counts, so that what may leave can go; learn the serving times."""
        event = hall.sign_off(self.session)
        if isinstance(event, Refusal):
            return event
        return self._write(None, event) or self.session

    def sign_off_when_due(self) -> None:
        """Sign off a closed session once its undo window is over."""
        closed = self.session.closed_at
        is_due = closed is not None and self.now() - closed > UNDO_WINDOW_MILLIS
        if is_due and self.session.signed_off_at is None:
            self.sign_off()

    def open_desk(
        self, name: str, services: Sequence[str], desk: str = "", organisation: str = ""
    ) -> str | Refusal:
        """Say that a desk is here; gives its id, which is new unless one is named.

        Whose desk it is, is what the rota said, unless something else is said now.
        """
        desk_id = desk or self._mint()
        expected = self.session.desks.get(desk_id)
        whose = organisation or (expected.organisation if expected else "")
        opened = e.DeskOpened(desk_id, clean_name(name), tuple(services), whose)
        return self._write(None, hall.open_desk(self.session, opened)) or desk_id

    def leaving_at(self, desk: str, at: int | None) -> Session | Refusal:
        """Say when a desk will leave (milliseconds), or with None that it stays."""
        event = hall.leaving(self.session, desk, at, self.now())
        return self._write(None, event) or self.session

    def interpreters(self, language: str, number: int) -> Session | Refusal:
        """Say how many who interpret a language are in the hall now."""
        event = hall.interpreters(self.session, language, number)
        return self._write(None, event) or self.session

    def take_break(self, desk: str) -> Session | Refusal:
        """Let a desk go on a break."""
        return self._write(None, hall.take_break(self.session, desk)) or self.session

    def come_back(self, desk: str) -> Session | Refusal:
        """Bring a desk back from its break."""
        return self._write(None, hall.come_back(self.session, desk)) or self.session

    def close_desk(self, desk: str) -> Session | Refusal:
        """Let a desk go for today."""
        return self._write(None, hall.close_desk(self.session, desk)) or self.session
