"""The shapes hub.db has had, oldest first; a change of shape is a new function at the end."""

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("hub")


@MIGRATIONS(name="0001_log_and_cards")
def log_and_cards(db: Database) -> None:
    """Make the log, the settings, and the cards that are kept apart from it."""
    db.conn.execute("""
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            origin TEXT NOT NULL,
            n INTEGER NOT NULL,
            millis INTEGER NOT NULL,
            counter INTEGER NOT NULL,
            session TEXT NOT NULL,
            visit TEXT,
            kind TEXT NOT NULL,
            version INTEGER NOT NULL,
            body TEXT NOT NULL,
            UNIQUE (origin, n)
        ) STRICT
    """)
    db.conn.execute("CREATE INDEX event_by_session ON event (session, seq)")
    # Only what a start asks of the whole log: every index is paid for at every tap.
    db.conn.execute("""
        CREATE INDEX event_mark ON event (kind, seq)
        WHERE kind IN ('session_opened', 'signed_off')
    """)
    db.conn.execute("CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    db.conn.execute("""
        CREATE TABLE card (
            visit TEXT PRIMARY KEY,
            session TEXT NOT NULL,
            revision INTEGER NOT NULL,
            nonce BLOB NOT NULL,
            sealed BLOB NOT NULL
        ) STRICT
    """)


@MIGRATIONS(name="0002_serving_times")
def serving_times(db: Database) -> None:
    """Make room for serving times, which are kept when the session they come from is gone."""
    db.conn.execute("""
        CREATE TABLE serving_time (
            seq INTEGER PRIMARY KEY,
            session TEXT NOT NULL,
            service TEXT NOT NULL,
            minutes REAL NOT NULL
        ) STRICT
    """)
    db.conn.execute("""
        CREATE TABLE came (
            seq INTEGER PRIMARY KEY,
            session TEXT NOT NULL UNIQUE,
            slots TEXT NOT NULL,
            needs TEXT NOT NULL
        ) STRICT
    """)


@MIGRATIONS(name="0003_other_tablets")
def other_tablets(db: Database) -> None:
    """Make room for what other tablets say: stamps too far ahead, and two facts of one number."""
    db.conn.execute("ALTER TABLE event ADD COLUMN is_ahead INTEGER NOT NULL DEFAULT 0")
    db.conn.execute("""
        CREATE TABLE fork (
            origin TEXT NOT NULL,
            n INTEGER NOT NULL,
            theirs TEXT NOT NULL,
            PRIMARY KEY (origin, n, theirs)
        ) STRICT
    """)


@MIGRATIONS(name="0004_destroyed")
def destroyed(db: Database) -> None:
    """Make room for what outlives destroyed sessions: which they were, and open promises."""
    db.conn.execute("CREATE TABLE destroyed (session TEXT PRIMARY KEY) STRICT")
    db.conn.execute("""
        CREATE TABLE promise (
            referral TEXT PRIMARY KEY,
            day TEXT NOT NULL,
            ticket TEXT NOT NULL,
            kind TEXT NOT NULL,
            recipient TEXT NOT NULL,
            due TEXT NOT NULL,
            need TEXT NOT NULL
        ) STRICT
    """)
    db.conn.execute("CREATE INDEX event_gone ON event (origin, n) WHERE kind = 'gone'")
