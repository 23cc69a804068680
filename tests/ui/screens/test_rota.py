"""A coordinator looks after the rota in a few taps: who comes when, and what is unusual."""

from datetime import date

import pytest

from hub_app.core.house import RotaEntry
from hub_app.core.pattern import Pattern, Shape, pattern_of
from hub_app.core.refusal import Refusal
from hub_app.ui import routes
from hub_app.ui.refusals import sentence
from hub_app.ui.screens.rota import RotaScreen
from hub_app.ui.screens.rota_draft import (
    Often,
    RotaDraft,
    begin_at,
    draft_of,
    end_at,
    fact_of,
    first_days,
)
from hub_app.ui.screens.rota_entry import RotaEntryScreen
from hub_app.ui.screens.rota_form import RotaFormScreen
from tests.support.hall import done, scotland
from tests.support.headless import PHONE, TABLET, Tab
from tests.support.house import house_of, rota
from tests.ui.screens.running_hall import DAY, RunningHall

PACK = scotland()
TUESDAYS = rota("", "Housing", ("housing",), "2026-11-03T10:00", rule="FREQ=WEEKLY;BYDAY=TU")
PORTRAIT = (800, 1280)


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def put(hall, wanted=TUESDAYS):
    before = {*hall.hub.house.rota}
    return next(iter({*done(hall.hub.set_rota(wanted)).rota} - before))


def entry_of(hall) -> RotaEntry:
    (entry,) = hall.hub.house.rota.values()
    return entry


def begins(entry: RotaEntry) -> str:
    return entry.starts.isoformat(timespec="minutes")


def said(hall) -> Pattern:
    entry = entry_of(hall)
    return pattern_of(entry.rule, entry.starts, PACK.zone)


def form(hall, entry="", **how):
    return Tab(hall.screen(RotaFormScreen, entry), **how)


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [TABLET, PORTRAIT, PHONE])
async def test_the_rota_is_told_in_plain_words(hall, size):
    put(hall)
    put(hall, rota("", "Fire safety", ("energy",), "2026-11-26T14:00", minutes=90))
    gone = put(hall, rota("", "Health", ("health",), "2026-11-05T10:00", rule="FREQ=WEEKLY"))
    done(hall.hub.end_rota(gone, "2026-11-19"))
    async with Tab(hall.screen(RotaScreen), size=size) as tab:
        assert tab.sees("Every Tuesday, 10:00–13:00")
        assert tab.sees("Next: Tuesday 24 November")
        assert tab.sees("Occasional visitors")
        assert tab.sees("Once, 26 November 2026, 14:00–15:30")
        assert tab.sees("Taken off the rota from Thursday 19 November on")


async def test_what_is_out_of_the_usual_is_said_in_the_list(hall):
    entry = put(hall)
    done(hall.hub.leave_out(entry, "2026-12-01"))
    done(hall.hub.come_also(entry, "2026-12-03"))
    async with Tab(hall.screen(RotaScreen)) as tab:
        assert tab.sees("Stays away on Tuesday 1 December.")
        assert tab.sees("Comes also on Thursday 3 December.")


async def test_an_empty_rota_leads_to_the_first_entry(hall):
    async with Tab(hall.screen(RotaScreen)) as tab:
        assert tab.sees("Nobody is on the rota yet.")
        await tab.click("rota-add")
        assert tab.page.route == routes.ROTA_FORM


# --- one entry -----------------------------------------------------------------------------------


async def test_somebody_stays_away_on_a_day_and_comes_after_all(hall):
    entry = put(hall)
    async with Tab(hall.screen(RotaEntryScreen, entry), size=PHONE) as tab:
        await tab.click("away-2026-12-01")
        assert entry_of(hall).without == {date(2026, 12, 1)}
        await tab.click("come-2026-12-01")
        assert entry_of(hall).without == frozenset()


async def test_somebody_comes_on_a_day_besides(hall):
    entry = put(hall)
    async with Tab(hall.screen(RotaEntryScreen, entry)) as tab:
        await tab.click("rota-also")
        await tab.click("also-2026-11-26")
        assert tab.sees("Thursday 26 November")
        assert not tab.has("also-2026-11-26")
    assert entry_of(hall).also == {date(2026, 11, 26)}


