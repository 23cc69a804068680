"""What is known of one peer while a line to it is up."""

from dataclasses import dataclass, field

from hub_app.lan.exchange import Exchange


@dataclass
class Peer:
    """One device we can reach now.

    `clock_ahead_ms` is how far its wall clock is ahead of ours, None before it spoke; `cards` the
    revisions of names and notes it holds, `cards_tip` the digest it last gave of them.
    """

    exchange: Exchange
    clock_ahead_ms: int | None = None
    cards: dict[str, int] = field(default_factory=dict[str, int])
    cards_tip: str | None = None
