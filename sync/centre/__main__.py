"""The command that runs a centre on this machine."""

import argparse
import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final, Never

import uvicorn

from sync.centre.app import create_app
from sync.centre.ledger import Unopened, open_ledger

FAILED: Final = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the centre until it is stopped; give the exit code: 0, or 1 with a sentence why not."""
    asked = _parser().parse_args(arguments)
    ledger = open_ledger(Path(asked.data))
    if isinstance(ledger, Unopened):
        return _fail(ledger.why)
    door = _listen(asked.host, asked.port)
    if isinstance(door, str):
        ledger.close()
        return _fail(door)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    config = uvicorn.Config(
        create_app(ledger, lambda: datetime.now(UTC).astimezone()),
        access_log=False,  # it would name the address of whoever asks
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    signal.signal(signal.SIGTERM, _stop)
    if asked.stop_with_input:
        threading.Thread(target=_stop_when_input_ends, daemon=True).start()
    print(f"The centre is at {_address(door)}", flush=True)
    print(f"It keeps its counts in {ledger.path.absolute()}", flush=True)
    print("Stop it with Ctrl-C.", flush=True)
    try:
        uvicorn.Server(config).run(sockets=[door])
    except KeyboardInterrupt:
        print("The centre has stopped. Everything it received is kept.", flush=True)
    finally:
        ledger.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hub-centre",
        description="Take the counts that drop-in hubs send, count each once, and show them.",
        epilog="Hubs send to /v1/batches; people read the page at the address it prints.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=8766,
        help="the port to listen on; 0 takes any free one (default: %(default)s)",
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        default="centre.db",
        help="the file to keep the counts in, made when it is not there (default: %(default)s)",
    )
    parser.add_argument(
        "--stop-with-input",
        action="store_true",
        help="stop when standard input ends: for a program that runs a centre beside itself",
    )
    return parser


def _stop_when_input_ends() -> None:
    """End with whoever started us, however they end: their end of the line closes."""
    while sys.stdin.buffer.read(1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:6]) > 65_535:
        raise argparse.ArgumentTypeError("a port is a whole number from 0 to 65535")
    return int(text)


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


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _stop(_signal: int, _frame: FrameType | None) -> Never:
    raise KeyboardInterrupt


def _fail(why: str) -> int:
    print(why, file=sys.stderr)
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