async def test_taking_somebody_off_the_rota_is_asked_about_first(hall):
    entry = put(hall)
    async with Tab(hall.screen(RotaEntryScreen, entry)) as tab:
        await tab.click("rota-end")
        assert entry_of(hall).ended is None
        await tab.click("rota-end-sure")
        assert entry_of(hall).ended == DAY
        assert tab.sees("Put back on the rota")


async def test_an_entry_nobody_has_leads_back(hall):
    async with Tab(hall.screen(RotaEntryScreen, "gone")) as tab:
        assert tab.sees("They are not on the rota any more.")
        await tab.click("back")
        assert tab.page.route == routes.ROTA


async def test_too_many_days_are_refused_with_a_sentence(hall):
    days = tuple(str(date.fromordinal(date(2027, 1, 4).toordinal() + n)) for n in range(400))
    entry = put(hall, rota("", "Housing", ("housing",), "2026-11-24T10:00", without=days))
    async with Tab(hall.screen(RotaEntryScreen, entry)) as tab:
        await tab.click("away-2026-11-24")
        assert tab.sees(sentence(Refusal.BAD_DAY))


# --- putting somebody on it ----------------------------------------------------------------------


async def test_two_taps_put_a_service_on_the_rota_every_week(hall):
    async with form(hall, size=PHONE) as tab:
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("rota-keep")
        await tab.click("service-housing")
        assert tab.sees("Every Sunday, 10:00–13:00")
        await tab.click("rota-keep")
        assert tab.page.route == routes.ROTA
    entry = entry_of(hall)
    assert (entry.name, begins(entry), entry.minutes) == ("Housing", "2026-11-22T10:00", 180)
    assert said(hall) == Pattern(Shape.WEEKLY, 1, (6,))


async def test_the_day_and_times_most_of_the_rota_has_are_suggested(hall):
    put(hall, rota("", "Housing", ("housing",), "2026-11-03T13:30", rule="FREQ=WEEKLY", minutes=90))
    async with form(hall) as tab:
        await tab.click("service-energy")
        assert tab.sees("Every Tuesday, 13:30–15:00")


async def test_every_second_week_asks_which_of_the_two(hall):
    async with form(hall) as tab:
        await tab.click("service-energy")
        await tab.click("often-second_week")
        await tab.click("weekday-6")
        await tab.click("weekday-3")
        assert tab.has("first-2026-11-26")
        await tab.click("first-2026-12-03")
        await tab.click("rota-keep")
    assert entry_of(hall).starts.date() == date(2026, 12, 3)
    assert said(hall) == Pattern(Shape.WEEKLY, 2, (3,))


async def test_the_first_thursday_of_the_month_until_a_last_day(hall):
    async with form(hall) as tab:
        await tab.click("service-legal")
        await tab.click("often-monthly")
        await tab.click("weekday-3")
        await tab.click("last-open")
        await tab.click("last-later")
        await tab.click("last-2026-12-31")
        assert tab.sees("On the first Thursday of the month, until 31 December 2026, 10:00–13:00")
        await tab.click("rota-keep")
    assert entry_of(hall).starts.date() == date(2026, 12, 3)
    pattern = said(hall)
    assert (pattern.nth, pattern.weekdays, pattern.last_day) == (1, (3,), date(2026, 12, 31))


async def test_a_visitor_who_comes_once_is_given_a_day(hall):
    async with form(hall, size=PORTRAIT) as tab:
        await tab.click("service-energy")
        await tab.click("often-once")
        assert tab.sees("Choose the day.")
        await tab.click("first-day-2026-11-26")
        assert tab.sees("Once, 26 November 2026, 10:00–13:00")
        await tab.click("rota-keep")
    assert said(hall) == Pattern(Shape.ONCE)


async def test_a_name_times_organisation_and_holidays_are_a_tap_each(hall):
    async with form(hall) as tab:
        await tab.click("service-energy")
        await tab.click("service-money")
        await tab.type("rota-name", "Table by the window")
        await tab.click("from-nhs")
        await tab.click("from-time-hour-more")
        await tab.click("until-time-less")
        await tab.click("on-holidays-yes")
        await tab.click("rota-keep")
    entry = entry_of(hall)
    assert (entry.name, entry.services) == ("Table by the window", ("energy", "money"))
    assert (entry.organisation, entry.on_holidays) == ("nhs", True)
    assert (entry.starts.hour, entry.minutes) == (11, 165)


