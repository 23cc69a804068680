"""Made-up days: the same seed gives the same day on any machine."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from hub_app.core.routing import INTERPRETED, LAST_MINUTES
from hub_app.simulate.instance import Coming, Desk, Handover, Instance, Interpreter, Service, Window

LANGUAGES = ("ar", "so", "pl")
BEFORE_CLOSE = 40  # minutes; nobody is let in later


class Offered(NamedTuple):
    """What halls offer: name, usual minutes and spread, how wanted it is, and what comes first."""

    name: str
    minutes: float
    spread: float
    wanted: float
    after: str | None = None


CATALOGUE = (
    Offered("energy", 12.0, 0.50, 1.2),
    Offered("benefits", 20.0, 0.50, 1.1),
    Offered("debt", 25.0, 0.55, 0.7, after="benefits"),
    Offered("baby_bank", 8.0, 0.45, 1.0),
    Offered("housing", 22.0, 0.55, 0.9),
    Offered("health", 15.0, 0.50, 1.0),
    Offered("childcare", 10.0, 0.45, 0.9),
    Offered("employment", 18.0, 0.50, 0.6),
    Offered("wellbeing", 16.0, 0.55, 0.5),
    Offered("legal", 24.0, 0.60, 0.45, after="housing"),
)


@dataclass(frozen=True, slots=True)
class World:
    """A kind of day: how many families and services, and how much of the desks' time they fill.

    `school_run` is the minute by which many have to leave.
    """

    families: int
    services: int
    close: int
    greeters: int
    languages: int
    load: tuple[float, float]
    school_run: int


WORLDS = {
    "small": World(25, 4, 180, 1, 1, (0.55, 0.88), 135),
    "typical": World(60, 7, 240, 2, 2, (0.60, 0.90), 195),
    "busy": World(150, 10, 360, 3, 3, (0.62, 0.92), 300),
}


class _Draw:
    """Chance from a seed, all of it through `random()`, which is the same everywhere."""

    def __init__(self, seed: str) -> None:
        self.one = Random(seed).random  # noqa: S311 a made-up day is no secret

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.one()

    def normal(self) -> float:
        return NormalDist().inv_cdf(min(max(self.one(), 1e-12), 1 - 1e-12))

    def pick(self, weights: Sequence[float]) -> int:
        left = self.one() * math.fsum(weights)
        for at, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return at
        return len(weights) - 1

    def minutes(self, mean: float, spread: float) -> float:
        return mean * math.exp(spread * self.normal() - spread * spread / 2)

    def serving(self, service: Service, slower: float) -> float:
        minutes = self.minutes(service.mean, service.spread) * slower
        return round(min(90.0, max(2.0, minutes)), 3)


@dataclass(frozen=True, slots=True)
class _Hall:
    """What is settled of the hall so far; `wanted` is how often each service is asked for."""

    world: World
    services: tuple[Service, ...]
    wanted: tuple[float, ...]
    interpreters: tuple[Interpreter, ...]
    desks: tuple[Desk, ...] = ()

    @property
    def all(self) -> range:
        return range(len(self.services))

    def opens(self, service: int) -> float:
        return min(desk.windows[0][0] for desk in self.desks if desk.service == service)

    def last_start(self, service: int) -> float:
        ends = max(desk.windows[-1][1] for desk in self.desks if desk.service == service)
        return ends - LAST_MINUTES


def generate(size: str, seed: int, world: World | None = None) -> Instance:
    """Make up one day: `small`, `typical` or `busy`, or another world under the same seed.

    The order in which chance is asked is what makes a seed a day: keep it. Raises KeyError for a
    size that is not in `WORLDS`.
    """
    world = world or WORLDS[size]
    draw = _Draw(f"hub/1/{size}/{seed}")
    offered = [_service(draw, line) for line in CATALOGUE[: world.services]]
    arrivals = sorted(_arrival(draw, world.close) for _ in range(world.families))
    hall = _Hall(
        world,
        services=tuple(service for service, _ in offered),
        wanted=tuple(wanted for _, wanted in offered),
        interpreters=tuple(_interpreter(draw, world, at) for at in range(world.languages)),
    )
    families = sorted((_family(draw, hall, at) for at in arrivals), key=lambda one: one.arrive)
    desks = [desk for at in hall.all for desk in _desks(draw, hall, at, families)]
    hall = replace(hall, desks=tuple(desks))
    families = [_within_hours(draw, hall, family) for family in families]
    families = [_turned_out(draw, hall, family) for family in families]
    return Instance(
        size=size,
        seed=seed,
        close=world.close,
        last_arrival=world.close - BEFORE_CLOSE,
        greeters=world.greeters,
        services=hall.services,
        desks=hall.desks,
        interpreters=hall.interpreters,
        families=tuple(families),
    )


def _service(draw: _Draw, line: Offered) -> tuple[Service, float]:
    """Give a service as it is here, with what this hall has seen of it, and how wanted it is."""
    mean = line.minutes * math.exp(0.12 * draw.normal())
    wanted = line.wanted * draw.between(0.6, 1.4)
    history: list[float] = []
    for _ in range(int(draw.between(5, 60))):
        minutes = draw.minutes(mean, line.spread)
        forgotten = draw.one() < 0.03  # to press “finished”
        history.append(round(max(1.0, minutes * (5.0 if forgotten else 1.0)), 2))
    names = [line.name for line in CATALOGUE]
    after = (names.index(line.after),) if line.after else ()
    return Service(
        line.name, after, tuple(history), line.minutes, round(mean, 3), line.spread
    ), wanted


def _arrival(draw: _Draw, close: float) -> float:
    """Give when a family comes: at the door before it opens, in the morning's peak, or any time."""
    kind = draw.one()
    last = close - BEFORE_CLOSE
    if kind < 0.08:
        return min(draw.between(0, 3), last)
    if kind >= 0.38:
        return min(draw.between(0, last), last)
    peak, end, at = 0.25 * close, 0.55 * close, draw.one()
    if at < peak / end:
        return min(math.sqrt(at * end * peak), last)
    return min(end - math.sqrt((1 - at) * end * (end - peak)), last)


