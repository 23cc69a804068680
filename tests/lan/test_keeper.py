"""Who decides on calls: short stories of two to five tablets, message by message."""

from typing import cast

import pytest

from hub_app.lan.keeper import Keeper, Kept
from hub_app.lan.messages import (
    Config,
    KeeperMessage,
    LeaseAsked,
    LeaseDenied,
    LeaseGranted,
    Leaving,
    from_text,
    to_text,
)

Said = list[tuple[str, KeeperMessage]]


class Hall:
    """A few tablets on one clock; every message arrives at once, unless a line is cut."""

    def __init__(self, names: str, members: str | None = None, *, is_settled: bool = True):
        self.now, self.names, self.cut = 0.0, list(names), set[frozenset[str]]()
        self.paired = {name: frozenset(names) for name in names}
        self.logs: dict[str, dict[str, int]] = {name: {} for name in names}
        self.kept: dict[str, Kept] = {}
        self.keepers: dict[str, Keeper] = {}
        first = Config((1, "a"), 0, tuple(members or names))
        for name in names:
            if is_settled and name in first.members:
                self.kept[name] = Kept(first, first.term)
            self.start(name)

    def start(self, name: str) -> None:
        kept, save = self.kept.get(name), lambda kept: self.kept.update({name: kept})
        self.keepers[name] = Keeper(name, self.now, lambda: 0.5, kept, save)

    def linked(self, name: str) -> frozenset[str]:
        up = (o for o in self.keepers if o != name and frozenset((o, name)) not in self.cut)
        return frozenset(up)

    def carry(self, sender: str, said: Said) -> None:
        for to, message in said:
            if to in self.linked(sender) and sender in self.keepers:
                heard = cast(KeeperMessage, from_text(to_text(message)))
                answer = self.keepers[to].receive(self.now, sender, heard, self.logs[to])
                self.carry(to, answer)

    def tick(self, name: str) -> None:
        keeper = self.keepers[name]
        self.carry(name, keeper.tick(self.now, self.linked(name), self.paired[name]))

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            for name in sorted(self.keepers):
                self.tick(name)

    def take_over(self, name: str) -> None:
        self.carry(name, self.keepers[name].take_over(self.now, self.linked(name)))

    def part(self, *sides: str) -> None:
        near = {frozenset((a, b)) for side in sides for a in side for b in side}
        every = {frozenset((a, b)) for a in self.names for b in self.names}
        self.cut = every - near

    def kill(self, name: str) -> None:
        del self.keepers[name]

    @property
    def holders(self) -> str:
        return "".join(
            n for n in sorted(self.keepers) if self.keepers[n].holds(self.now, self.logs[n])
        )

    def members(self, name: str) -> str:
        return "".join(sorted(self.keepers[name].members))


def settled(names: str, members: str | None = None) -> Hall:
    hall = Hall(names, members)
    hall.pass_time(5)
    assert hall.holders == "a"
    return hall


def test_a_tablet_that_was_never_paired_decides_at_once():
    hall = Hall("a", is_settled=False)
    assert hall.holders == "a"
    assert hall.keepers["a"].known(0) == "a"
    assert hall.members("a") == "a"
    assert hall.keepers["a"].lease_left(0) > 0
    assert not hall.kept


def test_once_paired_nobody_decides_until_a_session_is_opened():
    hall = Hall("ab", is_settled=False)
    hall.pass_time(6)
    assert hall.holders == ""
    assert hall.keepers["a"].may_take_over(hall.now, hall.linked("a"))
    hall.take_over("b")
    assert hall.holders == "b"
    assert hall.members("a") == "ab"
    assert hall.keepers["a"].known(hall.now) == "b"


def test_who_opened_a_session_alone_goes_on_when_a_second_tablet_comes():
    hall = Hall("ab", is_settled=False)
    hall.part("a", "b")
    hall.pass_time(0.25)
    hall.take_over("a")
    assert hall.holders == "a"
    hall.cut.clear()
    for _ in range(12):
        hall.pass_time(0.25)
        assert hall.holders == "a"
    assert hall.members("b") == "ab"


def test_alone_among_the_members_it_decides_at_the_first_tick_after_a_restart():
    hall = Hall("a")
    hall.tick("a")
    assert hall.holders == "a"
    hall.start("a")
    hall.tick("a")
    assert hall.holders == "a"
    assert hall.kept["a"].highest > (2, "a")


def test_when_all_restart_one_of_them_decides_soon():
    hall = settled("abcd")
    for name in hall.names:
        hall.start(name)
    hall.pass_time(2.75)
    assert hall.holders == ""
    hall.pass_time(2)
    assert hall.holders == "a"


