"""What was promised to whom: calls that were answered, and the facts that ended them."""

import json
from collections.abc import Callable, Sequence

ENDS = frozenset(
    ("no_show", "held", "finished", "handover_offered", "left", "visit_closed", "undone")
)


class Claims:
    """Every call a desk was told of. Without forced take-overs no two of one family may stand."""

    def __init__(self, fail: Callable[[str], None]) -> None:
        self._fail = fail
        self._written: dict[str, list[tuple[str, str]]] = {}  # of a visit: (kind, desk) as written
        self._told: list[tuple[str, str, int]] = []  # visit, desk, place of the call in the above
        self.told = 0

    def wrote(self, row: Sequence) -> None:
        """Take notice of a fact, wherever it was written."""
        visit, kind = row[5], row[6]
        if visit is not None and (kind == "called" or kind in ENDS):
            desk = json.loads(row[8]).get("desk", "")
            self._written.setdefault(visit, []).append((kind, desk))

    def tell(self, desk: str, visit: str) -> None:
        """Take notice that a desk was told: this family is yours."""
        self.told += 1
        written = self._written[visit]
        place = max(i for i, each in enumerate(written) if each == ("called", desk))
        if self._is_over(visit, place):
            return
        for other in self._told:
            if self._is_over(other[0], other[2]) or (other[0], other[1]) == (visit, desk):
                continue
            if other[0] == visit:
                self._fail(f"family {visit} was promised to desk {other[1]} and to {desk}")
            if other[1] == desk:
                self._fail(f"desk {desk} was promised family {other[0]} and {visit}")
        self._told = [each for each in self._told if not self._is_over(each[0], each[2])]
        self._told.append((visit, desk, place))

    def _is_over(self, visit: str, place: int) -> bool:
        return any(kind in ENDS for kind, _ in self._written[visit][place + 1 :])
