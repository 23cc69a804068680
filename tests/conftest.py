"""What every test shares: how hard properties try, and what runs first."""

import gc
import os

import pytest
from hypothesis import settings

# A slow example on a busy machine is no bug, so there is no deadline. Where CI is set, Hypothesis
# takes its own profile of that name: the same examples every time, so a red run can be seen again.
settings.register_profile("dev", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=2000)
if not os.environ.get("CI"):
    settings.load_profile("dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put house rules first and browser stories last."""
    items.sort(key=lambda item: (is_story(item), "house" not in item.path.parts))


def pytest_collection_finish() -> None:
    """Spare every later look for garbage what will never be any: all that was loaded so far."""
    gc.collect()
    gc.freeze()


def is_story(test: pytest.Item) -> bool:
    """Say whether a test plays in a browser."""
    return test.get_closest_marker("browser") is not None
