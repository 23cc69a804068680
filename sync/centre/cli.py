"""What `hub-centre` may be asked: a centre on this machine is run, or looked after."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Final, Never

from sync.centre.commands import COMMANDS, FAILED, add_data, add_parsers
from sync.centre.machine import machine_here, now_here
from sync.centre.publishing.command import add_tables, tables_command
from sync.centre.running import Asked, run
from sync.centre.store import Unopened, open_store
from sync.centre.upkeep import absent

RUN: Final = "run"
TABLES: Final = "tables"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; give the exit code: 0, or 1 with a sentence why not."""
    asked = _parser().parse_args(arguments)
    if asked.command in (None, RUN):
        return _run(asked)
    if asked.command == TABLES:
        return _tables(asked)
    ended = COMMANDS[asked.command](asked, machine_here(is_alone=True))
    print(ended.said, file=sys.stderr if ended.code else sys.stdout)
    return ended.code


def _run(asked: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, _stop)
    if asked.stop_with_input:
        threading.Thread(target=_stop_when_input_ends, daemon=True).start()
    wanted = Asked(
        data=asked.data,
        host=asked.host,
        port=asked.port,
        workers=asked.workers,
        proxy=asked.proxy,
        hub_pace=asked.hub_pace,
    )
    try:
        refusal = run(wanted, machine_here, _say)
    except KeyboardInterrupt:
        refusal = None
    if refusal is not None:
        return _fail(refusal)
    _say("The centre has stopped. Everything it received is kept.")
    return 0


def _tables(asked: argparse.Namespace) -> int:
    store = absent(asked.data) or open_store(asked.data)
    if isinstance(store, Unopened):
        return _fail(store.why)
    try:
        return tables_command(asked, store, now_here())
    finally:
        store.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hub-centre",
        description="Take the counts that drop-in hubs send, count each once, and show them.",
        epilog="Without a command it runs a centre. Hubs send to /v1/batches; people read the page"
        " at the address it prints.",
    )
    parser.add_argument(
        "--data",
        metavar="FILE|URL",
        default="centre.db",
        help="the file to keep the counts in, or postgresql://… (default: %(default)s); to run a"
        " centre, enrol-hub and migrate make the file when it is not there",
    )
    _add_running(parser, is_default=True)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    running = subparsers.add_parser(RUN, help="run a centre", description="Run a centre.")
    _add_running(running, is_default=False)
    add_parsers(subparsers)
    add_tables(subparsers)
    for each in subparsers.choices.values():
        add_data(each)
    return parser


def _add_running(parser: argparse.ArgumentParser, *, is_default: bool) -> None:
    def default(value: object) -> object:
        return value if is_default else argparse.SUPPRESS

    parser.add_argument(
        "--host",
        default=default("127.0.0.1"),
        help="the address to listen on (default: 127.0.0.1, this machine alone)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=default(8766),
        help="the port to listen on; 0 takes any free one (default: 8766)",
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=_workers,
        default=default(1),
        help="how many processes share the work; more than one needs PostgreSQL (default: 1)",
    )
    parser.add_argument(
        "--proxy",
        metavar="IP",
        default=default(None),
        help="the machine that passes requests on to this one, believed about who asks",
    )
    parser.add_argument(
        "--hub-pace",
        metavar="N",
        type=_pace,
        default=default(None),
        help="requests a second from one hub, after a burst (default: 2); 0 sets no limits at all",
    )
    parser.add_argument(
        "--stop-with-input",
        action="store_true",
        default=default(value=False),
        help="stop when standard input ends: for a program that runs a centre beside itself",
    )


def _stop_when_input_ends() -> None:
    """End with whoever started us, however they end: their end of the line closes."""
    while os.read(0, 1024):  # by its number: the thread may outlive the object
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:6]) > 65_535:
        raise argparse.ArgumentTypeError("a port is a whole number from 0 to 65535")
    return int(text)


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= 64:
        raise argparse.ArgumentTypeError("workers are a whole number from 1 to 64")
    return int(text)


def _pace(text: str) -> float:
    if not text.isascii() or not text.isdigit() or int(text[:6]) > 10_000:
        raise argparse.ArgumentTypeError("a pace is a whole number from 0 to 10000")
    return float(text)


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> Never:
    raise KeyboardInterrupt


def _fail(why: str) -> int:
    print(why, file=sys.stderr)
    return FAILED
