"""Brings a database to the tables this centre knows, with Alembic; two at once do no harm."""

from enum import Enum, auto
from functools import cache
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from sync.centre.encoding import FACTS, facts_text
from sync.centre.schema import FACT

_LOCK: Final = 0x44494843  # PostgreSQL’s advisory locks are numbers that programmes agree on


class Standing(Enum):
    """How a database’s tables stand to what this centre knows."""

    EMPTY = auto()
    BEHIND = auto()
    CURRENT = auto()
    NEWER = auto()


def standing(connection: sa.Connection) -> Standing:
    """Say how the tables stand; nothing is changed."""
    heads = MigrationContext.configure(connection).get_current_heads()
    if not heads:
        return Standing.EMPTY
    known = {step.revision for step in _steps().walk_revisions()}
    if not set(heads) <= known:
        return Standing.NEWER
    if set(heads) != set(_steps().get_heads()):
        return Standing.BEHIND
    kept = connection.scalars(sa.select(FACT.c.fact)).all()
    return Standing.CURRENT if FACTS.keys() <= set(kept) else Standing.BEHIND


def upgrade(connection: sa.Connection) -> None:
    """Do every step the database lacks, inside the transaction it is handed.

    Whoever comes second waits for the first, and then finds nothing left to do.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    settings = _settings()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "heads")
    kept = set(connection.scalars(sa.select(FACT.c.fact)))
    missing = [
        {"fact": number, "kind": kind, "facts": facts_text(facts)}
        for number, (kind, facts) in FACTS.items()
        if number not in kept
    ]
    if missing:
        connection.execute(FACT.insert(), missing)


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", "sync.centre:migrations")
    return settings


@cache
def _steps() -> ScriptDirectory:
    return ScriptDirectory.from_config(_settings())
