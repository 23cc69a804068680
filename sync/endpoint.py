"""The line to the centre: a batch goes out; a receipt, or nothing to rely on, comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from sync.envelope import Envelope, Signed
from sync.manifest import Differences
from sync.record import Reason

BATCHES: Final = "/v1/batches"
SEVERAL: Final = "/v1/batches/several"
MANIFESTS: Final = "/v1/manifest"
HUB: Final = "hub"  # a header: the council’s code and the hub’s, as S12000042/H2
KEY: Final = "hub-key"  # the id of the tablet’s key
SIGNATURE: Final = "hub-signature"  # base64, of the bytes as they travel


class Result(StrEnum):
    """What the centre did with a batch.

    Quarantined: it could not read it, and keeps it until a person has looked.
    """

    COUNTED = "counted"
    ALREADY_COUNTED = "already_counted"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Receipt:
    """The centre’s answer by id; it has no id when it could not read what came."""

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
    """The centre does not know this hub or this key (401 or 403): a person must see to it."""


Answer = Receipt | Unreachable | NotAllowed
ManifestAnswer = Differences | Unreachable | NotAllowed


class Endpoint(Protocol):
    """Anything that can carry signed batches to the centre and bring back its answer."""

    async def deliver(self, envelope: Envelope) -> Answer:
        """Offer one batch once; never raises for what the line or the centre may do."""
        ...

    async def deliver_several(self, envelopes: Sequence[Envelope]) -> tuple[Receipt, ...]:
        """Offer batches of one hub once, all together; gives the receipts that came back.

        Of a batch without a receipt nothing is known: it is to be offered alone.
        """
        ...

    async def tell(self, manifest: Signed) -> ManifestAnswer:
        """Say once what this hub has, packed and signed; never raises for what the line may do."""
        ...
