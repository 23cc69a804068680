"""The ledger’s tables, as both engines have them; the migrations make them, in `migrations/`."""

from typing import Any, Final

import sqlalchemy as sa

APPLICATION_ID: Final = 0x44494843  # "DIHC", in an embedded file’s header: this file is a centre’s

# Nothing is numbered by the database: a key is natural or a hash, so that no two nodes of a large
# engine have to ask each other. Every table of rows by hub has hub_id in its primary key.
BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite’s INTEGER holds 64 bits
TABLE_OPTIONS: Final[dict[str, Any]] = {"sqlite_strict": True, "sqlite_with_rowid": False}

TABLES: Final = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    return sa.Table(name, TABLES, *columns, **TABLE_OPTIONS)


def _key(name: str, kind: Any = sa.Integer) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _must(name: str, kind: Any = sa.Integer) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


# A hub that was enrolled or heard: its number is made from its place (encoding.hub_number).
HUB: Final = _table(
    "hub", _key("hub_id"), _must("council", sa.Text), _must("hub", sa.Text), _must("name", sa.Text)
)

# The public keys a hub’s tablets sign with, base64; the key id is the hub’s own name for it.
HUB_KEY: Final = _table(
    "hub_key",
    *(_key("hub_id"), _key("key_id", sa.Text)),
    *(_must("public", sa.Text), _must("is_revoked")),
)

# When a hub was last heard, in milliseconds since 1970; the row that receiving takes hold of first.
HEARD: Final = _table("heard", _key("hub_id"), sa.Column("heard_at", BIG))

# Every batch that was ever counted, by its number. One content may have come under two numbers.
BATCH: Final = _table(
    "batch",
    *(_key("hub_id"), _key("epoch", BIG), _key("n", BIG)),
    *(_must("period"), _must("revision"), _must("batch_id", sa.LargeBinary)),
    sa.Index("batch_by_period", "hub_id", "period", "revision"),
)

# What stands of a period of a hub: which revision, and whether it is in the roll-up:
# NOT_ROLLED, ROLLING (inside one transaction only, never seen from outside) or ROLLED.
LOAD: Final = _table("load", _key("hub_id"), _key("period"), _must("revision"), _must("rolled"))
NOT_ROLLED: Final = 0
ROLLING: Final = 1
ROLLED: Final = 2
sa.Index(
    "load_not_rolled",
    *(LOAD.c.rolled, LOAD.c.period, LOAD.c.hub_id),
    postgresql_where=LOAD.c.rolled < ROLLED,
    sqlite_where=LOAD.c.rolled < ROLLED,
)

# The rows. On PostgreSQL one part a year: a year that is over is not written to, nor vacuumed.
COUNTED: Final = _table("counted", _key("hub_id"), _key("period"), _key("fact"), _must("n"))

CLOSING: Final = _table(
    "closing",
    *(_key("hub_id"), _key("period"), _key("opening")),
    *(_must("visits"), _must("contacts", sa.Text)),  # a JSON object: service, desk contacts
)

GAIN_TOTAL: Final = _table(
    "gain_total",
    *(_key("hub_id"), _key("period")),
    *(_must("pounds_nearest_100"), _must("contributors")),
)

# What a fact number stands for: the kind, and its facts without the period, as a JSON object.
FACT: Final = _table("fact", _key("fact"), _must("kind", sa.Text), _must("facts", sa.Text))

# Sums over all hubs of the loads that are ROLLED, and the rows of revisions that were rolled and
# then replaced, which the next rolling takes off again.
ROLL_UP: Final = _table("roll_up", _key("period"), _key("fact"), _must("n", BIG))
OWED: Final = _table("owed", _key("hub_id"), _key("period"), _key("fact"), _must("n"))
TURN: Final = _table("turn", _key("turn_id"), _must("taken", BIG))  # one row: who rolls holds it

# The months that anything ROLLED is about, as period >> 6.
MONTH: Final = _table("month", _key("month"))
