"""`hub-app simulate` as a person and a program meet it."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hub_app.cli import main, parser
from hub_app.simulate.generate import WORLDS, generate
from hub_app.simulate.options import PICTURES, POLICY_NAMES, SIZES
from hub_app.simulate.plot import KINDS, MISSING
from hub_app.simulate.policies import POLICIES
from hub_app.simulate.reading import as_json

DATA = Path(__file__).parents[1] / "data"
QUIET, BASE = (str(DATA / f"hub_day_{name}_seed1000.csv") for name in ("quiet", "base"))
SMALL = ["--generate", "small", "--days", "2", "--seed", "7"]
NAMES = {
    *("n", "cost", "cost_p90", "tih_all", "tih", "tih_p90", "tih_all_p90", "wait", "maxwait_p95"),
    *("abandon", "unmet", "missed_lb", "n_lb", "unfinished", "crisis_wait", "n_crisis"),
    *("appt_late", "n_appt", "overtaken", "overtaken_max", "jain", "idle_eligible", "overtime"),
    *("n_hi", "n_lo", "unmet_hi", "unmet_lo", "wait_hi", "wait_lo", "lower_own"),
}

Said = pytest.CaptureFixture[str]


def run(said: Said, *words: str) -> str:
    assert main(["simulate", *words]) == 0
    return said.readouterr().out


def as_object(said: Said, *words: str) -> dict[str, Any]:
    return json.loads(run(said, *words, "--json").splitlines()[-1])


@pytest.fixture
def instances(tmp_path: Path) -> Path:
    path = tmp_path / "days.jsonl"
    path.write_text("\n".join(json.dumps(as_json(generate("small", seed))) for seed in (7, 8)))
    return path


def test_help_names_every_option_and_what_is_assumed(capsys: Said) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["simulate", "--help"])
    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    options = ["generate", "days", "seed", "instances", "policy", "second-greeter", "desk", "move"]
    for option in [*options, "capacity", "plot", "json"]:
        assert f"--{option}" in said
    assert "one desk for each service" in said
    assert "Monday to Friday" in said
    assert "95 % interval" in said


def test_help_names_all_there_is_to_choose_from() -> None:
    assert tuple(WORLDS) == SIZES
    assert tuple(POLICIES) == POLICY_NAMES
    assert KINDS == PICTURES


def test_the_object_has_every_metric_of_every_policy_and_ours_against_each(capsys: Said) -> None:
    found = as_object(capsys, *SMALL)
    assert list(found) == ["instances", "policies", "paired", "eta", "ms_per_decision"]
    assert found["instances"] == 2
    assert list(found["policies"]) == ["paper", "shortest-wait", "ours"]
    assert list(found["paired"]) == ["ours-paper", "ours-shortest-wait"]
    assert all(set(means) == NAMES for means in found["policies"].values())
    cost = {name: means["cost"] for name, means in found["policies"].items()}
    for name, differences in found["paired"].items():
        assert set(differences) == NAMES
        mean, half_width = differences["cost"]
        assert mean == pytest.approx(cost["ours"] - cost[name.removeprefix("ours-")], abs=2e-6)
        assert half_width > 0
    for kind in ("next_call", "all_done"):
        assert {"coverage80", "width"} <= set(found["eta"][kind])
    assert set(found["ms_per_decision"]) == {"p50", "p95"}


@pytest.mark.slow
def test_the_same_sessions_from_a_file_give_the_same_numbers(capsys: Said, instances: Path) -> None:
    made_up = as_object(capsys, *SMALL, "--policy", "ours", "all-queues")
    read = as_object(
        capsys, "--instances", str(instances), "--policy", "all-queues", "--policy", "ours"
    )
    del made_up["ms_per_decision"], read["ms_per_decision"]
    assert made_up == read


def test_recorded_days_are_compared_in_plain_words(capsys: Said) -> None:
    said = run(capsys, QUIET, BASE)
    assert said.startswith("2 recorded sessions.\nA recorded day says who came")
    for words in ("waiting for a desk", "families with three or more", "ours − paper", "±"):
        assert words in said
    assert "late appointments" not in said  # no recorded day has any
    assert "is the bottleneck" in said


def test_one_session_claims_no_interval(capsys: Said) -> None:
    said = run(capsys, QUIET, "--policy", "paper", "ours")
    assert "±" not in said
    assert "in this one session" in said
    assert "Ours against paper, in this one session: a family waits" in said
    assert "Ours against paper, in this one session: 4.0 more of a hundred needs go unmet." in said
    found = as_object(capsys, QUIET, "--policy", "paper", "ours")
    assert found["paired"]["ours-paper"]["wait"][1] is None


def test_a_what_if_is_held_against_the_same_sessions_as_they_are(capsys: Said) -> None:
    words = ["--second-greeter", "--desk", "money+1", "--move", "housing:tue", "--policy", "ours"]
    said = run(capsys, QUIET, BASE, *words)
    assert "What if: one more greeter, money+1, housing on Tuesday, with ours" in said
    assert "what if − as it is" in said
    assert "Then: " in said
    found = as_object(capsys, QUIET, BASE, *words)["what_if"]
    assert found["policy"] == "ours"
    assert set(found["means"]) == set(found["paired"]) == NAMES
    assert set(found["bottleneck"]) == {"before", "after"}
    assert found["paired"]["unmet"][0] != 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "one of the three"),
        ([QUIET, "--generate", "small"], "one of the three"),
        ([QUIET, "--days", "3"], "go with --generate"),
        (["--generate", "huge"], "--generate is small, typical, busy"),
        (["--generate", "small", "--days", "none"], "--days is a whole number"),
        (["--generate", "small", "--seed", "1.5"], "--seed is a whole number"),
        (["--generate", "small", "--capacity", "0"], "--capacity is a whole number"),
        (["--generate", "small", "--policy", "best"], "There is no policy 'best'"),
        (["--generate", "small", "--plot", "x.gif"], "'x.gif' is none of them"),
        (["--generate", "small", "--plot", "no/such/x.png"], "There is no folder"),
        (["--generate", "small", "--desk", "money+1"], "No session here offers 'money'"),
        (["--generate", "small", "--move", "energy:sun"], "mon to fri"),
        (["--generate", "small", "--dance"], "has no option --dance"),
        (["--instances", "no-such-file"], "no-such-file cannot be read"),
        (["no-such-file.csv"], "no-such-file.csv cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_a_failure(
    words: list[str], why: str, capsys: Said
) -> None:
    assert main(["simulate", *words]) == 1
    said = capsys.readouterr()
    assert why in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_an_option_without_its_value_is_one_sentence_and_a_failure(capsys: Said) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--generate"])
    assert ended.value.code == 1
    assert capsys.readouterr().err == "Argument --generate: expected one argument.\n"


def test_a_bad_line_of_a_file_is_named(capsys: Said, instances: Path) -> None:
    instances.write_text(instances.read_text() + '\n{"format": "hub-instance/1"}\n')
    assert main(["simulate", "--instances", str(instances)]) == 1
    said = capsys.readouterr()
    assert f"{instances}, line 3, key services: it is missing." in said.err
    assert said.out == ""


def test_a_file_without_a_session_says_so(capsys: Said, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("\n")
    assert main(["simulate", "--instances", str(tmp_path / "none.jsonl")]) == 1
    assert "holds no session" in capsys.readouterr().err


def test_a_picture_without_its_library_is_refused_before_any_work(
    capsys: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["simulate", QUIET, "--plot", str(tmp_path / "x.png")]) == 1
    assert capsys.readouterr().err == f"{MISSING}\n"


@pytest.mark.slow
def test_a_picture_is_made_beside_the_table(capsys: Said, tmp_path: Path) -> None:
    said = run(capsys, QUIET, "--desk", "energy+1", "--plot", str(tmp_path / "x.html"))
    assert "energy+1" in said
    assert "What if: energy+1" in (tmp_path / "x.html").read_text()
