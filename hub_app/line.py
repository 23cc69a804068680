"""The line from this tablet to its centre: the courier's ground, and the check that both agree."""

import asyncio
import random

import httpx

from hub_app.main import Tablet, signed_off
from sync.anonymise import closing_of
from sync.courier import Courier
from sync.http import BadAddress, HttpEndpoint
from sync.record import Row

ANSWER_SECONDS = 30.0
TRIES = 3


def courier_for(tablet: Tablet, endpoint: HttpEndpoint) -> Courier:
    """Give the courier of a tablet's outbox, on real time and chance."""
    return Courier(
        tablet.outbox,
        endpoint,
        now_ms=tablet.clock.millis,
        sleep=asyncio.sleep,
        random=random.random,
    )


async def drain_once(tablet: Tablet, centre: str) -> str | None:
    """Offer everything that waits to the centre; gives a sentence when its address can't be one."""
    endpoint = HttpEndpoint.at(centre)
    if isinstance(endpoint, BadAddress):
        return endpoint.value
    async with endpoint:
        courier = courier_for(tablet, endpoint)
        for _ in range(TRIES):
            if not (await courier.drain()).waiting:
                break
    return None


def _facts(line: dict[str, object], period: str) -> tuple[str, ...]:
    known = {"council", "hub", "period", "kind", "n"}
    return (period, *(str(line[name]) for name in sorted(line) if name not in known))


def _own(row: Row) -> tuple[str, ...]:
    return (row.period, *(value for _, value in sorted(row.facts[1:])))


async def centre_agrees(tablet: Tablet, centre: str) -> bool:
    """Say whether the centre holds exactly what this hub sealed, for every period it sealed.

    Compares the rows and the closing counts. False when the centre does not answer in a way we
    can read.
    """
    council, periods = tablet.place.council, tablet.outbox.sealed_periods()
    asked = {"hub": tablet.place.hub}
    try:
        async with httpx.AsyncClient(
            base_url=centre, timeout=ANSWER_SECONDS, trust_env=False
        ) as line:
            counts = (await line.get("/v1/counts", params=asked)).raise_for_status().json()
            held = (await line.get("/v1/sessions", params=asked)).raise_for_status().json()
        rows = {
            (str(row["kind"]), *_facts(row, str(row["period"]))): int(row["n"])
            for row in counts["rows"]
            if row["period"] in periods and row["council"] == council
        }
        closings = {
            (str(each["day"]), int(each["opening"])): (int(each["visits"]), dict(each["contacts"]))
            for each in held["sessions"]
            if each["day"] in periods and each["council"] == council
        }
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False
    ours = {(row.kind, *_own(row)): row.n for row in tablet.outbox.counted()}
    return rows == ours and closings == _closings(tablet)


def _closings(tablet: Tablet) -> dict[tuple[str, int], tuple[int, dict[str, int]]]:
    made = (closing_of(session, tablet.pack) for session in signed_off(tablet))
    return {
        (each.day.isoformat(), each.opening): (each.visits, dict(each.contacts)) for each in made
    }
