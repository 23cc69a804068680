"""People and sign-ins, the shelf for what cannot be read, and what hubs tell of themselves."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_people"
down_revision = "0001_ledger"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPTIONS: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Make the tables beside those of the ledger."""
    _table("person", [_text("name")], _text("role"), _text("passphrase"), _big("added_at"))
    _table("sign_in", [_text("token_hash")], _text("name"), _big("until"))
    _table(
        "quarantine",
        [_text("council"), _text("hub"), _text("id")],
        *(_text("key_id"), _text("signature")),
        sa.Column("wire", sa.LargeBinary),
        *(_big("size"), _text("why"), _big("came_at")),
        sa.Column("discarded_at", _BIG),
        *(sa.Column("discarded_by", sa.Text), sa.Column("reason", sa.Text)),
    )
    _table(
        "told",
        [_text("council"), _text("hub")],
        *(_big("epoch"), _big("told_at")),
        *(_text("periods"), _text("waiting"), _text("destroyed")),
    )
    _table(
        "told_session",
        [_text("council"), _text("hub"), _text("day"), _int("opening")],
        sa.Column("visits", sa.Integer),
        _int("late"),
    )


def _table(name: str, key: list[sa.Column[Any]], *rest: sa.Column[Any]) -> None:
    primary = sa.PrimaryKeyConstraint(*(column.name for column in key))
    op.create_table(name, *key, *rest, primary, **_OPTIONS)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _int(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, autoincrement=False, nullable=False)


def _big(name: str) -> sa.Column[Any]:
    return sa.Column(name, _BIG, autoincrement=False, nullable=False)
