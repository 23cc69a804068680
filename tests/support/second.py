"""A second tablet of a hall, which meets the first one only when a test says so."""

from collections.abc import Callable
from weakref import finalize

from hub_app.clocks import SetClock
from hub_app.hub import Hub
from hub_app.store.cards import Cards
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.log import Log, own_origin
from tests.support.hall import KeyRing, counting, scotland

_ALL = 100_000


def second_tablet(clock: SetClock, mint: Callable[[], str] | None = None) -> Hub:
    """A tablet with nothing on it, that goes by the same clock."""
    mint = mint or counting("w")
    db = open_database(None)
    assert not isinstance(db, DatabaseRefused)
    finalize(db, db.conn.close)
    return Hub(Log(db, own_origin(db, mint)), Cards(db, KeyRing()), scotland(), clock, mint)


def meet(one: Hub, other: Hub) -> None:
    """Let two tablets hold what either of them held."""
    for giver, taker in ((one, other), (other, one)):
        taker.take_in(giver.shared.after(taker.shared.vector, _ALL))
