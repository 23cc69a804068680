"""The commands as a person meets them: they say where things are, and what is in the way."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub_app.cli import main, parser
from hub_app.config import pack_folder
from hub_app.core.pack import Pack
from hub_app.core.session import Presence
from hub_app.demo import open_demo
from hub_app.main import Tablet
from hub_app.store.packs import read_pack
from tests.support.started import ROOT, Started


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([], ["run", "demo", "replay"]),
        (["run"], ["--data", "--hub", "--centre", "--port", "--language", "--no-browser"]),
        (["demo"], ["--data", "--port", "--centre-port", "--language", "--no-browser"]),
        (["replay"], ["FILE", "--data", "--centre", "--speed", "--from", "--hub", "--json"]),
    ],
)
def test_help_names_every_option(
    command: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert [word for word in words if word not in said] == []


def test_an_unknown_command_is_one_sentence_and_a_failure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    assert "invalid choice: 'dance'" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["h2", "A", "TOO-LONG-A-CODE", "A B"])
def test_a_hub_code_the_record_cannot_carry_is_refused(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--data", "x", "--hub", code])
    assert "2 to 12 capital letters, digits or dashes" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["hub_app.__main__", "sync.centre.__main__"])
def test_ctrl_c_while_a_command_is_still_loading_is_one_sentence(command: str) -> None:
    code = f"""
import sys
class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("hub_app.cli", "sync.centre.", "argparse")):
            raise KeyboardInterrupt
from {command} import main
sys.meta_path.insert(0, Pressed())
sys.exit(main(["--help"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        130,
        "Stopped. Everything is kept.\n",
        "",
    )


def _run(folder: Path, *more: str) -> list[str]:
    return ["run", "--data", str(folder), "--hub", "H2", "--no-browser", *more]


def test_a_port_in_use_is_said_plainly(
    tmp_path: Path, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_run(tmp_path / "hub", "--port", str(taken))) == 1
    said = capsys.readouterr().err
    assert f"Port {taken} is in use" in said
    assert "nothing was changed" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "given", "words"),
    [
        ("--language", "zz", ["There is no language “zz” here", "en", "ar"]),
        ("--others-host", "203.0.113.9", ["no address 203.0.113.9"]),
        ("--others-host", "hall", ["no address hall"]),
    ],
)
def test_what_this_machine_does_not_have_is_said_before_anything_is_made(
    option: str, given: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_run(tmp_path / "hub", "--port", "0", option, given)) == 1
    said = capsys.readouterr().err
    assert [word for word in words if word not in said] == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_one_hub_is_not_started_as_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _opened(tmp_path, _pack()).close()
    before = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    assert main(_run(tmp_path, "--port", "0")) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path} belongs to hub DEMO, and nothing in it was changed."
        " Start it with --hub DEMO, or choose another folder with --data.\n"
    )
    assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == before


def test_a_centre_address_that_cannot_be_one_is_said_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_run(tmp_path / "hub", "--port", "0", "--centre", "ftp://centre")) == 1
    assert "The centre’s address must begin with" in capsys.readouterr().err


def test_a_damaged_database_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "hub.db"
    damaged.write_bytes(b"this was a database once " * 400)
    assert main(_run(tmp_path, "--port", "0")) == 1
    said = capsys.readouterr().err
    assert "damaged" in said
    assert said.count("\n") == 1
    assert damaged.read_bytes() == b"this was a database once " * 400


def test_a_database_of_a_newer_version_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = _pack()
    _opened(tmp_path, pack).close()
    with sqlite3.connect(tmp_path / "hub.db") as db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'hub', '0099_from_2031', '2031')")
    db.close()
    assert main(_run(tmp_path, "--port", "0")) == 1
    assert "newer version" in capsys.readouterr().err


def test_a_folder_that_is_a_file_is_said_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(_run(tmp_path / "file", "--port", "0")) == 1
    assert "is not a folder" in capsys.readouterr().err


def _pack() -> Pack:
    pack = read_pack(pack_folder())
    assert isinstance(pack, Pack)
    return pack


def _opened(folder: Path, pack: Pack) -> Tablet:
    tablet = open_demo(folder, pack)
    assert isinstance(tablet, Tablet), tablet
    return tablet


