"""How long people are told to wait: how often it holds, how wide it is, and what asking costs."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from random import Random

from bench.ground import timed
from hub_app.core.forecast import future
from hub_app.core.forecast_outlook import Outlook
from hub_app.core.forecast_quick import quick
from hub_app.core.forecast_sketch import Sketch
from hub_app.core.forecast_tally import Tally
from hub_app.core.ranges import ALL_DONE_EDGES, NEXT_CALL_EDGES, Factory, fit
from hub_app.simulate.day import Day
from hub_app.simulate.foresee import FUTURES, Answer, Asked, figures, foresee
from hub_app.simulate.generate import generate
from hub_app.simulate.run import live
from hub_app.simulate.sketching import PAST_DAYS, Memory, sketch_of

Days = Mapping[str, range]
FITTED_ON: Days = {
    "small": range(910_001, 910_121),
    "typical": range(910_001, 910_101),
    "busy": range(910_001, 910_071),
}
UNSEEN: Days = {
    "small": range(920_001, 920_101),
    "typical": range(920_001, 920_071),
    "busy": range(920_001, 920_041),
}
A_FEW: Days = {size: seeds[: len(seeds) // 6] for size, seeds in UNSEEN.items()}
LOOKS = 20.0
EDGES = {
    Asked.NEXT_CALL: NEXT_CALL_EDGES,
    Asked.ALL_DONE: ALL_DONE_EDGES,
    Asked.AT_A_GLANCE: NEXT_CALL_EDGES,
}
AIMS = {
    Asked.NEXT_CALL: "aim: 0.76 to 0.84, at most 16 and 5.5",
    Asked.ALL_DONE: "aim: 0.75 to 0.85, error at most 14",
    Asked.AT_A_GLANCE: "no aim",
}


def _day(which: tuple[str, int], futures: int) -> list[Answer]:
    return foresee([generate(*which)], LOOKS, futures)


def ask(days: Days, futures: int = FUTURES) -> list[Answer]:
    """Give what was said on these days, and what came of it; on all cores."""
    which = [(size, seed) for size, seeds in days.items() for seed in seeds]
    with ProcessPoolExecutor() as pool:
        found = pool.map(partial(_day, futures=futures), which, chunksize=4)
        return [answer for answers in found for answer in answers]


def fitted(answers: Iterable[Answer], asked: Asked) -> Factory:
    """Work out the corrections of one kind of forecast."""
    pairs = [
        (one.said.spread, one.minutes)
        for one in answers
        if one.said.asked is asked and one.said.spread is not None and one.minutes is not None
    ]
    return fit(pairs, EDGES[asked])


def fit_all() -> list[str]:
    """Give the corrections for `hub_app.core.ranges`, as they stand there."""
    lines: list[str] = []
    for futures in (20, 40):
        answers = ask(FITTED_ON, futures)
        for asked in Asked if futures == FUTURES else (Asked.NEXT_CALL, Asked.ALL_DONE):
            lines.append(f"{asked} with {futures} futures:")
            lines += [
                f"    Correction({c.early}, {c.middle}, {c.late}),"
                for c in fitted(answers, asked).corrections
            ]
    return lines


def held(answers: Sequence[Answer]) -> list[str]:
    """Say how often ranges held, how wide they were and how far the likely wait was off."""
    lines: list[str] = []
    for asked in Asked:
        of_it = [one for one in answers if one.said.asked is asked]
        lines.append(f"{_said(asked, of_it)}  ({AIMS[asked]})")
        lines += [_said(f"  {size}", [one for one in of_it if one.size == size]) for size in UNSEEN]
        lines.append(_said("  just joined", [one for one in of_it if one.said.is_first]))
        edges = EDGES[asked]
        for at, least in enumerate((0.0, *edges)):
            most = edges[at] if at < len(edges) else float("inf")
            part = [
                one for one in of_it if one.said.spread and least <= one.said.spread.middle < most
            ]
            lines.append(_said(f"  from {least:g} minutes", part))
    return lines


def _said(what: str, answers: Iterable[Answer]) -> str:
    found = figures(answers)
    if not found["answers"]:
        return f"{what:<22} no answers"
    return (
        f"{what:<22} held {found['coverage80']:.3f}  width {found['width']:4.1f}"
        f"  error {found['error']:4.1f}  of {found['answers']:.0f}"
    )


def _halls(size: str, seed: int) -> list[Sketch]:
    """Give a hall at each quarter of an hour or so."""
    instance = generate(size, seed)
    memory, found = Memory(instance), list[Sketch]()

    def look(day: Day, t: float) -> None:
        memory.look(day.hall)
        if day.hall.waiting and t >= 15 * (len(found) + 1):
            found.append(sketch_of(day.hall, memory))

    live(instance, "ours", watch=look)
    return found


def _refresh(sketch: Sketch) -> Tally:
    outlook, tally, chance = Outlook(sketch), Tally(), Random(1)
    for _ in range(FUTURES):
        tally.add(future(outlook, chance))
    return tally


def costs() -> list[str]:
    """Say what a look forward and a first guess cost."""
    lines: list[str] = []
    for size, seeds in UNSEEN.items():
        halls = [hall for seed in seeds[:3] for hall in _halls(size, seed)]
        looks = [timed(partial(_refresh, hall), 1).median for hall in halls]
        guesses = [timed(partial(quick, hall), 3).median for hall in halls]
        here = sum(len(hall.present) for hall in halls) / len(halls)
        aim = "  (aim: at most 250 and 1)" if size == "typical" else ""
        lines.append(
            f"{size:<8} {here:4.1f} families here: {FUTURES} futures mean {_mean(looks):.0f} ms,"
            f" most {max(looks):.0f} ms; first guess mean {_mean(guesses):.2f} ms,"
            f" most {max(guesses):.2f} ms{aim}"
        )
    return lines


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures)


def measure() -> list[str]:
    """Give the lines of this measurement: some unseen days, and the costs."""
    for size, seeds in UNSEEN.items():
        assert not {*seeds} & {*FITTED_ON[size], *PAST_DAYS}, "somebody has seen these days"
    return [*costs(), *held(ask(A_FEW))]


if __name__ == "__main__":
    asked_for = sys.argv[1:]
    if asked_for == ["fit"]:
        print("\n".join(fit_all()))
    elif asked_for == ["unseen"]:
        print("\n".join(held(ask(UNSEEN))))
    else:
        raise SystemExit("fit: work out the corrections; unseen: measure them on all unseen days")
