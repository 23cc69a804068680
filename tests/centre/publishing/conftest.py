"""A centre with a hub’s quarter in it, for each test that asks for one."""

import pytest

from sync.centre.store import Store
from tests.centre.publishing.halls import Hub, send_a_quarter


@pytest.fixture
def store(embedded: Store) -> Store:
    """A file; what differs by engine asks for the other by name."""
    return embedded


@pytest.fixture
def hub(store: Store) -> Hub:
    made = Hub(store)
    send_a_quarter(made)
    return made
