"""Who is called next: the order, the reasons, and what holds of every call."""

import inspect
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from random import Random
from typing import TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub_app.core import routing
from hub_app.core.routing import (
    Because,
    Block,
    Call,
    Family,
    FreeDesk,
    Room,
    blocked,
    minutes_for,
    next_calls,
    points,
)
from tests.support.moments import MOMENTS, NOW, Moment

_Thing = TypeVar("_Thing")
ROOM = Room({"energy": 12.0, "debt": 24.0, "benefits": 20.0}, {"debt": ("benefits",)}, {"ar": 1})


def waits(name: str, *services: str, minutes: float = 10.0) -> Family:
    return Family(name, NOW - minutes, services or ("energy",))


def why(family: Family, service: str = "energy") -> tuple[Because, str]:
    return points(NOW, family, service, ROOM)[1:]


def order(*families: Family, desks: int = 1, service: str = "energy") -> list[str]:
    free = [FreeDesk(f"k{number}", (service,)) for number in range(desks)]
    return [call.family for call in next_calls(NOW, families, free, ROOM)]


# ------------------------------------------------------------------------------ the formula


def test_points_are_what_the_rule_says():
    family = waits("a", "energy", "benefits", "debt", minutes=30)
    still = 12 + 1 + 20 + 1 + 24 + 1
    assert points(NOW, family, "energy", ROOM)[0] == 30 - 0.5 * still - 12
    assert points(NOW, family, "benefits", ROOM)[0] == 30 - 0.5 * still - 20 + 20
    assert points(NOW, waits("b", minutes=30), "energy", ROOM)[0] == 30 - 6.5 - 12 + 15


def test_nothing_but_urgency_outweighs_an_appointment_and_nothing_urgency():
    whole_day = waits("a", "energy", "benefits", "debt", minutes=600)
    hurried = replace(whole_day, leave_by=NOW)
    due = replace(waits("b", "energy", "benefits", "debt"), appointment=("energy", NOW))
    urgent = replace(waits("c", "energy", "benefits", "debt"), is_urgent=True)
    worth = [points(NOW, each, "energy", ROOM)[0] for each in (hurried, due, urgent)]
    assert worth == sorted(worth)


def test_urgent_due_and_leaving_weigh_as_the_rule_says():
    plain = points(NOW, waits("a"), "energy", ROOM)[0]
    urgent = replace(waits("a"), is_urgent=True)
    due = replace(waits("a"), appointment=("energy", NOW + 5))
    half = replace(waits("a"), leave_by=NOW + 13 + 30)
    late = replace(waits("a"), leave_by=NOW - 5)
    gained = [points(NOW, one, "energy", ROOM)[0] - plain for one in (urgent, due, half, late)]
    assert gained == pytest.approx([routing.URGENT, routing.DUE, 50, 100])


def test_an_interpreted_talk_takes_longer():
    family = replace(waits("a"), interpreter="ar")
    assert minutes_for(family, "energy", ROOM) == pytest.approx(12 * 1.35)
    assert minutes_for(waits("b"), "energy", ROOM) == 12


# ------------------------------------------------------------------------------ the reasons


@pytest.mark.parametrize(
    ("family", "service", "reason"),
    [
        (replace(waits("a"), is_urgent=True), "energy", (Because.URGENT, "")),
        (replace(waits("a"), appointment=("energy", NOW)), "energy", (Because.APPOINTMENT, "")),
        (replace(waits("a"), leave_by=NOW + 20), "energy", (Because.LEAVING_SOON, "")),
        (waits("a"), "energy", (Because.LAST_STOP, "")),
        (waits("a", "benefits", "debt"), "benefits", (Because.NEEDED_BEFORE, "debt")),
        (waits("a", "benefits", "debt", minutes=42), "benefits", (Because.HERE_LONG, "")),
        (waits("a", minutes=42), "energy", (Because.HERE_LONG, "")),
        (waits("a", "energy", "debt", minutes=0), "energy", (Because.FREE_NOW, "")),
    ],
)
def test_the_largest_weight_is_the_reason(
    family: Family, service: str, reason: tuple[Because, str]
):
    assert why(family, service) == reason


def test_a_time_to_leave_that_is_far_off_is_no_reason():
    assert why(replace(waits("a", "energy", "debt"), leave_by=NOW + 300))[0] is Because.HERE_LONG


# ------------------------------------------------------------------------- who is not called


