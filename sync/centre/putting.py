"""One row into a table whichever engine keeps it: put in, or in place of the one of its key."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Cells = Mapping[str, str | int | bytes | None]


def put_once(connection: Connection, table: Table, row: Cells) -> bool:
    """Put a row in; False, and nothing changed, when there is one of its key."""
    asked = _insert(connection, table, row).on_conflict_do_nothing()
    done = connection.execute(asked, execution_options={"preserve_rowcount": True})
    return done.rowcount > 0


def put(connection: Connection, table: Table, row: Cells) -> None:
    """Put a row in, or in place of the one of its key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    asked = _insert(connection, table, row)
    connection.execute(asked.on_conflict_do_update(index_elements=keys, set_=rest))


def _insert(connection: Connection, table: Table, row: Cells) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(dict(row))
    return postgresql.insert(table).values(dict(row))
