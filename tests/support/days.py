"""Made-up days for properties: any taps in any order, played on a real hub."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from hub_app.core import events as e
from hub_app.core.queue import service_for
from hub_app.core.refusal import Refusal
from hub_app.core.session import Presence, Session
from hub_app.core.triage import GREETER
from hub_app.core.visit import Stage, Visit
from hub_app.hub import Came, Wish
from tests.support.hall import YEAR, Hall, chosen, done, hall, need_for, scotland

SERVICES = ("housing", "energy", "money", "welfare", "legal")  # nobody here does the last
NEEDS = (*(need_for(service) for service in SERVICES[:4]), "not_in_any_pack")
DESKS = (("housing",), ("energy", "money"), ("housing", "energy"), ("welfare",))
OUTCOMES = ("claim_made", "booked", "referred_on", "no_help_today", "not_in_any_pack")

_OFTEN = {
    "nothing": 1, "arrive": 6, "triage": 2, "add_need": 3, "unmet": 2, "leave": 1,
    "close_visit": 1, "answer": 1, "groups": 1, "call_next": 7, "call": 4, "start": 9,
    "no_show": 3, "hold": 3, "resume": 2, "finish": 5, "hand_over": 7, "walk": 2, "receive": 5,
    "undo_visit": 6, "open_desk": 2, "take_break": 3, "come_back": 2, "close_desk": 2,
    "undo_desk": 2, "close_session": 1, "undo_close": 1, "sign_off": 1, "open_session": 2,
    "rename": 1, "clock": 3, "arrange": 3, "leaving_at": 1, "interpreters": 1, "take_back": 1,
    "helped_here": 3,
}  # fmt: skip
# When nobody is where a tap would make sense, the tap that leads there is made instead.
_LEADS_TO = {
    "receive": "hand_over", "walk": "hand_over", "take_back": "hand_over",
    "hand_over": "start", "finish": "start",
    "hold": "start", "resume": "hold", "no_show": "call", "start": "call",
}  # fmt: skip
_JUMPS = (0, 1, 60_000, 5 * 60_000, 25 * 60_000, -3_600_000, -YEAR, YEAR)


@dataclass(frozen=True)
class Tap:
    """One tap: what, and three numbers that pick a family, a desk and the rest."""

    kind: str
    who: int
    where: int
    what: int


def taps(*without: str, most: int = 70, fewest: int = 30) -> st.SearchStrategy[list[Tap]]:
    """Any taps of a day but those of the kinds left out."""
    kinds = [kind for kind, often in _OFTEN.items() if kind not in without for _ in range(often)]
    each = st.tuples(st.sampled_from(kinds), st.integers(0, 12**3 - 1))
    return st.lists(each, min_size=fewest, max_size=most).map(
        lambda made: [Tap(kind, n % 12, n // 12 % 12, n // 144) for kind, n in made]
    )


def _has_more(visit: Visit) -> bool:
    others = any(need.service != visit.service for need in visit.open_needs)
    return visit.stage is Stage.SERVING and others


_AT: dict[str, Callable[[Visit], bool]] = {
    "start": lambda visit: visit.stage is Stage.CALLED,
    "no_show": lambda visit: visit.stage is Stage.CALLED,
    "finish": lambda visit: visit.stage is Stage.SERVING,
    "hold": lambda visit: visit.stage is Stage.SERVING,
    "hand_over": _has_more,
    "resume": lambda visit: visit.is_on_hold,
}
_OF_DESKS = {"come_back": Presence.BREAK, "open_desk": Presence.GONE}


@dataclass
class Day:
    """A day being played. `stands` holds, for each family, the taps on it that stand.

    A tap is kept as (kind, needs it opened, pounds it brought). `code` tells two days apart that
    are to differ in nothing but what families answered.
    """

    hall: Hall = field(default_factory=hall)
    code: int = 0
    stands: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    desks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desks = [self.hall.desk(*services) for services in DESKS[:3]]
        for what in range(3):
            self.play(Tap("arrive", 0, 3, what))

    @property
    def session(self) -> Session:
        """The session as it stands."""
        return self.hall.hub.session

    @property
    def families(self) -> set[str]:
        """Everybody who came and whose arrival was not taken back."""
        return {visit for visit, made in self.stands.items() if made}

    def play(self, tap: Tap) -> Any:
        """Make a tap; gives what the hub answered, None for what is not the hub's."""
        tap, visit, desk = self.aimed(tap)
        before = self.session
        answer = getattr(self, f"_{tap.kind}")(tap, visit, desk)
        if tap.kind == "open_session" and isinstance(answer, Session):
            self.stands, self.desks = {}, []
        elif tap.kind == "undo_visit" and isinstance(answer, Session):
            self.stands[visit].pop()
        elif tap.kind == "open_desk" and not isinstance(answer, Refusal):
            self.desks = list(dict.fromkeys((*self.desks, answer)))
        elif isinstance(answer, Visit) and tap.kind != "rename":
            self._remember(tap, answer, before)
        return answer

    def _remember(self, tap: Tap, after: Visit, before: Session) -> None:
        known = before.visits.get(after.id)
        opened = len(after.needs) - (len(known.needs) if known else 0)
        pounds = tap.what * 10 if tap.kind in ("finish", "hand_over") else 0
        self.stands.setdefault(after.id, []).append((tap.kind, opened, pounds))

    def undo(self, tap: Tap, desk: str, answer: Any) -> Any:
        """Take back a tap made at a desk; None when it is of a kind that cannot be."""
        hub = self.hall.hub
        if tap.kind == "close_session":
            return hub.undo_close()
        if tap.kind in ("open_desk", "take_break", "come_back", "close_desk", "leaving_at"):
            return hub.undo_desk(answer if tap.kind == "open_desk" else desk)
        return hub.undo_visit(answer.id) if isinstance(answer, Visit) else None

    def aimed(self, tap: Tap) -> tuple[Tap, str, str]:
        """The tap to make, the family and the desk: mostly such as fit, else any, or nobody."""
        while tap.what % 4 and not self._fitting(tap.kind) and tap.kind in _LEADS_TO:
            tap = replace(tap, kind=_LEADS_TO[tap.kind])
        fits = self._fitting(tap.kind) if tap.what % 4 else []
        if fits:
            return tap, *fits[tap.who % len(fits)]
        families, desks = [*self.stands, "nobody"], [*self.desks, "nowhere"]
        return tap, families[tap.who * 7 % len(families)], desks[tap.where % len(desks)]

    def _fitting(self, kind: str) -> list[tuple[str, str]]:
        here, desks = self.session.here, self.session.desks.values()
        if kind in _AT:
            fits = _AT[kind]
            return [(v.id, v.desk or "") for v in here if fits(v)]
        if kind in ("walk", "receive", "take_back"):
            return [(v.id, v.handover.to) for v in here if v.handover]
        if kind == "helped_here":
            return [(v.id, "") for v in here if v.stage is Stage.WAITING and GREETER in v.wants]
        if kind in _OF_DESKS:
            return [("", d.id) for d in desks if d.presence is _OF_DESKS[kind]]
        there = [d for d in desks if d.presence is Presence.HERE]
        if kind in ("take_break", "close_desk"):
            coming = {v.handover.to for v in here if v.handover}
            free = [d.id for d in there if not self.session.at_desk(d.id)]
            return [("", d) for d in (coming.intersection(free) or free)]
        if kind == "call_next":
            return [("", d.id) for d in there if chosen(self.hall.hub, d.id)]
        able = ((v, d) for v in here for d in there if v.stage in (Stage.WAITING, Stage.WALKING))
        return [(v.id, d.id) for v, d in able if service_for(v, d)] if kind == "call" else []

    def _answers(self, tap: Tap) -> e.Answered:
        areas, odd = ("from_this_area", "from_elsewhere", None), tap.who + self.code * 5
        return e.Answered(
            adults=tap.what % 4 or None,
            area=areas[odd % 3],
            visit_type=("first_ever", "returning", None)[odd // 3 % 3],
            heard=("friend_family", None)[odd % 2],
            language=("pl", "ar", None)[odd % 3],
        )

    def _wish(self, tap: Tap) -> Wish:
        start = tap.what % len(NEEDS)
        needs = (NEEDS + NEEDS)[start : start + tap.where % 4]
        urgent = "no_food" if tap.who == 7 else None
        return Wish(needs, urgent, name="Zoë" if tap.what == 3 else "", answers=self._answers(tap))

    # --- the taps, each by the name of its kind -------------------------------------------------

    def _nothing(self, _tap: Tap, _visit: str, _desk: str) -> None:
        return None

    def _clock(self, tap: Tap, _visit: str, _desk: str) -> None:
        now = self.hall.clock.millis() + _JUMPS[tap.what % len(_JUMPS)]
        self.hall.clock.set(max(0, now))

    def _arrive(self, tap: Tap, _visit: str, _desk: str) -> Any:
        return self.hall.hub.arrive(self._wish(tap))

    def _triage(self, tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.triage(visit, self._wish(tap))

    def _add_need(self, tap: Tap, visit: str, _desk: str) -> Any:
        service = SERVICES[tap.where % 5] if tap.where % 2 else ""
        return self.hall.hub.add_need(visit, NEEDS[tap.what % len(NEEDS)], service)

    def _unmet(self, tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.unmet(visit, NEEDS[: tap.what % 4], "not_here_today")

    def _helped_here(self, _tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.helped_here(visit)

    def _leave(self, _tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.leave(visit)

    def _close_visit(self, _tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.close_visit(visit)

    def _answer(self, tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.answer(visit, self._answers(tap))

    def _groups(self, tap: Tap, visit: str, _desk: str) -> Any:
        groups = [group.id for group in scotland().priority.groups]
        ticked = tuple(groups[: (tap.what + self.code * 3) % 7])
        answer = "ticked" if ticked else "none"
        return self.hall.hub.tick_groups(visit, e.GroupsTicked(answer, ticked))

    def _arrange(self, tap: Tap, visit: str, _desk: str) -> Any:
        soon = self.hall.hub.now() + tap.where * 7 * 60_000
        service = SERVICES[tap.who % 4] if tap.what % 3 == 0 else None
        return self.hall.hub.arrange(
            visit,
            e.Arranged(
                interpreter=("ar", None)[tap.who % 2],
                leave_by=soon if tap.what % 2 else None,
                appointment_service=service,
                appointment_at=soon if service else None,
            ),
        )

    def _leaving_at(self, tap: Tap, _visit: str, desk: str) -> Any:
        at = self.hall.hub.now() + tap.what * 4 * 60_000
        return self.hall.hub.leaving_at(desk, at if tap.what % 3 else None)

    def _interpreters(self, tap: Tap, _visit: str, _desk: str) -> Any:
        return self.hall.hub.interpreters("ar", tap.what % 3)

    def _call_next(self, _tap: Tap, _visit: str, desk: str) -> Any:
        return self.hall.hub.call_next(desk)

    def _call(self, _tap: Tap, visit: str, desk: str) -> Any:
        return self.hall.hub.call(desk, visit)

    def _start(self, _tap: Tap, visit: str, desk: str) -> Any:
        return self.hall.hub.start(desk, visit)

    def _no_show(self, _tap: Tap, visit: str, desk: str) -> Any:
        return self.hall.hub.no_show(desk, visit)

    def _hold(self, _tap: Tap, visit: str, desk: str) -> Any:
        return self.hall.hub.hold(desk, visit)

    def _resume(self, _tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.resume(visit)

    def _finish(self, tap: Tap, visit: str, desk: str) -> Any:
        gains = (e.Gain(tap.what * 10),) if tap.what else ()
        return self.hall.hub.finish(desk, visit, OUTCOMES[tap.what % 5], Came(gains))

    def _hand_over(self, tap: Tap, visit: str, desk: str) -> Any:
        wanted = {n.service for v in self.session.here if v.id == visit for n in v.open_needs}
        able = [d.id for d in self.session.desks.values() if wanted.intersection(d.services)]
        to = [*able, *self.desks, "nowhere"][tap.where % (len(able) + 1)]
        gains = (e.Gain(tap.what * 10),) if tap.what else ()
        return self.hall.hub.hand_over(desk, visit, to, OUTCOMES[tap.what % 5], Came(gains))

    def _walk(self, _tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.walk(visit)

    def _take_back(self, _tap: Tap, visit: str, desk: str) -> Any:
        return self.hall.hub.take_back(desk, visit)

    def _receive(self, _tap: Tap, visit: str, desk: str) -> Any:
        return self.hall.hub.receive(desk, visit)

    def _undo_visit(self, _tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.undo_visit(visit)

    def _open_desk(self, tap: Tap, _visit: str, desk: str) -> Any:
        services = DESKS[tap.what % len(DESKS)]
        is_new = (tap.who % 3 == 0 and len(self.desks) < 5) or desk == "nowhere"
        return self.hall.hub.open_desk("Table", services, "" if is_new else desk)

    def _take_break(self, _tap: Tap, _visit: str, desk: str) -> Any:
        return self.hall.hub.take_break(desk)

    def _come_back(self, _tap: Tap, _visit: str, desk: str) -> Any:
        return self.hall.hub.come_back(desk)

    def _close_desk(self, _tap: Tap, _visit: str, desk: str) -> Any:
        return self.hall.hub.close_desk(desk)

    def _undo_desk(self, _tap: Tap, _visit: str, desk: str) -> Any:
        return self.hall.hub.undo_desk(desk)

    def _close_session(self, tap: Tap, _visit: str, _desk: str) -> Any:
        for visit in self.session.here if tap.what % 2 else ():  # everybody goes home
            before, gone = self.session, self.hall.hub.leave(visit.id)
            self._remember(Tap("leave", 0, 0, 0), done(gone), before)
        return self.hall.hub.close_session()

    def _undo_close(self, _tap: Tap, _visit: str, _desk: str) -> Any:
        return self.hall.hub.undo_close()

    def _sign_off(self, _tap: Tap, _visit: str, _desk: str) -> Any:
        self.hall.hub.sign_off_when_due()
        return self.hall.hub.sign_off()

    def _open_session(self, _tap: Tap, _visit: str, _desk: str) -> Any:
        return self.hall.hub.open_session()

    def _rename(self, _tap: Tap, visit: str, _desk: str) -> Any:
        return self.hall.hub.rename(visit, "فاطمة")


def expect_throughout(made: list[Tap], watch: Callable[[Day], None], day: Day | None = None) -> Day:
    """Play taps one by one, watching after each."""
    day = day or Day()
    for tap in made:
        day.play(tap)
        watch(day)
    return day
