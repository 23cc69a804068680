"""A ledger with nothing in it, for each test that asks for one, on both engines."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sync.centre.store import Store
from tests.centre.builders import opened
from tests.centre.lines import Line, line_to
from tests.support.postgres import Server, server_of_this_run


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The one PostgreSQL of this run."""
    folder = tmp_path_factory.getbasetemp()
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    with server_of_this_run(folder.parent if is_worker else folder) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of a migrated database with nothing in it."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where to keep a ledger: each test runs once on each engine."""
    if request.param == "sqlite":
        return str(tmp_path / "centre.db")
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """An empty store on either engine."""
    made = opened(where)
    yield made
    made.close()


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Store]:
    """An empty store on PostgreSQL."""
    made = opened(postgres_url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded ledger with nothing in it, brought up once and copied ever after."""
    path = tmp_path_factory.mktemp("empty") / "centre.db"
    opened(path).close()
    return path


@pytest.fixture
def embedded(tmp_path: Path, empty_file: Path) -> Iterator[Store]:
    """An empty store in a file, where the engine makes no difference."""
    shutil.copy(empty_file, tmp_path / "centre.db")
    made = opened(tmp_path / "centre.db")
    yield made
    made.close()


@pytest.fixture
async def centre(embedded: Store) -> AsyncIterator[Line]:
    """A line to a centre with an empty ledger."""
    async with line_to(embedded) as line:
        yield line
