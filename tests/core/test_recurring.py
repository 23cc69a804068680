"""Rules of RFC 5545: the days they name, those that are wrong, and saying them in a sentence."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub_app.core.pattern import NTHS, Pattern, Shape, pattern_of, rule_text
from hub_app.core.recurring import Rule, days_in, ever_comes, read_day, read_moment, read_rule
from hub_app.core.refusal import Refusal

ZONE = "Europe/London"
TUESDAY = date(2026, 1, 6)
STARTS = datetime.fromisoformat("2026-01-06T10:00")
some = settings(max_examples=60)


def rule_of(text: str) -> Rule:
    rule = read_rule(text)
    assert isinstance(rule, Rule)
    return rule


def days(text: str, year: int = 2026, starts: datetime = STARTS) -> list[str]:
    return [day.isoformat() for day in sorted(days_in(year, rule_of(text), starts, ZONE))]


# --- the days a rule names -----------------------------------------------------------------------


def test_every_second_week_counts_from_the_first_day_across_new_year():
    assert days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")[:3] == ["2026-01-06", "2026-01-20", "2026-02-03"]
    assert days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", 2027)[0] == "2027-01-05"


def test_the_first_and_the_last_weekday_of_a_month_are_found():
    assert days("FREQ=MONTHLY;BYDAY=1TU")[:3] == ["2026-01-06", "2026-02-03", "2026-03-03"]
    assert days("FREQ=MONTHLY;BYDAY=-1FR")[:2] == ["2026-01-30", "2026-02-27"]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260120", "2026-01-20"),  # a day counts whole
        ("20260120T095959", "2026-01-13"),  # a moment before they start that day
        ("20260120T100000", "2026-01-20"),
        ("20260120T100000Z", "2026-01-20"),
        ("99991231", "2026-12-29"),
    ],
)
def test_a_rule_ends_with_its_last_start(until: str, last: str):
    assert days(f"FREQ=WEEKLY;UNTIL={until}")[-1] == last


def test_the_end_of_a_rule_in_utc_is_read_on_the_halls_own_clock():
    summer = datetime.fromisoformat("2026-06-02T10:30")  # 09:30 in UTC
    assert days("FREQ=WEEKLY;UNTIL=20260616T093000Z", starts=summer)[-1] == "2026-06-16"
    assert days("FREQ=WEEKLY;UNTIL=20260616T092959Z", starts=summer)[-1] == "2026-06-09"


def test_a_counted_rule_stops_after_so_many_days_also_in_a_later_year():
    assert len(days("FREQ=WEEKLY;COUNT=60")) == 52
    assert days("FREQ=WEEKLY;COUNT=60", 2027)[-1] == "2027-02-23"
    assert days("FREQ=WEEKLY;COUNT=60", 2028) == []


@pytest.mark.parametrize(
    ("text", "year", "first"),
    [
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", 2026, "2026-02-13"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", 2026, "2026-01-29"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", 2028, "2028-01-31"),
        ("FREQ=YEARLY;BYDAY=20MO", 2026, "2026-05-18"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", 2026, "2026-05-11"),
        ("FREQ=YEARLY;BYYEARDAY=100,200", 2026, "2026-04-10"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 2028, "2028-02-29"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", 2028, "2028-11-07"),
    ],
)
def test_the_kinds_of_rule_the_standard_shows_are_followed(text: str, year: int, first: str):
    assert days(text, year)[0] == first


# --- rules that are wrong or hostile ----------------------------------------------------------

WRONG = (
    "FREQ=SECONDLY", "FREQ=HOURLY", "FREQ=WEEKLY;BYHOUR=3", "FREQ=WEEKLY;BYEASTER=0", "WEEKLY",
    "FREQ=WEEKLY;FREQ=DAILY", "BYDAY=MO", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-1",
    "FREQ=WEEKLY;INTERVAL=1,2", "FREQ=DAILY;COUNT=99999999999", "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=6TU", "FREQ=DAILY;",
    "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYSETPOS=1",
    "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=MONTHLY;BYWEEKNO=3", "FREQ=WEEKLY;UNTIL=20260231",
    "FREQ=WEEKLY;UNTIL=00010101", "FREQ=WEEKLY;UNTIL=20260101;COUNT=3",
    "FREQ=WEEKLY;BYMONTH=\u0661", "FREQ=YEARLY;BYDAY=6WE;BYMONTH=2",
    "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
    "DTSTART:20260101\nRRULE:FREQ=DAILY", "FREQ=YEARLY;BYWEEKNO=2;BYDAY=1MO", "FREQ=DAILY" * 99,
)  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_rule_that_is_wrong_is_refused(text: str):
    assert read_rule(text) is Refusal.BAD_RULE


@given(st.text(alphabet="FREQ=WEKLYDAIBTUMOCNHSP;:,+-0129 \n", max_size=60) | st.text(max_size=60))
@some
def test_no_text_at_all_breaks_the_reader(text: str):
    assert isinstance(read_rule(text), Rule | Refusal)


def _numbers(low: int, high: int) -> st.SearchStrategy[str]:
    some_numbers = st.lists(st.integers(low, high).filter(bool), min_size=1, max_size=3)
    return some_numbers.map(lambda numbers: ",".join(map(str, numbers)))


_PARTS = {
    "INTERVAL": st.integers(1, 60).map(str),
    "COUNT": st.integers(1, 1000).map(str),
    "WKST": st.sampled_from(("MO", "SU", "TH")),
    "BYDAY": st.sampled_from(("TU", "MO,FR", "1TU", "-1FR", "5MO", "53WE", "-2SA,3SU")),
    "BYMONTH": _numbers(1, 12),
    "BYMONTHDAY": _numbers(-31, 31),
    "BYYEARDAY": _numbers(-366, 366),
    "BYWEEKNO": _numbers(-53, 53),
    "BYSETPOS": _numbers(-366, 366),
    "UNTIL": st.sampled_from(("20260601", "20270301T090000", "20261231T235900Z")),
}


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Texts that look like rules, right or wrong."""
    often = draw(st.sampled_from(("WEEKLY", "MONTHLY", "YEARLY")))
    names = draw(st.lists(st.sampled_from(sorted(_PARTS)), unique=True, max_size=3))
    return ";".join([f"FREQ={often}", *(f"{name}={draw(_PARTS[name])}" for name in names)])