@pytest.mark.parametrize("names", ["abc", "abcde", "abcdefgh"])
def test_when_the_keeper_dies_another_decides_within_six_seconds(names: str):
    hall = settled(names)
    hall.kill("a")
    waited = 0.0
    while not hall.holders:
        hall.pass_time(0.25)
        waited += 0.25
    assert waited <= 4.5
    assert hall.keepers["c"].known(hall.now) == hall.holders == "b"


def test_the_lease_runs_out_by_itself_when_nobody_answers():
    hall = settled("abc")
    hall.part("a", "bc")
    assert 1 < hall.keepers["a"].lease_left(hall.now) <= 2.7
    hall.now += 2.7
    assert hall.holders == ""
    assert hall.keepers["a"].lease_left(hall.now) == 0
    assert hall.keepers["a"].bound(hall.now) == frozenset()


def test_a_member_that_is_away_for_half_a_minute_is_dropped_and_comes_back():
    hall = settled("abc")
    hall.kill("c")
    hall.pass_time(28)
    assert hall.members("a") == "abc"
    hall.pass_time(4)
    assert hall.members("a") == hall.members("b") == "ab"
    hall.start("c")
    hall.pass_time(5)
    assert hall.members("c") == "abc"
    assert hall.holders == "a"


def test_who_says_goodbye_is_dropped_at_once():
    hall = settled("ab")
    hall.carry("b", hall.keepers["b"].leave(hall.now))
    hall.kill("b")
    assert hall.members("a") == "a"
    assert hall.holders == "a"
    assert hall.keepers["a"].bound(hall.now) == {"a"}


def test_a_keeper_that_is_shut_down_decides_no_more_and_hinders_nobody():
    hall = settled("abc")
    hall.carry("a", hall.keepers["a"].leave(hall.now))
    assert hall.holders == ""
    assert hall.keepers["b"].known(hall.now) is None
    hall.pass_time(1)
    assert hall.holders == "b"
    hall.pass_time(1)
    assert hall.members("b") == "bc"


def test_a_keeper_that_was_removed_is_followed_no_more():
    hall = settled("abc")
    hall.paired["b"] = hall.paired["c"] = frozenset("bc")
    hall.pass_time(4.5)
    assert hall.holders == "b"
    hall.pass_time(3)
    assert hall.members("b") == "bc"


def test_who_is_left_alone_in_the_roster_decides_as_soon_as_the_old_promise_is_over():
    hall = settled("ab")
    hall.paired["b"] = frozenset("b")
    hall.pass_time(2)
    assert hall.holders in {"", "a"}
    hall.pass_time(2)
    assert hall.holders == "b"


def test_of_two_with_one_gone_a_person_decides():
    hall = settled("ab")
    hall.kill("a")
    hall.pass_time(4)
    assert not hall.keepers["b"].may_take_over(hall.now, hall.linked("b"))
    hall.pass_time(5)
    assert hall.holders == ""
    assert hall.keepers["b"].may_take_over(hall.now, hall.linked("b"))
    hall.take_over("b")
    assert hall.holders == "b"
    assert not hall.keepers["b"].may_take_over(hall.now, hall.linked("b"))


def test_taking_over_twice_is_taking_over_once():
    hall = settled("ab")
    hall.kill("a")
    hall.pass_time(9)
    hall.take_over("b")
    before = hall.kept["b"]
    assert hall.keepers["b"].take_over(hall.now, hall.linked("b")) == []
    assert hall.kept["b"] == before


def test_taking_over_while_the_keeper_may_still_hold_waits():
    hall = settled("ab")
    hall.part("a", "b")
    hall.take_over("b")
    for _ in range(24):
        hall.pass_time(0.25)
        assert len(hall.holders) <= 1
    assert hall.holders == ""
    hall.take_over("b")
    hall.pass_time(0.25)
    assert hall.holders == "b"


def test_taking_over_gives_up_when_a_keeper_is_heard():
    hall = settled("abc")
    hall.part("ab", "c")
    hall.pass_time(6)
    hall.take_over("c")
    hall.pass_time(0.5)
    assert hall.holders == "ac"  # forced: a person said so
    hall.cut.clear()
    hall.pass_time(10)
    assert len(hall.holders) == 1
    assert {hall.members(name) for name in "abc"} == {"abc"}


def test_after_a_forced_take_over_the_higher_config_wins_and_takes_the_others_in():
    hall = settled("abcde")
    hall.part("abc", "de")
    hall.pass_time(6)
    hall.take_over("d")
    hall.pass_time(1)
    assert hall.holders == "ad"
    assert hall.members("d") == "de"
    hall.cut.clear()
    hall.pass_time(10)
    assert hall.holders == "d"
    assert {hall.members(name) for name in "abcde"} == {"abcde"}


