"""What comes of a receipt that somebody brought back from the centre by hand."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Brought:
    """A receipt was read: how many batches have arrived, how many the centre did not take.

    `missing` counts the parts of the receipt that were not brought yet.
    """

    arrived: int = 0
    not_taken: int = 0
    missing: int = 0


class Unread(StrEnum):
    """Why nothing came of what was brought."""

    NO_RECEIPT = "no_receipt"  # it is some other text, or only a piece of one
    OTHER_HUB = "other_hub"  # it speaks of no batch of this hub
    NO_ROOM = "no_room"  # the disk is full: to be brought again


def shown_at(at: int, turns: int, pictures: int) -> int:
    """Give which of a series of pictures is shown, from 0, after so many turns from `at`."""
    return (at + turns) % pictures if pictures else 0
