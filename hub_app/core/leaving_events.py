"""The facts of what leaves: batches sealed for the whole hub, by whoever held the lease."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchVisits:
    """Which visits stand behind the rows that a seal added, in parts; never leaves the hub.

    `visits` is packed text. It is destroyed when the visits themselves are.
    """

    seal: str
    part: int
    visits: str


@dataclass(frozen=True, slots=True)
class BatchSealed:
    """The keeper of a term sealed a batch; it leaves once it is confirmed.

    `after` is the seal it follows, empty for the hub’s first; `body` is the batch as packed text.
    Its BatchVisits come right before it, from the same origin.
    """

    seal: str
    batch: str
    period: str
    revision: int
    after: str
    term: int
    keeper: str
    body: str


@dataclass(frozen=True, slots=True)
class BatchUpheld:
    """The keeper of a later term goes on with what an earlier one sealed and left unconfirmed."""

    seal: str
    term: int
    keeper: str


@dataclass(frozen=True, slots=True)
class BatchConfirmed:
    """A majority bound to the keeper held the seal: from here on it stands, and may leave."""

    seal: str


@dataclass(frozen=True, slots=True)
class BatchArrived:
    """What the centre answered to a batch (its id); `why` is its first reason, if it gave one."""

    batch: str
    result: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class HeldVisits:
    """How many visits of one kind of fragment had not wholly left."""

    kind: str
    visits: int


@dataclass(frozen=True, slots=True)
class SessionDestroyed:
    """The time of a session’s facts is over; of what never left only these numbers stay."""

    session: str
    quarter: str
    held: tuple[HeldVisits, ...]


LeavingEvent = (
    BatchVisits | BatchSealed | BatchUpheld | BatchConfirmed | BatchArrived | SessionDestroyed
)
