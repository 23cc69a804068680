"""What holds from session to session, and the rules by which it changes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_app.core import events as e
from hub_app.core import house_events as h
from hub_app.core.clock import Stamp
from hub_app.core.events import Entry, Event
from hub_app.core.house import (
    Capacity,
    House,
    HouseFold,
    agreement_between,
    fold_house,
    may_carry_note,
)
from hub_app.core.refusal import Refusal
from hub_app.core.rota import expected_on
from hub_app.core.rules import house as rules
from tests.support.house import facts, house_of, rota

ZONE = "Europe/London"
NOTE = ("handover_note",)
PACT = h.AgreementMade("a1", ("council", "advice_charity"), NOTE, "2026-01-01", "2026-06-30")


# --- the fold -----------------------------------------------------------------------------------

_days = st.sampled_from(("2026-01-06", "2026-06-30", "2027-01-01", "tomorrow"))
_entries, _pacts = st.sampled_from(("r1", "r2")), st.sampled_from(("a1", "a2"))
_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        rota, _entries, minutes=st.sampled_from((60, 0)), rule=st.sampled_from(("", "FREQ=WEEKLY"))
    ),
    st.builds(h.RotaEnded, _entries, _days),
    st.builds(h.DayOff, _days),
    st.builds(h.DayOn, _days),
    st.builds(h.CapacitySet, st.integers(0, 90), st.integers(10, 100)),
    st.builds(h.AgreementMade, _pacts, st.just(("council", "dwp")), st.just(NOTE), _days, _days),
    st.builds(h.AgreementEnded, _pacts, _days),
    st.builds(h.ReferralAcknowledged, st.sampled_from(("x1", "x2"))),
    st.just(e.SessionOpened("2026-01-06")),
    st.just(e.Unknown("roof_mended")),
)


@st.composite
def logs(draw: st.DrawFn) -> list[Entry]:
    """The house's facts by two tablets that wrote at the same time, some taken back."""
    made: list[Entry] = []
    for origin in ("tablet_a", "tablet_b"):
        wrote = draw(st.lists(_events, max_size=12))
        known = [one for one in wrote if not isinstance(one, e.Unknown)]
        made += facts(*known, origin=origin)
        last = Entry(
            origin, 99, Stamp(99, 0, origin), "house", None, e.Unknown("later"), "later", 9, "{}"
        )
        made.append(last)
    gone = tuple(draw(st.lists(st.sampled_from([entry.id for entry in made]), max_size=3)))
    return [*made, *facts(e.Undone(gone), origin="tablet_c")]


@given(logs(), st.data())
@settings(max_examples=80)
def test_any_order_of_the_same_facts_gives_the_same_house(log: list[Entry], data: st.DataObject):
    shuffled = data.draw(st.permutations(log))
    cut = data.draw(st.integers(0, len(log)))
    kept = HouseFold()
    kept.add(shuffled[:cut])
    pieces, whole = kept.add(shuffled[cut:]), fold_house(log)
    assert pieces == whole == kept.house
    assert [*pieces.rota] == [*whole.rota]
    assert [*pieces.agreements] == [*whole.agreements]


def test_the_later_of_two_facts_holds():
    house = house_of(
        rota(name="Energy"), rota(name="Heating"), h.CapacitySet(5, 9), h.CapacitySet(40, 60)
    )
    assert [entry.name for entry in house.rota.values()] == ["Heating"]
    assert house.capacity == Capacity(40, 60)


def test_facts_that_nobody_can_read_are_set_aside_and_change_nothing():
    house = house_of(
        rota(name="Energy"),
        rota(rule="FREQ=SECONDLY"),
        rota(minutes=0),
        rota(also=("soon",)),
        rota(without=("2026-01-06",) * 401),
        h.RotaEnded("r9", "2026-01-06"),
        h.RotaEnded("r1", "soon"),
        h.DayOff("Sunday"),
        h.CapacitySet(50, 10),
        h.AgreementEnded("a9", "2026-01-06"),
        replace(PACT, parties=("council",)),
        e.SessionClosed(),
    )
    assert house == replace(house_of(rota(name="Energy")), set_aside=11)


