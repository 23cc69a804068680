"""Made-up facts for properties: what several tablets, cut off from each other, may have written."""

from hypothesis import strategies as st

from hub_app.core import codec
from hub_app.core import events as e
from hub_app.core.clock import Stamp
from hub_app.core.events import Entry, Event

SESSION = "s1"
VISITS = ("v1", "v2", "v3")
DESKS = ("d1", "d2", "d3")
SERVICES = ("housing", "energy", "money")
ORIGINS = ("tablet_a", "tablet_b", "tablet_c")
UNKNOWN_KIND, UNKNOWN_BODY = "sent_home_by_taxi", '{"why": "sn\\u00f6w",  "n":1.50}'

_desks, _services = st.sampled_from(DESKS), st.sampled_from(SERVICES)
_needs = st.sampled_from(("rent", "heating", "debt"))
_lines = st.builds(e.Line, _needs, _services)
_gains = st.lists(st.builds(e.Gain, st.integers(1, 900)), max_size=2).map(tuple)
_maybe = st.sampled_from((None, "one", "two"))

ABOUT_VISITS: st.SearchStrategy[Event] = st.one_of(
    st.builds(e.Arrived, st.sampled_from(("A1", "B1")), st.just("t"), area=_maybe, language=_maybe),
    st.builds(
        e.Triaged,
        st.lists(_lines, max_size=3).map(tuple),
        st.lists(_services, max_size=2).map(tuple),
        _maybe,
    ),
    st.builds(e.NeedAdded, _needs, _services),
    st.builds(e.Called, _desks, _services),
    st.builds(e.Started, _desks, st.none() | _services),
    st.builds(e.NoShow, _desks),
    st.builds(e.Held, _desks),
    st.just(e.Resumed()),
    st.builds(e.HandoverOffered, _desks, _desks, _services),
    st.just(e.HandoverWalking()),
    st.builds(e.HandoverReceived, _desks, st.none() | _services),
    st.builds(e.HandoverTakenBack, _desks),
    st.builds(e.Finished, _desks, _services, st.just("advice"), _maybe.map(str), _gains),
    st.builds(e.Unmet, st.lists(_needs, max_size=2).map(tuple), st.just("why")),
    st.just(e.Left()),
    st.just(e.VisitClosed()),
    st.builds(e.Answered, adults=st.none() | st.integers(0, 3), area=_maybe, heard=_maybe),
    st.builds(e.GroupsTicked, st.sampled_from(("ticked", "none")), st.just(("lone",)), _maybe),
    st.just(e.Unknown(UNKNOWN_KIND)),
)
ABOUT_THE_HALL: st.SearchStrategy[Event] = st.one_of(
    st.just(e.SessionOpened("2026-11-21")),
    st.just(e.SessionClosed()),
    st.just(e.SignedOff()),
    st.builds(e.DeskOpened, _desks, st.just("Table"), st.lists(_services, max_size=2).map(tuple)),
    st.builds(e.DeskOnBreak, _desks),
    st.builds(e.DeskBack, _desks),
    st.builds(e.DeskClosed, _desks),
    st.just(e.Unknown(UNKNOWN_KIND)),
)


def entry(event: Event, stamp: Stamp, n: int, visit: str | None = None) -> Entry:
    """A fact with its place in the log, as its origin wrote it."""
    if isinstance(event, e.Unknown):
        kind, version, raw = UNKNOWN_KIND, 7, UNKNOWN_BODY
    else:
        kind, version, raw = codec.encode(event)
    return Entry(stamp.origin, n, stamp, SESSION, visit, event, kind, version, raw)


@st.composite
def logs(draw: st.DrawFn, most: int = 40) -> list[Entry]:
    """The facts of a session by three tablets whose clocks agree on nothing, some taken back."""
    about = st.one_of(
        st.tuples(st.sampled_from(VISITS), ABOUT_VISITS),
        st.tuples(st.sampled_from(VISITS), ABOUT_VISITS),
        st.tuples(st.none(), ABOUT_THE_HALL),
    )
    each = st.tuples(st.sampled_from(ORIGINS), st.integers(0, 4), about)
    made: list[Entry] = []
    clocks = {origin: Stamp(1_000, 0, origin) for origin in ORIGINS}

    def write(origin: str, later: int, event: Event, visit: str | None) -> None:
        last = clocks[origin]
        clocks[origin] = Stamp(last.millis + later * 60_000, last.counter + 1, origin)
        n = 1 + sum(k.origin == origin for k in made)
        made.append(entry(event, clocks[origin], n, visit))

    for desk, services in zip(DESKS, (SERVICES[:1], SERVICES[1:], SERVICES), strict=True):
        write("tablet_a", 0, e.DeskOpened(desk, "Table", services), None)
    for visit in VISITS[:2]:
        write("tablet_a", 0, e.Arrived("A1", "t"), visit)
        lines = (e.Line("rent", "housing"), e.Line("heating", "energy"))
        write("tablet_b", 0, e.Triaged(lines), visit)
    for origin, later, (visit, event) in draw(st.lists(each, min_size=10, max_size=most)):
        write(origin, later, event, visit)
    for taken_back in draw(st.lists(st.sampled_from(made), max_size=5)):
        write(taken_back.origin, 0, e.Undone((taken_back.id,)), taken_back.visit)
    return made
