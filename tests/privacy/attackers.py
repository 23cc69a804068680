"""Four who look for somebody they know: what each of them knows already, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from sync.record import VOCABULARY
from tests.privacy.families import Come
from tests.privacy.shelves import Codes

IN_PLAIN_SIGHT = frozenset({"lone", "minority", "baby", "three"})  # to who lives next door
AT_A_GLANCE = frozenset({"baby", "three"})  # to who sits in the same hall
ABOUT_FAMILIES = frozenset(
    {"group", "language", "area", "work", "referral", "visit_type", "postcode", "half_day"}
)
IN_THE_HALL = frozenset({"half_day", "wait_band", "service", "services", "language"})


class Talk(NamedTuple):
    """What was talked of at one desk: the first need, what came of it, why it was not met."""

    need: str
    result: str
    reason: str | None


class Sight(NamedTuple):
    """What is known of one row that is looked for: its codes, and which codes it cannot have."""

    known: Codes
    ruled_out: tuple[frozenset[str], ...]


# (what was talked of at one’s own desk, the name of a fact, its code) -> whether it is known
Knows = Callable[[Talk, str, str], bool]


@dataclass(frozen=True)
class Attacker:
    """Somebody who knows the hub, the day, and some facts of the visit they look for."""

    name: str
    knows: Knows
    hears: bool = False  # whether they sat at a desk themselves

    def sight(self, names: tuple[str, ...], codes: tuple[str, ...], talk: Talk) -> Sight:
        """Give what they know of a row; a code they would have known it by is ruled out."""
        return _sight(self, names, codes, talk)


@cache
def _sight(attacker: Attacker, names: tuple[str, ...], codes: tuple[str, ...], talk: Talk) -> Sight:
    known = tuple(
        code if attacker.knows(talk, name, code) else None
        for name, code in zip(names, codes, strict=True)
    )
    ruled_out = tuple(
        frozenset(code for code in VOCABULARY.get(name, ()) if attacker.knows(talk, name, code))
        if told is None
        else frozenset[str]()
        for name, told in zip(names, known, strict=True)
    )
    return Sight(known, ruled_out)


def talk_of(come: Come) -> Talk:
    need, result = come.told.needs[0]
    return Talk(need, result, dict(come.told.unmet).get(need))


def _neighbour(_talk: Talk, name: str, code: str) -> bool:
    if name == "group":
        return code in IN_PLAIN_SIGHT
    if name.startswith("is_"):
        return name.removeprefix("is_") in IN_PLAIN_SIGHT
    return name in {"area", "language", "work", "postcode"}


def _bystander(_talk: Talk, name: str, code: str) -> bool:
    if name == "group":
        return code in AT_A_GLANCE
    if name.startswith("is_"):
        return name.removeprefix("is_") in AT_A_GLANCE
    return name in IN_THE_HALL


def _ex_partner(_talk: Talk, name: str, _code: str) -> bool:
    return name in ABOUT_FAMILIES or name.startswith("is_")


def _adviser(talk: Talk, name: str, code: str) -> bool:
    if name == "group":
        return code in IN_PLAIN_SIGHT
    if name.startswith("is_"):
        return name.removeprefix("is_") in IN_PLAIN_SIGHT
    if name in {"need", "result", "reason"}:
        return code in talk
    return name in {"service", "services", "half_day", "language"}


ATTACKERS = (
    Attacker("neighbour", _neighbour),
    Attacker("bystander", _bystander),
    Attacker("ex-partner", _ex_partner),
    Attacker("adviser", _adviser, hears=True),
)