def test_who_is_put_on_the_rota_again_after_an_end_comes_again():
    house = house_of(rota(), h.RotaEnded("r1", "2026-01-01"), rota())
    assert house.rota["r1"].ended is None


def test_a_fact_that_is_taken_back_leaves_the_house_as_it_was():
    log = facts(h.CapacitySet(5, 9), h.CapacitySet(6, 7), e.Undone(("tablet_a:2",)))
    assert fold_house(log).capacity == Capacity(5, 9)


def test_an_acknowledged_referral_is_known():
    house = house_of(h.ReferralAcknowledged("x1"))
    assert house.acknowledged == {"x1"}
    assert rules.acknowledge(house, "x1") is Refusal.ALREADY_ACKNOWLEDGED
    assert rules.acknowledge(house, "x2") == h.ReferralAcknowledged("x2")


# --- agreements ---------------------------------------------------------------------------------


def may(house: House, a: str, b: str, day: str) -> bool:
    return may_carry_note(house, a, b, date.fromisoformat(day))


def test_a_note_travels_from_the_first_day_of_an_agreement_to_its_last_both_ways():
    house = house_of(PACT)
    assert may(house, "council", "advice_charity", "2026-01-01")
    assert may(house, "advice_charity", "council", "2026-06-30")
    assert not may(house, "council", "advice_charity", "2025-12-31")


def test_the_day_after_its_last_an_agreement_is_locked_again():
    assert not may(house_of(PACT), "council", "advice_charity", "2026-07-01")
    renewed = house_of(PACT, replace(PACT, until_day="2027-06-30"))
    assert may(renewed, "council", "advice_charity", "2026-07-01")


def test_an_agreement_that_was_ended_holds_no_more_from_that_day():
    house = house_of(PACT, h.AgreementEnded("a1", "2026-03-01"))
    assert may(house, "council", "advice_charity", "2026-02-28")
    assert not may(house, "council", "advice_charity", "2026-03-01")


def test_without_an_agreement_of_both_nothing_travels():
    house = house_of(PACT)
    assert not may(house, "council", "nhs", "2026-02-01")
    assert not may(house, "council", "", "2026-02-01")
    assert not may(house, "", "", "2026-02-01")


def test_two_desks_of_one_organisation_need_no_agreement():
    assert may(House(), "council", "council", "2026-02-01")


def test_an_agreement_about_something_else_carries_no_note():
    house = house_of(replace(PACT, scope=("appointments",)))
    assert not may(house, "council", "advice_charity", "2026-02-01")
    day = date(2026, 2, 1)
    assert agreement_between(house, "council", "advice_charity", day, "appointments") is not None


def test_of_two_agreements_the_one_that_lasts_longer_is_shown():
    longer = replace(PACT, agreement="a0", parties=(*PACT.parties, "nhs"), until_day="2026-12-31")
    found = agreement_between(house_of(longer, PACT), "council", "advice_charity", date(2026, 2, 1))
    assert found is not None
    assert found.id == "a0"


# --- the rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (rota(name=" "), Refusal.DESK_OFFERS_NOTHING),
        (rota(services=()), Refusal.DESK_OFFERS_NOTHING),
        (rota(services=("",)), Refusal.DESK_OFFERS_NOTHING),
        (rota(starts="tomorrow"), Refusal.BAD_TIME),
        (rota(minutes=0), Refusal.BAD_TIME),
        (rota(minutes=1441), Refusal.BAD_TIME),
        (rota(rule="FREQ=SECONDLY"), Refusal.BAD_RULE),
        (rota(without=("2026-02-30",)), Refusal.BAD_DAY),
        (rota(rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), Refusal.NEVER_COMES),
        (rota(rule="FREQ=WEEKLY;UNTIL=20260101"), Refusal.NEVER_COMES),
    ],
)
def test_an_entry_that_brings_nobody_is_refused(wanted: h.RotaSet, refusal: Refusal):
    assert rules.set_rota(wanted, ZONE) is refusal


