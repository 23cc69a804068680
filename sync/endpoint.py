"""The line to the centre: a batch goes out; a receipt, or nothing to rely on, comes back."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sync.record import Reason, Sealed


class Result(StrEnum):
    """What the centre did with a batch."""

    COUNTED = "counted"
    ALREADY_COUNTED = "already_counted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Receipt:
    """The centre’s answer by id; it has no id when it refused what it could not read."""

    batch_id: str | None
    result: Result
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Unreachable:
    """We know nothing: the batch may or may not have been counted, so it is offered again.

    `retry_after` is the pause in seconds the other end asked for; `is_answered` says there was
    an answer, but not one about this batch that we can rely on.
    """

    retry_after: float | None = None
    is_answered: bool = False


@dataclass(frozen=True)
class NotAllowed:
    """The centre does not know this hub (401 or 403): a person must see to it; all is kept."""


Answer = Receipt | Unreachable | NotAllowed


class Endpoint(Protocol):
    """Anything that can carry a sealed batch to the centre and bring back its answer."""

    async def deliver(self, sealed: Sealed) -> Answer:
        """Offer one batch once; never raises for what the line or the centre may do."""
        ...
