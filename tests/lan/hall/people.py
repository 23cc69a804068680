"""The people of the simulated hall: what they tap, as it makes sense on their tablet's screen."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hub_app.core.queue import service_for
from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence, Session
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Hub, Wish
from hub_app.view.tablets import Step
from tests.lan.hall.tablet import Tablet
from tests.support.hall import need_for

SERVICES = ("housing", "energy", "money")
_OFTEN = {
    "arrive": 8, "next": 12, "named": 2, "serve": 9, "finish": 8, "undo": 1, "leave": 0.5,
    "receive": 4, "presence": 0.7, "open_desk": 4, "here": 6, "read": 1, "resume": 1,
    "take_over": 2, "need": 1,
}  # fmt: skip
Said = Callable[[Tablet, str, Visit | Refusal], None]


class People:
    """Everybody who taps. `asked` and `answered` are told of each call that is asked for."""

    def __init__(self, chance: Random, asked: Callable[[Tablet, str], Said]) -> None:
        self._chance, self._asked = chance, asked
        self.waiting: dict[str, int] = {}  # desks that wait for an answer, by the run of the tablet
        self.may_force = False
        self.forced = self.here = 0

    def tap(self, tablet: Tablet) -> Any:
        """Make one tap that makes sense on a tablet; gives what came of it, None for no tap."""
        hub = tablet.hub
        assert hub is not None
        kinds = tuple(_OFTEN)
        for kind in self._chance.choices(kinds, [_OFTEN[k] for k in kinds], k=4):
            session = hub.session
            came = getattr(self, f"_{kind}")(tablet, hub, session) if session.is_open else None
            if came is not None:
                return came
        return None

    def _free(self, tablet: Tablet, session: Session) -> list[str]:
        return [
            desk
            for desk in self._there(tablet, session)
            if session.at_desk(desk) is None and self.waiting.get(desk) != tablet.runs
        ]

    @staticmethod
    def _there(tablet: Tablet, session: Session) -> list[str]:
        known = (session.desks.get(desk) for desk in tablet.desks)
        return [desk.id for desk in known if desk and desk.presence is Presence.HERE]

    def _one(self, of: Sequence[Any]) -> Any:
        return self._chance.choice(of) if of else None

    def _at_own(self, tablet: Tablet, session: Session, stage: Stage) -> Visit | None:
        at = (session.at_desk(desk) for desk in self._there(tablet, session))
        return self._one([visit for visit in at if visit is not None and visit.stage is stage])

    # --- the taps, each by the name of its kind ------------------------------------------------

    def _arrive(self, tablet: Tablet, hub: Hub, _session: Session) -> Any:
        wanted = self._chance.sample(SERVICES, self._chance.choice((1, 1, 1, 2)))
        name = "Zoë" if self._chance.random() < 0.05 else ""
        urgent = "no_food" if self._chance.random() < 0.05 else None
        return hub.arrive(Wish(tuple(need_for(s) for s in wanted), urgent, name=name))

    def _open_desk(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        gone = [
            d for d in tablet.desks
            if d not in session.desks or session.desks[d].presence is Presence.GONE
        ]  # fmt: skip
        if not gone and len(tablet.desks) >= 2:
            return None
        services = self._chance.choice((SERVICES, SERVICES, SERVICES[:1], SERVICES[1:]))
        opened = hub.open_desk("Table", services, gone[0] if gone else "")
        if not isinstance(opened, Refusal) and opened not in tablet.desks:
            tablet.desks.append(opened)
        return opened

    def call(self, tablet: Tablet, desk: str, visit: str | None = None) -> bool:
        """Have a family called for a desk of a tablet: the answer comes by and by."""
        said, run = self._asked(tablet, desk), tablet.runs
        self.waiting[desk] = run

        def done(came: Visit | Refusal) -> None:
            if self.waiting.get(desk) == run:
                del self.waiting[desk]
            said(tablet, desk, came)

        tablet.real.call(desk, visit, done)
        return True

    def rush(self, tablet: Tablet) -> None:
        """Have every free desk of a tablet call by turn, at once."""
        session = tablet.real.hub.session
        for desk in self._free(tablet, session) if session.is_open else ():
            self.call(tablet, desk)

    def _next(self, tablet: Tablet, _hub: Hub, session: Session) -> Any:
        desk = self._one(self._free(tablet, session))
        if desk is None:
            return None
        return self.call(tablet, desk)

    def _named(self, tablet: Tablet, _hub: Hub, session: Session) -> Any:
        desk = self._one(self._free(tablet, session))
        able = self._waiting_for(session, desk) if desk else []
        if desk is None or not able:
            return None
        return self.call(tablet, desk, self._one(able).id)

    @staticmethod
    def _waiting_for(session: Session, desk: str) -> list[Visit]:
        return [
            visit
            for visit in session.here
            if visit.stage in (Stage.WAITING, Stage.WALKING)
            and service_for(visit, session.desks[desk])
        ]

    def _here_with_me(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        desk = self._one(self._free(tablet, session))
        able = self._waiting_for(session, desk)[: self._chance.choice((1, 1, 3))] if desk else []
        if desk is None or not able:
            return None
        self.here += 1
        return hub.call_here(desk, self._one(able).id)

    def _here(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        if tablet.real.status().step is not Step.CUT_OFF:
            return None
        return self._here_with_me(tablet, hub, session)

    def _serve(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        visit = self._at_own(tablet, session, Stage.CALLED)
        if visit is None or visit.desk is None:
            return None
        tap = self._chance.choice((hub.start,) * 6 + (hub.no_show, hub.hold))
        return tap(visit.desk, visit.id)

    def _finish(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        visit = self._at_own(tablet, session, Stage.SERVING)
        if visit is None or visit.desk is None:
            return None
        others = {need.service for need in visit.open_needs if need.service != visit.service}
        able = [
            desk.id
            for desk in session.desks.values()
            if others.intersection(desk.services) and desk.id != visit.desk
        ]
        if able and self._chance.random() < 0.7:
            return hub.hand_over(visit.desk, visit.id, self._one(able), "claim_made")
        if self._chance.random() < 0.1:
            return hub.hold(visit.desk, visit.id)
        return hub.finish(visit.desk, visit.id, "claim_made")

    def _receive(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        free = self._free(tablet, session)
        visit = self._one([v for v in session.here if v.handover and v.handover.to in free])
        return None if visit is None else hub.receive(visit.handover.to, visit.id)

    def _presence(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        for desk in tablet.desks:
            known = session.desks.get(desk)
            if known is not None and known.presence is Presence.BREAK:
                return hub.come_back(desk)
        desk = self._one(self._free(tablet, session))
        if desk is None:
            return None
        return self._chance.choice((hub.take_break, hub.close_desk))(desk)

    def _leave(self, _tablet: Tablet, hub: Hub, session: Session) -> Any:
        visit = self._one(list(session.here))
        return None if visit is None else hub.leave(visit.id)

    def _need(self, _tablet: Tablet, hub: Hub, session: Session) -> Any:
        visit = self._one(list(session.here))
        return None if visit is None else hub.add_need(visit.id, need_for(self._one(SERVICES)))

    def _undo(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        mine = [tap.visit for tap in hub.taps() if not tap.desk or tap.desk in tablet.desks]
        visit = self._one(mine[:4])
        return None if visit is None else hub.undo_visit(visit)

    def _read(self, tablet: Tablet, hub: Hub, session: Session) -> Any:
        told = [
            (desk, visit.id)
            for visit in session.visits.values()
            for desk in tablet.desks
            if any(clash.is_for(desk) for clash in visit.clashes)
        ]
        return hub.clash_seen(*told[0]) if told else None

    def _resume(self, _tablet: Tablet, hub: Hub, session: Session) -> Any:
        held = self._one([visit for visit in session.here if visit.is_on_hold])
        return None if held is None else hub.resume(held.id)

    def _take_over(self, tablet: Tablet, _hub: Hub, _session: Session) -> Any:
        if self.may_force and tablet.real.status().may_take_over:
            self.forced += 1
            tablet.real.take_over()
