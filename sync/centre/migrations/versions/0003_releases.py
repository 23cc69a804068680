"""The releases: what was published, whole, and what it was made from."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003_releases"
down_revision = "0002_people"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPTIONS: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Make the table beside those of the ledger; a row of it is never changed."""
    op.create_table(
        "released",
        _must("council", sa.Text),
        _must("number", sa.Integer),  # of the council’s releases, from 1
        *(_must(name, sa.Text) for name in ("hub", "period", "rule")),
        _must("version", sa.Integer),
        _must("at", _BIG),  # milliseconds since 1970
        *(_must(name, sa.Text) for name in ("released_by", "reason", "published", "made_from")),
        _must("digest", sa.Text),
        sa.PrimaryKeyConstraint("council", "number"),
        sa.UniqueConstraint("council", "hub", "period", "rule", "version"),
        **_OPTIONS,
    )


def _must(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False, nullable=False)