async def test_without_a_name_or_a_day_it_cannot_be_kept_and_says_why(hall):
    async with form(hall) as tab:
        await tab.click("service-energy")
        await tab.type("rota-name", " ")
        assert tab.sees("Give the desk a name.")
        await tab.type("rota-name", "Energy")
        await tab.click("weekday-6")
        assert tab.sees("Choose the day of the week.")


async def test_days_that_never_come_are_refused_with_a_sentence(hall):
    async with form(hall) as tab:
        await tab.click("service-energy")
        await tab.click("often-monthly")
        await tab.click("weekday-3")
        await tab.click("last-open")
        await tab.click("last-2026-11-23")
        await tab.click("rota-keep")
        assert tab.sees(sentence(Refusal.NEVER_COMES))
    assert hall.hub.house.rota == {}


# --- changing somebody ---------------------------------------------------------------------------


async def test_changing_an_entry_keeps_its_first_day_and_its_single_days(hall):
    entry = put(hall)
    done(hall.hub.leave_out(entry, "2026-12-01"))
    async with form(hall, entry) as tab:
        await tab.click("until-time-hour-more")
        await tab.click("rota-keep")
        assert tab.page.route == routes.rota_entry(entry)
    changed = entry_of(hall)
    assert (changed.id, begins(changed)) == (entry, "2026-11-03T10:00")
    assert (changed.minutes, changed.without) == (240, {date(2026, 12, 1)})


async def test_who_was_taken_off_is_put_back(hall):
    entry = put(hall)
    done(hall.hub.end_rota(entry, "2026-11-20"))
    async with form(hall, entry) as tab:
        await tab.click("rota-keep")
    assert entry_of(hall).ended is None


async def test_a_rule_these_taps_cannot_say_stays_as_it_is(hall):
    rule = "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU"
    entry = put(hall, rota("", "Housing", ("housing",), "2026-11-03T10:00", rule=rule))
    async with form(hall, entry) as tab:
        assert tab.sees("Every 3 weeks, on Tuesday, 10:00–13:00")
        await tab.click("from-time-more")
        await tab.click("rota-keep")
    changed = entry_of(hall)
    assert (changed.rule.text, begins(changed)) == (rule, "2026-11-03T10:15")


async def test_half_an_entry_survives_a_dropped_line_and_leaving_forgets_it(hall):
    async with form(hall) as tab:
        await tab.click("service-energy")
        await tab.disconnect()
        await tab.connect()
        assert tab.sees("Every Sunday, 10:00–13:00")
        await tab.click("back")
        assert not tab.sees("Every Sunday")


# --- the draft -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        "FREQ=MONTHLY;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=-1TU",
        "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270326T235959",
        "FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        "FREQ=YEARLY;BYMONTH=6;BYDAY=2TU",
    ],
)
def test_an_entry_that_is_only_looked_at_stays_what_it_was(rule):
    fact = rota("r1", rule=rule, without=("2026-12-01",), organisation="nhs")
    entry = house_of(fact).rota["r1"]
    assert fact_of(draft_of(entry, PACK.zone), PACK, DAY) == fact


def test_the_first_days_offered_are_those_that_fit():
    weekly = RotaDraft(weekdays=(1,))
    assert first_days(weekly, PACK, DAY)[:2] == (date(2026, 11, 24), date(2026, 12, 1))
    last_friday = RotaDraft(often=Often.MONTHLY, weekdays=(4,), nth=-1)
    assert first_days(last_friday, PACK, DAY)[0] == date(2026, 11, 27)
    assert first_days(RotaDraft(often=Often.ONCE), PACK, DAY) == ()
    assert first_days(RotaDraft(), PACK, DAY) == ()


def test_a_later_start_moves_the_end_and_an_end_never_passes_the_start():
    draft = begin_at(RotaDraft(), 11 * 60)
    assert (draft.from_minute, draft.until_minute) == (660, 840)
    assert end_at(draft, 600).until_minute == 675
    assert begin_at(draft, -20).from_minute == 0