@pytest.mark.parametrize(
    ("family", "service", "block"),
    [
        (waits("a", "debt", "benefits"), "debt", Block.AFTER),
        (replace(waits("a"), appointment=("energy", NOW + 6)), "energy", Block.NOT_YET),
        (replace(waits("a"), interpreter="so"), "energy", Block.NO_INTERPRETER),
        (replace(waits("a"), leave_by=NOW + 2), "energy", Block.PAST_LEAVE_BY),
        (
            replace(waits("a", "energy", "debt"), appointment=("debt", NOW + 4)),
            "energy",
            Block.MISSES_APPOINTMENT,
        ),
        (waits("a", "debt"), "debt", None),
        (replace(waits("a"), interpreter="uk"), "energy", None),
        (replace(waits("a"), appointment=("energy", NOW + 5)), "energy", None),
        (replace(waits("a"), leave_by=NOW + 3), "energy", None),
        (replace(waits("a"), appointment=("debt", NOW + 4)), "energy", None),
        (replace(waits("a"), leave_by=NOW, is_urgent=True), "energy", None),
    ],
)
def test_what_stands_in_the_way_is_said(family: Family, service: str, block: Block | None):
    room = replace(ROOM, interpreters={"ar": 1, "so": 0})
    assert blocked(NOW, family, service, room) is block


def test_how_far_a_stop_may_run_into_an_appointment_can_be_set():
    family = replace(waits("a", "energy", "debt"), appointment=("debt", NOW + 4))
    assert blocked(NOW, family, "energy", replace(ROOM, into_appointment=9.0)) is None


# --------------------------------------------------------------------------------- the order


def test_who_came_first_goes_first_where_all_else_is_equal():
    assert order(waits("b", minutes=20), waits("a", minutes=21), desks=2) == ["a", "b"]


def test_equal_points_are_settled_by_turn_and_then_by_name():
    later, sooner = replace(waits("a"), turn=(2, "a")), replace(waits("b"), turn=(1, "b"))
    assert order(later, sooner, desks=2) == ["b", "a"]
    assert order(waits("b"), waits("a"), desks=2) == ["a", "b"]


def test_one_interpreter_is_with_one_family():
    two = [replace(waits(name), interpreter="ar") for name in "ab"]
    assert order(*two, waits("c"), desks=3) == ["c", "a"]


def test_the_desk_that_can_do_least_else_is_taken():
    desks = [FreeDesk("k1", ("energy", "benefits")), FreeDesk("k2", ("energy",))]
    calls = next_calls(NOW, [waits("a"), waits("b", "benefits")], desks, ROOM)
    assert {call.family: call.desk for call in calls} == {"a": "k2", "b": "k1"}


def test_nobody_starves_however_many_come_after_with_shorter_needs():
    patient = Family("z", 0.0, ("energy", "benefits"))
    room = Room({"energy": 30.0, "benefits": 40.0}, {}, {})
    head_start = 0.5 * (30 + 1 + 40 + 1 - 31) + 15
    served = next(
        now
        for now in range(1, 500)
        if next_calls(
            now,
            [patient, Family(f"a{now}", now, ("energy",))],
            [FreeDesk("k", ("energy",))],
            room,
        )[0].family
        == "z"
    )
    assert served <= head_start + 1


# ------------------------------------------------------------------ what holds of every call


@given(MOMENTS)
def test_a_desk_has_one_family_and_a_family_one_desk(moment: Moment):
    calls = moment.calls
    assert max(Counter(call.desk for call in calls).values(), default=1) == 1
    assert max(Counter(call.family for call in calls).values(), default=1) == 1


@given(MOMENTS)
def test_a_call_is_for_a_need_they_have_at_a_desk_that_offers_it(moment: Moment):
    for call in moment.calls:
        assert call.service in moment.family(call).services
        assert call.service in moment.desk(call).services


@given(MOMENTS)
def test_what_must_come_first_has_come_first(moment: Moment):
    for call in moment.calls:
        left = moment.family(call).services
        assert not set(moment.room.after.get(call.service, ())) & set(left)


@given(MOMENTS)
def test_an_appointment_is_not_before_its_time(moment: Moment):
    for call in moment.calls:
        appointment = moment.family(call).appointment
        assert not appointment or appointment[0] != call.service or appointment[1] <= NOW + 5


@given(MOMENTS)
def test_no_more_interpreters_are_asked_for_than_are_free(moment: Moment):
    asked = Counter(moment.family(call).interpreter for call in moment.calls)
    assert all(asked[language] <= free for language, free in moment.room.interpreters.items())


@given(MOMENTS)
def test_a_family_is_not_kept_past_its_leave_by_nor_from_its_appointment(moment: Moment):
    for call in moment.calls:
        family = moment.family(call)
        ends = NOW + 1 + minutes_for(family, call.service, moment.room)
        appointment = family.appointment
        if family.is_urgent or (appointment and appointment[0] == call.service):
            continue
        assert family.leave_by is None or ends <= family.leave_by + 10
        if appointment and appointment[0] in family.services:
            assert ends <= appointment[1] + 8


def passed_over(moment: Moment, call: Call, has_claim: Callable[[Family, str], bool]) -> bool:
    """Say whether somebody with that claim could have been called to this desk instead."""
    return any(
        has_claim(other, service) and moment.why_not(other, service) is None
        for other in moment.left_over()
        for service in set(other.services) & set(moment.desk(call).services)
    )


@given(MOMENTS)
def test_an_urgent_family_is_never_passed_over(moment: Moment):
    for call in moment.calls:
        if not moment.family(call).is_urgent:
            assert not passed_over(moment, call, lambda other, _: other.is_urgent)


