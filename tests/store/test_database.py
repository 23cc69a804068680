"""Opening hub.db: what is not ours, too new, damaged or in use is refused and left as it was."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlite_utils import Database

from hub_app.store.database import DatabaseRefused, open_database
from tests.support.hall import ROOT, Hall, done, hall_in


def _bytes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _used(folder: Path) -> Hall:
    there = hall_in(folder)
    there.desk("housing")
    there.arrivals("housing", "energy")
    there.shut()
    return there


def _refused(path: Path) -> str:
    answer = open_database(path)
    assert isinstance(answer, DatabaseRefused), answer
    assert answer.sentence.startswith(str(path))
    assert answer.sentence.endswith(".")
    return answer.sentence


def test_a_database_is_durable_and_keeps_deleted_text_from_being_read_again(tmp_path: Path):
    there = hall_in(tmp_path)
    read = {
        name: there.db.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    }
    assert read == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    there.shut()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights elsewhere")
def test_a_new_file_and_its_log_are_for_their_owner_alone(tmp_path: Path):
    there = hall_in(tmp_path)
    there.desk("housing")
    modes = [path.stat().st_mode & 0o777 for path in tmp_path.glob("hub.db*")]
    there.shut()
    assert modes == [0o600, 0o600]


def test_a_new_and_an_empty_file_become_a_hub_s_database(tmp_path: Path):
    (tmp_path / "hub.db").write_bytes(b"")
    there = hall_in(tmp_path)
    assert there.hub.session.is_open
    there.shut()


def test_a_newer_database_is_refused_and_not_a_byte_of_it_changes(tmp_path: Path):
    there = _used(tmp_path)
    with sqlite3.connect(tmp_path / "hub.db") as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('hub', '0999_tomorrow', 'then')"
        )
    db.close()
    before = _bytes(tmp_path)
    assert "newer version" in _refused(tmp_path / "hub.db")
    assert _bytes(tmp_path) == before
    assert there.hub.session.visits


def test_a_newer_database_left_by_a_power_cut_keeps_its_last_facts(tmp_path: Path):
    _used(tmp_path)
    leave_wal = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1]);"
        'db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)'
        " VALUES ('hub', '0999_tomorrow', 'then')\"); db.commit(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", leave_wal, str(tmp_path / "hub.db")], check=False)
    kept = ("hub.db", "hub.db-wal")
    before = {name: (tmp_path / name).read_bytes() for name in kept}
    assert before["hub.db-wal"]
    assert "newer version" in _refused(tmp_path / "hub.db")
    assert {name: (tmp_path / name).read_bytes() for name in kept} == before


def test_somebody_else_s_database_is_refused_and_left_alone(tmp_path: Path):
    with sqlite3.connect(tmp_path / "hub.db") as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()
    before = _bytes(tmp_path)
    assert "not a hub’s database" in _refused(tmp_path / "hub.db")
    assert _bytes(tmp_path) == before


def test_a_text_file_is_refused_and_left_alone(tmp_path: Path):
    (tmp_path / "hub.db").write_text("Dear diary,\n" * 500, encoding="utf-8")
    before = _bytes(tmp_path)
    assert "not a hub’s database" in _refused(tmp_path / "hub.db")
    assert _bytes(tmp_path) == before


def test_a_folder_in_its_place_is_refused(tmp_path: Path):
    (tmp_path / "hub.db").mkdir()
    assert "cannot be opened" in _refused(tmp_path / "hub.db")
    assert (tmp_path / "hub.db").is_dir()


def test_a_folder_that_is_not_there_is_refused_and_not_made(tmp_path: Path):
    assert "cannot be opened" in _refused(tmp_path / "gone" / "hub.db")
    assert not (tmp_path / "gone").exists()


def test_a_second_hub_on_the_same_file_is_refused_and_the_first_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("hub_app.store.database.BUSY_SECONDS", 0.05)
    there = hall_in(tmp_path)
    there.arrivals("housing")
    assert "in use by another" in _refused(tmp_path / "hub.db")
    there.arrivals("housing")
    there.shut()
    again = open_database(tmp_path / "hub.db")
    assert isinstance(again, Database)
    again.conn.close()


READ_ONLY = """
import os, sys
from pathlib import Path
from hub_app.store.database import DatabaseRefused, open_database
if os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
answer = open_database(Path(sys.argv[1]))
print(answer.sentence if isinstance(answer, DatabaseRefused) else "opened")
"""


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder another user may look into, which pytest's own are not."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.name == "nt", reason="folders are guarded in another way there")
@pytest.mark.parametrize("used", [True, False], ids=["with a database", "empty"])
def test_a_read_only_folder_is_refused_and_nothing_is_made_in_it(open_to_all: Path, *, used: bool):
    folder = open_to_all / "data"
    folder.mkdir()
    if used:
        _used(folder)
        (folder / "hub.db").chmod(0o444)
    before = _bytes(folder)
    folder.chmod(0o555)
    command = [sys.executable, "-c", READ_ONLY, str(folder / "hub.db")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    folder.chmod(0o755)
    if ran.returncode:
        pytest.skip("this checkout cannot be read by a user without rights")
    assert "cannot be opened for writing" in ran.stdout
    assert _bytes(folder) == before


def test_a_hall_opened_again_stands_as_it_was_left(tmp_path: Path):
    there = hall_in(tmp_path)
    desk = there.desk("housing")
    (visit,) = there.arrivals("housing")
    there.serve(desk, visit)
    before = there.hub.session
    again = there.restarted()
    assert again.hub.session == before
    done(again.hub.finish(desk, visit.id, "met"))
    again.shut()
