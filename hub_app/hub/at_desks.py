"""Taps of a desk: calling, serving, holding, finishing and handing over."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from hub_app.core import events as e
from hub_app.core.house import may_carry_note
from hub_app.core.refusal import Refusal
from hub_app.core.rules import desk as desks
from hub_app.core.rules import family
from hub_app.core.rules.desk import Ending
from hub_app.core.session import Session
from hub_app.core.text import clean_note
from hub_app.core.visit import Stage, Visit
from hub_app.hub.wish import Came
from hub_app.hub.writer import Writer
from hub_app.store.cards import note_key
from hub_app.store.database import DiskFull

_log = logging.getLogger(__name__)


class AtDesks(Writer):
    """What a desk may write."""

    _unconfirmed: frozenset[str] = frozenset()

    def call_next(self, desk: str) -> Visit | Refusal:
        """Call whoever is next for this desk; gives their visit."""
        chosen = desks.call_next(self.session, desk, self.room, self.now())
        if isinstance(chosen, Refusal):
            return chosen
        visit, event = chosen
        return self._write(visit, self._in_place(visit, event)) or self._as_it_stands(visit)

    def _in_place(self, visit: str, *called: e.Event) -> tuple[e.Event, ...]:
        """Give a call with what it takes the place of: one that came to nothing, unknown then.

        Tablets that were cut off had its desk call another family; this one waits again.
        """
        void = self._fold.void_call(visit)
        return called if void is None else (e.Undone((void.id,)), *called)

    def call(self, desk: str, visit: str) -> Visit | Refusal:
        """Call a named family."""
        event = desks.call(self.session, desk, visit, self.room, self.now())
        if isinstance(event, Refusal):
            return event
        return self._write(visit, self._in_place(visit, event)) or self._as_it_stands(visit)

    def call_for(self, desk: str, visit: str | None) -> tuple[Visit, e.Entry] | Refusal:
        """Call the next, or a named family, for a desk at any tablet; gives the fact as well."""
        called = self.call_next(desk) if visit is None else self.call(desk, visit)
        return (
            called if isinstance(called, Refusal) else (called, self._fold.standing(called.id)[-1])
        )

    def own_calls(self) -> tuple[e.Entry, ...]:
        """Give the calls this tablet wrote of families that were called and have not come yet."""
        called = (v.id for v in self.session.here if v.stage is Stage.CALLED)
        facts = (self._fold.standing(visit)[-1] for visit in called)
        mine = self.shared.origin
        return tuple(f for f in facts if isinstance(f.event, e.Called) and f.origin == mine)

    @property
    def told(self) -> Session:
        """The session as bystanders are told it: without calls that may yet be taken back."""
        doubtful = [
            visit
            for visit in (self.session.visits.get(each) for each in sorted(self._unconfirmed))
            if visit is not None and visit.stage is Stage.CALLED
        ]
        if not doubtful:
            return self.session
        waits = {v.id: replace(v, stage=Stage.WAITING, desk=None, service=None) for v in doubtful}
        return replace(self.session, visits=MappingProxyType({**self.session.visits, **waits}))

    def await_confirmation(self, visits: Iterable[str]) -> None:
        """Take notice of the families whose calls not enough tablets are known to hold yet."""
        before, self._unconfirmed = self._unconfirmed, frozenset(visits)
        if before - self._unconfirmed:
            self._tell()

    def take_back_call(self, called: e.Entry) -> None:
        """Take back a call that not enough tablets could confirm: nobody was told of it."""
        self._write(called.visit, e.Undone((called.id,)))

    def call_here(self, desk: str, visit: str) -> Visit | Refusal:
        """Begin with a family that stands in front of this desk, while nobody else can be asked."""
        events = desks.call_here(self.session, desk, visit)
        if isinstance(events, Refusal):
            return events
        return self._write(visit, self._in_place(visit, *events)) or self._as_it_stands(visit)

    def clash_seen(self, desk: str, visit: str) -> Visit | Refusal:
        """Say that a desk has read of a family that it and another had called."""
        event = desks.clash_seen(self.session, desk, visit)
        return self._write(visit, event) or self._as_it_stands(visit)

    def start(self, desk: str, visit: str) -> Visit | Refusal:
        """Begin serving a called family."""
        event = desks.start(self.session, desk, visit)
        return self._write(visit, event) or self._as_it_stands(visit)

    def no_show(self, desk: str, visit: str) -> Visit | Refusal:
        """Say that a called family did not come."""
        event = desks.no_show(self.session, desk, visit)
        return self._write(visit, event) or self._as_it_stands(visit)

    def hold(self, desk: str, visit: str) -> Visit | Refusal:
        """Let a family step aside with their place kept."""
        event = desks.hold(self.session, desk, visit)
        return self._write(visit, event) or self._as_it_stands(visit)

    def resume(self, visit: str) -> Visit | Refusal:
        """Take a family off hold."""
        return self._write(visit, desks.resume(self.session, visit)) or self._as_it_stands(visit)

    def finish(
        self, desk: str, visit: str, outcome: str, came: Came | None = None
    ) -> Visit | Refusal:
        """End this desk's stop with an outcome, and what came of it."""
        events = desks.finish(self.session, desk, visit, self._ending(outcome, came))
        events = self._and_referred(visit, events, came)
        return self._write(visit, events) or self._as_it_stands(visit)

    def _and_referred(
        self, visit: str, events: tuple[e.Event, ...] | Refusal, came: Came | None
    ) -> tuple[e.Event, ...] | Refusal:
        """Give the facts of an ending with the referral that came of it, as one tap."""
        if isinstance(events, Refusal) or came is None or came.referred is None:
            return events
        referred = family.refer(self.session, visit, came.referred)
        if isinstance(referred, Refusal):
            return referred
        return (*events, replace(referred, referral=referred.referral or self._mint()))

    def _ending(self, outcome: str, came: Came | None) -> Ending:
        came = came or Came()
        return Ending(outcome, self.pack.outcome(outcome).settles, came.gains, came.reason)

    def hand_over(
        self, desk: str, visit: str, to: str, outcome: str, came: Came | None = None
    ) -> Visit | Refusal:
        """End this desk's stop and offer the family to another desk, in person.

        A note goes along only under an agreement of both organisations; it is sealed with the
        names, and destroyed with them.
        """
        note = clean_note(came.note if came else "")
        if note and not self.may_carry_note(desk, to):
            return Refusal.NO_AGREEMENT
        events = desks.offer_handover(
            self.session, desk, visit, to, self._ending(outcome, came), has_note=bool(note)
        )
        events = self._and_referred(visit, events, came)
        if note and not isinstance(events, Refusal):
            try:
                self._keep_card(note_key(visit, to), note)
            except (DiskFull, OSError):
                _log.warning("note of visit %s not kept", visit)
                return Refusal.DISK_FULL
            self._read_cards()
        return self._write(visit, events) or self._as_it_stands(visit)

    def organisation_of(self, desk: str) -> str:
        """Give whose desk it is (the pack's code): what was said of it, or its first service's."""
        known = self.session.desks.get(desk)
        if known is None:
            return ""
        return known.organisation or self.pack.service(known.services[0]).organisation

    def may_carry_note(self, desk: str, to: str) -> bool:
        """Say whether a note may travel between two desks today."""
        ours, theirs = self.organisation_of(desk), self.organisation_of(to)
        return may_carry_note(self.house, ours, theirs, self.today())

    def walk(self, visit: str) -> Visit | Refusal:
        """Say that somebody is walking the family over."""
        return self._write(visit, desks.walk(self.session, visit)) or self._as_it_stands(visit)

    def receive(self, desk: str, visit: str) -> Visit | Refusal:
        """Take a family that was offered to this desk."""
        event = desks.receive(self.session, desk, visit)
        return self._write(visit, event) or self._as_it_stands(visit)

    def take_back(self, desk: str, visit: str) -> Visit | Refusal:
        """Take back an offer that was not received; the family waits with its place kept."""
        event = desks.take_back(self.session, desk, visit)
        return self._write(visit, event) or self._as_it_stands(visit)
