"""How long serving takes here: what the stops of sessions say, and what is believed of it."""

from collections.abc import Mapping, Sequence

from hub_app.core.learn import Serving, learn
from hub_app.core.pack import Pack
from hub_app.core.routing import INTERPRETED
from hub_app.core.session import Session

LONGEST_MINUTES = 240.0  # what a clock that jumped says of a stop is not believed
_MINUTE = 60_000


def stop_minutes(session: Session) -> tuple[tuple[str, float], ...]:
    """Give (service, minutes) of every stop that came to an outcome; a hold is no serving time.

    A stop that began as it ended was only written down afterwards, so nobody knows how long it was.
    What an interpreter makes longer is taken out, as it is put in again where it is expected.
    """
    return tuple(
        (
            stop.service,
            min(max(0, stop.ended_at - stop.started_at) / _MINUTE, LONGEST_MINUTES)
            / (INTERPRETED if visit.arrangements.interpreter else 1.0),
        )
        for visit in session.visits.values()
        for stop in visit.stops
        if stop.ended_at is not None
        and stop.ended_at != stop.started_at
        and stop.outcome is not None
    )


def servings_of(
    pack: Pack, past: Mapping[str, Sequence[float]], session: Session
) -> Mapping[str, Serving]:
    """Give what is believed of each of the pack's services, from past sessions and this one."""
    history = {service: list(minutes) for service, minutes in past.items()}
    for service, minutes in stop_minutes(session):
        history.setdefault(service, []).append(minutes)
    return {
        service.id: learn(history.get(service.id, ()), float(service.prior_minutes))
        for service in pack.services
    }
