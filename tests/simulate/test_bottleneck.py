"""Where families are held up is told from what happened in the sessions, with the evidence."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub_app.config import pack_folder
from hub_app.core.pack import Pack
from hub_app.replay.recorded import RecordedDay, read_day
from hub_app.simulate.bottleneck import Flow, Watcher, find, flow_of
from hub_app.simulate.day import Day
from hub_app.simulate.recorded import instances_of
from hub_app.simulate.run import live
from hub_app.store.packs import read_pack

QUIET = Path(__file__).parents[1] / "data" / "hub_day_quiet_seed1000.csv"
FLOW = Flow(
    families=10,
    at_door=20.0,
    greeting=60.0,
    greeters_there=240.0,
    waited={"money": 50.0, "housing": 30.0},
    kept={"money": 180.0, "housing": 60.0},
    there={"money": 240.0, "housing": 240.0},
    over=0.0,
    most=8,
)


@pytest.fixture(scope="module")
def quiet() -> tuple[Day, Watcher]:
    pack = read_pack(pack_folder())
    assert isinstance(pack, Pack)
    day = read_day(QUIET, pack)
    assert isinstance(day, RecordedDay)
    watcher = Watcher()
    return live(instances_of([day], pack)[0], "ours", watch=watcher), watcher


def test_every_minute_of_waiting_belongs_to_some_service(quiet: tuple[Day, Watcher]) -> None:
    day, watcher = quiet
    waited = sum(visit.wait for visit in day.hall.visits)
    assert waited > 0
    assert sum(watcher.waited.values()) == pytest.approx(waited)


def test_a_day_says_how_long_they_stood_at_the_welcome_and_how_busy_desks_were(
    quiet: tuple[Day, Watcher],
) -> None:
    day, watcher = quiet
    flow = flow_of(day, watcher, None)
    assert flow.families == len(day.hall.visits)
    began = [visit.triage_began for visit in day.hall.visits]
    assert None not in began
    stood = sum(at - v.coming.arrive for at, v in zip(began, day.hall.visits, strict=True) if at)
    assert flow.at_door == pytest.approx(stood)
    assert flow.greeting == pytest.approx(sum(v.coming.triage for v in day.hall.visits))
    assert all(0 <= flow.kept[name] <= flow.there[name] + day.overtime for name in flow.there)


def test_the_hall_is_over_only_what_it_holds(quiet: tuple[Day, Watcher]) -> None:
    day, watcher = quiet
    most = flow_of(day, watcher, None).most
    assert flow_of(day, watcher, None).over == 0
    assert flow_of(day, watcher, most).over == 0
    assert 0 < flow_of(day, watcher, most - 1).over < flow_of(day, watcher, 0).over <= 1


def test_the_desk_most_waited_for_is_named_with_its_share() -> None:
    found = find([FLOW], None)
    assert (found.where, found.service) == ("desk", "money")
    assert "62 % of all waiting is for it (housing is next, 38 %)" in found.sentence
    assert "5.0 minutes a family, against 2.0 before triage" in found.sentence
    assert "busy 75 % of its time" in found.sentence
    assert found.after("Then").startswith("Then: a desk is the bottleneck, money")


def test_the_welcome_is_named_where_the_longest_wait_is_before_triage() -> None:
    found = find([replace(FLOW, at_door=90.0)], None)
    assert found.where == "welcome"
    assert "waits 9.0 minutes before triage, and 5.0 for money" in found.sentence
    assert "busy 25 % of the time" in found.sentence


def test_a_hall_that_is_too_full_for_long_comes_before_all_else() -> None:
    full = replace(FLOW, at_door=90.0, over=0.2, most=44)
    found = find([full, full], 40)
    assert found.where == "hall"
    assert "more than 40 families are in it for 20 % of the time, and 44" in found.sentence
    assert find([replace(full, over=0.05)], 40).where == "welcome"


def test_where_hardly_anybody_waits_nothing_is_blamed() -> None:
    assert find([replace(FLOW, at_door=5.0, waited={"money": 4.0})], None).where == "nothing"
    assert find([replace(FLOW, families=0, at_door=0.0, waited={})], None).where == "nothing"


def test_a_service_that_is_never_there_has_no_share_of_time() -> None:
    found = find([replace(FLOW, kept={}, there={})], None)
    assert "it is never there" in found.sentence
