"""Taps about the house: rota, days off, capacity, agreements, and what was promised to families."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hub_app.core import events as e
from hub_app.core import house_events as h
from hub_app.core.house import House
from hub_app.core.promised import Promised, promised_in
from hub_app.core.refusal import Refusal
from hub_app.core.rota import next_date
from hub_app.core.rules import house
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import fold, standing
from hub_app.core.text import clean_name
from hub_app.hub.writer import HOUSE, Writer


class Houses(Writer):
    """What a coordinator may write of what holds from session to session."""

    def set_rota(self, wanted: h.RotaSet) -> House | Refusal:
        """Put somebody on the rota or change their entry; an empty entry is a new one."""
        named = replace(wanted, entry=wanted.entry or self._mint(), name=clean_name(wanted.name))
        return self._write_house(house.set_rota(named, self.pack.zone))

    def leave_out(self, entry: str, day: str) -> House | Refusal:
        """Say that somebody on the rota stays away on one day."""
        return self._write_house(house.leave_out(self.house, entry, day))

    def come_also(self, entry: str, day: str) -> House | Refusal:
        """Say that somebody on the rota comes on one day more, or after all."""
        return self._write_house(house.come_also(self.house, entry, day))

    def end_rota(self, entry: str, day: str) -> House | Refusal:
        """Take somebody off the rota from a day on."""
        return self._write_house(house.end_rota(self.house, entry, day))

    def shut_on(self, day: str, name: str = "") -> House | Refusal:
        """Say that the hub stays shut on a day, and why."""
        return self._write_house(house.shut_on(day, clean_name(name)))

    def open_on(self, day: str) -> House | Refusal:
        """Say that the hub opens on a day after all."""
        return self._write_house(house.open_on(day))

    def set_capacity(self, amber: int, red: int) -> House | Refusal:
        """Say from how many people the hall warns and is full; twice nought is no limit."""
        return self._write_house(house.set_capacity(amber, red))

    def make_agreement(
        self, parties: Sequence[str], scope: Sequence[str], from_day: str, until_day: str
    ) -> House | Refusal:
        """Write an agreement between organisations into the register."""
        wanted = h.AgreementMade(self._mint(), tuple(parties), tuple(scope), from_day, until_day)
        return self._write_house(house.make_agreement(wanted))

    def end_agreement(self, agreement: str, day: str) -> House | Refusal:
        """End an agreement from a day on."""
        return self._write_house(house.end_agreement(self.house, agreement, day))

    def acknowledge(self, referral: str) -> House | Refusal:
        """Say that whoever a family was referred to has said they have it."""
        return self._write_house(house.acknowledge(self.house, referral))

    def undo_acknowledge(self, referral: str) -> House | Refusal:
        """Take back that they have it, within ten minutes of saying so."""
        said = [
            entry
            for entry in standing(self._log_file.session(HOUSE))
            if entry.event == h.ReferralAcknowledged(referral)
        ]
        if not said:
            return Refusal.NOTHING_TO_UNDO
        if self.now() - said[-1].stamp.millis > UNDO_WINDOW_MILLIS:
            return Refusal.UNDO_TOO_LATE
        return self._write_house(e.Undone(tuple(entry.id for entry in said)))

    def next_date(self, service: str) -> date | None:
        """Give the next day after today on which somebody for a service is expected, if known."""
        pack = self.pack
        return next_date(self.house, service, self.today(), pack.zone, pack.country)

    def promised(self) -> tuple[Promised, ...]:
        """Give every referral and call-back, of earlier sessions too, the soonest due first."""
        done = self.house.acknowledged
        found = (
            replace(one, is_acknowledged=one.referred.referral in done)
            for one in (*self._promised_before(), *promised_in(self.session))
        )
        return tuple(sorted(found, key=lambda one: (one.referred.due, one.day, one.ticket)))

    def _promised_before(self) -> tuple[Promised, ...]:
        """Give what was promised in earlier sessions, read once for each session."""
        if self._before is None or self._before[0] != self.session.id:
            said = self._log_file.of_kind("referred")
            known = {entry.session for entry in said} - {self.session.id}
            families = {entry.visit for entry in said} | {None}  # and each session's own facts
            past = (fold(s, self._log_file.session(s, families)) for s in known)
            found = (one for session in past for one in promised_in(session))
            self._before = (self.session.id, (*self._retention.promises(), *found))
        return self._before[1]
