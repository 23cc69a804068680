"""What a row must not give away: whether each fact has others beside it, by rows alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sync.codes import ALPHA, L_MIN, PERIOD_FIELDS, SENSITIVE, Step
from sync.values import Row

_PLACE_OR_TIME: Final = frozenset({*PERIOD_FIELDS, "half_day", "visit_type"})  # not facts to learn


@lru_cache(maxsize=1024)
def learnable(step: Step) -> tuple[int, ...]:
    """Say where in a step the facts stand that the rest of the row must not give away.

    That is each of several facts; and of one fact on its own, when it is sensitive, for that
    the rest of the row is who came, which anybody in the hall could see.
    """
    facts = tuple(i for i, name in enumerate(step) if name not in _PLACE_OR_TIME)
    return facts if len(facts) > 1 or SENSITIVE & {step[i] for i in facts} else ()


def is_diverse(counts: Sequence[int]) -> bool:
    """Say whether no answer stands out: there are two or more, none with over 80 % of them all."""
    return len(counts) >= L_MIN and max(counts) <= ALPHA * sum(counts)


@dataclass(frozen=True)
class Company:
    """How far the rest of a row gives one fact of a step away, in the worst case of its rows.

    `at` is where the fact stands in the step; `share` is of the answer that stands out most, and
    `values` the fewest answers.
    """

    step: Step
    at: int
    share: float
    values: int
    is_enough: bool


def by_step(rows: Iterable[Row]) -> Mapping[Step, list[Row]]:
    """Sort rows of one kind by the names of their facts."""
    found: dict[Step, list[Row]] = defaultdict(list)
    for row in rows:
        names, _ = zip(*row.facts, strict=True)
        found[names].append(row)
    return found


def companies(step: Step, rows: Iterable[Row]) -> Iterator[Company]:
    """Measure, over rows of one kind and step, every fact that must not be given away."""
    known = tuple(rows)
    for at in learnable(step):
        families = _families(at, known)
        yield Company(
            step,
            at,
            share=max(max(family) / sum(family) for family in families),
            values=min(map(len, families)),
            is_enough=all(map(is_diverse, families)),
        )


def _families(at: int, rows: Iterable[Row]) -> Collection[Sequence[int]]:
    """Give how many each row counts of those that only the fact at that place tells apart."""
    found: dict[object, list[int]] = defaultdict(list)
    for _, facts, n in rows:
        found[facts[:at] + facts[at + 1 :]].append(n)
    return found.values()


def alone(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Give every kind and fact that rows, which hold all there is of each kind, give away.

    That is all of the gate’s rule that can be seen in rows: by what visits they are of, only the
    hub can judge. What the gate lets go passes it, and so does all of a period together, and all
    that two revisions differ by: where no answer has over 80 % of two sets, it has not of both.
    """
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    for kind, here in kinds.items():
        for step, known in by_step(here).items():
            for at in learnable(step):
                if not all(map(is_diverse, _families(at, known))):
                    yield kind, step[at]
