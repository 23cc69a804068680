"""When a fact of the keeper’s is confirmed, so that whoever decides next knows of it."""

from collections.abc import Mapping

from hub_app.core.events import Entry
from hub_app.lan.keeper import Keeper
from hub_app.lan.peer import Peer


def is_held(keeper: Keeper, peers: Mapping[str, Peer], fact: Entry, now: float) -> bool:
    """Say whether a majority holds a fact, each bound to this keeper still.

    Whoever decides next has asked one of them. It proves that only in the term in which the fact
    was written.
    """
    bound = keeper.bound(now)
    held = (keeper.me in bound) + sum(
        peer.exchange.theirs.get(fact.origin, 0) >= fact.n
        for device, peer in peers.items()
        if device in bound
    )
    return 2 * held > len(keeper.members)
