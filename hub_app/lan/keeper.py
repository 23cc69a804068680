"""Who decides on calls: a lease that a majority of tablets grants to one of them at a time."""

from collections.abc import Callable
from dataclasses import replace

from hub_app.lan import lease
from hub_app.lan.lease import NEVER, Bid, Grant, Kept, has_all, is_majority, lease_until
from hub_app.lan.messages import (
    MEMBERS_LIMIT,
    Config,
    KeeperMessage,
    LeaseAsked,
    LeaseDenied,
    LeaseGranted,
    Leaving,
    Term,
    Vector,
)

__all__ = ["Keeper", "Kept"]

Said = list[tuple[str, KeeperMessage]]


class Keeper:
    """One tablet's part in the lease: as a voter, as a candidate, and as the keeper.

    Every `now` is seconds of this device's own clock, which never goes back and does not stand
    while the device sleeps. Messages may be lost, late, doubled or out of order. `save` is called,
    and must have kept what it was given, before any message that depends on it is handed back;
    if it raises, nothing that depends on it was said. `chance` gives numbers from 0 up to 1.
    Tick once before anything is asked.
    """

    def __init__(
        self,
        me: str,
        now: float,
        chance: Callable[[], float],
        kept: Kept | None,
        save: Callable[[Kept], None],
    ) -> None:
        """Begin, or go on from what was kept: then nothing is granted while old promises hold."""
        self.me = me
        self._chance, self._save = chance, save
        self._kept = kept or NEVER
        self._seen = self._kept.highest[0]
        self._silent_until = now if kept is None else now + lease.PROMISE_SECONDS
        self._promise = self._believed = ("", now)  # to whom, who; and until when
        self._nobody_since = self._ask_at = now
        self._bid: Bid | None = None
        self._term: Term | None = None
        self._grants: dict[str, Grant] = {}
        self._base: Vector | None = None  # what a majority must hold before the config may change
        self._vector: Vector = {}
        self._linked = self._paired = frozenset[str]()
        self._met: dict[str, float] = {}
        self._left: dict[str, float] = {}
        self._stand_at: float | None = None
        self._wish_at: float | None = None
        self._is_gone = False
        self._given_up: Said = []

    # --- what a tablet asks ------------------------------------------------------------------

    @property
    def config(self) -> Config:
        """Whose majority grants the lease, as far as this tablet knows."""
        return self._kept.config

    @property
    def members(self) -> frozenset[str]:
        """The devices whose majority counts; this one alone before it was ever paired."""
        return frozenset({self.me}) if self._was_never_paired else frozenset(self.config.members)

    @property
    def term(self) -> Term | None:
        """The term this tablet was elected in; what began in one term must not end in another."""
        return self._term

    def known(self, now: float) -> str | None:
        """Give the device believed to hold the lease, this one included; None if nobody is."""
        return self.me if self._was_never_paired else self._somebody(now)

    def holds(self, now: float, vector: Vector) -> bool:
        """Say whether this tablet decides on calls now, and knows every call that was confirmed."""
        if self._was_never_paired or self._is_sole:
            return not self._is_gone
        knows = {voter for voter in self.bound(now) if has_all(vector, self._grants[voter].had)}
        return is_majority(knows, self.config.members)

    def bound(self, now: float) -> frozenset[str]:
        """Give the members that are bound to this keeper now, itself included.

        A call is confirmed once a majority of `members`, all of them bound, hold it: what somebody
        no longer bound holds may be unknown to the next keeper.
        """
        if self._was_never_paired or self._is_sole:
            return frozenset({self.me})
        live = {v for v, g in self._grants.items() if self._term is not None and g.is_live(now)}
        return self.members & live

    def lease_left(self, now: float) -> float:
        """Give the seconds this tablet still holds the lease if nobody answers any more."""
        if self._was_never_paired or self._is_sole:
            return lease.LEASE_SECONDS
        until = lease_until(self._grants, self.config.members)
        return max(0.0, until - now) if self._term is not None else 0.0

    def may_take_over(self, now: float, linked: frozenset[str]) -> bool:
        """Say whether a person may decide: nobody does, and no majority is in reach to."""
        return (
            self.known(now) is None
            and now - self._nobody_since > lease.NOBODY_SECONDS
            and not is_majority(linked | {self.me}, self.config.members)
        )

    # --- what happens to it ------------------------------------------------------------------

    def tick(self, now: float, linked: frozenset[str], paired: frozenset[str]) -> Said:
        """Do what time brings: ask, ask again, give up, stand. `paired` is the roster's devices."""
        self._paired = paired - {self.me}
        self._linked = linked & self._paired
        self._met.update(dict.fromkeys(self._linked, now))
        if self._is_gone:
            return []
        is_lapsed = self._term is not None and not self._has_lease(now)
        if is_lapsed or (self._bid is not None and now >= self._bid.until):
            self._step_down(now)
        self._change(now, None)
        if self._term is None and self._bid is None:
            self._perhaps_stand(now)
        if self.known(now) is not None:
            self._nobody_since = now
        return self._asks(now)

    def receive(self, now: float, sender: str, message: KeeperMessage, vector: Vector) -> Said:
        """Take in what another device said. `vector` is what this tablet's log holds."""
        self._vector = vector
        if self._is_gone or sender not in self._paired:
            return []
        said: Said = []
        match message:
            case LeaseAsked():
                said = self._asked(now, sender, message)
            case LeaseGranted():
                self._granted(now, sender, message)
            case LeaseDenied():
                self._denied(now, sender, message)
            case Leaving():
                self._left[sender] = now
                if self._believed[0] == sender:
                    self._believed = ("", now)
        if self._base is None and self._term is not None and self.holds(now, vector):
            self._base = dict(vector)
        self._change(now, vector)
        return said + self._asks(now)

    def take_over(self, now: float, linked: frozenset[str]) -> Said:
        """Decide on calls here, because a person says so; does nothing where somebody does.

        With a majority in reach this is an election like any other. Without, those in reach become
        all the members. It is tried for twelve seconds, or until somebody is heard to be keeper.
        """
        if self._is_gone or self._somebody(now) is not None:
            return []
        self._linked = linked & self._paired
        self._wish_at = now if self._wish_at is None else self._wish_at
        if self._bid is None:
            self._perhaps_stand(now)
        return self._asks(now)

    def leave(self, now: float) -> Said:
        """Stop for good: this tablet is being shut down, or was removed."""
        self._step_down(now)
        self._is_gone = True
        return self._asks(now) + [(device, Leaving()) for device in sorted(self._linked)]

    # --- as a voter --------------------------------------------------------------------------

    def _asked(self, now: float, sender: str, asked: LeaseAsked) -> Said:
        if asked.term[1] != sender or sender not in asked.config.members:
            return []
        self._seen = max(self._seen, asked.term[0])
        is_elected = asked.config.term == asked.term
        if is_elected and asked.config.id > self.config.id:
            self._keep(asked.config, self._kept.highest)
            self._step_down(now)
        if is_elected and asked.config.id == self.config.id:
            self._believed, self._wish_at = (sender, now + lease.PROMISE_SECONDS), None
            if self._bid is not None and self._bid.config != self.config:
                self._step_down(now)  # the take-over is not needed any more
        if not self._may_grant(now, sender, asked, is_elected=is_elected):
            return [(sender, self._denial(asked))]
        self._keep(self.config, asked.term)
        if self._bid is not None or self._term is not None:
            self._step_down(now)
        self._promise, holds = (sender, now + lease.PROMISE_SECONDS), dict(self._vector)
        return [(sender, LeaseGranted(asked.term, self.config.id, asked.sent, holds))]

    def _may_grant(self, now: float, sender: str, asked: LeaseAsked, *, is_elected: bool) -> bool:
        if now < self._silent_until or asked.term < self._kept.highest:
            return False
        if asked.config.id < self.config.id or (self._is_sole and not is_elected):
            return False
        bound_to = self._bound_to(now)
        # A candidate that has won nothing yet gives way to a higher term: so ties end.
        return bound_to in {None, sender} or (bound_to == self.me and self._term is None)

    def _denial(self, asked: LeaseAsked) -> LeaseDenied:
        """Say no, with the highest term; its own device says its term only once it is given up."""
        highest = self._kept.highest
        if highest == self._live_term:
            highest = (highest[0] + (highest > asked.term), "")
        return LeaseDenied(highest, self.config)

    def _bound_to(self, now: float) -> str | None:
        return self._promise[0] if now < self._promise[1] else None

    # --- as a candidate ----------------------------------------------------------------------

    def _perhaps_stand(self, now: float) -> None:
        members = self.config.members
        is_sole = members == (self.me,)
        if members and not is_sole and not self._paired and self._wish_at is None:
            self._wish_at = now  # everybody else was removed from the roster, by a person
        is_free = is_sole or (now >= self._silent_until and self._bound_to(now) is None)
        is_over = self._wish_at is not None and now - self._wish_at > lease.WISH_SECONDS
        if is_over or self._somebody(now) is not None:
            self._wish_at = None
        if not is_free or self._somebody(now) is not None:
            self._stand_at = None
            return
        has_majority = is_majority(self._linked | {self.me}, members)
        is_candidate = has_majority and self.me in members
        if self._wish_at is not None and (
            not has_majority or now - self._wish_at > lease.LATE_SECONDS
        ):
            self._stand(now, None)
        elif is_sole or (is_candidate and self._wish_at is not None):
            self._stand(now, self.config)
        elif not is_candidate:
            self._stand_at = None
        elif self._stand_at is None:
            self._stand_at = now + self._patience()
        elif now >= self._stand_at:
            self._stand(now, self.config)

    def _patience(self) -> float:
        here = (self._linked | {self.me}) & frozenset(self.config.members)
        turn = sorted(here - {self._believed[0]}).index(self.me)
        return lease.TURN_SECONDS * (turn + self._chance())

    def _stand(self, now: float, config: Config | None) -> None:
        """Bid for the lease in a fresh term; without a config, for one a person decided on."""
        highest = max(self._seen, self._kept.highest[0], self.config.term[0])
        if config is None:
            members = sorted(self._linked | {self.me})[:MEMBERS_LIMIT]
            config = Config((highest + 1, self.me), 0, tuple(members))
            highest += 1
        term = (highest + 1, self.me)
        self._keep(self.config, term)
        self._seen = term[0]
        self._bid = Bid(term, config, now + lease.BID_SECONDS)
        self._promise, self._stand_at, self._ask_at = (
            (self.me, now + lease.PROMISE_SECONDS),
            None,
            now,
        )
        self._grants[self.me] = Grant(term, now, config.id, {}, {})
        self._count(now)

    def _granted(self, now: float, sender: str, said: LeaseGranted) -> None:
        live = (self._term, None if self._bid is None else self._bid.term)
        if said.term not in live or said.sent > now:
            return
        old = self._grants.get(sender)
        if old is not None and (old.term, old.sent) >= (said.term, said.sent):
            return  # doubled, or overtaken
        had = said.vector
        if old is not None and (old.term == said.term or old.is_live(now)):
            had = old.had  # bound to us all along: it has helped to confirm nobody else's call
        self._grants[sender] = Grant(said.term, said.sent, said.config_id, had, said.vector)
        self._count(now)

    def _count(self, now: float) -> None:
        """Take the lease up, once a majority granted the bid."""
        bid = self._bid
        if bid is None or not is_majority(
            [v for v, g in self._grants.items() if g.term == bid.term], bid.config.members
        ):
            return
        # Its term makes the config higher than any that an earlier keeper left half spread.
        self._keep(Config(bid.term, 0, bid.config.members), self._kept.highest)
        if self._term is None:
            self._met = dict.fromkeys(bid.config.members, now)
        self._term, self._believed, self._ask_at = bid.term, ("", now), now
        self._bid = self._base = self._wish_at = None

    def _denied(self, now: float, sender: str, denied: LeaseDenied) -> None:
        self._seen, mine = max(self._seen, denied.term[0]), self._live_term
        if denied.term == (denied.term[0], sender) and denied.term == self._kept.highest:
            self._promise = ("", now)  # it gave the term up: our promise binds us no more
            self._believed = ("", now) if self._believed[0] == sender else self._believed
        if denied.config.id > self.config.id:
            self._keep(denied.config, self._kept.highest)
            self._step_down(now)
        elif mine is not None and denied.term > mine:
            if self._term is None:
                self._step_down(now)
            else:  # a voter that promised something higher in vain: asked again, it may follow
                self._stand(now, self.config)

    # --- as the keeper -----------------------------------------------------------------------

    def _asks(self, now: float) -> Said:
        """Give what is due: what was given up, and the asks."""
        given_up, self._given_up = self._given_up, []
        if now < self._ask_at:
            return given_up
        if self._bid is not None:
            self._ask_at = now + lease.RETRY_SECONDS
            asked = LeaseAsked(self._bid.term, self._bid.config, now)
            won = {v for v, grant in self._grants.items() if grant.term == self._bid.term}
            to = (self._linked & frozenset(self._bid.config.members)) - won
        elif self._term is not None:
            self._ask_at = now + lease.RENEW_SECONDS
            asked = LeaseAsked(self._term, self.config, now)
            self._promise = (self.me, now + lease.PROMISE_SECONDS)
            self._grants[self.me] = Grant(self._term, now, self.config.id, {}, {})
            to = self._linked  # not members only: all shall know, and who answers can be added
        else:
            return given_up
        return given_up + [(device, asked) for device in sorted(to)]

    def _change(self, now: float, vector: Vector | None) -> None:
        """Add or drop one member, if a majority holds the present config and all that we did."""
        members = frozenset(self.config.members)
        if self._bid is not None or not self._is_settled() or not self.holds(now, self._vector):
            return
        left = {d for d, at in self._left.items() if now - at < lease.LEFT_SECONDS}
        away = {d for d in members if now - self._met.get(d, now) > lease.AWAY_SECONDS}
        answers = {d for d in self._linked & self._grants.keys() if self._grants[d].is_live(now)}
        drop = sorted((members & (left | away | (members - self._paired))) - {self.me})
        add = sorted(answers - members - left)
        if not drop and (not add or len(members) == MEMBERS_LIMIT):
            return
        members = members - {drop[0]} if drop else members | {add[0]}
        config = replace(
            self.config, version=self.config.version + 1, members=tuple(sorted(members))
        )
        self._keep(config, self._kept.highest)
        self._base = None if vector is None else dict(vector)
        self._ask_at = now

    def _is_settled(self) -> bool:
        if self._term is None or self._base is None:
            return self._is_sole
        grants, mine = self._grants.items(), self.config.id
        settled = {v for v, g in grants if g.config_id == mine and has_all(g.vector, self._base)}
        return is_majority(settled | {self.me}, self.config.members)

    # --- underneath --------------------------------------------------------------------------

    @property
    def _was_never_paired(self) -> bool:
        return self._kept == NEVER and not self._paired

    @property
    def _is_sole(self) -> bool:
        return self._term is not None and self.config.members == (self.me,)

    @property
    def _live_term(self) -> Term | None:
        return self._term if self._bid is None else self._bid.term

    def _has_lease(self, now: float) -> bool:
        return self._is_sole or self.lease_left(now) > 0

    def _somebody(self, now: float) -> str | None:
        if self._has_lease(now):
            return self.me
        return self._believed[0] if now < self._believed[1] else None

    def _keep(self, config: Config, highest: Term) -> None:
        kept = Kept(config, max(highest, self._kept.highest))
        if kept != self._kept:
            self._save(kept)
            self._kept = kept

    def _step_down(self, now: float) -> None:
        """Stop holding or asking; nobody needs to be bound to us any more, and all are told."""
        if (term := self._live_term) is not None:
            denial = LeaseDenied(term, self.config)
            self._given_up += [(device, denial) for device in sorted(self._linked)]
        self._term = self._bid = self._base = None
        self._grants.clear()
        if self._promise[0] == self.me:
            self._promise = ("", now)
        self._stand_at = now + lease.TURN_SECONDS * (1 + 4 * self._chance())
