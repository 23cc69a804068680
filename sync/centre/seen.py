"""All that the centre knows of one hub, gathered from one view of the ledger."""

from sync.centre import told
from sync.centre.reading import Choice, Reading
from sync.centre.reconcile import HubSeen
from sync.record import Place


def hub_seen(reading: Reading, place: Place, period: str | None = None) -> HubSeen:
    """Gather what came of a hub, in a month or quarter alone if one is given, and what it tells."""
    choice = Choice(place.council, place.hub, period)
    visits = Choice(place.council, place.hub, period, "visit")
    return HubSeen(
        place,
        tuple(each.closing for each in reading.sessions(choice)),
        tuple(each.row for each in reading.counted(visits)),
        reading.periods(place, period),
        told.of(reading.connection, place),
    )
