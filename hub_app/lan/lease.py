"""What a lease is made of: promises and their lengths, grants and how many make a majority."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from hub_app.lan.messages import Config, Term, Vector

PROMISE_SECONDS = 3.0  # for so long a voter grants to nobody else, by its own clock
LEASE_SECONDS = 2.7  # what the keeper makes of it, from when it asked: clocks differ in their rates
RENEW_SECONDS = 1.0
RETRY_SECONDS = 0.5
BID_SECONDS = 1.75  # shorter than a promise: who does not win makes room
TURN_SECONDS = 0.3  # the members' turns to stand, so that two seldom do so at once
AWAY_SECONDS = 30.0  # without a line for so long, a member is dropped
LEFT_SECONDS = 10.0  # who said goodbye is not taken up again at once
NOBODY_SECONDS = 5.0
WISH_SECONDS, LATE_SECONDS = 12.0, 6.0

NOWHERE: Final = Config((0, ""), 0, ())  # lower than any that was ever made


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives a restart: the config, and the highest term anything was promised in."""

    config: Config
    highest: Term


NEVER: Final = Kept(NOWHERE, (0, ""))


@dataclass(frozen=True, slots=True)
class Grant:
    """A promise made to us; `had` is what the voter held when it began, `vector` what it holds."""

    term: Term
    sent: float
    config_id: tuple[Term, int]
    had: Vector
    vector: Vector

    def is_live(self, now: float) -> bool:
        """Say whether the voter is bound for certain: counted from when it was asked."""
        return now < self.sent + LEASE_SECONDS


@dataclass(frozen=True, slots=True)
class Bid:
    """A candidate's try in a fresh term, for the lease of `config`."""

    term: Term
    config: Config
    until: float


Grants = Mapping[str, Grant]


def has_all(vector: Vector, other: Vector) -> bool:
    """Say whether `vector` holds all that `other` does."""
    return all(vector.get(origin, 0) >= n for origin, n in other.items())


def is_majority(some: Collection[str], members: Collection[str]) -> bool:
    """Say whether more than half of the members are among `some`."""
    return len(frozenset(some) & frozenset(members)) * 2 > len(members)


def lease_until(grants: Grants, members: Collection[str]) -> float:
    """Give until when a majority of the members is bound; long past if none ever was."""
    sent = sorted((g.sent for voter, g in grants.items() if voter in members), reverse=True)
    need = len(members) // 2 + 1
    return sent[need - 1] + LEASE_SECONDS if len(sent) >= need else float("-inf")
