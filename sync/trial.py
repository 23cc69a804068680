"""A trial of the gate over made-up visits: what would leave by a day, and what is held."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sync.cutting import VisitInCodes, cut
from sync.gate import Held, KindSum, Leaving, destroy_after, gate, sums
from sync.record import (
    KINDS,
    QUARTER,
    SCHEMA_VERSION,
    GainTotal,
    last_day,
    period_of,
)


@dataclass(frozen=True)
class HubTrial:
    """One hub’s part: what has left by then, what is held, and the sums; `visits` are all."""

    hub: str
    visits: int
    leaving: tuple[Leaving, ...]
    held: tuple[Held, ...]
    gain_totals: tuple[GainTotal, ...]
    sums: Mapping[str, KindSum]


@dataclass(frozen=True)
class Trial:
    """The gate’s word over every hub of a file, as it stands in the evening of `period_end`.

    `period_end` is None where there are no visits at all.
    """

    hubs: tuple[HubTrial, ...]
    period_end: date | None


def try_visits(by_hub: Mapping[str, Iterable[VisitInCodes]], end: date | None = None) -> Trial:
    """Let the gate decide over each hub’s visits, once every period up to `end` is over.

    `end` is otherwise the last day of the last quarter that the visits touch. A period that ends
    then is over; what is held beyond its time (see destroy_after) is destroyed.
    """
    visits = {hub: tuple(each) for hub, each in by_hub.items()}
    days = [visit.day for each in visits.values() for visit in each]
    ends = (last_day(period_of(QUARTER, day)) for day in days)
    by = end or max((each for each in ends if each is not None), default=None)
    return Trial(
        tuple(_hub_trial(hub, each, by) for hub, each in visits.items() if by is not None), by
    )


def as_json(trial: Trial, *, with_trace: bool = False) -> str:
    """Give a trial as one JSON object; with the visits’ ids only where they are asked for."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "period_end": None if trial.period_end is None else trial.period_end.isoformat(),
        "hubs": [each.hub for each in trial.hubs],
        "visits": sum(each.visits for each in trial.hubs),
        "kinds": {kind: _kind(trial, kind, with_trace=with_trace) for kind in KINDS},
        "gain_totals": [
            {
                "hub": each.hub,
                "quarter": total.quarter,
                "pounds_nearest_100": total.pounds_nearest_100,
                "contributors": total.contributors,
            }
            for each in trial.hubs
            for total in each.gain_totals
        ],
    }
    return json.dumps(content, ensure_ascii=False)


def _hub_trial(hub: str, visits: Iterable[VisitInCodes], today: date) -> HubTrial:
    """Run the gate on the visits known by the evening of a day; then what is too old is destroyed.

    Of a kind of which a visit loses a fragment, the visit counts as destroyed.
    """
    known = tuple(visit for visit in visits if visit.day <= today)
    fragments = tuple(each for visit in known for each in cut(visit))
    verdict = gate(fragments, lambda period: (last_day(period) or date.max) <= today)
    lost = {
        (each.fragment.kind, each.fragment.visit)
        for each in verdict.held
        if destroy_after(each.fragment.kind, each.fragment.day) < today
    }
    here = (each for each in fragments if (each.kind, each.visit) not in lost)
    held = tuple(h for h in verdict.held if (h.fragment.kind, h.fragment.visit) not in lost)
    totals = sums(here, held, Counter(kind for kind, _ in lost))
    return HubTrial(hub, len(known), verdict.rows, held, verdict.gain_totals, totals)


def _kind(trial: Trial, kind: str, *, with_trace: bool) -> dict[str, object]:
    held = [each for hub in trial.hubs for each in hub.held if each.fragment.kind == kind]
    sums_of = [each.sums[kind] for each in trial.hubs]
    waiting: dict[str, object] = {
        "visits": sum(each.held for each in sums_of),
        "fragments": len(held),
        "why": dict(sorted(Counter(each.why.value for each in held).items())),
        "until": min((each.until.isoformat() for each in held if each.until), default=None),
    }
    if with_trace:
        waiting["visit_ids"] = [
            _id(key)
            for hub in trial.hubs
            for key in sorted({h.fragment.visit for h in hub.held if h.fragment.kind == kind})
        ]
    return {
        "rows": [
            _row(hub.hub, each, with_trace=with_trace)
            for hub in trial.hubs
            for each in hub.leaving
            if each.row.kind == kind
        ],
        "held": waiting,
        "visits": sum(each.visits for each in sums_of),
        "sent": sum(each.sent for each in sums_of),
        "destroyed": sum(each.destroyed for each in sums_of),
    }


def _row(hub: str, leaving: Leaving, *, with_trace: bool) -> dict[str, object]:
    row: dict[str, object] = {"hub": hub, **dict(leaving.row.facts), "n": leaving.row.n}
    return {**row, "visits": [_id(key) for key in leaving.visits]} if with_trace else row


def _id(key: str) -> object:
    """Give a visit’s id as the file had it: see MadeUpVisits."""
    return json.loads(key)
