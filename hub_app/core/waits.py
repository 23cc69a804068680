"""How long people have waited and been served, in whole minutes that are never negative."""

from hub_app.core.clock import whole_minutes
from hub_app.core.visit import Stage, Visit


def wait_minutes(visit: Visit, now: int) -> int:
    """Give the minutes from arrival until they first sat down, went away, or now."""
    until = visit.first_started_at
    if until is None:
        until = visit.ended_at if visit.ended_at is not None else now
    return whole_minutes(visit.arrived_at, until)


def in_hub_minutes(visit: Visit, now: int) -> int:
    """Give the minutes from arrival to the end of the visit, or now."""
    return whole_minutes(visit.arrived_at, now if visit.ended_at is None else visit.ended_at)


def serving_minutes(visit: Visit, now: int) -> int | None:
    """Give the minutes the running stop has taken so far; None when nobody is serving them."""
    if visit.stage is not Stage.SERVING:
        return None
    return whole_minutes(visit.stops[-1].started_at, now)