@given(MOMENTS)
def test_a_due_appointment_is_passed_over_by_urgent_families_only(moment: Moment):
    for call in moment.calls:
        family = moment.family(call)
        if not family.is_urgent and not family.is_due(NOW, call.service):
            assert not passed_over(moment, call, lambda other, s: other.is_due(NOW, s))


def is_ordinary(family: Family) -> bool:
    other_claims = (family.leave_by, family.appointment, family.interpreter)
    return not family.is_urgent and other_claims == (None, None, None)


def head_start(moment: Moment, family: Family, service: str) -> float:
    """Give the minutes by which a family may overtake one that has no head start."""
    room = moment.room
    still = sum(minutes_for(family, one, room) + 1 for one in family.services)
    unlocks = sum(service in room.after.get(one, ()) for one in family.services)
    last = 15 if len(family.services) == 1 else 0
    return last + 20 * unlocks - 0.5 * still - minutes_for(family, service, room)


@given(MOMENTS)
def test_overtaking_is_bounded_by_the_head_start_of_the_formula(moment: Moment):
    for call in moment.calls:
        family = moment.family(call)
        earlier = [
            other
            for other in moment.left_over()
            if is_ordinary(other)
            and call.service in other.services
            and moment.why_not(other, call.service) is None
        ]
        for other in earlier if is_ordinary(family) else ():
            ahead = head_start(moment, family, call.service)
            ahead -= head_start(moment, other, call.service)
            assert family.arrived - other.arrived <= ahead + 1e-9


@given(MOMENTS)
def test_no_desk_is_left_idle_while_somebody_may_be_called_to_it(moment: Moment):
    taken = {call.desk for call in moment.calls}
    for desk in moment.desks:
        if desk.id not in taken:
            for family in moment.left_over():
                for service in set(family.services) & set(desk.services):
                    assert moment.why_not(family, service) is not None


@given(MOMENTS)
def test_the_best_is_called_first(moment: Moment):
    given_points = [call.points for call in moment.calls]
    assert given_points == sorted(given_points, reverse=True)


# --------------------------------------------------------------------- what makes no difference


@given(MOMENTS, st.integers(0, 2**32))
def test_the_order_of_every_list_makes_no_difference(moment: Moment, seed: int):
    chance = Random(seed)

    def mixed(things: tuple[_Thing, ...]) -> tuple[_Thing, ...]:
        return tuple(chance.sample(things, len(things)))

    families = tuple(replace(one, services=mixed(one.services)) for one in moment.families)
    desks = tuple(replace(one, services=mixed(one.services)) for one in moment.desks)
    again = Moment(mixed(families), mixed(desks), moment.room)
    assert again.calls == moment.calls
    assert next_calls(NOW, moment.families, moment.desks, moment.room) == moment.calls


@given(MOMENTS)
def test_without_somebody_who_cannot_be_called_nothing_changes(moment: Moment):
    offered = {service for desk in moment.desks for service in desk.services}
    stuck = [
        one
        for one in moment.families
        if all(s not in offered or moment.why_not(one, s) is not None for s in one.services)
    ]
    assume(stuck)
    for one in stuck:
        rest = tuple(other for other in moment.families if other is not one)
        assert replace(moment, families=rest).calls == moment.calls


@given(MOMENTS, st.floats(0.0, 60.0), st.booleans())
def test_more_points_never_make_this_decision_worse_for_them(
    moment: Moment, minutes: float, becomes_urgent: bool
):
    before = [call.family for call in moment.calls]
    for one in [one for one in moment.families if one.id in before]:
        urgent = one.is_urgent or becomes_urgent
        raised = replace(one, arrived=one.arrived - minutes, is_urgent=urgent)
        rest = tuple(raised if other is one else other for other in moment.families)
        after = [call.family for call in replace(moment, families=rest).calls]
        assert after.index(one.id) <= before.index(one.id)


# -------------------------------------------------------------------------- group and area


def test_the_rule_cannot_be_told_of_a_group_or_an_area():
    assert {field.name for field in fields(Family)} == {
        *("id", "arrived", "services", "turn", "is_urgent", "leave_by", "appointment"),
        "interpreter",
    }
    assert not hasattr(Family("a", 0.0, ("energy",)), "__dict__")
    for rule in (points, blocked, minutes_for, next_calls):
        parameters = inspect.signature(rule).parameters
        assert set(parameters) <= {"now", "family", "families", "desks", "service", "room"}
    known = {field.name for thing in (FreeDesk, Room, Call) for field in fields(thing)}
    assert not {name for name in known if "group" in name or "area" in name}


def test_the_rule_knows_no_module_that_knows_a_group_or_an_area():
    ours = [
        value
        for value in vars(routing).values()
        if getattr(value, "__module__", "").startswith(("hub_app", "sync"))
    ]
    assert {value.__module__ for value in ours} == {routing.__name__}
