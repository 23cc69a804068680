"""What a forecast is told of the hall: who, where, since when, and who may still come."""

from hub_app.core.events import Arranged
from hub_app.core.forecast_sketch import Sketch, Where
from hub_app.core.sketching import Came, came_in, sketch_of
from tests.support.hall import MINUTE, Hall, done, hall


def sketch(there: Hall, past: Came | None = None) -> Sketch:
    return sketch_of(there.hub.hall, there.hub.servings, past or Came())


def where(there: Hall) -> dict[str, tuple[Where, tuple[str, ...]]]:
    tickets = {visit.id: visit.ticket for visit in there.hub.session.here}
    return {
        tickets[each.family.id]: (each.where, each.family.services)
        for each in sketch(there).present
    }


def test_everybody_is_where_the_session_has_them():
    there = hall()
    desk, other = there.desk("housing"), there.desk("energy")
    served, called, held, _ = there.arrivals(
        ["housing", "energy"], "energy", "housing", ["housing", "welfare"]
    )
    there.serve(desk, held)
    done(there.hub.hold(desk, held.id))
    there.serve(desk, served)
    done(there.hub.call(other, called.id))
    assert where(there) == {
        "A1": (Where.SERVING, ("energy",)),
        "A2": (Where.SERVING, ()),
        "A3": (Where.AWAY, ("housing",)),
        "A4": (Where.WAITING, ("housing", "welfare")),
    }
    running = {each.id: each.running for each in sketch(there).desks}
    assert [each and each.service for each in running.values()] == ["housing", "energy"]


def test_a_desk_is_here_as_long_as_it_says_and_a_gone_one_is_not():
    there = hall()
    desk, gone, away = there.desk("housing"), there.desk("energy"), there.desk("money")
    there.minutes_pass(10)
    now = there.hub.now()
    done(there.hub.leaving_at(desk, now + 30 * MINUTE))
    done(there.hub.close_desk(gone))
    done(there.hub.take_break(away))
    windows = {each.id: each.windows for each in sketch(there).desks}
    assert windows[gone] == ()
    ((_, until),) = windows[desk]
    assert until == now / MINUTE + 30
    ((back, _),) = windows[away]
    assert back > now / MINUTE


def test_interpreters_are_limited_only_where_somebody_is_in_the_hall():
    there = hall()
    (family,) = there.arrivals("housing")
    done(there.hub.arrange(family.id, Arranged(interpreter="ar")))
    assert sketch(there).interpreters == {}
    done(there.hub.interpreters("ar", 2))
    assert len(sketch(there).interpreters["ar"]) == 2
    assert sketch(there).present[0].family.interpreter == "ar"


def test_who_may_still_come_is_learnt_from_past_sessions_and_todays_share():
    there = hall()
    there.arrivals("housing", ["energy", "money"], "housing")
    today = came_in(there.hub.session)
    assert today.slots == (3.0,)
    assert today.needs == {("housing",): 2, ("energy",): 1, ("money",): 1}
    assert sketch(there).arrivals.slots == ()
    quiet = sketch(there, Came((4.0, 8.0), {("housing",): 6}, 2)).arrivals
    assert quiet.slots == (2.0, 4.0)
    assert quiet.ratio > 1
    assert [(newcomer.services, weight) for newcomer, weight in quiet.like] == [
        (("housing",), 10.0),
        (("housing",), 1.0),
        (("energy", "money"), 1.0),
        (("housing",), 1.0),
    ]


def test_what_came_together_is_kept_only_when_five_families_came_with_it():
    there = hall()
    there.arrivals(*[["energy", "money"]] * 5, ["housing", "legal"])
    assert came_in(there.hub.session).needs == {
        ("energy", "money"): 5,
        ("housing",): 1,
        ("legal",): 1,
    }


def test_a_session_that_nobody_said_the_end_of_still_has_one_ahead():
    there = hall()
    there.desk("housing")
    opened = there.hub.now() / MINUTE
    assert sketch(there).close == opened + 240
    there.minutes_pass(600)
    assert sketch(there).close > there.hub.now() / MINUTE


def test_a_clock_that_was_put_right_does_not_make_a_day_of_years():
    there = hall()
    there.arrivals("housing")
    there.minutes_pass(56 * 365 * 24 * 60)
    there.arrivals("energy")
    came = came_in(there.hub.session)
    assert came.slots == (1.0,)
    assert came.needs == {("housing",): 1, ("energy",): 1}