def _interpreter(draw: _Draw, world: World, at: int) -> Interpreter:
    comes = 15 * int(draw.between(0, 0.25 * world.close) / 15)
    return Interpreter(LANGUAGES[at], ((comes, world.close),))


def _family(draw: _Draw, hall: _Hall, arrive: float) -> Coming:
    """Give a family with its needs; one that needs an interpreter comes when there is one."""
    count = min(1 + draw.pick([0.30, 0.35, 0.23, 0.12]), len(hall.services))
    left, needs = list(hall.all), list[int]()
    for _ in range(count):
        needs.append(left.pop(draw.pick([hall.wanted[at] for at in left])))
    language = None
    if draw.one() < 0.08:
        interpreter = hall.interpreters[int(draw.one() * len(hall.interpreters))]
        language = interpreter.language
        arrive = max(arrive, interpreter.windows[0][0] - draw.between(0, 20))
    return Coming(round(arrive, 3), tuple(needs), 0.0, {}, 0.0, language)


def _desks(draw: _Draw, hall: _Hall, at: int, families: Sequence[Coming]) -> Iterator[Desk]:
    """Give the desks of one service: one to three, with the minutes its families will need."""
    close = hall.world.close
    whole = close - 15
    expected = math.fsum(
        (hall.services[at].mean + 1.5) * (INTERPRETED if family.language else 1.0)
        for family in families
        if at in family.needs
    )
    left = expected * 1.07 / draw.between(*hall.world.load)
    count = max(1, min(3, math.ceil(left / whole - 1e-9)))
    for desk in range(count):
        begins, ends = 0, close
        if left >= whole or (desk == 0 and left > 0.8 * whole):
            left -= whole
        else:
            length = max(60, 15 * math.ceil(left / 15))
            begins = 15 * int(draw.one() ** 2 * (close - length + 15) / 15)  # rather early
            begins = max(0, min(begins, close - length))
            ends, left = begins + length, 0.0
        yield Desk(at, _windows(draw, begins, ends))


