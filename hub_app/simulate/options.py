"""What `hub-app simulate` can be asked, apart from what answers, which takes longer to load."""

import argparse
from pathlib import Path
from typing import NoReturn

from hub_app.console import fail

SIZES = ("small", "typical", "busy")
POLICY_NAMES = ("paper", "shortest-at-arrival", "shortest-wait", "all-queues", "ours")
PICTURES = (".png", ".svg", ".html")
USUAL = ("paper", "shortest-wait", "ours")
DAYS, SEED = 20, 1

ASSUMED = (
    "A recorded day says who came, when, for what and how patient they were. The rest is assumed:"
    " one greeter; one desk for each service, there all the time; open until an hour after the last"
    " arrival, to the next half-hour; the time with an interpreter is in the recorded minutes, and"
    " nobody has to wait for one."
)
HELP = "see what would help a hall: other orders, desks, greeters, weekdays"
DESCRIPTION = (
    "Live through many sessions without a hall, each several times: with the app’s own rule and"
    " with other ways of deciding who is called. Says what each way means for families, side by"
    " side, and where they are held up. The same seed gives the same numbers on any machine."
)
EPILOG = (
    "Sessions come from recorded days, from --generate, or from --instances, one of the three."
    f" {ASSUMED} For --move the sessions are taken as Monday to Friday, week after week:"
    " on other days the service’s needs go unmet, and on its weekday those who were turned away"
    " since the last one come too, for that need, at the time of day they came before. Differences"
    " are taken session by session; ± is the half-width of a 95 % interval (Student’s t)."
    " Less is better in every line."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of this command."""
    parser.epilog = EPILOG
    parser.error = _refuse
    days = parser.add_argument_group("the sessions")
    days.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="a recorded day (CSV), as for replay"
    )
    days.add_argument("--generate", metavar="SIZE", help=f"make sessions up: {', '.join(SIZES)}")
    days.add_argument("--days", metavar="N", help=f"how many to make up (default: {DAYS})")
    days.add_argument("--seed", metavar="S", help=f"the seed of the first (default: {SEED})")
    days.add_argument(
        "--instances", type=Path, metavar="FILE", help="sessions in hub-instance/1, one a line"
    )
    ways = parser.add_argument_group("what is compared")
    ways.add_argument(
        "--policy",
        nargs="+",
        action="extend",
        metavar="NAME",
        help=f"who is called next: {', '.join(POLICY_NAMES)} (default: {' '.join(USUAL)})",
    )
    ways.add_argument(
        "--second-greeter", action="store_true", help="what if one more person did triage"
    )
    ways.add_argument(
        "--desk",
        action="append",
        default=[],
        metavar="SERVICE+N",
        help="what if a service had more desks (money+1) or fewer (money-1); may be repeated",
    )
    ways.add_argument(
        "--move",
        action="append",
        default=[],
        metavar="SERVICE:DAY",
        help="what if a service sat on one weekday only (housing:thu); may be repeated",
    )
    ways.add_argument(
        "--capacity", metavar="N", help="how many families the hall holds at once (default: any)"
    )
    shown = parser.add_argument_group("what is shown")
    shown.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"a picture too: {', '.join(PICTURES)}"
    )
    shown.add_argument(
        "--json",
        action="store_true",
        help="give one line of JSON instead; it also measures the forecasts",
    )


def _refuse(message: str) -> NoReturn:
    raise SystemExit(fail(f"{message[:1].upper()}{message[1:]}."))
