"""A hub put back from an old copy, before a real centre: heard, and refused once."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from hub_app.main import Tablet
from hub_app.serving import Others, Work
from sync.centre import told
from sync.endpoint import BATCHES, MANIFESTS
from sync.http import HttpEndpoint
from sync.record import QUARTER, period_of
from tests.centre.builders import opened
from tests.centre.lines import Line, line_to
from tests.running.test_late_families import brought
from tests.running.test_leaving import PLACE, a_session, tablet
from tests.support.hall import done
from tests.sync.nights import Night, courier_of, through_the_night

DAY = date(2026, 11, 3)


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Line]:
    store = opened(tmp_path / "centre.db")
    async with line_to(store) as line:
        yield line
    store.close()


async def hours_pass(room: Tablet, centre: Line, hours: int = 1) -> tuple[Work, Counter[str]]:
    """Let a tablet alone work with the centre; gives how often each address was asked."""
    centre.store.enrol(PLACE, "Linlathen", room.signer.public)
    asked = Counter[str]()

    async def note(request: httpx.Request) -> None:
        asked[request.url.path] += 1

    centre.client.event_hooks = {"request": [note]}
    endpoint = HttpEndpoint.at(str(centre.client.base_url))
    assert isinstance(endpoint, HttpEndpoint)
    await endpoint.__aexit__()
    endpoint._line = centre.client
    work, night = Work(room, Others("127.0.0.1", 0)), Night()
    courier = courier_of(room.outbox, endpoint, night, work.sending.terms)
    work.sending.employ(courier)
    for _ in range(hours):
        work.look_round()
        await through_the_night(courier, night, hours=1)
    await work.tablets.close()
    return work, asked


def waiting(centre: Line) -> int:
    """How many visits wait at the hub, by what the centre keeps of what it told."""
    with centre.store.reading() as reading:
        kept = told.of(reading.connection, PLACE)
    assert kept is not None
    return kept.waiting.get(period_of(QUARTER, DAY), 0)


async def copied(tmp_path: Path, centre: Line) -> tuple[Path, Path]:
    """Give a hub's folder after a session that the centre has counted, and a copy of it."""
    here, copy = tmp_path / "hub", tmp_path / "copy"
    room, _ = tablet(here)
    a_session(room, 6)
    done(room.hub.sign_off())
    await hours_pass(room, centre)
    room.close()
    shutil.copytree(here, copy)
    return here, copy


async def test_what_it_lacks_is_not_written_over_and_its_own_is_refused_once(
    tmp_path: Path, centre: Line
):
    here, copy = await copied(tmp_path, centre)
    room, _ = tablet(here)
    brought(room, [f"late{n}" for n in range(6)])
    await hours_pass(room, centre)
    assert room.outbox.totals().settled == 2
    room.close()
    before = await centre.rows()
    shutil.rmtree(here)  # its disk died, and this is what there was
    shutil.copytree(copy, here)
    room, _ = tablet(here)
    brought(room, [f"other{n}" for n in range(7)])
    work, asked = await hours_pass(room, centre, hours=5)
    assert (work.status().refused, work.status().waiting) == (1, 0)
    assert (asked[BATCHES], asked[MANIFESTS] >= 5) == (1, True)
    assert await centre.rows() == before
    room.close()


async def test_what_it_tells_of_those_who_wait_is_heard(tmp_path: Path, centre: Line):
    here, copy = await copied(tmp_path, centre)
    room, _ = tablet(here)
    for late in ([f"late{n}" for n in range(6)], ["late6", "late7"]):  # six go, and two wait
        brought(room, late)
        await hours_pass(room, centre)
    was = waiting(centre)
    room.close()
    room, _ = tablet(copy)
    await hours_pass(room, centre)
    assert (was, waiting(centre)) == (2, 0)
    brought(room, ["other1"])
    await hours_pass(room, centre)
    assert waiting(centre) == 1
    room.close()
