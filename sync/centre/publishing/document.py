"""Published tables as one JSON document, whole: how they are kept, printed and read again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sync.centre.publishing.masters import Master, Table, Waiting
from sync.centre.publishing.rounding import Rule, Shown
from sync.centre.publishing.tables import Exact, Scope

_BETWEEN = " / "  # joins the codes of a cell in what a release was made from; in no code


@dataclass(frozen=True)
class Paper:
    """Published tables and which version they are; released_at is None while it is a preview.

    `although` is why somebody published them while something was missing.
    """

    master: Master
    version: int
    by: str = ""
    released_at: str | None = None
    reason: str = ""
    although: str = ""


def document(paper: Paper) -> dict[str, Any]:
    """Give all that is published, as a JSON object that can be read again."""
    master = paper.master
    released = {
        "by": paper.by,
        "at": paper.released_at,
        "reason": paper.reason,
        "although": paper.although,
    }
    return {
        "council": master.scope.council,
        "hub": master.scope.hub,
        "period": master.scope.period,
        "rule": master.rule.value,
        "version": paper.version,
        "released": released if paper.released_at is not None else None,
        "about_visits": master.about_visits,
        "pounds_nearest_100": master.pounds,
        "tables": [_table(table) for table in master.tables],
        "waiting": [
            {"table": each.table, "why": each.why, "is_received": each.is_received}
            for each in master.waiting
        ],
        "missing": list(master.missing),
    }


def read_document(kept: Any) -> Paper:
    """Read a document that `document` gave; another one is a fault (KeyError, ValueError).

    One of an older version does not say what was missing.
    """
    scope = Scope(kept["council"], kept["period"], kept["hub"])
    waiting = tuple(
        Waiting(each["table"], each["why"], each.get("is_received", True))
        for each in kept["waiting"]
    )
    tables = tuple(_read_table(each) for each in kept["tables"])
    paper = Paper(
        Master(
            scope,
            Rule(kept["rule"]),
            tables,
            waiting,
            kept["about_visits"],
            kept["pounds_nearest_100"],
            tuple(kept.get("missing", ())),
        ),
        kept["version"],
    )
    if kept["released"] is None:
        return paper
    told = kept["released"]
    return replace(
        paper,
        by=told["by"],
        released_at=told["at"],
        reason=told["reason"],
        although=told.get("although", ""),
    )


def exact_as_json(exact: Exact) -> dict[str, Any]:
    """Give what a release was made from, to be kept beside it and never shown."""
    return {
        "cells": {
            code: {_BETWEEN.join(where): n for where, n in cells.items()}
            for code, cells in exact.cells.items()
        },
        "visits": dict(exact.visits),
        "pounds": exact.pounds,
    }


def read_exact(kept: Any) -> Exact:
    """Read what `exact_as_json` gave."""
    cells: Mapping[str, Mapping[str, int]] = kept["cells"]
    return Exact(
        {
            code: {tuple(where.split(_BETWEEN)): n for where, n in table.items()}
            for code, table in cells.items()
        },
        kept["visits"],
        kept["pounds"],
    )


def _table(table: Table) -> dict[str, Any]:
    return {
        "code": table.code,
        "heading": table.heading,
        "one_count": table.one_count,
        "sum_of": table.sum_of,
        "facts": list(table.facts),
        "n": table.n,
        "caveats": list(table.caveats),
        "cells": [
            {
                **dict(zip(table.facts, where, strict=True)),
                "value": cell.value,
                "shown": cell.text,
                "from": cell.low,
                "to": cell.high,
                "is_small": cell.is_small,
            }
            for where, cell in table.cells.items()
        ],
    }


def _read_table(kept: Any) -> Table:
    facts = tuple(kept["facts"])
    cells = {
        tuple(cell[fact] for fact in facts): Shown(
            cell["value"], cell["shown"], cell["from"], cell["to"], cell["is_small"]
        )
        for cell in kept["cells"]
    }
    return Table(
        kept["code"],
        kept["heading"],
        kept["one_count"],
        facts,
        cells,
        tuple(kept["caveats"]),
        kept["sum_of"],
    )
