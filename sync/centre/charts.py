"""Charts as SVG inside a page: drawn by pygal, stripped of style and script, dressed by our CSS."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final
from xml.etree.ElementTree import Element, tostring

import pygal  # pyright: ignore[reportMissingTypeStubs]
from markupsafe import Markup

# It leaves an importer of maps behind, of a kind Python no longer asks; we use none of them.
sys.meta_path[:] = [each for each in sys.meta_path if hasattr(each, "find_spec")]

_WIDTH: Final = 640
_HEIGHT: Final = 260
_LINE_HEIGHT: Final = 34  # of one hub among others
_SMALL: Final = 10
_GONE: Final = frozenset({"style", "script", "defs", "title", "desc"})  # the table says it in words
_TIPS: Final = frozenset({"tooltip", "tooltip-overlay"})
_KEPT: Final = frozenset(
    {"class", "viewBox", "d", "transform", "x", "y", "cx", "cy", "r", "rx", "ry", "width", "height"}
)


@dataclass(frozen=True)
class Series:
    """One line of a chart: its name, and a value for each label; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Spread:
    """A value with the interval it lies in, all in the same unit: one dot with its whiskers."""

    label: str
    value: float
    low: float
    high: float


def trend(labels: Sequence[str], series: Sequence[Series], unit: str = "") -> Markup:
    """Draw lines over time from nought upwards; the page shows the same figures as a table.

    Nothing at all where there is no value.
    """
    top = max((v for each in series for v in each.values if v is not None), default=None)
    if top is None:
        return Markup()
    chart: Any = pygal.Line(
        width=_WIDTH,
        height=_HEIGHT,
        range=(0, top or 1),
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        x_labels_major_count=6,
        show_minor_x_labels=len(labels) <= 6,
        dots_size=4,
        value_formatter=_figure(unit),
        margin=8,
        margin_right=36,  # half of the last label
    )
    if top <= _SMALL:
        chart.y_labels = list(range(max(1, ceil(top)) + 1))  # else whole figures stand twice
    chart.x_labels = list(labels)
    for each in series:
        chart.add(each.name, list(each.values))
    return _dressed(chart)


def spreads(lines: Sequence[Spread], unit: str = "") -> Markup:
    """Draw one bar for each line with the interval it lies in, in the order given."""
    chart: Any = pygal.HorizontalBar(
        width=_WIDTH,
        height=60 + _LINE_HEIGHT * len(lines),
        range=(0, max((each.high for each in lines), default=0) or 1),
        show_legend=False,
        value_formatter=_figure(unit),
        margin=8,
    )
    upwards = tuple(reversed(lines))  # pygal begins at the bottom
    chart.x_labels = [each.label for each in upwards]
    spread = [{"value": e.value, "ci": {"low": e.low, "high": e.high}} for e in upwards]
    chart.add("", spread)
    return _dressed(chart)


def _figure(unit: str) -> Callable[[float], str]:
    return lambda value: f"{value:,.0f}{unit}"


def _dressed(chart: Any) -> Markup:
    """Give the drawing alone: no style, no script, no id, nothing that asks for anything."""
    root: Element = chart.render_tree()
    _strip(root)
    root.attrib.pop("width", None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704  drawn here, and escaped


def _strip(node: Element) -> None:
    for child in list(node):
        tag = str(child.tag).rpartition("}")[2]  # a comment’s tag is a function
        is_tip = not _TIPS.isdisjoint(child.get("class", "").split())
        if tag in _GONE or tag.startswith("<") or is_tip:
            node.remove(child)
        else:
            _strip(child)
    for name in set(node.attrib) - _KEPT:
        del node.attrib[name]
