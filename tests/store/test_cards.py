"""Cards: names that only a running session can read, and nobody once it has closed."""

from pathlib import Path

import pytest

from hub_app.core.refusal import Refusal
from hub_app.hub import Wish
from hub_app.store.cards import KEY_BYTES, Cards, KeyFolder
from tests.support.hall import Hall, done, hall, hall_in

CANARY = "Xanthippe Quillfeather"


def _found(folder: Path, *needles: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(n in path.read_bytes() for n in needles)]


def _named(there: Hall, name: str = CANARY) -> str:
    return done(there.hub.arrive(Wish(name=name))).id


def test_a_name_is_nowhere_in_any_file_while_open_and_after_close(tmp_path: Path):
    there = hall_in(tmp_path)
    visit = _named(there)
    done(there.hub.rename(visit, f"{CANARY} II"))
    needles = (CANARY.encode(), CANARY.encode("utf-16-le"), CANARY[:9].encode())
    assert there.hub.names == {visit: f"{CANARY} II"}
    assert _found(tmp_path, *needles) == []
    (key,) = (tmp_path / "keys").glob("*.key")
    secret, sealed = key.read_bytes(), there.db.conn.execute("SELECT sealed FROM card").fetchall()
    assert len(secret) == KEY_BYTES
    assert key.stat().st_mode & 0o077 == 0
    done(there.hub.leave(visit))
    done(there.hub.close_session())
    assert there.hub.names == {}
    assert _found(tmp_path, *needles, secret, *(row[0] for row in sealed)) == []
    assert not any((tmp_path / "keys").iterdir())
    assert there.db.conn.execute("SELECT count(*) FROM card").fetchone() == (0,)
    there.shut()
    assert _found(tmp_path, *needles, secret, *(row[0] for row in sealed)) == []


def test_a_name_is_still_known_after_a_restart(tmp_path: Path):
    there = hall_in(tmp_path)
    visit = _named(there, "ਗੁਰਪ੍ਰੀਤ")
    again = there.restarted()
    assert again.hub.names == {visit: "ਗੁਰਪ੍ਰੀਤ"}
    again.shut()


def test_a_missed_purge_is_done_at_the_next_start(tmp_path: Path):
    there = hall_in(tmp_path)
    visit = _named(there)
    session = there.hub.session.id
    done(there.hub.leave(visit))
    kept = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    rows = there.db.conn.execute("SELECT * FROM card").fetchall()
    done(there.hub.close_session())
    for name, secret in kept.items():  # as if the power had gone between the close and the purge
        (tmp_path / "keys" / name).write_bytes(secret)
    there.db.conn.executemany("INSERT INTO card VALUES (?, ?, ?, ?, ?)", rows)
    there.db.conn.commit()
    assert Cards(there.db, there.keys).names(session) == {visit: CANARY}
    again = there.restarted()
    assert not any((tmp_path / "keys").iterdir())
    assert again.db.conn.execute("SELECT count(*) FROM card").fetchone() == (0,)
    assert (again.hub.names, Cards(again.db, again.keys).names(session)) == ({}, {})
    again.shut()


def test_rows_swapped_between_two_families_are_not_believed():
    there = hall()
    ann, bob = _named(there, "Ann"), _named(there, "Bob")
    cells = "revision, nonce, sealed"
    rows = {
        visit: there.db.conn.execute(
            f"SELECT {cells} FROM card WHERE visit = ?", [visit]
        ).fetchone()
        for visit in (ann, bob)
    }
    for visit, other in ((ann, bob), (bob, ann)):
        there.db.conn.execute(
            "UPDATE card SET revision = ?, nonce = ?, sealed = ? WHERE visit = ?",
            [*rows[other], visit],
        )
    there.db.conn.commit()
    assert there.restarted().hub.names == {}


def test_a_row_put_back_to_an_earlier_name_is_not_believed():
    there = hall()
    ann, bob = _named(there, "Ann"), _named(there, "Bob")
    old = there.db.conn.execute("SELECT * FROM card WHERE visit = ?", [ann]).fetchone()
    done(there.hub.rename(ann, "Anna"))
    there.db.conn.execute("DELETE FROM card WHERE visit = ?", [ann])
    there.db.conn.execute("INSERT INTO card VALUES (?, ?, ?, ?, ?)", old)
    there.db.conn.commit()
    assert there.restarted().hub.names == {bob: "Bob"}
    done(there.hub.rename(ann, "Annabel"))
    assert there.hub.names == {ann: "Annabel", bob: "Bob"}


@pytest.mark.parametrize("column", ["nonce", "sealed"])
@pytest.mark.parametrize("noise", [b"", b"\x00" * 40])
def test_a_damaged_row_is_left_out_and_raises_nothing(column: str, noise: bytes):
    there = hall()
    _named(there, "Ann")
    there.db.conn.execute(f"UPDATE card SET {column} = ?", [noise])
    there.db.conn.commit()
    assert there.restarted().hub.names == {}


def test_a_lost_or_cut_key_costs_the_names_and_nothing_else(tmp_path: Path):
    there = hall_in(tmp_path)
    visit = _named(there)
    (key,) = (tmp_path / "keys").glob("*.key")
    key.write_bytes(b"short")
    again = there.restarted()
    assert again.hub.names == {}
    assert visit in again.hub.session.visits
    done(again.hub.rename(visit, "Zoë"))
    assert again.hub.names == {visit: "Zoë"}
    again.shut()


def test_a_name_of_a_megabyte_is_kept_as_forty_characters():
    there = hall()
    visit = _named(there, "a" * 1_000_000)
    assert there.hub.names == {visit: "a" * 40}


def test_a_family_that_is_not_here_has_no_name_to_keep():
    there = hall()
    assert there.hub.rename("nobody", "Ann") is Refusal.NO_SUCH_VISIT


@pytest.mark.parametrize("session", ["../../outside", "/outside", "..", "x" * 300, "a/b", "ö"])
def test_the_key_of_a_session_lies_in_its_folder_whatever_the_session_is_called(
    tmp_path: Path, session: str
):
    keys = KeyFolder(tmp_path / "hub" / "keys")
    key = keys.make(session)
    assert [path.parent for path in tmp_path.rglob("*.key")] == [tmp_path / "hub" / "keys"]
    keys.make("2026-11-21.1")
    keys.destroy(keep=session)
    assert keys.get(session) == key
    assert keys.get("2026-11-21.1") is None
    keys.destroy(keep=None)
    assert list(tmp_path.rglob("*.key")) == []


def test_a_key_made_before_is_found_under_the_name_of_its_session(tmp_path: Path):
    (tmp_path / "2026-11-21.1.key").write_bytes(bytes(KEY_BYTES))
    assert KeyFolder(tmp_path).get("2026-11-21.1") == bytes(KEY_BYTES)
