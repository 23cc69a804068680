"""The roll-up: sums over all hubs, so that a count over years need not add up every row."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from sync.centre.encoding import MONTH_BITS
from sync.centre.schema import COUNTED, LOAD, NOT_ROLLED, OWED, ROLL_UP, ROLLED, ROLLING, TURN

_LISTED: Final = 5_000  # loads: more than these are found by reading every row
CHUNK: Final = 256  # loads at a time: a receiver never waits long for a load that is being rolled

# Rolled + not yet rolled − owed is always the plain sum. Whoever rolls takes the turn, so there is
# one at a time; it holds its loads until it commits, so no revision comes in between.
_TAKE_TURN: Final = TURN.update().values(taken=TURN.c.taken + 1)
_FRESH: Final = LOAD.c.rolled < sa.literal_column(str(ROLLED))  # as the partial index has it
_NEXT: Final = (
    sa.select(LOAD.c.hub_id, LOAD.c.period)
    .where(_FRESH, LOAD.c.rolled == NOT_ROLLED)
    .order_by(LOAD.c.period, LOAD.c.hub_id)  # hubs of one period add up to few lines
    .limit(CHUNK)
)
_CHOOSE: Final = (
    LOAD.update()
    .where(LOAD.c.rolled == NOT_ROLLED, sa.tuple_(LOAD.c.hub_id, LOAD.c.period).in_(_NEXT))
    .values(rolled=ROLLING)
)
_CHOSEN: Final = (
    sa.select(LOAD.c.hub_id, LOAD.c.period).where(_FRESH, LOAD.c.rolled == ROLLING).subquery()
)


def _of_chosen(table: sa.Table, n: sa.ColumnElement[int]) -> sa.Select[Any, Any, int]:
    same = sa.and_(table.c.hub_id == _CHOSEN.c.hub_id, table.c.period == _CHOSEN.c.period)
    return sa.select(table.c.period, table.c.fact, n.label("n")).join(_CHOSEN, same)


_CHANGES: Final = _of_chosen(COUNTED, COUNTED.c.n).union_all(_of_chosen(OWED, -OWED.c.n)).subquery()
_SUMS: Final = (
    sa.select(_CHANGES.c.period, _CHANGES.c.fact, sa.func.sum(_CHANGES.c.n).label("n"))
    .group_by(_CHANGES.c.period, _CHANGES.c.fact)
    .order_by(_CHANGES.c.period, _CHANGES.c.fact)
)
_ADD: Final = sa.text(
    "INSERT INTO roll_up (period, fact, n) VALUES (:period, :fact, :n)"
    " ON CONFLICT (period, fact) DO UPDATE SET n = roll_up.n + excluded.n"
)
_MONTHS: Final = sa.text(
    f"INSERT INTO month (month) SELECT DISTINCT period >> {MONTH_BITS} FROM load"  # noqa: S608
    f" WHERE rolled < {ROLLED} AND rolled = {ROLLING} ON CONFLICT (month) DO NOTHING"
)
_PAID: Final = OWED.delete().where(
    sa.tuple_(OWED.c.hub_id, OWED.c.period).in_(sa.select(_CHOSEN.c.hub_id, _CHOSEN.c.period))
)
_DONE: Final = LOAD.update().where(_FRESH, LOAD.c.rolled == ROLLING).values(rolled=ROLLED)


def roll_some(connection: sa.Connection) -> int:
    """Take up to CHUNK loads into the roll-up, in the transaction it is handed; give how many."""
    connection.execute(_TAKE_TURN)
    chosen = connection.execute(_CHOOSE).rowcount
    if not chosen:
        return 0
    sums = connection.execute(_SUMS).all()
    if sums:
        changes = [{"period": period, "fact": fact, "n": int(n)} for period, fact, n in sums]
        connection.execute(_ADD, changes)
    connection.execute(_MONTHS)
    connection.execute(_PAID)
    connection.execute(_DONE)
    return chosen


def not_rolled(connection: sa.Connection, low: int, high: int) -> list[tuple[int, int]]:
    """Give hub and period of the loads that are not in the roll-up: seldom many, by design."""
    found = connection.execute(
        sa.select(LOAD.c.hub_id, LOAD.c.period).where(_FRESH, LOAD.c.period.between(low, high))
    )
    return [(hub_id, period) for hub_id, period in found]


def national(low: int, high: int, fresh: Sequence[tuple[int, int]]) -> sa.Subquery:
    """Give period, fact and n summed over all hubs, of periods numbered `low` to `high`.

    There may be several lines of one period and fact, to be added; each counts its own loads.
    `fresh` is what `not_rolled` gave. A short one is written out as a list: then the database knows
    how short it is, and does not read through every row to find those few.
    """
    rolled = sa.select(ROLL_UP.c.period, ROLL_UP.c.fact, ROLL_UP.c.n).where(
        ROLL_UP.c.period.between(low, high)
    )
    owed = sa.select(OWED.c.period, OWED.c.fact, -OWED.c.n).where(OWED.c.period.between(low, high))
    return sa.union_all(rolled, owed, _fresh_rows(low, high, fresh)).subquery()


def _fresh_rows(low: int, high: int, fresh: Sequence[tuple[int, int]]) -> sa.Select[Any, Any, Any]:
    rows = sa.select(COUNTED.c.period, COUNTED.c.fact, COUNTED.c.n)
    if len(fresh) > _LISTED:
        same = sa.and_(LOAD.c.hub_id == COUNTED.c.hub_id, LOAD.c.period == COUNTED.c.period)
        return rows.join(LOAD, same).where(_FRESH, LOAD.c.period.between(low, high))
    pairs = ",".join(f"({hub_id:d},{period:d})" for hub_id, period in fresh or [(0, -1)])
    written = f"SELECT column1 AS hub_id, column2 AS period FROM (VALUES {pairs}) AS given"  # noqa: S608
    these = sa.text(written).columns(LOAD.c.hub_id, LOAD.c.period).cte("fresh")
    same = sa.and_(COUNTED.c.hub_id == these.c.hub_id, COUNTED.c.period == these.c.period)
    return rows.join(these, same)
