"""The rows of the house's screens: who comes when, days off, agreements, promises."""

from dataclasses import replace
from datetime import date

from hub_app.core import house_events as h
from hub_app.core.events import Event, Referred
from hub_app.core.pattern import Shape
from hub_app.core.promised import Promised
from hub_app.view.house import (
    COMING,
    AgreementRow,
    DayKind,
    DayRow,
    RotaRow,
    Standing,
    agreement_rows,
    days_ahead,
    promised_view,
    rota_rows,
    sessions_ahead,
    to_pass_on,
)
from tests.support.hall import scotland
from tests.support.house import house_of, rota

PACK = scotland()
TODAY = date(2026, 11, 24)  # a Tuesday
WEEKLY = rota(rule="FREQ=WEEKLY;BYDAY=TU")


def rows(*events: Event, today: date = TODAY) -> tuple[RotaRow, ...]:
    return rota_rows(house_of(*events), PACK, today)


def off(*events: Event, today: date = TODAY) -> dict[date, DayRow]:
    return {row.day: row for row in days_ahead(house_of(*events), PACK, today)}


# --- the rota ------------------------------------------------------------------------------------


def test_somebody_who_comes_every_week_has_their_next_days_today_included():
    (row,) = rows(WEEKLY)
    assert row.coming[:2] == (date(2026, 11, 24), date(2026, 12, 1))
    assert len(row.coming) == COMING
    assert (row.pattern.shape, row.from_minute, row.until_minute) == (Shape.WEEKLY, 600, 780)
    assert not row.is_over


def test_a_day_away_is_not_a_coming_one_and_a_day_besides_is():
    (row,) = rows(replace(WEEKLY, without=("2026-12-01", "2026-01-13"), also=("2026-11-27",)))
    assert row.coming[:3] == (date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 8))
    assert (row.away, row.also) == ((date(2026, 12, 1),), (date(2026, 11, 27),))


def test_who_was_taken_off_comes_no_more_and_stands_last():
    gone, weekly = rota("r9", name="A"), replace(WEEKLY, name="Z")
    found = rows(gone, weekly, h.RotaEnded("r9", "2026-06-01"))
    assert [(row.name, row.is_over) for row in found] == [("Z", False), ("A", True)]
    assert found[1].ended == date(2026, 6, 1)


def test_an_occasional_visitor_is_expected_until_their_day_is_over():
    once = rota(starts="2026-11-26T14:30", minutes=90)
    (row,) = rows(once)
    assert (row.coming, row.until_minute) == ((date(2026, 11, 26),), 16 * 60)
    assert rows(once, today=date(2026, 11, 27))[0].is_over


def test_an_entry_that_begins_in_a_while_has_its_first_day_as_its_next():
    (row,) = rows(replace(WEEKLY, starts="2027-08-03T10:00"))
    assert row.coming[0] == date(2027, 8, 3)


def test_whoever_comes_soonest_is_first():
    friday = rota("r2", name="Friday", starts="2026-01-09T10:00", rule="FREQ=WEEKLY")
    found = rows(friday, WEEKLY, today=date(2026, 11, 25))
    assert [row.name for row in found] == ["Friday", "Energy"]


def test_the_hall_s_clock_is_meant_in_summer_and_in_winter():
    house = house_of(replace(WEEKLY, starts="2026-03-24T10:00"))
    before, after = sessions_ahead(house, PACK, date(2026, 3, 24), most=2)  # 29 March lies between
    assert (before.day, after.day) == (date(2026, 3, 24), date(2026, 3, 31))
    assert {line.from_minute for row in (before, after) for line in row.lines} == {600}


# --- who is here when ----------------------------------------------------------------------------


def test_a_coming_session_says_who_comes_and_who_stays_away():
    dwp = rota("r2", name="DWP", services=("dwp",), starts="2026-01-06T09:00", rule="FREQ=WEEKLY")
    house = house_of(WEEKLY, replace(dwp, without=("2026-12-01",)))
    first, second = sessions_ahead(house, PACK, TODAY, most=2)
    assert [line.name for line in first.lines] == ["DWP", "Energy"]
    assert ([line.name for line in second.lines], second.away) == (["Energy"], ("DWP",))


def test_a_day_off_is_shown_as_shut_with_its_reason():
    house = house_of(WEEKLY, h.DayOff("2026-12-01", "Painting"))
    shut = sessions_ahead(house, PACK, TODAY, most=2)[1]
    assert (shut.is_shut, shut.why, shut.lines) == (True, "Painting", ())


