"""The fold gives one session from a set of facts, whatever order and pieces they come in."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hub_app.core import events as e
from hub_app.core.clock import Stamp
from hub_app.core.counts import count
from hub_app.core.events import Entry, Event
from hub_app.core.session import Fold, Presence, Session, fold
from hub_app.core.visit import AT_DESK, Stage
from hub_app.core.waits import in_hub_minutes, serving_minutes, wait_minutes
from tests.support.facts import DESKS, SESSION, UNKNOWN_BODY, entry, logs

tries = settings(max_examples=80)
MINUTE = 60_000


def _orders(session: Session) -> tuple[object, ...]:
    """All that could depend on the order in which a mapping was filled."""
    at_desks = [visit and visit.id for visit in map(session.at_desk, DESKS)]
    here = [visit.id for visit in session.here]
    return [*session.visits], [*session.answers], [*session.desks], here, at_desks


@given(logs(), st.data())
@tries
def test_fold_is_order_independent(log: list[Entry], data: st.DataObject):
    whole = fold(SESSION, log)
    shuffled = data.draw(st.permutations(log))
    pieces, rest = Fold(SESSION), shuffled
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        pieces.add(rest[:size])
        rest = rest[size:]
    assert pieces.session == whole
    assert _orders(pieces.session) == _orders(whole)
    again = fold(SESSION, shuffled)
    assert again == whole
    for visit in whole.visits:
        assert pieces.standing(visit) == folded(log).standing(visit)


def folded(log: list[Entry]) -> Fold:
    """A fold of these facts."""
    known = Fold(SESSION)
    known.add(log)
    return known


@given(logs())
@tries
def test_conflicts_break_no_sum_and_lose_nobody(log: list[Entry]):
    session = fold(SESSION, log)
    counts = count(session)
    assert counts.difference == counts.needs.difference == 0
    assert all(sums.difference == 0 for sums in counts.needs_by_service.values())
    undone = {t for k in log if isinstance(k.event, e.Undone) for t in k.event.targets}
    sat = (e.Started, e.HandoverReceived)
    there = {k.visit for k in log if isinstance(k.event, sat) and k.id not in undone}
    arrivals = [k for k in log if isinstance(k.event, e.Arrived)]
    came = {k.visit for k in arrivals if k.id not in undone or k.visit in there}
    assert set(session.visits) == came == set(session.answers)
    for visit in session.visits.values():
        running = [stop for stop in visit.stops if stop.ended_at is None]
        assert len(running) == (visit.stage is Stage.SERVING)
        assert not running or running[0] is visit.stops[-1]
        assert (visit.desk is not None) == (visit.stage in AT_DESK)
        assert (visit.handover is not None) == (visit.stage is Stage.WALKING)
        assert (visit.ended_at is not None) == visit.is_ended
        assert not (visit.is_ended and visit.open_needs)
        for now in (0, 10**13):
            assert wait_minutes(visit, now) >= 0
            assert in_hub_minutes(visit, now) >= 0
            assert (serving_minutes(visit, now) or 0) >= 0


@given(logs())
@tries
def test_every_stop_that_was_finished_is_kept(log: list[Entry]):
    session = fold(SESSION, log)
    undone = {t for k in log if isinstance(k.event, e.Undone) for t in k.event.targets}
    for visit in session.visits.values():
        ended = [
            k.event.gains
            for k in log
            if k.visit == visit.id and isinstance(k.event, e.Finished) and k.id not in undone
        ]
        kept = [stop.gains for stop in visit.stops if stop.outcome is not None]
        assert sorted(kept, key=repr) == sorted(ended, key=repr)


class Tablets:
    """Facts of several tablets, written in plain order of time."""

    def __init__(self) -> None:
        self.facts: list[Entry] = []

    def say(self, origin: str, minute: float, event: Event, visit: str | None = "v1") -> "Tablets":
        """Write a fact on a tablet, at a minute of the day."""
        n = 1 + sum(k.origin == origin for k in self.facts)
        stamp = Stamp(round(minute * MINUTE), n, origin)
        self.facts.append(entry(event, stamp, n, visit))
        return self

    def opened(self) -> "Tablets":
        """Open the hall with three desks, and let one family in for housing and energy."""
        needs = (e.Line("rent", "housing"), e.Line("heating", "energy"))
        self.say("a", 0, e.SessionOpened("2026-11-21"), None)
        for desk, service in (("d1", "housing"), ("d2", "energy"), ("d3", "housing")):
            self.say("a", 0, e.DeskOpened(desk, desk, (service,)), None)
        return self.say("a", 1, e.Arrived("A1", "t")).say("a", 1, e.Triaged(needs))

    @property
    def session(self) -> Session:
        return fold(SESSION, self.facts)


def test_of_two_desks_that_called_one_family_the_one_they_sat_down_with_has_them():
    both = Tablets().opened()
    both.say("a", 2, e.Called("d1", "housing")).say("b", 3, e.Called("d2", "energy"))
    both.say("b", 4, e.Started("d2", "energy")).say("a", 5, e.Started("d1", "housing"))
    visit = both.session.visits["v1"]
    assert (visit.stage, visit.desk, visit.service) == (Stage.SERVING, "d2", "energy")
    assert [(clash.desk, clash.by) for clash in visit.clashes] == [("d1", "d2")]


def test_work_the_other_desk_really_did_is_counted_and_the_running_talk_goes_on():
    both = Tablets().opened()
    both.say("a", 2, e.Called("d1", "housing")).say("a", 3, e.Started("d1", "housing"))
    both.say("b", 2, e.Called("d2", "energy")).say("b", 4, e.Started("d2", "energy"))
    both.say("b", 9, e.Finished("d2", "energy", "claim_made", "met", (e.Gain(120),)))
    visit = both.session.visits["v1"]
    assert (visit.stage, visit.desk) == (Stage.SERVING, "d1")
    assert [need.settled for need in visit.needs] == ["open", "met"]
    assert count(both.session).gain_total == 120
    assert wait_minutes(visit, 0) == 2
    both.say("a", 12, e.Finished("d1", "housing", "booked", "booked")).say("a", 12, e.VisitClosed())
    visit = both.session.visits["v1"]
    assert visit.stage is Stage.CLOSED
    assert [stop.desk for stop in visit.stops] == ["d2", "d1"]


def test_a_family_that_sits_at_a_desk_has_not_left_because_a_tablet_that_was_cut_off_said_so():
    both = Tablets().opened()
    both.say("b", 2, e.Called("d2", "energy")).say("b", 3, e.Started("d2", "energy"))
    both.say("a", 4, e.Left())
    assert both.session.visits["v1"].stage is Stage.SERVING
    both.say("b", 5, e.Left("d2"))
    assert both.session.visits["v1"].stage is Stage.LEFT


def test_an_arrival_taken_back_where_nobody_knew_that_they_sit_at_a_desk_stands():
    both = Tablets().opened()
    arrived = next(fact for fact in both.facts if isinstance(fact.event, e.Arrived))
    both.say("b", 2, e.Called("d2", "energy")).say("a", 3, e.Undone((arrived.id,)))
    assert not both.session.visits
    both.say("b", 4, e.Started("d2", "energy"))
    assert both.session.visits["v1"].stage is Stage.SERVING


def test_a_sign_off_counts_only_for_a_close_that_stands():
    both = Tablets().opened().say("a", 2, e.Left()).say("a", 3, e.SessionClosed(), None)
    closed = both.facts[-1]
    both.say("b", 14, e.SignedOff(), None)
    assert both.session.signed_off_at is not None
    both.say("a", 4, e.Undone((closed.id,)), None)
    assert both.session.is_open
    assert both.session.signed_off_at is None


def test_work_done_for_a_family_that_was_said_to_have_left_is_counted():
    both = Tablets().opened()
    both.say("b", 2, e.Called("d2", "energy")).say("a", 3, e.Left())
    both.say("b", 4, e.Started("d2", "energy"))
    both.say("b", 9, e.Finished("d2", "energy", "booked", "booked"))
    visit = both.session.visits["v1"]
    assert [need.settled for need in visit.needs] == ["left", "booked"]
    assert visit.is_ended


def test_a_slow_clock_cannot_act_on_a_family_before_they_came():
    both = Tablets().opened()
    both.say("b", 0.5, e.Called("d1", "housing")).say("b", 0.6, e.Answered(area="one"))
    visit = both.session.visits["v1"]
    assert both.session.answers["v1"].area == "one"
    assert visit.arrived_at == MINUTE
    assert visit.stage is Stage.WAITING


def test_a_family_on_the_way_to_a_desk_that_has_gone_waits_again():
    hall = Tablets().opened()
    hall.say("a", 2, e.Called("d1", "housing")).say("a", 3, e.Started("d1"))
    hall.say("a", 4, e.Finished("d1", "housing", "advice"))
    hall.say("a", 4, e.HandoverOffered("d1", "d2", "energy"))
    assert hall.session.visits["v1"].stage is Stage.WALKING
    hall.say("b", 5, e.DeskOnBreak("d2"), None)
    assert hall.session.visits["v1"].stage is Stage.WAITING
    hall.say("b", 6, e.DeskBack("d2"), None)
    assert hall.session.visits["v1"].stage is Stage.WALKING
    hall.say("b", 7, e.DeskClosed("d2"), None)
    gone = hall.session.visits["v1"]
    assert (gone.stage, gone.handover, gone.place_at) == (Stage.WAITING, None, MINUTE)


def test_facts_of_newer_tablets_are_kept_and_stop_nothing():
    hall = Tablets().opened().say("b", 2, e.Unknown("sent_home_by_taxi"))
    hall.say("b", 2, e.Unknown("roof_opened"), None).say("a", 3, e.Left())
    assert hall.session.visits["v1"].stage is Stage.LEFT
    assert hall.session.set_aside == 2
    assert hall.facts[-3].raw == UNKNOWN_BODY


def test_codes_no_pack_knows_fold_like_any_other():
    hall = Tablets().opened()
    hall.say("b", 2, e.NeedAdded("moon_dust", "astronomy"))
    hall.say("b", 3, e.Called("d9", "astronomy")).say("b", 4, e.Started("d9"))
    hall.say("b", 5, e.Finished("d9", "astronomy", "beamed_up", "a_new_way"))
    assert [need.settled for need in hall.session.visits["v1"].needs] == ["open", "open", "met"]


def test_an_undo_reaches_only_what_it_names():
    hall = Tablets().opened().say("a", 2, e.Called("d1", "housing"))
    called = hall.facts[-1].id
    hall.say("b", 1.5, e.Undone((called,)))  # a clock behind: the undo is stamped first
    assert hall.session.visits["v1"].stage is Stage.WAITING
    hall.say("b", 3, e.Undone(("nobody:1",)))
    assert hall.session.visits["v1"].stage is Stage.WAITING
    assert hall.session.set_aside == 0


def test_an_undone_break_of_a_desk_never_happened():
    hall = Tablets().opened().say("a", 2, e.DeskOnBreak("d1"), None)
    hall.say("a", 3, e.Undone((hall.facts[-1].id,)), None)
    assert hall.session.desks["d1"].presence is Presence.HERE
    assert hall.session.desks["d1"].since == 0


def test_what_stands_is_what_applied_in_order():
    hall = Tablets().opened().say("a", 2, e.NoShow("d1")).say("a", 3, e.Left())
    kinds = [k.kind for k in folded(hall.facts).standing("v1")]
    assert kinds == ["arrived", "triaged", "left"]
    assert folded(hall.facts).standing("v9") == ()


def test_a_note_goes_only_to_the_desk_it_was_sent_to():
    asked = (e.Line("rent", "housing"), e.Line("heating", "energy"))
    facts: list[Event] = [
        e.Arrived("A1", "t"),
        e.Triaged(asked),
        e.Called("d1", "housing"),
        e.Started("d1", "housing"),
        e.Finished("d1", "housing", "advice"),
        e.HandoverOffered("d1", "d2", "energy", has_note=True),
    ]
    sent = [entry(fact, Stamp(n, 0, "tablet_a"), n, "v1") for n, fact in enumerate(facts, 1)]
    cut_off = entry(e.Started("d3", "energy"), Stamp(99, 0, "tablet_b"), 1, "v1")
    theirs = entry(e.HandoverReceived("d2", "energy"), Stamp(99, 0, "tablet_b"), 1, "v1")
    for last, has_note in ((cut_off, False), (theirs, True)):
        (visit,) = fold(SESSION, [*sent, last]).visits.values()
        assert visit.stops[-1].has_note is has_note
        assert (visit.stops[-1].offered_at is not None) is has_note
