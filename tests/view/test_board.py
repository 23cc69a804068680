"""What the wall board and a family's own page show, and what they never do."""

import pytest
from hypothesis import given

from hub_app.core.events import Entry
from hub_app.core.session import fold
from hub_app.core.visit import Visit
from hub_app.hub import Wish
from hub_app.view.board import (
    BoardView,
    FamilyView,
    Way,
    Where,
    board_view,
    family_view,
    is_telling,
)
from tests.support.facts import SESSION, logs
from tests.support.hall import Hall, done, hall, need_for, said, scotland

PACK = scotland()


@pytest.fixture
def here() -> Hall:
    return hall()


def board(here: Hall) -> BoardView:
    return board_view(PACK, here.hub.session, here.hub.now())


def page(here: Hall, visit: Visit) -> FamilyView:
    return family_view(PACK, here.hub.session, visit.token, here.hub.now())


def called(here: Hall) -> list[tuple[str, str]]:
    return [(row.ticket, row.desk) for row in board(here).calls]


def test_a_call_stands_on_the_board_with_the_desks_own_name_newest_first(here: Hall):
    blue, red = here.desk("money", name="The blue table"), here.desk("housing")
    first, second, _third = here.arrivals("money", "housing", "housing")
    done(here.hub.call(blue, first.id))
    here.minutes_pass(1)
    done(here.hub.call(red, second.id))
    assert called(here) == [("A2", "Housing"), ("A1", "The blue table")]
    assert board(here).waiting == 1


def test_who_sat_down_is_no_longer_called_but_stays_to_be_read_for_a_while(here: Hall):
    desk = here.desk("money")
    (visit,) = here.arrivals("money")
    here.serve(desk, visit)
    assert called(here) == []
    assert [(row.ticket, row.desk) for row in board(here).lately] == [("A1", "Money")]
    here.minutes_pass(10)
    assert board(here).lately == ()


def test_a_call_nobody_answered_is_not_shown_as_news_for_ever(here: Hall):
    desk = here.desk("money")
    (visit,) = here.arrivals("money")
    done(here.hub.call(desk, visit.id))
    here.minutes_pass(9)
    assert called(here) == [("A1", "Money")]
    here.minutes_pass(1)
    assert called(here) == []
    assert [row.ticket for row in board(here).lately] == ["A1"]


def test_who_does_not_come_leaves_the_board_and_is_marked_when_called_again(here: Hall):
    desk = here.desk("money")
    (visit,) = here.arrivals("money")
    done(here.hub.call(desk, visit.id))
    assert not board(here).calls[0].is_again
    done(here.hub.no_show(desk, visit.id))
    assert called(here) == []
    assert page(here, visit).has_missed
    done(here.hub.call(desk, visit.id))
    assert board(here).calls[0].is_again


def test_board_and_page_follow_a_hand_over_to_the_next_desk(here: Hall):
    money, housing = here.desk("money"), here.desk("housing")
    (visit,) = here.arrivals(["money", "housing"])
    here.serve(money, visit)
    assert (page(here, visit).where, page(here, visit).stops_left) == (Where.WITH, 1)
    done(here.hub.hand_over(money, visit.id, housing, "advice_given"))
    assert (page(here, visit).where, page(here, visit).desk) == (Where.OFFERED, "Housing")
    done(here.hub.walk(visit.id))
    assert [(row.desk, row.way) for row in board(here).calls] == [("Housing", Way.WALKED)]
    assert (page(here, visit).where, page(here, visit).stops_left) == (Where.WALKED, 0)
    done(here.hub.receive(housing, visit.id))
    assert called(here) == []
    assert [row.desk for row in board(here).lately] == ["Housing"]
    assert (page(here, visit).where, page(here, visit).desk) == (Where.WITH, "Housing")


def test_a_desk_whose_name_would_say_why_they_came_is_not_named(here: Hall):
    lawyer, money = here.desk("legal", name="Lawyer"), here.desk("money")
    visit = done(here.hub.arrive(Wish((need_for("legal"), need_for("money")))))
    done(here.hub.call(lawyer, visit.id))
    assert called(here) == [("A1", "")]
    assert page(here, visit).desk == ""
    done(here.hub.start(lawyer, visit.id))
    assert board(here).lately == ()
    done(here.hub.hold(lawyer, visit.id))
    here.serve(money, visit)
    done(here.hub.hand_over(money, visit.id, lawyer, "advice_given"))
    assert called(here) == []  # somebody walks with them: no screen needs to say where to
    assert page(here, visit).desk == ""


