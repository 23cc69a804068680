"""The order of stops: what cannot wait, what must come first, what was arranged, the soonest."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub_app.core.routing import Block, Family, Room
from hub_app.core.stops import PlannedStop, PlanWhy, Terms, as_ordered, suggested

SERVICES = ("energy", "housing", "money", "welfare", "work")
MINUTES = {"energy": 15.0, "housing": 21.0, "money": 36.0, "welfare": 30.0, "work": 27.0}
ROOM = Room(MINUTES, {"money": ("welfare",)}, {})
FAMILY = Family("", 600.0, SERVICES)
OPEN = Terms(FAMILY, ROOM, 600.0)


def stop(service: str, minutes: float | None = 0.0, why: PlanWhy | None = None) -> PlannedStop:
    if why is None:
        why = PlanWhy.WAITING if minutes else PlanWhy.FREE_NOW
    return PlannedStop(service, (f"{service}_need",), None, 0, why, minutes)


def order(stops: list[PlannedStop], terms: Terms = OPEN) -> list[str]:
    return [each.service for each in suggested(stops, terms)]


def on_terms(**arranged: object) -> Terms:
    return replace(OPEN, family=replace(FAMILY, **arranged))


def test_the_soonest_comes_first_and_what_must_come_before_it_before_that():
    stops = [stop("money"), stop("housing", 5.0), stop("welfare", 40.0)]
    assert order(stops) == ["housing", "welfare", "money"]


def test_each_stop_starts_when_the_ones_before_it_are_over():
    starts = [each.starts_in for each in suggested([stop("energy"), stop("housing", 5.0)], OPEN)]
    assert starts == [0.0, 16.0]


def test_what_is_urgent_brings_what_it_needs_before_everything_else():
    terms = replace(OPEN, urgent=frozenset({"money_need"}))
    stops = [stop("energy"), stop("money", 9.0), stop("welfare", 40.0)]
    assert order(stops, terms) == ["welfare", "money", "energy"]


def test_what_would_end_after_they_must_leave_comes_last_and_says_so():
    terms = on_terms(leave_by=635.0)
    planned = suggested([stop("money"), stop("energy", 4.0)], terms)
    assert [(each.service, each.block) for each in planned] == [
        ("energy", None),
        ("money", Block.PAST_LEAVE_BY),
    ]


def test_a_stop_that_no_longer_fits_after_the_others_says_so_too():
    terms = on_terms(leave_by=630.0)
    planned = suggested([stop("housing"), stop("energy", 4.0)], terms)
    assert [each.block for each in planned] == [None, Block.PAST_LEAVE_BY]


def test_an_appointment_is_kept_and_nothing_runs_into_it():
    terms = on_terms(appointment=("housing", 620.0))
    planned = suggested([stop("money"), stop("housing"), stop("energy", 1.0)], terms)
    assert [(each.service, each.block) for each in planned] == [
        ("energy", None),
        ("housing", None),
        ("money", None),
    ]
    later = suggested([stop("housing")], terms)
    assert (later[0].block, later[0].starts_in) == (Block.NOT_YET, 15.0)


def test_an_appointment_that_is_due_comes_before_who_is_free():
    terms = on_terms(appointment=("housing", 602.0))
    assert order([stop("energy"), stop("housing", 3.0)], terms) == ["housing", "energy"]


def test_an_interpreter_who_is_busy_is_said_of_the_first_free_desk_only():
    terms = replace(on_terms(interpreter="pl"), room=replace(ROOM, interpreters={"pl": 0}))
    planned = suggested([stop("energy"), stop("housing")], terms)
    assert [each.block for each in planned] == [Block.NO_INTERPRETER, None]


def test_an_urgent_family_is_not_held_back_by_when_it_must_leave():
    terms = on_terms(leave_by=601.0, is_urgent=True)
    assert suggested([stop("money")], terms)[0].block is None


def test_who_is_not_here_comes_last_and_takes_no_time():
    planned = suggested([stop("dwp", None, PlanWhy.NOT_HERE), stop("energy", 60.0)], OPEN)
    assert [each.service for each in planned] == ["energy", "dwp"]


def test_a_person_has_the_last_word_on_the_order():
    stops = [stop("energy"), stop("housing", 5.0), stop("work", 9.0)]
    planned = as_ordered(stops, ("work", "energy"), OPEN)
    assert [each.service for each in planned] == ["work", "energy", "housing"]
    assert [each.starts_in for each in planned] == [9.0, 37.0, 53.0]


def test_a_service_no_pack_knows_breaks_nothing():
    assert order([stop("moon"), stop("energy", 2.0)]) == ["moon", "energy"]


_stops = st.lists(
    st.builds(
        stop,
        st.sampled_from(SERVICES),
        st.none() | st.floats(0, 90),
        st.sampled_from(PlanWhy),
    ),
    max_size=5,
    unique_by=lambda each: each.service,
)
_terms = st.builds(
    lambda leave_by, appointment, urgent: replace(
        on_terms(leave_by=leave_by, appointment=appointment, is_urgent=bool(urgent)),
        urgent=frozenset(f"{service}_need" for service in urgent),
    ),
    st.none() | st.floats(590, 700),
    st.none() | st.tuples(st.sampled_from(SERVICES), st.floats(590, 700)),
    st.sets(st.sampled_from(SERVICES), max_size=2),
)


@given(_stops, _terms, st.randoms(use_true_random=False))
def test_every_stop_is_there_once_nothing_comes_too_early_and_no_list_matters(stops, terms, chance):
    planned = suggested(stops, terms)
    services = [each.service for each in planned]
    assert sorted(services) == sorted(each.service for each in stops)
    if "money" in services and "welfare" in services:
        assert services.index("welfare") < services.index("money")
    assert all(each.starts_in is None or each.starts_in >= 0 for each in planned)
    shuffled = list(stops)
    chance.shuffle(shuffled)
    assert suggested(shuffled, terms) == planned