@pytest.mark.slow
@given(rules(), st.integers(2026, 2028))
@some
def test_every_rule_that_is_read_can_be_followed(text: str, year: int):
    rule = read_rule(text)
    assume(isinstance(rule, Rule))
    named = days_in(year, rule_of(text), STARTS, ZONE)
    assert all(day.year == year and day >= TUESDAY for day in named)


# Looked for until the year 9999, the first of these takes ten seconds.
@pytest.mark.slow
@pytest.mark.parametrize("often", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_a_rule_that_never_comes_true_ends_and_says_so(often: str):
    impossible = "BYMONTH=2;BYMONTHDAY=30" if often != "WEEKLY" else "INTERVAL=52;BYMONTH=7"
    rule = rule_of(f"FREQ={often};{impossible}")
    assert not ever_comes(rule, STARTS, ZONE)


def test_days_and_moments_that_are_no_days_are_not_read():
    assert read_day("2026-02-28") == date(2026, 2, 28)
    assert read_moment("2026-01-06T10:00") == STARTS
    wrong = ("", "2026-02-30", "20260228", "2026-W01-1", "1999-12-31", "2200-01-01", "2026-1-6")
    assert [read_day(text) for text in wrong] == [None] * len(wrong)
    wrong = ("2026-01-06", "2026-01-06T10:00:30", "2026-01-06T10:00Z", "2026-01-06 10:00", "x")
    assert [read_moment(text) for text in wrong] == [None] * len(wrong)


# --- patterns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (Pattern(Shape.ONCE), ""),
        (Pattern(Shape.WEEKLY, weekdays=(1, 3)), "FREQ=WEEKLY;BYDAY=TU,TH"),
        (Pattern(Shape.WEEKLY, 2, (4,)), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        (Pattern(Shape.MONTHLY, weekdays=(1,), nth=1), "FREQ=MONTHLY;BYDAY=1TU"),
        (Pattern(Shape.MONTHLY, weekdays=(4,), nth=-1), "FREQ=MONTHLY;BYDAY=-1FR"),
        (Pattern(Shape.WEEKLY, weekdays=(0,), times=6), "FREQ=WEEKLY;BYDAY=MO;COUNT=6"),
        (
            Pattern(Shape.WEEKLY, weekdays=(0,), last_day=date(2026, 6, 1)),
            "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260601T235959",
        ),
    ],
)
def test_what_a_person_taps_becomes_a_rule_and_is_said_back(pattern: Pattern, text: str):
    assert rule_text(pattern) == text
    assert pattern_of(rule_of(text), STARTS, ZONE) == pattern


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("RRULE:FREQ=WEEKLY", Pattern(Shape.WEEKLY, weekdays=(1,))),
        ("freq=daily", Pattern(Shape.WEEKLY, weekdays=tuple(range(7)))),
        ("FREQ=DAILY;BYDAY=MO,FR", Pattern(Shape.WEEKLY, weekdays=(0, 4))),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", Pattern(Shape.MONTHLY, weekdays=(1,), nth=2)),
        ("FREQ=DAILY;INTERVAL=3;COUNT=4", Pattern(Shape.OTHER, times=4)),
        ("FREQ=MONTHLY;BYMONTHDAY=15", Pattern(Shape.OTHER)),
        ("FREQ=MONTHLY;BYDAY=TU", Pattern(Shape.OTHER)),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", Pattern(Shape.OTHER)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", Pattern(Shape.OTHER)),
        ("FREQ=YEARLY;UNTIL=20280105", Pattern(Shape.OTHER, last_day=date(2028, 1, 5))),
    ],
)
def test_a_rule_from_elsewhere_is_said_back_only_when_a_sentence_says_all_of_it(
    text: str, pattern: Pattern
):
    assert pattern_of(rule_of(text), STARTS, ZONE) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern(Shape.WEEKLY),
        Pattern(Shape.WEEKLY, weekdays=(7,)),
        Pattern(Shape.WEEKLY, 0, (1,)),
        Pattern(Shape.WEEKLY, weekdays=(1,), times=3, last_day=TUESDAY),
        Pattern(Shape.MONTHLY, weekdays=(1,)),
        Pattern(Shape.MONTHLY, weekdays=(1, 2), nth=1),
        Pattern(Shape.OTHER),
    ],
)
def test_a_pattern_that_says_too_little_is_refused(pattern: Pattern):
    assert rule_text(pattern) is Refusal.BAD_RULE


