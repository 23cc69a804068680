"""Who is expected when: rules that come again, holidays, days off, and clocks that change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_app.core import house_events as h
from hub_app.core.house import House
from hub_app.core.rota import Expected, expected_on, holiday, moment, next_date
from tests.support.house import house_of, rota

ZONE, COUNTRY = "Europe/London", "GB-SCT"
HOUR = 3_600_000
some = settings(max_examples=60)


def expected(house: House, day: str) -> tuple[Expected, ...]:
    return expected_on(house, date.fromisoformat(day), ZONE, COUNTRY)


def names(house: House, day: str) -> list[str]:
    return [one.name for one in expected(house, day)]


def next_for(house: House, service: str, after: str) -> str | None:
    day = next_date(house, service, date.fromisoformat(after), ZONE, COUNTRY)
    return None if day is None else day.isoformat()


def clock(at: int, zone: str = ZONE) -> str:
    return f"{datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%H:%M %z}"


# --- days ---------------------------------------------------------------------------------------


def test_a_weekly_rule_names_its_weekday_and_begins_on_the_first_day():
    house = house_of(rota(rule="FREQ=WEEKLY;BYDAY=TU"))
    assert names(house, "2026-01-06") == names(house, "2026-11-24") == ["Energy"]
    assert names(house, "2026-01-07") == names(house, "2025-12-30") == []


def test_somebody_without_a_rule_comes_once_and_on_the_days_named_besides():
    house = house_of(rota(rule="", also=("2026-03-05",)))
    came = [day for day in range(1, 366) if expected_on(house, _of_year(day), ZONE, COUNTRY)]
    assert [_of_year(day).isoformat() for day in came] == ["2026-01-06", "2026-03-05"]


def _of_year(day: int) -> date:
    return date(2025, 12, 31) + timedelta(days=day)


def test_a_day_left_out_is_left_out_also_when_it_is_named_besides():
    weekly = rota(rule="FREQ=WEEKLY", without=("2026-01-13", "2026-01-15"), also=("2026-01-15",))
    house = house_of(weekly)
    assert names(house, "2026-01-13") == names(house, "2026-01-15") == []
    assert names(house, "2026-01-20") == ["Energy"]


def test_nobody_comes_from_the_day_their_entry_ends():
    house = house_of(rota(rule="FREQ=WEEKLY"), h.RotaEnded("r1", "2026-02-03"))
    assert names(house, "2026-01-27") == ["Energy"]
    assert names(house, "2026-02-03") == names(house, "2026-02-10") == []


# --- shut ---------------------------------------------------------------------------------------


def test_on_a_holiday_only_those_come_who_said_so():
    house = house_of(
        rota("r1", "Energy", rule="FREQ=DAILY"),
        rota("r2", "Food", rule="FREQ=DAILY", on_holidays=True),
    )
    assert holiday(date(2026, 11, 30), COUNTRY) == "Saint Andrew's Day"
    assert names(house, "2026-11-30") == ["Food"]
    assert names(house, "2026-12-01") == ["Energy", "Food"]


def test_a_day_named_singly_is_meant_also_on_a_holiday():
    once = rota("r1", "Visitor", starts="2026-11-30T10:00", rule="")
    named = rota("r2", "Weekly", rule="FREQ=WEEKLY", also=("2026-11-30",))
    assert names(house_of(once, named), "2026-11-30") == ["Visitor", "Weekly"]


def test_nobody_is_expected_while_the_hub_is_shut_until_it_opens_after_all():
    daily = rota(rule="FREQ=DAILY", on_holidays=True)
    shut = h.DayOff("2026-11-30", "Floor being mended")
    assert names(house_of(daily, shut), "2026-11-30") == []
    assert names(house_of(daily, shut, h.DayOn("2026-11-30")), "2026-11-30") == ["Energy"]


def test_a_hub_that_opens_on_a_holiday_has_everybody():
    daily = rota(rule="FREQ=DAILY")
    assert names(house_of(daily), "2026-12-25") == []
    assert names(house_of(daily, h.DayOn("2026-12-25")), "2026-12-25") == ["Energy"]


@pytest.mark.parametrize(
    ("day", "country", "is_one"),
    [
        ("2026-01-02", "GB-SCT", True),
        ("2026-01-02", "GB-ENG", False),
        ("2026-06-15", "GB-SCT", True),  # proclaimed for one year alone
        ("2027-06-15", "GB-SCT", False),
        ("2026-12-28", "GB-SCT", True),  # for Boxing Day, a Saturday
        ("2026-12-25", "GB", True),
        ("2026-12-25", "ZZ-TOP", False),
        ("2026-12-25", "", False),
    ],
)
def test_holidays_are_those_of_the_country_and_its_part(day: str, country: str, is_one: bool):
    assert bool(holiday(date.fromisoformat(day), country)) == is_one


# --- clocks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
def test_ten_stays_ten_when_the_clocks_change(day: str):
    (one,) = expected(house_of(rota(rule="FREQ=DAILY")), day)
    assert clock(one.from_at)[:5] == "10:00"
    assert one.until_at - one.from_at == 3 * HOUR


def test_a_start_the_clocks_leap_over_is_an_hour_late_and_never_lost():
    night = rota(starts="2026-03-28T01:30", rule="FREQ=DAILY")
    (one,) = expected(house_of(night), "2026-03-29")
    assert clock(one.from_at) == "02:30 +0100"
    assert one.until_at - one.from_at == 3 * HOUR


def test_a_start_that_comes_twice_is_the_first():
    night = rota(starts="2026-10-24T01:30", rule="FREQ=DAILY")
    (one,) = expected(house_of(night), "2026-10-25")
    assert clock(one.from_at) == "01:30 +0100"


@given(
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    st.times(),
    st.sampled_from((ZONE, "Europe/Warsaw", "America/St_Johns", "Pacific/Apia", "Asia/Kolkata")),
)
@some
def test_a_start_is_shown_at_its_own_time_unless_the_clocks_leap_over_it(
    day: date, local: time, zone: str
):
    at = local.replace(second=0, microsecond=0)
    shown = datetime.fromtimestamp(moment(day, at, zone) / 1000, ZoneInfo(zone))
    late = shown.replace(tzinfo=None) - datetime.combine(day, at)
    assert timedelta() <= late <= timedelta(hours=2)
    earlier = shown - timedelta(hours=3)
    assert not late or earlier.utcoffset() != shown.utcoffset()


# --- order and the next day -------------------------------------------------------------------


def test_who_comes_first_is_named_first_whatever_order_they_were_written_in():
    entries = (
        rota("r3", "Debt", starts="2026-01-06T10:00", rule="FREQ=WEEKLY"),
        rota("r1", "Work", starts="2026-01-06T09:30", rule="FREQ=WEEKLY"),
        rota("r2", "Debt", starts="2026-01-06T10:00", rule="FREQ=WEEKLY"),
    )
    ids = [
        [one.entry for one in expected(house_of(*o), "2026-01-06")]
        for o in (entries, entries[::-1])
    ]
    assert ids == [["r1", "r2", "r3"]] * 2


def test_the_next_date_is_the_next_day_somebody_with_that_service_comes():
    house = house_of(
        rota("r1", "Energy", rule="FREQ=WEEKLY"),
        rota("r2", "Money", services=("money", "debt"), rule="FREQ=MONTHLY;BYDAY=1TH"),
    )
    assert next_for(house, "energy", "2026-01-06") == "2026-01-13"
    assert next_for(house, "debt", "2026-01-06") == "2026-02-05"
    assert next_for(house, "housing", "2026-01-06") is None


def test_the_next_date_skips_holidays_days_off_and_weeks_somebody_is_away():
    house = house_of(
        rota(starts="2026-11-16T10:00", rule="FREQ=WEEKLY", without=("2026-12-07",)),
        h.DayOff("2026-12-14"),
    )
    assert next_for(house, "energy", "2026-11-23") == "2026-12-21"  # 30 November is a holiday


def test_nobody_is_promised_for_more_than_a_year_ahead():
    house = house_of(rota(starts="2028-01-06T10:00", rule="FREQ=WEEKLY"))
    assert next_for(house, "energy", "2026-12-01") is None
    assert next_for(house, "energy", "2027-01-10") == "2028-01-06"
