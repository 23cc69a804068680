"""The line from this tablet to its centre: the courier’s ground, and whether both agree."""

import asyncio
import random
import subprocess
import sys

from hub_app.departing import note_arrival
from hub_app.main import Tablet
from hub_app.telling import next_manifest
from sync.courier import Courier, CourierStatus, Means, Terms
from sync.http import BadAddress, HttpEndpoint
from sync.manifest import Differences
from sync.record import Place
from sync.signing import Signer

TRIES = 3
ENROL_SECONDS = 60.0


def courier_for(tablet: Tablet, endpoint: HttpEndpoint, terms: Terms | None = None) -> Courier:
    """Give the courier of a tablet’s outbox, on real time and chance.

    Without terms it is the courier of a tablet alone: it sends everything, and tells of it.
    """
    means = Means(tablet.clock.millis, asyncio.sleep, random.random)
    return Courier(tablet.outbox, endpoint, means, terms or terms_alone(tablet))


def terms_alone(tablet: Tablet) -> Terms:
    """Give the terms of the only tablet of a hub."""
    return Terms(
        manifest=lambda: next_manifest(tablet),
        heard=lambda receipt: note_arrival(tablet, receipt),
    )


async def drain_once(tablet: Tablet, centre: str) -> CourierStatus | str:
    """Offer everything that waits to the centre; gives a sentence when its address can't be one."""
    endpoint = HttpEndpoint.at(centre)
    if isinstance(endpoint, BadAddress):
        return endpoint.value
    async with endpoint:
        courier = courier_for(tablet, endpoint)
        for _ in range(TRIES):
            status = await courier.drain()
            if status.is_paused or not status.waiting:
                break
        return courier.status


async def centre_agrees(tablet: Tablet, centre: str) -> bool:
    """Say whether the centre holds exactly what this hub sealed, for every period it sealed.

    It is told the sums of all rows and closing counts, and names every period that differs. False
    when it does not answer in a way we can read.
    """
    endpoint = HttpEndpoint.at(centre)
    if isinstance(endpoint, BadAddress):
        return False
    async with endpoint:
        answer = await endpoint.tell(tablet.outbox.letter(next_manifest(tablet)))
    if not isinstance(answer, Differences):
        return False
    return not {*answer.again, *answer.more}.intersection(tablet.outbox.standing(tablet.place))


def enrol(tablet: Tablet, kept_in: str) -> str | None:
    """Make a tablet’s key known to a centre on this machine; gives why not, in a sentence.

    `kept_in` is what the centre calls --data. Safe to repeat.
    """
    place, name = tablet.place, f"{tablet.place.hub.capitalize()} hub"
    about = ("--council", place.council, "--hub", place.hub, "--name", name)
    command = (sys.executable, "-m", "sync.centre", "enrol-hub", "--data", kept_in)
    done = subprocess.run(  # noqa: S603 our own program, with texts of ours
        [*command, *about, "--key", tablet.signer.public],
        capture_output=True,
        text=True,
        timeout=ENROL_SECONDS,
        check=False,
    )
    said = (done.stderr or done.stdout).strip().splitlines()
    return None if done.returncode == 0 else (said or ["The hub could not be enrolled."])[-1]


def how_to_enrol(place: Place, signer: Signer) -> str:
    """Give the command by which whoever runs the centre makes a tablet’s key known to it."""
    return (
        f"hub-centre enrol-hub --data FILE --council {place.council} --hub {place.hub}"
        f" --name NAME --key {signer.public}"
    )