patterns = st.one_of(
    st.builds(
        Pattern,
        st.just(Shape.WEEKLY),
        st.integers(1, 9),
        st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
        last_day=st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    ),
    st.builds(
        Pattern,
        st.just(Shape.MONTHLY),
        st.integers(1, 9),
        st.tuples(st.integers(0, 6)),
        st.sampled_from(NTHS),
        times=st.none() | st.integers(1, 20),
    ),
)


@given(patterns)
@some
def test_a_pattern_survives_being_a_rule(pattern: Pattern):
    text = rule_text(pattern)
    assert isinstance(text, str)
    assert pattern_of(rule_of(text), STARTS, ZONE) == pattern


@pytest.mark.slow
@given(patterns, st.dates(date(2026, 1, 6), date(2028, 12, 31)))
@some
def test_the_days_of_a_pattern_are_those_a_calendar_on_the_wall_shows(pattern: Pattern, day: date):
    text = rule_text(pattern)
    assume(isinstance(text, str) and pattern.times is None)
    named = day in days_in(day.year, rule_of(str(text)), STARTS, ZONE)
    assert named == (_on_the_wall(pattern, day) and day <= (pattern.last_day or day))


def _on_the_wall(pattern: Pattern, day: date) -> bool:
    if day.weekday() not in pattern.weekdays:
        return False
    if pattern.shape is Shape.WEEKLY:
        monday, first = (d - timedelta(days=d.weekday()) for d in (day, TUESDAY))
        return (monday - first).days // 7 % pattern.every == 0
    months = (day.year - TUESDAY.year) * 12 + day.month - TUESDAY.month
    nth = (day.day - 1) // 7 + 1
    is_last = (day + timedelta(days=7)).month != day.month
    return months % pattern.every == 0 and (nth == pattern.nth or (pattern.nth == -1 and is_last))
