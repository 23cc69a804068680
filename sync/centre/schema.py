"""The tables of the centre’s file, as numbered steps that are never edited once released."""

from typing import Final

from sqlite_utils import Database, Migrations

APPLICATION_ID: Final = 0x44494843  # "DIHC", in the file’s header: this file is a centre’s

STEPS: Final = Migrations("centre")


@STEPS(name="0001_ledger")
def _ledger(db: Database) -> None:
    for statement in (
        f"PRAGMA application_id = {APPLICATION_ID}",
        """
        CREATE TABLE hubs (
            council TEXT NOT NULL,
            hub TEXT NOT NULL,
            heard_at INTEGER NOT NULL, -- milliseconds since 1970, by the centre’s clock
            PRIMARY KEY (council, hub)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE batches (
            id TEXT PRIMARY KEY,
            council TEXT NOT NULL,
            hub TEXT NOT NULL,
            period TEXT NOT NULL,
            FOREIGN KEY (council, hub) REFERENCES hubs (council, hub)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE counted (
            council TEXT NOT NULL,
            hub TEXT NOT NULL,
            kind TEXT NOT NULL,
            period TEXT NOT NULL,
            facts TEXT NOT NULL, -- a JSON object without the period, in ladder order
            n INTEGER NOT NULL CHECK (n >= 5),
            begins TEXT NOT NULL,
            ends TEXT NOT NULL,
            batch TEXT NOT NULL REFERENCES batches (id),
            PRIMARY KEY (council, hub, kind, period, facts)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE sessions (
            council TEXT NOT NULL,
            hub TEXT NOT NULL,
            day TEXT NOT NULL,
            opening INTEGER NOT NULL,
            visits INTEGER NOT NULL,
            contacts TEXT NOT NULL, -- a JSON object: service, desk contacts
            batch TEXT NOT NULL REFERENCES batches (id),
            PRIMARY KEY (council, hub, day, opening)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE gain_totals (
            council TEXT NOT NULL,
            hub TEXT NOT NULL,
            quarter TEXT NOT NULL,
            pounds_nearest_100 INTEGER NOT NULL,
            contributors INTEGER NOT NULL,
            batch TEXT NOT NULL REFERENCES batches (id),
            PRIMARY KEY (council, hub, quarter)
        ) STRICT, WITHOUT ROWID
        """,
    ):
        db.conn.execute(statement)


def is_newer(db: Database) -> bool:
    """Say whether a file has been through steps that this centre does not know."""
    known = {step.name for step in STEPS.pending(Database(memory=True))}
    return any(step.name not in known for step in STEPS.applied(db))
