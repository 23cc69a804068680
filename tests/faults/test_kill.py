"""Whatever is killed at whatever moment: all that was promised is there, in order, used once."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from hub_app.core import events as e
from tests.support.hall import ROOT, Hall, done, hall_in

KILLS = 24

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def _killed_after(folder: Path, lines: int) -> list[str]:
    """Let a hub write in a process of its own; kill it after it has said so many lines."""
    command = [sys.executable, "-m", "tests.support.writer", str(folder)]
    said: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        while len(said) < lines:
            said.append(writer.stdout.readline())
            assert said[-1], "the writer ended by itself"
        writer.kill()
        # What was in the pipe when it died was promised too; a half-said line was not.
        said += [line for line in writer.stdout if line.endswith("\n")]
    return said


def _promised(said: list[str]) -> list[tuple[str, int]]:
    words = [line.split() for line in said]
    return [(each[1], int(each[2])) for each in words if each[0] == "kept"]


def _numbers(there: Hall) -> list[int]:
    rows = there.db.conn.execute("SELECT n FROM event ORDER BY seq")
    return [row[0] for row in rows]


def test_nothing_promised_is_lost_and_no_number_is_skipped_or_used_again(tmp_path: Path):
    chance, promised = Random(7), list[tuple[str, int]]()
    for kill in range(KILLS):
        # Every fourth dies while it opens the file; the others after some or many arrivals.
        lines = 1 if kill % 4 == 0 else chance.randint(2, 120)
        promised += _promised(_killed_after(tmp_path, lines))
    there = hall_in(tmp_path)
    numbers = _numbers(there)
    assert numbers == [*range(1, len(numbers) + 1)]
    facts = there.log.session(there.hub.session.id)
    assert len({n for _, n in promised}) == len(promised) > KILLS
    given_out = {k.n: k.event.ticket for k in facts if isinstance(k.event, e.Arrived)}
    assert all(given_out[n - 1] == ticket for ticket, n in promised)
    assert len(set(given_out.values())) == len(given_out)
    assert len(there.hub.session.visits) == len(given_out)
    assert all(visit.needs for visit in there.hub.session.visits.values())  # no half tap
    done(there.hub.arrive())
    there.shut()
