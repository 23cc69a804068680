"""The commands: run a hub, see a demo, play recorded days."""

import argparse
import asyncio
import logging
import os
import re
import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

from hub_app import carrying, config, gating
from hub_app.clocks import SystemClock
from hub_app.config import CENTRE_PORT, HUB_PORT, OTHERS_PORT
from hub_app.console import fail, say
from hub_app.core.pack import Pack
from hub_app.demo import CENTRE_FILE, centre_beside, open_demo
from hub_app.line import enrol, how_to_enrol
from hub_app.main import Tablet, Unopened, load_pack, open_tablet
from hub_app.replay import command as replay
from hub_app.simulate import options as simulate
from sync.http import BadAddress, HttpEndpoint
from sync.record import Place

HIGHEST_PORT = 65_535


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:6]) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to {HIGHEST_PORT}")
    return int(text)


def _hub_code(text: str) -> str:
    if not re.fullmatch(r"[A-Z0-9-]{2,12}", text):
        raise argparse.ArgumentTypeError("it is 2 to 12 capital letters, digits or dashes")
    return text


def parser() -> argparse.ArgumentParser:
    """Give the parser of every command."""
    top = argparse.ArgumentParser(
        prog="hub-app",
        description="Run a drop-in session: triage, desks, closing counts. No internet needed.",
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    one = commands.add_parser(
        "run",
        help="run a hub on this device",
        description="Run a hub on this device and show it in the browser, on this device only.",
    )
    one.add_argument("--data", type=Path, required=True, metavar="DIR", help="the hub's folder")
    one.add_argument("--hub", type=_hub_code, required=True, help="the hub's short code, as H2")
    one.add_argument("--centre", metavar="URL", help="the centre to send to (default: none)")
    one.set_defaults(run=_run)
    demo = commands.add_parser(
        "demo",
        help="see a hub with a morning under way, and a centre",
        description="Start a demo hub and a centre on this machine and open the browser.",
    )
    demo.add_argument(
        "--data",
        type=Path,
        default=Path(".run"),
        metavar="DIR",
        help="where the demo is kept (default: .run here)",
    )
    demo.add_argument(
        "--centre-port",
        type=_port,
        default=CENTRE_PORT,
        help=f"the centre's port (default: {CENTRE_PORT})",
    )
    demo.set_defaults(run=_demo)
    for each in (one, demo):
        each.add_argument(
            "--port", type=_port, default=HUB_PORT, help=f"the hub's port (default: {HUB_PORT})"
        )
        each.add_argument(
            "--name", default="1", help="what the other tablets call this one at first"
        )
        each.add_argument(
            "--others-port",
            type=_port,
            default=OTHERS_PORT,
            metavar="PORT",
            help=f"where paired tablets reach this one (default: {OTHERS_PORT}; if taken, any)",
        )
        each.add_argument(
            "--others-host",
            default="0.0.0.0",  # noqa: S104 it answers only to paired tablets, and only once paired
            metavar="IP",
            help="the address of this machine they reach it at (default: all it has)",
        )
        each.add_argument(
            "--language", default="en", metavar="CODE", help="what the screens speak (default: en)"
        )
        each.add_argument(
            "--no-browser", action="store_true", help="only say where to look; open no browser"
        )
    replay.add_options(
        commands.add_parser("replay", help=replay.HELP, description=replay.DESCRIPTION)
    )
    gating.add_gate_options(
        commands.add_parser("gate", help=gating.GATE_HELP, description=gating.GATE_DESCRIPTION)
    )
    gating.add_explain_options(
        commands.add_parser(
            "explain-batch", help=gating.EXPLAIN_HELP, description=gating.EXPLAIN_DESCRIPTION
        )
    )
    for name, add_options, told, description in (
        ("carry", carrying.add_carry_options, carrying.CARRY_HELP, carrying.CARRY_DESCRIPTION),
        (
            "deliver",
            carrying.add_deliver_options,
            carrying.DELIVER_HELP,
            carrying.DELIVER_DESCRIPTION,
        ),
        ("key", carrying.add_key_options, carrying.KEY_HELP, carrying.KEY_DESCRIPTION),
    ):
        add_options(commands.add_parser(name, help=told, description=description))
    asks = commands.add_parser("simulate", help=simulate.HELP, description=simulate.DESCRIPTION)
    simulate.add_options(asks)
    asks.set_defaults(run=_simulate)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code: 0, or 1 with one sentence why not.

    Ctrl-C comes out as KeyboardInterrupt, but for a hub that ran.
    """
    top = parser()
    asked, unknown = top.parse_known_args(arguments)
    if unknown and asked.run is _simulate:
        return fail(f"hub-app simulate has no option {unknown[0]}; --help lists what it has.")
    if unknown:
        top.error(f"unrecognized arguments: {' '.join(unknown)}")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        code: int = asked.run(asked)
    except BrokenPipeError:  # whoever read what we print has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return any(
        os.environ.get(name)
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    )


def _show(address: str, asked: argparse.Namespace, centre: str | None, tablet: Tablet) -> None:
    say(f"The hub is at        {address}")
    if centre is not None:
        say(f"The centre is at     {centre}")
    say(f"Everything is kept in {asked.data.absolute()}")
    if asked.run is _demo:
        say("Delete that folder to begin again with a fresh morning.")
    elif centre is not None:
        how = how_to_enrol(tablet.place, tablet.signer)
        say(f"Should the centre not know this tablet yet, there: {how}")
    if asked.no_browser or not _has_screen():
        say("Open the first address in a browser on this machine.")
    else:
        webbrowser.open(address)
    say("Stop with Ctrl-C.")


def _simulate(asked: argparse.Namespace) -> int:
    # A hall that opens has no need of made-up days.
    from hub_app.simulate.command import run  # noqa: PLC0415

    return run(asked)


def _run(asked: argparse.Namespace) -> int:
    endpoint = None if asked.centre is None else HttpEndpoint.at(asked.centre)
    if isinstance(endpoint, BadAddress):
        return fail(endpoint.value)
    pack = load_pack(config.pack_folder())
    if isinstance(pack, Unopened):
        return fail(pack)
    clock, place = SystemClock(pack.zone), Place(pack.council, asked.hub)
    return _on_its_port(
        asked,
        lambda at: _serve(asked, at, open_tablet(asked.data, pack, clock, place), asked.centre),
    )


def _demo(asked: argparse.Namespace) -> int:
    pack = load_pack(config.pack_folder())
    if isinstance(pack, Unopened):
        return fail(pack)
    return _on_its_port(asked, lambda at: _serve_demo(asked, at, pack))


def _serve_demo(asked: argparse.Namespace, listening: socket.socket, pack: Pack) -> int:
    with centre_beside(asked.data / "centre", asked.centre_port) as centre:
        if isinstance(centre, Unopened):
            return fail(centre)
        tablet = open_demo(asked.data / "hub", pack)
        if not isinstance(tablet, Unopened):
            sentence = enrol(tablet, str(asked.data / "centre" / CENTRE_FILE))
            if sentence is not None:
                tablet.close()
                return fail(sentence)
        return _serve(asked, listening, tablet, centre)


def _on_its_port(asked: argparse.Namespace, go: Callable[[socket.socket], int]) -> int:
    """Go on with the port taken; where this machine lacks what was asked for, nothing is made."""
    # Flet takes a second to load; a replay has no need of it.
    from hub_app.ui.serve import PortTaken, listen  # noqa: PLC0415
    from hub_app.ui.strings import SOURCE, languages, strings_in  # noqa: PLC0415

    wanted = asked.language
    if strings_in(wanted).language == SOURCE and not wanted.lower().startswith(SOURCE):
        return fail(f"There is no language “{wanted}” here. There are: {', '.join(languages())}.")
    if not _is_own(asked.others_host):
        return fail(f"This machine has no address {asked.others_host} that others could reach.")
    listening = listen(asked.port)
    if isinstance(listening, PortTaken):
        return fail(listening.sentence)
    with listening:
        return go(listening)


def _is_own(host: str) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, 0), family=family):
            return True
    except OSError:
        return False


def _serve(
    asked: argparse.Namespace,
    listening: socket.socket,
    tablet: Tablet | Unopened,
    centre: str | None,
) -> int:
    from hub_app.serving import Others, Wanted, run  # noqa: PLC0415

    if isinstance(tablet, Unopened):
        return fail(tablet)
    others = Others(asked.others_host, asked.others_port, asked.name)
    try:
        asyncio.run(
            run(
                tablet,
                listening,
                wanted=Wanted(centre, asked.language, others),
                up=lambda at: _show(at, asked, centre, tablet),
            )
        )
    finally:
        tablet.close()
    say("Stopped. Everything is kept.")
    return 0
