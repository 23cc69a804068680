"""Taps about a family: arrival, triage, needs, arrangements, answers, and the ways it ends."""

import logging
from collections.abc import Iterable
from dataclasses import replace

from hub_app.core import events as e
from hub_app.core import tickets
from hub_app.core.refusal import Refusal
from hub_app.core.rules import family
from hub_app.core.text import clean_name
from hub_app.core.triage import Whose, choose_service, lines_of, suggest, urgent_needs
from hub_app.core.visit import NOTHING_ARRANGED, Visit
from hub_app.core.visit_fold import as_arranged
from hub_app.hub.wish import Wish
from hub_app.hub.writer import Writer
from hub_app.store.database import DiskFull

_HELPED = "advice_given"
_log = logging.getLogger(__name__)


class Families(Writer):
    """What a greeter, and a desk for a family in front of it, may write."""

    def arrive(self, wish: Wish | None = None) -> Visit | Refusal:
        """Let a family in, with what they came for when that is known; gives their visit."""
        wish = wish or Wish()
        visit, given = self._mint(), wish.answers
        arrived = e.Arrived(
            tickets.ticket(tickets.letter(self.letters), self._arrivals() + 1),
            self._mint(),
            *(given.adults, given.children, given.language),
            *(given.area, given.visit_type, given.heard),
        )
        event = family.arrive(self.session, arrived)
        if isinstance(event, Refusal):
            return event
        if wish.arranged and not family.fits(self.session, wish.arranged, self.now()):
            return Refusal.BAD_TIME
        facts: list[e.Event] = [event]
        if wish.needs:
            facts.append(self._triaged(wish))
        if wish.arranged is not None:
            facts.append(wish.arranged)
        refused = self._write(visit, facts)
        if refused is not None:
            return refused
        if clean_name(wish.name):
            try:
                self.rename(visit, wish.name)
            except Exception:  # noqa: BLE001 they are in: what is wrong with a name undoes nothing
                _log.exception("card of visit %s not kept", visit)
        return self._as_it_stands(visit)

    def _arrivals(self) -> int:
        """Count every ticket with this tablet's letters, taken back or not: none is given twice."""
        return self._log_file.count_of("arrived", self.session.id, but=self._lettered_otherwise())

    def _lettered_otherwise(self) -> tuple[str, ...]:
        """Give the origins whose tickets bear other letters than this tablet's."""
        letters = self.roster.letters
        return tuple(origin for origin, index in letters.items() if index != self.letters)

    def _triaged(self, wish: Wish, visit: Visit | None = None) -> e.Triaged:
        known = lines_of(visit) if visit else ()
        arranged = visit.arrangements if visit else NOTHING_ARRANGED
        if wish.arranged is not None:
            arranged = as_arranged(wish.arranged)
        codes = (*(line.need for line in known), *wish.needs)
        protocol = wish.urgent or (visit.urgent if visit else None)
        urgent = urgent_needs(self.pack, codes, protocol)
        whose = Whose(visit.id if visit else "", urgent, arranged)
        plan = suggest(self.hall, wish.needs, whose, known)
        by_person = bool(wish.plan) and wish.plan != plan.services
        return e.Triaged(plan.lines, wish.plan or plan.services, wish.urgent, by_person)

    def arrange(self, visit: str, arranged: e.Arranged) -> Visit | Refusal:
        """Write down what a plan for a family must respect."""
        event = family.arrange(self.session, visit, arranged)
        return self._write(visit, event) or self._as_it_stands(visit)

    def rename(self, visit: str, name: str) -> Visit | Refusal:
        """Keep the name a family wants to be called by, sealed, until the session closes."""
        known = family.present(self.session, visit)
        if isinstance(known, Refusal):
            return known
        try:
            self._keep_card(visit, clean_name(name))
        except (DiskFull, OSError):
            _log.warning("card of visit %s not kept", visit)
            return Refusal.DISK_FULL
        self._read_cards()
        self._tell()
        return known

    def triage(self, visit: str, wish: Wish) -> Visit | Refusal:
        """Write down what a family came for; gives the visit."""
        known = self.session.visits.get(visit)
        event = family.triage(self.session, visit, self._triaged(wish, known))
        return self._write(visit, event) or self._as_it_stands(visit)

    def add_need(self, visit: str, need: str, service: str = "") -> Visit | Refusal:
        """Open one more need, for a named service or the one that suits."""
        chosen = service or choose_service(self.hall, need)
        event = family.add_need(self.session, visit, need, chosen)
        return self._write(visit, event) or self._as_it_stands(visit)

    def unmet(
        self, visit: str, needs: Iterable[str], reason: str, offered: str = ""
    ) -> Visit | Refusal:
        """Say that nobody here could help with these needs today, and what was offered."""
        events = family.unmet(self.session, visit, tuple(needs), reason, offered)
        return self._write(visit, events) or self._as_it_stands(visit)

    def helped_here(self, visit: str) -> Visit | Refusal:
        """Say that the greeter helped a waiting family with what is the greeter's, at no desk."""
        events = family.helped_here(self.session, visit, _HELPED)
        return self._write(visit, events) or self._as_it_stands(visit)

    def leave(self, visit: str) -> Visit | Refusal:
        """Say that a family went away."""
        event = family.leave(self.session, visit)
        return self._write(visit, event) or self._as_it_stands(visit)

    def close_visit(self, visit: str) -> Visit | Refusal:
        """Close a visit with nothing open."""
        event = family.close_visit(self.session, visit)
        return self._write(visit, event) or self._as_it_stands(visit)

    def answer(self, visit: str, given: e.Answered) -> Visit | Refusal:
        """Add optional answers to a visit."""
        event = family.answer(self.session, visit, given)
        return self._write(visit, event) or self._as_it_stands(visit)

    def tick_groups(self, visit: str, ticked: e.GroupsTicked) -> Visit | Refusal:
        """Keep what the parent ticked about their family."""
        event = family.tick_groups(self.session, visit, ticked)
        return self._write(visit, event) or self._as_it_stands(visit)

    def check_entitlements(self, visit: str, checked: e.EntitlementsChecked) -> Visit | Refusal:
        """Keep where a family stands with its entitlements, apart from the visit."""
        event = family.check_entitlements(self.session, visit, checked)
        return self._write(visit, event) or self._as_it_stands(visit)

    def refer(self, visit: str, referred: e.Referred) -> Visit | Refusal:
        """Write down a referral or a call-back the family agreed to; an empty id is minted."""
        named = referred if referred.referral else replace(referred, referral=self._mint())
        event = family.refer(self.session, visit, named)
        return self._write(visit, event) or self._as_it_stands(visit)
