"""The steps by which a ledger’s tables came to be; Alembic runs them, each once, in order."""
