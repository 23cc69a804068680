"""The command says where it is, stops when asked, and fails with one sentence."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sync.centre.__main__ import main
from sync.record import Sealed
from tests.centre.builders import H2, closing, opened, sealed, visits
from tests.centre.lines import envelope, headers_of, signer_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sync.centre", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(data: str, *more: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A centre in a process of its own, on a free port, that knows H2."""
    store = opened(data)
    store.enrol(H2, "Linlathen", signer_for(H2).public)
    store.close()
    with subprocess.Popen(
        [sys.executable, "-m", "sync.centre", "--port", "0", "--data", data, *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(3))
        found = re.search(r"http://\S+", said)
        assert found is not None, said
        try:
            with httpx.Client(base_url=found[0], timeout=60) as line:
                yield process, line
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=30)


def post(line: httpx.Client, made: Sealed) -> httpx.Response:
    sent = envelope(made)
    return line.post("v1/batches", content=sent.wire, headers=headers_of(sent))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_takes_a_batch_and_stops_cleanly(tmp_path: Path, how: signal.Signals):
    data = tmp_path / "centre.db"
    with running(str(data)) as (process, line):
        answer = post(line, sealed([visits(6)], "2026-11-21", closing()))
        assert answer.status_code == 201
        assert "server" not in answer.headers
        process.send_signal(how)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert '"path": "/v1/batches", "status": 201' in said
    assert "The centre has stopped" in said
    assert "127.0.0.1" not in said  # the log has no address of whoever asked
    assert "Traceback" not in said
    assert not data.with_name("centre.db-wal").exists()


def test_what_was_receipted_is_there_after_the_plug_is_pulled(tmp_path: Path):
    data = str(tmp_path / "centre.db")
    made = [sealed([visits(5 + n, day=day)], day, closing(day=day)) for n, day in DAYS]
    with running(data) as (process, line):
        for each in made:
            post(line, each)
        process.kill()
        process.communicate()
    with running(data) as (_, line):
        rows = line.get("v1/counts").json()["rows"]
        again = post(line, made[0])
    assert [row["n"] for row in rows] == [5 + n for n, _ in DAYS]
    assert again.json()["result"] == "already_counted"


def test_two_workers_and_eight_senders_count_fifty_batches_twice_sent_once(postgres_url: str):
    made = [
        sealed([visits(5 + n, day=f"2026-{month:02}-{n + 1:02}")], f"2026-{month:02}-{n + 1:02}")
        for month in (9, 10)
        for n in range(25)
    ]
    order = [*made, *made]
    random.Random(5).shuffle(order)
    more = ("--workers", "2", "--hub-pace", "0")
    with running(postgres_url, *more) as (process, line):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda each: post(line, each), order))
        metrics = line.get("metrics").text
        rows = line.get("v1/counts").json()["rows"]
        process.terminate()
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    results = [answer.json()["result"] for answer in answers]
    assert sorted(results) == ["already_counted"] * 50 + ["counted"] * 50
    assert len(rows) == 50
    assert "centre_rows_total 50.0" in metrics  # of both workers
    assert "Traceback" not in said


DAYS = [(n, f"2026-11-{n + 1:02}") for n in range(10)]


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("--port", str(port), "--data", str(tmp_path / "centre.db"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is in use")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--data", "damaged.db"), "damaged"),
        (("--data", "."), "Can’t open"),
        (("--host", "203.0.113.7"), "Can’t listen"),
        (("--port", "99999"), "from 0 to 65535"),
        (("--port", "9" * 10_000), "from 0 to 65535"),
        (("--nonsense",), "unrecognized arguments"),
    ],
)
def test_what_cannot_be_done_is_said_and_fails(
    tmp_path: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "damaged.db").write_bytes(b"\xff" * 4096)
    named = [str(tmp_path / each) if each in (".", "damaged.db") else each for each in arguments]
    extra = () if "--data" in named else ("--data", str(tmp_path / "centre.db"))
    try:
        code = main([*named, *extra])
    except SystemExit as stopped:
        code = stopped.code
    assert code not in (0, None)
    assert said in capsys.readouterr().err


def test_help_names_every_choice(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for word in ("--host", "--port", "--data", "8766", "127.0.0.1", "centre.db", "/v1/batches"):
        assert word in said


def test_the_centre_runs_where_neither_the_app_nor_flet_is_installed(tmp_path: Path):
    code = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"hub_app", "flet", "flet_web", "qrcode"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from pathlib import Path
import sync.centre.__main__
from sync.centre.__main__ import main
from tests.centre.builders import batch_of, opened, sealed, visits
store = opened(Path(sys.argv[1]))
print(store.receive(batch_of(sealed([visits(6)])), 0).result)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "centre.db")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "counted"), done.stderr
