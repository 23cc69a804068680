"""The ledger: hubs and their keys, batches, rows, closing counts, gain totals and the roll-up."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001_ledger"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPTIONS: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
_YEARS = range(2024, 2051)  # a year before or after them goes where all the others go
_PERIODS_A_YEAR = 12 * 64  # see encoding.period_number


def upgrade() -> None:
    """Make the tables in an empty database."""
    _table("hub", [_int("hub_id")], _text("council"), _text("hub"), _text("name"))
    op.create_index("hub_by_place", "hub", ["council", "hub"], unique=True)
    _table("hub_key", [_int("hub_id"), _text("key_id")], _text("public"), _int("is_revoked"))
    _table("heard", [_int("hub_id")], sa.Column("heard_at", _BIG))
    _table(
        "batch",
        [_int("hub_id"), _big("epoch"), _big("n")],
        *(_int("period"), _int("revision")),
        sa.Column("batch_id", sa.LargeBinary, nullable=False),
    )
    op.create_index("batch_by_period", "batch", ["hub_id", "period", "revision"])
    _table("load", [_int("hub_id"), _int("period")], _int("revision"), _int("rolled"))
    not_rolled = sa.text("rolled < 2")
    op.create_index(
        "load_not_rolled",
        "load",
        ["rolled", "period", "hub_id"],
        postgresql_where=not_rolled,
        sqlite_where=not_rolled,
    )
    _counted()
    _table(
        "closing",
        [_int("hub_id"), _int("period"), _int("opening")],
        *(_int("visits"), _text("contacts")),
    )
    _table(
        "gain_total",
        [_int("hub_id"), _int("period")],
        *(_int("pounds_nearest_100"), _int("contributors")),
    )
    _table("fact", [_int("fact")], _text("kind"), _text("facts"))
    _table("roll_up", [_int("period"), _int("fact")], _big("n"))
    _table("owed", [_int("hub_id"), _int("period"), _int("fact")], _int("n"))
    _table("month", [_int("month")])
    _table("turn", [_int("turn_id")], _big("taken"))
    op.execute("INSERT INTO turn (turn_id, taken) VALUES (1, 0)")


def _counted() -> None:
    """Make the table of rows; PostgreSQL keeps each year apart, CockroachDB parts by itself."""
    columns = [_int("hub_id"), _int("period"), _int("fact")]
    if op.get_bind().dialect.name != "postgresql":
        _table("counted", columns, _int("n"))
        return
    op.create_table(
        "counted",
        *(*columns, _int("n")),
        # With n in the key’s index a hub’s years are read from it alone; padding had the room.
        sa.PrimaryKeyConstraint("hub_id", "period", "fact", postgresql_include=["n"]),
        postgresql_partition_by="RANGE (period)",
    )
    for year in _YEARS:
        first = (year - 1970) * _PERIODS_A_YEAR
        op.execute(
            f"CREATE TABLE counted_{year} PARTITION OF counted"
            f" FOR VALUES FROM ({first}) TO ({first + _PERIODS_A_YEAR})"
        )
    op.execute("CREATE TABLE counted_other PARTITION OF counted DEFAULT")


def _table(name: str, key: list[sa.Column[Any]], *rest: sa.Column[Any]) -> None:
    key_names = [column.name for column in key]
    primary = sa.PrimaryKeyConstraint(*key_names)
    op.create_table(name, *key, *rest, primary, **_OPTIONS)


def _int(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, autoincrement=False, nullable=False)


def _big(name: str) -> sa.Column[Any]:
    return sa.Column(name, _BIG, autoincrement=False, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)
