"""Made-up days have the figures that were agreed on, on any machine."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub_app.simulate.generate import WORLDS, generate
from hub_app.simulate.policies import POLICIES
from hub_app.simulate.reading import as_json
from hub_app.simulate.run import simulate
from tests.house.source import ROOT

DATA = Path(__file__).parents[1] / "data" / "routing_golden.json"
GOLDEN: dict[str, dict[str, float]] = json.loads(DATA.read_text(encoding="utf-8"))
LETTERS = dict(zip("abcde", POLICIES, strict=True))
SLOW = {"busy": pytest.mark.slow}
SIZES = [pytest.param(size, marks=SLOW.get(size, ())) for size in WORLDS]
SAID_TWICE = """
from hub_app.simulate.generate import generate
from hub_app.simulate.run import simulate
print([sorted(simulate(generate("small", 7), policy).items()) for policy in ("paper", "ours")])
"""


@pytest.mark.parametrize("policy", LETTERS)
@pytest.mark.parametrize("size", SIZES)
def test_every_figure_of_every_policy_is_the_agreed_one(size: str, policy: str):
    for seed in (101, 102, 103):
        found = simulate(generate(size, seed), LETTERS[policy])
        assert found == pytest.approx(GOLDEN[f"{size}/{seed}/{policy}"], abs=1e-4, rel=0)


@pytest.mark.parametrize(
    ("size", "digest"),
    [("small", "85ae84e8fbd8da86"), ("typical", "24372d15a2ca0a7e"), ("busy", "82481ff98580fc5f")],
)
def test_a_seed_is_one_day_to_the_last_digit(size: str, digest: str):
    text = json.dumps([as_json(generate(size, seed)) for seed in range(5)], sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == digest


def test_two_seeds_are_two_days():
    assert generate("small", 1) != generate("small", 2)


@pytest.mark.slow
def test_no_figure_hangs_on_how_python_mixes_its_hashes():
    said = {
        subprocess.run(
            [sys.executable, "-c", SAID_TWICE],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1
