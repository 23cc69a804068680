"""Recorded days lived through the real hub: the sums agree everywhere, and twice is once."""

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub_app.cli import main

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[1] / "data"
DAYS = tuple(DATA / f"hub_day_{name}_seed1000.csv" for name in ("quiet", "base", "busy", "surge"))
GROUPS = {
    "lone": "lone",
    "minority_ethnic": "minority",
    "disabled": "disab",
    "mother_under25": "under25",
    "baby_under1": "baby",
    "large3plus": "three",
}


@dataclass
class Centre:
    """A real centre in a process of its own."""

    url: str
    kept_in: Path

    @property
    def at(self) -> tuple[str, ...]:
        """The options of a replay that sends there, and is known there."""
        return ("--centre", self.url, "--centre-data", str(self.kept_in))

    def rows(self, hub: str = "REPLAY") -> list[dict[str, Any]]:
        return httpx.get(f"{self.url}/v1/counts", params={"hub": hub}).json()["rows"]

    def sessions(self) -> list[dict[str, Any]]:
        return httpx.get(f"{self.url}/v1/sessions").json()["sessions"]

    def all(self) -> str:
        return json.dumps([self.rows(), self.sessions()])


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    kept_in = tmp_path / "centre.db"
    process = subprocess.Popen(
        [sys.executable, "-m", "sync.centre", "--port", "0", "--data", str(kept_in)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    try:
        yield Centre(first.split()[-1].rstrip("/"), kept_in)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def replay(capsys: pytest.CaptureFixture[str], data: Path, *more: str) -> dict[str, Any]:
    code = main(["replay", *map(str, DAYS), "--data", str(data), "--json", *more])
    said = capsys.readouterr()
    assert code == 0, said.err
    return json.loads(said.out.splitlines()[-1])


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(rows: list[dict[str, str]], column: str) -> Counter[str]:
    return Counter(part for row in rows for part in row[column].split("|") if part)


def test_the_sums_of_every_day_are_the_files_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = replay(capsys, tmp_path / "hub")
    assert [each["file"] for each in result["sessions"]] == [path.name for path in DAYS]
    for path, session in zip(DAYS, result["sessions"], strict=True):
        rows, needs = lines(path), session["needs"]
        assert session["visits"] == len(rows)
        assert needs["opened"] == sum(listed(rows, "needs").values())
        assert needs["opened"] == sum(
            needs[how] for how in ("met", "booked", "referred", "left", "unmet")
        )
        assert sum(session["contacts"].values()) == needs["met"]
        assert session["groups"] == {
            ours: listed(rows, "priority_groups")[theirs] for theirs, ours in GROUPS.items()
        }
        area = Counter(row["area"] for row in rows)
        assert session["area"] == {"from_this_area": area["in"], "from_elsewhere": area["out"]}
        gains = sum(int(row["gain_gbp"]) + int(row["fuel_gbp"]) for row in rows)
        assert session["gain_total"] <= gains
        if not session["left_unserved"]:
            assert session["gain_total"] == gains
    for kind in result["fragments"].values():
        assert kind["sent"] + kind["held"] + kind["destroyed"] == kind["visits"]
    assert {"visit", "wait", "need", "service", "area"} <= result["fragments"].keys()
    everybody = sum(each["visits"] for each in result["sessions"])
    assert result["fragments"]["visit"]["visits"] == everybody
    assert result["centre"] is None


def test_the_centre_counts_what_the_hub_counts(
    centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = replay(capsys, tmp_path / "hub", *centre.at)
    assert result["centre"]["equal"]
    assert result["centre"]["refused"] == 0
    held = {
        (each["day"], each["visits"], tuple(each["contacts"].items())) for each in centre.sessions()
    }
    days = ("2026-01-06", "2026-01-13", "2026-01-20", "2026-01-27")
    assert held == {
        (day, each["visits"], tuple(each["contacts"].items()))
        for day, each in zip(days, result["sessions"], strict=True)
    }
    assert all(row["n"] >= 5 for row in centre.rows())


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE closing SET visits = visits + 1",
        "DELETE FROM closing",
        "UPDATE counted SET n = n + 1",
        "DELETE FROM counted WHERE n = (SELECT min(n) FROM counted)",
    ],
)
def test_a_centre_that_holds_something_else_does_not_agree(
    spoilt: str, centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["replay", str(DAYS[1]), "--data", str(tmp_path / "hub"), "--json"]
    assert main([*asked, *centre.at]) == 0
    with closing(sqlite3.connect(tmp_path / "centre.db")) as db:
        assert db.execute(spoilt).rowcount > 0
        db.commit()
    capsys.readouterr()
    assert main([*asked, *centre.at]) == 1
    assert not json.loads(capsys.readouterr().out)["centre"]["equal"]


def test_playing_twice_or_in_another_folder_changes_nothing_at_the_centre(
    centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = replay(capsys, tmp_path / "hub", *centre.at)
    before = centre.all()
    again = replay(capsys, tmp_path / "hub", *centre.at)
    elsewhere = replay(capsys, tmp_path / "other", *centre.at)
    assert centre.all() == before
    for each in (again, elsewhere):
        assert {**each, "seconds": 0} == {**first, "seconds": 0}


def test_month_rows_leave_when_a_later_session_shows_the_month_is_over(
    centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = replay(capsys, tmp_path / "hub", *centre.at, "--from", "2026-03-17")
    assert result["centre"]["equal"]
    assert result["fragments"]["area"]["sent"] > 0
    periods = {row["period"] for row in centre.rows()}
    assert "2026-03" in periods
    assert not any(period.startswith(("2026-04", "2026-Q2")) and len(period) == 7
                   for period in periods)  # fmt: skip


def facts_of(data: Path) -> list[tuple[int, str, str]]:
    """Give (seq, wall, kind) of every fact in a hub's log."""
    with closing(sqlite3.connect(data / "hub.db")) as db:
        return db.execute("SELECT seq, millis, kind FROM event ORDER BY seq").fetchall()


def test_a_day_cut_off_after_any_fact_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    asked = ["replay", str(DAYS[1]), "--data"]
    assert main([*asked, str(whole)]) == 0
    facts = facts_of(whole)
    together = [
        seq
        for (seq, at, kind), (_, then, next_kind) in pairwise(facts)
        if at == then and kind == "started" and next_kind == "called"
    ]
    # A visit closes in the same tap, and so the same transaction, as its last stop is finished.
    taps = [seq for (seq, _, _), (_, _, kind) in pairwise(facts) if kind != "visit_closed"]
    every = taps[:: len(taps) // 8]
    assert together
    for seq in (*together[:4], *every):
        shutil.copytree(whole, cut)
        with closing(sqlite3.connect(cut / "hub.db")) as db:
            db.execute("DELETE FROM event WHERE seq > ?", (seq,))
            db.commit()
        assert main([*asked, str(cut)]) == 0
        assert [fact[1:] for fact in facts_of(cut)] == [fact[1:] for fact in facts], seq
        shutil.rmtree(cut)


def test_a_replay_killed_anywhere_goes_on_to_the_same_counts(
    centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = replay(capsys, tmp_path / "whole", *centre.at)
    before = centre.all()
    data = tmp_path / "cut"
    command = [sys.executable, "-m", "hub_app", "replay", *map(str, DAYS), "--data", str(data)]
    for kill in range(12):
        process = subprocess.Popen([*command, *centre.at], stdout=subprocess.DEVNULL)
        try:
            process.wait(1.0 + 0.13 * kill)
            break
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    result = replay(capsys, data, *centre.at)
    assert {**result, "seconds": 0} == {**whole, "seconds": 0}
    assert centre.all() == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--speed", "0"], "--speed is a number above 0, or max"),
        (["--speed", "fast"], "--speed is a number above 0, or max"),
        (["--hub", "lower"], "--hub is 2 to 12 capital letters"),
        (["--centre", "ftp://centre"], "The centre’s address must begin with"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_a_failure(
    more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(DAYS[0]), "--data", str(tmp_path / "hub"), *more]) == 1
    assert said in capsys.readouterr().err


def test_a_bad_day_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(DAYS[0].read_text().replace("DWP", "TAXI"))
    assert main(["replay", str(DAYS[1]), str(bad), "--data", str(tmp_path / "hub")]) == 1
    assert "bad.csv, line 2, column needs: ‘TAXI’" in capsys.readouterr().err
    assert not (tmp_path / "hub").exists()


def test_a_folder_that_holds_another_day_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "hub")
    assert main(["replay", str(DAYS[0]), "--data", data]) == 0
    assert main(["replay", str(DAYS[1]), "--data", data]) == 1
    assert "already holds another session for 2026-01-06" in capsys.readouterr().err


def test_with_no_centre_to_reach_everything_is_kept_and_goes_later(
    centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["replay", str(DAYS[0]), "--data", str(tmp_path / "hub"), "--json"]
    assert main([*asked, "--centre", "http://127.0.0.1:9"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["centre"] == {"accepted": 0, "refused": 0, "equal": False}
    assert "kept here" in said.err
    assert main([*asked, "--centre", centre.url]) == 1
    assert "hub-centre enrol-hub" in capsys.readouterr().err
    assert main([*asked, *centre.at]) == 0
    assert json.loads(capsys.readouterr().out)["centre"]["equal"]


def test_a_day_before_a_session_that_is_there_is_not_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["replay", str(DAYS[0]), "--data", str(tmp_path)]
    assert main([*command, "--from", "2030-01-01"]) == 0
    capsys.readouterr()
    assert main(command) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path} already holds a later session (1 January 2030), so 6 January 2026 cannot be"
        " played. Choose another --data folder or a later --from.\n"
    )
    with sqlite3.connect(tmp_path / "hub.db") as db:
        days = db.execute("SELECT count(*) FROM event WHERE kind = 'session_opened'").fetchone()
    db.close()
    assert days == (1,)


def test_recorded_days_are_not_played_into_another_hubs_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["replay", str(DAYS[0]), "--data", str(tmp_path)]
    assert main(command) == 0
    assert main([*command, "--hub", "OTHER"]) == 1
    assert "belongs to hub REPLAY" in capsys.readouterr().err
    with sqlite3.connect(tmp_path / "hub.db") as db:  # as a folder was before it had a mark of it
        db.execute("DELETE FROM setting WHERE name = 'hub'")
    db.close()
    assert main([*command, "--hub", "OTHER"]) == 1
    assert "belongs to hub REPLAY" in capsys.readouterr().err
    assert main(command) == 0
