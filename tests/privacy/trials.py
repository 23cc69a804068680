"""The seeds of the intruder test, and everything measured of one of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from tests.privacy.bar import Findings, attacked
from tests.privacy.beyond import Share, by_common_codes, by_elimination
from tests.privacy.controls import CONTROLS
from tests.privacy.families import Come, Hubs, made_up
from tests.privacy.letting_go import (
    Look,
    additions,
    after_every_month,
    after_every_session,
    known_late,
    let_go,
    quarter_alone,
    shelved,
)
from tests.privacy.shelves import Visits

VISITS = 10_000
SMALL = Hubs(hubs=1, weeks=10, visits=420)  # for the quick tests
TRIALS: Mapping[int, Hubs] = {
    1: Hubs(hubs=2, weeks=52, visits=VISITS),
    2: Hubs(hubs=8, weeks=52, visits=VISITS),
    3: Hubs(hubs=6, weeks=13, visits=VISITS),
    4: Hubs(hubs=1, weeks=52, visits=VISITS, weekly=2),
    5: Hubs(hubs=4, weeks=52, visits=VISITS),
    6: Hubs(hubs=3, weeks=26, visits=VISITS),
}
CONTROL_VISITS = 700
LATE = 0.25  # the share of sessions of which a tablet was found only days or weeks later


class Trial(NamedTuple):
    """Made-up visits, and what the gate let go of them, run by run."""

    comes: Sequence[Come]
    visits: Visits
    looks: Sequence[Look]


class Beyond(NamedTuple):
    """What attacks come to that ask for more than an attacker can have."""

    ruling_out: Share
    elimination: Share
    common_codes: Share


@lru_cache(maxsize=1)
def trial(seed: int) -> Trial:
    """Make a seed’s visits and let them go month by month, some of them late."""
    comes = made_up(seed, TRIALS[seed])
    looks = let_go(comes, after_every_month(comes), known_late(comes, seed, LATE))
    return Trial(comes, Visits({come.visit: come for come in comes}), looks)


@cache
def late_hall() -> Mapping[str, date]:
    """Say from when each visit of the small hall is known."""
    return known_late(made_up(7, SMALL), 7, 0.4)


@cache
def small_hall(*, late: bool) -> Trial:
    """Make a small hall whose tablet looks after every session, without late visits or with."""
    comes = made_up(7, SMALL)
    looks = let_go(comes, after_every_session(comes), late_hall() if late else None)
    return Trial(comes, Visits({come.visit: come for come in comes}), looks)


@lru_cache(maxsize=1)
def findings(seed: int) -> Findings:
    _, visits, looks = trial(seed)
    return attacked(shelved(looks, visits), visits)


def of_additions(seed: int) -> list[Findings]:
    """Attack every difference of two revisions as if it were all that ever left."""
    _, visits, looks = trial(seed)
    return [attacked(shelves, visits) for shelves in additions(looks, visits)]


def of_control(seed: int, name: str) -> Findings:
    """Attack a control on a quarter of some families of one hub: enough to see it fail."""
    comes, visits, _ = trial(seed)
    here = [come for come in quarter_alone(comes, "2025-Q4") if come.hub == "H1"]
    control, _ = CONTROLS[name]
    return attacked(control(here[:CONTROL_VISITS], visits), visits)


def beyond(seed: int) -> Beyond:
    _, visits, looks = trial(seed)
    ruled = findings(seed).together(ruling_out=True)
    return Beyond(
        Share(ruled.learnt.total(), ruled.n),
        by_elimination(looks, visits),
        by_common_codes(looks),
    )
