"""What a fact may hold: codes, numbers and times, and nothing that names a person."""

from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from hub_app.core import events as e
from hub_app.core import house_events as house
from hub_app.core import roster_events as roster
from hub_app.core.clock import Stamp
from hub_app.core.codec import KINDS
from tests.support.facts import entry

KINDS_OF_FACT = [kind for kind in get_args(e.Event) if kind is not e.Unknown]


def test_every_fact_has_a_kind_of_its_own():
    assert len(set(KINDS)) == len(KINDS) == len(KINDS_OF_FACT)


@pytest.mark.parametrize("kind", KINDS_OF_FACT, ids=lambda kind: kind.__name__)
def test_no_fact_has_room_for_a_name_or_free_text(kind: type):
    names = {each.name for each in fields(kind)}
    assert not names & {"text", "note", "notes", "phone", "email", "address", "postcode"}
    named = (
        e.DeskOpened,
        e.DeskExpected,
        house.RotaSet,
        house.DayOff,
        roster.DevicePaired,
        roster.DeviceNamed,
    )  # not a person
    assert "name" not in names or kind in named


def test_a_fact_is_never_edited():
    with pytest.raises(FrozenInstanceError):
        e.Called("d1", "housing").desk = "d2"  # type: ignore[misc]


def test_a_fact_is_named_by_its_origin_and_number():
    assert entry(e.Left(), Stamp(5, 0, "tablet_a"), 7, "v1").id == "tablet_a:7"
