"""Cutting visits: codes of the record only, nothing that names or dates anybody, all counted."""

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_app.core.events import Answered, Gain, GroupsTicked
from hub_app.core.visit import Visit
from hub_app.hub import Came, Wish
from sync.anonymise import closing_of, fragments_of
from sync.gate import gate, sums
from sync.record import KINDS, VOCABULARY, Fragment, Load, Number, Place, Unreadable, read, seal
from tests.support.hall import Hall, done, hall, need_for, scotland

PLACE = Place("S12000042", "H2")
CANARY = "Zoë Żak 07700 900123"


def cut(room: Hall) -> tuple[Fragment, ...]:
    return fragments_of(room.hub.session, scotland())


def facts(room: Hall, kind: str) -> list[dict[str, str]]:
    return [dict(each.facts) for each in cut(room) if each.kind == kind]


def helped(room: Hall, visit: Visit, desk: str, outcome: str, *gains: Gain) -> None:
    room.serve(desk, visit)
    done(room.hub.finish(desk, visit.id, outcome, Came(gains)))


def test_a_visit_becomes_rows_of_every_kind_it_has_something_for() -> None:
    room = hall()
    desk = room.desk("housing")
    told = Answered(2, 1, "pl", "from_elsewhere", "first_ever", "jobcentre")
    family = done(room.hub.arrive(Wish(("housing_rent",), answers=told)))
    ticked = GroupsTicked("ticked", ("lone", "baby"), "adult_in_paid_work")
    done(room.hub.tick_groups(family.id, ticked))
    room.minutes_pass(12)
    helped(room, family, desk, "money_gained", Gain(400, "council"), Gain(200, "council"))
    assert facts(room, "visit") == [{"half_day": "am", "visit_type": "first_ever"}]
    assert facts(room, "wait") == [{"wait_band": "11-20"}]
    assert facts(room, "need") == [{"need": "housing", "result": "money_gained"}]
    assert facts(room, "service") == [{"service": "housing"}]
    assert facts(room, "priority_need") == [
        {"group": "lone", "need": "housing"},
        {"group": "baby", "need": "housing"},
    ]
    assert facts(room, "priority_result") == [
        {"group": "lone", "result": "money_gained"},
        {"group": "baby", "result": "money_gained"},
    ]
    assert facts(room, "gain") == [{"gain_band": "500-1999", "gain_source": "council"}]
    assert facts(room, "language") == [{"language": "pl"}]
    assert facts(room, "referral") == [{"referral": "jobcentre"}]
    assert facts(room, "area") == [{"area": "from_elsewhere"}]
    assert facts(room, "work_status") == [{"work": "adult_in_paid_work"}]
    assert {each.pounds for each in cut(room) if each.kind == "gain"} == {600}


def test_what_was_not_asked_is_not_guessed() -> None:
    room = hall()
    done(room.hub.arrive(Wish(("housing_rent",))))
    assert facts(room, "visit") == [{"half_day": "am", "visit_type": "not_said"}]
    assert facts(room, "area") == [{"area": "not_said"}]
    assert {each["group"] for each in facts(room, "priority_need")} == {"not_asked"}
    assert facts(room, "service") == [{"service": "none_seen"}]
    assert facts(room, "need") == [{"need": "housing", "result": "no_service_today"}]
    for kind in ("language", "referral", "gain", "work_status"):
        assert facts(room, kind) == []


def test_help_at_the_front_counts_as_help_and_names_no_service() -> None:
    room = hall()
    family = done(room.hub.arrive(Wish(("lang_interpreter",))))
    room.minutes_pass(12)
    done(room.hub.helped_here(family.id))
    assert facts(room, "need") == [{"need": "other", "result": "advice_only"}]
    assert facts(room, "service") == [{"service": "none_seen"}]
    assert facts(room, "wait") == [{"wait_band": "11-20"}]


@pytest.mark.parametrize(
    ("answer", "group"), [("none", "none_of_these"), ("rather_not_say", "rather_not_say")]
)
def test_none_and_rather_not_say_are_different_answers(answer: str, group: str) -> None:
    room = hall()
    family = done(room.hub.arrive(Wish(("housing_rent",))))
    done(room.hub.tick_groups(family.id, GroupsTicked(answer)))
    assert {each["group"] for each in facts(room, "priority_result")} == {group}


def test_an_afternoon_is_told_by_the_halls_own_clock() -> None:
    room = hall()
    room.minutes_pass(121)
    done(room.hub.arrive(Wish(("housing_rent",))))
    assert facts(room, "visit")[0]["half_day"] == "pm"


@pytest.mark.parametrize(
    ("minutes", "band"), [(10, "0-10"), (11, "11-20"), (20, "11-20"), (40, "21-40"), (41, "41+")]
)
def test_a_wait_leaves_as_a_band(minutes: int, band: str) -> None:
    room = hall()
    desk = room.desk("housing")
    (family,) = room.arrivals("housing")
    room.minutes_pass(minutes)
    room.serve(desk, family)
    assert facts(room, "wait") == [{"wait_band": band}]


