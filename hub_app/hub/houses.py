"""Taps about the house: rota, days off, capacity, agreements, and what was promised to families."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hub_app.core import house_events as h
from hub_app.core.events import Referred
from hub_app.core.house import House
from hub_app.core.refusal import Refusal
from hub_app.core.rota import next_date
from hub_app.core.rules import house
from hub_app.core.session import Session, fold
from hub_app.hub.writer import Writer


@dataclass(frozen=True, slots=True)
class Promised:
    """A referral or a call-back of one visit: the day it was agreed, the ticket, and what it is."""

    day: str
    ticket: str
    referred: Referred
    is_acknowledged: bool


class Houses(Writer):
    """What a coordinator may write of what holds from session to session."""

    def set_rota(self, wanted: h.RotaSet) -> House | Refusal:
        """Put somebody on the rota or change their entry; an empty entry is a new one."""
        named = wanted if wanted.entry else replace(wanted, entry=self._mint())
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
        """Say that the hub stays shut on a day."""
        return self._write_house(house.shut_on(day, name))

    def open_on(self, day: str) -> House | Refusal:
        """Say that the hub opens on a day after all."""
        return self._write_house(house.open_on(day))

    def set_capacity(self, amber: int, red: int) -> House | Refusal:
        """Say how many people the hall takes."""
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

    def next_date(self, service: str) -> date | None:
        """Give the next day after today on which somebody for a service is expected, if known."""
        pack = self.pack
        return next_date(self.house, service, self.today(), pack.zone, pack.country)

    def promised(self) -> tuple[Promised, ...]:
        """Give every referral and call-back, of earlier sessions too, the soonest due first."""
        known = {entry.session for entry in self._log_file.of_kind("referred")}
        past = (s for s in sorted(known) if s != self.session.id)
        found: list[Promised] = []
        for session in (*(self._as_it_was(s) for s in past), self.session):
            for visit in session.visits.values():
                for each in visit.referrals:
                    is_done = each.referral in self.house.acknowledged
                    found.append(Promised(session.day, visit.ticket, each, is_done))
        return tuple(sorted(found, key=lambda one: (one.referred.due, one.day, one.ticket)))

    def _as_it_was(self, session: str) -> Session:
        return fold(session, self._log_file.session(session))
