"""What a greeter has entered about an arrival so far, and where the hall can help with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hub_app.core.events import Line
from hub_app.core.pack import Pack
from hub_app.core.queue import queue_for
from hub_app.core.room import Hall, may_start
from hub_app.core.session import Desk, Presence
from hub_app.core.triage import PlanWhy, minutes_until, soonest_first, suggest

_RANK = tuple(PlanWhy)


@dataclass(frozen=True, slots=True)
class Draft:
    """An arrival half entered. None is *not asked*, and nothing is asked for anybody.

    `marked` is the protocol a greeter chose by hand; `is_calm` takes back the urgency that a need
    brings with it; `unmet` are the needs nobody here can help with today.
    """

    needs: tuple[str, ...] = ()
    marked: str | None = None
    is_calm: bool = False
    unmet: frozenset[str] = frozenset()
    adults: int | None = None
    children: int | None = None
    area: str | None = None
    visit_type: str | None = None
    heard: str | None = None
    language: str | None = None
    name: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether anything has been entered."""
        return self != Draft()


@dataclass(frozen=True, slots=True)
class StopRow:
    """One suggested stop: the service and needs (codes), the desk's name, families ahead, and why.

    `is_busy` says that the desk has somebody with it now; `minutes` is about how long until they
    are called, None when nobody can say; `after` the service that must come first, else empty;
    `expected_from` when a desk that is not here yet is expected (milliseconds).
    """

    service: str
    needs: tuple[str, ...]
    desk: str
    ahead: int
    is_busy: bool
    why: PlanWhy
    minutes: float | None = None
    after: str = ""
    expected_from: int | None = None


def toggled(draft: Draft, need: str) -> Draft:
    """Give the draft with a need chosen, or taken out when it was."""
    if need not in draft.needs:
        return replace(draft, needs=(*draft.needs, need), is_calm=False)
    needs = tuple(code for code in draft.needs if code != need)
    return replace(draft, needs=needs, unmet=draft.unmet - {need})


def marked(pack: Pack, draft: Draft, protocol: str) -> Draft:
    """Give the draft under an urgent protocol, with a need that stands for it if none does."""
    needs = draft.needs
    if not any(pack.need(code).urgent == protocol for code in needs):
        needs = (*needs, *need_for(pack, protocol))
    return replace(draft, needs=needs, marked=protocol, is_calm=False)


def need_for(pack: Pack, protocol: str) -> tuple[str, ...]:
    """Give the need that stands for an urgent protocol; none when the pack has none."""
    return tuple(need.id for need in pack.needs if need.urgent == protocol)[:1]


def urgent_of(pack: Pack, draft: Draft) -> str | None:
    """Give the protocol the arrival is under: the one marked, else the soonest its needs bring."""
    if draft.marked is not None:
        return draft.marked
    brought = [code for n in draft.needs if (code := pack.need(n).urgent) is not None]
    if draft.is_calm or not brought:
        return None
    return min(brought, key=lambda code: pack.protocol(code).seen_within_minutes)


def is_private(pack: Pack, need: str) -> bool:
    """Say whether a need may not be named on a screen a bystander could read."""
    known = pack.need(need)
    return (
        known.never_send_detail
        or pack.category(known.category).is_sensitive
        or (known.urgent is not None and pack.protocol(known.urgent).is_private)
    )


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose stops they are: a visit that is not ahead of itself, and its urgent needs (codes)."""

    visit: str = ""
    urgent: frozenset[str] = frozenset()


NEW = Whose()


def urgent_needs(pack: Pack, needs: Iterable[str], protocol: str | None) -> frozenset[str]:
    """Give the needs a protocol is about; all of them when none names it, none when it can wait."""
    chosen = frozenset(needs)
    if protocol is None:
        return frozenset()
    return frozenset(n for n in chosen if pack.need(n).urgent == protocol) or chosen


def _stop_at(hall: Hall, desk: Desk, needs: tuple[Line, ...], whose: Whose) -> StopRow:
    session, service = hall.session, needs[0].service
    waiting = queue_for(session.here, desk, hall.room, hall.now)
    line = [v.id for v in waiting if v.urgent is not None or not whose.urgent]
    ahead = line.index(whose.visit) if whose.visit in line else len(line)
    is_busy = session.at_desk(desk.id) is not None
    minutes = minutes_until(session, service, hall.room, hall.now)
    if desk.presence is Presence.BREAK:
        why = PlanWhy.ON_BREAK
    elif desk.presence is Presence.EXPECTED:
        why = PlanWhy.EXPECTED
    else:
        why = PlanWhy.WAITING if is_busy or ahead else PlanWhy.FREE_NOW
    is_free = why is PlanWhy.FREE_NOW
    codes = tuple(line.need for line in needs)
    return StopRow(
        service, codes, desk.name, ahead, is_busy, why,
        minutes=0.0 if is_free else minutes,
        expected_from=desk.expected_from if why is PlanWhy.EXPECTED else None,
    )  # fmt: skip


def _rank(stop: StopRow) -> tuple[int, int, bool]:
    return (_RANK.index(stop.why), stop.ahead, stop.is_busy)


def stop_rows(hall: Hall, lines: Iterable[Line], whose: Whose = NEW) -> tuple[StopRow, ...]:
    """Give the stops for these needs: urgent, then what must come first, then the soonest."""
    rows: list[StopRow] = []
    by_service: dict[str, tuple[Line, ...]] = {}
    for line in lines:
        by_service[line.service] = (*by_service.get(line.service, ()), line)
    for service, needs in by_service.items():
        here = [
            _stop_at(hall, desk, needs, whose)
            for desk in hall.session.desks.values()
            if service in desk.services
            and (may_start(desk, hall.now) or desk.presence in (Presence.BREAK, Presence.EXPECTED))
        ]
        codes = tuple(line.need for line in needs)
        nobody = StopRow(service, codes, "", 0, is_busy=False, why=PlanWhy.NOT_HERE)
        first = next((s for s in hall.room.after.get(service, ()) if s in by_service), "")
        rows.append(replace(min(here, key=_rank, default=nobody), after=first))
    rows = list(soonest_first(rows, hall.room.after))
    return tuple(sorted(rows, key=lambda stop: whose.urgent.isdisjoint(stop.needs)))


def plan_rows(hall: Hall, draft: Draft) -> tuple[StopRow, ...]:
    """Give the suggested stops of a draft, whose needs nobody has written down yet."""
    urgent = urgent_needs(hall.pack, draft.needs, urgent_of(hall.pack, draft))
    lines = suggest(hall, draft.needs).lines
    return stop_rows(hall, lines, Whose(urgent=urgent))
