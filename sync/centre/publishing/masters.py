"""A frozen set of published tables, made from true counts and a rule, each cell by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sync.centre.publishing.rounding import Rule, Shown, headline, rule_sentences, shown
from sync.centre.publishing.tables import (
    NOT_BROKEN_DOWN,
    SHAPE_OF,
    VIEWS,
    Exact,
    Scope,
    Shape,
    View,
    Where,
    fact_heading,
    less_told,
    only,
    places_in,
)

_ZERO = "0 means that no count could leave a hub: fewer than five were alike, or there were none."
_ZERO_SO_FAR = (
    "0 means that no count has come: at no hub were five alike, or there were none, or they are"
    " among those that have not been sent yet."
)
_NOT_RECEIVED = "Not received yet."
_NOT_BROKEN_DOWN = (
    "“Not broken down further” holds what was too rare at its hub to be told in more detail."
)
_UNTOLD = "Left out here: {}. With it a small count could be worked out."
_MISSING = "What was too rare to leave its hub at all is in no table."


@dataclass(frozen=True)
class Table:
    """A published table; `sum_of` names the table whose cells it adds up, if it is a sum."""

    code: str
    heading: str
    one_count: str
    facts: tuple[str, ...]
    cells: Mapping[Where, Shown]
    caveats: tuple[str, ...]
    sum_of: str | None = None

    @property
    def n(self) -> int:
        """About how many are counted: the sum of the cells as they are published."""
        return sum(cell.value for cell in self.cells.values())


@dataclass(frozen=True)
class Waiting:
    """A table that is not published, and why not; of one not received nothing has come yet."""

    table: str
    why: str
    is_received: bool = True


@dataclass(frozen=True)
class Decided:
    """What the audit lets go: the facts each table is told by, what waits, and what is missing."""

    told: Mapping[str, tuple[str, ...]]
    waiting: tuple[Waiting, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Master:
    """All that is published of a scope by one rule; nothing else may be worked out of the counts.

    `about_visits` is the number of visits to the nearest five, by the closing counts; None under a
    hundred. `pounds` is what was gained, by the hubs’ own rounded totals. `missing` says in
    sentences what had yet to come from which hubs when it was made.
    """

    scope: Scope
    rule: Rule
    tables: tuple[Table, ...]
    waiting: tuple[Waiting, ...] = ()
    about_visits: int | None = None
    pounds: int | None = None
    missing: tuple[str, ...] = ()

    def table(self, code: str) -> Table | None:
        """Give the table of that code, or None when it is not there."""
        return next((table for table in self.tables if table.code == code), None)


def only_received(decided: Decided, exact: Exact, missing: tuple[str, ...]) -> Decided:
    """Let a table of which nothing has come wait while something is missing: it is not nought."""
    if not missing:
        return decided
    why = " ".join((_NOT_RECEIVED, *missing))
    told = {code: facts for code, facts in decided.told.items() if exact.of(code)}
    unseen = (Waiting(code, why, is_received=False) for code in decided.told if code not in told)
    return Decided(told, (*decided.waiting, *unseen), missing)


def master(
    scope: Scope, rule: Rule, exact: Exact, decided: Decided, caveats: tuple[str, ...] = ()
) -> Master:
    """Make every table as it may be told, and the sums of published cells."""
    made = {
        code: _table(scope, rule, exact, SHAPE_OF[code], told)
        for code, told in decided.told.items()
    }
    views = [
        _sums(rule, made[view.of], view)
        for view in VIEWS
        if view.of in made and set(view.facts) <= set(made[view.of].facts)
    ]
    missing = decided.missing
    zero = _ZERO_SO_FAR if missing else _ZERO
    tables = [
        replace(table, caveats=(zero, *table.caveats, *missing, *caveats))
        for table in (*made.values(), *views)
    ]
    pounds = exact.pounds if "gains" in made else None
    about = headline(exact.all_visits)
    return Master(scope, rule, tuple(tables), decided.waiting, about, pounds, missing)


def _table(scope: Scope, rule: Rule, exact: Exact, shape: Shape, told: tuple[str, ...]) -> Table:
    places = dict.fromkeys(only(shape, where, told) for where in places_in(shape, scope.period))
    counted = {
        only(shape, where, told): n
        for where, n in less_told(shape, exact.of(shape.code), told).items()
    }
    cells = {where: shown(rule, counted.get(where, 0)) for where in places}
    untold = [fact_heading(fact) for fact in shape.facts if fact not in told]
    caveats = (
        *rule_sentences(rule),
        *((_NOT_BROKEN_DOWN,) if any(NOT_BROKEN_DOWN in where for where in cells) else ()),
        *((_UNTOLD.format(", ".join(untold)),) if untold else ()),
        _MISSING,
        *shape.caveats,
    )
    return Table(shape.code, shape.heading, shape.one_count, told, cells, caveats)


def _sums(rule: Rule, table: Table, view: View) -> Table:
    """Add up a table’s published cells by some of its facts: no true count is looked at."""
    kept = [table.facts.index(fact) for fact in view.facts]
    parts: dict[Where, list[Shown]] = {}
    for where, cell in table.cells.items():
        parts.setdefault(tuple(where[i] for i in kept), []).append(cell)
    cells = {where: _sum(each) for where, each in parts.items()}
    from_where = f"These are sums of the counts in “{SHAPE_OF[table.code].heading}”."
    caveats = (*rule_sentences(rule), _MISSING, from_where)
    return Table(
        view.code, view.heading, table.one_count, view.facts, cells, caveats, sum_of=table.code
    )


def _sum(cells: Iterable[Shown]) -> Shown:
    """Add published cells; a sum of one cell alone is shown as that cell is."""
    some = [cell for cell in cells if cell.value]
    if len(some) == 1:
        return some[0]
    value = sum(cell.value for cell in some)
    low, high = sum(cell.low for cell in some), sum(cell.high for cell in some)
    return Shown(value, str(value), low, high, is_small=False)
