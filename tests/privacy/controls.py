"""Five ways to let visits go that must each miss the bar, so that we know the bar can be missed."""

from collections.abc import Callable, Mapping, Sequence

import pytest

import sync.alike
import sync.company
import sync.gate
from tests.privacy.families import Come
from tests.privacy.letting_go import after_every_month, let_go, shelved
from tests.privacy.shelves import FLAGS, Shelf, Visits, joined, raw

Control = Callable[[Sequence[Come], Visits], list[Shelf]]


def hashed_ids(comes: Sequence[Come], visits: Visits) -> list[Shelf]:
    """Whole rows, the name made a number that is the same every time."""
    return joined(comes, tuple(raw(comes[0])), visits)


def no_ids(comes: Sequence[Come], visits: Visits) -> list[Shelf]:
    """Whole rows without that number and without a postcode."""
    names = [name for name in raw(comes[0]) if name not in {"person", "postcode"}]
    return joined(comes, names, visits)


def month_and_flags(comes: Sequence[Come], visits: Visits) -> list[Shelf]:
    """The month, the six ticks and the needs on one row."""
    return joined(comes, [*(f"is_{flag}" for flag in FLAGS), "need"], visits, by_month=True)


def two_people(comes: Sequence[Come], visits: Visits) -> list[Shelf]:
    """Our own gate, content with two people."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync.gate, "K_MIN", 2)
        return shelved(let_go(comes, after_every_month(comes)), visits)


def no_company(comes: Sequence[Come], visits: Visits) -> list[Shelf]:
    """Our own gate with five people, and no rule that a fact may not give another away."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync.alike, "ALPHA", 1.0)
        patch.setattr(sync.company, "ALPHA", 1.0)
        patch.setattr(sync.company, "L_MIN", 1)
        return shelved(let_go(comes, after_every_month(comes)), visits)


# each with what it must miss at the least
CONTROLS: Mapping[str, tuple[Control, frozenset[str]]] = {
    "raw rows with hashed ids": (
        hashed_ids,
        frozenset({"singletons", "people", "highest link", "mean link", "learnt", "traced"}),
    ),
    "ids and postcode removed": (
        no_ids,
        frozenset({"singletons", "people", "highest link", "mean link", "learnt", "traced"}),
    ),
    "month and six flags": (
        month_and_flags,
        frozenset({"singletons", "people", "highest link", "mean link", "learnt"}),
    ),
    "fragments at k=2": (two_people, frozenset({"people", "highest link"})),
    "k=5, diversity off": (no_company, frozenset({"learnt"})),
}
