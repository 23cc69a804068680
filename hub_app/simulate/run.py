"""Running one day under a policy by its name."""

from collections.abc import Sequence

from hub_app.simulate.day import Clock, Day, Watch
from hub_app.simulate.instance import Instance
from hub_app.simulate.metrics import metrics
from hub_app.simulate.policies import POLICIES


def live(
    instance: Instance,
    policy: str,
    est: Sequence[float] | None = None,
    *,
    watch: Watch | None = None,
    clock: Clock | None = None,
) -> Day:
    """Let a day go by under a policy, and give it as it was when the last family had gone.

    `est` is what the app believes of each service's minutes; without it, what it has learnt.
    `watch(day, t)` is told after each moment. With a `clock` in seconds, the milliseconds of each
    decision are in `day.decisions`. Raises KeyError for a policy that is not in `POLICIES`.
    """
    day = Day(instance, POLICIES[policy](), est)
    day.live(watch, clock)
    return day


def simulate(
    instance: Instance, policy: str, est: Sequence[float] | None = None
) -> dict[str, float]:
    """Give the figures of one day under a policy; the same on any machine."""
    return metrics(live(instance, policy, est))
