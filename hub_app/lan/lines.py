"""One line between two tablets: a WebSocket over TLS that knows when it has gone quiet."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Self, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed, WebSocketException

from hub_app.lan.identity import device_seen
from hub_app.lan.messages import MESSAGE_LIMIT
from hub_app.lan.pairing_code import is_local, is_port

Address = tuple[str, int]  # IPv4 address and port

UNSENT_LIMIT: Final = 4 * 1024 * 1024  # bytes kept for a peer that does not read
STRANGERS_LIMIT: Final = 32
TRIES_LIMIT: Final = 12  # addresses dialled for one device
FRAMES_LIMIT: Final = 8  # read ahead; after that TCP itself makes the other side wait

LET_IN: Final = '["LetIn",'  # how the text begins that ends the opening; then come messages

_TURNS_TO_NOTICE: Final = 10  # of the loop, until it has seen that a socket was shut

# Close codes. A stranger hears the plainest there is, whatever was wrong.
GOING: Final = 1001
STRANGER: Final = 1008
ANOTHER_LINE: Final = 4001
REMOVED: Final = 4002

# The library logs what is said, names too, at DEBUG, and a stranger's noise as an error.
_silent = logging.Logger("websockets", logging.CRITICAL)  # noqa: LOG001 one nobody can turn up
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds."""

    silence: float = 6.0  # a line on which nothing came for so long is dead
    doubtful: float = 3.0  # a line this quiet gives way to a new one
    prove: float = 5.0  # for each of TLS, the WebSocket's opening, and saying who one is
    close: float = 0.4  # for the other side to agree to a close
    first_pause: float = 0.5
    longest_pause: float = 10.0


@dataclass(frozen=True, slots=True)
class Means:
    """What comes in at the top: a monotonic clock in seconds, and chance in [0, 1)."""

    monotonic: Callable[[], float]
    chance: Callable[[], float]
    pace: Pace = field(default=Pace())


@dataclass(frozen=True, slots=True)
class PortTaken:
    """Nobody can be let in: another program has that port, or the address is not ours."""

    port: int


class Quiet(Exception):
    """Nothing came on a line for too long, or it was closed."""


class _Hearing(Connection):
    """Notes when bytes came: on a slow line a message may take longer than a silence may."""

    monotonic: Callable[[], float]
    heard_at: float

    def data_received(self, data: bytes) -> None:
        self.heard_at = self.monotonic()
        super().data_received(data)


class _Dialled(_Hearing, ClientConnection):
    pass


class _Answered(_Hearing, ServerConnection):
    pass


class Line:
    """An open line, whoever is at its other end; all of it on the one loop."""

    def __init__(self, connection: Connection, pace: Pace) -> None:
        self._connection = cast(_Hearing, connection)
        self._pace = pace
        self._is_cut = False

    @property
    def quiet_seconds(self) -> float:
        """How long ago the last bytes came, in seconds."""
        return self._connection.monotonic() - self._connection.heard_at

    @property
    def file_number(self) -> int:
        """The socket's number, which the door knows it by."""
        found: Any = self._connection.transport.get_extra_info("socket")
        return int(found.fileno())

    @property
    def device_seen(self) -> str:
        """The device whose certificate the other side showed. Raises WrongCertificate for none."""
        return device_seen(self._connection.transport.get_extra_info("ssl_object"))

    @property
    def here(self) -> str:
        """Our own address on this line."""
        return str(self._connection.local_address[0])

    def say(self, text: str) -> None:
        """Send a text after all that was sent before; never waits. On a dead line, nothing.

        A line on which too much is waiting is cut.
        """
        if self._is_cut:
            return
        broadcast([self._connection], text)  # the library's one way to write without waiting
        if self._connection.transport.get_write_buffer_size() > UNSENT_LIMIT:
            _log.warning("a line is cut: its peer does not read")
            self.cut()

    async def hear(self, silence: float) -> str:
        """Wait for the next text. Raises Quiet once no byte came for so long, or none can."""
        while True:
            left = silence - self.quiet_seconds
            try:
                async with asyncio.timeout(max(left, 0.01)):
                    said = await self._connection.recv()
            except TimeoutError:
                if self.quiet_seconds >= silence:
                    raise Quiet from None
            except ConnectionClosed as closed:
                raise Quiet from closed
            else:
                return said if isinstance(said, str) else ""

    def cut(self) -> None:
        """End the line at once, and say nothing."""
        self._is_cut = True
        self._connection.transport.abort()

    async def close(self, code: int) -> None:
        """End the line with a code, in a bounded time also when nobody reads it."""
        try:
            async with asyncio.timeout(self._pace.close * 2):
                await self._connection.close(code)
        except TimeoutError:
            pass  # so much was waiting that not even the goodbye went out
        finally:
            self.cut()

    async def gone(self) -> None:
        """Wait until nothing is left of the line. Only after a cut, or it may be for ever."""
        await self._connection.wait_closed()


