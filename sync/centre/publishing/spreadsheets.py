"""Published tables as a spreadsheet: a sheet for each, with its rule, its n and its caveats."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from sync.centre.publishing.document import Paper
from sync.centre.publishing.exports import heading
from sync.centre.publishing.masters import Table
from sync.centre.publishing.rounding import Shown
from sync.centre.publishing.tables import SHAPES, VIEWS, code_heading, fact_heading

Line = tuple[str | int, ...]

_MADE_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same tables give the same bytes
_NAMES: Final = {each.code: each.code.replace("_", " ").capitalize() for each in (*SHAPES, *VIEWS)}
_WIDE, _NARROW = 34, 14


def xlsx(paper: Paper) -> bytes:
    """Give a workbook (Office Open XML). Text is written as text: nothing in it is a formula."""
    file = BytesIO()
    made: Any = xlsxwriter.Workbook(file, {"in_memory": True})
    made.set_properties({"title": heading(paper.master), "created": _MADE_AT.replace(tzinfo=None)})
    strong, wrapped = made.add_format({"bold": True}), made.add_format({"text_wrap": True})
    about = made.add_worksheet("About")
    about.set_column(0, 0, 100, wrapped)
    _write(about, [(line,) for line in _about(paper)])
    for table in paper.master.tables:
        sheet = made.add_worksheet(_NAMES.get(table.code, table.code)[:31])
        sheet.set_column(0, 0, _WIDE)
        sheet.set_column(1, 20, _NARROW)
        top = _top(paper, table)
        _write(sheet, top)
        sheet.set_row(0, None, strong)
        _write(sheet, list(_body(table)), len(top))
        sheet.set_row(len(top), None, strong)
    made.close()
    return file.getvalue()


def _write(sheet: Any, lines: list[Line], first: int = 0) -> None:
    for row, line in enumerate(lines, start=first):
        for column, cell in enumerate(line):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell)
            elif cell:
                sheet.write_string(row, column, cell)


def _about(paper: Paper) -> Iterator[str]:
    master = paper.master
    yield heading(master)
    yield f"Rule: {master.rule}. Version {paper.version}."
    if paper.released_at is None:
        yield "This is a preview. Nothing of it is published."
    else:
        yield f"Published {paper.released_at[:10]}. {paper.reason}".rstrip()
    yield from master.missing
    if paper.although:
        yield f"Published all the same: {paper.although}"
    if master.about_visits is not None:
        yield f"About {master.about_visits:,} visits, by the closing counts, to the nearest 5."
    if master.pounds is not None:
        yield (
            f"At least £{master.pounds:,} gained, by the quarters of hubs where no one family made"
            " up much of it."
        )
    names = {shape.code: shape.heading for shape in SHAPES}
    for each in master.waiting:
        yield f"Not here: {names.get(each.table, each.table)}. {each.why}"


def _top(paper: Paper, table: Table) -> list[Line]:
    return [
        (table.heading,),
        (heading(paper.master),),
        (f"Rule: {paper.master.rule}. Version {paper.version}.",),
        (f"n: about {table.n:,}",),
        (table.one_count,),
        *((caveat,) for caveat in table.caveats),
        (),
    ]


def _body(table: Table) -> Iterator[Line]:
    """Give a grid for two facts, else a line for each cell."""
    if len(table.facts) == 2:
        yield from _grid(table)
        return
    yield (*(fact_heading(fact) for fact in table.facts), "Count")
    for where, cell in table.cells.items():
        named = (code_heading(*each) for each in zip(table.facts, where, strict=True))
        yield (*named, _count(cell))


def _grid(table: Table) -> Iterator[Line]:
    down, across = table.facts
    columns = dict.fromkeys(where[1] for where in table.cells)
    yield (
        f"{fact_heading(down)} / {fact_heading(across)}",
        *(code_heading(across, code) for code in columns),
    )
    for code in dict.fromkeys(where[0] for where in table.cells):
        cells = [table.cells.get((code, column)) for column in columns]
        yield (code_heading(down, code), *("" if cell is None else _count(cell) for cell in cells))


def _count(cell: Shown) -> str | int:
    return cell.text if cell.is_small else cell.value
