"""Running a centre until it is stopped: the port, the workers, and who may reach it."""

import errno
import logging
import os
import socket
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Protocol

import uvicorn
from uvicorn.supervisors import Multiprocess

from sync.centre import people
from sync.centre.app import create_app
from sync.centre.centre import Machine
from sync.centre.courtesy import Courteous
from sync.centre.limits import Pace, Paces
from sync.centre.metrics import SHARED_FOLDER
from sync.centre.store import Store, Unopened, open_store
from sync.centre.upkeep import absent, made, narrow

BURST_SECONDS: Final = 30  # a pace is let go this far ahead
_STOP_SECONDS: Final = 5


@dataclass(frozen=True)
class Asked:
    """What a centre was asked to run with.

    `proxy` is the address of the machine that passes requests on to this one, if one does;
    `hub_pace` how many requests a second a hub may make after its burst, 0: any number.
    """

    data: str
    host: str
    port: int
    workers: int = 1
    proxy: str | None = None
    hub_pace: float | None = None

    @property
    def paces(self) -> Paces:
        """How often who may ask."""
        usual = Paces()
        if self.hub_pace is None:
            return usual
        if self.hub_pace == 0:
            return Paces(address=None, hub=None)
        burst = max(1, round(self.hub_pace * BURST_SECONDS))
        return Paces(address=usual.address, hub=Pace(burst, self.hub_pace))


class MachineOf(Protocol):
    """Gives the machine a centre runs on; each worker asks for its own."""

    def __call__(self, *, is_alone: bool) -> Machine:
        """Give it; `is_alone`: nobody but this machine can ask the centre anything."""
        ...


def run(asked: Asked, machine_of: MachineOf, say: Callable[[str], None]) -> str | None:
    """Run a centre until it is stopped; None when it ran, else a sentence why it did not.

    One worker is stopped by KeyboardInterrupt.
    """
    is_new = absent(asked.data) is not None
    store = open_store(asked.data)
    if isinstance(store, Unopened):
        return store.why
    narrow(store.path)
    door = _listen(asked.host, asked.port)
    if isinstance(door, str):
        store.close()
        return door
    is_alone = _is_loopback(door) and asked.proxy is None
    with closing(store), closing(door):
        refusal = _refusal(asked, store, is_alone=is_alone)
        if refusal is not None:
            return refusal
        say(f"The centre is at {_address(door)}")
        say(f"It keeps its counts in {store.where}")
        if is_new:
            say(made(store.where))
        say("Stop it with Ctrl-C.")
        if asked.workers == 1:
            start_log()
            app = create_app(store, machine_of(is_alone=is_alone), asked.paces)
            uvicorn.Server(_config(asked, app)).run(sockets=[door])
            return None
        store.close()
        _run_many(asked, _Made(machine_of, asked, is_alone), door)
    return None


def start_log() -> None:
    """Let the centre write its log to standard error, and libraries what they warn of."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for chatty in ("uvicorn", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@dataclass(frozen=True)
class _Made:
    """Makes the application of one of many workers, in its own process."""

    machine_of: MachineOf
    asked: Asked
    is_alone: bool

    def __call__(self) -> Courteous:
        start_log()
        store = open_store(self.asked.data)
        if isinstance(store, Unopened):  # it could be opened a moment ago
            raise RuntimeError(store.why)  # noqa: TRY004
        return create_app(store, self.machine_of(is_alone=self.is_alone), self.asked.paces)


def _run_many(asked: Asked, made: _Made, door: socket.socket) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ[SHARED_FOLDER] = folder
        Multiprocess(_config(asked, made), sockets=[door]).run()


def _config(asked: Asked, app: Courteous | _Made) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, _Made),
        workers=asked.workers,
        access_log=False,  # it would name the address of whoever asks
        log_config=None,
        proxy_headers=asked.proxy is not None,
        forwarded_allow_ips=asked.proxy,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_STOP_SECONDS,
    )


def _refusal(asked: Asked, store: Store, *, is_alone: bool) -> str | None:
    if asked.workers > 1 and store.is_embedded:
        return (
            "Many workers need PostgreSQL: a file has one writer."
            " Leave --workers out, or name a database with --data postgresql://…"
        )
    with store.reading() as reading:
        is_anybody = people.is_anybody(reading.connection)
    if is_alone or is_anybody:
        return None
    return (
        "Nobody has been added yet, so nobody could sign in, and others could reach this centre."
        " Add somebody first: hub-centre people add NAME --role operator, with the same --data."
    )


def _listen(host: str, port: int) -> socket.socket | str:
    """Take the port before anything else is started, or say why it can’t be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as fault:
        match fault.errno:
            case errno.EADDRINUSE:
                return (
                    f"Port {port} is in use, perhaps by another centre."
                    " Stop that one, or choose another with --port."
                )
            case errno.EACCES:
                return f"Port {port} is not for everybody. Choose one above 1023 with --port."
            case _:
                return f"Can’t listen on {host}. Choose an address of this machine with --host."


def _is_loopback(door: socket.socket) -> bool:
    return ip_address(door.getsockname()[0]).is_loopback


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