async def dial(address: Address, context: ssl.SSLContext, means: Means) -> Line | None:
    """Give a line to an address, or None: nobody there, or not whom the context asks for."""
    ip, port = address
    try:
        connection = await connect(
            f"wss://{ip}:{port}/",
            ssl=context,
            host=ip,  # said again, so that no answer can send us to another address
            port=port,
            proxy=None,
            user_agent_header=None,
            create_connection=_made(_Dialled, means.monotonic),
            **_common(means.pace),
        )
    except (OSError, EOFError, WebSocketException) as fault:
        _log.debug("nobody at %s:%s: %s", ip, port, type(fault).__name__)
        return None
    return Line(connection, means.pace)


async def race(addresses: Iterable[Address], context: ssl.SSLContext, means: Means) -> Line | None:
    """Dial all addresses at once; give the first line that is up, or None. The others are cut.

    Only so many are tried, and none outside a local network, whoever gave them.
    """
    local = [(ip, port) for ip, port in dict.fromkeys(addresses) if is_local(ip) and is_port(port)]
    tries = {asyncio.create_task(dial(one, context, means)) for one in local[:TRIES_LIMIT]}
    first: Line | None = None
    pending = tries
    try:
        while pending and first is None:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            first = next((line for one in done if (line := one.result()) is not None), None)
    finally:
        await _let_go(tries, but=first)
    return first


async def _let_go(tries: set[asyncio.Task[Line | None]], but: Line | None) -> None:
    for one in tries:
        one.cancel()
    try:
        lines = await asyncio.gather(*tries, return_exceptions=True)
    except asyncio.CancelledError:
        if but is not None:
            but.cut()
        raise
    for line in lines:
        if isinstance(line, Line) and line is not but:
            line.cut()


async def answer(
    door: "Door",
    context: ssl.SSLContext,
    met: Callable[[Line], Awaitable[None]],
    means: Means,
) -> Server:
    """Let tablets in by a door; `met` has each line for as long as it lasts."""

    async def let_in(connection: ServerConnection) -> None:
        line = Line(connection, means.pace)
        try:
            await met(line)
        finally:
            line.cut()

    return await serve(
        let_in,
        sock=door,
        ssl=context,
        origins=[None],  # no web page, whoever’s browser it is in
        server_header=None,
        create_connection=_made(_Answered, means.monotonic),
        **_common(means.pace),
    )


def _common(pace: Pace) -> dict[str, Any]:
    return {
        "compression": None,
        "open_timeout": pace.prove,
        "close_timeout": pace.close,
        "ping_interval": None,  # the node's Alive is the heartbeat
        "max_size": MESSAGE_LIMIT,
        "max_queue": FRAMES_LIMIT,
        "logger": _silent,
    }


def _made(kind: type[_Hearing], monotonic: Callable[[], float]) -> Any:
    """Give what makes connections of a kind that know the time."""

    def make(*given: Any, **named: Any) -> _Hearing:
        connection = kind(*given, **named)
        connection.monotonic, connection.heard_at = monotonic, monotonic()
        return connection

    return make


class Door(socket.socket):
    """A listening socket that only so many strangers come through at once.

    They are counted from their first packet, so that no flood of half-open handshakes takes the
    files and the memory that the hall needs. Whoever has proven to be a peer counts no more.
    """

    _strangers: "dict[int, _Guest]"

    @classmethod
    def at(cls, ip: str, port: int) -> "Self | PortTaken":
        """Open a door at an address of this machine; port 0 is any that is free."""
        door = cls(socket.AF_INET, socket.SOCK_STREAM)
        door._strangers = {}
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((ip, port))
            door.listen()
        except OSError:
            door.close()
            return PortTaken(port)
        door.settimeout(0)
        return door

    @property
    def port(self) -> int:
        """The port it is at."""
        return int(self.getsockname()[1])

    def accept(self) -> tuple[socket.socket, Any]:
        """Give the next stranger, to the loop; with too many inside, turn this one away."""
        stranger, address = super().accept()
        if len(self._strangers) >= STRANGERS_LIMIT:
            stranger.close()
            raise ConnectionAbortedError  # which a loop takes for: gone before it was looked at
        guest = _Guest(self, stranger)
        self._strangers[guest.fileno()] = guest
        return guest, address

    def know(self, number: int) -> None:
        """Count the guest of that file number no more: a peer, or gone."""
        self._strangers.pop(number, None)

    async def show_out(self) -> None:
        """Send all strangers away, whatever step they are at; after the server was closed."""
        await asyncio.sleep(0)  # in this turn the server really closes
        for guest in tuple(self._strangers.values()):
            with contextlib.suppress(OSError):
                guest.shutdown(socket.SHUT_RDWR)
        for _ in range(_TURNS_TO_NOTICE):
            await asyncio.sleep(0)
        for guest in tuple(self._strangers.values()):
            guest.close()  # accepted as the server closed: asyncio forgets these unclosed


class _Guest(socket.socket):
    """The socket of somebody who came through the door; its close is noticed there."""

    def __init__(self, door: Door, accepted: socket.socket) -> None:
        family, kind, protocol = accepted.family, accepted.type, accepted.proto
        super().__init__(family, kind, protocol, fileno=accepted.detach())
        # asyncio does it only for sockets that were made with their protocol named.
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._door = door

    def close(self) -> None:
        """Close it."""
        self._door.know(self.fileno())
        super().close()
