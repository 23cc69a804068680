"""The tools are set up to catch what the house style forbids, and our own set-up holds together."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.house.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent

HEAD = '"""What it is for."""\n\n'
LINTED = (
    ("T201", "sync/gate.py", 'print("hello")\n'),
    ("FIX001", "sync/gate.py", "# " + "FIXME: later\n"),
    ("FIX002", "sync/gate.py", "# " + "TODO: later\n"),
    ("E722", "sync/gate.py", "try:\n    x = 1\nexcept:\n    x = 2\n"),
    ("S110", "sync/gate.py", "try:\n    x = 1\nexcept Exception:\n    pass\n"),
    ("BLE001", "sync/gate.py", "try:\n    x = 1\nexcept Exception:\n    x = 2\n"),
    ("D103", "sync/gate.py", "def gate() -> None:\n    return\n"),
    ("D101", "sync/gate.py", "class Gate:\n    pass\n"),
    ("D100", "sync/gate.py", None),
    ("PLR0913", "sync/gate.py", "def f(a: int, b: int, c: int, d: int, e: int, g: int) -> None:\n"),
    ("FBT001", "sync/gate.py", "def f(is_open: bool) -> None:\n"),
    ("TID252", "sync/gate.py", "from .record import seal\n"),
    ("DTZ005", "sync/gate.py", "import datetime\n\nx = datetime.datetime.now()\n"),
    ("S608", "sync/gate.py", 'q = f"SELECT a FROM b WHERE c = {d}"\n'),
    ("N802", "sync/gate.py", "def Gate() -> None:\n"),
)

HUB = ("__main__", "main", "simulate", "ui", "lan", "hub", "store", "view", "core")
SYNC = (
    *("centre", "courier", "anonymise", "http", "outbox", "endpoint", "gate", "record"),
    *("codes", "departures", "periods", "text", "values", "wire", "alike", "cutting", "explain"),
    *("company", "gains", "labels", "manifest", "revisions", "trial", "visits_file"),
)
ALLOWED = (
    ("hub_app.__main__", "hub_app.main"),
    ("hub_app.main", "sync.anonymise"),
    ("hub_app.main", "sync.courier"),
    ("hub_app.main", "hub_app.store"),
    ("hub_app.ui", "hub_app.hub"),
    ("hub_app.ui", "hub_app.view"),
    ("hub_app.ui", "flet"),
    ("hub_app.lan", "hub_app.hub"),
    ("hub_app.simulate", "hub_app.core"),
    ("hub_app.hub", "hub_app.store"),
    ("hub_app.view", "hub_app.core"),
    ("hub_app.store", "hub_app.core"),
    ("hub_app.store", "sqlite_utils"),
    ("hub_app.core", "dataclasses"),
    ("sync.anonymise", "hub_app.core"),
    ("sync.anonymise", "sync.record"),
    ("sync.gate", "sync.record"),
    ("sync.outbox", "sync.gate"),
    ("sync.courier", "sync.outbox"),
    ("sync.http", "sync.endpoint"),
    ("sync.centre", "sync.record"),
    ("sync.centre", "fastapi"),
)
TURNED_ROUND = (
    ("hub_app.core", "hub_app.store"),
    ("hub_app.core", "hub_app.view"),
    ("hub_app.core", "time"),
    ("hub_app.core", "random"),
    ("hub_app.core", "pathlib"),
    ("hub_app.view", "flet"),
    ("hub_app.view", "hub_app.store"),
    ("hub_app.store", "hub_app.hub"),
    ("hub_app.core", "hub_app.simulate"),
    ("hub_app.hub", "hub_app.ui"),
    ("hub_app.hub", "hub_app.view"),
    ("hub_app.hub", "sync.outbox"),
    ("hub_app.hub", "flet"),
    ("hub_app.lan", "hub_app.ui"),
    ("hub_app.ui", "hub_app.lan"),
    ("hub_app.ui", "hub_app.main"),
    ("hub_app.ui", "hub_app.store"),
    ("hub_app.ui", "sync.courier"),
    ("hub_app.ui", "sync.record"),
    ("sync.anonymise", "hub_app.hub"),
    ("sync.courier", "sync.anonymise"),
    ("sync.gate", "hub_app.core"),
    ("sync.gate", "sync.outbox"),
    ("sync.gate", "asyncio"),
    ("sync.record", "sync.gate"),
    ("sync.record", "sqlite3"),
    ("sync.outbox", "sync.courier"),
    ("sync.centre", "hub_app.core"),
    ("sync.centre", "sync.gate"),
    ("sync.centre", "flet"),
)


@pytest.mark.parametrize(("code", "name", "text"), LINTED, ids=[code for code, _, _ in LINTED])
def test_the_linter_catches_what_house_style_forbids(code: str, name: str, text: str | None):
    body = "x = 1\n" if text is None else HEAD + text
    body += "    return\n" if body.endswith("None:\n") else ""
    said = subprocess.run(
        [
            BIN / "ruff",
            "check",
            "--no-cache",
            "--output-format=concise",
            "--stdin-filename",
            name,
            "-",
        ],
        cwd=ROOT,
        input=body,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert f"{code} " in said


def planted(folder: Path, imports: list[tuple[str, str]]) -> Path:
    """Write both packages in miniature, with those imports and our own contracts."""
    for package, modules in (("hub_app", HUB), ("sync", SYNC)):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
        for module in modules:
            lines = [f"import {to}\n" for who, to in imports if who == f"{package}.{module}"]
            (folder / package / f"{module}.py").write_text("".join(lines), encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_along_the_arrows_are_allowed(tmp_path: Path):
    said = contracts(planted(tmp_path, list(ALLOWED)))
    assert said.returncode == 0, said.stdout


@pytest.mark.slow
@pytest.mark.parametrize("turned", TURNED_ROUND, ids="-".join)
def test_an_import_that_turns_round_is_caught(turned: tuple[str, str], tmp_path: Path):
    said = contracts(planted(tmp_path, [*ALLOWED, turned]))
    assert said.returncode == 1
    assert " -> ".join(turned) in " ".join(said.stdout.split())


def test_every_part_but_the_screens_is_typed_strictly():
    parts = {path.parent.name for path in ROOT.glob("hub_app/*/__init__.py")} - {"ui"}
    strict = {name.removeprefix("hub_app/") for name in PROJECT["tool"]["pyright"]["strict"]}
    assert parts <= strict
    assert {"*.py", "sync"} <= strict


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-centre.txt", "requirements-dev.txt"]
)
def test_every_requirement_is_pinned_to_a_hash(name: str):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    wanted = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    assert wanted
    assert [line for line in wanted if "==" not in line or "--hash=sha256:" not in line] == []


def test_what_the_project_asks_for_is_pinned():
    asked = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["browser"],
    ]
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    missing = [
        name for name in asked if f"\n{re.split(r'[<>=;]', name)[0].lower()}==" not in pinned
    ]
    assert missing == []


def test_the_centre_does_without_flet():
    pinned = (ROOT / "requirements-centre.txt").read_text(encoding="utf-8")
    assert "\nfastapi==" in pinned
    assert "\nflet" not in pinned


@pytest.mark.slow
def test_a_wheel_carries_both_packages_and_the_assets(tmp_path: Path):
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "-w", tmp_path, ROOT], check=True, capture_output=True)
    [wheel] = tmp_path.glob("dropin_hub-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"hub_app/__init__.py", "sync/__init__.py"} <= names
    assert "hub_app/assets/packs/scotland/needs.json" in names
    assert not [name for name in names if name.startswith("tests/")]
