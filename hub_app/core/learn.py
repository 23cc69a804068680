"""How long one service takes here: learnt from past serving times, whatever was left running."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SHORTEST = 0.5  # minutes; a tap by mistake is not a serving time of nought
PRIOR_VISITS = 4.0  # what the pack's minutes are worth, in visits
SPREAD_VISITS = 8.0  # what the prior spread is worth, in degrees of freedom
PRIOR_SPREAD = 0.5  # of log-minutes
_ROBUST = 1.4826  # from the median distance to the spread, for a normal
_FAR = 2.5  # robust spreads; what lies beyond is taken as lying there
_ENOUGH = 5  # fewer than these say nothing of what is far


@dataclass(frozen=True, slots=True)
class Serving:
    """What is believed of one service: a log-normal number of minutes.

    `mean` is in minutes; `mu` and `sigma` are of log-minutes; `n` visits spoke for it.
    """

    mean: float
    mu: float
    sigma: float
    n: int


def learn(history: Sequence[float], prior_minutes: float) -> Serving:
    """Learn from past serving times, in minutes and in any order, and from the pack's own figure.

    Log-minutes further than 2.5 robust spreads from their median are pulled in to there (somebody
    always forgets to say that they have finished), then all are shrunk to the prior, which is
    worth 4 visits. Source: the median and MAD as Hampel uses them, and the conjugate normal model
    with an inverse chi-squared spread (Gelman et al., Bayesian Data Analysis, 3rd ed., 3.3).

    Raises ValueError when `prior_minutes` is not above nought: a pack cannot say that.
    """
    if not prior_minutes > 0:
        raise ValueError(f"a service cannot be expected to take {prior_minutes} minutes")
    expected = math.log(prior_minutes) - PRIOR_SPREAD**2 / 2
    logs = _pulled_in([math.log(max(SHORTEST, minutes)) for minutes in history])
    n = len(logs)
    seen = math.fsum(logs) / n if n else expected
    mu = (PRIOR_VISITS * expected + n * seen) / (PRIOR_VISITS + n)
    squares = math.fsum((x - seen) ** 2 for x in logs)
    squares += n * PRIOR_VISITS / (n + PRIOR_VISITS) * (seen - expected) ** 2
    variance = (SPREAD_VISITS * PRIOR_SPREAD**2 + squares) / (SPREAD_VISITS + n)
    return Serving(math.exp(mu + variance / 2), mu, math.sqrt(variance), n)


def _pulled_in(logs: list[float]) -> list[float]:
    """Give them with none further from the middle than is to be believed."""
    n = len(logs)
    if n < _ENOUGH:
        return logs
    middle = median(logs)
    spread = _ROBUST * median(abs(x - middle) for x in logs)
    spread = math.sqrt((SPREAD_VISITS * PRIOR_SPREAD**2 + n * spread**2) / (SPREAD_VISITS + n))
    low, high = middle - _FAR * spread, middle + _FAR * spread
    return [min(max(x, low), high) for x in logs]
