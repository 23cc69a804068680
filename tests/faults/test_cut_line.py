"""The line is cut at any byte, either way, and either end dies: the centre has each batch once."""

from pathlib import Path
from random import Random

import pytest

from sync.centre.reading import Choice
from sync.centre.store import Store, open_store
from tests.support.two_ends import Cutter, Ends
from tests.sync.outboxes import HUB, SIGNER, a_day, inside, opened, taken

SEED = 1
CUTS = 20
WEEKS = 60

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def store_at(path: Path) -> Store:
    store = open_store(str(path))
    assert isinstance(store, Store), store
    return store


async def test_cut_at_any_byte_with_either_end_killed_each_batch_is_there_once(tmp_path: Path):
    chance, ends = Random(SEED), Ends(tmp_path)
    outbox = opened(ends.outbox)
    batches = taken(outbox, *(a_day(week) for week in range(WEEKS)))
    batches += taken(outbox, *(a_day(week, 2) for week in range(0, WEEKS, 3)))
    store = store_at(ends.data)
    assert store.enrol(HUB, "Linlathen", SIGNER.public) == SIGNER.key_id
    store.close()
    cutter = Cutter(ends.start_centre())
    address = await cutter.listen()
    killed: list[bool] = []
    try:
        for at in range(CUTS):
            is_centre, is_up = at % 2 == 0, chance.random() < 0.5
            cutter.arm(
                chance.randint(1, 2_500 if is_up else 900),
                lambda is_centre=is_centre: ends.kill(is_centre=is_centre),
                is_up=is_up,
            )
            if not killed or not killed[-1]:
                ends.start_hub(address)
            await cutter.is_cut.wait()
            killed.append(is_centre)
            if is_centre:
                ends.start_centre()
        if not killed[-1]:
            ends.start_hub(address)
        assert await ends.all_there() == 0
    finally:
        ends.close()
        await cutter.close()

    told = {each.period: each for each in outbox.sums(HUB)}
    assert (outbox.totals().waiting, outbox.refused()) == (0, ())
    outbox.close()
    held, once = store_at(ends.data), store_at(tmp_path / "once.db")
    for sealed in batches:
        once.receive(inside(sealed.body), 1)
    with held.reading() as there, once.reading() as wanted:
        assert there.periods(HUB) == told
        assert there.counted(Choice()) == wanted.counted(Choice())
        assert there.sessions(Choice()) == wanted.sessions(Choice())
    held.close()
    once.close()
