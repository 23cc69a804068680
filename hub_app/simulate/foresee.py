"""How good the forecasts are: what the app would say on simulated days, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from statistics import fmean

from hub_app.core.forecast import future
from hub_app.core.forecast_outlook import Outlook
from hub_app.core.forecast_quick import quick
from hub_app.core.forecast_tally import Spread, Tally
from hub_app.core.ranges import Range, all_done, as_spread, at_a_glance, next_call
from hub_app.simulate.day import Day
from hub_app.simulate.hall import Hall
from hub_app.simulate.instance import Instance
from hub_app.simulate.run import live
from hub_app.simulate.sketching import Memory, sketch_of
from hub_app.simulate.state import Busy, Reason, Visit, code

FUTURES = 40
LOOKS = 12.0  # forecasts a day; the moments are drawn


class Asked(StrEnum):
    """What was asked: by looking forward, or at a glance."""

    NEXT_CALL = "next_call"
    ALL_DONE = "all_done"
    AT_A_GLANCE = "at_a_glance"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to one family at minute `at`: the raw spread, and the range as shown.

    `is_first` when they had just begun to wait. Without a range it was: we can't say yet.
    """

    asked: Asked
    family: int
    at: float
    is_first: bool
    spread: Spread | None
    shown: Range | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The same with the size and seed of the day and the minutes it took; None: it never came."""

    said: Said
    size: str
    seed: int
    minutes: float | None


class Watcher:
    """Watches one day, and asks for forecasts at moments that are drawn."""

    def __init__(self, instance: Instance, looks: float, futures: int) -> None:
        self._futures = futures
        self._memory = Memory(instance)
        self._share = looks / max(1, sum(len(family.needs) for family in instance.families))
        name = f"forecast/{instance.size}/{instance.seed}"
        self._moments = Random(f"{name}/moments")  # noqa: S311 no secret is made of it
        self._chance = Random(f"{name}/futures")  # noqa: S311
        self._calls: dict[int, list[float]] = {}
        self.said: list[Said] = []

    def look(self, day: Day, t: float) -> None:
        """Take note of a moment; now and then, ask how long it will be."""
        hall = day.hall
        self._memory.look(hall)
        for desk in hall.desks:
            if desk.since == t and desk.visit is not None and desk.busy is not Busy.VANISHED:
                self._calls.setdefault(desk.visit.number, []).append(t)
        first = [visit for visit in hall.waiting if visit.ready == t]
        if first and self._moments.random() < self._share:
            others = [visit for visit in hall.waiting if visit.ready != t]
            drawn = int(self._moments.random() * len(others))
            self._ask(hall, first, others[drawn : drawn + 1])

    def call_after(self, family: int, minute: float) -> float | None:
        """Give when somebody was called next."""
        return next((at for at in self._calls.get(family, ()) if at >= minute), None)

    def _ask(self, hall: Hall, first: Sequence[Visit], again: Sequence[Visit]) -> None:
        sketch = sketch_of(hall, self._memory)
        outlook, tally = Outlook(sketch), Tally()
        for _ in range(self._futures):
            tally.add(future(outlook, self._chance))
        guesses = quick(sketch)
        for visit in (*first, *again):
            family = code(visit.number)
            guess = guesses.get(family)
            said = {
                Asked.NEXT_CALL: (tally.next_call(family), next_call(tally, family)),
                Asked.ALL_DONE: (tally.all_done(family), all_done(tally, family)),
                Asked.AT_A_GLANCE: (guess and as_spread(guess.minutes), at_a_glance(guess)),
            }
            self.said += [
                Said(asked, visit.number, hall.t, visit in first, spread, shown)
                for asked, (spread, shown) in said.items()
            ]


def foresee(
    instances: Iterable[Instance], looks: float = LOOKS, futures: int = FUTURES
) -> list[Answer]:
    """Live days by our rule, and give what was said on them with what came of it.

    The app knows the history of its services, made-up days of the same size, and what the day has
    shown. The same instances give the same answers.
    """
    answers: list[Answer] = []
    for instance in instances:
        watcher = Watcher(instance, looks, futures)
        day = live(instance, "ours", watch=watcher.look)
        answers += [
            Answer(said, instance.size, instance.seed, _came(said, day, watcher))
            for said in watcher.said
        ]
    return answers


def _came(said: Said, day: Day, watcher: Watcher) -> float | None:
    """Give the minutes until what was asked for came."""
    visit = day.hall.visits[said.family]
    if said.asked is not Asked.ALL_DONE:
        at = watcher.call_after(said.family, said.at)
    else:
        at = visit.left_at if visit.why_left is Reason.DONE and not visit.unmet else None
    return None if at is None else at - said.at


def figures(answers: Iterable[Answer]) -> dict[str, float]:
    """Give how good ranges were, over those that were said and came.

    `coverage80` is the share that held, `width` and `error` are minutes (`error` of the likely
    one), `answers` their number; `unsaid` is the share of what came of which we could not say.
    """
    came = [(one.said.shown, one.minutes) for one in answers if one.minutes is not None]
    said = [(shown, minutes) for shown, minutes in came if shown is not None]
    if not said:
        return {"answers": 0.0, "unsaid": 1.0}
    return {
        "coverage80": fmean(shown.holds(minutes) for shown, minutes in said),
        "width": fmean(shown.high - shown.low for shown, _ in said),
        "error": fmean(abs(shown.likely - minutes) for shown, minutes in said),
        "answers": float(len(said)),
        "unsaid": 1 - len(said) / len(came),
    }


def summary(answers: Iterable[Answer]) -> dict[str, dict[str, float]]:
    """Give the figures of each kind of forecast, by the name of what was asked."""
    kept = list(answers)
    return {asked.value: figures(one for one in kept if one.said.asked is asked) for asked in Asked}
