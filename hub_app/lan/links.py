"""The lines this tablet has to the others: dialled and answered, one to each, kept up for good."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from websockets.asyncio.server import Server

from hub_app.lan import lines
from hub_app.lan.dialling import Dialler
from hub_app.lan.identity import Identity, server_context
from hub_app.lan.joining import ANSWER_SECONDS, Came, Inviting, join, let_join
from hub_app.lan.lines import Address, Door, Line, Means, PortTaken, Quiet
from hub_app.lan.messages import MESSAGE_LIMIT, Message, Removed, Unreadable, from_text, to_text
from hub_app.lan.pairing import Joined, Side
from hub_app.lan.pairing_code import QrCode, read_entry
from hub_app.lan.pairing_proofs import Proof, challenge, proven
from hub_app.lan.pairing_refused import PairRefused
from hub_app.lan.pairing_texts import Challenge, PairingAsked
from hub_app.lan.pairing_texts import from_text as opening_from
from hub_app.lan.pairing_texts import to_text as opening_text

LOOK_SECONDS: Final = 5.0  # the book is read again at least so often

_log = logging.getLogger(__name__)


class NodeSide(Protocol):
    """What is told of every line, and of what comes on it."""

    def linked(self, device: str) -> None:
        """A line to that device is up: ordered, and it is really that device."""
        ...

    def unlinked(self, device: str) -> None:
        """The line is gone; what was sent on it last may not have arrived."""
        ...

    def receive(self, device: str, message: Message) -> None:
        """Take a message of that device."""
        ...


@dataclass(frozen=True, slots=True)
class Book:
    """Who may be spoken to, read anew each time.

    `paired` gives the addresses of every device of the roster that is not removed, `removed` those
    that are. `removal` gives what one of these is told.
    """

    paired: Callable[[], Mapping[str, tuple[Address, ...]]]
    removed: Callable[[], Collection[str]] = tuple
    removal: Callable[[str], Removed] = lambda _device: Removed()


@dataclass(eq=False)
class _Peer:
    """A device with a line to it. Nothing more is said or heard once it `is_over`."""

    device: str
    dialler: str  # the device that dialled
    line: Line
    is_over: bool = False


class Links:
    """One tablet's lines; on one loop, and nobody waits for anybody."""

    def __init__(self, me: Identity, node: NodeSide, book: Book, means: Means) -> None:
        """Speak as `me`, for a node, with whom the book names."""
        self._me, self._node, self._book, self._means = me, node, book, means
        self._peers: dict[str, _Peer] = {}
        self._diallers: dict[str, tuple[Dialler, asyncio.Task[None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._door: Door | None = None
        self._port = 0
        self._server: Server | None = None
        self._is_closed = False
        self.inviting: Inviting | None = None  # until it is set nobody new is let in
        self.addresses: Callable[[], tuple[str, ...]] = tuple  # our own, told when we pair
        self.hub = ""  # which we pair for

    # --- for as long as the tablet runs --------------------------------------------------

    async def listen(self, ip: str, port: int) -> int | PortTaken:
        """Let the others in at an address of ours; gives the port, which for 0 is any free one."""
        door = Door.at(ip, port)
        if isinstance(door, PortTaken):
            return door
        self._door, self._port = door, door.port
        context = server_context(self._me)
        self._server = await lines.answer(door, context, self._met, self._means)
        return self._port

    async def run(self) -> None:
        """Keep a line to everybody in the book, until cancelled or closed."""
        try:
            while not self._is_closed:
                self._changed.clear()
                self._follow_book()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._changed.wait()
        finally:
            await self._hang_up()

    async def close(self) -> None:
        """Say goodbye on every line and let nobody in any more; takes less than a second."""
        self._is_closed = True
        self._changed.set()
        await self._hang_up()
        for peer in tuple(self._peers.values()):
            self._part(peer, lines.GOING)
        if self._server is not None and self._door is not None:
            self._server.close()
            await self._door.show_out()
            await self._server.wait_closed()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- for the node and the screens ----------------------------------------------------

    def send(self, device: str, message: Message) -> None:
        """Send a message after all others to that device. Never waits; without a line, nothing."""
        peer = self._peers.get(device)
        if peer is None or peer.is_over:
            return
        text = to_text(message)
        if len(text.encode()) > MESSAGE_LIMIT:  # the other side would cut the line for it
            _log.error("a %s is too long to be sent", type(message).__name__)
            return
        peer.line.say(text)

    def drop(self, device: str) -> None:
        """End the line to a device that was removed: it is told so, and not heard any more.

        The node is told `unlinked` in the loop's next turn.
        """
        peer = self._peers.get(device)
        if peer is not None and not peer.is_over:
            peer.line.say(to_text(self._book.removal(device)))
            self._part(peer, lines.REMOVED)
        self._changed.set()

    def poke(self, device: str | None = None) -> None:
        """Dial that device now, or everybody: there is a new address, or the book has changed."""
        for known, (dialler, _) in self._diallers.items():
            if device in (None, known):
                dialler.wake()
        self._changed.set()

    # --- pairing -------------------------------------------------------------------------

    async def pair(self, text: str, addresses: Iterable[Address] = ()) -> Joined | PairRefused:
        """Ask to be paired: by a QR’s text, or by a typed code at these addresses.

        Gives whom we joined, who is to be written into the roster; or why not, in some 20 seconds
        at most.
        """
        entry = read_entry(text)
        if isinstance(entry, PairRefused):
            return entry
        if not self._port:
            return PairRefused.NOT_ON_A_NETWORK  # nobody could ever dial us
        if isinstance(entry, QrCode):
            addresses = [(ip, entry.port) for ip in entry.addresses]
        return await join(self._side(), entry, addresses, self._means)

    def _side(self) -> Side:
        return Side(self._me, self.addresses(), self._port, self.hub)

    # --- dialling ------------------------------------------------------------------------

    def _follow_book(self) -> None:
        """Dial who is new in the book, and nobody who is in it no more."""
        paired = self._book.paired().keys() - {self._me.device}
        for device in self._peers.keys() - paired:
            self._part(self._peers[device], lines.GOING)
        for device in self._diallers.keys() - paired:
            self._diallers.pop(device)[1].cancel()
        for device in sorted(paired - self._diallers.keys()):
            try:
                dialler = Dialler(self._me, device, self._means)
            except ValueError:  # what somebody wrote into the roster; it is no device
                _log.debug("no device: %.16s", device)
                continue
            task = asyncio.create_task(self._keep_dialling(device, dialler))
            self._diallers[device] = dialler, task

    async def _hang_up(self) -> None:
        tasks = [task for _, task in self._diallers.values()]
        self._diallers.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_dialling(self, device: str, dialler: Dialler) -> None:
        while True:
            await dialler.pause()
            if device in self._peers:
                await dialler.woken()
                continue
            try:
                met = await dialler.reach(self._book.paired().get(device, ()))
            except Exception:  # noqa: BLE001 a dialler that ended unseen would keep them apart
                _log.exception("dialling %s stumbled; it goes on", device[:8])
            else:
                self._reached(device, met)

    def _reached(self, device: str, met: Line | Removed | None) -> None:
        if isinstance(met, Removed):
            self._tell(self._node.receive, device, met)
        elif met is not None:
            peer = _Peer(device, dialler=self._me.device, line=met)
            if device in self._book.paired() and self._is_wanted(peer):
                self._take(peer)
                self._spawn(self._listen_to(peer))
            else:
                self._spawn(met.close(lines.ANOTHER_LINE))

    # --- answering -----------------------------------------------------------------------

    async def _met(self, line: Line) -> None:
        """Let somebody prove who they are; to strangers nothing is said but a nonce."""
        nonce, patience = challenge(), self._patience()
        try:
            async with asyncio.timeout(patience):
                line.say(opening_text(Challenge(nonce)))
                said = opening_from(await line.hear(patience))
        except (TimeoutError, Quiet):
            return
        if isinstance(said, PairingAsked) and self.inviting is not None:
            came = Came(said, nonce, self._means.monotonic())
            await let_join(line, self.inviting, self._side(), came)
            return
        device = proven(self._me.device, nonce, said) if isinstance(said, Proof) else None
        if device is None or device == self._me.device:
            await line.close(lines.STRANGER)
        elif device in self._book.removed():
            line.say(to_text(self._book.removal(device)))
            await line.close(lines.REMOVED)
        elif device not in self._book.paired():
            await line.close(lines.STRANGER)
        else:
            await self._welcome(_Peer(device, dialler=device, line=line))

    def _patience(self) -> float:
        """Give how long a stranger may take: who types a code needs time to work out its key."""
        open_to = self.inviting
        if open_to is None or open_to.invitations.standing(self._means.monotonic()) is None:
            return self._means.pace.prove
        return ANSWER_SECONDS

    async def _welcome(self, peer: _Peer) -> None:
        if self._is_closed or not self._is_wanted(peer):
            await peer.line.close(lines.ANOTHER_LINE)
            return
        if self._door is not None:
            self._door.know(peer.line.file_number)
        peer.line.say(lines.LET_IN + "{}]")
        self._take(peer)
        await self._listen_to(peer)

    # --- one line each -------------------------------------------------------------------

    def _is_wanted(self, new: _Peer) -> bool:
        """Say which of two lines stays: the one the smaller id dialled, so both sides agree.

        A line that has gone quiet is none: who dials again knows better.
        """
        old = self._peers.get(new.device)
        if old is None or old.is_over or old.dialler == new.dialler:
            return True
        if old.line.quiet_seconds >= self._means.pace.doubtful:
            return True
        return new.dialler < old.dialler

    def _take(self, peer: _Peer) -> None:
        """Make a line the one to its device, in place of any other."""
        old = self._peers.get(peer.device)
        if old is not None:
            self._lost(old)
            self._spawn(old.line.close(lines.ANOTHER_LINE))
        self._peers[peer.device] = peer
        self._tell(self._node.linked, peer.device)

    async def _listen_to(self, peer: _Peer) -> None:
        try:
            while True:
                said = await peer.line.hear(self._means.pace.silence)
                if peer.is_over:
                    return
                message = from_text(said)
                if isinstance(message, Unreadable):
                    _log.warning("%s said what nobody can read: %s", peer.device[:8], message.why)
                else:
                    self._tell(self._node.receive, peer.device, message)
        except Quiet:
            pass
        finally:
            self._lost(peer)
            peer.line.cut()

    def _tell(self, told: Callable[..., None], *what: object) -> None:
        try:
            told(*what)
        except Exception:  # noqa: BLE001 one message must not cost the line, and then the next one
            _log.exception("the node stumbled; the line goes on")

    def _lost(self, peer: _Peer) -> None:
        """Tell the node that a line is gone, once."""
        peer.is_over = True
        if self._peers.get(peer.device) is not peer:
            return
        del self._peers[peer.device]
        self._tell(self._node.unlinked, peer.device)
        if peer.device in self._diallers:
            self._diallers[peer.device][0].wake()

    def _part(self, peer: _Peer, code: int) -> None:
        """Say goodbye. The node hears of it a turn later: it may be the one who is calling."""
        if peer.is_over:
            return
        peer.is_over = True
        asyncio.get_running_loop().call_soon(self._lost, peer)
        self._spawn(peer.line.close(code))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