def test_the_demo_has_a_morning_under_way_and_goes_on_where_it_was(tmp_path: Path) -> None:
    pack = _pack()
    tablet = _opened(tmp_path, pack)
    session = tablet.hub.session
    assert session.is_open
    assert len(session.here) >= 5
    offered = {service for desk in session.desks.values() for service in desk.services}
    assert {need.services[0] for need in pack.needs} - offered <= {"legal"}
    late = [desk for desk in session.desks.values() if desk.presence is not Presence.HERE]
    assert [(desk.services, desk.presence) for desk in late] == [(("legal",), Presence.EXPECTED)]
    assert any(desk.leaving_at for desk in session.desks.values())
    assert len(tablet.hub.promised()) == 2
    assert all(v.arrived_at <= tablet.hub.now() for v in session.visits.values())
    tablet.close()
    again = _opened(tmp_path, pack)
    assert again.hub.session == session
    again.close()


def _readable_by_others(folder: Path) -> list[str]:
    files = (each for each in folder.rglob("*") if each.is_file())
    return sorted(each.name for each in files if each.stat().st_mode & 0o077)


@pytest.fixture
def open_to_all(tmp_path: Path) -> Iterator[Path]:
    """A folder that was there before, where new files are made readable by everybody."""
    folder = tmp_path / "hub"
    folder.mkdir()
    folder.chmod(0o755)
    before = os.umask(0)
    yield folder
    os.umask(before)


def test_the_files_of_a_hub_are_its_owners_alone(open_to_all: Path) -> None:
    tablet = _opened(open_to_all, _pack())
    assert {each.name for each in open_to_all.glob("*.db-wal")} == {"hub.db-wal", "outbox.db-wal"}
    assert _readable_by_others(open_to_all) == []
    tablet.close()
    for each in open_to_all.rglob("*"):
        each.chmod(0o755 if each.is_dir() else 0o644)
    tablet = _opened(open_to_all, _pack())
    assert _readable_by_others(open_to_all) == []
    tablet.close()


@pytest.mark.slow
async def test_the_demo_says_where_it_is_and_stops_cleanly(tmp_path: Path) -> None:
    command = ("demo", "--no-browser", "--port", "0", "--centre-port", "0", "--data", tmp_path)
    async with Started("hub_app", *command) as demo:
        hub = demo.said.split()[-1]
        async with httpx.AsyncClient() as line:
            assert (await line.get(f"{hub}api/health")).json()["ok"]
            assert "Drop-in" in (await line.get(hub)).text
        said = b""
        assert demo.process.stdout is not None
        while b"Ctrl-C" not in said:
            said += await demo.process.stdout.readline()
        centre = said.decode().splitlines()[0].split()[-1]
        async with httpx.AsyncClient() as line:
            assert (await line.get(f"{centre}/v1/health")).json() == {"ok": True}
        assert os.fsencode(tmp_path) in said
        assert b"Open the first address" in said
        demo.process.send_signal(signal.SIGINT)
        rest, errors = await demo.process.communicate()
        assert demo.process.returncode == 0
        assert b"Everything is kept" in rest
        assert errors == b""
        async with httpx.AsyncClient() as line:
            with pytest.raises(httpx.ConnectError):
                await line.get(f"{centre}/v1/health")


@pytest.mark.slow
def test_a_demo_whose_centre_has_no_port_says_so(
    tmp_path: Path, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data", str(tmp_path), "--centre-port", str(taken), "--port", "0", "--no-browser"]
    assert main(["demo", *where]) == 1
    assert str(taken) in capsys.readouterr().err


async def _asked_until_gone(line: httpx.AsyncClient, address: str) -> None:
    async with asyncio.timeout(20):
        while True:
            await line.get(address)


@pytest.mark.slow
async def test_a_demo_that_is_killed_takes_its_centre_with_it(tmp_path: Path) -> None:
    command = ("demo", "--no-browser", "--port", "0", "--centre-port", "0", "--data", tmp_path)
    async with Started("hub_app", *command) as demo:
        assert demo.process.stdout is not None
        second = (await demo.process.stdout.readline()).decode()
        centre = second.split()[-1]
        async with httpx.AsyncClient() as line:
            assert (await line.get(f"{centre}/v1/health")).json() == {"ok": True}
            await demo.end(signal.SIGKILL)
            with pytest.raises(httpx.HTTPError):
                await _asked_until_gone(line, f"{centre}/v1/health")
    again = _opened(tmp_path / "hub", _pack())
    assert again.hub.session.here
    again.close()
