"""Sealing among three tablets: what a keeper leaves half-way is gone on with, never done twice."""

from hub_app.core.leaving import Batches
from hub_app.core.leaving_events import BatchUpheld
from hub_app.core.refusal import Refusal
from hub_app.core.roster_events import DevicePaired
from hub_app.hub.leaving import MadeBatch
from hub_app.lan.keeper import Keeper
from hub_app.lan.messages import Facts
from hub_app.lan.sealing import Sealing
from tests.lan.test_calls_in_order import DESK, FRONT, THIRD, Three
from tests.support.hall import Hall, done, hall


def batch(name: str, period: str = "2026-11-21", revision: int = 1) -> MadeBatch:
    return MadeBatch(name, period, revision, name.encode(), b"[]", "2027-01-14")


def leaving(three: Three, at: str) -> Batches:
    return three.halls[at].hub.leaving


def stands(three: Three, at: str) -> list[str]:
    return [each.batch for each in leaving(three, at).confirmed]


def the_keeper(three: Three) -> str:
    (keeper,) = {node.status().keeper for node in three.nodes.values()}
    assert keeper is not None
    return keeper


def comes_back(three: Three, who: str) -> None:
    three.front_is_back(who)
    for each in three.nodes:
        if each not in (FRONT, who):
            three.nodes[FRONT].linked(each)
            three.nodes[each].linked(FRONT)
    three.time_passes(8)


def test_what_is_sealed_stands_once_a_majority_has_it_and_then_everywhere() -> None:
    three = Three()
    assert three.nodes[FRONT].sealing.seal([batch("a"), batch("b", "2026-11")]) is None
    assert stands(three, FRONT) == []
    assert [each.batch for each in leaving(three, FRONT).pending] == ["a", "b"]
    three.pass_on()
    assert [stands(three, at) for at in three.nodes] == [["a", "b"]] * 3
    assert not leaving(three, FRONT).pending


def test_only_the_keeper_seals_and_nothing_new_while_something_waits() -> None:
    three = Three()
    assert three.nodes[DESK].sealing.seal([batch("a")]) is Refusal.CUT_OFF
    assert three.nodes[FRONT].sealing.seal([batch("a")]) is None
    assert not three.nodes[FRONT].sealing.may_seal
    assert three.nodes[FRONT].sealing.seal([batch("b")]) is Refusal.CUT_OFF


def test_a_batch_that_was_confirmed_and_told_to_nobody_is_confirmed_again() -> None:
    """It may have left the tablet that died, so whoever comes next must not seal another."""
    three = Three()
    three.nodes[FRONT].sealing.seal([batch("a")])
    three.pass_on(DESK)
    three.pass_on(FRONT)
    assert stands(three, FRONT) == ["a"]
    three.front_dies()
    assert stands(three, DESK) == stands(three, THIRD) == []
    three.time_passes(8)
    assert stands(three, DESK) == stands(three, THIRD) == ["a"]
    comes_back(three, DESK)
    assert stands(three, FRONT) == ["a"]


def test_a_seal_that_only_a_dead_tablet_holds_never_stands() -> None:
    three = Three()
    three.nodes[FRONT].sealing.seal([batch("a")])
    three.front_dies()
    three.time_passes(8)
    assert three.nodes[the_keeper(three)].sealing.seal([batch("b")]) is None
    three.pass_on()
    assert stands(three, DESK) == ["b"]
    comes_back(three, DESK)
    known = [leaving(three, at) for at in three.nodes]
    assert known[0] == known[1] == known[2]
    assert (stands(three, FRONT), known[0].astray) == (["b"], {"a"})


def test_when_the_first_tablet_is_removed_another_seals() -> None:
    three = Three()
    three.nodes[FRONT].sealing.seal([batch("a")])
    done(three.front.hub.rename_device(FRONT, DESK, "Office", "coordinator"))
    three.pass_on()
    done(three.halls[DESK].hub.remove_device(DESK, FRONT))
    three.time_passes(3)
    assert three.front.hub.is_blank
    three.front_dies()
    three.time_passes(8)
    assert three.nodes[the_keeper(three)].sealing.seal([batch("b", revision=2)]) is None
    three.pass_on()
    assert stands(three, DESK) == stands(three, THIRD) == ["a", "b"]


def test_what_an_earlier_keeper_left_is_upheld_in_the_term_that_confirms_it() -> None:
    """Else a seal of a term in between, unknown then, would take its place later."""
    three = Three()
    three.nodes[FRONT].sealing.seal([batch("a")])
    said = [each for each in three.on_lines if each[1] == DESK and isinstance(each[2], Facts)]
    three.front_dies()
    for sender, receiver, message in said:
        three.nodes[receiver].hub.take_in(message.rows)  # type: ignore[union-attr]
        assert sender == FRONT
    three.time_passes(8)
    (upheld,) = three.halls[DESK].log.of_kind("batch_upheld")
    (confirmed,) = three.halls[DESK].log.of_kind("batch_confirmed")
    assert upheld.origin == confirmed.origin
    assert upheld.n < confirmed.n
    term = three.nodes[the_keeper(three)].keeper.term
    assert term is not None
    assert upheld.event == BatchUpheld(leaving(three, DESK).tip, term[0], term[1])


def alone(there: Hall) -> Sealing:
    keeper = Keeper("", 0.0, lambda: 0.0, None, lambda _: None)
    return Sealing(there.hub, keeper, {}, lambda: 0.0)


def test_a_tablet_alone_confirms_at_once_and_goes_on_where_it_was_cut_off() -> None:
    there = hall()
    there.hub.seal([batch("a")], (0, ""))  # and here the power went
    again = there.restarted()
    sealing = alone(again)
    assert not sealing.may_seal
    sealing.settle()
    assert sealing.seal([batch("b", revision=2)]) is None
    assert [each.batch for each in again.hub.leaving.confirmed] == ["a", "b"]
    assert again.hub.sealed_here == 2


def test_a_restored_tablet_goes_on_with_what_its_log_shows() -> None:
    there = hall()
    assert alone(there).seal([batch("a")]) is None
    there.hub.go_on_as_new("")
    assert there.hub.sealed_here == 0
    assert alone(there).seal([batch("b", "2026-11")]) is None
    assert [each.batch for each in there.hub.leaving.confirmed] == ["a", "b"]


def test_one_of_several_tablets_seals_nothing_without_the_others() -> None:
    there = hall()
    coming = DevicePaired(DESK, "Desk", "desk", 0)
    done(there.hub.pair_device(FRONT, "Front", ((), 0), coming))
    assert not alone(there).may_seal


def test_what_the_centre_answered_is_known_everywhere_and_written_once() -> None:
    three = Three()
    three.nodes[FRONT].sealing.seal([batch("a")])
    three.pass_on()
    hub = three.halls[DESK].hub
    assert hub.arrived("a", "refused", "Too new.")
    assert hub.arrived("a", "refused") == ()
    assert hub.arrived("a", "counted")
    assert hub.arrived("a", "refused") == ()
    three.pass_on()
    assert leaving(three, THIRD).has("a")
