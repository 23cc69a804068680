"""Recorded days as days to live again in other ways."""

from collections.abc import Sequence
from math import ceil

from hub_app.core.pack import Pack
from hub_app.replay.recorded import RecordedDay, RecordedVisit
from hub_app.simulate.instance import Coming, Desk, Instance, Service

SIZE = "recorded"
GREETERS = 1
AFTER_LAST = 60  # minutes the hall stays open after the last arrival, then to the half-hour
HALF_HOUR = 30


def instances_of(days: Sequence[RecordedDay], pack: Pack) -> tuple[Instance, ...]:
    """Give recorded days as instances, in their order.

    What a hall expects of a service is learnt from the other days and the pack, never from the
    day itself.
    """
    return tuple(
        _instance(day, pack, at, [other for other in days if other is not day])
        for at, day in enumerate(days)
    )


def _instance(day: RecordedDay, pack: Pack, at: int, others: Sequence[RecordedDay]) -> Instance:
    places = {code: place for place, code in enumerate(day.services)}
    last = max(visit.arrive for visit in day.visits)
    close = float(HALF_HOUR * ceil((last + AFTER_LAST) / HALF_HOUR))
    return Instance(
        size=SIZE,
        seed=at,
        close=close,
        last_arrival=last,
        greeters=GREETERS,
        services=tuple(
            Service(
                code,
                tuple(places[first] for first in pack.service(code).after if first in places),
                _minutes_at(code, others),
                pack.service(code).prior_minutes,
            )
            for code in places
        ),
        desks=tuple(Desk(place, ((0.0, close),)) for place in places.values()),
        interpreters=(),
        families=tuple(_coming(visit, places) for visit in day.visits),
    )


def _minutes_at(service: str, days: Sequence[RecordedDay]) -> tuple[float, ...]:
    return tuple(
        minutes
        for day in days
        for visit in day.visits
        for line, minutes in zip(visit.lines, visit.minutes, strict=True)
        if line.service == service
    )


def _coming(visit: RecordedVisit, places: dict[str, int]) -> Coming:
    minutes: dict[int, float] = {}
    for line, serving in zip(visit.lines, visit.minutes, strict=True):
        place = places[line.service]  # two needs for one service are one stop
        minutes[place] = minutes.get(place, 0.0) + serving
    return Coming(
        arrive=visit.arrive,
        needs=tuple(minutes),
        triage=visit.triage,
        minutes=minutes,
        patience=visit.patience,
    )
