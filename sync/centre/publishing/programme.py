"""What a reader can work out: which true counts fit everything that is known about them."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from sync.centre.publishing.rounding import POSSIBLE_MIN

Name = Hashable  # of an unknown: a true count

_SOLVED: Final = 0
_CANNOT_BE: Final = 2  # scipy.optimize.milp: “problem is infeasible”


@dataclass(frozen=True)
class Figure:
    """Something known about a sum: `low` ≤ the sum of sign × count ≤ `high`."""

    terms: tuple[tuple[Name, int], ...]
    low: float
    high: float


@dataclass(frozen=True)
class Known:
    """All that is known: the least and the most of each unknown, and figures about sums."""

    bounds: Mapping[Name, tuple[int, int]]
    figures: tuple[Figure, ...] = ()


def too_narrow(
    known: Known, protected: Iterable[Name], about: Iterable[Name]
) -> Mapping[Name, frozenset[int]]:
    """Give the protected counts that keep fewer than five possible values, and those values.

    Only what hangs together with one of those it is asked about is looked at. Exact, whatever the
    figures: a value counts only when whole counts were found, for everything that hangs together
    with it, that agree with all that is known.
    """
    asked, here = frozenset(about), frozenset(protected)
    found: dict[Name, frozenset[int]] = {}
    for part in _parts(known):
        if not asked.isdisjoint(part.bounds):
            found.update(_possible_in(part, here, POSSIBLE_MIN))
    return {name: values for name, values in found.items() if len(values) < POSSIBLE_MIN}


def _possible_in(
    part: Known, protected: frozenset[Name], enough: float
) -> Mapping[Name, frozenset[int]]:
    """Give the values each protected count may have; no more than `enough` are looked for."""
    here = sorted(protected & part.bounds.keys(), key=repr)
    if not here or not part.figures:
        return {name: _between(*part.bounds[name]) for name in here}
    programme = _Programme(part)
    seen: dict[Name, set[int]] = {name: set() for name in here}
    least = min(part.bounds[name][0] for name in here)
    most = max(part.bounds[name][1] for name in here)
    for value in range(least, most + 1):
        may = [name for name in here if _is_open(part, name, value, seen[name], enough)]
        for name in programme.all_that_can_be(value, may):
            seen[name].add(value)
    return {name: frozenset(values) for name, values in seen.items()}


def _is_open(part: Known, name: Name, value: int, seen: set[int], enough: float) -> bool:
    low, high = part.bounds[name]
    return low <= value <= high and len(seen) < enough


def _between(low: int, high: int) -> frozenset[int]:
    return frozenset(range(low, high + 1))


def _parts(known: Known) -> Iterable[Known]:
    """Take apart what has nothing to do with each other: no figure speaks of both."""
    above: dict[Name, Name] = {name: name for name in known.bounds}

    def top(name: Name) -> Name:
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for figure in known.figures:
        first = top(figure.terms[0][0])
        for name, _ in figure.terms[1:]:
            above[top(name)] = first
    bounds: dict[Name, dict[Name, tuple[int, int]]] = defaultdict(dict)
    figures: dict[Name, list[Figure]] = defaultdict(list)
    for name, both in known.bounds.items():
        bounds[top(name)][name] = both
    for figure in known.figures:
        figures[top(figure.terms[0][0])].append(figure)
    for name, within in bounds.items():
        yield Known(within, tuple(figures[name]))


class _Programme:
    """An integer programme over one part of what is known."""

    def __init__(self, part: Known) -> None:
        # Loaded when first asked: it takes a second, and most of what a centre does is no audit.
        numpy: Any = import_module("numpy")
        sparse: Any = import_module("scipy.sparse")
        self._optimize: Any = import_module("scipy.optimize")
        self._at = {name: i for i, name in enumerate(part.bounds)}
        self._low = numpy.array([low for low, _ in part.bounds.values()], dtype=float)
        self._high = numpy.array([high for _, high in part.bounds.values()], dtype=float)
        terms = [
            (row, self._at[name], sign)
            for row, figure in enumerate(part.figures)
            for name, sign in figure.terms
        ]
        rows, columns, signs = zip(*terms, strict=True)
        shape = (len(part.figures), len(part.bounds))
        self._figures = self._optimize.LinearConstraint(
            sparse.csr_array((signs, (rows, columns)), shape=shape),
            [figure.low for figure in part.figures],
            [figure.high for figure in part.figures],
        )

    def all_that_can_be(self, value: int, names: Sequence[Name]) -> Sequence[Name]:
        """Give those of the names that may have this value.

        All at once is tried first, then halves: one answer then speaks for many.
        """
        if not names:
            return ()
        if self._can_be(value, names):
            return names
        if len(names) == 1:
            return ()
        half = len(names) // 2
        return (
            *self.all_that_can_be(value, names[:half]),
            *self.all_that_can_be(value, names[half:]),
        )

    def _can_be(self, value: int, names: Sequence[Name]) -> bool:
        low, high = self._low.copy(), self._high.copy()
        fixed = [self._at[name] for name in names]
        low[fixed] = high[fixed] = value
        answer = self._optimize.milp(
            c=[0] * len(low),
            integrality=[1] * len(low),
            bounds=self._optimize.Bounds(low, high),
            constraints=self._figures,
        )
        if answer.status not in (_SOLVED, _CANNOT_BE):
            raise ArithmeticError(f"the audit got no answer: {answer.message}")
        return bool(answer.status == _SOLVED)
