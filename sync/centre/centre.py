"""What every address and command of one running centre works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync.centre.limits import Limits
from sync.centre.metrics import Metrics
from sync.centre.people import Cost
from sync.centre.store import Store


@dataclass(frozen=True)
class Machine:
    """What a centre is handed of the machine it runs on.

    `now` gives an aware time in the zone to show, `seconds` a clock that is never set back,
    `chance` that many bytes nobody can guess. `is_alone`: nobody but this machine can ask.
    """

    now: Callable[[], datetime]
    seconds: Callable[[], float]
    chance: Callable[[int], bytes]
    is_alone: bool


@dataclass(frozen=True)
class Centre:
    """One running centre."""

    store: Store
    machine: Machine
    limits: Limits
    metrics: Metrics
    cost: Cost  # of working out a passphrase’s hash

    def now_ms(self) -> int:
        """Give the time in milliseconds since 1970."""
        return round(self.machine.now().timestamp() * 1000)
