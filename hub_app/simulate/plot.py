"""A comparison as a picture: PNG, SVG, or one HTML page that needs nothing else."""

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from hub_app.simulate.compare import Comparison, Row, cells, in_digits

KINDS = (".png", ".svg", ".html")
MISSING = (
    "Pictures need Matplotlib, which is not installed; the table needs nothing."
    " README.md says how to add it, under “What would help our hall?”."
)
_INK, _QUIET, _HAIRLINE, _PAPER = "#1E2A31", "#4C5860", "#DDD4C5", "#FFFFFF"
_LAST = "#1C4F6E"
_OTHERS = ("#B4540A", "#7A7F83", "#8A6D3B", "#5B4B8A")
_MARKS = ("s", "^", "v", "P")
_WIDTH, _TOP, _LINE, _BETWEEN = 11.0, 1.65, 0.46, 0.75  # inches
_EDGE, _LEFT, _ACROSS = 0.025, 0.33, 0.5  # parts of the width
_APART = 0.22  # of a line, between two marks of it
_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with Matplotlib, so a picture is the same anywhere
    "font.size": 10,
    "svg.fonttype": "path",
    "svg.hashsalt": "hub",
    "text.color": _INK,
    "axes.edgecolor": _HAIRLINE,
    "axes.labelcolor": _QUIET,
    "xtick.color": _QUIET,
    "ytick.color": _INK,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw: a comparison, its title, what it comes from, and what to read with it."""

    comparison: Comparison
    title: str
    about: str
    sentences: tuple[str, ...] = ()


def save(picture: Picture, path: Path) -> str | None:
    """Draw a picture into a file of the kind its name ends in; or say in a sentence why not."""
    try:
        library = import_module("matplotlib")  # an extra: only who draws needs it
    except ImportError:
        return MISSING
    kind = path.suffix.lower()
    with library.rc_context(_STYLE):
        made = _page(picture) if kind == ".html" else _drawn(picture, kind.lstrip("."))
    try:
        path.write_bytes(made)
    except OSError as fault:
        return f"{path} cannot be written ({(fault.strerror or 'unknown').lower()})."
    return None


def _drawn(picture: Picture, kind: str) -> bytes:
    parts = picture.comparison.parts
    height = _TOP + sum(_LINE * len(rows) + _BETWEEN for _, rows in parts) - _BETWEEN / 3
    figure: Any = import_module("matplotlib.figure").Figure(
        figsize=(_WIDTH, height), facecolor=_PAPER
    )
    below = height - _TOP
    for unit, rows in parts:
        tall = _LINE * len(rows)
        axes = figure.add_axes((_LEFT, (below - tall) / height, _ACROSS, tall / height))
        _panel(axes, picture.comparison, rows)
        figure.text(_EDGE, (below + 0.12) / height, unit, weight="bold", va="bottom")
        below -= tall + _BETWEEN
    for down, text, style in (
        (0.35, picture.title, {"fontsize": 15, "weight": "bold"}),
        (
            0.68,
            f"{picture.about} Less is better in every line.",
            {"color": _QUIET},
        ),
    ):
        figure.text(_EDGE, 1 - down / height, text, va="center", **style)
    marks, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        marks,
        labels,
        loc="center left",
        bbox_to_anchor=(_LEFT - 0.01, 1 - 1.05 / height),
        ncols=len(labels),
        frameon=False,
        borderpad=0,
        handletextpad=0.3,
        columnspacing=1.8,
    )
    made = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(made, format=kind, dpi=150, metadata=metadata)
    return made.getvalue()


def _panel(axes: Any, comparison: Comparison, rows: Sequence[Row]) -> None:
    """Draw lines of one unit: a mark for each name with its interval, and what the last changes."""
    names = comparison.names
    for k, name in enumerate(names):
        means = [comparison.shown(name, row) for row in rows]
        up = _APART * (k - (len(names) - 1) / 2)
        is_last = name == names[-1]
        axes.errorbar(
            [one.mean for one in means],
            [line + up for line in range(len(rows))],
            xerr=[one.half_width or 0.0 for one in means],
            fmt="o" if is_last else _MARKS[k % len(_MARKS)],
            markersize=8 if is_last else 6.5,
            color=_LAST if is_last else _OTHERS[k % len(_OTHERS)],
            elinewidth=1.4,
            label=name,
        )
    axes.set_yticks(range(len(rows)), [row.says for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.margins(x=0.04)
    axes.set_xlim(left=-0.02 * axes.get_xlim()[1])  # a mark at nought is seen whole
    axes.locator_params(axis="x", nbins=6, integer=True)
    axes.grid(axis="x", color=_HAIRLINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=7)
    axes.spines[["top", "right", "left"]].set_visible(False)
    if len(names) > 1:
        _changes(axes, comparison, rows)


def _changes(axes: Any, comparison: Comparison, rows: Sequence[Row]) -> None:
    """Write beside each line what the last makes of the first; bold where it is clear."""
    first, last = comparison.names[0], comparison.names[-1]
    lines: list[tuple[float, str, bool]] = [(-0.72, f"{last} − {first}", False)]
    for line, row in enumerate(rows):
        change = comparison.difference(first, row)
        lines.append((line, in_digits(change, is_signed=True), change.is_clear))
    for line, text, is_clear in lines:
        axes.annotate(
            text,
            (1.0, line),
            xycoords=("axes fraction", "data"),
            xytext=(120, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=_INK if is_clear else _QUIET,
            weight="bold" if is_clear else "normal",
        )


def _page(picture: Picture) -> bytes:
    drawn = _drawn(picture, "svg").decode()
    drawing = drawn[drawn.index("<svg") :]
    heading, *lines = cells(picture.comparison)
    say = html.escape
    head = "".join(f'<th scope="col">{say(cell)}</th>' for cell in heading)
    body = "".join(
        f'<tr><th scope="{"row" if line[1] else "rowgroup"}">{say(line[0])}</th>'
        + "".join(f"<td>{say(cell)}</td>" for cell in line[1:])
        + "</tr>\n"
        for line in lines
    )
    said = "".join(f"<p>{say(sentence)}</p>\n" for sentence in picture.sentences)
    return _HTML.format(
        title=say(picture.title),
        about=say(picture.about),
        drawing=drawing,
        head=head,
        body=body,
        said=said,
    ).encode()


_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; color: #1e2a31; background: #faf6ef;
  max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }}
figure {{ margin: 0; background: #fff; overflow-x: auto; }}
figure svg {{ width: 100%; min-width: 44rem; height: auto; display: block; }}
.table {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .35rem .8rem; text-align: right; border-bottom: 1px solid #ddd4c5;
  white-space: nowrap; }}
th:first-child {{ text-align: left; white-space: pre; }}
th[scope=row] {{ font-weight: normal; }}
</style>
</head>
<body>
<h1>{title}</h1>
{said}<figure role="img" aria-label="The table below, drawn.">
{drawing}</figure>
<p>{about}</p>
<div class="table"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}</tbody>
</table></div>
</body>
</html>
"""