def test_an_entry_is_kept_with_each_service_once():
    wanted = rota(services=("energy", "money", "energy"), rule="FREQ=WEEKLY")
    assert rules.set_rota(wanted, ZONE) == replace(wanted, services=("energy", "money"))


def test_a_day_more_and_a_day_less_leave_the_rest_of_an_entry_as_it_is():
    weekly = rota(rule="FREQ=WEEKLY;BYDAY=TU", organisation="council", on_holidays=True)
    house = house_of(weekly)
    away = rules.leave_out(house, "r1", "2026-01-13")
    assert not isinstance(away, Refusal)
    assert away == (replace(weekly, without=("2026-01-13",)),)
    house = house_of(weekly, *away)
    assert expected_on(house, date(2026, 1, 13), ZONE, "GB-SCT") == ()
    assert rules.come_also(house, "r1", "2026-01-13") == (replace(weekly, also=("2026-01-13",)),)


def test_a_day_less_does_not_bring_back_who_has_ended():
    house = house_of(rota(rule="FREQ=WEEKLY"), h.RotaEnded("r1", "2026-03-01"))
    away = rules.leave_out(house, "r1", "2026-01-13")
    assert not isinstance(away, Refusal)
    after = house_of(*away)
    assert after.rota["r1"].ended == date(2026, 3, 1)


def test_only_who_is_on_the_rota_can_be_taken_off_it():
    house = house_of(rota())
    assert rules.end_rota(house, "r1", "2026-02-01") == h.RotaEnded("r1", "2026-02-01")
    for rule in (rules.end_rota, rules.leave_out, rules.come_also):
        assert rule(house, "r9", "2026-02-01") is Refusal.NOT_ON_ROTA
        assert rule(house, "r1", "soon") is Refusal.BAD_DAY


def test_days_off_and_on_are_days():
    assert rules.shut_on("2026-12-28", "Painting") == h.DayOff("2026-12-28", "Painting")
    assert rules.open_on("2026-12-28") == h.DayOn("2026-12-28")
    assert rules.shut_on("Monday") is rules.open_on("") is Refusal.BAD_DAY


def test_capacity_warns_no_later_than_it_is_full():
    assert rules.set_capacity(40, 40) == h.CapacitySet(40, 40)
    assert rules.set_capacity(41, 40) is Refusal.RED_BELOW_AMBER
    assert rules.set_capacity(0, 40) is rules.set_capacity(1, 10_001) is Refusal.BAD_NUMBER


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (replace(PACT, parties=("council", "council", "")), Refusal.TOO_FEW_PARTIES),
        (replace(PACT, scope=()), Refusal.NOTHING_AGREED),
        (replace(PACT, scope=("everything",)), Refusal.NOTHING_AGREED),
        (replace(PACT, from_day="soon"), Refusal.BAD_DAY),
        (replace(PACT, until_day="2025-12-31"), Refusal.UNTIL_BEFORE_FROM),
    ],
)
def test_an_agreement_that_says_too_little_is_refused(wanted: h.AgreementMade, refusal: Refusal):
    assert rules.make_agreement(wanted) is refusal


def test_an_agreement_is_made_and_ended():
    made = rules.make_agreement(PACT)
    assert made == replace(PACT, parties=("advice_charity", "council"))
    house = house_of(PACT)
    ended = rules.end_agreement(house, "a1", "2026-03-01")
    assert ended == h.AgreementEnded("a1", "2026-03-01")
    assert rules.end_agreement(house, "a9", "2026-03-01") is Refusal.NO_SUCH_AGREEMENT
    assert rules.end_agreement(house, "a1", "soon") is Refusal.BAD_DAY