def test_sensitive_needs_and_private_services_have_no_name_of_their_own() -> None:
    room = hall()
    desk = room.desk("lead")
    family = done(room.hub.arrive(Wish(("safe_home", "move_status", "health_drink_drugs"))))
    room.serve(desk, family)
    assert {each["need"] for each in facts(room, "need")} == {"other"}
    assert facts(room, "service") == [{"service": "none_seen"}]
    assert closing_of(room.hub.session, scotland()).contacts == {}


def test_what_nobody_here_could_serve_leaves_with_its_reason() -> None:
    room = hall()
    desk = room.desk("housing")
    family = done(room.hub.arrive(Wish(("housing_rent", "safe_home", "food_none"))))
    room.serve(desk, family)
    done(room.hub.finish(desk, family.id, "no_help_today", Came(reason="needs_papers")))
    done(room.hub.unmet(family.id, ("safe_home",), "reason_of_2031"))
    assert facts(room, "unmet") == [
        {"need": "housing", "reason": "needs_papers"},
        {"need": "other", "reason": "other"},
    ]
    assert {each["result"] for each in facts(room, "need")} == {"no_service_today"}


def test_codes_of_a_newer_tablet_leave_as_what_everybody_knows() -> None:
    room = hall()
    told = Answered(None, None, "tlh", "from_mars", "second_ever", "by_owl")
    family = done(room.hub.arrive(Wish(answers=told)))
    done(room.hub.add_need(family.id, "need_of_2031", "housing"))
    desk = room.desk("housing")
    helped(room, family, desk, "outcome_of_2031")
    assert facts(room, "need") == [{"need": "other", "result": "advice_only"}]
    assert facts(room, "language") == [{"language": "another_language"}]
    assert facts(room, "referral") == [{"referral": "other"}]
    assert facts(room, "area") == [{"area": "not_said"}]
    assert facts(room, "visit")[0]["visit_type"] == "not_said"


def test_the_closing_count_is_what_anybody_in_the_hall_could_see() -> None:
    room = hall()
    housing, energy = room.desk("housing"), room.desk("energy")
    first, second, _gone = room.arrivals(("housing", "energy"), "housing", "energy")
    helped(room, first, housing, "advice_given")
    helped(room, first, energy, "booked")
    helped(room, second, housing, "advice_given")
    closing = closing_of(room.hub.session, scotland())
    assert (closing.day, closing.opening, closing.visits) == (date(2026, 11, 21), 1, 3)
    assert closing.contacts == {"housing": 2, "energy": 1}


SERVICES = ("housing", "energy", "money", "dwp")
FAMILY = st.fixed_dictionaries(
    {
        "services": st.lists(st.sampled_from(SERVICES), min_size=1, max_size=3, unique=True),
        "language": st.none() | st.sampled_from(["pl", "xx", CANARY]),
        "area": st.none() | st.sampled_from(["from_this_area", CANARY]),
        "visit_type": st.none() | st.sampled_from(["first_ever", "returning"]),
        "heard": st.none() | st.sampled_from(["council", CANARY]),
        "outcome": st.sampled_from(["advice_given", "booked", CANARY]),
        "groups": st.lists(st.sampled_from(["lone", "baby", CANARY]), unique=True),
        "pounds": st.integers(0, 5000),
    }
)


@given(st.lists(FAMILY, min_size=1, max_size=12))
def test_no_private_text_in_anything_that_leaves(families: list[dict[str, object]]) -> None:
    room = hall()
    desks = {service: room.desk(service) for service in SERVICES}
    for each in families:
        needs = tuple(need_for(str(s)) for s in each["services"])  # type: ignore[attr-defined]
        told = Answered(1, 2, each["language"], each["area"], each["visit_type"], each["heard"])  # type: ignore[arg-type]
        family = done(room.hub.arrive(Wish(needs, name=CANARY, answers=told)))
        if each["groups"]:
            done(room.hub.tick_groups(family.id, GroupsTicked("ticked", tuple(each["groups"]))))  # type: ignore[arg-type]
        first = room.hub.session.visits[family.id].needs[0].service
        gain = Gain(int(str(each["pounds"])), CANARY)
        helped(room, family, desks[first], str(each["outcome"]), gain)
    fragments = cut(room)
    assert {each.kind for each in fragments} <= set(KINDS)
    for each in fragments:
        assert all(code in VOCABULARY[name] for name, code in each.facts.items())
    verdict = gate(fragments, lambda _: True)
    closing = closing_of(room.hub.session, scotland())
    known = {code for codes in VOCABULARY.values() for code in codes}
    rows = tuple(each.row for each in verdict.rows)
    for n, period in enumerate({row.period for row in rows} | {closing.day.isoformat()}, 1):
        closings = (closing,) if period == "2026-11-21" else ()
        load = Load(period, 1, tuple(row for row in rows if row.period == period), closings)
        sealed = seal(PLACE, Number(7, n), load)
        assert not isinstance(read(sealed.body), Unreadable)
        text = sealed.body.decode()
        for secret in ("Zoë", "Żak", "07700", *(v.id for v in room.hub.session.visits.values())):
            assert secret not in text
        for row in json.loads(text)["fragments"].values():
            for fact in row:
                texts = [value for value in fact.values() if isinstance(value, str)]
                assert all(v in known or re.fullmatch(r"\d{4}-[\dQ-]+", v) for v in texts)
    for kind in sums(fragments, verdict.held).values():
        assert kind.sent + kind.held == kind.visits
