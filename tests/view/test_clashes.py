"""What two desks read that had called one family while their tablets could not reach each other."""

import pytest

from hub_app.core.visit import Visit
from hub_app.hub import Hub
from hub_app.view.clashes import ClashNotice, Told, clash_notices
from tests.support.hall import Hall, done, hall
from tests.support.second import meet, second_tablet


class Split:
    """A hall with a desk at each of two tablets, which have just lost sight of each other."""

    def __init__(self) -> None:
        self.here: Hall = hall()
        self.there: Hub = second_tablet(self.here.clock)
        self.money, self.housing = (
            self.here.desk("debt", "housing", name="Money advice"),
            self.here.desk("housing", name="Housing"),
        )
        self.families = self.here.arrivals("housing", "housing")
        meet(self.here.hub, self.there)

    @property
    def family(self) -> Visit:
        return self.families[0]

    def minutes_pass(self, minutes: int) -> None:
        self.here.minutes_pass(minutes)

    def meet(self) -> None:
        meet(self.here.hub, self.there)

    def read(self, desk: str) -> tuple[ClashNotice, ...]:
        """What a desk has to read, which is the same at both tablets."""
        told = clash_notices(self.here.hub.session, desk)
        assert clash_notices(self.there.session, desk) == told
        return told

    def told(self, desk: str) -> list[tuple[Told, str, int]]:
        return [(row.told, row.other, row.at) for n in self.read(desk) for row in n.rows]


@pytest.fixture
def split() -> Split:
    return Split()


def test_nobody_reads_anything_while_no_two_desks_called_one_family(split: Split):
    done(split.there.call_here(split.housing, split.family.id))
    split.meet()
    assert not split.read(split.money)
    assert not split.read(split.housing)


def test_whoever_sat_down_with_them_first_has_them_and_both_desks_are_told(split: Split):
    split.minutes_pass(1)
    done(split.there.call_here(split.housing, split.family.id))
    sat_down = split.here.clock.millis()
    split.minutes_pass(2)
    split.here.serve(split.money, split.family)
    split.meet()
    assert split.told(split.money) == [(Told.SITS_THERE, "Housing", sat_down)]
    [(told, other, _at)] = split.told(split.housing)
    assert (told, other) == (Told.IS_OURS, "Money advice")


def test_a_start_goes_before_an_earlier_call_and_the_time_told_is_that_of_the_start(split: Split):
    done(split.here.hub.call(split.money, split.family.id))
    split.minutes_pass(3)
    done(split.there.call_here(split.housing, split.family.id))
    sat_down = split.here.clock.millis()
    split.meet()
    assert split.told(split.money) == [(Told.SITS_THERE, "Housing", sat_down)]


def test_who_has_moved_on_since_is_not_said_to_be_there_still(split: Split):
    done(split.there.call_here(split.housing, split.family.id))
    split.minutes_pass(1)
    split.here.serve(split.money, split.family)
    split.meet()
    split.minutes_pass(5)
    done(split.there.finish(split.housing, split.family.id, "advice_given"))
    split.meet()
    assert [told for told, *_ in split.told(split.money)] == [Told.SAT_THERE]


def test_of_two_calls_the_earlier_holds_until_somebody_sits_down(split: Split):
    called = split.here.clock.millis()
    done(split.there.call(split.housing, split.family.id))
    split.minutes_pass(1)
    done(split.here.hub.call(split.money, split.family.id))
    split.meet()
    assert split.told(split.money) == [(Told.CALLED_THERE, "Housing", called)]
    split.minutes_pass(1)
    done(split.there.start(split.housing, split.family.id))
    split.meet()
    assert split.told(split.money) == [(Told.SITS_THERE, "Housing", split.here.clock.millis())]


def test_a_family_that_had_gone_home_is_told_as_that_to_the_one_desk(split: Split):
    done(split.there.leave(split.family.id))
    split.minutes_pass(2)
    done(split.here.hub.call(split.money, split.family.id))
    split.meet()
    assert split.told(split.money) == [(Told.HAD_GONE, "", split.here.clock.millis())]
    assert not split.read(split.housing)


def test_a_desk_that_has_read_it_is_left_alone_and_the_other_is_not(split: Split):
    done(split.there.call_here(split.housing, split.family.id))
    split.here.serve(split.money, split.family)
    split.meet()
    done(split.here.hub.clash_seen(split.money, split.family.id))
    split.meet()
    assert not split.read(split.money)
    assert split.read(split.housing)


def test_the_family_whose_clash_is_oldest_comes_first(split: Split):
    late, early = split.families
    for family in (early, late):
        done(split.there.call_here(split.housing, family.id))
        split.minutes_pass(1)
        split.here.serve(split.money, family)
        split.minutes_pass(1)
        done(split.there.finish(split.housing, family.id, "advice_given"))
        done(split.here.hub.finish(split.money, family.id, "advice_given"))
    split.meet()
    assert [n.ticket for n in split.read(split.money)] == [early.ticket, late.ticket]


def test_three_desks_that_called_one_family_are_each_told_of_who_has_them(split: Split):
    third = split.here.desk("housing", name="Housing 2")
    split.meet()
    done(split.there.call_here(split.housing, split.family.id))
    split.minutes_pass(1)
    done(split.here.hub.call(split.money, split.family.id))
    done(split.here.hub.no_show(split.money, split.family.id))
    split.here.serve(third, split.family)
    split.meet()
    assert {other for _told, other, _at in split.told(split.housing)} == {
        "Money advice",
        "Housing 2",
    }
    assert len(split.read(split.housing)) == 1
