"""What a simulated day was like for the families, in the figures by which policies are compared."""

from collections.abc import Iterable, Sequence
from math import fsum  # unlike sum, the same on every version of Python

from hub_app.simulate.day import Day
from hub_app.simulate.state import Reason, Visit

# minutes in the hub that one of these is as bad as
UNMET_COST = 60.0
KEPT_COST = 30.0
URGENT_COST = 2.0  # for each minute that an urgent family waits
A_LITTLE = 2.0  # minutes beyond leave-by that nobody minds
LATE = 10.0  # minutes after which an appointment is late


def metrics(day: Day) -> dict[str, float]:
    """Give the figures of one day, under the names of the instance format.

    Times are minutes, `missed_lb`, `unmet`, `abandon`, `unfinished` and `appt_late` are shares.
    `…_hi` is about families who came with three needs or more, `…_lo` about those with one.
    """
    visits = [visit for visit in day.hall.visits if not visit.coming.stays_away]
    complete = [visit for visit in visits if not visit.unmet]
    return {
        "n": len(visits),
        **_times(visits, complete),
        **_shares(visits),
        **_fairness(visits, complete),
        "idle_eligible": day.idle_minutes,
        "overtime": day.overtime,
        **_by_needs(visits),
    }


def in_hub(visit: Visit) -> float:
    """Give the minutes from arrival to leaving."""
    return _left_at(visit) - visit.coming.arrive


def cost(visit: Visit) -> float:
    """Give what a day was like for one family, in minutes: those in the hub, and what is worse."""
    minutes = in_hub(visit) + UNMET_COST * visit.unmet
    if _was_kept(visit):
        minutes += KEPT_COST
    if not visit.coming.is_urgent:
        return minutes
    triaged = visit.coming.arrive if visit.triaged is None else visit.triaged
    waited = visit.waits[0] if visit.waits else _left_at(visit) - triaged
    return minutes + URGENT_COST * waited


def _left_at(visit: Visit) -> float:
    if visit.left_at is None:
        raise ValueError(f"visit {visit.number} is still in the hall")
    return visit.left_at


def _was_kept(visit: Visit) -> bool:
    leave_by = visit.coming.leave_by
    return leave_by is not None and _left_at(visit) > leave_by + A_LITTLE


def _was_late(visit: Visit) -> bool:
    began, minute = visit.appointment_began, visit.appointment[1]
    return began is None or began > minute + LATE


def _times(visits: Sequence[Visit], complete: Sequence[Visit]) -> dict[str, float]:
    costs = [cost(visit) for visit in visits]
    everybody = [in_hub(visit) for visit in visits]
    helped = [in_hub(visit) for visit in complete]
    return {
        "cost": _mean(costs),
        "cost_p90": _quantile(costs, 0.9),
        "tih_all": _mean(everybody),
        "tih": _mean(helped),
        "tih_p90": _quantile(helped, 0.9),
        "tih_all_p90": _quantile(everybody, 0.9),
        "wait": _mean(visit.wait for visit in visits),
        "maxwait_p95": _quantile([visit.longest_wait for visit in visits], 0.95),
        "lower_own": _mean(visit.help_minutes for visit in complete),
    }


def _shares(visits: Sequence[Visit]) -> dict[str, float]:
    leaving = [visit for visit in visits if visit.coming.leave_by is not None]
    urgent = [visit for visit in visits if visit.coming.is_urgent]
    with_appointment = [visit for visit in visits if visit.coming.appointment is not None]
    return {
        "abandon": _mean(visit.why_left is Reason.LOST_PATIENCE for visit in visits),
        "unmet": _unmet(visits),
        "missed_lb": _mean(visit.unmet > 0 or _was_kept(visit) for visit in leaving),
        "n_lb": len(leaving),
        "unfinished": _mean(visit.why_left is Reason.CLOSED for visit in visits),
        "crisis_wait": _mean(
            visit.waits[0] if visit.waits else visit.longest_wait for visit in urgent
        ),
        "n_crisis": len(urgent),
        "appt_late": _mean(_was_late(visit) for visit in with_appointment),
        "n_appt": len(with_appointment),
    }


def _fairness(visits: Sequence[Visit], complete: Sequence[Visit]) -> dict[str, float]:
    """Give who was overtaken, and how evenly time in the hub was shared (Jain's index, 0 to 1)."""
    overtaken = [visit.overtaken for visit in visits if visit.is_ordinary]
    times = [in_hub(visit) / visit.help_minutes for visit in complete if visit.help_minutes > 0]
    squares = len(times) * fsum(time * time for time in times)
    return {
        "overtaken": _mean(overtaken),
        "overtaken_max": max(overtaken, default=0),
        "jain": fsum(times) ** 2 / squares if squares else 1.0,
    }


def _by_needs(visits: Sequence[Visit]) -> dict[str, float]:
    many = [visit for visit in visits if len(visit.coming.needs) >= 3]
    one = [visit for visit in visits if len(visit.coming.needs) == 1]
    return {
        "n_hi": len(many),
        "n_lo": len(one),
        "unmet_hi": _unmet(many),
        "unmet_lo": _unmet(one),
        "wait_hi": _mean(visit.wait for visit in many),
        "wait_lo": _mean(visit.wait for visit in one),
    }


def _unmet(visits: Sequence[Visit]) -> float:
    unmet = sum(visit.unmet for visit in visits)
    return unmet / max(1, unmet + sum(visit.served for visit in visits))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return fsum(found) / max(1, len(found))


def _quantile(values: Sequence[float], share: float) -> float:
    """Give the value below which that share lies; nought of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
