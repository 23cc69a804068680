"""Recorded days become days to live again, with what they say and nothing made up."""

import json
from pathlib import Path

import pytest

from hub_app.config import pack_folder
from hub_app.core.pack import Pack
from hub_app.replay.recorded import RecordedDay, read_day
from hub_app.simulate.instance import Instance
from hub_app.simulate.reading import as_json, read_instance
from hub_app.simulate.recorded import instances_of
from hub_app.store.packs import read_pack

DATA = Path(__file__).parents[1] / "data"
NAMES = ("quiet", "base", "busy")


@pytest.fixture(scope="module")
def pack() -> Pack:
    found = read_pack(pack_folder())
    assert isinstance(found, Pack)
    return found


@pytest.fixture(scope="module")
def days(pack: Pack) -> list[RecordedDay]:
    found = [read_day(DATA / f"hub_day_{name}_seed1000.csv", pack) for name in NAMES]
    return [day for day in found if isinstance(day, RecordedDay)]


@pytest.fixture(scope="module")
def instances(days: list[RecordedDay], pack: Pack) -> tuple[Instance, ...]:
    return instances_of(days, pack)


def test_every_family_comes_with_its_own_minutes_and_patience(
    days: list[RecordedDay], instances: tuple[Instance, ...]
) -> None:
    for day, instance in zip(days, instances, strict=True):
        assert len(instance.families) == len(day.visits)
        for visit, family in zip(day.visits, instance.families, strict=True):
            assert (family.arrive, family.triage, family.patience) == (
                visit.arrive,
                visit.triage,
                visit.patience,
            )
            assert sum(family.minutes.values()) == pytest.approx(sum(visit.minutes))
            names = {instance.services[need].name for need in family.needs}
            assert names == {line.service for line in visit.lines}


def test_each_service_has_one_desk_all_the_time(instances: tuple[Instance, ...]) -> None:
    for day in instances:
        assert [desk.service for desk in day.desks] == list(range(len(day.services)))
        assert all(desk.windows == ((0.0, day.close),) for desk in day.desks)
        assert day.close >= day.last_arrival + 60
        assert day.greeters == 1


def test_what_is_expected_is_never_learnt_from_the_day_itself(
    instances: tuple[Instance, ...], days: list[RecordedDay], pack: Pack
) -> None:
    alone = instances_of(days[:1], pack)[0]
    assert all(service.history == () for service in alone.services)
    quiet = instances[0]
    money = next(service for service in quiet.services if service.name == "money")
    elsewhere = [
        minutes
        for day in days[1:]
        for visit in day.visits
        for line, minutes in zip(visit.lines, visit.minutes, strict=True)
        if line.service == "money"
    ]
    assert list(money.history) == elsewhere
    assert money.prior_minutes == pack.service("money").prior_minutes


def test_a_recorded_day_can_be_written_down_and_read_as_an_instance(
    instances: tuple[Instance, ...],
) -> None:
    assert read_instance(json.dumps(as_json(instances[0]))) == instances[0]
