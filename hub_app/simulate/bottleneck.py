"""Where families are held up: at the welcome, at which desk, or by the hall itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean

from hub_app.simulate.day import Day
from hub_app.simulate.state import Stage

OVER_TOO_LONG = 0.10  # of the session above capacity: then the hall comes before all else
HARDLY = 1.0  # minutes a family: less is no hold-up


@dataclass(slots=True)
class Watcher:
    """Told after every moment of a day, adds up for which service the waiting families wait.

    A minute of waiting belongs to all the services still needed, in equal parts.
    """

    waited: dict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))
    _since: float = 0.0
    _lines: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    def __call__(self, day: Day, t: float) -> None:
        """Take note of a moment."""
        for service, share in self._lines:
            self.waited[service] += share * (t - self._since)
        services = day.hall.instance.services
        self._since = t
        self._lines = [
            (services[need].name, 1 / len(visit.needs))
            for visit in day.hall.waiting
            if visit.stage is Stage.WAITING
            for need in visit.needs
        ]


@dataclass(frozen=True, slots=True)
class Flow:
    """What one session showed: minutes added up over families and over desks.

    `at_door` is waiting before triage; `waited` is for each service, `kept` and `there` the
    minutes its desks were busy and there at all. `over` is the part of the session with more than
    `capacity` families in the hall, `most` how many there were at once.
    """

    families: int
    at_door: float
    greeting: float
    greeters_there: float
    waited: Mapping[str, float]
    kept: Mapping[str, float]
    there: Mapping[str, float]
    over: float
    most: int

    @property
    def door_minutes(self) -> float:
        """The wait before triage, of a family."""
        return self.at_door / max(1, self.families)

    def minutes_for(self, service: str) -> float:
        """Give the wait for a service, of a family."""
        return self.waited.get(service, 0.0) / max(1, self.families)


def flow_of(day: Day, watcher: Watcher, capacity: int | None) -> Flow:
    """Give what a day that has been lived showed."""
    hall = day.hall
    came = [visit for visit in hall.visits if not visit.coming.stays_away]
    kept, there = defaultdict[str, float](float), defaultdict[str, float](float)
    for desk in hall.desks:
        name = hall.instance.services[desk.desk.service].name
        kept[name] += desk.kept_minutes
        there[name] += sum(ends - begins for begins, ends in desk.desk.windows)
    at_door = 0.0
    for visit in came:
        ended = visit.left_at if visit.triage_began is None else visit.triage_began
        at_door += max(0.0, (hall.close if ended is None else ended) - visit.coming.arrive)
    heads = [*day.heads, (max(hall.close, hall.t), 0)]
    over = sum(
        after - now
        for (now, count), (after, _) in pairwise(heads)
        if capacity is not None and count > capacity
    )
    return Flow(
        families=len(came),
        at_door=at_door,
        greeting=day.greeter_minutes,
        greeters_there=hall.instance.greeters * hall.close,
        waited=watcher.waited,
        kept=kept,
        there=there,
        over=over / heads[-1][0],
        most=max((count for _, count in heads), default=0),
    )


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What holds families up most: `welcome`, `desk` (which), `hall`, or `nothing`; and why."""

    where: str
    service: str
    sentence: str

    def after(self, when: str) -> str:
        """Give the sentence behind a word that says when."""
        return f"{when}: {self.sentence[0].lower()}{self.sentence[1:]}"


def find(flows: Sequence[Flow], capacity: int | None) -> Bottleneck:
    """Say where families are held up, over all these sessions, and on what evidence."""
    over = fmean(flow.over for flow in flows)
    if over >= OVER_TOO_LONG:
        return Bottleneck("hall", "", _of_the_hall(over, flows, capacity))
    door = fmean(flow.door_minutes for flow in flows)
    waited = {
        name: fmean(flow.minutes_for(name) for flow in flows)
        for name in sorted({name for flow in flows for name in flow.waited})
    }
    service = max(waited, key=lambda name: waited[name], default="")
    longest = waited.get(service, 0.0)
    if max(door, longest) < HARDLY:
        return Bottleneck(
            "nothing",
            "",
            "Nothing holds families up: they wait less than a minute at the welcome, and for"
            " any one service.",
        )
    if door > longest:
        return Bottleneck("welcome", "", _of_the_welcome(flows, door, service, longest))
    return Bottleneck("desk", service, _of_a_desk(service, flows, waited, door))


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _of_the_hall(over: float, flows: Sequence[Flow], capacity: int | None) -> str:
    return (
        f"The hall is the bottleneck: more than {capacity} families are in it for"
        f" {_percent(over)} of the time, and {max(flow.most for flow in flows)} at the fullest."
    )


def _of_the_welcome(flows: Sequence[Flow], door: float, service: str, longest: float) -> str:
    busy = sum(flow.greeting for flow in flows) / sum(flow.greeters_there for flow in flows)
    than = f", and {longest:.1f} for {service}, the slowest service" if service else ""
    return (
        f"The welcome is the bottleneck: a family waits {door:.1f} minutes before triage{than};"
        f" greeters are busy {_percent(busy)} of the time."
    )


def _of_a_desk(
    service: str, flows: Sequence[Flow], waited: Mapping[str, float], door: float
) -> str:
    every = sum(waited.values())
    others = sorted(waited.keys() - {service}, key=lambda name: (-waited[name], name))
    second = f" ({others[0]} is next, {_percent(waited[others[0]] / every)})" if others else ""
    kept = sum(flow.kept.get(service, 0.0) for flow in flows)
    there = sum(flow.there.get(service, 0.0) for flow in flows)
    busy = f"is busy {_percent(kept / there)} of its time" if there else "is never there"
    return (
        f"A desk is the bottleneck, {service}: {_percent(waited[service] / every)} of all waiting"
        f" is for it{second}, {waited[service]:.1f} minutes a family, against {door:.1f} before"
        f" triage; it {busy}."
    )
