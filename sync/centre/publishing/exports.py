"""Published tables as CSV and as JSON-stat, each with its rule, its n and what it cannot show."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any, Final

from sync.centre.publishing.document import Paper
from sync.centre.publishing.masters import Master, Table, Waiting
from sync.centre.publishing.tables import (
    SHAPES,
    Scope,
    code_heading,
    codes_of,
    fact_heading,
)
from sync.codes import MONTH
from sync.labels import council_label, period_label, place_label
from sync.values import Place

Cell = str | int

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_EVERY_FACT: Final = tuple(dict.fromkeys(fact for shape in SHAPES for fact in shape.facts))
_FIRST: Final = ("council", "hub", "period", "rule", "version", "table")
_LAST: Final = ("meaning", "shown", "value", "n", "caveats")


def csv_of(paper: Paper) -> str:
    """Give every published cell as a line of CSV (RFC 4180), safe to open as a spreadsheet.

    `shown` is the count as it is published, `value` what it counts for in sums; `n` and `caveats`
    are those of its table. A table that is not published is one line without a value.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow((*_FIRST, *_EVERY_FACT, *_LAST))
    for table in paper.master.tables:
        writer.writerows([safe(cell) for cell in line] for line in _lines(paper, table))
    for each in paper.master.waiting:
        line = [*_about(paper, each.table), *("" for _ in _EVERY_FACT), *_unpublished(each)]
        writer.writerow([safe(cell) for cell in line])
    return text.getvalue()


def _lines(paper: Paper, table: Table) -> list[list[Cell]]:
    caveats = " ".join((table.one_count, *table.caveats))
    about = _about(paper, table.code)
    lines: list[list[Cell]] = []
    for where, cell in table.cells.items():
        facts = dict(zip(table.facts, where, strict=True))
        meaning = "; ".join(code_heading(fact, code) for fact, code in facts.items())
        told = [facts.get(fact, "") for fact in _EVERY_FACT]
        lines.append([*about, *told, meaning, cell.text, cell.value, table.n, caveats])
    return lines


def _about(paper: Paper, table: str) -> list[Cell]:
    scope, rule = paper.master.scope, paper.master.rule.value
    return [scope.council, scope.hub or "", scope.period, rule, paper.version, table]


def _unpublished(waiting: Waiting) -> tuple[Cell, ...]:
    shown = "not published" if waiting.is_received else "not received yet"
    return ("", shown, "", "", waiting.why)


def safe(cell: Cell) -> Cell:
    """Keep a spreadsheet from running text as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell


def json_stat(paper: Paper) -> dict[str, Any]:
    """Give the tables as a JSON-stat 2.0 collection of datasets (json-stat.org/full).

    A small count has the value it has in sums, and how it is shown as its status; a cell that no
    row can fall into is null.
    """
    master = paper.master
    head: dict[str, Any] = {
        "version": "2.0",
        "class": "collection",
        "label": heading(master),
        "link": {"item": [_dataset(paper, table) for table in master.tables]},
        "extension": {
            "rule": master.rule.value,
            "version": paper.version,
            "about_visits": master.about_visits,
            "pounds_nearest_100": master.pounds,
            "waiting": [{"table": each.table, "why": each.why} for each in master.waiting],
            "missing": list(master.missing),
            "although": paper.although,
        },
    }
    if paper.released_at is not None:
        head["updated"] = paper.released_at
    return head


def _dataset(paper: Paper, table: Table) -> dict[str, Any]:
    scope = paper.master.scope
    codes = {fact: codes_of(fact, scope.period) for fact in table.facts}
    cells = [table.cells.get(where) for where in _row_major(list(codes.values()))]
    shown = {
        str(i): cell.text for i, cell in enumerate(cells) if cell is not None and cell.is_small
    }
    dataset: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": table.heading,
        "source": "Drop-in Hub",
        "id": ["place", "period", *table.facts],
        "size": [1, 1, *(len(each) for each in codes.values())],
        "role": {
            "geo": ["place"],
            "time": ["period", *(fact for fact in table.facts if fact == MONTH)],
        },
        "dimension": {
            "place": _one("Place", scope.hub or scope.council, place_heading(scope)),
            "period": _one("Period", scope.period, period_label(scope.period)),
            **{
                fact: {
                    "label": fact_heading(fact),
                    "category": {
                        "index": list(each),
                        "label": {code: code_heading(fact, code) for code in each},
                    },
                }
                for fact, each in codes.items()
            },
        },
        "value": [None if cell is None else cell.value for cell in cells],
        "note": [table.one_count, *table.caveats],
        "extension": {
            "code": table.code,
            "rule": paper.master.rule.value,
            "version": paper.version,
            "n": table.n,
            "sum_of": table.sum_of,
        },
    }
    if shown:
        dataset["status"] = shown
    if paper.released_at is not None:
        dataset["updated"] = paper.released_at
    return dataset


def _one(label: str, code: str, named: str) -> dict[str, Any]:
    return {"label": label, "category": {"index": [code], "label": {code: named}}}


def _row_major(codes: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Give every place in JSON-stat’s order: the last dimension changes fastest."""
    places: list[tuple[str, ...]] = [()]
    for each in codes:
        places = [(*place, code) for place in places for code in each]
    return places


def place_heading(scope: Scope) -> str:
    """Name what a release is about: “Dundee City, hub H2”."""
    if scope.hub is None:
        return council_label(scope.council)
    return place_label(Place(scope.council, scope.hub))


def heading(master: Master) -> str:
    """Name a release: “Dundee City, October to December 2026”."""
    return f"{place_heading(master.scope)}, {period_label(master.scope.period)}"
