"""A desk at a glance: expected, late, here, leaving, gone, or never come."""

from datetime import timedelta

from hub_app.core.session import Presence
from hub_app.hub import Hub
from hub_app.view.close import close_view
from hub_app.view.desks import DeskRow, desk_rows
from tests.support.hall import DAY, MINUTE, Hall, done, hall
from tests.support.house import rota


def expecting(*entries: tuple[str, str, str]) -> Hall:
    """A hall, open since ten, that expects (name, service, time of day) from its rota."""
    there = hall()
    done(there.hub.close_session())
    for name, service, time in entries:
        starts = f"{DAY.isoformat()}T{time}"
        done(there.hub.set_rota(rota("", name, (service,), starts)))
    done(there.hub.open_session())
    return there


def rows(hub: Hub) -> tuple[DeskRow, ...]:
    return desk_rows(hub.session, hub.now())


def test_those_here_come_first_then_the_expected_by_time_then_the_gone():
    there = expecting(("Energy", "energy", "11:30"), ("Nurse", "health", "11:00"))
    gone, here = there.desk("housing"), there.desk("money")
    done(there.hub.close_desk(gone))
    assert [row.name for row in rows(there.hub)] == ["Money", "Nurse", "Energy", "Housing"]
    assert [row.is_free for row in rows(there.hub)] == [True, False, False, False]
    assert rows(there.hub)[0].desk == here


def test_a_desk_is_late_once_its_time_is_well_past():
    there = expecting(("Nurse", "health", "11:00"))
    told = []
    for minutes in (0, 62, 3):
        there.minutes_pass(minutes)
        [row] = rows(there.hub)
        told.append((row.late_minutes, row.is_late))
    assert told == [(-60, False), (2, False), (5, True)]


def test_an_expected_desk_that_opens_is_the_same_desk_and_late_no_more():
    there = expecting(("Nurse", "health", "11:00"))
    there.minutes_pass(90)
    [row] = rows(there.hub)
    done(there.hub.open_desk(row.name, row.services, row.desk))
    [here] = rows(there.hub)
    assert (here.desk, here.presence, here.is_late) == (row.desk, Presence.HERE, False)
    assert here.has_come


def test_one_that_is_not_coming_is_told_from_one_that_has_gone():
    there = expecting(("Nurse", "health", "11:00"), ("Energy", "energy", "11:30"))
    nurse, energy = rows(there.hub)
    done(there.hub.close_desk(nurse.desk))
    done(there.hub.open_desk(energy.name, energy.services, energy.desk))
    done(there.hub.close_desk(energy.desk))
    told = {row.name: (row.presence, row.has_come) for row in rows(there.hub)}
    assert told == {"Nurse": (Presence.GONE, False), "Energy": (Presence.GONE, True)}


def test_a_desk_that_leaves_says_how_long_it_stays_and_when_that_is_over():
    there = hall()
    desk = there.desk("housing")
    done(there.hub.leaving_at(desk, there.hub.now() + 20 * MINUTE))
    told = []
    for minutes in (0, 15, 8):
        there.minutes_pass(minutes)
        told.append(rows(there.hub)[0].leaving_minutes)
    assert told == [20, 5, -3]
    done(there.hub.close_desk(desk))
    assert rows(there.hub)[0].leaving_minutes is None


def test_the_closing_screen_names_no_desk_that_never_came():
    there = expecting(("Nurse", "health", "11:00"))
    desk = there.desk("housing")
    view = close_view(there.hub.session, there.hub.names, there.hub.now())
    assert [row.desk for row in view.desks] == [desk]


def test_nobody_is_expected_on_another_day():
    there = hall()
    done(there.hub.close_session())
    starts = f"{(DAY + timedelta(days=1)).isoformat()}T11:00"
    done(there.hub.set_rota(rota("", "Nurse", ("health",), starts)))
    done(there.hub.open_session())
    assert rows(there.hub) == ()