def test_on_a_holiday_only_those_come_who_said_so():
    monday = rota(starts="2026-01-05T10:00", rule="FREQ=WEEKLY")
    also = replace(monday, entry="r2", name="Hub lead", on_holidays=True)
    row = sessions_ahead(house_of(monday, also), PACK, date(2026, 11, 30), most=1)[0]
    assert (row.is_shut, row.why) == (False, "Saint Andrew's Day")
    assert [line.name for line in row.lines] == ["Hub lead"]


def test_without_a_rota_there_is_no_session_ahead():
    assert sessions_ahead(house_of(), PACK, TODAY) == ()


# --- days off ------------------------------------------------------------------------------------


def test_the_coming_year_s_public_holidays_are_listed_and_no_past_one():
    days = off(today=TODAY)
    assert min(days) == date(2026, 11, 30)
    assert days[date(2026, 12, 25)] == DayRow(
        date(2026, 12, 25), DayKind.HOLIDAY, "Christmas Day", ()
    )
    assert max(days) <= date(2027, 11, 24)


def test_a_day_shut_and_a_holiday_opened_say_so_and_who_comes():
    monday = rota(starts="2026-01-05T10:00", rule="FREQ=WEEKLY")
    events = (monday, h.DayOn("2026-11-30"), h.DayOff("2026-12-07", "Painting"))
    days = off(*events)
    assert days[date(2026, 11, 30)].kind is DayKind.OPEN
    assert days[date(2026, 11, 30)].coming == ("Energy",)
    shut = days[date(2026, 12, 7)]
    assert (shut.kind, shut.why, shut.coming) == (DayKind.SHUT, "Painting", ())


def test_a_day_off_that_was_taken_back_is_a_day_like_any_other():
    days = off(h.DayOff("2026-12-07", "Painting"), h.DayOn("2026-12-07"))
    assert date(2026, 12, 7) not in days


# --- agreements ----------------------------------------------------------------------------------

PACT = h.AgreementMade(
    "a1", ("council", "advice_charity"), ("handover_note",), "2026-01-01", "2026-12-23"
)


def pact(*events: Event, today: date = TODAY) -> AgreementRow:
    (row,) = agreement_rows(house_of(*events), today)
    return row


def test_an_agreement_is_flagged_for_its_last_thirty_days():
    assert pact(PACT, today=date(2026, 11, 23)).standing is Standing.HOLDS
    soon = pact(PACT, today=date(2026, 11, 24))
    assert (soon.standing, soon.days_left) == (Standing.SOON, 30)
    assert pact(PACT, today=date(2026, 12, 23)).days_left == 1


def test_an_agreement_that_ran_out_or_was_ended_is_over():
    assert pact(PACT, today=date(2026, 12, 24)).standing is Standing.OVER
    ended = pact(PACT, h.AgreementEnded("a1", "2026-11-24"))
    assert (ended.standing, ended.days_left) == (Standing.OVER, 0)
    assert pact(PACT, today=date(2025, 12, 31)).standing is Standing.LATER


def test_what_runs_out_soon_stands_first_and_what_is_over_last():
    made = (
        replace(PACT, agreement="over", until_day="2026-06-30"),
        replace(PACT, agreement="long", until_day="2027-06-30"),
        replace(PACT, agreement="soon", until_day="2026-12-01"),
    )
    found = agreement_rows(house_of(*made), TODAY)
    assert [row.agreement for row in found] == ["soon", "long", "over"]


# --- what was promised ---------------------------------------------------------------------------


def promise(due: str, kind: str = "referral", day: str = "2026-11-17") -> Promised:
    return Promised(day, "A12", Referred(f"{kind}-{due}", "d1", "dwp", due, "", kind))


def test_promises_stand_by_when_they_are_due():
    done = replace(promise("2026-11-01"), is_acknowledged=True)
    waiting = (promise("2026-11-20"), promise("2026-11-24"), promise("2026-12-01"))
    view = promised_view((done, *waiting), TODAY)
    assert [row.due for row in view.open] == [
        date(2026, 11, 20), date(2026, 11, 24), date(2026, 12, 1),
    ]  # fmt: skip
    assert (len(view.overdue), len(view.today), len(view.later)) == (1, 1, 1)
    assert [row.due for row in view.acknowledged] == [date(2026, 11, 1)]


def test_a_promise_whose_day_nobody_can_read_is_not_lost():
    (row,) = promised_view((promise("soon"),), TODAY).overdue
    assert (row.ticket, row.due) == ("A12", None)


def test_before_closing_the_call_backs_of_today_and_those_due_are_passed_on():
    promises = (
        promise("2026-11-20", "call_back"),
        promise("2026-12-01", "call_back"),
        promise("2026-12-02", "call_back", day="2026-11-24"),
        promise("2026-11-24"),
    )
    rows = to_pass_on(promised_view(promises, TODAY), TODAY)
    assert [row.due for row in rows] == [date(2026, 11, 20), date(2026, 12, 2)]
