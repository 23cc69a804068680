"""A simulated day keeps the rules of a hall, whoever decides who is called."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub_app.simulate.day import Day
from hub_app.simulate.generate import WORLDS, generate
from hub_app.simulate.hall import Hall
from hub_app.simulate.instance import Coming, Desk, Handover, Instance, Interpreter, Service
from hub_app.simulate.metrics import metrics
from hub_app.simulate.policies import POLICIES
from hub_app.simulate.run import live, simulate
from hub_app.simulate.state import DeskNow, Reason, Visit
from tests.support.checked_days import lived

ALL_DAY = ((0.0, 120.0),)
ENERGY = Service("energy", (), (), 10.0)
DEBT = Service("debt", (0,), (), 20.0)


def comes(at: float, *needs: int, minutes: float = 10.0) -> Coming:
    serving = dict.fromkeys(needs or (0,), minutes)
    return Coming(at, needs or (0,), triage=2.0, minutes=serving, patience=60.0)


def a_day(*families: Coming, desks: tuple[Desk, ...] = (Desk(0, ALL_DAY),)) -> Instance:
    return Instance("here", 0, 120.0, 80.0, 1, (ENERGY, DEBT), desks, (), families)


# ------------------------------------------------------------------------------ any day


def look_at_days(size: str, policy: str, seeds: range) -> None:
    calls = 0
    for seed in seeds:
        instance = generate(size, seed)
        day, checked = lived(instance, policy)
        assert +checked.wrong == {}, f"{size} {seed}"
        calls += checked.calls_made
        for visit in day.hall.visits:
            is_moved = visit.handover is None and visit.coming.handover is not None
            if not visit.coming.stays_away:
                assert visit.left_at is not None
                assert visit.served + visit.unmet == len(visit.coming.needs) + is_moved
            assert (visit.why_left is Reason.DONE) <= (visit.unmet == 0)
        assert day.heads[-1][1] == 0
        assert metrics(day) == simulate(instance, policy)
    assert calls > 10 * len(seeds)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_few_days_keep_every_rule_of_a_hall(policy: str):
    look_at_days("small", policy, range(5000, 5003))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "policy", "days"),
    [
        ("small", "ours", 60),
        ("typical", "ours", 20),
        ("busy", "ours", 4),
        *(("typical", policy, 4) for policy in POLICIES if policy != "ours"),
    ],
)
def test_many_days_keep_every_rule_of_a_hall(size: str, policy: str, days: int):
    look_at_days(size, policy, range(5000, 5000 + days))


@pytest.mark.parametrize("size", WORLDS)
def test_all_queues_by_arrival_overtakes_nobody_without_a_claim(size: str):
    assert simulate(generate(size, 104), "all-queues")["overtaken"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("size", WORLDS)
def test_nobody_is_overtaken_without_end(size: str):
    most = [simulate(generate(size, seed), "ours")["overtaken_max"] for seed in range(6000, 6010)]
    assert max(most) <= 12


# ---------------------------------------------------------------------------- single days


def test_a_family_is_triaged_walks_over_and_is_served():
    day = live(a_day(comes(5)), "ours")
    [visit] = day.hall.visits
    assert (visit.triage_began, visit.triaged, visit.left_at) == (5, 7, 18)
    assert (visit.why_left, visit.waits, day.heads) == (Reason.DONE, [0], [(5, 1), (18, 0)])
    assert (day.greeter_minutes, day.hall.desks[0].kept_minutes) == (2, 11)


def test_who_does_not_come_when_called_keeps_a_desk_two_minutes_and_is_back_after_eight():
    late = replace(comes(0), misses=frozenset({0}))
    day = live(a_day(late, comes(1)), "ours")
    first, second = day.hall.visits
    assert (second.waits, first.waits) == ([0], [13])
    assert second.left_at == 15


def test_whoever_goes_without_a_word_still_seems_to_wait():
    gone = replace(comes(0), patience=1.0, is_silent=True)
    day = live(a_day(gone, comes(2), desks=(Desk(0, ((10.0, 120.0),)),)), "all-queues")
    assert day.hall.visits[0].why_left is Reason.LOST_PATIENCE
    assert day.hall.visits[1].waits == [12 - 4]


def test_a_need_that_comes_to_light_at_a_desk_is_served_with_the_place_kept():
    moved = replace(comes(0), handover=Handover(0, 1, 30.0))
    day = live(a_day(moved, comes(20, 1), desks=(Desk(0, ALL_DAY), Desk(1, ALL_DAY))), "ours")
    assert day.hall.visits[0].left_at == 2 + 1 + 10 + 2 + 1 + 30
    assert day.hall.visits[0].served == 2


def test_when_the_last_desk_goes_home_its_needs_are_unmet():
    day = live(a_day(comes(0), comes(1), desks=(Desk(0, ((0.0, 15.0),)),)), "ours")
    assert [visit.unmet for visit in day.hall.visits] == [0, 1]
    assert day.hall.visits[1].left_at == 10


def test_a_service_that_nobody_offers_is_unmet_at_once():
    assert simulate(a_day(comes(0, 1)), "ours")["unmet"] == 1


def test_interpreters_of_one_language_work_as_one():
    speaks = replace(comes(0), language="ar", triage=0.0)
    day = a_day(speaks, speaks, desks=(Desk(0, ALL_DAY), Desk(0, ALL_DAY)))
    two = (Interpreter("ar", ALL_DAY), Interpreter("ar", ALL_DAY))
    waits = [visit.waits for visit in live(replace(day, interpreters=two), "ours").hall.visits]
    assert waits == [[0], [11]]


def test_when_who_needs_the_interpreter_does_not_come_the_next_may():
    absent = replace(comes(0), language="ar", triage=0.0, misses=frozenset({0}))
    speaks = replace(absent, misses=frozenset[int]())
    day = a_day(absent, speaks, desks=(Desk(0, ALL_DAY), Desk(0, ALL_DAY)))
    lived_day = live(replace(day, interpreters=(Interpreter("ar", ALL_DAY),)), "ours")
    assert lived_day.hall.visits[1].waits == [0]


def test_a_day_without_families_has_figures_too():
    assert set(simulate(a_day(), "paper").values()) == {0, 1.0}


class _TwoAtOnce:
    """Calls somebody twice."""

    def joins(self, hall: Hall, visit: Visit) -> None:
        """Do nothing."""

    def calls(self, hall: Hall) -> Iterator[tuple[Visit, DeskNow]]:
        call = hall.waiting[0], hall.desks[0]
        yield call
        yield call


def test_a_policy_that_breaks_the_rules_of_the_hall_is_a_fault():
    with pytest.raises(ValueError, match="visit 0 cannot be called to desk 0 now"):
        Day(a_day(comes(0)), _TwoAtOnce()).live()


def test_every_moment_is_watched_and_every_decision_is_timed():
    ticks, moments = iter(range(1000)), list[float]()
    day = live(
        a_day(comes(5)),
        "ours",
        watch=lambda _, t: moments.append(t),
        clock=lambda: next(ticks) / 1000,
    )
    assert moments == [0, 5, 7, 18, 67, 115, 120]
    assert day.decisions == pytest.approx([2.0])


def test_what_the_app_believes_of_a_service_can_be_handed_in():
    believed = [90.0, 5.0]
    in_a_hurry = replace(comes(0), leave_by=60.0)
    assert simulate(a_day(in_a_hurry), "ours", believed)["unmet"] == 1
    assert simulate(a_day(in_a_hurry), "ours")["unmet"] == 0
