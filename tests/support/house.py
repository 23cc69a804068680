"""Houses for tests: facts of the house by one tablet, a minute apart, and the house they make."""

from hub_app.core import codec
from hub_app.core.clock import Stamp
from hub_app.core.events import Entry, Event
from hub_app.core.house import House, fold_house
from hub_app.core.house_events import RotaSet


def rota(
    entry: str = "r1",
    name: str = "Energy",
    services: tuple[str, ...] = ("energy",),
    starts: str = "2026-01-06T10:00",
    **more: object,
) -> RotaSet:
    """An entry of the rota: three hours from ten o'clock on Tuesday 6 January 2026, once."""
    return RotaSet(entry, name, services, starts, **{"minutes": 180, **more})  # type: ignore[arg-type]


def facts(*events: Event, origin: str = "tablet_a", first: int = 1) -> list[Entry]:
    """These facts in the house's log, each a minute after the one before."""
    made: list[Entry] = []
    for n, event in enumerate(events, start=first):
        kind, version, raw = codec.encode(event)
        stamp = Stamp(n * 60_000, 0, origin)
        made.append(Entry(origin, n, stamp, "house", None, event, kind, version, raw))
    return made


def house_of(*events: Event) -> House:
    """The house these facts make."""
    return fold_house(facts(*events))
