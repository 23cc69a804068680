"""Of two families that one desk called, the one that goes elsewhere is in nobody’s way."""

from hub_app.core import events as e
from hub_app.core.clock import Stamp
from hub_app.core.events import Entry, Event
from hub_app.core.session import Fold, fold
from hub_app.core.visit import Stage
from tests.support.facts import SESSION, entry

ONE, OTHER = "d1", "d2"


def _facts() -> list[Entry]:
    made: list[Entry] = []

    def write(event: Event, visit: str | None = None) -> None:
        n = len(made) + 1
        made.append(entry(event, Stamp(1_000 * n, 0, "tablet_a"), n, visit))

    for desk in (ONE, OTHER):
        write(e.DeskOpened(desk, "Table", ("housing",)))
    for visit in ("first", "second", "third"):
        write(e.Arrived("A1", "t"), visit)
        write(e.Triaged((e.Line("rent", "housing"),)), visit)
    write(e.Called(ONE, "housing"), "second")
    write(e.Called(ONE, "housing"), "first")  # by a tablet that knew nothing of it
    write(e.NoShow(ONE), "second")
    write(e.Called(OTHER, "housing"), "second")
    write(e.Started(OTHER, "housing"), "second")
    write(e.NoShow(ONE), "first")
    write(e.Called(ONE, "housing"), "third")
    return made


def test_whoever_went_on_to_another_desk_keeps_nobody_from_the_first_one() -> None:
    facts, one_by_one = _facts(), Fold(SESSION)
    for fact in facts:
        one_by_one.add((fact,))
    assert one_by_one.session.visits["third"].stage is Stage.CALLED
    assert one_by_one.session == fold(SESSION, facts)
