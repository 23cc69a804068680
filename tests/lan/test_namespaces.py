"""Four tablets in four network namespaces: whatever is cut or killed, nobody is lost or doubled.

`python -m tests.lan.namespaces --calls 10000` is the same at full length.
"""

import faulthandler
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.lan.apart import why_no_namespaces
from tests.lan.namespaces import AGAIN_SECONDS
from tests.support.hall import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.faults]
CALLS = 1500
PATIENCE_SECONDS = 600


@pytest.fixture
def may_be_apart() -> None:
    """Skip where no namespaces can be made; but in CI they must be."""
    why = why_no_namespaces()
    if why and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why:
        pytest.skip(why)


@pytest.mark.usefixtures("may_be_apart")
def test_thousands_of_calls_in_a_broken_network_lose_and_double_nobody() -> None:
    faulthandler.cancel_dump_traceback_later()  # pytest's own patience; ours is the one below
    command = [sys.executable, "-m", "tests.lan.namespaces", "--calls", str(CALLS)]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0
    found: dict[str, Any] = json.loads(done.stdout)
    sys.stdout.write(f"{found}\n")
    assert found["calls"] >= CALLS
    for broken in (
        "lost",
        "called_to_two_desks",
        "begun_at_two_desks",
        "called_twice",
        "calls_not_kept",
        "finished_not_ended",
    ):
        assert found[broken] == [], broken
    assert found["rows_not_in_all"] == 0
    assert found["ended"] + found["waiting_at_the_end"] >= found["arrived"]
    for what in ("keeper killed", "keeper cut off", "another cut off"):
        assert found["again_seconds"][what]["max"] <= AGAIN_SECONDS, what