def test_two_that_stand_at_once_do_not_tie():
    hall = settled("abc")
    hall.kill("a")
    hall.pass_time(2.75)
    hall.take_over("b")
    hall.take_over("c")
    hall.pass_time(2)
    assert len(hall.holders) == 1


def test_a_new_keeper_decides_only_once_it_holds_what_its_voters_hold():
    hall = settled("abc")
    hall.logs["c"]["a"] = 7
    hall.kill("a")
    hall.pass_time(5)
    assert hall.holders == ""
    assert hall.keepers["b"].known(hall.now) == "b"
    hall.logs["b"]["a"] = 7
    assert hall.holders == "b"
    hall.logs["c"]["c"] = 3  # what came since does not matter
    hall.pass_time(2)
    assert hall.holders == "b"


def test_a_voter_that_restarts_grants_to_nobody_for_three_seconds():
    hall = settled("abc")
    hall.start("b")
    hall.tick("b")
    config = hall.kept["b"].config
    asked = LeaseAsked((9, "c"), config, 1.0)
    ((to, answer),) = hall.keepers["b"].receive(hall.now, "c", asked, {})
    assert (to, answer) == ("c", LeaseDenied(hall.kept["b"].highest, config))
    ((_, answer),) = hall.keepers["b"].receive(hall.now + 3, "c", asked, {"x": 2})
    assert answer == LeaseGranted((9, "c"), config.id, 1.0, {"x": 2})


def test_a_promise_is_kept_on_disk_before_it_is_given():
    hall, seen = settled("abc"), list[object]()
    keeper = hall.keepers["b"]

    def full(kept: Kept) -> None:
        seen.append(kept)
        raise OSError("full")

    keeper._save = full
    asked = LeaseAsked((9, "c"), keeper.config, 1.0)
    with pytest.raises(OSError, match="full"):
        keeper.receive(hall.now + 4, "c", asked, {})
    assert seen
    keeper._save = seen.append
    assert isinstance(keeper.receive(hall.now + 4, "c", asked, {})[0][1], LeaseGranted)


def test_strangers_borrowed_terms_and_outsiders_get_nothing():
    hall = settled("abc")
    keeper, config, late = hall.keepers["b"], hall.keepers["b"].config, hall.now + 9
    assert keeper.receive(late, "z", LeaseAsked((9, "z"), config, 1.0), {}) == []
    assert keeper.receive(late, "c", LeaseAsked((9, "a"), config, 1.0), {}) == []
    outside = Config((8, "z"), 0, ("a", "b"))
    assert keeper.receive(late, "c", LeaseAsked((9, "c"), outside, 1.0), {}) == []


def test_a_goodbye_that_comes_late_ends_no_lease():
    hall = settled("abc")
    hall.keepers["b"].receive(hall.now, "a", Leaving(), {})
    asked = LeaseAsked((9, "c"), hall.kept["b"].config, 1.0)
    ((_, answer),) = hall.keepers["b"].receive(hall.now, "c", asked, {})
    assert isinstance(answer, LeaseDenied)


def test_a_goodbye_to_an_older_term_frees_no_promise():
    hall = settled("abc")
    voter, config = hall.keepers["b"], hall.kept["b"].config
    held = hall.keepers["a"].term
    assert held is not None
    voter.receive(hall.now, "a", LeaseDenied((held[0] - 1, "a"), config), {})
    asked = LeaseAsked((9, "c"), config, 1.0)
    assert isinstance(voter.receive(hall.now, "c", asked, {})[0][1], LeaseDenied)
    voter.receive(hall.now, "a", LeaseDenied(held, config), {})
    assert isinstance(voter.receive(hall.now, "c", asked, {})[0][1], LeaseGranted)


def test_a_keeper_that_says_no_frees_nobody_from_its_own_term():
    hall = settled("abc")
    keeper = hall.keepers["a"]
    asked = LeaseAsked((9, "c"), keeper.config, 1.0)
    ((_, answer),) = keeper.receive(hall.now, "c", asked, {})
    assert isinstance(answer, LeaseDenied)
    assert answer.term[1] == ""


def test_a_tablet_that_sees_only_some_unseats_nobody():
    hall = settled("abcd")
    hall.cut = {frozenset("ad")}
    for _ in range(60):
        hall.pass_time(0.25)
        assert hall.holders == "a"
    hall.cut.clear()
    for _ in range(40):
        hall.pass_time(0.25)
        assert len(hall.holders) == 1
    assert hall.keepers["d"].known(hall.now) == hall.holders
