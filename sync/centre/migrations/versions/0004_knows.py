"""How much stands behind what a hub told last, so that nothing older takes its place."""

import sqlalchemy as sa
from alembic import op

revision = "0004_knows"
down_revision = "0003_releases"


def upgrade() -> None:
    """Add to what a hub told: what it knew, and its highest manifest; none is known so far."""
    for name in ("knows", "numbers"):
        op.add_column("told", sa.Column(name, sa.Text, nullable=False, server_default="{}"))
