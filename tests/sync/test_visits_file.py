"""Made-up visits are read liberally in their shape and strictly in their codes."""

import json
from typing import Any

import pytest

from sync.cutting import Gained, VisitInCodes
from sync.record import VOCABULARY
from sync.visits_file import BadLine, MadeUpVisits, read_visits

PLAIN: dict[str, Any] = {
    "visit": "v1",
    "person": "p1",
    "hub": "H2",
    "date": "2026-11-07",
    "minute": 615,
    "visit_type": "first_ever",
    "wait_minutes": 12,
    "needs": ["food", "debt"],
    "services": ["money"],
    "result": "advice_only",
    "gain": 600,
    "groups": ["lone", "baby"],
    "language": "pl",
    "referral": "council",
    "area": "from_this_area",
    "work_status": "not_said",
}

UNKNOWN = "needs has objects of need and result alone, not x."
ALONE = "groups has an answer that stands alone beside others."


def lines(*visits: object) -> list[bytes]:
    return [json.dumps(each).encode() for each in visits]


def one(**changed: object) -> VisitInCodes:
    found = read_visits(lines({**PLAIN, **changed}))
    assert isinstance(found, MadeUpVisits), found
    return found.by_hub["H2"][0]


def bad(*given: bytes) -> tuple[BadLine, ...]:
    found = read_visits(given)
    assert not isinstance(found, MadeUpVisits)
    return found


def test_a_plain_visit_is_read_whole():
    visit = one()
    assert (visit.visit, visit.day.isoformat(), visit.half_day) == ('"v1"', "2026-11-07", "am")
    assert visit.needs == (("food", "advice_only"), ("debt", "advice_only"))
    assert (visit.gained, visit.wait_minutes) == (Gained("500-1999", "any", 600), 12)
    assert (visit.groups, visit.services) == (("lone", "baby"), ("money",))
    assert (visit.language, visit.referral) == ("pl", "council")
    assert (visit.area, visit.work, visit.unmet) == ("from_this_area", "not_said", ())


def test_null_is_not_asked():
    nothing = dict.fromkeys(
        ("visit_type", "wait_minutes", "needs", "services", "result", "gain", "groups", "language")
    )
    visit = one(**nothing, referral=None, area=None, work_status=None, unmet=None)
    assert visit == VisitInCodes('"v1"', visit.day, "am")


@pytest.mark.parametrize(
    ("told", "pairs"),
    [
        ({"result": None}, [("food", "no_service_today"), ("debt", "no_service_today")]),
        ({"needs": [], "result": "advice_only"}, []),
        ({"needs": "food"}, [("food", "advice_only")]),
        (
            {"result": ["advice_only", None]},
            [("food", "advice_only"), ("debt", "no_service_today")],
        ),
        (
            {"results": ["advice_only", "money_gained"], "result": None},
            [("food", "advice_only"), ("debt", "money_gained")],
        ),
        (
            {"results": {"debt": "money_gained"}},
            [("food", "no_service_today"), ("debt", "money_gained")],
        ),
        (
            {"results": [{"need": "debt", "result": "money_gained"}]},
            [("food", "no_service_today"), ("debt", "money_gained")],
        ),
        (
            {"needs": [{"need": "food", "result": "money_gained"}, ["debt", None], "work"]},
            [("food", "money_gained"), ("debt", "advice_only"), ("work", "advice_only")],
        ),
    ],
)
def test_results_come_in_many_shapes(told: dict[str, object], pairs: list[tuple[str, str]]):
    assert list(one(**told).needs) == pairs


@pytest.mark.parametrize(
    ("gain", "gained"),
    [
        (0, None),
        (0.9, None),
        (499.99, Gained("1-499", "any", 499)),
        (2000, Gained("2000+", "any", 2000)),
        ("500-1999", Gained("500-1999")),
        ({"pounds": 20, "source": "uk"}, Gained("1-499", "uk", 20)),
        ({"band": "2000+"}, Gained("2000+")),
        ("120", Gained("1-499", "any", 120)),
        ("none", None),
    ],
)
def test_a_gain_is_pounds_or_a_band(gain: object, gained: Gained | None):
    assert one(gain=gain).gained == gained


