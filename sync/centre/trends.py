"""How the months went: a few plain lines over time, each with the figures it is drawn from."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from sync.centre.charts import Series, trend
from sync.codes import MONTH, VOCABULARY
from sync.labels import code_label, short_month
from sync.record import Row, is_over

MONTHS_SHOWN: Final = 24
_NEEDS_SHOWN: Final = 4
_LONG_WAITS: Final = ("21-40", "41+")
_NOBODY: Final = "no_service_today"

ByMonth = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Plot:
    """One chart with its words, and the same figures as a table: a line for each month."""

    code: str
    heading: str
    about: str
    chart: Markup
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


def plots(rows: Iterable[Row], today: date) -> tuple[Plot, ...]:
    """Give the charts of the months that are over; rows of a whole quarter belong to no month."""
    by_month: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.facts[0][0] == MONTH and is_over(row.period, today):
            by_month[row.period].append(row)
    months = sorted(by_month)[-MONTHS_SHOWN:]
    if not months:
        return ()
    shown = {month: by_month[month] for month in months}
    return (
        _plot(
            ("visits", "Visits", "Families who came, as far as they could be counted by month."),
            shown,
            {"Visits": _count("visit")},
        ),
        _plot(
            ("waits", "Long waits", "Of 100 visits, so many waited more than 20 minutes."),
            shown,
            {"Waited more than 20 minutes": _share("wait", "wait_band", _LONG_WAITS)},
            "%",
        ),
        _plot(
            (
                "unhelped",
                "No service that day",
                "Of 100 needs whose result is known, so many could be helped by nobody here.",
            ),
            shown,
            {"No service here that day": _share("need", "result", (_NOBODY,))},
            "%",
        ),
        _needs(shown),
    )


def _needs(shown: ByMonth) -> Plot:
    in_all = {need: sum(_count("need", need)(rows) or 0 for rows in shown.values()) for need in _N}
    most = sorted(_N, key=lambda need: (-in_all[need], _N.index(need)))[:_NEEDS_SHOWN]
    lines = {code_label("need", need): _count("need", need) for need in most if in_all[need]}
    about = "The needs that most families came with."
    return _plot(("needs", "Needs", about), shown, lines)


_N: Final = VOCABULARY["need"]
Measure = Callable[[Sequence[Row]], float | None]


def _count(kind: str, need: str = "") -> Measure:
    def counted(rows: Sequence[Row]) -> float | None:
        wanted = (row for row in rows if row.kind == kind)
        n = sum(row.n for row in wanted if not need or ("need", need) in row.facts)
        return n or None

    return counted


def _share(kind: str, fact: str, codes: Sequence[str]) -> Measure:
    def counted(rows: Sequence[Row]) -> float | None:
        named = [(dict(row.facts).get(fact), row.n) for row in rows if row.kind == kind]
        of = sum(n for code, n in named if code is not None)
        return 100 * sum(n for code, n in named if code in codes) / of if of else None

    return counted


def _plot(
    words: tuple[str, str, str], shown: ByMonth, lines: Mapping[str, Measure], unit: str = ""
) -> Plot:
    series = [
        Series(name, tuple(measure(rows) for rows in shown.values()))
        for name, measure in lines.items()
    ]
    months = [short_month(month) for month in shown]
    table = tuple(
        (month, tuple(_said(each.values[i], unit) for each in series))
        for i, month in enumerate(months)
    )
    columns = tuple(each.name for each in series)
    return Plot(*words, trend(months, series, f" {unit}" if unit else ""), columns, table)


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:.0f} {unit}" if unit else f"{value:,.0f}"
