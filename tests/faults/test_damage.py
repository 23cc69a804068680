"""Files torn, cut or overwritten: a sentence, nothing changed, never a silent empty hall."""

import hashlib
import shutil
from pathlib import Path
from random import Random

import pytest

from hub_app.core import events as e
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.log import Log
from tests.support.hall import Hall, hall_in

pytestmark = pytest.mark.faults


def _print_of(folder: Path) -> dict[str, str]:
    files = [path for path in folder.iterdir() if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _busy_hall(folder: Path) -> Hall:
    there = hall_in(folder)
    desk = there.desk("housing")
    for visit in there.arrivals(*["housing"] * 40)[:10]:
        there.serve(desk, visit)
        there.hub.finish(desk, visit.id, "met")
    return there


def _refused(path: Path) -> str:
    answer = open_database(path)
    assert isinstance(answer, DatabaseRefused), "a damaged file was opened"
    return answer.sentence


def test_a_file_with_a_page_of_noise_is_refused_and_not_a_byte_changes(tmp_path: Path):
    there = _busy_hall(tmp_path)
    facts, session = there.log.session(there.hub.session.id), there.hub.session.id
    there.shut()
    file = tmp_path / "hub.db"
    whole, chance, refused = file.read_bytes(), Random(1), 0
    for page in range(len(whole) // 4096):
        noise = chance.randbytes(4096)
        file.write_bytes(whole[: page * 4096] + noise + whole[(page + 1) * 4096 :])
        before = _print_of(tmp_path)
        answer = open_database(file)
        if isinstance(answer, DatabaseRefused):
            assert "damaged" in answer.sentence
            assert _print_of(tmp_path) == before
            refused += 1
        else:  # noise where nothing is kept
            assert Log(answer, "any").session(session) == facts
            answer.conn.close()
    assert refused > 5


@pytest.mark.parametrize("left", [0.9, 0.5, 0.1])
def test_a_file_cut_short_is_refused_and_not_a_byte_changes(tmp_path: Path, left: float):
    _busy_hall(tmp_path).shut()
    file = tmp_path / "hub.db"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * left)])
    before = _print_of(tmp_path)
    assert "damaged" in _refused(file)
    assert _print_of(tmp_path) == before


def test_a_write_ahead_log_torn_anywhere_gives_back_whole_taps_from_the_start(tmp_path: Path):
    lived = tmp_path / "lived"
    lived.mkdir()
    there = _busy_hall(lived)
    torn = tmp_path / "torn"
    shutil.copytree(lived, torn)  # as after a power cut: nothing was put into the main file yet
    facts = there.log.session(there.hub.session.id)
    origin, session = there.log.origin, there.hub.session.id
    there.shut()
    wal, chance = (torn / "hub.db-wal").read_bytes(), Random(2)
    assert len(wal) > 100_000
    kept: list[int] = []
    for _ in range(12):
        (torn / "hub.db-wal").write_bytes(wal[: chance.randrange(60_000, len(wal))])
        shutil.rmtree(tmp_path / "again", ignore_errors=True)
        shutil.copytree(torn, tmp_path / "again")
        db = open_database(tmp_path / "again" / "hub.db")
        assert not isinstance(db, DatabaseRefused), db.sentence
        back = Log(db, origin).session(session)
        assert back == facts[: len(back)]
        assert not back or not isinstance(back[-1].event, e.Arrived)  # never without its needs
        kept.append(len(back))
        db.conn.close()
    assert max(kept) > min(kept)


def test_a_damaged_database_opens_again_once_it_is_put_aside(tmp_path: Path):
    file = tmp_path / "hub.db"
    file.write_bytes(b"SQLite format 3\x00" + bytes(5_000))
    assert "Put it aside" in _refused(file)
    file.rename(tmp_path / "hub.db.damaged")
    there = hall_in(tmp_path)
    assert there.hub.session.is_open
    there.shut()
