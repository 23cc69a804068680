"""Who is paired, folded from facts in any order; and whose clock is right."""

from hypothesis import given
from hypothesis import strategies as st

from hub_app.core import codec
from hub_app.core import roster_events as r
from hub_app.core.clock import Stamp, agreed_correction
from hub_app.core.events import Entry, Event
from hub_app.core.refusal import Refusal
from hub_app.core.roster import COORDINATOR, DESK, Roster, roster_of
from hub_app.core.rules import roster as rules

ADA, BEA, CY = ("a" * 64, "b" * 64, "c" * 64)
YEAR = 365 * 86_400_000


def facts(*said: tuple[str, Event]) -> list[Entry]:
    made: list[Entry] = []
    for at, (origin, event) in enumerate(said):
        n = 1 + sum(entry.origin == origin for entry in made)
        kind, version, body = codec.encode(event)
        stamp = Stamp(at, 0, origin)
        made.append(Entry(origin, n, stamp, "roster", None, event, kind, version, body))
    return made


BEGUN = (
    ("oa", r.OriginTaken(ADA, 0)),
    ("oa", r.DevicePaired(ADA, "Door", COORDINATOR, 0)),
    ("oa", r.DevicePaired(BEA, "Desk 1", DESK, 1, ("10.0.0.2",), 9765)),
    ("ob", r.OriginTaken(BEA, 1)),
)


def roster(*more: tuple[str, Event]) -> Roster:
    return roster_of(facts(*BEGUN, *more))


def test_the_first_device_pairs_itself_and_then_others():
    known = roster()
    assert [device.name for device in known.paired] == ["Door", "Desk 1"]
    assert known.letters == {"oa": 0, "ob": 1}
    assert known.free_letters() == 2


def test_a_removed_device_is_no_part_of_the_hub_and_its_letters_stay_taken():
    known = roster(("oa", r.DeviceRemoved(BEA)))
    assert not known.is_paired(BEA)
    assert known.role_of(BEA) == ""
    assert known.free_letters() == 2


def test_only_coordinators_pair_name_and_remove():
    known = roster(
        ("ob", r.DeviceRemoved(ADA)),
        ("ob", r.DevicePaired(CY, "Mine", COORDINATOR, 2)),
        ("ob", r.DeviceNamed(BEA, "Boss", COORDINATOR)),
    )
    assert known == roster()


def test_who_was_made_a_coordinator_may_let_others_in():
    known = roster(
        ("oa", r.DeviceNamed(BEA, "Office", COORDINATOR)),
        ("ob", r.DevicePaired(CY, "Desk 2", DESK, 2)),
    )
    assert known.devices[CY].name == "Desk 2"


def test_only_a_device_itself_says_where_it_listens():
    known = roster(("ob", r.DeviceAt(BEA, ("10.0.0.9",), 1)), ("oa", r.DeviceAt(BEA, ("x",), 2)))
    assert known.devices[BEA].addresses == ("10.0.0.9",)


def test_of_two_databases_with_the_same_letters_the_earlier_keeps_them():
    known = roster(("oc", r.DevicePaired(CY, "x", DESK, 1)), ("oc", r.OriginTaken(BEA, 1)))
    assert "oc" not in known.letters
    again = known.letters_for(BEA, "oc")
    assert again not in known.letters.values()
    assert again >= 10


def test_a_restored_tablet_takes_two_letters_nobody_has():
    assert roster().letters_for(BEA, "ob2") >= 10


def test_the_last_coordinator_can_neither_be_removed_nor_become_something_else():
    known = roster()
    assert rules.remove(known, ADA, ADA) is Refusal.LAST_COORDINATOR
    assert rules.rename(known, ADA, r.DeviceNamed(ADA, "Door", DESK)) is Refusal.LAST_COORDINATOR
    assert rules.remove(known, BEA, ADA) is Refusal.NOT_COORDINATOR
    assert rules.remove(known, ADA, CY) is Refusal.NO_SUCH_DEVICE
    assert rules.remove(known, ADA, BEA) == r.DeviceRemoved(BEA)


def test_a_device_without_a_name_or_with_a_made_up_use_is_refused():
    for name, role in (("", DESK), ("Desk", "king")):
        wanted = r.DevicePaired(CY, name, role, 0)
        assert rules.pair(roster(), ADA, wanted) is Refusal.BAD_NAME


@given(st.permutations(range(7)))
def test_the_roster_is_the_same_in_whatever_order_its_facts_come(order: list[int]):
    said = facts(
        *BEGUN,
        ("oa", r.DeviceNamed(BEA, "Office", COORDINATOR)),
        ("ob", r.DevicePaired(CY, "Desk 2", DESK, 2)),
        ("ob", r.DeviceRemoved(CY)),
    )
    assert roster_of(said[place] for place in order) == roster_of(said)


# --- whose clock is right ----------------------------------------------------------------------


def test_a_clock_that_is_alone_in_being_wrong_goes_by_the_others():
    order = (ADA, BEA, CY)
    assert agreed_correction(ADA, {BEA: -YEAR, CY: -YEAR + 500}, order) in (-YEAR, -YEAR + 500)
    assert agreed_correction(BEA, {ADA: YEAR, CY: 500}, order) == 0


def test_of_two_the_clock_of_who_joined_first_is_right():
    assert agreed_correction(ADA, {BEA: YEAR}, (ADA, BEA)) == 0
    assert agreed_correction(BEA, {ADA: -YEAR}, (ADA, BEA)) == -YEAR


def test_clocks_a_few_minutes_apart_are_left_alone():
    assert agreed_correction(ADA, {BEA: 200_000, CY: -100_000}, (BEA, CY, ADA)) == 0


def test_what_was_written_before_the_hub_had_a_second_device_counts_and_a_stranger_does_not():
    before, *_ = facts(("restored", r.DeviceAt(CY, (), 0)), *BEGUN)
    known = roster_of(facts(("restored", r.DeviceAt(CY, (), 0)), *BEGUN))
    (*_, later) = facts(*BEGUN, ("strange", r.DeviceAt(CY, (), 0)))
    (*_, removed) = facts(*BEGUN, ("ob", r.DeviceAt(BEA, (), 1)))
    assert known.counts(before)
    assert not known.counts(later)
    assert roster(("oa", r.DeviceRemoved(BEA))).counts(removed)
    assert Roster().counts(later)


def test_a_device_that_was_removed_comes_back_only_as_another():
    known = roster(("oa", r.DeviceRemoved(BEA)))
    wanted = r.DevicePaired(BEA, "Desk 1", DESK, 0)
    assert rules.pair(known, ADA, wanted) is Refusal.NO_SUCH_DEVICE


def test_two_coordinators_that_are_cut_off_give_different_letters():
    known = roster(("oa", r.DeviceNamed(BEA, "Office", COORDINATOR)))
    given = [
        rules.pair(known, inviter, r.DevicePaired(device * 64, "New", DESK, 0))
        for inviter, device in ((ADA, "1"), (BEA, "2"))
    ]
    one, other = (pair.letters for pair in given if isinstance(pair, r.DevicePaired))
    assert one == 2
    assert other >= 10
