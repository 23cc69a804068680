"""What each rule refuses, and what a hand-over, a hold or a late need does to a visit."""

from collections.abc import Callable

import pytest

from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.core.servings import stop_minutes
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.hub import Came, Wish
from tests.support.hall import Hall, done, hall, need_for, tickets

HOUSING, ENERGY = need_for("housing"), need_for("energy")


class Scene:
    """Two desks; A1 is served at housing, A2 waits for housing, A3 has not been asked yet."""

    def __init__(self) -> None:
        self.hall: Hall = hall()
        self.hub = self.hall.hub
        self.housing, self.energy = self.hall.desk("housing"), self.hall.desk("energy")
        self.served, self.waiting = (v.id for v in self.hall.arrivals(["housing"], "housing"))
        self.new = done(self.hub.arrive()).id
        self.hall.serve(self.housing, self.hub.session.visits[self.served])


Try = Callable[[Scene], object]
REFUSED: dict[str, tuple[Refusal, Try]] = {
    "open twice": (Refusal.SESSION_ALREADY_OPEN, lambda s: s.hub.open_session()),
    "close a full hall": (Refusal.SOMEBODY_STILL_HERE, lambda s: s.hub.close_session()),
    "sign off a full hall": (Refusal.SOMEBODY_STILL_HERE, lambda s: s.hub.sign_off()),
    "a desk of nothing": (Refusal.DESK_OFFERS_NOTHING, lambda s: s.hub.open_desk("A", ())),
    "a desk of no name": (Refusal.DESK_OFFERS_NOTHING, lambda s: s.hub.open_desk(" ", ("a",))),
    "a desk twice": (
        Refusal.DESK_ALREADY_OPEN,
        lambda s: s.hub.open_desk("A", ("a",), s.housing),
    ),
    "no such desk": (Refusal.NO_SUCH_DESK, lambda s: s.hub.call_next("nowhere")),
    "no such family": (Refusal.NO_SUCH_VISIT, lambda s: s.hub.call(s.energy, "nobody")),
    "leave a family alone": (Refusal.DESK_BUSY, lambda s: s.hub.close_desk(s.housing)),
    "a break from a family": (Refusal.DESK_BUSY, lambda s: s.hub.take_break(s.housing)),
    "back from no break": (Refusal.DESK_NOT_ON_BREAK, lambda s: s.hub.come_back(s.energy)),
    "two at one desk": (Refusal.DESK_BUSY, lambda s: s.hub.call(s.housing, s.waiting)),
    "two by turn": (Refusal.DESK_BUSY, lambda s: s.hub.call_next(s.housing)),
    "nobody to call": (Refusal.NOBODY_WAITING, lambda s: s.hub.call_next(s.energy)),
    "somebody else’s": (Refusal.ALREADY_CALLED, lambda s: s.hub.call(s.energy, s.served)),
    "not asked yet": (Refusal.NOT_WAITING, lambda s: s.hub.call(s.energy, s.new)),
    "not this desk’s": (
        Refusal.DESK_DOES_NOT_OFFER_THIS,
        lambda s: s.hub.call(s.energy, s.waiting),
    ),
    "start uncalled": (Refusal.NOT_CALLED, lambda s: s.hub.start(s.energy, s.waiting)),
    "start twice": (Refusal.NOT_CALLED, lambda s: s.hub.start(s.housing, s.served)),
    "miss no call": (Refusal.NOT_CALLED, lambda s: s.hub.no_show(s.energy, s.waiting)),
    "hold nobody": (Refusal.NOT_SERVING, lambda s: s.hub.hold(s.energy, s.waiting)),
    "resume nobody": (Refusal.NOT_ON_HOLD, lambda s: s.hub.resume(s.waiting)),
    "finish elsewhere": (
        Refusal.AT_ANOTHER_DESK,
        lambda s: s.hub.finish(s.energy, s.served, "booked"),
    ),
    "finish unbegun": (Refusal.NOT_SERVING, lambda s: s.hub.finish(s.energy, s.new, "booked")),
    "lose money": (
        Refusal.BAD_NUMBER,
        lambda s: s.hub.finish(s.housing, s.served, "booked", Came((e.Gain(-1),))),
    ),
    "to itself": (
        Refusal.SAME_DESK,
        lambda s: s.hub.hand_over(s.housing, s.served, s.housing, "booked"),
    ),
    "to nowhere": (
        Refusal.NO_SUCH_DESK,
        lambda s: s.hub.hand_over(s.housing, s.served, "nowhere", "booked"),
    ),
    "to who cannot help": (
        Refusal.DESK_DOES_NOT_OFFER_THIS,
        lambda s: s.hub.hand_over(s.housing, s.served, s.energy, "booked"),
    ),
    "walk nobody": (Refusal.NO_HANDOVER, lambda s: s.hub.walk(s.waiting)),
    "receive nobody": (Refusal.NO_HANDOVER, lambda s: s.hub.receive(s.energy, s.waiting)),
    "nothing chosen": (Refusal.NO_NEED_CHOSEN, lambda s: s.hub.triage(s.new, Wish())),
    "a need twice": (Refusal.NEED_ALREADY_OPEN, lambda s: s.hub.add_need(s.waiting, HOUSING)),
    "unmet of none": (Refusal.NO_OPEN_NEED, lambda s: s.hub.unmet(s.waiting, (ENERGY,), "other")),
    "help with a desk’s": (Refusal.NO_OPEN_NEED, lambda s: s.hub.helped_here(s.waiting)),
    "help at a desk": (Refusal.NOT_WAITING, lambda s: s.hub.helped_here(s.served)),
    "help the unasked": (Refusal.NOT_WAITING, lambda s: s.hub.helped_here(s.new)),
    "close with needs": (Refusal.NEEDS_STILL_OPEN, lambda s: s.hub.close_visit(s.waiting)),
    "close at a desk": (Refusal.NEEDS_STILL_OPEN, lambda s: s.hub.close_visit(s.served)),
    "a crowd of one": (
        Refusal.BAD_NUMBER,
        lambda s: s.hub.arrive(Wish(answers=e.Answered(adults=31))),
    ),
    "fewer than none": (Refusal.BAD_NUMBER, lambda s: s.hub.answer(s.new, e.Answered(children=-1))),
    "ticked but none": (
        Refusal.BAD_NUMBER,
        lambda s: s.hub.tick_groups(s.new, e.GroupsTicked("ticked")),
    ),
    "undo nobody": (Refusal.NOTHING_TO_UNDO, lambda s: s.hub.undo_visit("nobody")),
    "undo the opening": (Refusal.NOTHING_TO_UNDO, lambda s: s.hub.undo_close()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_tap_says_why_and_changes_nothing(name: str):
    refusal, attempt = REFUSED[name]
    scene = Scene()
    before = scene.hub.session
    assert attempt(scene) is refusal
    assert scene.hub.session is before


def _closed() -> Scene:
    scene = Scene()
    for visit in (scene.served, scene.waiting, scene.new):
        done(scene.hub.leave(visit))
    done(scene.hub.close_session())
    return scene


@pytest.mark.parametrize(
    "attempt",
    [
        lambda s: s.hub.arrive(),
        lambda s: s.hub.open_desk("A", ("housing",)),
        lambda s: s.hub.take_break(s.energy),
        lambda s: s.hub.come_back(s.energy),
        lambda s: s.hub.close_desk(s.energy),
        lambda s: s.hub.call_next(s.energy),
        lambda s: s.hub.add_need(s.new, ENERGY),
        lambda s: s.hub.rename(s.new, "Ann"),
        lambda s: s.hub.undo_visit(s.new),
    ],
)
def test_nothing_happens_in_a_closed_hall(attempt: Try):
    assert attempt(_closed()) is Refusal.SESSION_NOT_OPEN


def test_answers_may_be_filled_in_until_the_sign_off():
    scene = _closed()
    done(scene.hub.answer(scene.new, e.Answered(adults=2)))
    done(scene.hub.tick_groups(scene.new, e.GroupsTicked("ticked", ("lone",))))
    done(scene.hub.undo_visit(scene.new))
    assert scene.hub.session.answers[scene.new].groups == ()
    done(scene.hub.sign_off())
    late = scene.hub.answer(scene.new, e.Answered(adults=3))
    assert late is Refusal.SESSION_SIGNED_OFF
    assert scene.hub.sign_off() is Refusal.SESSION_SIGNED_OFF


def _on_the_way() -> tuple[Scene, str]:
    scene = Scene()
    done(scene.hub.add_need(scene.served, ENERGY))
    done(scene.hub.hand_over(scene.housing, scene.served, scene.energy, "advice_given"))
    return scene, scene.served


def test_a_family_handed_over_sits_down_at_the_other_desk():
    scene, family = _on_the_way()
    done(scene.hub.walk(family))
    visit = done(scene.hub.receive(scene.energy, family))
    assert (visit.stage, visit.desk, visit.service) == (Stage.SERVING, scene.energy, "energy")
    assert [need.settled for need in visit.needs] == ["met", "open"]
    assert done(scene.hub.finish(scene.energy, family, "booked")).stage is Stage.CLOSED


def test_only_the_desk_they_were_sent_to_receives_them_and_only_when_free():
    scene, family = _on_the_way()
    third = scene.hall.desk("energy")
    assert scene.hub.receive(third, family) is Refusal.AT_ANOTHER_DESK
    (other,) = scene.hall.arrivals("energy")
    scene.hall.serve(scene.energy, other)
    assert scene.hub.receive(scene.energy, family) is Refusal.DESK_BUSY
    assert done(scene.hub.call(third, family)).desk == third  # never arrived: called by name


@pytest.mark.parametrize("goes", ["close_desk", "take_break"])
def test_when_the_other_desk_leaves_a_family_on_its_way_is_in_the_queue_again(goes: str):
    scene, family = _on_the_way()
    third = scene.hall.desk("energy")
    assert tickets(scene.hub, third) == []
    done(getattr(scene.hub, goes)(scene.energy))
    assert tickets(scene.hub, third) == ["A1"]
    assert done(scene.hub.call_next(third)).id == family


def test_a_desk_that_comes_back_still_has_the_family_that_was_on_its_way():
    scene, family = _on_the_way()
    done(scene.hub.take_break(scene.energy))
    done(scene.hub.come_back(scene.energy))
    assert scene.hub.session.visits[family].stage is Stage.WALKING
    assert done(scene.hub.receive(scene.energy, family)).desk == scene.energy


def test_a_family_on_its_way_cannot_be_held_and_may_leave():
    scene, family = _on_the_way()
    assert scene.hub.hold(scene.energy, family) is Refusal.NOT_SERVING
    gone = done(scene.hub.leave(family))
    assert (gone.stage, gone.handover) == (Stage.LEFT, None)
    assert [need.settled for need in gone.needs] == ["met", "left"]
    assert scene.hub.receive(scene.energy, family) is Refusal.NO_HANDOVER


def test_a_family_that_has_gone_may_come_back_with_one_more_need():
    scene = Scene()
    done(scene.hub.finish(scene.housing, scene.served, "met"))
    assert scene.hub.session.visits[scene.served].stage is Stage.CLOSED
    back = done(scene.hub.add_need(scene.served, ENERGY))
    assert (back.stage, back.ended_at, back.arrived_at) == (Stage.WAITING, None, back.place_at)
    assert tickets(scene.hub, scene.energy) == ["A1"]


def test_a_second_talk_at_the_door_adds_needs_and_forgets_no_stop():
    scene = Scene()
    again = done(scene.hub.triage(scene.waiting, Wish((ENERGY,), urgent="no_fuel")))
    assert [need.code for need in again.needs] == [HOUSING, ENERGY]
    assert set(again.plan) == {"housing", "energy"}
    assert again.urgent == "no_fuel"
    third = done(scene.hub.triage(scene.waiting, Wish((ENERGY,))))
    assert (len(third.needs), third.urgent) == (2, "no_fuel")


def test_needs_nobody_can_meet_end_the_visit_with_the_last_of_them():
    scene = Scene()
    done(scene.hub.add_need(scene.waiting, ENERGY))
    assert done(scene.hub.unmet(scene.waiting, (ENERGY,), "desk_full")).stage is Stage.WAITING
    ended = done(scene.hub.unmet(scene.waiting, (HOUSING,), "not_here_today"))
    assert ended.stage is Stage.CLOSED
    assert [need.reason for need in ended.needs] == ["not_here_today", "desk_full"]


def test_a_need_called_unmet_while_they_sit_there_ends_nothing_until_the_talk_does():
    scene = Scene()
    assert done(scene.hub.unmet(scene.served, (HOUSING,), "other")).stage is Stage.SERVING
    assert done(scene.hub.finish(scene.housing, scene.served, "booked")).stage is Stage.CLOSED
    assert scene.hub.session.visits[scene.served].needs[0].settled == "unmet"


def test_a_desk_may_come_again_with_other_services():
    scene = Scene()
    done(scene.hub.close_desk(scene.energy))
    done(scene.hub.open_desk("Money", ("money",), scene.energy))
    desk = scene.hub.session.desks[scene.energy]
    assert (desk.presence, desk.services, desk.name) == (Presence.HERE, ("money",), "Money")


def test_what_only_the_greeter_helps_with_ends_at_the_front_and_can_be_taken_back():
    scene = Scene()
    came = done(scene.hub.arrive(Wish(("lang_interpreter",)))).id
    there = done(scene.hub.helped_here(came))
    assert there.stage is Stage.CLOSED
    assert [(need.settled, need.outcome) for need in there.needs] == [("met", "advice_given")]
    assert [(stop.desk, stop.service) for stop in there.stops] == [("", "greeter")]
    assert stop_minutes(scene.hub.session) == ()  # nobody knows how long it took
    done(scene.hub.undo_visit(came))
    assert scene.hub.session.visits[came].stage is Stage.WAITING


def test_help_at_the_front_leaves_open_what_a_desk_is_for():
    scene = Scene()
    came = done(scene.hub.arrive(Wish(("lang_interpreter", ENERGY)))).id
    there = done(scene.hub.helped_here(came))
    assert (there.stage, there.open_services) == (Stage.WAITING, ("energy",))
    assert scene.hub.helped_here(came) is Refusal.NO_OPEN_NEED
