"""Who is called next: every bar on days that nobody tuned it for, and what one decision takes."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from statistics import fmean

from bench.ground import Figure, timed
from hub_app.core.routing import Family, FreeDesk, Room, next_calls
from hub_app.simulate.generate import WORLDS, generate
from hub_app.simulate.instance import Instance
from hub_app.simulate.metrics import metrics
from hub_app.simulate.run import live

DAYS = int(os.environ.get("BENCH_ROUTING_DAYS", "100"))  # of each size
FIRST_SEED = 70_000  # nobody looked at these when the rule was made
COMPARED = ("paper", "all-queues", "ours")
ONE_IN = 5  # days is from another world

Figures = dict[str, float]


# ------------------------------------------------------------------------------- other worlds


def _fuller(size: str, seed: int) -> Instance:
    """More families than the desks were planned for."""
    world = WORLDS[size]
    low, high = world.load
    crowd = replace(world, families=world.families * 5 // 4, load=(low + 0.1, high + 0.1))
    return generate(size, seed, crowd)


def _slower(size: str, seed: int) -> Instance:
    """Every stop takes a quarter longer than it ever did."""
    day = generate(size, seed)
    return replace(
        day,
        families=tuple(
            replace(one, minutes={s: minutes * 1.25 for s, minutes in one.minutes.items()})
            for one in day.families
        ),
    )


def _impatient(size: str, seed: int) -> Instance:
    """Families that give up after two thirds of the time."""
    day = generate(size, seed)
    hasty = tuple(replace(one, patience=one.patience / 1.5) for one in day.families)
    return replace(day, families=hasty)


def _hurried(size: str, seed: int) -> Instance:
    """Half of those who could have stayed must leave an hour and a half after they came."""
    day = generate(size, seed)
    return replace(
        day,
        families=tuple(
            replace(one, leave_by=one.arrive + 90) if one.leave_by is None and at % 2 else one
            for at, one in enumerate(day.families)
        ),
    )


def _unlearnt(size: str, seed: int) -> Instance:
    """A new hall: nothing learnt, and a pack whose minutes are wrong by a third either way."""
    day = generate(size, seed)
    return replace(
        day,
        services=tuple(
            replace(one, history=(), prior_minutes=one.prior_minutes * (0.67, 1.33)[at % 2])
            for at, one in enumerate(day.services)
        ),
    )


OTHER_WORLDS = (_fuller, _slower, _impatient, _hurried, _unlearnt)


def a_day(size: str, number: int) -> Instance:
    """Give one of the unseen days; every fifth is from another world."""
    seed = FIRST_SEED + number
    if number % ONE_IN:
        return generate(size, seed)
    return OTHER_WORLDS[number // ONE_IN % len(OTHER_WORLDS)](size, seed)


# -------------------------------------------------------------------------------------- bars


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked of our rule: at most so much, for small, typical and busy days."""

    says: str
    at_most: tuple[float, float, float]
    seen: Callable[[dict[str, Figures]], float]
    unit: str = ""


def _against(metric: str, other: str) -> Callable[[dict[str, Figures]], float]:
    return lambda means: means["ours"][metric] / means[other][metric]


BARS = (
    Bar("cost, ours / paper", (0.90, 0.875, 0.885), _against("cost", "paper")),
    Bar("cost, ours / all queues", (1.01, 1.00, 1.00), _against("cost", "all-queues")),
    Bar("mean wait, ours / paper", (0.82, 0.77, 0.79), _against("wait", "paper")),
    Bar("needs unmet, ours / paper", (0.74, 0.65, 0.70), _against("unmet", "paper")),
    Bar("missed leave-by, ours / paper", (0.65, 0.60, 0.63), _against("missed_lb", "paper")),
    Bar(
        "late appointments, ours - paper",
        (5.0, 3.0, 3.0),
        lambda means: 100 * (means["ours"]["appt_late"] - means["paper"]["appt_late"]),
        " pt",
    ),
    Bar(
        "idle desk while somebody may come",
        (5.0, 5.0, 5.0),
        lambda means: 100 * means["ours"]["idle_eligible"] / means["ours"]["session"],
        " %",
    ),
)


def _lived(day: Instance, policy: str, decisions: list[float]) -> Figures:
    lived = live(day, policy, clock=time.perf_counter)
    if policy == "ours":
        decisions.extend(ms / 1000 for ms in lived.decisions)
    return {**metrics(lived), "session": day.close}


def _means(days: Sequence[Instance], policy: str, decisions: list[float]) -> Figures:
    found = [_lived(day, policy, decisions) for day in days]
    # shares of few are weighed by how many they are about
    weights = {"missed_lb": "n_lb", "appt_late": "n_appt"}
    return {
        name: fmean([one[name] for one in found], [one[weights[name]] for one in found])
        if name in weights
        else fmean(one[name] for one in found)
        for name in found[0]
    }


# -------------------------------------------------------------------------------- one decision


def _decision(waiting: int, desks: int) -> Figure:
    chance = Random(1)
    services = [f"s{number}" for number in range(10)]
    families = [
        Family(
            id=f"v{number:03d}",
            arrived=chance.uniform(0, 100),
            services=tuple(chance.sample(services, chance.choice([1, 2, 2, 3, 4]))),
            leave_by=chance.choice([None, None, 180.0]),
        )
        for number in range(waiting)
    ]
    free = [FreeDesk(f"d{number:02d}", (services[number % 10],)) for number in range(desks)]
    minutes = {service: chance.uniform(8, 25) for service in services}
    room = Room(minutes, {"s2": ("s1",), "s9": ("s4",)}, {})
    return timed(partial(next_calls, 100.0, families, free, room), 300)


def measure() -> list[str]:
    """Give the lines of this measurement."""
    began, decisions = time.perf_counter(), list[float]()
    means = {
        size: {policy: _means(days, policy, decisions) for policy in COMPARED}
        for size in WORLDS
        for days in [[a_day(size, number) for number in range(DAYS)]]
    }
    took = time.perf_counter() - began
    lines = [
        f"{DAYS} unseen days a size, one in {ONE_IN} from another world, {took:.0f} s",
        f"{'':36}" + "".join(f"{size:>22}" for size in WORLDS),
    ]
    for bar in BARS:
        line = f"{bar.says:36}"
        for size, most in zip(WORLDS, bar.at_most, strict=True):
            seen = bar.seen(means[size])
            verdict = "" if seen <= most else " MISSED"
            line += f"{f'{seen:.3g}{bar.unit} (<= {most:g}){verdict}':>22}"
        lines.append(line)
    for says, metric in (("one need", "unmet_lo"), ("three or more", "unmet_hi")):
        line = f"{f'unmet, {says}, paper -> ours':36}"
        for size in WORLDS:
            was, now = (100 * means[size][policy][metric] for policy in ("paper", "ours"))
            line += f"{f'{was:.1f} -> {now:.1f} %':>22}"
        lines.append(line)
    day = Figure(decisions)
    lines.append(
        f"a decision on these days        median {day.median:.2f} ms, p95 {day.p95:.2f} ms"
    )
    for waiting, desks in ((60, 25), (150, 15)):
        cost = _decision(waiting, desks)
        lines.append(
            f"{waiting} waiting, {desks} free desks     median {cost.median:.2f} ms,"
            f" p95 {cost.p95:.2f} ms  (aim: at most 5)"
        )
    return lines
