"""A simulated hall as a future begins: who is where, by what anybody in the hall may know."""

from collections.abc import Mapping

from bench.rollout_luck import Future
from bench.rollout_play import NEVER, Guest, Start
from hub_app.core.routing import WALK
from hub_app.simulate.day import NOBODY_CAME
from hub_app.simulate.hall import Hall
from hub_app.simulate.state import Busy, DeskNow, Stage, Visit

A_MOMENT = 0.5  # minutes until what is overdue happens


class Maker:
    """Makes the guest of one family, anew for each play of one future."""

    __slots__ = (
        "_family",
        "_future",
        "_is_seen",
        "_misses",
        "_needs",
        "_now",
        "_ready",
        "gone_at",
        "handover",
        "luck",
        "patience",
    )

    def __init__(self, visit: Visit, future: Future, now: float) -> None:
        needs, is_urgent = visit.coming.needs, visit.coming.is_urgent
        self.luck = future.luck_of(visit.number, needs, is_urgent=is_urgent)
        self._future, self._family, self._now = future, visit.as_family(), now
        self._needs, self._ready = tuple(visit.needs), visit.ready
        self._is_seen = bool(visit.waits)
        self._misses = self.luck.misses if visit.stage is not Stage.AWAY else frozenset[int]()
        self.gone_at, self.patience = NEVER, self.luck.patience
        self.handover = None if set(visit.needs) - set(needs) else self.luck.handover

    def __call__(self) -> Guest:
        """Give the guest as it is now."""
        guest = Guest(self._future.ground, self._family, self._needs, self.luck, self._now)
        guest.gone_at, guest.ready, guest.patience = self.gone_at, self._ready, self.patience
        guest.misses, guest.handover = self._misses, self.handover
        guest.unseen_urgent = guest.urgent and not self._is_seen
        return guest


def start_of(
    hall: Hall, future: Future, away: Mapping[int, float]
) -> tuple[Start, dict[int, Maker]]:
    """Give how a future begins; `away` says when those are back who missed a call."""
    now = hall.t
    makers: dict[int, Maker] = {}
    waiting: list[int] = []
    joins: list[tuple[float, int]] = []
    for visit in hall.visits:
        if visit.stage in {Stage.NOT_HERE, Stage.OUT}:
            continue
        number = visit.number
        maker = makers[number] = Maker(visit, future, now)
        match visit.stage:
            case Stage.WAITING | Stage.VANISHED:
                waiting.append(number)
                _has_waited(visit, maker, now, future)
            case Stage.AWAY:
                joins.append((max(now + A_MOMENT, away[number]), number))
                _has_waited(visit, maker, now, future)
            case Stage.SERVED:
                maker.patience = future.patience_beyond(maker.patience, max(visit.waits))
            case _:
                began = now if visit.triage_began is None else visit.triage_began
                joins.append((max(now + A_MOMENT, began + future.triage()), number))
    busy: dict[str, float] = {}
    desks = [_running(desk, future, now, busy) for desk in hall.desks]
    return Start(now, waiting, joins, desks, busy), makers


def _running(
    desk: DeskNow, future: Future, now: float, busy: dict[str, float]
) -> tuple[float, int] | None:
    """Draw when a desk will be free, and with it whoever interprets there."""
    visit = desk.visit
    if desk.busy is None:
        return None
    if desk.busy is not Busy.SERVING or visit is None:
        return max(now, desk.since + NOBODY_CAME), -1
    slower = future.ground.interpreted if visit.coming.language else 1.0
    began = desk.since + WALK
    minutes = slower * future.lasting(desk.desk.service, (now - began) / slower)
    ends = max(now + A_MOMENT, began + minutes)
    if visit.coming.language:
        busy[visit.coming.language] = ends
    return ends, visit.number


def _has_waited(visit: Visit, maker: Maker, now: float, future: Future) -> None:
    """Draw until when they stay, given how long they have seemed to wait."""
    at, minute = visit.appointment
    since = max(visit.ready, minute) if at in visit.needs else visit.ready
    before = max(visit.waits, default=0.0) if at < 0 else 0.0
    patience = future.patience_beyond(maker.patience, before)
    if not maker.luck.is_silent:  # who goes without a word may have gone already
        patience = future.patience_beyond(patience, now - since)
    maker.patience, maker.gone_at = patience, since + patience
