"""Several ways of running the same days, side by side, with how sure a few days can make us."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

Metrics = Mapping[str, float]
SURE = 0.975  # leaves 2.5 % on either side: a 95 % interval
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over days and the half-width of its 95 % interval; None from one day alone."""

    mean: float
    half_width: float | None

    @property
    def is_clear(self) -> bool:
        """Whether zero lies outside the interval."""
        return self.half_width is not None and abs(self.mean) > self.half_width


class Unit(StrEnum):
    """What a row is counted in: the heading that such rows stand under."""

    FAMILY = "minutes a family"
    SESSION = "minutes a session"
    SHARE = "of a hundred"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison: a metric in plain words.

    `among` names the metric that counts the families it is about; with none, the row is left out.
    """

    metric: str
    says: str
    unit: Unit
    among: str | None = None


_ONE, _MANY = "families with one need", "families with three or more"
WELCOME = "before_triage"  # ours, beside the metrics of the instance format
IN_HUB = Row("tih_all", "in the hub", Unit.FAMILY)
WAIT = Row("wait", "waiting for a desk", Unit.FAMILY)
UNMET = Row("unmet", "needs unmet", Unit.SHARE)
ROWS = (
    IN_HUB,
    Row(WELCOME, "waiting at the welcome", Unit.FAMILY),
    WAIT,
    Row("wait_lo", f"waiting, {_ONE}", Unit.FAMILY, "n_lo"),
    Row("wait_hi", f"waiting, {_MANY}", Unit.FAMILY, "n_hi"),
    Row("crisis_wait", "waiting, urgent families", Unit.FAMILY, "n_crisis"),
    UNMET,
    Row("unmet_lo", f"needs unmet, {_ONE}", Unit.SHARE, "n_lo"),
    Row("unmet_hi", f"needs unmet, {_MANY}", Unit.SHARE, "n_hi"),
    Row("missed_lb", "missed leave-by", Unit.SHARE, "n_lb"),
    Row("appt_late", "late appointments", Unit.SHARE, "n_appt"),
    Row("idle_eligible", "idle desks, somebody waiting", Unit.SESSION),
)
_CLAIMS = {  # what a difference means; then the word for less, and for more
    IN_HUB: ("a family is in the hub {} minutes {}", "less", "more"),
    WAIT: ("a family waits {} minutes {} for a desk", "less", "more"),
    UNMET: ("{} {} of a hundred needs go unmet", "fewer", "more"),
}


def _t_share(t: float, freedom: int) -> float:
    """Give the share of Student's t below `t`: a finite sum for whole degrees of freedom."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    odd = freedom % 2
    term = total = 0.0 if freedom == 1 else math.cos(angle) if odd else 1.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= square * (k - 1) / k
        total += term
    within = (angle + sine * total) * 2 / math.pi if odd else sine * total
    return 0.5 + within / 2


@lru_cache(maxsize=64)
def t_quantile(freedom: int) -> float:
    """Give the 97.5 % point of Student's t; `freedom` is 1 or more."""
    low, high = 1.9, 13.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _t_share(middle, freedom) < SURE:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def estimate(values: Sequence[float]) -> Estimate:
    """Give the mean of one number a day, and how far off it may be (Student's t)."""
    count = len(values)
    mean = math.fsum(values) / count
    if count < 2:
        return Estimate(mean, None)
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    return Estimate(mean, t_quantile(count - 1) * math.sqrt(variance / count))


def estimates(days: Sequence[Metrics]) -> dict[str, Estimate]:
    """Give every metric's mean over days."""
    return {metric: estimate([day[metric] for day in days]) for metric in days[0]}


def paired(days: Sequence[Metrics], against: Sequence[Metrics]) -> dict[str, Estimate]:
    """Give every metric's difference, day by day: the same families either way."""
    both = tuple(zip(days, against, strict=True))
    return {metric: estimate([a[metric] - b[metric] for a, b in both]) for metric in days[0]}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The metrics of every day under each name; the last is the one the others are held against."""

    days: Mapping[str, Sequence[Metrics]]

    @property
    def names(self) -> tuple[str, ...]:
        """What is compared."""
        return tuple(self.days)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The lines worth showing: those about families there were."""
        every = [day for days in self.days.values() for day in days]
        return tuple(
            row for row in ROWS if row.among is None or any(day[row.among] for day in every)
        )

    @property
    def parts(self) -> tuple[tuple[Unit, tuple[Row, ...]], ...]:
        """The same lines by unit."""
        rows = self.rows
        units = dict.fromkeys(row.unit for row in rows)
        return tuple((unit, tuple(row for row in rows if row.unit is unit)) for unit in units)

    def shown(self, name: str, row: Row) -> Estimate:
        """Give a mean as it is shown: minutes, or how many of a hundred."""
        return _estimated(row, [day[row.metric] for day in self.days[name]])

    def difference(self, name: str, row: Row) -> Estimate:
        """Give what the last makes of another, as it is shown."""
        both = zip(self.days[self.names[-1]], self.days[name], strict=True)
        return _estimated(row, [a[row.metric] - b[row.metric] for a, b in both])


def _estimated(row: Row, values: Sequence[float]) -> Estimate:
    return estimate([value * 100 for value in values] if row.unit is Unit.SHARE else values)


def in_digits(one: Estimate, *, is_signed: bool = False) -> str:
    """Write an estimate as `16.5 ±0.8`; a difference always with its sign."""
    mean = round(one.mean, 1) + 0.0  # never −0.0
    text = (f"{mean:+.1f}" if is_signed and mean else f"{mean:.1f}").replace("-", "−")
    return text if one.half_width is None else f"{text} ±{one.half_width:.1f}"


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Set cells in columns: the first to the left, the others to the right."""
    every = list(rows)
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in every
    ]


def cells(comparison: Comparison) -> list[tuple[str, ...]]:
    """Give the table of a comparison, its heading first: means, then what the last changes."""
    *others, last = comparison.names
    heading = ("", *comparison.names, *(f"{last} − {other}" for other in others))
    table: list[tuple[str, ...]] = [heading]
    for unit, rows in comparison.parts:
        table.append((unit, *[""] * (len(heading) - 1)))
        table.extend(
            (
                f"  {row.says}",
                *(in_digits(comparison.shown(name, row)) for name in comparison.names),
                *(in_digits(comparison.difference(one, row), is_signed=True) for one in others),
            )
            for row in rows
        )
    return table


def verdict(one: Estimate, row: Row, what: str) -> str:
    """Say in a sentence what a difference means, and how sure it is; `what` is compared.

    Only of time in the hub, waiting for a desk, and needs unmet. Raises KeyError for others.
    """
    claim, less, more = _CLAIMS[row]
    size, half = abs(one.mean), one.half_width
    said = claim.format(f"{size:.1f}", less if one.mean < 0 else more)
    if half is None and not round(size, 1):
        return f"{what}, in this one session: no difference in “{row.says}”."
    if half is None:
        return f"{what}, in this one session: {said}."
    if not one.is_clear:
        return f"{what}: chance alone could make the difference in “{row.says}”."
    return f"{what}: {said} (95 % sure: {size - half:.1f} to {size + half:.1f})."