@pytest.mark.parametrize(
    ("groups", "read"),
    [
        ([], ("none_of_these",)),
        ("rather_not_say", ("rather_not_say",)),
        (["not_asked"], ("not_asked",)),
        ("lone", ("lone",)),
    ],
)
def test_groups_are_a_list_or_a_fixed_answer(groups: object, read: tuple[str, ...]):
    assert one(groups=groups).groups == read


def test_what_was_unmet_has_a_reason_or_another_one():
    told = [{"need": "food", "reason": "desk_full"}, {"need": "debt"}, ["work", "declined"]]
    pairs = (("food", "desk_full"), ("debt", "other"), ("work", "declined"))
    assert one(unmet=told).unmet == pairs


@pytest.mark.parametrize(("minute", "half"), [(0, "am"), (719, "am"), (720, "pm"), (1439.0, "pm")])
def test_the_minute_is_told_as_a_half_of_the_day(minute: float, half: str):
    assert one(minute=minute).half_day == half


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"hub": ""}, "hub is a short text or a whole number."),
        ({"visit": None}, "visit is a short text or a whole number."),
        ({"visit": True}, "visit is a short text or a whole number."),
        ({"visit": "\ud800"}, "This is not JSON."),
        ({"hub": "\x1b[2J"}, "hub is a short text or a whole number."),
        ({"date": "2026-11-31"}, "date is no day in the calendar."),
        ({"date": "20261107"}, "date is a day written as 2026-11-22."),
        ({"minute": 1440}, "minute is from 0 to 1439."),
        ({"minute": -1}, "minute is from 0 to 1439."),
        ({"minute": True}, "minute is a number."),
        ({"minute": None}, "minute is the minute of the day they came, from 0 to 1439."),
        ({"wait_minutes": "12"}, "wait_minutes is a number."),
        ({"gain": -1}, "gain is from 0 to 1000000000."),
        ({"gain": 1e400}, "A number here is not finite; JSON has no NaN and no Infinity."),
        ({"gain": "lots"}, f"gain is one of: {', '.join(VOCABULARY['gain_band'])}."),
        ({"gain": {"euros": 4}}, "gain has pounds, band and source alone, not euros."),
        ({"needs": 7}, "needs is a list."),
        ({"needs": [None]}, "needs has a null among its codes."),
        ({"needs": ["ice cream"]}, f"needs is one of: {', '.join(VOCABULARY['need'])}."),
        ({"needs": [{"need": "food", "x": 1}]}, UNKNOWN),
        ({"results": ["advice_only"]}, "results are as many as needs, in the same order."),
        ({"results": {"work": None}}, "results tells of work, which is not among the needs."),
        ({"groups": ["lone", "not_asked"]}, ALONE),
        ({"area": "EH1 1AA"}, f"area is one of: {', '.join(VOCABULARY['area'])}."),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_a_sentence(changed: dict[str, object], why: str):
    given = lines(PLAIN, {**PLAIN, "visit": "v2", **changed})
    assert bad(*given) == (BadLine(2, why),)


def test_what_is_no_object_is_no_visit():
    endless = lines(PLAIN)[0].replace(b"600", b"1e400")
    found = bad(b"[]", b"", b"{", b'{"visit":1,"visit":2}', b"\xff", endless)
    assert [each.line for each in found] == [1, 3, 4, 5, 6]


def test_a_visit_has_its_id_once_in_its_hub():
    given = lines(PLAIN, {**PLAIN, "hub": "H3"}, {**PLAIN, "hub": 3}, PLAIN)
    assert bad(*given) == (BadLine(4, 'visit "v1" of hub H2 is given twice.'),)
    found = read_visits(given[:3])
    assert isinstance(found, MadeUpVisits)
    assert list(found.by_hub) == ["3", "H2", "H3"]


def test_the_names_of_what_is_not_read_are_told_and_the_person_is_never_read():
    given = lines({**PLAIN, "person": {"name": ["Zoë"]}, "age": 7})
    found = read_visits([b"\xef\xbb\xbf" + given[0]])
    assert isinstance(found, MadeUpVisits)
    assert found.not_read == ("age",)
    assert "Zoë" not in str(found)


def test_a_need_that_nobody_should_know_is_another():
    assert one(needs=["safety", "food"], result="advice_only").needs == (
        ("other", "advice_only"),
        ("food", "advice_only"),
    )