def test_only_desks_for_private_needs_and_those_nobody_knows_are_telling():
    telling = {service.id for service in PACK.services if is_telling(PACK, (service.id,))}
    assert telling == {"lead", "legal"}
    assert is_telling(PACK, ("from_a_newer_tablet",))
    assert not is_telling(PACK, ("lead", "greeter"))


def test_nothing_on_show_says_who_a_family_is_or_why_they_came(here: Hall):
    desk = here.desk("money", "lead", name="Blue")
    here.desk("housing")
    needs = ("safe_home", "debt_bills", "housing_rent")
    wish = Wish(needs, "domestic_abuse", name="Amina", answers=said("from_elsewhere", 2))
    visit = done(here.hub.arrive(wish))
    shown = [repr(page(here, visit)), repr(board(here))]
    for step in (here.hub.call, here.hub.start, here.hub.hold):
        done(step(desk, visit.id))
        shown += [repr(page(here, visit)), repr(board(here))]
    for secret in ("Amina", "elsewhere", "abuse", "safe", "debt", "rent", "lead", visit.id):
        assert [row for row in shown if secret in row] == []


def test_before_and_after_a_session_the_board_calls_nobody(here: Hall):
    desk = here.desk("money")
    (visit,) = here.arrivals("money")
    here.serve(desk, visit)
    done(here.hub.leave(visit.id))
    done(here.hub.close_session())
    assert board(here) == BoardView(is_open=False, has_closed=True)
    assert board_view(PACK, fold("", ()), 0) == BoardView(is_open=False, has_closed=False)


# one family's page


def test_a_page_says_where_its_family_is_from_the_door_to_the_end(here: Hall):
    desk = here.desk("money")
    visit = done(here.hub.arrive())
    assert page(here, visit).where is Where.TO_BE_ASKED
    done(here.hub.triage(visit.id, Wish((need_for("money"),))))
    assert (page(here, visit).where, page(here, visit).stops_left) == (Where.QUEUE, 1)
    done(here.hub.call(desk, visit.id))
    assert (page(here, visit).where, page(here, visit).desk) == (Where.CALLED, "Money")
    done(here.hub.hold(desk, visit.id))
    assert page(here, visit).where is Where.ASIDE
    done(here.hub.resume(visit.id))
    here.serve(desk, visit)
    done(here.hub.finish(desk, visit.id, "advice_given"))
    assert (page(here, visit).where, page(here, visit).ticket) == (Where.DONE, "A1")


def test_a_token_nobody_has_and_one_that_is_over_are_told_the_very_same(here: Hall):
    (visit,) = here.arrivals("money")
    done(here.hub.leave(visit.id))
    here.minutes_pass(10)
    session, now = here.hub.session, here.hub.now()
    over, *others = (
        family_view(PACK, session, token, now)
        for token in (visit.token, "nobody", visit.ticket, visit.id, "", "Zoë", "\udcff")
    )
    assert over == FamilyView(Where.NOTHING, may_change=False)
    assert set(others) == {over}


def test_after_the_session_every_token_gets_a_goodbye_and_nothing_else(here: Hall):
    (visit,) = here.arrivals("money")
    done(here.hub.leave(visit.id))
    done(here.hub.close_session())
    session, now = here.hub.session, here.hub.now()
    assert page(here, visit) == FamilyView(Where.GOODBYE)
    assert family_view(PACK, session, "nobody", now) == FamilyView(Where.GOODBYE)
    done(here.hub.sign_off())
    assert not page(here, visit).may_change


@pytest.mark.parametrize(
    ("given", "shown"), [(None, None), ((20, 10), (10, 20)), ((-3, 4), (0, 4))]
)
def test_a_wait_is_a_range_that_is_never_negative_or_not_said(
    here: Hall, given: tuple[int, int] | None, shown: tuple[int, int] | None
):
    desk = here.desk("money")
    (visit,) = here.arrivals("money")
    session, now = here.hub.session, here.hub.now()
    assert page(here, visit).wait_minutes is None
    view = family_view(PACK, session, visit.token, now, lambda known: given)
    assert view.wait_minutes == shown
    done(here.hub.call(desk, visit.id))
    later = family_view(PACK, here.hub.session, visit.token, now, lambda known: given)
    assert later.wait_minutes is None


@pytest.mark.slow
@given(logs())
def test_whatever_was_written_nobody_stands_on_the_board_twice(log: list[Entry]):
    session = fold(SESSION, log)
    view = board_view(PACK, session, 0)
    open_visits = [visit for visit in session.visits.values() if not visit.is_ended]
    assert len(view.calls) + len(view.lately) + view.waiting <= len(open_visits)
    shown = family_view(PACK, session, "t", 0)
    assert shown.where is not Where.NOTHING or not session.visits
