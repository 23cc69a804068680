"""How the tablets stand, as one of them knows it: who is here, who has what, since when."""

from collections.abc import Callable, Iterable, Mapping

from hub_app.core.events import Entry
from hub_app.hub import Hub
from hub_app.lan.exchange import missing
from hub_app.lan.keeper import Keeper
from hub_app.lan.messages import Vector
from hub_app.lan.peer import Peer
from hub_app.view.tablets import InHall, Step, TabletRow

GRACE_SECONDS = 5.0  # so long nobody may hold the lease before the screens say so
AGREED_SECONDS = 1.5  # facts on their way for less than this leave tablets in step
CATCHING_UP = 50  # facts: fewer arrive before anybody could read that they do
_LIVELY_SECONDS = 4.0  # two heartbeats: a peer that was heard since is simply here


class Standing:
    """What a tablet remembers of the others, so that its screens never say more than is so."""

    def __init__(
        self,
        hub: Hub,
        me: str,
        peers: Mapping[str, Peer],
        keeper: Keeper,
        monotonic: Callable[[], float],
    ) -> None:
        """Stand beside a node; `peers` are those that can be reached now."""
        self._hub, self._me, self._peers, self._keeper = hub, me, peers, keeper
        self._now = monotonic
        self._heard: dict[str, float] = {}
        self._vectors: dict[str, Vector] = {}  # what was last known of those out of reach
        self._part: set[str] = set()  # who was here in this session, and said no goodbye
        self._wrote = set(hub.writers())  # origins: who wrote in it was here, maybe before a start
        self._kept_at = self._agreed = monotonic()
        self._agreed_at: int | None = None
        self._to_catch_up = 0

    def heard(self, device: str) -> None:
        """Take notice that a peer spoke."""
        self._heard[device] = self._now()

    def linked(self, device: str) -> None:
        """Take notice of a line that is up."""
        self._part.add(device)

    def unlinked(self, device: str, peer: Peer) -> None:
        """Take notice that a line is gone, and of what that peer was last known to hold."""
        if peer.exchange.is_met:
            self._vectors[device] = peer.exchange.theirs

    def left(self, device: str) -> None:
        """Take notice that a peer said goodbye."""
        self._part.discard(device)
        whose = self._hub.roster.origins
        self._wrote -= {origin for origin in self._wrote if whose.get(origin) == device}

    def begin(self) -> None:
        """Begin another session: whoever is here takes part."""
        self._part = set(self._peers)
        self._wrote = set(self._hub.writers())

    def wrote(self, entries: Iterable[Entry]) -> None:
        """Take notice of facts that came: whoever wrote in this session takes part in it."""
        session = self._hub.session.id
        self._wrote |= {entry.origin for entry in entries if entry.session == session}

    def tick(self, now: float) -> None:
        """Take notice of how things are at this moment."""
        if self._keeper.known(now) is not None:
            self._kept_at = now
        behind = self._missing()
        if behind >= CATCHING_UP:
            self._to_catch_up = max(self._to_catch_up, behind)
        elif behind == 0:
            self._to_catch_up = 0
        if not any(p.exchange.lacks or p.exchange.has_more for p in self._peers.values()):
            self._agreed = now
            if self._are_all_here():
                self._agreed_at = self._hub.now()

    def _missing(self) -> int:
        return max((peer.exchange.has_more for peer in self._peers.values()), default=0)

    @property
    def _in_session(self) -> frozenset[str]:
        """Who takes part in this session, this tablet included, and was not removed since."""
        roster = self._hub.roster
        paired = {device.id for device in roster.paired}
        wrote = {roster.origins.get(origin, "") for origin in self._wrote}
        return frozenset((self._keeper.members | self._part | wrote) & paired | {self._me})

    def _are_all_here(self) -> bool:
        return self._in_session <= {self._me, *self._peers}

    def status(self) -> InHall:
        """Give how the tablets stand."""
        now, roster, shared = self._now(), self._hub.roster, self._hub.shared
        rows = tuple(self._row(device.id, now) for device in roster.paired)
        near = frozenset(self._peers)
        return InHall(
            step=self._step(now, len(rows)),
            tablets=rows,
            keeper=self._keeper.known(now),
            may_take_over=len(rows) > 1 and self._keeper.may_take_over(now, near),
            agreed_at=self._agreed_at,
            caught_up=max(0, self._to_catch_up - self._missing()),
            to_catch_up=self._to_catch_up,
            clock_off_ms=self._hub.wall() - self._hub.now(),
            forked=shared.forks,
            unreadable=shared.unreadable,
            removed_at=self._hub.removed_at,
            is_stranger=is_stranger(self._hub, self._me),
        )

    def _step(self, now: float, paired: int) -> Step:
        if self._hub.is_joining:
            return Step.CATCHING_UP
        if paired <= 1 and not is_stranger(self._hub, self._me):
            return Step.ALONE
        if now - self._kept_at > GRACE_SECONDS:
            return Step.CUT_OFF
        if self._to_catch_up:
            return Step.CATCHING_UP
        if not self._are_all_here():
            return Step.SOME_AWAY
        is_agreed = now - self._agreed <= AGREED_SECONDS
        # Of two facts with one number each tablet keeps its own: they do not hold the same.
        return Step.IN_STEP if is_agreed and not self._hub.shared.forks else Step.BEHIND

    def _row(self, device: str, now: float) -> TabletRow:
        known, peer = self._hub.roster.devices[device], self._peers.get(device)
        is_me = device == self._me
        last = self._vectors.get(device)
        lacks = 0 if is_me or last is None else missing(self._hub.shared.vector, last)
        return TabletRow(
            device=device,
            name=known.name,
            role=known.role,
            is_me=is_me,
            is_linked=is_me or peer is not None,
            is_keeper=self._keeper.known(now) == device,
            is_in_session=device in self._in_session,
            heard_seconds=None if is_me else self._ago(device, now),
            lacks=lacks if peer is None else peer.exchange.lacks,
            has_more=0 if peer is None else peer.exchange.has_more,
            clock_ahead_ms=None if peer is None else peer.clock_ahead_ms,
        )

    def _ago(self, device: str, now: float) -> float | None:
        """Give the whole seconds since a device was heard; 0 while it is simply here."""
        heard = self._heard.get(device)
        if heard is None:
            return None
        ago = now - heard
        return 0.0 if device in self._peers and ago < _LIVELY_SECONDS else float(int(ago))


def is_stranger(hub: Hub, me: str) -> bool:
    """Say whether a tablet holds a hub's facts but is no part of it: a copy of one that was."""
    return bool(hub.roster.devices) and me not in hub.roster.devices
