"""Published tables as a page prints them: rows and columns in words, each with what it rests on."""

from collections.abc import Collection
from dataclasses import dataclass

from sync.centre.publishing.document import Paper
from sync.centre.publishing.masters import Table, Waiting
from sync.centre.publishing.rounding import rule_sentences
from sync.centre.publishing.tables import NOT_BROKEN_DOWN, SHAPE_OF, Scope
from sync.labels import FACT_LABELS, code_label, council_label, period_label, place_label
from sync.values import Place

_REST = "Not broken down further"


@dataclass(frozen=True)
class PrintedTable:
    """One table in words: the names of its columns, and lines of cells."""

    code: str
    heading: str
    one_count: str
    caveats: tuple[str, ...]
    n: str
    corner: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Printed:
    """A whole paper in words; what is to be said of every table is said once."""

    about: str
    rule: tuple[str, ...]
    version: int
    by: str
    at: str
    reason: str
    visits: str
    pounds: str
    tables: tuple[PrintedTable, ...]
    empty: tuple[str, ...]
    waiting: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    although: str


def printed(paper: Paper) -> Printed:
    """Give a paper in words."""
    master = paper.master
    common = [
        said
        for said in (master.tables[0].caveats if master.tables else ())
        if said not in master.missing and all(said in table.caveats for table in master.tables)
    ]
    tables = tuple(_table(table, (*common, *master.missing)) for table in master.tables)
    return Printed(
        about=about(master.scope),
        rule=tuple(dict.fromkeys((*rule_sentences(master.rule), *common))),
        version=paper.version,
        by=paper.by,
        at=(paper.released_at or "")[:10],
        reason=paper.reason,
        visits="" if master.about_visits is None else f"{master.about_visits:,}",
        pounds="" if master.pounds is None else f"£{master.pounds:,}",
        tables=tuple(table for table in tables if table.lines),
        empty=tuple(table.heading for table in tables if not table.lines),
        waiting=tuple(_waiting(each, master.missing) for each in master.waiting),
        missing=master.missing,
        although=paper.although,
    )


def _waiting(waiting: Waiting, missing: tuple[str, ...]) -> tuple[str, str]:
    """Name a table that waits, and say why; what is missing is said once, above all tables."""
    return SHAPE_OF[waiting.table].heading, waiting.why.removesuffix(" ".join(missing)).rstrip()


def about(scope: Scope) -> str:
    """Name a scope: “Dundee City, October to December 2026”."""
    where = council_label(scope.council)
    if scope.hub is not None:
        where = place_label(Place(scope.council, scope.hub))
    return f"{where}, {period_label(scope.period)}"


def _table(table: Table, above: Collection[str]) -> PrintedTable:
    corner, columns, lines = _across(table) if len(table.facts) == 2 else _down(table)
    return PrintedTable(
        table.code,
        table.heading,
        table.one_count,
        tuple(said for said in table.caveats if said not in above),
        f"{table.n:,}",
        corner,
        columns,
        lines,
    )


def _across(
    table: Table,
) -> tuple[str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Set the first fact down and the second across, leaving out lines that are all nought."""
    down, across = table.facts
    rows = list(dict.fromkeys(where[0] for where in table.cells))
    columns = list(dict.fromkeys(where[1] for where in table.cells))
    lines = [
        (row, tuple(_text(table, (row, column)) for column in columns))
        for row in rows
        if any(table.cells[row, c].high for c in columns if (row, c) in table.cells)
    ]
    return (
        _fact(down),
        tuple(_code(across, column) for column in columns),
        tuple((_code(down, row), cells) for row, cells in lines),
    )


def _down(
    table: Table,
) -> tuple[str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    lines = tuple(
        (
            ", ".join(_code(fact, code) for fact, code in zip(table.facts, where, strict=True)),
            (cell.text,),
        )
        for where, cell in table.cells.items()
        if cell.high
    )
    return ", ".join(_fact(fact) for fact in table.facts), ("About",), lines


def _text(table: Table, where: tuple[str, str]) -> str:
    cell = table.cells.get(where)
    return "–" if cell is None else cell.text


def _fact(fact: str) -> str:
    return FACT_LABELS.get(fact, fact.capitalize())


def _code(fact: str, code: str) -> str:
    if code == NOT_BROKEN_DOWN:
        return _REST
    return period_label(code) if fact == "month" else code_label(fact, code)
