"""`hub-app simulate`: the real rules lived through many days, to see what would help a hall."""

import argparse
import importlib.util
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hub_app.config import pack_folder
from hub_app.console import fail, say
from hub_app.main import Unopened, load_pack
from hub_app.replay.recorded import BadDay, RecordedDay, read_day
from hub_app.simulate import plot, recorded, report
from hub_app.simulate.bottleneck import Flow, Watcher, flow_of
from hub_app.simulate.compare import Metrics
from hub_app.simulate.foresee import Answer, foresee, summary
from hub_app.simulate.generate import WORLDS, generate
from hub_app.simulate.instance import Instance
from hub_app.simulate.metrics import metrics
from hub_app.simulate.options import ASSUMED, DAYS, SEED, USUAL
from hub_app.simulate.policies import POLICIES
from hub_app.simulate.reading import BadInstance, read_instances
from hub_app.simulate.report import OURS, Forecasts, Found, Lived, Tried
from hub_app.simulate.run import live
from hub_app.simulate.whatif import BadChange, Changes, changed, read_changes

MOST_DAYS = 10_000


class _Wrong(Exception):
    """What was asked cannot be done: the sentence says why."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for, once it is known to be possible."""

    days: tuple[Instance, ...]
    about: str
    assumed: str
    policies: tuple[str, ...]
    changes: Changes
    changed: tuple[Instance, ...]
    capacity: int | None
    plot: Path | None


def run(asked: argparse.Namespace) -> int:
    """Live the sessions, compare and show; gives the exit code."""
    try:
        wish = _wish(asked)
    except _Wrong as wrong:
        return fail(str(wrong))
    found = _live_all(wish, is_to_foresee=asked.json)
    say(json.dumps(report.as_object(found)) if asked.json else report.text(found))
    wrong = None if wish.plot is None else plot.save(report.picture(found), wish.plot)
    return 0 if wrong is None else fail(wrong)


# ------------------------------------------------------------------------------ what was asked


def _wish(asked: argparse.Namespace) -> _Wish:
    policies = _policies(asked.policy)
    capacity = None if asked.capacity is None else _whole("--capacity", asked.capacity)
    if asked.plot is not None:
        _check_plot(asked.plot)
    changes = read_changes(asked.desk, asked.move, has_second_greeter=asked.second_greeter)
    if isinstance(changes, BadChange):
        raise _Wrong(changes.sentence)
    days, about = _sessions(asked)
    after = changed(days, changes) if changes else ()
    if isinstance(after, BadChange):
        raise _Wrong(after.sentence)
    assumed = ASSUMED if asked.files else ""
    return _Wish(days, about, assumed, policies, changes, after, capacity, asked.plot)


def _policies(names: Sequence[str] | None) -> tuple[str, ...]:
    """Give the policies in the order asked for, ours last: the others are held against it."""
    wanted = dict.fromkeys(names or USUAL)
    for name in wanted:
        if name not in POLICIES:
            raise _Wrong(f"There is no policy {name!r}. There are: {', '.join(POLICIES)}.")
    return tuple(sorted(wanted, key=lambda name: name == OURS))


def _whole(option: str, text: str, least: int = 1, most: int = MOST_DAYS) -> int:
    is_number = text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20
    if not is_number or not least <= int(text) <= most:
        raise _Wrong(f"{option} is a whole number from {least} to {most}, not {text!r}.")
    return int(text)


def _check_plot(path: Path) -> None:
    if path.suffix.lower() not in plot.KINDS:
        raise _Wrong(f"--plot makes {', '.join(plot.KINDS)}; {path.name!r} is none of them.")
    if not path.absolute().parent.is_dir():
        raise _Wrong(f"There is no folder {path.parent} for the picture.")
    if importlib.util.find_spec("matplotlib") is None:
        raise _Wrong(plot.MISSING)


def _sessions(asked: argparse.Namespace) -> tuple[tuple[Instance, ...], str]:
    """Give the sessions to live, and where they come from."""
    sources = [bool(asked.files), asked.generate is not None, asked.instances is not None]
    if sum(sources) != 1:
        raise _Wrong("Name recorded days, or use --generate, or --instances: one of the three.")
    if asked.generate is None and (asked.days is not None or asked.seed is not None):
        raise _Wrong("--days and --seed go with --generate.")
    if asked.generate is not None:
        return _made_up(asked)
    if asked.instances is not None:
        days = tuple(_read_instances(asked.instances))
        if not days:
            raise _Wrong(f"{asked.instances} holds no session.")
        return days, f"{_count(days)} from {asked.instances.name}"
    return _recorded(asked.files)


def _count(days: Sequence[object]) -> str:
    return "1 session" if len(days) == 1 else f"{len(days)} sessions"


def _made_up(asked: argparse.Namespace) -> tuple[tuple[Instance, ...], str]:
    if asked.generate not in WORLDS:
        raise _Wrong(f"--generate is {', '.join(WORLDS)}; not {asked.generate!r}.")
    count = DAYS if asked.days is None else _whole("--days", asked.days)
    most = 2**53
    first = SEED if asked.seed is None else _whole("--seed", asked.seed, -most, most)
    days = tuple(generate(asked.generate, seed) for seed in range(first, first + count))
    seeds = f"seed {first}" if count == 1 else f"seeds {first} to {first + count - 1}"
    return days, f"{_count(days)} made up, {asked.generate}, {seeds}"


def _read_instances(path: Path) -> Iterator[Instance]:
    for one in read_instances(path):
        if isinstance(one, BadInstance):
            raise _Wrong(one.sentence)
        yield one


def _recorded(files: Sequence[Path]) -> tuple[tuple[Instance, ...], str]:
    pack = load_pack(pack_folder())
    if isinstance(pack, Unopened):
        raise _Wrong(str(pack))
    days: list[RecordedDay] = []
    for path in files:
        day = read_day(path, pack)
        if isinstance(day, BadDay):
            raise _Wrong(day.sentence)
        days.append(day)
    kind = "recorded session" if len(days) == 1 else "recorded sessions"
    return recorded.instances_of(days, pack), f"{len(days)} {kind}"


# ------------------------------------------------------------------------------- how it goes


def _live_all(wish: _Wish, *, is_to_foresee: bool) -> Found:
    times = len(wish.policies) + is_to_foresee
    rounds = len(wish.days) * times + len(wish.changed)
    with tqdm(total=rounds, unit="session", disable=None, leave=False) as bar:
        by_policy = {name: _live(wish.days, name, wish, bar) for name in wish.policies}
        tried = None
        if wish.changes:
            tried = Tried(wish.changes, _live(wish.changed, wish.policies[-1], wish, bar))
        eta = _foresee(wish.days, bar) if is_to_foresee else None
    return Found(wish.about, by_policy, tried, wish.capacity, eta, wish.assumed)


def _live(days: Sequence[Instance], policy: str, wish: _Wish, bar: "tqdm[Any]") -> Lived:
    bar.set_description(policy)
    found: list[Metrics] = []
    flows: list[Flow] = []
    decisions: list[float] = []
    for instance in days:
        watcher = Watcher()
        day = live(instance, policy, watch=watcher, clock=time.perf_counter)
        found.append(metrics(day))
        flows.append(flow_of(day, watcher, wish.capacity))
        decisions.extend(day.decisions)
        bar.update()
    return Lived(tuple(found), tuple(flows), tuple(decisions))


def _foresee(days: Sequence[Instance], bar: "tqdm[Any]") -> Forecasts:
    bar.set_description("forecasts")
    answers: list[Answer] = []
    for instance in days:
        answers += foresee([instance])
        bar.update()
    return summary(answers)
