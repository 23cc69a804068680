"""`hub-centre tables`: look at a period’s tables, print what is published, or publish them."""

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sync.centre.publishing.document import Paper, document
from sync.centre.publishing.exports import csv_of, heading, json_stat
from sync.centre.publishing.masters import Table
from sync.centre.publishing.release import (
    Asked,
    NotReleased,
    Store,
    latest,
    preview,
    release,
    releases,
)
from sync.centre.publishing.rounding import Rule
from sync.centre.publishing.spreadsheets import xlsx
from sync.centre.publishing.tables import SHAPE_OF, Scope, code_heading
from sync.centre.reading import Reading
from sync.record import MONTH, QUARTER, field_of

FAILED: Final = 1


def add_tables(commands: Any) -> None:
    """Add the command to a parser’s sub-commands (what `add_subparsers` gave)."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "tables",
        help="print, look at or publish the tables of a closed month or quarter",
        description="Print what is published of a closed month or quarter, look at what would be,"
        " or publish it. What is published stays published, and everything after is checked"
        " against it.",
    )
    parser.add_argument("--period", required=True, help="a month or a quarter: 2026-11, 2026-Q4")
    parser.add_argument("--council", help="the council’s S12 code; needed where there are several")
    parser.add_argument("--hub", help="tables of one hub alone, by its short code")
    parser.add_argument(
        "--rule",
        choices=[rule.value for rule in Rule],
        default=Rule.MIDPOINT_6.value,
        help="how counts are shown (default: %(default)s)",
    )
    deed = parser.add_mutually_exclusive_group()
    deed.add_argument("--preview", action="store_true", help="look, and publish nothing")
    deed.add_argument("--release", action="store_true", help="publish, under the name after --by")
    parser.add_argument("--by", default="", metavar="NAME", help="who publishes")
    parser.add_argument("--reason", default="", help="why there is another version")
    parser.add_argument(
        "--although",
        default="",
        metavar="REASON",
        help="publish although hubs have yet to send something, and why",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--json-stat", action="store_true", help="print JSON-stat 2.0")
    form.add_argument("--csv", action="store_true", help="print CSV")
    form.add_argument("--xlsx", metavar="FILE", help="write a spreadsheet to a new file")


def tables_command(asked: argparse.Namespace, store: Store, now: datetime) -> int:
    """Do what was asked of the tables; give the exit code: 0, or 1 with a sentence why not."""
    paper = _paper(asked, store, now)
    if isinstance(paper, NotReleased):
        more = " Wait, or give that reason after --although." if paper.is_incomplete else ""
        sys.stderr.write(f"{paper.why}{more}\n")
        return FAILED
    if asked.xlsx:
        return _write_new(Path(asked.xlsx), xlsx(paper))
    if paper.released_at is None and not asked.preview:
        sys.stderr.write("Nothing of this is published yet: this is how it would be.\n")
    sys.stdout.write(_text(asked, paper))
    return 0


def _paper(asked: argparse.Namespace, store: Store, now: datetime) -> Paper | NotReleased:
    rule = Rule(asked.rule)
    if field_of(asked.period) not in {MONTH, QUARTER}:
        return NotReleased("A period is a month, such as 2026-11, or a quarter, such as 2026-Q4.")
    with store.reading() as reading:
        scope = _scope(asked, reading)
        if isinstance(scope, NotReleased):
            return scope
        if asked.preview:
            return preview(reading, scope, rule, now.date())
        if not asked.release:
            found = latest(releases(reading, scope.council), scope, rule)
            if found is not None:
                return found.paper
            is_file = asked.csv or asked.json_stat or asked.xlsx  # these say nothing of a preview
            give = _not_yet if is_file else preview
            return give(reading, scope, rule, now.date())
    done = release(store, Asked(scope, rule, asked.by, asked.reason, asked.although), now)
    return done if isinstance(done, NotReleased) else done.paper


def _scope(asked: argparse.Namespace, reading: Reading) -> Scope | NotReleased:
    """Find which council is meant; with one alone it need not be said."""
    if asked.council:
        return Scope(asked.council, asked.period, asked.hub)
    councils = sorted({hub.place.council for hub in reading.hubs()})
    if len(councils) > 1:
        return NotReleased(
            f"There are several councils here: {', '.join(councils)}. Say which, with --council."
        )
    if not councils:
        return NotReleased("Nothing has been received here.")
    return Scope(councils[0], asked.period, asked.hub)


def _not_yet(reading: Reading, scope: Scope, rule: Rule, today: date) -> NotReleased:
    would_be = preview(reading, scope, rule, today)
    if isinstance(would_be, NotReleased):
        return would_be
    return NotReleased(
        f"{heading(would_be.master)} isn’t published by the rule {rule}. Look at it with --preview;"
        " publish it with --release --by NAME."
    )


def _text(asked: argparse.Namespace, paper: Paper) -> str:
    if asked.csv:
        return csv_of(paper)
    if asked.json or asked.json_stat:
        content = json_stat(paper) if asked.json_stat else document(paper)
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_plain(paper)) + "\n"


def _plain(paper: Paper) -> list[str]:
    """Say the tables as lines, without the cells that are nought."""
    master = paper.master
    lines = [heading(master), f"Rule {master.rule}, version {paper.version}."]
    lines.append("Published." if paper.released_at else "A preview: nothing is published.")
    lines += master.missing
    if paper.although:
        lines.append(f"Published all the same: {paper.although}")
    if master.about_visits is not None:
        lines.append(f"About {master.about_visits:,} visits.")
    for table in master.tables:
        lines += ["", f"{table.heading} (n: about {table.n:,})", *_cells(table), *table.caveats]
    for each in master.waiting:
        lines += ["", f"Not here: {SHAPE_OF[each.table].heading}. {each.why}"]
    return lines


def _cells(table: Table) -> list[str]:
    return [
        f"  {', '.join(code_heading(*each) for each in zip(table.facts, where, strict=True))}:"
        f" {cell.text}"
        for where, cell in table.cells.items()
        if cell.value
    ]


def _write_new(path: Path, content: bytes) -> int:
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        sys.stderr.write(f"{path} is there already. Nothing was changed. Choose another file.\n")
        return FAILED
    except OSError:
        sys.stderr.write(f"Can’t write {path}. Make room there, or choose another file.\n")
        return FAILED
    return 0
