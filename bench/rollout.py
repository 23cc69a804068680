"""How near our rule comes to a reference that plays its best moves forward, too slow for an app."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum, inf, sqrt
from statistics import fmean, stdev

from bench.rollout_luck import Future, Ground
from bench.rollout_play import Move, Play
from bench.rollout_start import start_of
from bench.routing import FIRST_SEED, ONE_IN, a_day
from hub_app.core.routing import Room, blocked, points
from hub_app.simulate.day import NOBODY_CAME, STEPPED_OUT, Day
from hub_app.simulate.hall import Hall
from hub_app.simulate.instance import Instance
from hub_app.simulate.metrics import metrics
from hub_app.simulate.run import live
from hub_app.simulate.state import DeskNow, Stage, Visit, code

AT_MOST = {"small": 1.035, "typical": 1.03, "busy": 1.04}
USUAL_DAYS = "70,24,7"  # of each size: 13 minutes of one core
SURE = 1.96  # standard errors: 19 in 20


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard the reference thinks.

    It tries so many `moves` in `futures` futures each, and in so many `more` those that are not
    `clearly` worse by then. It departs from our rule's own move only when another is better by
    `margin`. Both are standard errors of the paired difference.
    """

    moves: int = 6
    futures: int = 12
    more: int = 52
    ahead: float = 150.0  # minutes
    need_left: float = 45.0  # minutes that a need is taken to cost which is left then
    clearly: float = 1.5
    margin: float = 1.0
    drawn: int = 96  # futures of a day, taken in turn


class Rollout:
    """Tries its best moves in the same drawn futures, and takes the one that costs least.

    A move is a pair that our rule does not block. In a future our rule decides all that follows.
    """

    def __init__(self, effort: Effort, seed: str) -> None:
        self._effort, self._seed = effort, seed
        self._ground: Ground | None = None
        self._futures: list[Future] = []
        self._turn = 0
        self._away: dict[int, float] = {}

    def joins(self, hall: Hall, visit: Visit) -> None:
        """They are in every queue already."""

    def calls(self, hall: Hall) -> Iterator[tuple[Visit, DeskNow]]:
        """Give the calls of this minute; each time it thinks again."""
        ground = self._ground = self._ground or Ground(hall)
        while moves := _moves(hall, ground, self._effort.moves):
            number, _, desk = moves[0] if len(moves) == 1 else self._best(hall, ground, moves)
            visit = hall.visits[number]
            yield visit, hall.desks[desk]
            if visit.stage is Stage.AWAY:
                self._away[number] = hall.t + NOBODY_CAME + STEPPED_OUT

    def _best(self, hall: Hall, ground: Ground, moves: Sequence[Move]) -> Move:
        effort, left = self._effort, list(moves)
        costs: dict[Move, list[float]] = {move: [] for move in moves}
        for futures in (effort.futures, effort.more):
            for _ in range(futures):
                self._try(hall, self._future(ground), left, costs)
            best = min(left, key=lambda move: fsum(costs[move]))
            left = [m for m in left if _errors(costs[m], costs[best]) <= effort.clearly]
            if len(left) == 1:
                return best
        ours = moves[0]
        return ours if ours in left and _errors(costs[ours], costs[best]) < effort.margin else best

    def _try(
        self, hall: Hall, future: Future, moves: Sequence[Move], costs: dict[Move, list[float]]
    ) -> None:
        start, makers = start_of(hall, future, self._away)
        until = hall.t + self._effort.ahead
        for move in moves:
            guests = {number: make() for number, make in makers.items()}
            play = Play(future, guests, start)
            costs[move].append(play.costs(move, until, self._effort.need_left))

    def _future(self, ground: Ground) -> Future:
        at = self._turn % self._effort.drawn
        self._turn += 1
        if at == len(self._futures):
            self._futures.append(Future(ground, f"rollout/{self._seed}/{at}"))
        return self._futures[at]


def _moves(hall: Hall, ground: Ground, most: int) -> list[Move]:
    """Give the moves worth a try, by the points of our rule: the first is its own."""
    free: dict[int, int] = {}
    for desk in hall.free_desks():
        free.setdefault(desk.desk.service, desk.number)
    room = Room(
        {code(service): minutes for service, minutes in enumerate(hall.expected)},
        {code(service): tuple(map(code, ground.after[service])) for service in ground.services},
        hall.languages_free(),
        interpreted=ground.interpreted,
    )
    found = [
        (-points(hall.t, visit.as_family(), code(service), room)[0], visit.number, service)
        for visit in hall.waiting
        for service in visit.needs
        if service in free and blocked(hall.t, visit.as_family(), code(service), room) is None
    ]
    return [(number, service, free[service]) for _, number, service in sorted(found)[:most]]


def _errors(these: Sequence[float], best: Sequence[float]) -> float:
    """Give by how many standard errors these cost more, future by future."""
    more = [this - other for this, other in zip(these, best, strict=True)]
    error = stdev(more) / sqrt(len(more))
    if error:
        return fmean(more) / error
    return inf if more[0] > 0 else 0.0


# ------------------------------------------------------------------------------ the measurement


def costs(day: Instance, effort: Effort) -> tuple[float, float]:
    """Give what a day costs under our rule and under the reference, in minutes a family."""
    ahead = Day(day, Rollout(effort, f"{day.size}/{day.seed}"))
    ahead.live()
    return metrics(live(day, "ours"))["cost"], metrics(ahead)["cost"]


def ratio(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Give ours / reference over paired days, and half the width that holds 19 times in 20.

    Source: the ratio estimator's linearised variance (Cochran, Sampling Techniques, 3rd ed., 2.11).
    """
    ours, reference = (fmean(costs) for costs in zip(*pairs, strict=True))
    found = ours / reference
    left = [one - found * other for one, other in pairs]
    return found, SURE * stdev(left) / sqrt(len(left)) / reference


def measure() -> Iterator[str]:
    """Give the lines of this measurement, each as soon as it is known.

    `BENCH_ROLLOUT_DAYS` says how many small, typical and busy days.
    """
    days = map(int, os.environ.get("BENCH_ROLLOUT_DAYS", USUAL_DAYS).split(","))
    effort = Effort()
    yield (
        f"unseen days from {FIRST_SEED}, one in {ONE_IN} from another world; up to {effort.moves}"
        f" moves in {effort.futures} to {effort.futures + effort.more} futures"
    )
    for (size, most), count in zip(AT_MOST.items(), days, strict=True):
        if count < 2:
            continue
        began = time.process_time()
        pairs = [costs(a_day(size, number), effort) for number in range(count)]
        found, half = ratio(pairs)
        ours, reference = (fmean(costs) for costs in zip(*pairs, strict=True))
        verdict = "" if found <= most else " MISSED"
        yield (
            f"{size:8} {count:4} days   cost {ours:.1f}, reference {reference:.1f}:"
            f" {found:.4f} ± {half:.4f} (<= {most:g}){verdict}"
            f"   {time.process_time() - began:.0f} s of one core"
        )
