"""What a seed has in store: how many tablets, which lines, and what goes wrong how often."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Plan:
    """One run. `trouble` gives how likely each fault is; what is not there does not happen.

    `may_force`: people may let a cut-off tablet decide on calls. `is_rough`: lines lose, reorder
    and double what is said. `edges`: "mesh", "chain" or "star".
    """

    tablets: int
    late: int
    seconds: float
    edges: str
    trouble: dict[str, float]
    may_force: bool
    is_rough: bool
    is_slow: bool
    is_opened_first: bool
    marks_are_lost: bool
    taps: float = 4.0  # a second
    tick: float = 0.25  # seconds

    @property
    def is_strict(self) -> bool:
        """Whether no two families may ever be promised to one desk, or two desks one family."""
        return not self.may_force and "restore" not in self.trouble


_FAULTS = {
    "crash": 3.0, "alone": 2.0, "quit": 1.0, "cut": 4.0, "partition": 3.0, "one_way": 1.0,
    "clock": 2.0, "clone": 0.6, "restore": 0.8, "remove": 0.7, "full": 0.7, "reopen": 0.5,
}  # fmt: skip
_SCARCE = {"clone", "restore", "remove", "reopen"}


def dire(seed: int, **trouble: float) -> Plan:
    """Give four tablets a busy and long session with nothing but this trouble."""
    return Plan(
        tablets=4,
        late=0,
        seconds=30.0,
        edges="mesh",
        trouble=trouble,
        may_force=False,
        is_rough=False,
        is_slow=False,
        is_opened_first=bool(seed % 2),
        marks_are_lost=False,
        taps=8.0,
    )


def plan_of(chance: Random) -> Plan:
    """Draw what a run has in store."""
    tablets = chance.choice((2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 8))
    calm = chance.random() < 0.06
    trouble = {
        fault: often
        for fault, often in _FAULTS.items()
        if not calm and chance.random() < (0.25 if fault in _SCARCE else 0.6)
    }
    is_short = tablets > 5
    return Plan(
        tablets=tablets,
        late=chance.choice((0, 0, 0, 1)) if tablets > 2 else 0,
        seconds=chance.uniform(8, 14)
        if is_short
        else chance.choice((10.0, 12.0, 15.0, 15.0, 20.0, 20.0, 25.0, 45.0)),
        edges=chance.choice(("mesh",) * 6 + ("chain", "star")),
        trouble=trouble,
        may_force=chance.random() < 0.4,
        is_rough=chance.random() < 0.15,
        is_slow=chance.random() < 0.15,
        is_opened_first=chance.random() < 0.3,
        marks_are_lost=chance.random() < 0.25,
        taps=chance.choice((3.0, 6.0, 8.0)),
        tick=0.5 if is_short else 0.25,
    )
