"""What was promised to whom: calls that were answered, and the facts that ended them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ENDS = frozenset(
    ("no_show", "held", "finished", "handover_offered", "left", "visit_closed", "undone")
)
SITS = frozenset(("started", "handover_received"))


@dataclass(frozen=True)
class Called:
    """A call as it was written, and what its writer then knew."""

    session: str
    visit: str
    desk: str
    known: Mapping[str, int]


class Claims:
    """Every call a desk was told of. Without forced take-overs no two of one family may stand."""

    def __init__(self, fail: Callable[[str], None]) -> None:
        self._fail = fail
        self._calls: dict[tuple[str, str], Called] = {}  # the last of each visit and desk
        self._ends: dict[str, list[tuple[str, int, str]]] = {}  # of a visit: origin, n, but not for
        self._told: list[Called] = []

    def wrote(self, row: Sequence, known: Mapping[str, int]) -> None:
        """Take notice of a fact, wherever it was written, by somebody who knew all this."""
        origin, n, visit, kind = row[0], row[1], row[5], row[6]
        if kind == "called":
            desk = json.loads(row[8])["desk"]
            self._calls[visit, desk] = Called(row[4], visit, desk, {**known, origin: n})
        elif kind in ENDS and visit is not None:
            self._ends.setdefault(visit, []).append((origin, n, ""))
        elif kind in SITS and visit is not None:  # cut off: the earlier start wins
            desk = json.loads(row[8])["desk"]
            self._ends.setdefault(visit, []).append((origin, n, desk))

    def tell(self, desk: str, visit: str) -> None:
        """Take notice that a desk was told: this family is yours."""
        call = self._calls[visit, desk]
        self._told = [each for each in self._told if not self._is_over(each)]
        if self._is_over(call):
            return
        for other in (each for each in self._told if each.session == call.session):
            if other.visit == visit and other.desk != desk:
                self._fail(f"family {visit} was promised to desk {other.desk} and to {desk}")
            if other.desk == desk and other.visit != visit:
                self._fail(f"desk {desk} was promised family {other.visit} and {visit}")
        self._told.append(call)

    def _is_over(self, call: Called) -> bool:
        """Say whether something ended it that whoever called did not know of."""
        ends = self._ends.get(call.visit, ())
        return any(n > call.known.get(origin, 0) and desk != call.desk for origin, n, desk in ends)
