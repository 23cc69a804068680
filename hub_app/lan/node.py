"""One tablet among others: its lines, what it exchanges on them, and how calls are decided."""

import json
import logging
import random
from collections.abc import Callable
from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError

from hub_app.core.clock import agreed_correction
from hub_app.core.refusal import Refusal
from hub_app.core.roster import GREETER
from hub_app.core.visit import Visit
from hub_app.hub import Hub
from hub_app.lan.calls import Calls, Line
from hub_app.lan.exchange import Exchange
from hub_app.lan.keeper import Keeper, Kept
from hub_app.lan.messages import (
    Alive,
    Answer,
    Ask,
    Cards,
    Facts,
    Have,
    KeeperMessage,
    LeaseAsked,
    LeaseDenied,
    LeaseGranted,
    Leaving,
    Message,
    Removed,
)
from hub_app.lan.peer import Peer
from hub_app.lan.sealing import Sealing
from hub_app.lan.standing import Standing
from hub_app.store.database import DiskFull
from hub_app.view.tablets import InHall

BEAT_SECONDS = 2.0
_KEPT = "keeper"
_CARDS = 50
_KEPT_READER = TypeAdapter(Kept)
_log = logging.getLogger(__name__)


class Node:
    """One tablet of a hall. Knows no sockets: it is told of lines, and says through `send`."""

    def __init__(
        self,
        hub: Hub,
        me: str,
        monotonic: Callable[[], float],
        chance: random.Random,
        send: Callable[[str, Message], None],
    ) -> None:
        """Stand on a hub as the device `me`; `monotonic` gives seconds that never go back."""
        self.hub, self.me = hub, me
        self._now, self._send = monotonic, send
        self.peers: dict[str, Peer] = {}
        now = monotonic()
        self.keeper = Keeper(me, now, chance.random, _kept(hub.remembered(_KEPT)), self._keep)
        line = Line(monotonic, send, lambda: f"{chance.getrandbits(96):x}")
        self.calls = Calls(hub, self.keeper, self.peers, line)
        self.sealing = Sealing(hub, self.keeper, self.peers, monotonic)
        self.wiping: Callable[[], None] = lambda: None  # before anything is destroyed
        self.wiped: Callable[[], None] = lambda: None
        self.drop: Callable[[str], None] = lambda _device: None
        self._standing = Standing(hub, me, self.peers, self.keeper, monotonic)
        self._beat = now
        self._session, self._roster = hub.session.id, hub.roster
        self._is_taking_in = False
        self._stop = hub.listen(self._changed)
        hub.take_origin(me)
        self._vote()  # so that nobody who is paired decides alone until the first tick

    @property
    def decides(self) -> bool:
        """Whether this tablet is the one that decides on calls, as far as it knows."""
        return not self.hub.is_joining and self.keeper.known(self._now()) == self.me

    def close(self) -> None:
        """Say goodbye: whoever decides on calls counts on this tablet no more."""
        self._stop()
        self.calls.close()
        self._say_all(self.keeper.leave(self._now()))

    def _keep(self, kept: Kept) -> None:
        self.hub.remember(_KEPT, json.dumps(asdict(kept)))

    # --- lines -------------------------------------------------------------------------------

    def linked(self, device: str) -> None:
        """Take notice of a line that is up, and say first what is held here."""
        self.peers[device] = Peer(Exchange(self.hub.shared))
        self._standing.linked(device)
        self._say(device, self._alive(self.peers[device]))

    def unlinked(self, device: str) -> None:
        """Take notice that a peer is gone, with all that may have been on it."""
        gone = self.peers.pop(device, None)
        if gone is not None:
            self._standing.unlinked(device, gone)
        self.calls.lost(device)

    def _say(self, device: str, *messages: Message) -> None:
        for message in messages:
            self._send(device, message)

    def _say_all(self, messages: list[tuple[str, KeeperMessage]]) -> None:
        for device, message in messages:
            if device in self.peers:
                self._send(device, message)

    def _alive(self, peer: Peer) -> Alive:
        shared, cards_tip = self.hub.shared, self.hub.cards_tip()
        return Alive(
            origin=shared.origin,
            vector=dict(shared.vector),
            tips=shared.tips(),
            millis=self.hub.wall(),
            sees=tuple(
                peer.exchange.origin for peer in self.peers.values() if peer.exchange.origin
            ),
            keeper=self.keeper.known(self._now()),
            cards_tip=cards_tip,
            cards=None if peer.cards_tip == cards_tip else self.hub.card_revisions(),
        )

    def receive(self, device: str, message: Message) -> None:
        """Take in what a peer said on a line that is up, or that this tablet was removed."""
        peer = self.peers.get(device)
        if isinstance(message, Removed):
            # Who is no part of the hub any more may be told so on no line at all; but not by all.
            if self.hub.is_removed_by(self.me, message.rows):
                self._wipe()
            else:
                _log.warning("%s says that this tablet was removed; nobody did", device[:8])
        elif peer is not None:
            self._standing.heard(device)
            try:
                self._hear(device, peer, message)
            except DiskFull:
                _log.error("disk full: what a peer said was not kept; it says so again")

    def _hear(self, device: str, peer: Peer, message: Message) -> None:
        match message:
            case Alive():
                self._hear_alive(device, peer, message)
            case Facts():
                self._take_in(device, message)
            case Have():
                self._say(device, *peer.exchange.hear_have(message))
                self._settle()
            case Cards():
                self._take_cards(peer, message)
            case Ask():
                self.calls.hear_ask(device, message)
            case Answer():
                self.calls.hear_answer(device, message)
            case LeaseAsked() | LeaseGranted() | LeaseDenied() | Leaving():
                if isinstance(message, Leaving):
                    self._standing.left(device)
                vector = self.hub.shared.vector
                self._say_all(self.keeper.receive(self._now(), device, message, vector))
                self._settle()
            case Removed():
                pass  # heard before

    def _hear_alive(self, device: str, peer: Peer, said: Alive) -> None:
        peer.clock_ahead_ms = said.millis - self.hub.wall()
        peer.cards_tip = said.cards_tip
        if said.cards is not None:
            peer.cards = dict(said.cards)
        mine = self.hub.shared.origin
        is_behind = said.vector.get(mine, 0) > self.hub.shared.vector.get(mine, 0)
        if mine in peer.exchange.forked(said) or is_behind:
            _log.warning("this database was restored or copied: it goes on under a new origin")
            self.hub.go_on_as_new(self.me)
        if not peer.exchange.is_met:
            self.calls.meet(device, said.vector)
        self._say(device, *peer.exchange.hear_alive(said))
        self._show_cards(device, peer)
        self._settle()

    def _take_in(self, device: str, said: Facts) -> None:
        self._is_taking_in = True
        try:
            self._standing.wrote(self.hub.take_in(said.rows).entries)
        except DiskFull:
            _log.error("disk full: facts of another tablet were not kept")
        finally:
            self._is_taking_in = False
        self._say(device, Have(dict(self.hub.shared.vector)))
        self._settle()

    def _settle(self) -> None:
        """Confirm what enough tablets hold by now: calls first, for somebody waits for them."""
        self.calls.settle()
        self.sealing.settle()

    def _take_cards(self, peer: Peer, said: Cards) -> None:
        for key, revision, _ in said.cards:
            peer.cards[key] = max(revision, peer.cards.get(key, 0))
        self._is_taking_in = True
        try:
            self.hub.take_cards(said.session, said.cards)
        finally:
            self._is_taking_in = False

    def _wipe(self) -> None:
        self.wiping()
        try:
            self.hub.wipe()
        except DiskFull:
            _log.error("disk full: this tablet was removed, and wipes itself when told again")
            return
        self.peers.clear()
        self.wiped()

    # --- what changes here -------------------------------------------------------------------

    def _changed(self) -> None:
        """Pass on at once what was committed here."""
        session = self.hub.session
        if session.id != self._session:
            self._session = session.id
            self._standing.begin()
            if session.is_open and not self._is_taking_in:
                self._begin()
        self.hub.take_origin(self.me)
        if self.hub.roster is not self._roster:
            self._roster = self.hub.roster
            self._vote()
        for device, peer in tuple(self.peers.items()):
            self._say(device, *peer.exchange.push())
            if not self._is_taking_in:  # whoever named a family tells the others
                self._show_cards(device, peer)

    def _begin(self) -> None:
        """Begin a session with the tablets that are here, when nobody decides on calls."""
        if self.keeper.known(self._now()) is None:
            self.take_over()

    def _show_cards(self, device: str, peer: Peer) -> None:
        """Send the names a peer lacks, and notes unless it is a greeter's."""
        role = self.hub.roster.role_of(device)
        if not role or not peer.exchange.is_met:
            return
        cards = self.hub.cards_for(peer.cards, with_notes=role != GREETER)
        if cards:
            peer.cards.update({key: revision for key, revision, _ in cards})
            for first in range(0, len(cards), _CARDS):
                self._say(device, Cards(self.hub.session.id, cards[first : first + _CARDS]))

    def take_over(self) -> None:
        """Let this tablet decide on calls: a person says that no other does."""
        if self.hub.is_joining:
            return  # it does not know yet what there is to decide on
        try:
            self._say_all(self.keeper.take_over(self._now(), self._near()))
        except DiskFull:
            _log.error("disk full: this tablet cannot take calls over")

    def call(self, desk: str, visit: str | None, done: Callable[[Visit | Refusal], None]) -> None:
        """Have a family called for a desk: by whoever decides. `done` is called exactly once."""
        if self.hub.is_joining:
            done(Refusal.STILL_JOINING)
        else:
            self.calls.ask(desk, visit, done)

    def _near(self) -> frozenset[str]:
        return frozenset(self.peers)

    # --- what time brings --------------------------------------------------------------------

    def tick(self) -> None:
        """Do what time alone brings about; about four times a second."""
        now = self._now()
        if now - self._beat >= BEAT_SECONDS:
            self._beat = now
            self._put_out()
            self.hub.take_origin(self.me)
            for device, peer in tuple(self.peers.items()):
                self._say(device, self._alive(peer))
        self._go_by_the_others()
        self._vote()
        self._standing.tick(now)
        self.calls.tick(now)
        self.sealing.settle()

    def _vote(self) -> None:
        """Take part in who decides on calls; whoever founded the hub begins as the one who does."""
        roster, now = self.hub.roster, self._now()
        is_alone = not (roster.devices or self.peers)
        if self.hub.is_joining or not (roster.is_paired(self.me) or is_alone):
            return  # just joined and not yet in the roster, or no part of the hub any more
        paired = frozenset(device.id for device in roster.paired) or frozenset({self.me})
        try:
            self._say_all(self.keeper.tick(now, self._near(), paired))
        except DiskFull:
            _log.error("disk full: this tablet votes on nothing new")
        if len(paired) > 1 and not self.keeper.members and next(iter(roster.devices)) == self.me:
            self.take_over()

    def _put_out(self) -> None:
        for device in tuple(self.peers):
            known = self.hub.roster.devices.get(device)
            if known is not None and known.is_removed:
                self._say(device, Removed(self.hub.removal_of(device)))
                self.drop(device)

    def _go_by_the_others(self) -> None:
        ahead = {
            device: peer.clock_ahead_ms
            for device, peer in self.peers.items()
            if peer.clock_ahead_ms is not None
        }
        if ahead:
            order = tuple(self.hub.roster.devices)
            try:
                self.hub.correct_clock(agreed_correction(self.me, ahead, order))
            except DiskFull:
                _log.error("disk full: facts stamped by a wrong clock are not marked yet")

    def status(self) -> InHall:
        """Give how the tablets stand, as this one knows it."""
        return self._standing.status()


def _kept(text: str | None) -> Kept | None:
    """Give what an earlier run kept of the lease; None when there is nothing, or nobody's sense."""
    if text is None:
        return None
    try:
        return _KEPT_READER.validate_json(text)
    except ValidationError:
        return None
