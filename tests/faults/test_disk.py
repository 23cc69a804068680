"""A full disk: a plain refusal, nothing half-written, and it goes on once there is room."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.hub import Wish
from hub_app.store.cards import Cards
from hub_app.store.database import DiskFull
from hub_app.store.log import Fact
from tests.support.hall import ROOT, Hall, done, hall_in, need_for, tickets

pytestmark = pytest.mark.faults


def _no_room(there: Hall) -> None:
    """From here on the database may not grow."""
    (pages,) = there.db.conn.execute("PRAGMA page_count").fetchone()
    there.db.conn.execute(f"PRAGMA max_page_count = {pages}")


def _make_room(there: Hall) -> None:
    there.db.conn.execute("PRAGMA max_page_count = 100000")


def _fill(there: Hall) -> int:
    """Let families in until the disk is full; gives how many came in."""
    _no_room(there)
    came = 0
    while there.hub.arrive(Wish((need_for("housing"),))) is not Refusal.DISK_FULL:
        came += 1
    return came


def test_a_full_disk_refuses_and_half_writes_nothing(tmp_path: Path):
    there = hall_in(tmp_path)
    there.desk("housing")
    came, told, before = _fill(there), list[str](), there.hub.session
    there.hub.listen(lambda: told.append("of a change"))
    assert there.hub.arrive(Wish((need_for("housing"),))) is Refusal.DISK_FULL
    assert (there.hub.session, told) == (before, [])
    again = there.restarted()
    assert again.hub.session == before
    assert [len(visit.needs) for visit in before.visits.values()] == [1] * came
    again.shut()


def test_reading_works_while_full_and_it_goes_on_once_there_is_room(tmp_path: Path):
    there = hall_in(tmp_path)
    desk = there.desk("housing")
    came = _fill(there)
    assert len(tickets(there.hub, desk)) == came == len(there.hub.session.here)
    _make_room(there)
    done(there.hub.arrive())
    entries = there.log.session(there.hub.session.id)
    assert [k.n for k in entries] == [*range(1, len(entries) + 1)]
    given_out = [k.event.ticket for k in entries if isinstance(k.event, e.Arrived)]
    assert len(set(given_out)) == len(given_out) == came + 1
    there.shut()


def test_a_session_there_is_no_room_for_leaves_the_last_one_standing(tmp_path: Path):
    there = hall_in(tmp_path)
    done(there.hub.close_session())
    done(there.hub.sign_off())
    standing = there.hub.session
    _no_room(there)
    fits = True
    while fits:
        try:
            there.log.append([Fact("another", None, e.Left())], there.hub.now())
        except DiskFull:
            fits = False
    assert there.hub.open_session() is Refusal.DISK_FULL
    assert there.hub.session is standing
    _make_room(there)
    assert done(there.hub.open_session()).opening == 2
    there.shut()


def test_a_name_there_is_no_room_for_is_refused_and_the_family_stays(tmp_path: Path):
    there = hall_in(tmp_path)
    families = [done(there.hub.arrive()).id for _ in range(120)]
    _no_room(there)
    answers = {family: there.hub.rename(family, "a" * 40) for family in families}
    unnamed = {family for family, answer in answers.items() if answer is Refusal.DISK_FULL}
    assert unnamed
    assert set(there.hub.names) == set(families) - unnamed
    assert {visit.id for visit in there.hub.session.here} == set(families)
    _make_room(there)
    assert all(not isinstance(there.hub.rename(each, "Zoë"), Refusal) for each in unnamed)
    there.shut()


def test_names_are_destroyed_on_a_full_disk_too(tmp_path: Path):
    there = hall_in(tmp_path)
    visit = done(there.hub.arrive(Wish(name="Xanthippe")))
    session = there.hub.session.id
    cards = Cards(there.db, there.keys)
    assert cards.names(session) == {visit.id: "Xanthippe"}
    there.db.conn.execute("PRAGMA max_page_count = 1")  # not a page more
    there.db.conn.execute("PRAGMA query_only = ON")  # and not a byte
    cards.purge()
    assert not any((tmp_path / "keys").iterdir())
    assert cards.names(session) == {}
    there.shut()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs a small disk of its own")
def test_a_disk_that_is_really_full_loses_nothing_that_was_promised(tmp_path: Path):
    command = ["unshare", "-Urm", sys.executable, "-m", "tests.support.full_disk", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "unshare" in ran.stderr or "mount" in ran.stderr:
        pytest.skip("this machine lends nobody a small disk")
    assert ran.returncode == 0, ran.stderr
    assert "all are there, and on it goes" in ran.stdout
