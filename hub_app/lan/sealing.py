"""Sealing for the whole hub: by whoever holds the lease, and standing once a majority has it."""

from collections.abc import Callable, Mapping, Sequence

from hub_app.core.events import Entry
from hub_app.core.leaving_events import BatchSealed
from hub_app.core.refusal import Refusal
from hub_app.hub import Hub
from hub_app.hub.leaving import MadeBatch
from hub_app.lan.confirming import is_held
from hub_app.lan.keeper import Keeper
from hub_app.lan.messages import Term
from hub_app.lan.peer import Peer
from hub_app.lan.standing import is_stranger

_ALONE: Term = (0, "")  # lower than the term of anybody who was elected


class Sealing:
    """One tablet's part in sealing.

    As for a call, a seal is confirmed when a majority holds it that is bound to the keeper in the
    term in which it was written. A keeper that finds what an earlier one left unconfirmed goes on
    with that, under its own term, before it seals anything new: whoever comes next has asked one
    of those who hold it. Of several unconfirmed ones the highest term counts. (As in Paxos,
    Lamport 1998: a value once chosen is what every later ballot proposes.)
    """

    def __init__(
        self, hub: Hub, keeper: Keeper, peers: Mapping[str, Peer], now: Callable[[], float]
    ) -> None:
        """Stand beside a hub and its keeper; `peers` are those that can be reached now."""
        self._hub, self._keeper, self._peers, self._now = hub, keeper, peers, now
        self._term: Term | None = None
        self._said: dict[str, Entry] = {}  # what was written here in this term, by seal
        self._is_busy = False  # every fact that is written is told, and that leads back here

    @property
    def may_seal(self) -> bool:
        """Whether this tablet may seal now: it decides, and nothing waits to be confirmed."""
        return not self._is_busy and self._holds() and not self._hub.leaving.pending

    def seal(self, made: Sequence[MadeBatch]) -> Refusal | None:
        """Seal batches, all or none; Refusal.CUT_OFF where this tablet may not do so now.

        They stand, and may leave, once they are in `hub.leaving.confirmed`.
        """
        if not self.may_seal:
            return Refusal.CUT_OFF
        self._is_busy = True
        try:
            self._begin()
            sealed = self._hub.seal(made, self._keeper.term or _ALONE)
        finally:
            self._is_busy = False
        if isinstance(sealed, Refusal):
            return sealed
        self._said |= {_seal_of(entry): entry for entry in sealed}
        self.settle()
        return None

    def settle(self) -> None:
        """Confirm what enough tablets are known to hold by now."""
        if self._is_busy or not self._hub.leaving.pending or not self._holds():
            return
        self._is_busy = True
        try:
            self._begin()
            self._uphold()
            self._confirm()
        finally:
            self._is_busy = False

    def _holds(self) -> bool:
        hub, me = self._hub, self._keeper.me
        is_known = not hub.roster.devices or hub.roster.origins.get(hub.shared.origin) == me
        may = is_known and not hub.is_joining and not is_stranger(hub, me)
        return may and self._keeper.holds(self._now(), hub.shared.vector)

    def _begin(self) -> None:
        """Begin anew in another term: what was said in an earlier one proves nothing now."""
        term = self._keeper.term or _ALONE
        if term != self._term:
            self._term, self._said = term, {}

    def _uphold(self) -> None:
        left = [each.seal for each in self._hub.leaving.pending if each.seal not in self._said]
        upheld = self._hub.uphold(left, self._keeper.term or _ALONE) if left else ()
        if not isinstance(upheld, Refusal):
            self._said |= zip(left, upheld, strict=True)

    def _confirm(self) -> None:
        """Confirm from the first on, as far as a majority goes."""
        held = list[str]()
        for each in self._hub.leaving.pending:
            fact = self._said.get(each.seal)
            if fact is None or not is_held(self._keeper, self._peers, fact, self._now()):
                break
            held.append(each.seal)
        if held and self._holds():
            self._hub.confirm(held)


def _seal_of(entry: Entry) -> str:
    return entry.event.seal if isinstance(entry.event, BatchSealed) else ""
