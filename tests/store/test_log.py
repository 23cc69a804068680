"""The log: durable, in order, and untouched by what it does not understand."""

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub_app.core import events as e
from hub_app.core.clock import Stamp
from hub_app.core.events import Entry
from hub_app.core.session import fold
from hub_app.store.log import Fact, Log, own_origin
from tests.support.hall import Hall, counting, done, hall, hall_in

FOREIGN = (
    "INSERT INTO event (origin, n, millis, counter, session, visit, kind, version, body)"
    " VALUES ('tablet_z', ?, ?, 0, ?, ?, ?, ?, ?)"
)


def _from_a_newer_tablet(there: Hall, kind: str, body: str, visit: str | None) -> None:
    now, session = there.hub.now(), there.hub.session.id
    (n,) = there.db.conn.execute("SELECT count(*) + 1 FROM event").fetchone()
    there.db.conn.execute(FOREIGN, [n, now, session, visit, kind, 9, body])
    there.db.conn.commit()


def test_facts_come_back_as_they_were_written():
    there = hall()
    facts = (e.Arrived("A1", "t", adults=2), e.Triaged((e.Line("rent", "housing"),), ("housing",)))
    written = there.log.append([Fact("s9", "v9", fact) for fact in facts], 5_000)
    assert there.log.session("s9") == written
    assert tuple(entry.event for entry in written) == facts
    assert {entry.origin for entry in written} == {there.log.origin}


def test_numbers_go_up_by_one_over_all_sessions():
    there = hall()
    there.arrivals("housing", "energy")
    done(there.hub.leave(there.hub.session.here[0].id))
    done(there.hub.leave(there.hub.session.here[0].id))
    done(there.hub.close_session())
    done(there.hub.open_session())
    rows = there.db.conn.execute("SELECT n, seq FROM event ORDER BY seq").fetchall()
    assert rows == [(n, n) for n in range(1, len(rows) + 1)]


def test_the_order_goes_on_after_a_restart_with_a_clock_gone_back(tmp_path: Path):
    there = hall_in(tmp_path)
    there.arrivals("housing")
    there.minutes_pass(-600)
    there = there.restarted()
    there.arrivals("housing")
    stamps = [entry.stamp for entry in there.log.session(there.hub.session.id)]
    assert stamps == sorted(set(stamps))
    there.shut()


@given(st.text(min_size=1, max_size=20), st.text(max_size=60))
@settings(max_examples=40)
@example("moon_landing", '{"a":1,  "b":"sn\\u00f6w \U0001f642", "n":1.50}')
@example("called", "\x00 not json")
@example("arrived", '{"ticket":"A1","token":"t","by":"a later field"}')
def test_unknown_kinds_and_codes_survive_byte_for_byte_and_stop_nothing(kind: str, body: str):
    there = hall()
    (visit,) = there.arrivals("housing")
    _from_a_newer_tablet(there, kind, body, visit.id)
    again = there.restarted()
    kept = [k for k in again.log.session(again.hub.session.id) if k.origin == "tablet_z"]
    assert [(k.kind, k.version, k.raw) for k in kept] == [(kind, 9, body)]
    assert again.hub.session.visits[visit.id].needs == visit.needs
    done(again.hub.leave(visit.id))


def test_facts_of_another_tablet_fold_in_and_do_not_touch_our_numbers():
    there = hall()
    (visit,) = there.arrivals("housing")
    _from_a_newer_tablet(there, "left", "{}", visit.id)
    again = there.restarted()
    assert again.visit(visit).is_ended
    done(again.hub.arrive())
    facts = again.log.session(again.hub.session.id)
    ours = [k.n for k in facts if k.origin == again.log.origin]
    assert ours == [*range(1, len(ours) + 1)]


def test_sessions_are_listed_as_they_were_opened():
    there = hall()
    first = there.hub.session.id
    done(there.hub.close_session())
    done(there.hub.open_session())
    assert there.log.sessions() == (first, there.hub.session.id)
    (signed,) = there.log.signed_off_after(0)
    assert signed[1] == first
    assert there.log.signed_off_after(signed[0]) == ()


def test_arrivals_at_tablets_with_other_letters_do_not_count_for_our_tickets():
    there = hall()
    there.arrivals("housing", "housing")
    _from_a_newer_tablet(there, "arrived", '{"ticket":"B1","token":"t"}', "v99")
    (theirs,) = there.log.session(there.hub.session.id, of=("v99",))
    assert there.log.count_of("arrived", there.hub.session.id) == 3
    assert there.log.count_of("arrived", there.hub.session.id, but=(theirs.origin,)) == 2


def test_a_database_keeps_the_origin_it_was_given_first():
    there = hall()
    assert own_origin(there.db, counting("other")) == there.log.origin


def test_a_log_opened_again_gives_the_same_session():
    there = hall()
    there.desk("housing")
    there.arrivals("housing", "energy")
    entries: tuple[Entry, ...] = Log(there.db, "x").session(there.hub.session.id)
    assert fold(there.hub.session.id, entries) == there.hub.session
    assert max(k.stamp for k in entries) < Stamp(2**47, 0, "")
