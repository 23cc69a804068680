"""The calm truth about what has gone to the centre, as one frozen value every screen can show."""

from collections.abc import Iterable
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
    NO_ROOM = "no_room"
    KEPT_HERE = "kept_here"
    WAITING = "waiting"
    ALL_HERE = "all_here"
    NOTHING_YET = "nothing_yet"


class Why(StrEnum):
    """Why visits are still here: what the step of the ladder that was tried last said."""

    NOT_OVER = "not_over"
    TOO_FEW = "too_few"
    GIVES_AWAY = "gives_away"
    NOT_NAMED = "not_named"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind of record: the visits that have one, and where they are; it always adds up.

    `sent`: wholly left. `held`: still here, at least in part. `destroyed`: their time was over.
    """

    kind: str
    visits: int
    sent: int
    held: int
    destroyed: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every visit is in one place and in one only."""
        return self.visits == self.sent + self.held + self.destroyed


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Visits of one kind that are held for one reason; each visit of a kind is in one line only.

    `until` is the last day (2026-11-30) of the next period whose end may let them go; None when
    none will any more. `waits_for`: that period is past, and the session of this day keeps it open
    because nobody has signed it off.
    """

    kind: str
    why: Why
    visits: int
    until: str | None
    waits_for: str | None = None


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the courier knows: batches waiting and refused, visits held, and when all had arrived.

    `settled` counts the batches the centre has; `settled_at` is wall milliseconds of the last
    receipt since the start, None before it. `lines` say per kind of record where its visits are,
    `held_lines` why some are still here. `late` counts families that came to light after the count
    of their session had gone, `taken_back` visits it holds that were taken back since;
    `quarantined` batches the centre keeps until somebody there has looked; `undestroyed` sessions
    that should be destroyed by now, for which there is no room. `unknown_key` is this tablet’s
    public key where the centre said last that it does not know it, else empty.
    """

    reach: Reach = Reach.NO_CENTRE
    waiting: int = 0
    refused: int = 0
    held: int = 0
    settled_at: int | None = None
    settled: int = 0
    lines: tuple[KindLine, ...] = ()
    held_lines: tuple[HeldLine, ...] = ()
    late: int = 0
    quarantined: int = 0
    undestroyed: int = 0
    taken_back: int = 0
    unknown_key: str = ""

    @property
    def may_carry(self) -> bool:
        """Whether something waits that cannot go by itself now, so that somebody may carry it."""
        return bool(self.waiting) and self.reach is not Reach.REACHED


@dataclass(frozen=True, slots=True)
class Chip:
    """What the chip shows: a kind, the number it speaks of, a moment, and how many are held."""

    kind: ChipKind
    count: int = 0
    at: int | None = None
    held: int = 0


def chip(status: SyncStatus) -> Chip:
    """Give the one thing to say. Never *all here* while anything waits or was refused."""
    not_taken = status.refused + status.quarantined
    if not_taken:
        return Chip(ChipKind.REFUSED, not_taken, None, status.held)
    if status.undestroyed:
        return Chip(ChipKind.NO_ROOM, 0, None, status.held)
    if status.waiting:
        is_cut = status.reach in (Reach.UNREACHABLE, Reach.NO_CENTRE)
        kind = ChipKind.KEPT_HERE if is_cut else ChipKind.WAITING
        return Chip(kind, status.waiting, None, status.held)
    if status.settled_at is not None or status.settled:
        return Chip(ChipKind.ALL_HERE, 0, status.settled_at, status.held)
    return Chip(ChipKind.NOTHING_YET, 0, None, status.held)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of record as a screen shows it: its line, and why some of its visits are held."""

    line: KindLine
    held: tuple[HeldLine, ...] = ()


def kind_rows(lines: Iterable[KindLine], held: Iterable[HeldLine]) -> tuple[KindRow, ...]:
    """Give the kinds that any visit has, those first of which something is still here.

    The reasons of a kind come in the order in which they end; those that never will come last.
    """
    reasons = sorted(held, key=lambda each: (each.until is None, each.until or "", each.why))
    rows = [
        KindRow(line, tuple(each for each in reasons if each.kind == line.kind and each.visits))
        for line in lines
        if line.visits
    ]
    return tuple(sorted(rows, key=lambda row: not (row.line.held or row.line.destroyed)))
