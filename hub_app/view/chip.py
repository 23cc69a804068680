"""The calm truth about what has gone to the centre, as one frozen value every screen can show."""

from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """What we know of the line to the centre."""

    NO_CENTRE = "no_centre"
    UNTRIED = "untried"
    REACHED = "reached"
    UNREACHABLE = "unreachable"


class ChipKind(StrEnum):
    """What the chip says, in order of what matters most to the person who reads it."""

    REFUSED = "refused"
    KEPT_HERE = "kept_here"
    WAITING = "waiting"
    ALL_HERE = "all_here"
    NOTHING_YET = "nothing_yet"
    LEAVES_ELSEWHERE = "leaves_elsewhere"


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind of record: the visits that have one, how many have wholly left, how many wait."""

    kind: str
    visits: int
    sent: int
    held: int


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the courier knows: batches waiting and refused, visits held, and when all had arrived.

    `settled` counts the batches the centre has; `settled_at` is wall milliseconds of the last
    receipt since the start, None before it. `lines` say per kind of record what has left. `sender`
    names the tablet that sends for all, where that is another one: what has gone only it knows.
    """

    reach: Reach = Reach.NO_CENTRE
    waiting: int = 0
    refused: int = 0
    held: int = 0
    settled_at: int | None = None
    settled: int = 0
    lines: tuple[KindLine, ...] = ()
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """What the chip shows: a kind, the number it speaks of, a moment, and how many are held."""

    kind: ChipKind
    count: int = 0
    at: int | None = None
    held: int = 0


def chip(status: SyncStatus) -> Chip:
    """Give the one thing to say. Never *all here* while anything waits or was refused."""
    if status.refused:
        return Chip(ChipKind.REFUSED, status.refused, None, status.held)
    if status.waiting:
        is_cut = status.reach in (Reach.UNREACHABLE, Reach.NO_CENTRE)
        kind = ChipKind.KEPT_HERE if is_cut else ChipKind.WAITING
        return Chip(kind, status.waiting, None, status.held)
    if status.sender:
        return Chip(ChipKind.LEAVES_ELSEWHERE)
    if status.settled_at is not None or status.settled:
        return Chip(ChipKind.ALL_HERE, 0, status.settled_at, status.held)
    return Chip(ChipKind.NOTHING_YET, 0, None, status.held)
