"""A council of 32 hubs does not wait long for its audit."""

import sys
from collections import defaultdict
from dataclasses import replace
from time import perf_counter

import pytest

from sync.centre.publishing.audit import Out, decide, told
from sync.centre.publishing.rounding import Rule
from sync.centre.publishing.tables import Exact, Where
from tests.centre.publishing.halls import SCOPE, made_up

HUBS = 32


def whole(hubs: list[Exact]) -> Exact:
    cells: dict[str, dict[Where, int]] = {code: defaultdict(int) for code in hubs[0].cells}
    visits: dict[str, int] = defaultdict(int)
    for each in hubs:
        for code, counted in each.cells.items():
            for where, n in counted.items():
                cells[code][where] += n
        for month, n in each.visits.items():
            visits[month] += n
    return Exact(cells, visits)


@pytest.mark.slow
def test_a_quarter_of_32_hubs_is_audited_in_seconds(capsys: pytest.CaptureFixture[str]):
    hubs = [made_up(seed, 300 + 40 * seed) for seed in range(HUBS)]
    began = perf_counter()
    new = Out(SCOPE, Rule.MIDPOINT_6, whole(hubs))
    decided = decide([], new)
    council = perf_counter() - began
    out = [replace(new, told=decided.told)]
    slowest = 0.0
    for i, counted in enumerate(hubs[:6]):
        began = perf_counter()
        own = Out(replace(SCOPE, hub=f"H{i}"), Rule.MIDPOINT_6, counted)
        out.append(replace(own, told=decide(out, own).told))
        slowest = max(slowest, perf_counter() - began)
    with capsys.disabled():
        counts = len(told(out).known.bounds)
        sys.stdout.write(
            f"\naudit: council {council:.2f} s, slowest of 6 hubs beside it {slowest:.2f} s,"
            f" {counts} unknown counts in the end\n"
        )
    assert decided.told
    assert council < 30
    assert slowest < 30