def _windows(draw: _Draw, begins: int, ends: int) -> tuple[Window, ...]:
    """Give the hours of a desk, with a break when they are long."""
    length = ends - begins
    if length < 150:
        return ((begins, ends),)
    at = 5 * int(draw.between(begins + 0.40 * length, begins + 0.65 * length) / 5)
    back = at + (20 if draw.one() < 0.5 else 30)
    return ((begins, at), (back, ends))


def _within_hours(draw: _Draw, hall: _Hall, family: Coming) -> Coming:
    """Give the family without needs for which nobody is here: another instead, or none."""
    needs, arrive = list(family.needs), family.arrive

    def is_here(at: int) -> bool:
        return hall.opens(at) - 45 <= arrive <= hall.last_start(at) - 25

    for place, need in enumerate(family.needs):
        if not is_here(need):
            others = [at for at in hall.all if at not in needs and is_here(at)]
            if others:
                needs[place] = others[draw.pick([hall.wanted[at] for at in others])]
    kept = [need for need in needs if arrive <= hall.last_start(need) - 20]
    return replace(family, needs=tuple(kept or needs[:1]))


def _turned_out(draw: _Draw, hall: _Hall, family: Coming) -> Coming:
    """Give the family with all that only the day itself will tell."""
    slower = INTERPRETED if family.language else 1.0
    triage = round(1.0 + 2.0 * (draw.one() + draw.one()), 3)
    minutes = {need: draw.serving(hall.services[need], slower) for need in family.needs}
    patience = round(max(15.0, 45.0 * math.exp(0.35 * draw.normal())), 3)
    is_silent = draw.one() < 0.5
    misses = frozenset([need for need in family.needs if draw.one() < 0.04])
    handover = _handover(draw, hall, family.needs, slower)
    family = replace(
        family,
        triage=triage,
        minutes=minutes,
        patience=patience,
        is_silent=is_silent,
        misses=misses,
        handover=handover,
    )
    kind, which = draw.one(), draw.one()
    if kind < 0.04:
        return replace(family, is_urgent=True, patience=round(1.5 * patience, 3))
    if kind < 0.16:
        return _with_appointment(draw, hall, family, which)
    if kind < 0.41:
        return _leaving_early(draw, hall, family, which)
    return family


def _handover(draw: _Draw, hall: _Hall, needs: tuple[int, ...], slower: float) -> Handover | None:
    if draw.one() >= 0.15:
        return None
    at = needs[int(draw.one() * len(needs))]
    latest = hall.world.close - BEFORE_CLOSE
    others = [to for to in hall.all if to not in needs and hall.last_start(to) >= latest]
    if not others:
        return None
    to = others[draw.pick([hall.wanted[other] for other in others])]
    return Handover(at, to, draw.serving(hall.services[to], slower))


def _with_appointment(draw: _Draw, hall: _Hall, family: Coming, which: float) -> Coming:
    """Give the family with an appointment soon after it comes, where that desk is then open."""
    first = [s for s in family.needs if not set(hall.services[s].after) & set(family.needs)]
    service = first[int(which * len(first))]
    minute = 5 * math.ceil((family.arrive + draw.between(10, 45)) / 5)
    windows = [w for desk in hall.desks if desk.service == service for w in desk.windows]
    if not any(begins <= minute <= ends - 20 for begins, ends in windows):
        return family
    return replace(family, appointment=(service, minute), stays_away=draw.one() < 0.15)


def _leaving_early(draw: _Draw, hall: _Hall, family: Coming, which: float) -> Coming:
    """Give the family with a time to leave by: the school run, or one of its own."""
    slower = INTERPRETED if family.language else 1.0
    help_needed = math.fsum(hall.services[s].prior_minutes * slower + 2 for s in family.needs)
    if which >= 0.6:
        leave_by = family.arrive + 5 + help_needed + draw.between(25, 70)
        return replace(family, leave_by=5 * math.ceil(leave_by / 5))
    if family.arrive + 5 + 1.15 * help_needed + 10 <= hall.world.school_run:
        return replace(family, leave_by=hall.world.school_run)
    return family
