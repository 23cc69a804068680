"""A database that was restored or copied is told from the one that wrote last."""

import shutil
from pathlib import Path

import pytest

from hub_app.core import events as e
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.log import Fact, Log, own_origin
from hub_app.store.marks import Found, Marks
from tests.support.hall import counting

MINT = counting("token")


class Tablet:
    """A folder with a log and its mark, opened."""

    def __init__(self, folder: Path, place: str = "here") -> None:
        folder.mkdir(exist_ok=True)
        db = open_database(folder / "hub.db")
        assert not isinstance(db, DatabaseRefused), db
        origin = own_origin(db, MINT)
        self.marks = Marks(db, folder / "hub.mark", place, MINT)
        self.log = Log(db, origin, self.marks)

    def write(self, *visits: str) -> None:
        for visit in visits:
            self.log.append([Fact("s", visit, e.Left())], 1)

    def close(self) -> Found:
        self.log.close()
        return self.marks.found


def opened_once(folder: Path, *visits: str) -> None:
    tablet = Tablet(folder)
    tablet.write(*visits)
    tablet.close()


def test_a_tablet_that_was_only_started_again_is_itself(tmp_path: Path):
    opened_once(tmp_path / "a", "v1", "v2")
    for _ in range(3):
        assert Tablet(tmp_path / "a").close() == Found()


def test_a_tablet_that_was_killed_is_itself(tmp_path: Path):
    killed = Tablet(tmp_path / "a")
    killed.write("v1")
    killed.log.db.conn.close()  # no goodbye: the mark is as the last append left it
    assert Tablet(tmp_path / "a").close() == Found()


def test_a_backup_put_back_is_noticed(tmp_path: Path):
    opened_once(tmp_path / "a", "v1")
    shutil.copy(tmp_path / "a" / "hub.db", tmp_path / "backup.db")
    opened_once(tmp_path / "a", "v2")
    shutil.copy(tmp_path / "backup.db", tmp_path / "a" / "hub.db")
    assert Tablet(tmp_path / "a").close() == Found(is_restored=True)


def test_a_backup_made_and_put_back_within_one_run_is_noticed(tmp_path: Path):
    tablet = Tablet(tmp_path / "a")
    tablet.write("v1")
    tablet.log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "a" / "hub.db", tmp_path / "backup.db")
    tablet.write("v2")
    tablet.close()
    shutil.copy(tmp_path / "backup.db", tmp_path / "a" / "hub.db")
    assert Tablet(tmp_path / "a").close() == Found(is_restored=True)


def test_a_copied_folder_is_another_tablet(tmp_path: Path):
    opened_once(tmp_path / "a", "v1")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert Tablet(tmp_path / "b").close() == Found(is_restored=True, is_copy=True)
    assert Tablet(tmp_path / "a").close() == Found()
    assert Tablet(tmp_path / "b").close() == Found()  # it knows itself from then on


def test_a_folder_on_another_machine_is_another_tablet(tmp_path: Path):
    opened_once(tmp_path / "a", "v1")
    assert Tablet(tmp_path / "a", "elsewhere").close().is_copy


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b"null", b'{"token": 3}'])
def test_a_mark_that_cannot_be_read_costs_a_new_origin_and_no_more(tmp_path: Path, left: bytes):
    opened_once(tmp_path / "a", "v1")
    (tmp_path / "a" / "hub.mark").write_bytes(left)
    assert Tablet(tmp_path / "a").close().is_restored
