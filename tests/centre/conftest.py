"""A centre with an empty file, for each test that asks for one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sync.centre.ledger import Ledger
from tests.centre.builders import Line, line_to, opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path / "centre.db")
    yield made
    made.close()


@pytest.fixture
async def centre(ledger: Ledger) -> AsyncIterator[Line]:
    async with line_to(ledger) as line:
        yield line
