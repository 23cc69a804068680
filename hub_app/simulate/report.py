"""What a simulation says at the end: one object for programs, tables, sentences and a picture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub_app.simulate.bottleneck import Bottleneck, Flow, find
from hub_app.simulate.compare import (
    IN_HUB,
    UNMET,
    WAIT,
    WELCOME,
    Comparison,
    Metrics,
    cells,
    columns,
    estimates,
    paired,
    verdict,
)
from hub_app.simulate.plot import Picture
from hub_app.simulate.whatif import Changes

Forecasts = Mapping[str, Mapping[str, float]]
OURS, NEXT_CALL, ALL_DONE = "ours", "next_call", "all_done"
AS_IT_IS, CHANGED = "as it is", "what if"
_DIGITS = 6  # the rest may differ from machine to machine


@dataclass(frozen=True, slots=True)
class Lived:
    """What many sessions under one policy were like; decisions are in milliseconds."""

    metrics: tuple[Metrics, ...]
    flows: tuple[Flow, ...]
    decisions: tuple[float, ...]

    @property
    def days(self) -> list[Metrics]:
        """The metrics, with the wait before triage among them."""
        return [
            {**day, WELCOME: flow.door_minutes}
            for day, flow in zip(self.metrics, self.flows, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried, and what it was like."""

    changes: Changes
    lived: Lived


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by policy; the others are held against the last, and changes tried with it.

    `about` says where the sessions come from; `capacity` is of the hall, in families; `eta` is how
    good the forecasts were, where that was asked for; `assumed` is what the sessions do not say.
    """

    about: str
    by_policy: Mapping[str, Lived]
    tried: Tried | None
    capacity: int | None
    eta: Forecasts | None = None
    assumed: str = ""

    @property
    def last(self) -> str:
        """The policy that the others are held against."""
        return tuple(self.by_policy)[-1]

    @property
    def sessions(self) -> int:
        """How many sessions were lived under each policy."""
        return len(self.by_policy[self.last].metrics)

    def policies(self) -> Comparison:
        """Give the policies side by side."""
        return Comparison({name: lived.days for name, lived in self.by_policy.items()})

    def before_and_after(self, tried: Tried) -> Comparison:
        """Give the sessions as they are beside those with the changes."""
        return Comparison({AS_IT_IS: self.by_policy[self.last].days, CHANGED: tried.lived.days})

    def bottleneck(self, lived: Lived) -> Bottleneck:
        """Give what holds families up most."""
        return find(lived.flows, self.capacity)


def text(found: Found) -> str:
    """Give what was found as lines a person can read."""
    comparison = found.policies()
    lines = [
        f"{found.about}.",
        *([found.assumed] if found.assumed else []),
        "",
        *columns(cells(comparison)),
        "",
        *_policy_verdicts(found),
    ]
    lines += [_how_to_read(found), "", found.bottleneck(found.by_policy[found.last]).sentence]
    if found.tried is not None:
        lines += ["", f"{found.tried.changes.title}, with {found.last}", ""]
        lines += [*found.tried.changes.sentences, ""]
        lines += [*columns(cells(found.before_and_after(found.tried))), ""]
        lines += _change_verdicts(found, found.tried)
        lines.append(found.bottleneck(found.tried.lived).after("Then"))
    if found.capacity is None:
        lines.append("How full the hall gets is judged only with --capacity.")
    return "\n".join(lines)


def _how_to_read(found: Found) -> str:
    sure = "; ± is the half-width of a 95 % interval" if found.sessions > 1 else ""
    return f"Less is better in every line{sure}."


def _policy_verdicts(found: Found) -> Iterator[str]:
    comparison = found.policies()
    for name in comparison.names[:-1]:
        what = f"{found.last.capitalize()} against {name}"
        for row in (WAIT, UNMET):
            yield verdict(comparison.difference(name, row), row, what)


def _change_verdicts(found: Found, tried: Tried) -> Iterator[str]:
    comparison = found.before_and_after(tried)
    for row in (IN_HUB, UNMET):
        yield verdict(comparison.difference(AS_IT_IS, row), row, "With the change")


def picture(found: Found) -> Picture:
    """Give the picture of a what-if, or else of the policies."""
    sure = " Lines are 95 % intervals, bold is more than chance." if found.sessions > 1 else ""
    before = found.bottleneck(found.by_policy[found.last])
    tried = found.tried
    if tried is not None:
        return Picture(
            found.before_and_after(tried),
            tried.changes.title,
            f"{found.about}, with {found.last}.{sure}",
            (
                *tried.changes.sentences,
                *_change_verdicts(found, tried),
                before.after("As it is"),
                found.bottleneck(tried.lived).after("Then"),
            ),
        )
    comparison = found.policies()
    waits = (f"{name} {comparison.shown(name, WAIT).mean:.1f}" for name in comparison.names)
    return Picture(
        comparison,
        f"Minutes of waiting for a desk: {', '.join(waits)}",
        f"{found.about}.{sure}",
        (*_policy_verdicts(found), before.sentence),
    )


def as_object(found: Found) -> dict[str, Any]:
    """Give what was found as one object; `what_if` is there only when something was tried."""
    lives = found.by_policy
    ours = lives.get(OURS)
    others = {name: lived for name, lived in lives.items() if ours and name != OURS}
    decisions = (ours or lives[found.last]).decisions
    made: dict[str, Any] = {
        "instances": found.sessions,
        "policies": {name: _means(lived.metrics) for name, lived in lives.items()},
        "paired": {
            f"{OURS}-{name}": _differences(ours.metrics, lived.metrics)
            for name, lived in others.items()
            if ours
        },
        "eta": {asked: _forecast(found, asked) for asked in (NEXT_CALL, ALL_DONE)},
        "ms_per_decision": {"p50": _part(decisions, 0.5), "p95": _part(decisions, 0.95)},
    }
    if found.tried is not None:
        made["what_if"] = _what_if(found, found.tried)
    return made


def _what_if(found: Found, tried: Tried) -> dict[str, Any]:
    before, after = found.by_policy[found.last], tried.lived
    return {
        "policy": found.last,
        "changes": list(tried.changes.sentences),
        "means": _means(after.metrics),
        "paired": _differences(after.metrics, before.metrics),
        "bottleneck": {
            name: {"where": one.where, "service": one.service, "sentence": one.sentence}
            for name, one in (
                ("before", found.bottleneck(before)),
                ("after", found.bottleneck(after)),
            )
        },
    }


def _forecast(found: Found, asked: str) -> dict[str, float | None]:
    """Give how good one kind of forecast was; None for what nobody asked for, or none could say."""
    figures = (found.eta or {}).get(asked, {})
    known = {name: round(value, _DIGITS) for name, value in figures.items()}
    return {"coverage80": None, "width": None, **known}


def _means(days: Sequence[Metrics]) -> dict[str, float]:
    return {metric: round(one.mean, _DIGITS) for metric, one in estimates(days).items()}


def _differences(
    days: Sequence[Metrics], against: Sequence[Metrics]
) -> dict[str, list[float | None]]:
    return {
        metric: [
            round(one.mean, _DIGITS),
            None if one.half_width is None else round(one.half_width, _DIGITS),
        ]
        for metric, one in paired(days, against).items()
    }


def _part(values: Sequence[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], _DIGITS)
